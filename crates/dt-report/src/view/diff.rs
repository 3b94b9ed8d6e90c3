//! `dt diff`: what changed between two snapshots.

use dt_analysis::{AsOf, Level};

use super::{
    Block, Column, Section, Shown, Subject, Summary, Table, Text, Value, View, exclusions, findings,
};
use crate::contract::{Answer, ChangedFinding, DeviceView, Diff, Entry, Finding, ListChange};
use crate::phrases::difference::{
    apart, bounds, changed, gone, lacks, limits, lists, not_in, only_in, why,
};
use crate::phrases::numbers::plural;
use crate::phrases::times;

/// How many entries of a list are named.
const MOST: usize = 10;

/// What came, went or is judged otherwise, each in a row: findings for people, and all of it in CSV.
const COLUMNS: [Column; 18] = [
    Column::word("Change"),
    Column::number("id").keyed("did").only(Shown::CSV),
    Column::text("host name").keyed("hostname").only(Shown::CSV),
    Column::word("older").keyed("old_taken").only(Shown::CSV),
    Column::word("newer").keyed("new_taken").only(Shown::CSV),
    Column::word("list").keyed("list").only(Shown::CSV),
    Column::word("change").keyed("change").only(Shown::CSV),
    Column::text("finding").keyed("value"),
    Column::number("its id").keyed("value_did").only(Shown::CSV),
    Column::word("severity").keyed("severity"),
    Column::share("share").keyed("share").only(Shown::CSV),
    Column::number("margin").keyed("margin").only(Shown::CSV),
    Column::word("from").keyed("first_seen"),
    Column::word("certainty").keyed("certainty").only(Shown::CSV),
    Column::word("finding id").keyed("finding_id").only(Shown::CSV),
    Column::word("rule").keyed("rule").only(Shown::CSV),
    Column::word("why").keyed("why").only(Shown::CSV),
    Column::word("before").keyed("severity_before"),
];

pub(crate) fn view<'a>(answer: &'a Answer<Diff>, from: AsOf<'_>) -> View<'a> {
    let diff = &answer.body;
    let sections = [
        Section::of("snapshots", "The snapshots", snapshots(diff, from)),
        Section::of("findings", "Findings", changes(answer)),
        Section::of_pages("new", "New findings", new(answer, from)),
        Section::of_pages("changed", "Findings of another severity", reassessed(answer, from)),
        Section::of_pages("incomparable", "Findings of one snapshot only", incomparable(diff)),
        Section::of("lists", "Ports, peers, domains and countries", listed(diff)),
    ];
    View {
        kind: "What changed",
        subject: Subject::Device { header: &answer.header, window: None },
        summary: Summary::Sentence {
            level: diff.priority.as_ref().map(|change| change.after.level),
            text: match &diff.summary {
                Some(summary) => sentence(summary),
                None => "What is listed in only one of two snapshots.".into(),
            },
        },
        series: Vec::new(),
        sections: sections.into_iter().flatten().collect(),
    }
}

/// A text as a sentence of its own.
fn sentence(text: &str) -> Text {
    let mut text = format!("{text}.");
    text.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
    text.into()
}

/// Where the snapshots are, when they were taken, and what only one of them has an answer to.
fn snapshots(diff: &Diff, from: AsOf<'_>) -> Vec<Block> {
    let (old, new) = (&diff.old, &diff.new);
    let time = |at| times::date_and_hour(at, from);
    let zone = times::zone_name(new.taken, from.zone);
    let (asked, then) = (time(old.taken), time(new.taken));
    let apart = apart(old.taken, new.taken);
    let columns = [Column::text("Snapshot"), Column::word("taken"), Column::word("data until")];
    let columns = columns.map(|column| column.only(Shown::PAGES));
    let rows = [old, new]
        .map(|side| vec![(&side.path).into(), Value::Time(side.taken), side.data_until.into()]);
    let lacking: Vec<Text> =
        diff.priority.iter().flat_map(not_in).map(|line| sentence(&line)).collect();
    let lacking = (!lacking.is_empty()).then_some(Block::List(lacking));
    let head = [
        Block::text(format!("Asked {asked} and {then} {zone}, {apart}.")),
        Block::Table(Table::whole("The older and the newer", &columns, rows)),
    ];
    head.into_iter().chain(lacking).collect()
}

/// Findings that came, went or are judged otherwise, and how many stayed; nothing under documented
/// rules.
fn changes(answer: &Answer<Diff>) -> Vec<Block> {
    let Some(found) = &answer.body.findings else { return Vec::new() };
    let table = Table::whole("Findings", &COLUMNS, of_findings(answer)).wrapped().without_empty();
    let same = match (table.rows.is_empty(), found.same) {
        (true, 0) => Some("Nothing stands out in either.".to_owned()),
        (_, 0) => None,
        (_, same) => Some(format!("{} the same.", plural(same, "finding is", "findings are"))),
    };
    let notes = limits(found).into_iter().map(|line| Block::Note(sentence(line)));
    let table = table.filled().map(Block::Table);
    let others = exclusions::not_shown(Some(found.below_level), found.excluded.len());
    let others = others.map(|others| Block::note(format!("Not listed: {others}.")));
    table.into_iter().chain(notes).chain(same.map(Block::text)).chain(others).collect()
}

/// What is new with all that is known about it; what is of low severity, its row has told.
fn new(answer: &Answer<Diff>, from: AsOf<'_>) -> Vec<Block> {
    let device = &answer.header.device;
    let new = answer.body.findings.iter().flat_map(|it| &it.new);
    new.filter(|it| it.severity > Level::Low).map(|it| card(it, device, from)).collect()
}

