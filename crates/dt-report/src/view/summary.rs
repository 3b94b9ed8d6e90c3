//! `dt report` about several devices: of each, what matters most.

use dt_model::Amount;

use super::exclusions::and_not_shown;
use super::report::headline;
use super::{Block, Column, Fact, Subject, Summary, Table, Value, View};
use crate::contract::{Answer, Judged, PriorityReasons, ReportSummary};
use crate::phrases::numbers::plural;

pub(crate) fn view(answer: &Answer<ReportSummary>) -> View<'_> {
    let subject = Subject::Device { header: &answer.header, window: None };
    View::of("Device summary", subject, summary(answer))
        .section("findings", "Findings", findings(answer))
        .section("totals", "Totals", totals(&answer.body))
        .section("unseen", "Not visible", missing(&answer.body))
}

fn summary(answer: &Answer<ReportSummary>) -> Summary {
    let found = &answer.body;
    let (Some(priority), Some(judged)) = (&found.priority, &found.judged) else {
        return headline(&answer.concerns);
    };
    let findings = match judged.findings() {
        [] if found.totals.total_connections.is_none() => "not enough data".to_owned(),
        [] => "nothing stands out".to_owned(),
        [only] => only.message.clone(),
        [first, others @ ..] => {
            format!("{} and {}", first.message, plural(others.len(), "more", "more"))
        }
    };
    let findings = and_not_shown(findings, judged.untold());
    let PriorityReasons { score, level, .. } = priority;
    Summary::Priority { score: score.get(), level: *level, findings: findings.into() }
}

fn findings(answer: &Answer<ReportSummary>) -> Vec<Block> {
    let found = &answer.body;
    if !answer.concerns.is_empty() && found.judged.is_none() {
        return vec![Block::concerns(&answer.concerns)];
    }
    let reasons = Block::list(found.priority.iter().flat_map(|priority| &priority.reasons));
    let reasons = reasons.map(|list| [Block::text("What raises the priority most:"), list]);
    let thresholds = Block::note(format!("By the thresholds {}.", found.policy));
    let table = Block::table(table(answer)).into_iter();
    table.chain(reasons.into_iter().flatten()).chain([thresholds]).collect()
}

/// A finding a row, the most severe first; those of CSV begin with whose it is.
pub(crate) fn table(answer: &Answer<ReportSummary>) -> Table {
    let (device, found) = (&answer.header.device, &answer.body);
    let priority = found.priority.as_ref();
    Table::of("The most severe first", found.judged.iter().flat_map(Judged::findings))
        .of_device(device)
        .csv("ip", |_| &device.ip)
        .csv("priority_score", |_| priority.map(|it| it.score.get()))
        .csv("priority_level", |_| priority.map(|it| it.level))
        .column(Column::word("Severity").keyed("severity"), |it| it.severity)
        .column(Column::word("from").keyed("first_time"), |it| it.first_time)
        .column(Column::word("to").keyed("last_time"), |it| it.last_time)
        .column(Column::text("finding").keyed("message"), |it| &it.message)
        .column(Column::text("supports").filed("reasons"), |it| &it.reasons)
        .column(Column::text("weighs against").filed("doubts"), |it| &it.doubts)
        .csv("id", |it| it.id.to_string())
        .whole()
        .wrapped()
}

/// What is known of the totals.
fn totals(found: &ReportSummary) -> Option<Block> {
    let totals = &found.totals;
    let count = |label, amount: Option<Amount>| amount.map(|it| Fact::new(label, Value::Count(it)));
    let bytes = |label, amount: Option<Amount>| amount.map(|it| Fact::new(label, Value::Bytes(it)));
    let external = totals.external.as_ref();
    let facts = [
        count("Connections", totals.total_connections),
        count("Destinations", totals.unique_destinations),
        totals.external_ratio.map(|ratio| Fact::new("External", Value::Share(ratio))),
        bytes("Bytes sent", totals.bytes_out),
        bytes("Bytes received", totals.bytes_in),
        bytes("Sent externally", external.and_then(|it| it.bytes_out)),
        bytes("Received externally", external.and_then(|it| it.bytes_in)),
    ];
    let facts: Vec<Fact> = facts.into_iter().flatten().collect();
    (!facts.is_empty()).then_some(Block::Facts(facts))
}

fn missing(found: &ReportSummary) -> Option<Block> {
    Block::list(found.not_answered.iter().map(|missing| {
        let why = missing.reason.clone().unwrap_or_else(|| missing.state.to_string());
        format!("{}: {why}", missing.part.in_words())
    }))
}
