//! `dt report`: what was found, then what that rests on, then what else the answers say.

use dt_analysis::{AsOf, Concern};

use super::{Block, Section, SmallSeries, Subject, Summary, Text, View};
use super::{
    alerts, compare, connections, exclusions, extended, external, findings, outside, timeline,
    transfers,
};
use crate::contract::{Answer, Report};
use crate::phrases::numbers::plural;
use crate::phrases::reason::no_traffic;
use crate::phrases::unseen::unseen;
use crate::unit::Unit;

pub(crate) fn view<'a>(answer: &'a Answer<Report>, from: AsOf<'_>) -> View<'a> {
    let Answer { header, body: report, facts, .. } = answer;
    let window = report.connections.as_ref().map(|connections| connections.window);
    let outside = [
        outside::blocks(answer, from),
        report.external.as_ref().map(external::blocks).unwrap_or_default(),
    ];
    let risk = report.external.as_ref().map(external::documented).unwrap_or_default();
    let compare = told(report.compare.as_ref(), compare::sentence, compare::blocks);
    let transfers = told(report.transfers.as_ref(), transfers::sentence, |found| {
        transfers::blocks(found, from)
    });
    let connections = told(report.connections.as_ref(), connections::sentence, connections::blocks);
    let own = report.connections.as_ref().map(connections::own_findings).unwrap_or_default();
    let more = report.extended.as_ref();
    let ahead = more.map(|found| extended::ahead(answer, found, from)).unwrap_or_default();
    let more = more.map(|found| extended::blocks(found, from)).unwrap_or_default();
    let excluded = exclusions::excluded(report.excluded.as_deref().unwrap_or_default(), from);
    let title = if report.findings.is_some() { "Findings" } else { "What stands out" };
    let sections = [
        Section::of("findings", title, found(answer, from)),
        Section::of("excluded", "Excluded", excluded),
        Section::of("alerts", "What Darktrace itself says", alerts::blocks(report)),
        Section::of("unseen", "Not visible", unseen_parts(answer, from)),
        Section::of("when", "Timeline", when(answer, from)),
        Section::of("ahead", "Forecast", ahead),
        Section::of("beside", "Compared with similar devices", compare),
        Section::of("outside", "External traffic", outside.into_iter().flatten().collect()),
        Section::of("risk", "External risk by the documented rules", risk),
        Section::of("transfers", "Transfers", transfers),
        Section::of("connections", "Connections", connections),
        Section::of("more", "Other analyses", more),
        Section::of("appliance", "The appliance's own summary", own),
    ];
    View {
        kind: "Device report",
        subject: Subject::Device { header, window },
        summary: summary(answer),
        series: vec![
            SmallSeries { label: "out", trace: &facts.outbound, unit: Unit::Bytes },
            SmallSeries { label: "all", trace: &facts.connections, unit: Unit::Connections },
        ],
        sections: sections.into_iter().flatten().collect(),
    }
}

/// How the priority came about, which only a page tells.
pub(super) fn method(answer: &Answer<Report>) -> impl Iterator<Item = Section> {
    let Report { priority, findings: found, .. } = &answer.body;
    let priority = priority.as_ref().map(findings::priority).unwrap_or_default();
    let rules = found.as_deref().map(findings::rules).unwrap_or_default();
    let method = [
        Section::of("priority", "How the priority is calculated", priority),
        Section::of("rules", "Rules evaluated", rules),
    ];
    method.into_iter().flatten()
}

pub(crate) fn summary(answer: &Answer<Report>) -> Summary {
    let Report { priority, findings: found, timeline, .. } = &answer.body;
    // No order of work: there is nothing to look at.
    if let Some(why) = no_traffic(&answer.header) {
        return Summary::Sentence { level: None, text: why.into() };
    }
    match (priority, found) {
        (Some(priority), Some(found)) => {
            findings::verdict(priority, found, timeline.as_ref(), not_shown(&answer.body))
        }
        _ => headline(&answer.concerns),
    }
}

/// How many findings are below the level that was asked for, or excluded.
pub(crate) fn not_shown(report: &Report) -> Option<String> {
    exclusions::not_shown(report.below_level, report.excluded.as_ref().map_or(0, Vec::len))
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

fn found(answer: &Answer<Report>, from: AsOf<'_>) -> Vec<Block> {
    let Report { findings: found, timeline, .. } = &answer.body;
    if let Some(why) = no_traffic(&answer.header) {
        return vec![Block::text(why)];
    }
    match found {
        Some(found) => findings::blocks(found, timeline.as_ref(), &answer.header.device, from),
        None if answer.concerns.is_empty() => vec![Block::text("Nothing stands out.")],
        None => vec![Block::concerns(&answer.concerns)],
    }
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

/// The charts: what was sent outside first, where most that matters is seen.
fn when(answer: &Answer<Report>, from: AsOf<'_>) -> Vec<Block> {
    let (report, facts) = (&answer.body, &answer.facts);
    let sent = match (&facts.sent_outside, &facts.sent) {
        (Some(outside), _) => timeline::chart("Bytes sent externally", outside, from),
        (None, Some(anywhere)) => timeline::chart("Bytes sent", anywhere, from),
        (None, None) => Vec::new(),
    };
    let counted = report.timeline.as_ref();
    let counted = counted.map(|found| timeline::chart("Connections", found, from));
    let connections = report.connections.as_ref();
    let others = [
        report.transfers.as_ref().and_then(|found| transfers::chart(found, &facts.transfers)),
        connections.and_then(|found| connections::week(found, &facts.connections, from)),
    ];
    let others = others.into_iter().flatten().map(Block::Chart);
    sent.into_iter().chain(counted.into_iter().flatten()).chain(others).collect()
}

fn unseen_parts(answer: &Answer<Report>, from: AsOf<'_>) -> Vec<Block> {
    let found = answer.body.findings.as_deref().unwrap_or_default();
    let unseen: Vec<Text> =
        unseen(answer, found.first(), from).into_iter().map(Text::from).collect();
    if unseen.is_empty() {
        return vec![Block::text("All requested data was available.")];
    }
    vec![Block::List(unseen)]
}
