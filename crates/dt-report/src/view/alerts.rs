//! What the appliance itself says about a device.

use super::{Block, Column, Table, Text, Value};
use crate::contract::{Breach, Report};
use crate::phrases::alerts::{incident, is_watched, place};
use crate::phrases::numbers::plural;

/// Nothing if nothing was answered.
pub(super) fn blocks(report: &Report) -> Vec<Block> {
    let breaches = report.breaches.as_deref().map(|it| breaches(it, report));
    let incidents = report.analyst.iter().flatten();
    let incidents = incidents.map(|it| format!("AI Analyst: {}.", incident(it)));
    let watched = report.watched.iter().flatten();
    let watched = watched.map(|it| format!("It watches {}.", is_watched(it)));
    let others: Vec<Text> = incidents.chain(watched).map(Text::from).collect();
    let others = (!others.is_empty()).then_some(Block::List(others));
    breaches.into_iter().flatten().chain(others).collect()
}

fn breaches(breaches: &[Breach], report: &Report) -> Vec<Block> {
    if breaches.is_empty() {
        return vec![Block::text("No model was breached in these four weeks.")];
    }
    let columns = [
        Column::word("breach"),
        Column::word("time"),
        Column::text("model"),
        Column::number("priority"),
        Column::number("score"),
        Column::word("acknowledged"),
        Column::number("finding"),
    ];
    let rows = breaches.iter().map(|breach| -> Vec<Value> {
        let score = breach.score.map_or_else(String::new, |score| format!("{score:.2}"));
        let priority = breach.priority.map_or_else(String::new, |it| it.to_string());
        let place = place(breach, report).map_or_else(String::new, |place| place.to_string());
        vec![
            Value::Link(breach.pbid.to_string(), breach.url.clone()),
            Value::Time(breach.time),
            (&breach.model).into(),
            priority.into(),
            score.into(),
            Value::Flag(breach.acknowledged),
            place.into(),
        ]
    });
    let table = Block::Table(Table::new("Models breached", &columns, rows));
    let older = report.breaches_left_out;
    let older = (older > 0)
        .then(|| Block::note(format!("And {}.", plural(older, "older breach", "older breaches"))));
    std::iter::once(table).chain(older).collect()
}
