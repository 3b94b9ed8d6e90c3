//! `dt diff`: what changed between two snapshots.

use dt_analysis::difference::{Basis, Certainty, Side, Why};
use dt_analysis::{AsOf, Level};
use dt_model::{DeviceId, Share};
use jiff::Timestamp;

use super::{Block, Column, Subject, Summary, Table, Text, View, exclusions};
use crate::contract::{
    Answer, ChangedFinding, Diff, Entry, Finding, FindingChanges, PriorityChange, UnreportedFinding,
};
use crate::phrases::numbers::{percent, plural};
use crate::phrases::reason::capital;
use crate::phrases::times;

/// How many entries of a list are named.
const MOST: usize = 10;

pub(crate) fn view<'a>(answer: &'a Answer<Diff>, from: AsOf<'_>) -> View<'a> {
    let Answer { header, body: diff, .. } = answer;
    let level = diff.priority.as_ref().map(|change| change.after.level);
    let by_lists = || "What is listed in only one of two snapshots.".into();
    let summary = diff.summary.as_deref().map_or_else(by_lists, sentence);
    let new = diff.findings.iter().flat_map(|it| &it.new);
    // What is of low severity, its row has told.
    let new = new.filter(|it| it.severity > Level::Low);
    let new = new.map(|it| Block::finding(it, &header.device, from));
    let changed = diff.findings.iter().flat_map(|it| &it.changed);
    let changed = changed
        .flat_map(|it| [Block::note(was(it)), Block::finding(&it.finding, &header.device, from)]);
    let incomparable = diff.findings.iter().flat_map(|it| &it.not_reported);
    let incomparable = incomparable.map(|it| format!("{}: {}", it.finding.message, lacks(it)));
    let subject = Subject::Device { header, window: None };
    View::of("What changed", subject, Summary::sentence(level, summary))
        .section("snapshots", "The snapshots", snapshots(diff, from))
        .section("findings", "Findings", changes(answer))
        .of_pages("new", "New findings", new)
        .of_pages("changed", "Findings of another severity", changed)
        .of_pages("incomparable", "Findings of one snapshot only", Block::list(incomparable))
        .section("lists", "Ports, peers, domains and countries", listed(diff))
}

/// A text as a sentence of its own.
fn sentence(text: &str) -> Text {
    capital(&format!("{text}.")).into()
}

/// Where the snapshots are, when they were taken, and what only one of them has an answer to.
fn snapshots(diff: &Diff, from: AsOf<'_>) -> impl Iterator<Item = Block> {
    let (old, new) = (&diff.old, &diff.new);
    let time = |at| times::date_and_hour(at, from);
    let zone = times::zone_name(new.taken, from.zone);
    let (asked, then) = (time(old.taken), time(new.taken));
    let apart = apart(old.taken, new.taken);
    let table = Table::of("The older and the newer", [old, new])
        .text("Snapshot", |it| &it.path)
        .word("taken", |it| it.taken)
        .word("data until", |it| it.data_until);
    let lacking = diff.priority.iter().flat_map(not_in).map(|line| sentence(&line));
    let asked = Block::text(format!("Asked {asked} and {then} {zone}, {apart}."));
    [asked, Block::Table(table.paged())].into_iter().chain(Block::list(lacking))
}

/// How far two times are apart.
fn apart(one: Timestamp, other: Timestamp) -> String {
    match other.duration_since(one).abs().as_hours() {
        0 => "less than an hour apart".to_owned(),
        hours @ 1..48 => format!("{hours} h apart"),
        hours => format!("{} days apart", hours / 24),
    }
}

