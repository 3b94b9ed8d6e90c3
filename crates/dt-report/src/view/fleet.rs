//! `dt fleet`: which of all devices first.

use dt_analysis::AsOf;
use dt_analysis::priority::hundredths;
use dt_fleet::{ApplianceSummary, Chance, GroupQuality};
use dt_model::Amount;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Block, Column, Shown, Subject, Summary, Table, Value, View, sweep};
use crate::contract::{Fleet, FleetRow, FleetRowKind, FleetRowState, FleetTotals};
use crate::phrases::numbers::plural;
use crate::phrases::times::date_and_hour;

/// So many devices are named.
const NAMED: usize = 5;

/// So many rows are read from the top; what follows is there to look things up in.
const FIRST_ROWS: usize = 50;

pub(crate) fn view<'a>(fleet: &'a Fleet, from: AsOf<'_>) -> View<'a> {
    let (present, absent): (Vec<&FleetRow>, Vec<&FleetRow>) =
        fleet.rows.iter().partition(|row| row.rank.is_some());
    let (gone, unknown): (Vec<&FleetRow>, Vec<&FleetRow>) =
        absent.into_iter().partition(|row| row.state == Some(FleetRowState::Gone));
    let nothing_left = (present.is_empty() && fleet.more == 0 && fleet.urgency().is_some())
        .then(|| Block::note("No row is left by --by, --new, --appliance and --min-severity."));
    // Without nights to compare with there is no line.
    let drawn = fleet.line.filter(|_| present.iter().any(|row| row.q.is_some()));
    let (above, below): (Vec<&FleetRow>, Vec<&FleetRow>) =
        present.into_iter().partition(|row| is_above_line(row, drawn));
    let more = (fleet.more > 0).then(|| {
        Block::note(format!("{}: --top shows them.", plural(fleet.more, "more row", "more rows")))
    });
    let line = drawn.map(|share| Block::note(line(share, above.len())));
    let tables = |caption, rows: &[&FleetRow]| in_parts(fleet, caption, rows, from);
    let first = tables("Most urgent first", &above).into_iter().chain(line);
    let first = first.chain(tables("Below the line", &below));
    let first =
        first.chain(nothing_left).chain(more).chain(remarks(fleet).into_iter().map(Block::note));
    let summary = Summary::sentence(fleet.urgency(), sentence(fleet));
    View::of("Fleet", Subject::Named(title(fleet, from).into()), summary)
        .section("first", "What to look at", first)
        .section("unknown", "Not looked at", tables("Not looked at: as it was before", &unknown))
        .section(
            "gone",
            "No longer urgent",
            tables("No longer urgent: as it was in the run before", &gone),
        )
        .section("reports", "Full reports", reports(fleet))
        .of_pages("groups", "Groups of devices", groups(fleet))
        .section("appliances", "Appliances", sweep::blocks_of(&fleet.appliances))
}

/// Whose devices were swept, and when.
fn title(fleet: &Fleet, from: AsOf<'_>) -> String {
    let devices = Amount::Exact(fleet.totals.devices.listed.into());
    let of = match fleet.appliances.as_slice() {
        [one] => one.name.clone(),
        several => format!("{} appliances", several.len()),
    };
    format!("{devices} devices of {of}, swept {}", date_and_hour(fleet.began, from))
}

/// The first rows, and the others folded.
fn in_parts(
    fleet: &Fleet,
    caption: &'static str,
    rows: &[&FleetRow],
    from: AsOf<'_>,
) -> Vec<Block> {
    let (first, rest) = rows.split_at(rows.len().min(FIRST_ROWS));
    let first = Block::table(of_rows(fleet, caption, first, from));
    let rest = of_rows(fleet, "Further down", rest, from).folded();
    first.into_iter().chain(Block::table(rest)).collect()
}

/// The groups of devices, and how good they are.
fn groups(fleet: &Fleet) -> Vec<Block> {
    let quality = fleet.group_quality.as_ref().map(|quality| Block::note(group_quality(quality)));
    let table = Table::of("Groups by the ports that devices use and serve", &fleet.groups)
        .text("group", |it| &it.name)
        .number("devices", |it| it.devices)
        .number("separation", |it| format!("{:.2}", it.silhouette))
        .paged();
    Block::table(table).into_iter().chain(quality).collect()
}