fn reassessed(answer: &Answer<Diff>, from: AsOf<'_>) -> Vec<Block> {
    let device = &answer.header.device;
    let changed = answer.body.findings.iter().flat_map(|it| &it.changed);
    changed.flat_map(|it| [Block::note(was(it)), card(&it.finding, device, from)]).collect()
}

fn incomparable(diff: &Diff) -> Vec<Block> {
    let findings = diff.findings.iter().flat_map(|it| &it.not_reported);
    let lines = findings.map(|it| format!("{}: {}", it.finding.message, lacks(it)).into());
    let lines: Vec<Text> = lines.collect();
    if lines.is_empty() { Vec::new() } else { vec![Block::List(lines)] }
}

fn card(found: &Finding, device: &DeviceView, from: AsOf<'_>) -> Block {
    Block::Finding(Box::new(findings::finding(found, device, from)))
}

fn was(changed: &ChangedFinding) -> String {
    let before = format!("was {}", changed.severity_before);
    match changed.unlike.as_slice() {
        [] => before,
        parts => format!("{before}; in one snapshot only: {}", parts.join(", ")),
    }
}

/// What became of each list, of which some entries are named.
fn listed(diff: &Diff) -> Vec<Block> {
    let lines = lists(diff, MOST);
    let columns = [Column::word("List"), Column::word("change"), Column::text("entries")];
    let note = bounds(&lines).map(|lines| Block::Note(sentence(&lines.join(" "))));
    let rows = lines
        .iter()
        .map(|line| vec![line.list.into(), line.what.into(), line.entries.as_str().into()]);
    let table = Table::new("Lists", &columns, rows).wrapped();
    [Some(Block::Table(table)), note].into_iter().flatten().collect()
}

/// Everything that came, went, is judged otherwise or could not be compared.
pub(crate) fn table(answer: &Answer<Diff>) -> Table {
    let diff = &answer.body;
    let lists = [
        ("ports", &diff.ports),
        ("served_ports", &diff.served_ports),
        ("peers", &diff.peers),
        ("similar_devices", &diff.similar_devices),
        ("domains", &diff.domains),
        ("countries", &diff.countries),
    ];
    let entries =
        lists.into_iter().flat_map(|(list, changes)| of_list(answer, list, changes.as_ref()));
    let missing = diff.not_reported.iter().map(|missing| {
        let head = head(answer, missing.list.as_str(), lack(missing.reason.as_ref()), "");
        filled(head.into_iter().chain([missing.side.into()]))
    });
    Table::whole("Changes", &COLUMNS, of_findings(answer).into_iter().chain(entries).chain(missing))
}

/// What it is called that something is missing, which has a reason if it was refused.
const fn lack(reason: Option<&String>) -> &'static str {
    if reason.is_some() { "refused" } else { "not_reported" }
}

/// What every row begins with; `words` say the change to people.
fn head(answer: &Answer<Diff>, list: &str, change: &str, words: &str) -> [Value; 7] {
    let (device, diff) = (&answer.header.device, &answer.body);
    [
        words.into(),
        device.did.into(),
        (&device.hostname).into(),
        Value::Time(diff.old.taken),
        Value::Time(diff.new.taken),
        list.into(),
        change.into(),
    ]
}

fn of_findings(answer: &Answer<Diff>) -> Vec<Vec<Value>> {
    let Some(found) = &answer.body.findings else { return Vec::new() };
    let row = |change, words, found: &Finding, why: Option<&str>, before: Option<Level>| {
        let rest = [
            (&found.message).into(),
            Value::Empty,
            Value::of_level(Some(found.severity)),
            Value::Empty,
            Value::Empty,
            Value::Time(found.first_time),
            Value::Empty,
            found.id.to_string().into(),
            found.rule.id.id().into(),
            why.map_or(Value::Empty, Value::from),
            Value::of_level(before),
        ];
        head(answer, "findings", change, words).into_iter().chain(rest).collect()
    };
    let new = found.new.iter().map(|it| row("new", "new", it, None, None));
    let other = found
        .changed
        .iter()
        .map(|it| row("changed", changed(it), &it.finding, why(it), Some(it.severity_before)));
    let old = found.gone.iter().map(|it| row("gone", gone(it), &it.finding, Some(it.why), None));
    let missing = found
        .not_reported
        .iter()
        .map(|it| row(lack(it.reason.as_ref()), only_in(it), &it.finding, Some(it.side), None));
    new.chain(other).chain(old).chain(missing).collect()
}

fn of_list(
    answer: &Answer<Diff>,
    list: &'static str,
    changes: Option<&ListChange>,
) -> Vec<Vec<Value>> {
    let row = |change, entry: &Entry| {
        let share = entry.share.measured;
        let margin = share.map(|share| share.margin).filter(|margin| *margin > 0.0);
        let rest = [
            (&entry.value).into(),
            entry.did.into(),
            Value::Empty,
            share.map_or(Value::Empty, Value::Share),
            margin.map_or(Value::Empty, Value::Decimal),
            entry.first_seen.into(),
            entry.certainty.into(),
        ];
        filled(head(answer, list, change, "").into_iter().chain(rest))
    };
    let Some(ListChange { new, gone, .. }) = changes else { return Vec::new() };
    let new = new.iter().map(|entry| row("new", entry));
    new.chain(gone.iter().map(|entry| row("gone", entry))).collect()
}

/// A row whose last cells are empty.
fn filled(row: impl Iterator<Item = Value>) -> Vec<Value> {
    row.chain(std::iter::repeat(Value::Empty)).take(COLUMNS.len()).collect()
}