/// Which answers each snapshot lacks that the other one has, so that their priorities do not compare.
fn not_in(change: &PriorityChange) -> Vec<String> {
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

/// Findings that came, went or are judged otherwise, and how many stayed; nothing under documented
/// rules.
fn changes(answer: &Answer<Diff>) -> Vec<Block> {
    let Some(found) = &answer.body.findings else { return Vec::new() };
    let table = of_rows("Findings", answer, of_findings(&answer.body)).wrapped().without_empty();
    let same = match (table.rows.is_empty(), found.same) {
        (true, 0) => Some("Nothing stands out in either.".to_owned()),
        (_, 0) => None,
        (_, same) => Some(format!("{} the same.", plural(same, "finding is", "findings are"))),
    };
    let notes = limits(found).into_iter().map(|line| Block::Note(sentence(line)));
    let others = exclusions::not_shown((found.below_level, found.excluded.len()));
    let others = others.map(|others| Block::note(format!("Not listed: {others}.")));
    let table = Block::table(table).into_iter();
    table.chain(notes).chain(same.map(Block::text)).chain(others).collect()
}

/// What to know about findings that the snapshots' answers do not allow to compare.
fn limits(changes: &FindingChanges) -> Vec<&'static str> {
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

/// Why a snapshot cannot show a finding.
fn lacks(finding: &UnreportedFinding) -> String {
    let (side, missing) = (finding.side.as_str(), bases(&finding.missing));
    match &finding.reason {
        Some(reason) => {
            format!("The {side} snapshot does not have what it is based on: {missing}: {reason}.")
        }
        None => format!("The {side} snapshot does not report what it is based on: {missing}."),
    }
}

/// What a finding rests on, by name.
fn bases(bases: &[Basis]) -> String {
    bases.iter().map(|basis| basis.as_str()).collect::<Vec<_>>().join(", ")
}

fn was(changed: &ChangedFinding) -> String {
    let before = format!("was {}", changed.severity_before);
    match changed.unlike.as_slice() {
        [] => before,
        parts => format!("{before}; in one snapshot only: {}", bases(parts)),
    }
}

/// What became of each list, of which some entries are named; and what to know of lists that leave
/// something out.
fn listed(diff: &Diff) -> impl Iterator<Item = Block> {
    let lines = lists(diff);
    let leaves_out = lines.iter().any(|line| line.what.ends_with(" listed"));
    let note = leaves_out.then(|| {
        Block::note(
            "Lists leave out what is small: \"newly listed\" may have been there before, and what is \
             \"no longer listed\" may be there still.",
        )
    });
    let table = Table::of("Lists", &lines)
        .word("List", |it| it.list)
        .word("change", |it| it.what)
        .text("entries", |it| it.entries.as_str())
        .long()
        .wrapped();
    std::iter::once(Block::Table(table)).chain(note)
}

/// What became of one list: new or gone entries, or that there are none.
struct ListLine {
    list: &'static str,
    what: &'static str,
    entries: String,
}

/// What became of every list.
fn lists(diff: &Diff) -> Vec<ListLine> {
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
                lines.push(ListLine { list, what, entries: named(&entries) });
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

fn only(entries: &[Entry], certainty: Certainty) -> Vec<&Entry> {
    entries.iter().filter(|entry| entry.certainty == certainty).collect()
}

fn named(entries: &[&Entry]) -> String {
    let name = |entry: &&Entry| match entry.share {
        Some(_) => format!("{} ({})", entry.key.name, percent(entry.share)),
        None => entry.key.name.clone(),
    };
    let names: Vec<String> = entries.iter().take(MOST).map(name).collect();
    let more = match entries.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    names.join(", ") + &more
}

/// Something that came, went, is judged otherwise or could not be compared.
#[derive(Default)]
struct Row<'a> {
    /// The change for people.
    words: &'static str,
    list: &'static str,
    change: &'static str,
    value: &'a str,
    finding: Option<&'a Finding>,
    entry: Option<&'a Entry>,
    why: Option<&'static str>,
    severity_before: Option<Level>,
}

/// What came, went or is judged otherwise: findings for people, and all of it in CSV.
pub(crate) fn table(answer: &Answer<Diff>) -> Table {
    let diff = &answer.body;
    let entries = diff.lists().into_iter().flat_map(|(list, changes)| {
        let new = changes.into_iter().flat_map(|it| &it.new).map(|it| ("new", it));
        let gone = changes.into_iter().flat_map(|it| &it.gone).map(|it| ("gone", it));
        new.chain(gone).map(move |(change, entry)| Row {
            list: list.as_str(),
            change,
            value: &entry.key.name,
            entry: Some(entry),
            ..Row::default()
        })
    });
    let missing = diff.not_reported.iter().map(|it| Row {
        list: it.list.as_str(),
        change: lack(it.reason.as_ref()),
        value: it.side.as_str(),
        ..Row::default()
    });
    of_rows("Changes", answer, of_findings(diff).into_iter().chain(entries).chain(missing))
}

fn of_rows<'a>(
    caption: &str,
    answer: &Answer<Diff>,
    rows: impl IntoIterator<Item = Row<'a>>,
) -> Table {
    let (device, diff) = (&answer.header.device, &answer.body);
    let since = |it: &Row<'a>| {
        it.finding.map(|it| it.first_time).or_else(|| it.entry.and_then(|it| it.first_seen))
    };
    let share = |it: &Row<'a>| it.entry.and_then(|it| it.share);
    let margin = |it: &Row<'a>| share(it).map(Share::margin).filter(|margin| *margin > 0.0);
    Table::of(caption, rows)
        .word("Change", |it| it.words)
        .of_device(device)
        .csv("old_taken", |_| diff.old.taken)
        .csv("new_taken", |_| diff.new.taken)
        .csv("list", |it| it.list)
        .csv("change", |it| it.change)
        .column(Column::text("finding").keyed("value"), |it| it.value)
        .csv("value_did", |it| it.entry.and_then(|it| it.key.did).map(DeviceId::get))
        .column(Column::word("severity").keyed("severity"), |it| it.finding.map(|it| it.severity))
        .csv("share", share)
        .csv("margin", margin)
        .column(Column::word("from").keyed("first_seen"), since)
        .csv("certainty", |it| it.entry.map(|it| it.certainty.as_str()))
        .csv("finding_id", |it| it.finding.map(|it| it.id.to_string()))
        .csv("rule", |it| it.finding.map(|it| it.rule.id.id()))
        .csv("why", |it| it.why)
        .column(Column::word("before").keyed("severity_before"), |it| it.severity_before)
        .whole()
}

