//! The table of `dt diff`: something that came or went, a line.

use dt_analysis::Level;

use super::cells::{Row, number, text, time};
use crate::contract::{Answer, DeviceView, Diff, Entry, Finding, FindingChanges};

pub(super) const COLUMNS: [&str; 17] = [
    "did",
    "hostname",
    "old_taken",
    "new_taken",
    "list",
    "change",
    "value",
    "value_did",
    "severity",
    "share",
    "margin",
    "first_seen",
    "certainty",
    "finding_id",
    "rule",
    "why",
    "severity_before",
];

pub(super) fn rows(answer: &Answer<Diff>) -> Vec<Row> {
    let (device, diff) = (&answer.header.device, &answer.body);
    let lists = [
        ("ports", &diff.ports),
        ("served_ports", &diff.served_ports),
        ("peers", &diff.peers),
        ("similar_devices", &diff.similar_devices),
        ("domains", &diff.domains),
        ("countries", &diff.countries),
    ];
    let mut rows: Vec<Row> =
        diff.findings.iter().flat_map(|it| findings(device, diff, it)).collect();
    for (list, changes) in lists {
        let Some(changes) = changes else { continue };
        for (change, entries) in [("new", &changes.new), ("gone", &changes.gone)] {
            let row = |it| filled([head(device, diff, list, change), entry(it)].concat());
            rows.extend(entries.iter().map(row));
        }
    }
    let missing = diff.not_reported.iter().map(|missing| {
        let mut row = head(device, diff, missing.list.as_str(), lack(missing.reason.as_ref()));
        row.push(text(Some(missing.side)));
        filled(row)
    });
    rows.extend(missing);
    rows
}

/// What it is called that something is missing, which has a reason if it was refused.
const fn lack(reason: Option<&String>) -> &'static str {
    if reason.is_some() { "refused" } else { "not_reported" }
}

fn head(device: &DeviceView, diff: &Diff, list: &str, change: &str) -> Row {
    vec![
        number(device.did),
        text(device.hostname.as_deref()),
        time(Some(diff.old.taken)),
        time(Some(diff.new.taken)),
        text(Some(list)),
        text(Some(change)),
    ]
}

fn findings(device: &DeviceView, diff: &Diff, changes: &FindingChanges) -> Vec<Row> {
    let row = |change: &str, found: &Finding, why: Option<&str>, severity_before: Option<Level>| {
        let mut row = head(device, diff, "findings", change);
        row.extend([
            text(Some(&found.message)),
            text(None),
            text(Some(found.severity.as_str())),
            text(None),
            text(None),
            time(Some(found.first_time)),
            text(None),
            text(Some(&found.id.to_string())),
            text(Some(found.rule.id.id())),
            text(why),
            text(severity_before.map(Level::as_str)),
        ]);
        row
    };
    let new = changes.new.iter().map(|found| row("new", found, None, None));
    let changed = changes.changed.iter().map(|it| {
        let why = if it.unlike.is_empty() { None } else { Some("unlike") };
        row("changed", &it.finding, why, Some(it.severity_before))
    });
    let gone = changes.gone.iter().map(|it| row("gone", &it.finding, Some(it.why), None));
    let not_reported = changes.not_reported.iter();
    let not_reported =
        not_reported.map(|it| row(lack(it.reason.as_ref()), &it.finding, Some(it.side), None));
    new.chain(changed).chain(gone).chain(not_reported).collect()
}

fn entry(entry: &Entry) -> Row {
    let share = entry.share.measured;
    let margin = share.map(|share| share.margin).filter(|margin| *margin > 0.0);
    vec![
        text(Some(&entry.value)),
        number(entry.did),
        text(None),
        number(share.map(|share| share.value)),
        number(margin),
        time(entry.first_seen),
        text(Some(entry.certainty)),
    ]
}

/// A row whose last cells are empty.
fn filled(mut row: Row) -> Row {
    row.resize(COLUMNS.len(), text(None));
    row
}
