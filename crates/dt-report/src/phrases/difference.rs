//! What changed, in words.

use dt_analysis::difference::{Basis, Certainty, Side, Why};
use jiff::Timestamp;

use super::numbers::percent;
use crate::contract::{
    ChangedFinding, Diff, Entry, FindingChanges, GoneFinding, PriorityChange, UnreportedFinding,
};

/// How far two times are apart.
pub(crate) fn apart(one: Timestamp, other: Timestamp) -> String {
    match other.duration_since(one).abs().as_hours() {
        0 => "less than an hour apart".to_owned(),
        hours @ 1..48 => format!("{hours} h apart"),
        hours => format!("{} days apart", hours / 24),
    }
}

/// Which answers each snapshot lacks that the other one has, so that their priorities do not compare.
pub(crate) fn not_in(change: &PriorityChange) -> Vec<String> {
    let line = |side| {
        let parts = change.not_reported.iter().filter(|it| it.side == side);
        let parts: Vec<String> =
            parts.map(|it| with_reason(it.part.as_str(), it.reason.as_ref())).collect();
        (!parts.is_empty())
            .then(|| format!("not in the {} snapshot: {}", side.as_str(), parts.join(", ")))
    };
    [Side::Old, Side::New].into_iter().filter_map(line).collect()
}

/// What is missing, with the reason if it was refused.
fn with_reason(what: &str, reason: Option<&String>) -> String {
    reason.map_or_else(|| what.to_owned(), |reason| format!("{what} ({reason})"))
}

/// What a finding rests on, by name.
pub(crate) fn names(bases: &[Basis]) -> String {
    bases.iter().map(|basis| basis.as_str()).collect::<Vec<_>>().join(", ")
}

/// Why a snapshot cannot show a finding.
pub(crate) fn lacks(finding: &UnreportedFinding) -> String {
    let (side, missing) = (finding.side.as_str(), names(&finding.missing));
    match &finding.reason {
        Some(reason) => {
            format!("The {side} snapshot does not have what it is based on: {missing}: {reason}.")
        }
        None => format!("The {side} snapshot does not report what it is based on: {missing}."),
    }
}

/// What became of a finding that both show.
pub(crate) fn changed(finding: &ChangedFinding) -> &'static str {
    if finding.unlike.is_empty() { "changed" } else { "reassessed" }
}

/// Why it has another severity, if not for what happened.
pub(crate) fn why(finding: &ChangedFinding) -> Option<&'static str> {
    (!finding.unlike.is_empty()).then_some("unlike")
}

/// Where a finding is that the other snapshot cannot show.
pub(crate) fn only_in(finding: &UnreportedFinding) -> &'static str {
    if finding.side == Side::Old { "in new only" } else { "in old only" }
}

/// What to know about findings that the snapshots' answers do not allow to compare.
pub(crate) fn limits(changes: &FindingChanges) -> Vec<&'static str> {
    let unshown = |side| changes.not_reported.iter().filter(move |it| it.side == side);
    let lacks = |side| unshown(side).any(|it| it.reason.is_none());
    let refused = |side| unshown(side).any(|it| it.reason.is_some());
    let reassessed = changes.changed.iter().any(|it| !it.unlike.is_empty());
    [
        (lacks(Side::Old), "\"in new only\": the old snapshot does not report what it is based on"),
        (lacks(Side::New), "\"in old only\": the new snapshot does not report what it is based on"),
        (
            refused(Side::Old),
            "\"in new only\": what it is based on was refused to the old snapshot",
        ),
        (
            refused(Side::New),
            "\"in old only\": what it is based on was refused to the new snapshot",
        ),
        (reassessed, "\"reassessed\": what its severity is based on is in one snapshot only"),
    ]
    .into_iter()
    .filter_map(|(is_so, line)| is_so.then_some(line))
    .collect()
}

/// What it means that a finding is gone.
pub(crate) fn gone(finding: &GoneFinding) -> &'static str {
    if finding.why == Why::Passed { "ended" } else { "gone" }
}

/// What became of one list: new or gone entries, or that there are none.
pub(crate) struct ListLine {
    pub(crate) list: &'static str,
    pub(crate) what: &'static str,
    pub(crate) entries: String,
}

/// What became of every list, of which at most so many entries are named each time.
pub(crate) fn lists(diff: &Diff, most: usize) -> Vec<ListLine> {
    let mut lines = Vec::new();
    for (list, changes) in diff.lists() {
        let list = list.in_words();
        let Some(changes) = changes else { continue };
        let before = lines.len();
        for (what, entries) in [
            ("new", only(&changes.new, Certainty::Certain)),
            ("newly listed", only(&changes.new, Certainty::Listed)),
            ("gone", only(&changes.gone, Certainty::Certain)),
            ("no longer listed", only(&changes.gone, Certainty::Listed)),
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
        list: missing.list.in_words(),
        what: if missing.reason.is_some() { "refused" } else { "not reported" },
        entries: match (missing.side, &missing.reason) {
            (Side::Both, None) => "in neither snapshot".to_owned(),
            (Side::Both, Some(_)) => "in both snapshots".to_owned(),
            (side, _) => format!("in the {} snapshot", side.as_str()),
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

fn only(entries: &[Entry], certainty: Certainty) -> Vec<&Entry> {
    entries.iter().filter(|entry| entry.certainty == certainty).collect()
}

fn named(entries: &[&Entry], most: usize) -> String {
    let name = |entry: &&Entry| match entry.share {
        Some(_) => format!("{} ({})", entry.key.name, percent(entry.share)),
        None => entry.key.name.clone(),
    };
    let names: Vec<String> = entries.iter().take(most).map(name).collect();
    let more = match entries.len().saturating_sub(most) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    names.join(", ") + &more
}
