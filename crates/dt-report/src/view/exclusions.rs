//! Entries that exclude findings, and what they exclude.

use dt_analysis::AsOf;

use super::{Block, Column, Shown, Subject, Summary, Table, Value, View};
use crate::contract::{
    BelowLevel, Excluded, ExclusionRow, ExclusionState, ExclusionView, Exclusions, Finding,
};
use crate::phrases::numbers::plural;
use crate::phrases::times;

pub(crate) fn view(found: &Exclusions) -> View<'_> {
    let entries = &found.exclusions;
    let expired = entries.iter().filter(|entry| entry.state == ExclusionState::Expired).count();
    let unused = entries.iter().filter(|entry| entry.matched == 0).count();
    let text = match entries.len() {
        0 => "Nothing is excluded.".to_owned(),
        some => {
            let entries = plural(some, "exclusion", "exclusions");
            format!("{entries}; {expired} expired, {unused} matched nothing yet.")
        }
    };
    let subject = Subject::Appliance { schema: found.schema };
    let (summary, rows) = (Summary::sentence(None, text), Block::table(table(found)));
    View::of("Exclusions", subject, summary).section("entries", "Exclusions", rows)
}

/// An entry a row.
pub(crate) fn table(found: &Exclusions) -> Table {
    let because = |it: &&ExclusionRow| format!("{} ({})", it.exclusion.reason, it.exclusion.who);
    let last = |it: &&ExclusionRow| it.last_matched.map_or(Value::Missing("never"), Value::Time);
    Table::of("Exclusions", &found.exclusions)
        .column(Column::text("Excludes").keyed("criteria"), |it| it.exclusion.criteria())
        .column(Column::text("reason").filed("reason"), |it| &it.exclusion.reason)
        .column(Column::word("who").filed("who"), |it| &it.exclusion.who)
        .column(Column::text("because").only(Shown::TEXT), because)
        .column(Column::word("until").keyed("until"), |it| it.exclusion.until)
        .column(Column::word("state").keyed("state"), |it| it.state.as_str())
        .column(Column::number("findings").keyed("matched"), |it| it.matched)
        .column(Column::word("last").filed("last_matched"), last)
        .column(Column::text("where").filed("place"), |it| &it.place)
        .csv("id", |it| it.exclusion.id.to_string())
        .whole()
        .wrapped()
}

/// What of a device is excluded, and why.
pub(super) fn excluded(excluded: &[Excluded<Finding>], from: AsOf<'_>) -> Option<Block> {
    Block::list(excluded.iter().map(|it| {
        let ExclusionView { reason, who, until, .. } = &it.exclusion;
        let until = times::moment(*until, from.zone);
        let Finding { severity, message, .. } = &it.finding;
        format!("{severity}: {message} (excluded until {until} by {who}: {reason})")
    }))
}

/// How many findings are not shown, and why; `None` if all are.
pub(crate) fn not_shown((below, excluded): (BelowLevel, usize)) -> Option<String> {
    let BelowLevel { low, medium } = below;
    let counts = [(medium, "medium"), (low, "low"), (excluded, "excluded")];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, what)| format!("{count} {what}")).collect();
    (!counts.is_empty()).then(|| counts.join(", "))
}

/// Findings in words, and how many are not shown besides.
pub(super) fn and_not_shown(findings: String, untold: (BelowLevel, usize)) -> String {
    match not_shown(untold) {
        Some(others) => format!("{findings}, and {others}"),
        None => findings,
    }
}
