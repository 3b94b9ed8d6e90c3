//! `dt watch`: what is new about a device.

use dt_analysis::{AsOf, Level};

use super::{Block, Column, Section, Shown, Subject, Summary, Table, Value, View};
use super::{exclusions, finding_rows, findings};
use crate::contract::{Answer, BelowLevel, FindingState, FindingUpdate, Watch};
use crate::phrases::numbers::plural;

/// What tells how often a finding was told, before the columns of findings.
const UPDATE: [Column; 4] = [
    Column::word("Change"),
    Column::word("event id").keyed("event_id").only(Shown::CSV),
    Column::number("revision").keyed("revision").only(Shown::CSV),
    Column::word("state").keyed("state").only(Shown::CSV),
];

fn columns() -> Vec<Column> {
    UPDATE.into_iter().chain(finding_rows::COLUMNS).collect()
}

pub(crate) fn view<'a>(answer: &'a Answer<Watch>, from: AsOf<'_>) -> View<'a> {
    let Watch { findings: updates, priority, not_told, excluded, .. } = &answer.body;
    let count = plural(updates.len(), "finding", "findings");
    let below = Some(BelowLevel { low: not_told.low, medium: not_told.medium });
    let count = match exclusions::not_shown(below, excluded.len()) {
        Some(others) => format!("{count}, and {others}"),
        None => count,
    };
    let summary = match priority {
        Some(priority) => Summary::Priority {
            score: priority.score,
            level: priority.level,
            findings: count.into(),
        },
        None => Summary::Sentence { level: None, text: count.into() },
    };
    // What has ended, and what is of low severity, its row has told.
    let urgent = updates.iter().map(|update| &update.finding);
    let urgent = urgent.filter(|it| it.severity > Level::Low && it.state != FindingState::Ended);
    let card =
        |found| Block::Finding(Box::new(findings::finding(found, &answer.header.device, from)));
    let reasons = priority.as_ref().map(findings::priority).unwrap_or_default();
    let sections = [
        Section::of("updates", "Updates", vec![Block::Table(table(answer).wrapped())]),
        Section::of_pages("findings", "Findings", urgent.map(card).collect()),
        Section::of_pages("priority", "How the priority is calculated", reasons),
    ];
    View {
        kind: "New findings",
        subject: Subject::Device { header: &answer.header, window: None },
        summary,
        series: Vec::new(),
        sections: sections.into_iter().flatten().collect(),
    }
}

/// A finding that is new, says more or has ended a row.
pub(crate) fn table(answer: &Answer<Watch>) -> Table {
    let row = |update: &FindingUpdate| -> Vec<Value> {
        let FindingUpdate { event_id, revision, finding } = update;
        let told = [
            match finding.state {
                FindingState::New => "new",
                FindingState::Updated => "more",
                FindingState::Ended => "ended",
            }
            .into(),
            event_id.into(),
            Value::Id((*revision).into()),
            finding.state.as_str().into(),
        ];
        let device = finding_rows::device(&answer.header, answer.body.priority.as_ref());
        told.into_iter().chain(device).chain(finding_rows::cells(finding)).collect()
    };
    Table::whole("Change", &columns(), answer.body.findings.iter().map(row))
}