/// How good groups are, in sentences.
fn group_quality(quality: &GroupQuality) -> String {
    let types = quality.type_agreement.map(|it| {
        format!(" They agree with the appliance's types of devices to {it:.2} (1 is entirely, 0 is chance).")
    });
    let last = quality.last_agreement.map(|it| {
        let moved = if quality.is_moved() { ": the groups moved" } else { "" };
        format!(" They agree with those of the run before to {it:.2}{moved}.")
    });
    let named = quality.moved.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let others = match quality.moved.len().saturating_sub(NAMED) {
        0 => String::new(),
        count => format!(" and {count} more"),
    };
    let moved =
        (!named.is_empty()).then(|| format!(" Not with their former group: {named}{others}."));
    [
        Some(format!("The groups are separated to {:.2} of 1.", quality.silhouette)),
        types,
        last,
        moved,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// How far a row was looked at: it leads to the page about its device, if one was made.
fn looked_at(fleet: &Fleet, row: &FleetRow) -> Value {
    match (&fleet.reports, fleet.page_of(row)) {
        (Some(_), Some(page)) => Value::Link("full report".to_owned(), Some(page.to_owned())),
        (Some(_), None) if row.device.is_some() && row.stage == 2 => "in full, not kept".into(),
        (Some(_), None) if row.device.is_some() => "first look, not kept".into(),
        _ if row.stage == 2 => "in full".into(),
        _ => "first look".into(),
    }
}

/// Every page that was made.
fn reports(fleet: &Fleet) -> Option<Block> {
    let reports = fleet.reports.as_deref().unwrap_or_default();
    let table = Table::of("A page for each device that was looked at in full", reports)
        .text("device", |it| Value::Link(it.name.clone(), Some(it.page.clone())))
        .text("appliance", |it| &it.appliance)
        .word("priority", |it| Value::Priority(it.score, it.level))
        .paged();
    Block::table(table)
}

/// Whether a row is above the line, if there is one: what was held against no night is not.
fn is_above_line(row: &FleetRow, line: Option<f64>) -> bool {
    line.is_none_or(|line| row.q.is_some_and(|q| q <= line))
}

/// What the line says of the rows above it.
fn line(share: f64, above: usize) -> String {
    let rows = plural(above, "row is", "rows are");
    let percent = 100.0 * share;
    format!("{rows} above the line: at most {percent:.0} % of each night's are expected by chance.")
}

/// How many stand out, and how many could not be looked at.
fn sentence(fleet: &Fleet) -> String {
    let FleetTotals { devices, high, medium, low } = fleet.totals;
    let levels = [(high, "high"), (medium, "medium"), (low, "low")];
    let levels = levels.into_iter().filter(|(count, _)| *count > 0);
    let levels: Vec<String> = levels.map(|(count, level)| format!("{count} {level}")).collect();
    let stand_out = match (devices.swept, levels.as_slice()) {
        (0, _) => "No device could be assessed".to_owned(),
        (_, []) => "Nothing stands out".to_owned(),
        (_, levels) => levels.join(", "),
    };
    let [listed, swept, deep, failed] =
        [devices.listed, devices.swept, devices.deep, devices.failed]
            .map(|count| Amount::Exact(count.into()).to_string());
    let failed = if devices.failed == 0 { String::new() } else { format!("; {failed} failed") };
    let unfinished = if fleet.complete { "" } else { " The sweep is not complete." };
    format!(
        "{stand_out}. {swept} of {listed} devices were looked at, {deep} of them in full{failed}.\
         {unfinished}"
    )
}

/// What whoever reads the order has to know.
fn remarks(fleet: &Fleet) -> Vec<String> {
    let devices = fleet.totals.devices;
    let mut remarks: Vec<String> =
        fleet.appliances.iter().flat_map(ApplianceSummary::refusals).map(|it| it + ".").collect();
    if devices.deep < devices.swept {
        remarks.push(
            "A first look asks for connections and external traffic alone: it does not see uploads \
             within the network, downloads, and differences from similar devices."
                .to_owned(),
        );
    }
    if devices.deep_cut > 0 {
        let cut = Amount::Exact(devices.deep_cut.into());
        remarks.push(format!("{cut} more devices deserved a full report; --deep sets the bound."));
    }
    if fleet.nights < Chance::LEAST_NIGHTS {
        let nights = plural(fleet.nights, "night is", "nights are");
        remarks.push(format!(
            "How many devices reach such a priority by chance is not known yet: {nights} known, \
             {} needed.",
            Chance::LEAST_NIGHTS
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

/// A screen has room for little: one column says what several say elsewhere. A page leaves out what is the same in
/// every row, so that there is room for what was found.
fn of_rows(fleet: &Fleet, caption: &'static str, rows: &[&FleetRow], from: AsOf<'_>) -> Table {
    let screen = |title| Column::word(title).only(Shown::TEXT);
    let paged = |column: Column| column.only(Shown::PAGES);
    let importance =
        |it: &&&FleetRow| Some(it.importance).filter(|odds| (odds - 1.0).abs() > f64::EPSILON);
    let sent = |it: &&&FleetRow| {
        it.external_bytes_out.map(|bytes| Value::Bytes(Amount::Exact(bytes.into())))
    };
    let has_several = fleet.appliances.len() > 1;
    Table::of(caption, rows)
        .column(screen("device"), |it| clipped(&on_appliance(name(it), it, has_several)))
        .column(screen("priority"), |it| priority(it))
        .when(fleet.against.is_some(), |table| table.column(screen("change"), |it| change(it)))
        .when(fleet.nights >= Chance::LEAST_NIGHTS, |table| {
            table.column(Column::number("chance").only(Shown::TEXT), |it| it.chance)
        })
        .column(screen("since"), |it| it.since.map(|since| near(since, from)))
        .csv("rank", |it| it.rank)
        .column(paged(Column::text("device")), |it| called(it, has_several))
        .csv("score", |it| Value::Score(it.score))
        .csv("level", |it| it.level)
        .column(paged(Column::word("priority")), |it| Value::Priority(it.score, it.level))
        .column(paged(Column::word("change")), |it| change(it))
        .csv("state", |it| it.state.map(FleetRowState::as_str))
        .csv("change", |it| it.change)
        .column(Column::number("chance").filed("chance"), |it| it.chance)
        .csv("q", |it| it.q)
        .csv("kind", |it| it.kind.as_str())
        .csv("did", |it| it.device.as_ref()?.did)
        .csv("hostname", |it| name(it))
        .csv("devices", |it| it.devices)
        .csv("appliance", |it| &it.appliance)
        .column(Column::text("tags").filed("tags"), |it| it.device.as_ref()?.tags.as_ref())
        .csv("importance", |it| it.importance)
        .column(paged(Column::number("importance")), importance)
        .csv("since", |it| it.since)
        .column(paged(Column::word("since")), |it| it.since.map(|it| date_and_hour(it, from)))
        .column(Column::text("what").keyed("message"), |it| &it.message)
        .column(Column::text("where").filed("destination"), |it| &it.destination)
        .csv("external_bytes_out", sent)
        .csv("rule", |it| &it.rule)
        .csv("stage", |it| if it.stage == 2 { "in full" } else { "first look" })
        .column(paged(Column::text("looked at")), |it| looked_at(fleet, it))
        .csv("report", |it| fleet.page_of(it).map(str::to_owned))
        .csv("missing", |it| &it.missing)
        .whole()
        .wrapped()
}

/// What a row is about, for who has room.
fn called(row: &FleetRow, has_several: bool) -> String {
    let name = match row.kind {
        FleetRowKind::Thing => format!("{}: {}", name(row), row.names.join(", ")),
        _ => name(row),
    };
    on_appliance(name, row, has_several)
}

/// A name behind that of the appliance which sees it, where several were swept.
fn on_appliance(name: String, row: &FleetRow, has_several: bool) -> String {
    let is_among = has_several && row.kind != FleetRowKind::Appliance;
    match row.appliance.as_ref().filter(|_| is_among) {
        Some(appliance) => format!("{appliance} {name}"),
        None => name,
    }
}

/// The score and its level, with what the device matters if that is not as much as others.
fn priority(row: &FleetRow) -> String {
    let priority = format!("{:2} {}", hundredths(row.score), row.level);
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
    const MOST: usize = 28;
    match name.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

/// The device, or how many there are.
fn name(row: &FleetRow) -> String {
    match row.kind {
        FleetRowKind::Thing => {
            let percent = 100.0 * row.fleet_share;
            format!("{} devices ({percent:.1} %)", Amount::Exact(row.devices as u128))
        }
        FleetRowKind::Appliance | FleetRowKind::Group => {
            let name = row.names.first().map_or("", String::as_str);
            format!("{name} ({})", Amount::Exact(row.devices as u128))
        }
        FleetRowKind::Device => row.names.first().cloned().unwrap_or_default(),
    }
}

/// How it changed, in points of a hundred.
fn change(row: &FleetRow) -> String {
    match (row.state, row.change) {
        (Some(FleetRowState::Changed), Some(by)) => format!("{:+.0}", 100.0 * by),
        (Some(state), _) => state.as_str().to_owned(),
        (None, _) => String::new(),
    }
}
