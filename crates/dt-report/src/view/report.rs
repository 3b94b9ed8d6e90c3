//! The page of `dt report`: the answer, when, beside whom, where to, and how all that is known.

use dt_analysis::Concern;

use super::{Block, Page, Provenance, Section, Summary, Text, device};
use super::{compare, connections, extended, external, findings, outside, timeline, transfers};
use crate::contract::{Answer, Report};
use crate::phrases::numbers::plural;
use crate::phrases::unseen::unseen;

pub(super) fn page(answer: &Answer<Report>, made: &Provenance<'_>) -> Page {
    let report = &answer.body;
    let found = report.findings.as_deref();
    let verdict = match (&report.priority, found) {
        (Some(priority), Some(found)) => {
            findings::verdict(priority, found, report.timeline.as_ref())
        }
        _ => headline(&answer.concerns),
    };
    let answers = match found {
        Some(found) => findings::blocks(found, report.timeline.as_ref(), made.viewpoint),
        None if answer.concerns.is_empty() => vec![Block::text("Nothing stands out.")],
        None => vec![Block::concerns(&answer.concerns)],
    };
    let title = if found.is_some() { "Findings" } else { "What stands out" };
    let compare = told(report.compare.as_ref(), compare::sentence, compare::blocks);
    let external = told(report.external.as_ref(), external::sentence, external::blocks);
    let transfers = told(report.transfers.as_ref(), transfers::sentence, transfers::blocks);
    let connections = told(report.connections.as_ref(), connections::sentence, connections::blocks);
    let own = report.connections.as_ref().map(connections::own_findings);
    let outside = outside::table(report, made).into_iter().chain(external).collect();
    let priority = report.priority.as_ref().map(findings::priority);
    let more = report.extended.as_ref();
    let ahead = more.map(|found| extended::ahead(report, found, made)).unwrap_or_default();
    let more = more.map(|found| extended::blocks(found, made)).unwrap_or_default();
    let sections = [
        Section::of("findings", title, answers),
        Section::of("when", "Timeline", when(report, made)),
        Section::of("ahead", "What is expected next", ahead),
        Section::of("beside", "Beside similar devices", compare),
        Section::of("outside", "Outside", outside),
        Section::of("transfers", "Transfers", transfers),
        Section::of("connections", "Connections", connections),
        Section::of("more", "What else was looked at", more),
        Section::of("appliance", "The appliance's own summary", own.unwrap_or_default()),
        Section::of("unseen", "What cannot be seen", unseen_parts(answer, made)),
        Section::of("priority", "How the priority came about", priority.unwrap_or_default()),
        Section::of("rules", "Which rules looked", found.map(findings::rules).unwrap_or_default()),
    ];
    let window = report.connections.as_ref().map(|connections| &connections.window);
    device::page("Device report", &answer.header, window, verdict, sections, made)
}

/// A part of the report, which begins with its answer; nothing if it is missing.
fn told<P>(
    part: Option<&P>,
    sentence: impl FnOnce(&P) -> String,
    blocks: impl FnOnce(&P) -> Vec<Block>,
) -> Vec<Block> {
    let Some(part) = part else { return Vec::new() };
    std::iter::once(Block::text(sentence(part))).chain(blocks(part)).collect()
}

/// What stands out by the documented rules, which know no priority.
pub(super) fn headline(concerns: &[Concern]) -> Summary {
    let text = match concerns.len() {
        0 => "Nothing stands out by the documented rules.".to_owned(),
        some => {
            let things = plural(some, "thing stands out", "things stand out");
            format!("{things} by the documented rules.")
        }
    };
    Summary::Sentence { level: concerns.first().map(|worst| worst.level), text: text.into() }
}

/// The charts: what was sent outside first, where most that matters is seen.
fn when(report: &Report, made: &Provenance<'_>) -> Vec<Block> {
    let counted = report.timeline.as_ref();
    let sent = match (&report.sent_outside, &report.sent) {
        (Some(outside), _) => timeline::chart("Bytes sent outside", outside, made.viewpoint),
        (None, Some(anywhere)) => timeline::chart("Bytes sent", anywhere, made.viewpoint),
        (None, None) => Vec::new(),
    };
    let counted = counted.map(|found| timeline::chart("Connections", found, made.viewpoint));
    let others = [
        report.transfers.as_ref().and_then(transfers::chart),
        report.connections.as_ref().and_then(|found| connections::week(found, made.viewpoint)),
    ];
    let others = others.into_iter().flatten().map(Block::Chart);
    sent.into_iter().chain(counted.into_iter().flatten()).chain(others).collect()
}

fn unseen_parts(answer: &Answer<Report>, made: &Provenance<'_>) -> Vec<Block> {
    let found = answer.body.findings.as_deref().unwrap_or_default();
    let unseen: Vec<Text> =
        unseen(answer, found.first(), made.viewpoint).into_iter().map(Text::from).collect();
    if unseen.is_empty() {
        return vec![Block::text("Nothing that was asked for is missing.")];
    }
    vec![Block::List(unseen)]
}
