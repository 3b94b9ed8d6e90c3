//! `dt fleet`: which of all devices first.

use dt_analysis::{AsOf, Level};
use dt_model::Amount;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Block, Column, Section, Shown, Subject, Summary, Table, Value, View, sweep};
use crate::contract::{Fleet, FleetRow};
use crate::phrases::numbers::plural;

/// A screen has room for little: one column says what several say elsewhere.
const SCREEN: Shown = Shown { text: true, pages: false, csv: false };

const COLUMNS: [Column; 24] = [
    Column::word("device").only(SCREEN),
    Column::word("priority").only(SCREEN),
    Column::word("change").keyed("change").only(SCREEN),
    Column::word("since").only(SCREEN),
    Column::number("#").keyed("rank").only(Shown::PAGES_AND_CSV),
    Column::number("priority").keyed("score").only(Shown::PAGES_AND_CSV),
    Column::word("level").keyed("level").only(Shown::PAGES_AND_CSV),
    Column::word("change").keyed("change").only(Shown::PAGES_AND_CSV),
    Column::number("chance").keyed("chance").only(Shown::PAGES_AND_CSV),
    Column::number("q").keyed("q").only(Shown::CSV),
    Column::word("kind").keyed("kind").only(Shown::CSV),
    Column::number("id").keyed("did").only(Shown::CSV),
    Column::text("device").keyed("hostname").only(Shown::PAGES_AND_CSV),
    Column::number("devices").keyed("devices").only(Shown::CSV),
    Column::text("appliance").keyed("appliance").only(Shown::PAGES_AND_CSV),
    Column::text("tags").keyed("tags").only(Shown::PAGES_AND_CSV),
    Column::number("importance").keyed("importance").only(Shown::PAGES_AND_CSV),
    Column::word("since").keyed("since").only(Shown::PAGES_AND_CSV),
    Column::text("what").keyed("message"),
    Column::text("where").keyed("destination").only(Shown::PAGES_AND_CSV),
    Column::number("sent outside").keyed("external_bytes_out").only(Shown::PAGES_AND_CSV),
    Column::word("rule").keyed("rule").only(Shown::CSV),
    Column::word("looked at").keyed("stage").only(Shown::PAGES_AND_CSV),
    Column::text("not visible").keyed("missing").only(Shown::CSV),
];

pub(crate) fn view<'a>(fleet: &'a Fleet, from: AsOf<'_>) -> View<'a> {
    let (present, gone): (Vec<&FleetRow>, Vec<&FleetRow>) =
        fleet.rows.iter().partition(|row| row.rank.is_some());
    let mut first: Vec<Block> =
        of_rows("First", &present, from).map(Block::Table).into_iter().collect();
    if fleet.more > 0 {
        let more = plural(fleet.more, "more row", "more rows");
        first.push(Block::note(format!("{more}: --top shows them.")));
    }
    first.extend(remarks(fleet).into_iter().map(Block::note));
    let over = of_rows("Gone", &gone, from).map(Block::Table);
    let appliances = Block::Table(sweep::table_of(&fleet.appliances));
    let sections = [
        Section::of("first", "First", first),
        Section::of("gone", "Gone", over.into_iter().collect()),
        Section::of("appliances", "Appliances", vec![appliances]),
    ];
    View {
        kind: "Fleet",
        subject: Subject::Named(&fleet.run),
        summary: Summary::Sentence { level: fleet.urgency(), text: sentence(fleet).into() },
        series: Vec::new(),
        sections: sections.into_iter().flatten().collect(),
    }
}

/// How many stand out, and how many could not be looked at.
fn sentence(fleet: &Fleet) -> String {
    let of =
        |level| fleet.rows.iter().filter(|row| row.rank.is_some() && row.level == level).count();
    let stand_out = match (of(Level::High), of(Level::Medium), of(Level::Low) + fleet.more) {
        (0, 0, 0) => "Nothing stands out".to_owned(),
        (high, medium, low) => [(high, "high"), (medium, "medium"), (low, "low")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, level)| format!("{count} {level}"))
            .collect::<Vec<_>>()
            .join(", "),
    };
    let totals = fleet.totals;
    let [listed, swept, deep, failed] = [totals.listed, totals.swept, totals.deep, totals.failed]
        .map(|count| Amount::Exact(count.into()).to_string());
    let failed = if totals.failed == 0 { String::new() } else { format!("; {failed} failed") };
    let unfinished = if fleet.complete { "" } else { " The sweep is not complete." };
    format!(
        "{stand_out}. {swept} of {listed} devices were looked at, {deep} of them in full{failed}.\
         {unfinished}"
    )
}

