//! The tables of `dt report` and `dt watch`: a finding a line.

use dt_analysis::Concern;

use super::cells::{Row, number, text, texts, time};
use crate::contract::{Answer, Finding, Header, Priority, Report, State, Watch};

pub(super) const COLUMNS: [&str; 28] = [
    "did",
    "hostname",
    "ip",
    "priority_score",
    "priority_level",
    "severity",
    "message",
    "rule",
    "rule_version",
    "object_type",
    "object",
    "first_time",
    "last_time",
    "observed",
    "expected",
    "low",
    "high",
    "unit",
    "p",
    "values_used",
    "method",
    "confidence",
    "reasons",
    "doubts",
    "attack_candidates",
    "appliance",
    "id",
    "policy",
];

/// A line a finding; under documented rules, which have none, one for each thing that stands out. A
/// device of which neither is known has a line of its own, so that none is missing among others.
pub(super) fn rows(answer: &Answer<Report>) -> Vec<Row> {
    let mut rows: Vec<Row> = match &answer.body.findings {
        Some(findings) => findings
            .iter()
            .map(|found| device(answer).into_iter().chain(finding(found)).collect())
            .collect(),
        None => answer.concerns.iter().map(|found| concern(answer, found)).collect(),
    };
    if rows.is_empty() {
        rows.push(filled(device(answer)));
    }
    rows
}

/// What tells how often a finding was told, and the columns of findings.
pub(super) fn news_columns() -> impl Iterator<Item = &'static str> {
    ["event_id", "revision", "state"].into_iter().chain(COLUMNS)
}

/// A line for each that is news.
pub(super) fn news(answer: &Answer<Watch>) -> Vec<Row> {
    let rows = answer.body.findings.iter().map(|told| {
        let head = [
            text(Some(&told.event_id)),
            number(Some(told.revision)),
            text(Some(match told.finding.state {
                State::New => "new",
                State::Updated => "updated",
                State::Ended => "ended",
            })),
        ];
        let device = of_device(&answer.header, answer.body.priority.as_ref());
        head.into_iter().chain(device).chain(finding(&told.finding)).collect()
    });
    rows.collect()
}

fn device(answer: &Answer<Report>) -> Row {
    of_device(&answer.header, answer.body.priority.as_ref())
}

/// The cells that every line of a device begins with.
fn of_device(header: &Header, priority: Option<&Priority>) -> Row {
    let device = &header.device;
    vec![
        number(device.did),
        text(device.hostname.as_deref()),
        text(device.ip.as_deref()),
        number(priority.map(|priority| priority.score)),
        text(priority.map(|priority| priority.level)),
    ]
}

fn finding(found: &Finding) -> Row {
    vec![
        text(Some(found.severity)),
        text(Some(&found.message)),
        text(Some(found.rule.id)),
        number(Some(found.rule.version)),
        text(Some(found.object.kind)),
        text(Some(&found.object.value)),
        time(Some(found.first_time)),
        time(Some(found.last_time)),
        number(found.observed),
        number(found.expected),
        number(found.low),
        number(found.high),
        text(Some(found.unit)),
        number(found.p),
        number(Some(found.n_used)),
        text(Some(&found.method)),
        text(Some(found.confidence)),
        texts(Some(&found.reasons)),
        texts(Some(&found.doubts)),
        texts(Some(&found.attack_candidates)),
        text(found.appliance.as_deref()),
        text(Some(&found.id)),
        text(Some(&found.policy)),
    ]
}

fn concern(answer: &Answer<Report>, found: &Concern) -> Row {
    let mut row = device(answer);
    row.extend([text(Some(found.level.as_str())), text(Some(&found.message))]);
    filled(row)
}

/// A row whose last cells are empty.
fn filled(mut row: Row) -> Row {
    row.resize(COLUMNS.len(), text(None));
    row
}
