//! `dt sweep`: how a run went.

use dt_fleet::{ApplianceSummary, Totals};
use dt_model::Amount;

use super::{Block, Column, Subject, Summary, Table, View};
use crate::contract::SweepRun;

pub(crate) fn view(run: &SweepRun) -> View<'_> {
    View::of(
        "Sweep",
        Subject::Named(run.run.as_str().into()),
        Summary::sentence(None, sentence(run)),
    )
    .section("appliances", "Appliances", blocks_of(&run.appliances))
}

fn sentence(run: &SweepRun) -> String {
    let Totals { listed, swept, deep, .. } = Totals::of(&run.appliances);
    let [listed, swept, deep] = [listed, swept, deep].map(|count| Amount::Exact(count.into()));
    let end = if run.complete { "" } else { " It is not complete: dt sweep --resume goes on." };
    format!("{swept} of {listed} devices were looked at, {deep} of them in full.{end}")
}

/// An appliance a row.
pub(crate) fn table(run: &SweepRun) -> Table {
    appliances(Some(&run.run), &run.appliances)
}

/// The same, of a run that is named elsewhere, with what went wrong as sentences.
pub(super) fn blocks_of(all: &[ApplianceSummary]) -> impl Iterator<Item = Block> {
    let wrong = |it: &ApplianceSummary| {
        let why = it.list_error.as_ref().or(it.given_up.as_ref())?;
        Some(Block::note(format!("{}: {why}", it.name)))
    };
    let table = Block::Table(appliances(None, all).without_empty());
    std::iter::once(table).chain(all.iter().filter_map(wrong))
}

fn appliances(run: Option<&str>, all: &[ApplianceSummary]) -> Table {
    let unless_none = |number: u64| Some(number).filter(|number| *number > 0);
    Table::of("Appliances", all)
        .csv("run", |_| run)
        .column(Column::text("appliance").keyed("appliance"), |it| &it.name)
        .column(Column::number("listed").keyed("devices_listed"), |it| it.devices_listed)
        .column(Column::number("looked at").keyed("swept"), |it| it.swept)
        .column(Column::number("in full").keyed("deep"), |it| it.deep)
        .column(Column::number("cut").filed("deep_cut"), |it| unless_none(it.deep_cut))
        .column(Column::number("failed").keyed("failed"), |it| it.failed)
        .column(Column::number("requests").keyed("requests"), |it| it.requests)
        .column(Column::number("refused").filed("refused"), |it| unless_none(it.refused))
        .column(Column::number("seconds").keyed("seconds"), |it| it.seconds)
        .column(Column::number("a second").filed("rate"), |it| it.rate)
        .csv("given_up", |it| &it.given_up)
        .csv("list_error", |it| &it.list_error)
        .whole()
}
