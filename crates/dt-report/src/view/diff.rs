//! The page of `dt diff`: what changed between two snapshots.

use super::{
    Block, Column, Fact, Page, Provenance, Section, Summary, Table, Text, device, findings,
};
use crate::contract::{Answer, ChangedFinding, Diff, Finding, SnapshotView};
use crate::phrases::difference::{apart, bounds, lacks, lists};
use crate::phrases::numbers::plural;
use crate::phrases::times;

pub(super) fn page(answer: &Answer<Diff>, made: &Provenance<'_>) -> Page {
    let diff = &answer.body;
    let verdict = Summary::Sentence {
        level: diff.priority.as_ref().map(|change| change.after.level),
        text: match &diff.summary {
            Some(summary) => sentence(summary),
            None => "What is listed in only one of two snapshots.".into(),
        },
    };
    let changes = diff.findings.as_ref();
    let found =
        |found: &Finding| Block::Finding(Box::new(findings::finding(found, made.viewpoint)));
    let new = changes.map(|it| it.new.iter().map(found).collect());
    let changed = changes.map(|it| {
        it.changed.iter().flat_map(|it| [Block::note(was(it)), found(&it.finding)]).collect()
    });
    let not_reported = changes.map(|it| {
        let blocks = |it| [Block::note(lacks(it)), found(&it.finding)];
        it.not_reported.iter().flat_map(blocks).collect()
    });
    // Of what is over, that it is, comes first.
    let gone = changes.map(|it| {
        it.gone.iter().flat_map(|it| [Block::note(why(it.why)), found(&it.finding)]).collect()
    });
    let sections = [
        Section::of("new", "New findings", new.unwrap_or_default()),
        Section::of("changed", "Findings that are judged otherwise", changed.unwrap_or_default()),
        Section::of("gone", "Findings that are gone", gone.unwrap_or_default()),
        Section::of(
            "not-reported",
            "Findings that only one snapshot could show",
            not_reported.unwrap_or_default(),
        ),
        Section::of("same", "Findings in both", same(diff).into_iter().collect()),
        Section::of("lists", "Ports, peers, domains and countries", listed(diff)),
        Section::of("snapshots", "The snapshots", snapshots(diff, made)),
    ];
    device::page("What changed", &answer.header, None, verdict, sections, made)
}

/// A summary as a sentence of its own.
fn sentence(summary: &str) -> Text {
    let mut text = format!("{summary}.");
    text.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
    text.into()
}

fn was(changed: &ChangedFinding) -> String {
    let before = format!("was {}", changed.severity_before);
    match changed.unlike.as_slice() {
        [] => before,
        parts => format!("{before}; in one snapshot only: {}", parts.join(", ")),
    }
}

fn why(why: &str) -> &'static str {
    match why {
        "passed" => "It was over before the newer data begins, or is no longer new.",
        _ => "The newer snapshot does not show it any more.",
    }
}

fn same(diff: &Diff) -> Option<Block> {
    let same = diff.findings.as_ref().map(|it| it.same).filter(|same| *same > 0)?;
    Some(Block::text(format!("{} the same in both.", plural(same, "finding is", "findings are"))))
}

fn listed(diff: &Diff) -> Vec<Block> {
    const MOST: usize = 50;
    let lines = lists(diff, MOST);
    let columns = [Column::text("List"), Column::text("what"), Column::text("entries")];
    let note = bounds(&lines).map(|lines| Block::note(sentence(&lines.join(" "))));
    let rows = lines
        .iter()
        .map(|line| vec![line.list.into(), line.what.into(), line.entries.as_str().into()]);
    let table = Table::new("New and gone, with shares", &columns, rows);
    [Some(Block::Table(table)), note].into_iter().flatten().collect()
}

fn snapshots(diff: &Diff, made: &Provenance<'_>) -> Vec<Block> {
    let time = |time| times::moment(time, made.viewpoint.zone);
    let facts = |title: [&'static str; 3], side: &SnapshotView| {
        let until = side.data_until.map_or_else(|| "not reported".to_owned(), time);
        [
            Fact::new(title[0], &side.path),
            Fact::new(title[1], time(side.taken)),
            Fact::new(title[2], until),
        ]
    };
    let old = facts(["Older", "taken", "with data until"], &diff.old);
    let new = facts(["Newer", "taken", "with data until"], &diff.new);
    let apart = Fact::new("Distance", apart(diff.old.taken, diff.new.taken));
    vec![Block::Facts(old.into_iter().chain(new).chain([apart]).collect())]
}