/// What whoever reads the order has to know.
fn remarks(fleet: &Fleet) -> Vec<String> {
    let mut remarks = Vec::new();
    if fleet.totals.deep < fleet.totals.swept {
        remarks.push(
            "A first look asks for connections and external traffic alone: it does not see uploads \
             within the network, downloads, and differences from similar devices."
                .to_owned(),
        );
    }
    if fleet.totals.deep_cut > 0 {
        let cut = Amount::Exact(fleet.totals.deep_cut.into());
        remarks.push(format!("{cut} more devices deserved a full report; --deep sets the bound."));
    }
    if fleet.nights < dt_fleet::Chance::LEAST_NIGHTS {
        let nights = plural(fleet.nights, "night is", "nights are");
        remarks.push(format!(
            "How many devices reach such a priority by chance is not known yet: {nights} known, \
             {} needed.",
            dt_fleet::Chance::LEAST_NIGHTS
        ));
    }
    remarks
}

fn of_rows(caption: &str, rows: &[&FleetRow], from: AsOf<'_>) -> Option<Table> {
    let rows = rows.iter().map(|row| cells(row, from));
    Table::whole(caption, &COLUMNS, rows).wrapped().filled()
}

/// A row a line.
pub(crate) fn table(fleet: &Fleet) -> Table {
    // No column of CSV depends on the time.
    let from = AsOf { now: fleet.began, zone: &TimeZone::UTC };
    Table::whole("Fleet", &COLUMNS, fleet.rows.iter().map(|row| cells(row, from)))
}

fn cells(row: &FleetRow, from: AsOf<'_>) -> Vec<Value> {
    let number = |number: Option<f64>| number.map_or(Value::Empty, Value::Decimal);
    let device = row.device.as_ref();
    let tags = device.and_then(|device| device.tags.clone()).unwrap_or_default();
    vec![
        clipped(&name(row)).into(),
        format!("{:2.0} {}", 100.0 * row.score, row.level).into(),
        change(row).into(),
        row.since.map_or_else(String::new, |since| near(since, from)).into(),
        row.rank.map_or(Value::Empty, Value::counted),
        Value::Score(row.score),
        Value::of_level(Some(row.level)),
        change(row).into(),
        number(row.chance),
        number(row.q),
        row.kind.into(),
        device.map_or(Value::Empty, |device| device.did.into()),
        name(row).into(),
        Value::counted(row.devices),
        (&row.appliance).into(),
        Value::List(tags),
        number(Some(row.importance).filter(|odds| (odds - 1.0).abs() > f64::EPSILON)),
        row.since.into(),
        (&row.message).into(),
        (&row.destination).into(),
        row.external_bytes_out
            .map_or(Value::Empty, |bytes| Value::Bytes(Amount::Exact(bytes.into()))),
        (&row.rule).into(),
        if row.stage == 2 { "in full" } else { "first look" }.into(),
        Value::List(row.missing.clone()),
    ]
}

/// A time of the last day as its hour, else as its date.
fn near(time: Timestamp, from: AsOf<'_>) -> String {
    let is_recent = from.now.duration_since(time) < SignedDuration::from_hours(24);
    let zoned = from.zone.to_datetime(time);
    zoned.strftime(if is_recent { "%H:%M" } else { "%d %b" }).to_string()
}

/// A name that leaves room for what it is told for.
fn clipped(name: &str) -> String {
    const MOST: usize = 20;
    match name.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

/// The device, or how many there are.
fn name(row: &FleetRow) -> String {
    match row.kind {
        "thing" => {
            let percent = 100.0 * row.fleet_share;
            format!("{} devices ({percent:.1} %)", Amount::Exact(row.devices as u128))
        }
        _ => row.names.first().cloned().unwrap_or_default(),
    }
}

/// How it changed, in points of a hundred.
fn change(row: &FleetRow) -> String {
    match (row.state, row.change) {
        (Some("changed"), Some(by)) => format!("{:+.0}", 100.0 * by),
        (Some(state), _) => state.to_owned(),
        (None, _) => String::new(),
    }
}
