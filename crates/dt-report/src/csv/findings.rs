//! The tables of `dt report` and `dt watch`: a finding a line.

use dt_analysis::Concern;

use super::cells::{Row, number, text, texts, time};
use crate::contract::{Answer, Finding, Header, Priority, Report, Watch};

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

/// What the lines of a report end with: the parts of the evidence that are missing, and why.
pub(super) const MISSING: &str = "missing";

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
    let missing = answer.facts.missing.iter();
    let missing: Vec<String> = missing.map(|it| format!("{}: {it}", it.part)).collect();
    for row in &mut rows {
        row.push(texts(Some(&missing)));
    }
    rows
}

/// What tells how often a finding was told, and the columns of findings.
pub(super) fn news_columns() -> impl Iterator<Item = &'static str> {
    ["event_id", "revision", "state"].into_iter().chain(COLUMNS)
}

/// A line for each that is news.
pub(super) fn updates(answer: &Answer<Watch>) -> Vec<Row> {
    let rows = answer.body.findings.iter().map(|told| {
        let head = [
            text(Some(&told.event_id)),
            number(Some(told.revision)),
            text(Some(told.finding.state.as_str())),
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
        text(priority.map(|priority| priority.level.as_str())),
    ]
}

fn finding(found: &Finding) -> Row {
    let techniques: Vec<&str> = found.attack_candidates.iter().map(|it| it.id()).collect();
    vec![
        text(Some(found.severity.as_str())),
        text(Some(&found.message)),
        text(Some(found.rule.id.id())),
        number(Some(found.rule.version)),
        text(Some(found.object.kind())),
        text(Some(&found.object.to_string())),
        time(Some(found.first_time)),
        time(Some(found.last_time)),
        number(found.observed),
        number(found.expected),
        number(found.low),
        number(found.high),
        text(Some(found.unit.as_str())),
        number(found.p),
        number(Some(found.n_used)),
        text(Some(&found.method)),
        text(Some(found.confidence.as_str())),
        texts(Some(&found.reasons)),
        texts(Some(&found.doubts)),
        texts(Some(&techniques)),
        text(found.appliance.as_deref()),
        text(Some(&found.id.to_string())),
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
