//! Entries that exclude findings, and what they exclude.

use dt_analysis::AsOf;

use super::{Block, Column, Section, Shown, Subject, Summary, Table, Text, Value, View};
use crate::contract::{BelowLevel, Excluded, ExclusionRow, ExclusionView, Exclusions, Finding};
use crate::phrases::numbers::plural;
use crate::phrases::times;

const COLUMNS: [Column; 9] = [
    Column::text("Excludes").keyed("criteria"),
    Column::text("reason").keyed("reason"),
    Column::word("who").keyed("who"),
    Column::word("until").keyed("until"),
    Column::word("state").keyed("state"),
    Column::number("findings").keyed("matched"),
    Column::word("last").keyed("last_matched"),
    Column::text("where").keyed("place").only(Shown::PAGES_AND_CSV),
    Column::word("id").keyed("id").only(Shown::CSV),
];

pub(crate) fn view(found: &Exclusions) -> View<'_> {
    let entries = &found.exclusions;
    let expired = entries.iter().filter(|entry| entry.state == "expired").count();
    let unused = entries.iter().filter(|entry| entry.matched == 0).count();
    let text = match entries.len() {
        0 => "Nothing is excluded.".to_owned(),
        some => {
            let entries = plural(some, "exclusion", "exclusions");
            format!("{entries}; {expired} expired, {unused} matched nothing yet.")
        }
    };
    View {
        kind: "Exclusions",
        subject: Subject::Appliance { schema: found.schema },
        summary: Summary::Sentence { level: None, text: text.into() },
        series: Vec::new(),
        sections: Section::of(
            "entries",
            "Exclusions",
            table(found).filled().map(Block::Table).into_iter().collect(),
        )
        .into_iter()
        .collect(),
    }
}

/// An entry a row.
pub(crate) fn table(found: &Exclusions) -> Table {
    Table::whole("Exclusions", &COLUMNS, found.exclusions.iter().map(row)).wrapped()
}

fn row(row: &ExclusionRow) -> Vec<Value> {
    let ExclusionView { id, reason, who, until, .. } = &row.exclusion;
    vec![
        row.exclusion.criteria().into(),
        reason.into(),
        who.into(),
        Value::Time(*until),
        row.state.into(),
        Value::counted(row.matched),
        row.last_matched.map_or(Value::Missing("never"), Value::Time),
        (&row.place).into(),
        id.to_string().into(),
    ]
}

/// What of a device is excluded, and why.
pub(super) fn excluded(excluded: &[Excluded<Finding>], from: AsOf<'_>) -> Vec<Block> {
    let line = |it: &Excluded<Finding>| -> Text {
        let ExclusionView { reason, who, until, .. } = &it.exclusion;
        let until = times::moment(*until, from.zone);
        let Finding { severity, message, .. } = &it.finding;
        format!("{severity}: {message} (excluded until {until} by {who}: {reason})").into()
    };
    let lines: Vec<Text> = excluded.iter().map(line).collect();
    if lines.is_empty() { Vec::new() } else { vec![Block::List(lines)] }
}

/// How many findings are not shown, and why; `None` if all are.
pub(crate) fn not_shown(below: Option<BelowLevel>, excluded: usize) -> Option<String> {
    let BelowLevel { low, medium } = below.unwrap_or_default();
    let counts = [(medium, "medium"), (low, "low"), (excluded, "excluded")];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, what)| format!("{count} {what}")).collect();
    (!counts.is_empty()).then(|| counts.join(", "))
}
