//! What the extended analyses say besides findings, on the page of `dt report`.

use dt_analysis::AsOf;

use super::{Block, Table, Value};
use crate::chart::{Chart, Drawing};
use crate::contract::{
    Answer, Counts, Extended, Forecast, Mix, Novelty, Rarity, Report, Timeline, Trend, WithMessage,
};
use crate::phrases::extended::{forecast, sentences, trend};
use crate::phrases::numbers::decimal;
use crate::phrases::reason::capital;
use crate::phrases::times;
use crate::unit::Unit;

/// How many of the intervals with unlikely counts a screen shows.
const COUNTS: usize = 5;

/// What each analysis says, and the numbers behind it.
pub(super) fn blocks(found: &Extended, from: AsOf<'_>) -> impl Iterator<Item = Block> {
    let says = sentences(found);
    let says = says.into_iter().map(|(what, says)| format!("{}: {says}.", capital(what)));
    let counts = found.counts.as_ref().and_then(|found| Block::table(counts(found, from)));
    let tables = [Block::table(new_activity(&found.novelty, from)), Block::table(mix(&found.mix))];
    Block::list(says).into_iter().chain(counts).chain(tables.into_iter().flatten())
}

/// Where the series are heading, each with its chart.
pub(super) fn ahead(answer: &Answer<Report>, found: &Extended, from: AsOf<'_>) -> Vec<Block> {
    let (report, facts) = (&answer.body, &answer.facts);
    let (trends, forecasts) = (&found.trend, &found.forecast);
    let of = |what,
              trended: &Option<WithMessage<Trend>>,
              expected: &Option<WithMessage<Forecast>>,
              past,
              unit| {
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
    found: &WithMessage<Forecast>,
    past: Option<&Timeline>,
    unit: Unit,
    from: AsOf<'_>,
) -> Block {
    const WEEK: jiff::SignedDuration = jiff::SignedDuration::from_hours(7 * 24);
    let says = forecast(found, unit, from);
    let Some(first) = found.found.points.first() else {
        return Block::note(format!("{what}, next 7 days: {says}."));
    };
    let since = first.start.checked_sub(WEEK).unwrap_or(jiff::Timestamp::MIN);
    let past = past.into_iter().flat_map(|past| &past.buckets);
    let past = past.map(|bucket| (bucket.time, bucket.count));
    let past = past.filter(|(time, _)| *time >= since && *time < first.start);
    Block::Chart(Chart {
        caption: format!("{what}: the last 7 days, and the forecast for the next 7").into(),
        alt_text: format!("{}.", capital(&says)).into(),
        drawing: Drawing::Forecast {
            past: past.collect(),
            points: found.found.points.clone(),
            unit,
        },
    })
}

/// The intervals with significantly more connections than expected, the newest first.
fn counts(found: &Counts, from: AsOf<'_>) -> Table {
    Table::of("More connections than expected, newest first", found.reported.iter().rev())
        .text("Interval", |it| times::moment(it.time, from.zone))
        .number("connections", |it| Unit::Connections.words(it.count as f64))
        .number("usual", |it| it.expected.map(decimal))
        .number("p-value", |it| format!("{:.1e}", it.p))
        .long()
        .on_screen(COUNTS)
}

/// What is new, but for domains, about which more is known.
fn new_activity(found: &Novelty, from: AsOf<'_>) -> Table {
    let ports = found.ports.iter().flatten();
    let ports = ports.map(|new| (format!("port {}", new.port), &new.arrival));
    let peers = found.peers.iter().flatten().map(|new| (new.peer.clone(), &new.arrival));
    let users = |it: Rarity| format!("{} of {}", it.users, it.among);
    Table::of("New ports and peers of this device", ports.chain(peers))
        .text("New", |(name, _)| name.clone())
        .number("connections", |(_, new)| Value::reported(new.connections))
        .share("share", |(_, new)| new.share)
        .text("first used", |(_, new)| times::moment(new.first_seen, from.zone))
        .text("similar devices using it", |(_, new)| new.rarity.map(users))
        .long()
}

/// What sets the mixes apart that differ by more than chance.
fn mix(found: &Mix) -> Table {
    let mixes = [("ports", &found.ports), ("peers", &found.peers), ("domains", &found.domains)];
    let notable = mixes.into_iter().filter_map(|(of, mix)| Some((of, mix.as_ref()?)));
    let keys = notable
        .filter(|(_, mix)| mix.found.significant)
        .flat_map(|(of, mix)| mix.found.top.iter().map(move |key| (of, key)));
    let percent = |share: f64| format!("{:.0} %", 100.0 * share);
    Table::of("Differences from similar devices", keys)
        .text("What", |(_, key)| &key.key)
        .text("of", |(of, _)| *of)
        .number("this device", |(_, key)| percent(key.own))
        .number("similar devices", |(_, key)| percent(key.others))
        .number("adds bits", |(_, key)| format!("{:.2}", key.bits))
        .long()
}
