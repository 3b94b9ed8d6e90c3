//! What the extended analyses say besides findings, on the page of `dt report`.

use dt_analysis::AsOf;

use super::{Block, Column, Table, Text, Value};
use crate::chart::{Chart, Drawing};
use crate::contract::{
    Answer, Counts, Extended, Forecast, KeyShare, Mix, Novelty, Report, Timeline, Trend,
};
use crate::phrases::extended::{forecast, sentences, trend};
use crate::phrases::numbers::decimal;
use crate::phrases::times;
use crate::unit::Unit;

/// How many of the intervals with unlikely counts a screen shows.
const COUNTS: usize = 5;

/// What each analysis says, and the numbers behind it.
pub(super) fn blocks(found: &Extended, from: AsOf<'_>) -> Vec<Block> {
    let says: Vec<Text> = sentences(found)
        .into_iter()
        .map(|(what, says)| format!("{}: {says}.", capital(what)).into())
        .collect();
    let tables = [
        found.counts.as_ref().and_then(|found| counts(found, from)),
        new_activity(&found.novelty, from),
        mix(&found.mix),
    ];
    std::iter::once(Block::List(says))
        .chain(tables.into_iter().flatten().map(Block::Table))
        .collect()
}

/// Where the series are heading, each with its chart.
pub(super) fn ahead(answer: &Answer<Report>, found: &Extended, from: AsOf<'_>) -> Vec<Block> {
    let (report, facts) = (&answer.body, &answer.facts);
    let (trends, forecasts) = (&found.trend, &found.forecast);
    let of = |what, trended: &Option<Trend>, expected: &Option<Forecast>, past, unit| {
        let trended = trended.as_ref().map(|found| {
            let says = format!("{what}, day by day: {}.", trend(found));
            Block::text(says)
        });
        let expected = expected.as_ref().map(|found| chart(what, found, past, unit, from));
        trended.into_iter().chain(expected).collect::<Vec<Block>>()
    };
    let mut blocks = of(
        "Connections",
        &trends.connections,
        &forecasts.connections,
        report.timeline.as_ref(),
        Unit::Connections,
    );
    blocks.extend(of(
        "Bytes sent externally",
        &trends.sent_outside,
        &forecasts.sent_outside,
        facts.sent_outside.as_ref(),
        Unit::Bytes,
    ));
    blocks
}

/// The forecast after the week before it; a note where there is none.
fn chart(
    what: &str,
    found: &Forecast,
    past: Option<&Timeline>,
    unit: Unit,
    from: AsOf<'_>,
) -> Block {
    const WEEK: jiff::SignedDuration = jiff::SignedDuration::from_hours(7 * 24);
    let says = forecast(found, unit, from);
    let Some(first) = found.points.first() else {
        return Block::note(format!("{what}, next 7 days: {says}."));
    };
    let since = first.time.checked_sub(WEEK).unwrap_or(jiff::Timestamp::MIN);
    let past = past.into_iter().flat_map(|past| &past.buckets);
    let past = past.map(|bucket| (bucket.time, bucket.count));
    let past = past.filter(|(time, _)| *time >= since && *time < first.time);
    Block::Chart(Chart {
        caption: format!("{what}: the last 7 days, and the forecast for the next 7").into(),
        alt_text: format!("{}.", capital(&says)).into(),
        drawing: Drawing::Forecast { past: past.collect(), points: found.points.clone(), unit },
    })
}

/// The intervals with significantly more connections than expected, the newest first.
fn counts(found: &Counts, from: AsOf<'_>) -> Option<Table> {
    let columns = [
        Column::text("Interval"),
        Column::number("connections"),
        Column::number("usual"),
        Column::number("p-value"),
    ];
    let rows = found.reported.iter().rev().map(|count| -> Vec<Value> {
        vec![
            times::moment(count.time, from.zone).into(),
            Unit::Connections.words(count.count as f64).into(),
            count.expected.map_or_else(String::new, decimal).into(),
            format!("{:.1e}", count.p).into(),
        ]
    });
    let caption = "More connections than expected, newest first";
    Table::new(caption, &columns, rows).on_screen(COUNTS).filled()
}

/// What is new, but for domains, about which more is known.
fn new_activity(found: &Novelty, from: AsOf<'_>) -> Option<Table> {
    let columns = [
        Column::text("New"),
        Column::number("connections"),
        Column::share("share"),
        Column::text("first used"),
        Column::text("similar devices using it"),
    ];
    let since = |time| times::moment(time, from.zone);
    let ports =
        found.ports.iter().flatten().map(|new| (format!("port {}", new.port), &new.arrival));
    let peers = found.peers.iter().flatten().map(|new| (new.peer.clone(), &new.arrival));
    let rows = ports.chain(peers).map(|(name, new)| -> Vec<Value> {
        let users = new.rarity.map(|rarity| format!("{} of {}", rarity.users, rarity.among));
        vec![
            name.into(),
            (&new.connections).into(),
            (&new.share).into(),
            since(new.first_seen).into(),
            users.unwrap_or_default().into(),
        ]
    });
    Table::new("New ports and peers of this device", &columns, rows).filled()
}

/// What sets the mixes apart that differ by more than chance.
fn mix(found: &Mix) -> Option<Table> {
    let columns = [
        Column::text("What"),
        Column::text("of"),
        Column::number("this device"),
        Column::number("similar devices"),
        Column::number("adds bits"),
    ];
    let mixes = [("ports", &found.ports), ("peers", &found.peers), ("domains", &found.domains)];
    let notable = mixes.into_iter().filter_map(|(of, mix)| Some((of, mix.as_ref()?)));
    let keys = notable
        .filter(|(_, mix)| mix.significant)
        .flat_map(|(of, mix)| mix.top.iter().map(move |key| (of, key)));
    let percent = |share: f64| format!("{:.0} %", 100.0 * share);
    let rows = keys.map(|(of, key): (&str, &KeyShare)| -> Vec<Value> {
        vec![
            key.key.as_str().into(),
            of.into(),
            percent(key.share).into(),
            percent(key.expected).into(),
            format!("{:.2}", key.bits).into(),
        ]
    });
    Table::new("Differences from similar devices", &columns, rows).filled()
}

/// A sentence's beginning.
fn capital(text: &str) -> String {
    let mut text = text.to_owned();
    text.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
    text
}
