//! What changed, in words.

use jiff::Timestamp;

use super::numbers::percent;
use crate::contract::{Diff, Entry, GoneFinding, PriorityChange};

/// How far two times are apart.
pub(crate) fn apart(one: Timestamp, other: Timestamp) -> String {
    match other.duration_since(one).abs().as_hours() {
        0 => "less than an hour apart".to_owned(),
        hours @ 1..48 => format!("{hours} h apart"),
        hours => format!("{} days apart", hours / 24),
    }
}

/// Where a priority went: `rose from 14 to 92/100 HIGH`.
pub(crate) fn moved(PriorityChange { before, after, .. }: &PriorityChange) -> String {
    let level = after.level.to_uppercase();
    match ((100.0 * before.score).round(), (100.0 * after.score).round()) {
        (was, is) if was < is => format!("rose from {was} to {is}/100 {level}"),
        (was, is) if was > is => format!("fell from {was} to {is}/100 {level}"),
        (_, is) => format!("{is}/100 {level}, as before"),
    }
}

/// What it means that a finding is gone.
pub(crate) fn gone(finding: &GoneFinding) -> &'static str {
    if finding.why == "passed" { "over" } else { "gone" }
}

/// What became of one list: new or gone entries, or that there are none.
pub(crate) struct ListLine {
    pub(crate) list: &'static str,
    pub(crate) what: &'static str,
    pub(crate) entries: String,
}

/// What became of every list, of which at most so many entries are named each time.
pub(crate) fn lists(diff: &Diff, most: usize) -> Vec<ListLine> {
    let lists = [
        ("ports", &diff.ports),
        ("served ports", &diff.served_ports),
        ("peers", &diff.peers),
        ("similar devices", &diff.similar_devices),
        ("domains", &diff.domains),
        ("countries", &diff.countries),
    ];
    let mut lines = Vec::new();
    for (list, changes) in lists {
        let Some(changes) = changes else { continue };
        let before = lines.len();
        for (what, entries) in [
            ("new", only(&changes.new, "certain")),
            ("newly listed", only(&changes.new, "listed")),
            ("gone", only(&changes.gone, "certain")),
            ("no longer listed", only(&changes.gone, "listed")),
        ] {
            if !entries.is_empty() {
                lines.push(ListLine { list, what, entries: named(&entries, most) });
            }
        }
        if lines.len() == before {
            lines.push(ListLine { list, what: "same", entries: format!("all {}", changes.same) });
        }
    }
    lines.extend(diff.not_reported.iter().map(|missing| ListLine {
        list: missing.name,
        what: "not reported",
        entries: match missing.side {
            "both" => "in neither snapshot".to_owned(),
            side => format!("in the {side} snapshot"),
        },
    }));
    lines
}

/// What to know about lists that leave something out; `None` where none of them does.
pub(crate) fn bounds(lines: &[ListLine]) -> Option<[&'static str; 2]> {
    lines.iter().any(|line| line.what.ends_with(" listed")).then_some([
        "lists leave out what is small: \"newly listed\" may have been there before,",
        "and what is \"no longer listed\" may be there still",
    ])
}

fn only<'a>(entries: &'a [Entry], certainty: &str) -> Vec<&'a Entry> {
    entries.iter().filter(|entry| entry.certainty == certainty).collect()
}

fn named(entries: &[&Entry], most: usize) -> String {
    let name = |entry: &&Entry| match entry.share.measured {
        Some(_) => format!("{} ({})", entry.value, percent(&entry.share)),
        None => entry.value.clone(),
    };
    let names: Vec<String> = entries.iter().take(most).map(name).collect();
    let more = match entries.len().saturating_sub(most) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    names.join(", ") + &more
}
