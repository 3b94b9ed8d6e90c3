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
    let (above, below): (Vec<&FleetRow>, Vec<&FleetRow>) =
        present.into_iter().partition(|row| is_above_line(row, fleet.line));
    let more = (fleet.more > 0).then(|| {
        Block::note(format!("{}: --top shows them.", plural(fleet.more, "more row", "more rows")))
    });
    let line = line(fleet, above.len()).map(Block::note);
    let first = Block::table(of_rows(fleet, "First", &above, from)).into_iter().chain(line);
    let first = first.chain(Block::table(of_rows(fleet, "Below the line", &below, from)));
    let first = first.chain(more).chain(remarks(fleet).into_iter().map(Block::note));
    let appliances = Block::Table(sweep::table_of(&fleet.appliances));
    let summary = Summary::sentence(fleet.urgency(), sentence(fleet));
    View::of("Fleet", Subject::Named(&fleet.run), summary)
        .section("first", "First", first)
        .section("gone", "Gone", Block::table(of_rows(fleet, "Gone", &gone, from)))
        .section("reports", "Full reports", reports(fleet))
        .section("appliances", "Appliances", [appliances])
}

/// The page about a device, if pages were made.
fn page(fleet: &Fleet, row: &FleetRow) -> Value {
    match (&fleet.reports, fleet.page_of(row)) {
        (None, _) => Value::Empty,
        (Some(_), Some(page)) => Value::Link("report".to_owned(), Some(page.to_owned())),
        (Some(_), None) if row.device.is_none() => Value::Empty,
        (Some(_), None) => "not kept".into(),
    }
}

/// Every page that was made.
fn reports(fleet: &Fleet) -> Option<Block> {
    let reports = fleet.reports.as_deref().unwrap_or_default();
    let table = Table::of("Full reports", reports)
        .column(Column::text("device").only(Shown::PAGES), |it| {
            Value::Link(it.name.clone(), Some(it.page.clone()))
        })
        .column(Column::text("appliance").only(Shown::PAGES), |it| &it.appliance)
        .column(Column::number("priority").only(Shown::PAGES), |it| Value::Score(it.score))
        .column(Column::word("level").only(Shown::PAGES), |it| it.level)
        .whole();
    Block::table(table)
}

/// Whether a row is above the line, if there is one.
fn is_above_line(row: &FleetRow, line: Option<f64>) -> bool {
    match (line, row.q) {
        (Some(line), Some(q)) => q <= line,
        _ => true,
    }
}

/// What the line says of the rows above it.
fn line(fleet: &Fleet, above: usize) -> Option<String> {
    let percent = 100.0 * fleet.line?;
    if fleet.nights < dt_fleet::Chance::LEAST_NIGHTS {
        return None;
    }
    let rows = plural(above, "row is", "rows are");
    Some(format!("{rows} above the line: at most {percent:.0} % of them are expected by chance."))
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
    of_rows(fleet, "Fleet", &fleet.rows.iter().collect::<Vec<_>>(), from)
}

/// A screen has room for little: one column says what several say elsewhere.
fn of_rows(fleet: &Fleet, caption: &str, rows: &[&FleetRow], from: AsOf<'_>) -> Table {
    let screen = |title| Column::word(title).only(Shown::TEXT);
    let importance =
        |it: &&&FleetRow| Some(it.importance).filter(|odds| (odds - 1.0).abs() > f64::EPSILON);
    let sent = |it: &&&FleetRow| {
        it.external_bytes_out.map(|bytes| Value::Bytes(Amount::Exact(bytes.into())))
    };
    Table::of(caption, rows)
        .column(screen("device"), |it| clipped(&name(it)))
        .column(screen("priority"), |it| priority(it))
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
        .column(Column::word("report").filed("report"), |it| page(fleet, it))
        .csv("missing", |it| &it.missing)
        .whole()
        .wrapped()
}

/// The score and its level, with what the device matters if that is not as much as others.
fn priority(row: &FleetRow) -> String {
    let priority = format!("{:2.0} {}", 100.0 * row.score, row.level);
    match row.importance {
        importance if (importance - 1.0).abs() > f64::EPSILON => {
            format!("{priority} \u{d7}{importance}")
        }
        _ => priority,
    }
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
        "appliance" | "group" => {
            let name = row.names.first().map_or("", String::as_str);
            format!("{name} ({})", Amount::Exact(row.devices as u128))
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
