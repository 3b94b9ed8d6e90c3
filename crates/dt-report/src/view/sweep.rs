//! `dt sweep`: how a run went.

use dt_fleet::ApplianceSummary;
use dt_model::Amount;

use super::{Block, Column, Section, Shown, Subject, Summary, Table, Value, View};
use crate::contract::SweepRun;

const COLUMNS: [Column; 12] = [
    Column::word("run").keyed("run").only(Shown::CSV),
    Column::text("appliance").keyed("appliance"),
    Column::number("listed").keyed("devices_listed"),
    Column::number("looked at").keyed("swept"),
    Column::number("in full").keyed("deep"),
    Column::number("cut").keyed("deep_cut").only(Shown::PAGES_AND_CSV),
    Column::number("failed").keyed("failed"),
    Column::number("requests").keyed("requests"),
    Column::number("refused").keyed("refused").only(Shown::PAGES_AND_CSV),
    Column::number("seconds").keyed("seconds"),
    Column::number("a second").keyed("rate").only(Shown::PAGES_AND_CSV),
    Column::text("given up").keyed("given_up"),
];

pub(crate) fn view(run: &SweepRun) -> View<'_> {
    let table = Block::Table(table_of(&run.appliances));
    View {
        kind: "Sweep",
        subject: Subject::Named(&run.run),
        summary: Summary::Sentence { level: None, text: sentence(run).into() },
        series: Vec::new(),
        sections: Section::of("appliances", "Appliances", vec![table]).into_iter().collect(),
    }
}

fn sentence(run: &SweepRun) -> String {
    let sum = |of: fn(&ApplianceSummary) -> u64| run.appliances.iter().map(of).sum::<u64>();
    let [listed, swept, deep] =
        [sum(|it| it.devices_listed), sum(|it| it.swept), sum(|it| it.deep)]
            .map(|count| Amount::Exact(count.into()));
    let end = if run.complete { "" } else { " It is not complete: dt sweep --resume goes on." };
    format!("{swept} of {listed} devices were looked at, {deep} of them in full.{end}")
}

/// An appliance a row.
pub(crate) fn table(run: &SweepRun) -> Table {
    let rows = run.appliances.iter().map(|it| cells(Some(&run.run), it));
    Table::whole("Appliances", &COLUMNS, rows)
}

/// The same, of a run that is named elsewhere.
pub(super) fn table_of(appliances: &[ApplianceSummary]) -> Table {
    let rows = appliances.iter().map(|it| cells(None, it));
    Table::whole("Appliances", &COLUMNS, rows).wrapped().without_empty()
}

fn cells(run: Option<&str>, it: &ApplianceSummary) -> Vec<Value> {
    let count = |count: u64| Value::Count(Amount::Exact(count.into()));
    let unless_none = |number: u64| if number == 0 { Value::Empty } else { count(number) };
    vec![
        run.map_or(Value::Empty, Value::from),
        it.name.as_str().into(),
        count(it.devices_listed),
        count(it.swept),
        count(it.deep),
        unless_none(it.deep_cut),
        count(it.failed),
        count(it.requests),
        unless_none(it.refused),
        Value::Decimal(it.seconds),
        Value::Decimal(it.rate),
        (&it.given_up).into(),
    ]
}
