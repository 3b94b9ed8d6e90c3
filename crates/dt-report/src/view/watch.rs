//! `dt watch`: what is new about a device.

use dt_analysis::{AsOf, Level};

use super::exclusions::and_not_shown;
use super::finding_rows::of_findings;
use super::{Block, Subject, Summary, Table, View, findings};
use crate::contract::{Answer, BelowLevel, FindingState, Priority, Watch};
use crate::phrases::numbers::plural;

pub(crate) fn view<'a>(answer: &'a Answer<Watch>, from: AsOf<'_>) -> View<'a> {
    let Watch { findings: updates, priority, not_told, excluded, .. } = &answer.body;
    let below = BelowLevel { low: not_told.low, medium: not_told.medium };
    let findings = plural(updates.len(), "finding", "findings");
    let findings = and_not_shown(findings, (below, excluded.len()));
    let summary = match priority {
        Some(Priority { score, level, .. }) => {
            Summary::Priority { score: *score, level: *level, findings: findings.into() }
        }
        None => Summary::sentence(None, findings),
    };
    // What has ended, and what is of low severity, its row has told.
    let urgent = updates.iter().map(|update| &update.finding);
    let urgent = urgent.filter(|it| it.severity > Level::Low && it.state != FindingState::Ended);
    let urgent = urgent.map(|it| Block::finding(it, &answer.header.device, from));
    let reasons = priority.as_ref().map(findings::priority).unwrap_or_default();
    View::of("New findings", Subject::Device { header: &answer.header, window: None }, summary)
        .section("updates", "Updates", [Block::Table(table(answer).wrapped())])
        .of_pages("findings", "Findings", urgent)
        .of_pages("priority", "How the priority is calculated", reasons)
}

/// A finding that is new, says more or has ended a row.
pub(crate) fn table(answer: &Answer<Watch>) -> Table {
    let table = Table::of("Change", &answer.body.findings)
        .word("Change", |it| match it.finding.state {
            FindingState::New => "new",
            FindingState::Updated => "more",
            FindingState::Ended => "ended",
        })
        .csv("event_id", |it| &it.event_id)
        .csv("revision", |it| it.revision)
        .csv("state", |it| it.finding.state.as_str());
    let priority = answer.body.priority.as_ref();
    of_findings(table, &answer.header, priority, |it| (&it.finding).into()).whole()
}
