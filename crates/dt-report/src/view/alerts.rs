//! What the appliance itself says about a device.

use super::{Block, Column, Shown, Table, Value};
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
    breaches.into_iter().flatten().chain(Block::list(incidents.chain(watched))).collect()
}

fn breaches(breaches: &[Breach], report: &Report) -> Vec<Block> {
    if breaches.is_empty() {
        return vec![Block::text("No model was breached in these four weeks.")];
    }
    let score = |it: &&Breach| it.breach.score.map_or_else(String::new, |it| format!("{it:.2}"));
    let priority = |it: &&Breach| it.breach.priority.map_or_else(String::new, |it| it.to_string());
    let finding = |it: &&Breach| place(it, report).map_or_else(String::new, |it| it.to_string());
    // A screen needs the room for what models are called.
    let table = Table::of("Breaches", breaches)
        .word("breach", |it| Value::Link(it.breach.pbid.to_string(), it.url.clone()))
        .word("time", |it| Value::Time(it.breach.time))
        .text("model", |it| &it.breach.model)
        .number("priority", priority)
        .column(Column::number("score").only(Shown::PAGES), score)
        .word("acknowledged", |it| Value::Flag(it.breach.acknowledged))
        .number("finding", finding)
        .long()
        .wrapped();
    let older = report.breaches_left_out;
    let older = (older > 0)
        .then(|| Block::note(format!("And {}.", plural(older, "older breach", "older breaches"))));
    Block::table(table).into_iter().chain(older).collect()
}