/// What it is called that something is missing, which has a reason if it was refused.
const fn lack(reason: Option<&String>) -> &'static str {
    if reason.is_some() { "refused" } else { "not_reported" }
}

fn of_findings(diff: &Diff) -> Vec<Row<'_>> {
    let Some(found) = &diff.findings else { return Vec::new() };
    let row = Row::of_finding;
    let new = found.new.iter().map(|it| row("new", "new", it));
    let changed = found.changed.iter().map(|it| {
        let before = Some(it.severity_before);
        // What only one snapshot reports is no change of what happened.
        let (words, why) =
            if it.unlike.is_empty() { ("changed", None) } else { ("reassessed", Some("unlike")) };
        Row { why, severity_before: before, ..row("changed", words, &it.finding) }
    });
    let gone = found.gone.iter().map(|it| {
        let words = if it.why == Why::Passed { "ended" } else { "gone" };
        Row { why: Some(it.why.as_str()), ..row("gone", words, &it.finding) }
    });
    let missing = found.not_reported.iter().map(|it| {
        let words = if it.side == Side::Old { "in new only" } else { "in old only" };
        Row { why: Some(it.side.as_str()), ..row(lack(it.reason.as_ref()), words, &it.finding) }
    });
    new.chain(changed).chain(gone).chain(missing).collect()
}

impl<'a> Row<'a> {
    fn of_finding(change: &'static str, words: &'static str, found: &'a Finding) -> Self {
        let (list, value) = ("findings", &found.message);
        Self { words, list, change, value, finding: Some(found), ..Self::default() }
    }
}
