//! `dt report`: what was found, then what that rests on, then what else the answers say.

use dt_analysis::{AsOf, Concern};

use super::exclusions::{and_not_shown, not_shown};
use super::{Block, Section, SmallSeries, Subject, Summary, View};
use super::{
    alerts, compare, connections, exclusions, extended, external, findings, outside, timeline,
    transfers,
};
use crate::contract::{Answer, Priority, Report};
use crate::phrases::numbers::plural;
use crate::phrases::reason::{no_findings, no_traffic};
use crate::phrases::unseen::unseen;
use crate::unit::Unit;

pub(crate) fn view<'a>(answer: &'a Answer<Report>, from: AsOf<'_>) -> View<'a> {
    let Answer { header, body: report, facts, .. } = answer;
    let window = report.connections.as_ref().map(|connections| connections.window);
    let outside = outside::blocks(answer, from);
    let outside = outside.into_iter().chain(report.external.iter().flat_map(external::blocks));
    let compare = told(report.compare.as_ref(), compare::sentence, compare::blocks);
    let transfers = told(report.transfers.as_ref(), transfers::sentence, |found| {
        transfers::blocks(found, from)
    });
    let connections = report.connections.as_ref();
    let own = connections.into_iter().flat_map(connections::own_findings);
    let connections = told(connections, connections::sentence, connections::blocks);
    let more = report.extended.as_ref();
    let ahead = more.into_iter().flat_map(|found| extended::ahead(answer, found, from));
    let more = more.into_iter().flat_map(|found| extended::blocks(found, from));
    let excluded =
        exclusions::excluded(report.judged.excluded.as_deref().unwrap_or_default(), from);
    let title = if report.judged.findings.is_some() { "Findings" } else { "What stands out" };
    let risk = report.external.iter().flat_map(external::documented);
    View::of("Device report", Subject::Device { header, window }, summary(answer))
        .series([
            SmallSeries { label: "out", trace: &facts.outbound, unit: Unit::Bytes },
            SmallSeries { label: "all", trace: &facts.connections, unit: Unit::Connections },
        ])
        .section("findings", title, found(answer, from))
        .section("excluded", "Excluded", excluded)
        .section("alerts", "What Darktrace itself says", alerts::blocks(report))
        .section("unseen", "Not visible", [unseen_parts(answer, from)])
        .section("when", "Timeline", when(answer, from))
        .section("ahead", "Forecast", ahead)
        .section("beside", "Compared with similar devices", compare)
        .section("outside", "External traffic", outside)
        .section("risk", "External risk by the documented rules", risk)
        .section("transfers", "Transfers", transfers)
        .section("connections", "Connections", connections)
        .section("more", "Other analyses", more)
        .section("appliance", "The appliance's own summary", own)
}

/// How the priority came about, which only a page tells.
pub(super) fn method(answer: &Answer<Report>) -> impl Iterator<Item = Section> {
    let Report { priority, judged, .. } = &answer.body;
    let priority = priority.as_ref().map(findings::priority).unwrap_or_default();
    let rules = judged.findings.as_deref().map(findings::rules).unwrap_or_default();
    let method = [
        Section::of("priority", "How the priority is calculated", priority),
        Section::of("rules", "Rules evaluated", rules),
    ];
    method.into_iter().flatten()
}

pub(crate) fn summary(answer: &Answer<Report>) -> Summary {
    let Report { priority, judged, timeline, .. } = &answer.body;
    // No order of work: there is nothing to look at.
    if let Some(why) = no_traffic(&answer.header) {
        return Summary::sentence(None, why);
    }
    let (Some(Priority { score, level, .. }), Some(found)) = (priority, &judged.findings) else {
        return headline(&answer.concerns);
    };
    let findings = match found.len() {
        0 if not_shown(judged.untold()).is_none() => no_findings(timeline.as_ref()),
        some => and_not_shown(plural(some, "finding", "findings"), judged.untold()),
    };
    Summary::Priority { score: *score, level: *level, findings: findings.into() }
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
    Summary::sentence(concerns.first().map(|worst| worst.level), text)
}

fn found(answer: &Answer<Report>, from: AsOf<'_>) -> Vec<Block> {
    let Report { judged, timeline, .. } = &answer.body;
    if let Some(why) = no_traffic(&answer.header) {
        return vec![Block::text(why)];
    }
    match &judged.findings {
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

fn unseen_parts(answer: &Answer<Report>, from: AsOf<'_>) -> Block {
    let main = answer.body.judged.findings().first();
    let unseen = Block::list(unseen(answer, main, from));
    unseen.unwrap_or_else(|| Block::text("All requested data was available."))
}
