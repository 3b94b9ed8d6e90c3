//! `dt fleet`: which of all devices first.

use dt_analysis::{AsOf, Level};
use dt_model::Amount;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Block, Column, Shown, Subject, Summary, Table, Value, View, sweep};
use crate::contract::{Fleet, FleetRow};
use crate::phrases::numbers::plural;

pub(crate) fn view<'a>(fleet: &'a Fleet, from: AsOf<'_>) -> View<'a> {
    let (present, gone): (Vec<&FleetRow>, Vec<&FleetRow>) =
        fleet.rows.iter().partition(|row| row.rank.is_some());
    let more = (fleet.more > 0).then(|| {
        Block::note(format!("{}: --top shows them.", plural(fleet.more, "more row", "more rows")))
    });
    let first = Block::table(of_rows("First", &present, from)).into_iter().chain(more);
    let appliances = Block::Table(sweep::table_of(&fleet.appliances));
    let summary = Summary::sentence(fleet.urgency(), sentence(fleet));
    View::of("Fleet", Subject::Named(&fleet.run), summary)
        .section("first", "First", first.chain(remarks(fleet).into_iter().map(Block::note)))
        .section("gone", "Gone", Block::table(of_rows("Gone", &gone, from)))
        .section("appliances", "Appliances", [appliances])
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

/// A row a line.
pub(crate) fn table(fleet: &Fleet) -> Table {
    // No column of CSV depends on the time.
    let from = AsOf { now: fleet.began, zone: &TimeZone::UTC };
    of_rows("Fleet", &fleet.rows.iter().collect::<Vec<_>>(), from)
}

/// A screen has room for little: one column says what several say elsewhere.
fn of_rows(caption: &str, rows: &[&FleetRow], from: AsOf<'_>) -> Table {
    let screen = |title| Column::word(title).only(Shown::TEXT);
    let importance =
        |it: &&&FleetRow| Some(it.importance).filter(|odds| (odds - 1.0).abs() > f64::EPSILON);
    let sent = |it: &&&FleetRow| {
        it.external_bytes_out.map(|bytes| Value::Bytes(Amount::Exact(bytes.into())))
    };
    Table::of(caption, rows)
        .column(screen("device"), |it| clipped(&name(it)))
        .column(screen("priority"), |it| format!("{:2.0} {}", 100.0 * it.score, it.level))
        .column(screen("change"), |it| change(it))
        .column(screen("since"), |it| it.since.map(|since| near(since, from)))
        .column(Column::number("#").filed("rank"), |it| it.rank)
        .column(Column::number("priority").filed("score"), |it| Value::Score(it.score))
        .column(Column::word("level").filed("level"), |it| it.level)
        .column(Column::word("change").filed("change"), |it| change(it))
        .column(Column::number("chance").filed("chance"), |it| it.chance)
        .csv("q", |it| it.q)
        .csv("kind", |it| it.kind)
        .csv("did", |it| it.device.as_ref()?.did)
        .column(Column::text("device").filed("hostname"), |it| name(it))
        .csv("devices", |it| it.devices)
        .column(Column::text("appliance").filed("appliance"), |it| &it.appliance)
        .column(Column::text("tags").filed("tags"), |it| it.device.as_ref()?.tags.as_ref())
        .column(Column::number("importance").filed("importance"), importance)
        .column(Column::word("since").filed("since"), |it| it.since)
        .column(Column::text("what").keyed("message"), |it| &it.message)
        .column(Column::text("where").filed("destination"), |it| &it.destination)
        .column(Column::number("sent outside").filed("external_bytes_out"), sent)
        .csv("rule", |it| &it.rule)
        .column(Column::word("looked at").filed("stage"), |it| {
            if it.stage == 2 { "in full" } else { "first look" }
        })
        .csv("missing", |it| &it.missing)
        .whole()
        .wrapped()
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
