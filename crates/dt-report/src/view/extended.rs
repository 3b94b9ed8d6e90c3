//! What the extended analyses say besides findings, on the page of `dt report`.

use dt_analysis::{AsOf, Status};
use jiff::{SignedDuration, Timestamp};

use super::{Block, Table, Value};
use crate::chart::{Chart, Drawing};
use crate::contract::{
    Answer, Counts, Divergence, Extended, Forecast, Mix, Novelty, NoveltyList, Rarity, Report,
    Timeline, Trend, UnknownList, WithMessage,
};
use crate::phrases::numbers::{decimal, plural};
use crate::phrases::reason::capital;
use crate::phrases::{part, times};
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

/// What each analysis looked at, and what it says; nothing of those that had nothing to look at.
fn sentences(found: &Extended) -> Vec<(&'static str, String)> {
    let direction = found.direction.as_ref();
    let change = direction.and_then(|direction| direction.change.as_ref());
    let mix = |mix: &Option<WithMessage<Divergence>>| mix.as_ref().map(|mix| mix.message.clone());
    [
        ("regularity", found.regularity.as_ref().map(|it| it.message.clone())),
        ("direction", direction.map(|it| it.message.clone())),
        ("change of direction", change.map(|it| it.message.clone())),
        ("port mix", mix(&found.mix.ports)),
        ("peer mix", mix(&found.mix.peers)),
        ("domain mix", mix(&found.mix.domains)),
        ("new activity", Some(novelty(&found.novelty))),
        ("counts", found.counts.as_ref().map(above_expected)),
    ]
    .into_iter()
    .filter_map(|(what, says)| Some((what, says?)))
    .collect()
}

/// What is new, by name as far as there are few.
fn novelty(found: &Novelty) -> String {
    if found.basis.status.missing().is_some() {
        return found.message.clone();
    }
    let ports = found.ports.iter().flatten().map(|new| new.port.as_str());
    let peers = found.peers.iter().flatten().map(|new| new.peer.as_str());
    let domains = found.domains.iter().flatten().map(String::as_str);
    let unknown = |list| found.unknown.iter().find(|unknown| unknown.list == list);
    let all = [
        named(&ports.collect::<Vec<_>>(), "port", "ports", unknown(NoveltyList::Ports)),
        named(&peers.collect::<Vec<_>>(), "peer", "peers", unknown(NoveltyList::Peers)),
        named(&domains.collect::<Vec<_>>(), "domain", "domains", unknown(NoveltyList::Domains)),
    ];
    all.join(", ")
}

/// How many, and which are the largest; or why that is not known.
fn named(names: &[&str], one: &str, many: &str, unknown: Option<&UnknownList>) -> String {
    const FEW: usize = 3;
    let why =
        unknown.map(|it| it.reason.clone().unwrap_or_else(|| part::word(it.state).to_owned()));
    let count = match (names.len(), &why) {
        (0, Some(why)) => return format!("{many} not known ({why})"),
        (0, None) => return format!("no {many}"),
        (count, _) => plural(count, one, many),
    };
    let more = if names.len() > FEW { ", ..." } else { "" };
    let more_unknown = why.map_or_else(String::new, |why| format!("; {why}"));
    format!("{count} ({}{more}{more_unknown})", names[..names.len().min(FEW)].join(", "))
}

/// Without the time of the largest, which is in the list of all.
fn above_expected(found: &Counts) -> String {
    if found.basis.status != Status::Ok {
        return found.message.clone();
    }
    let judged = plural(found.basis.n_used, "interval", "intervals");
    let above = match found.reported.len() {
        0 => format!("none of {judged} has significantly more connections than expected"),
        1 => format!("1 of {judged} has significantly more connections than expected"),
        many => format!("{many} of {judged} have significantly more connections than expected"),
    };
    match found.first_activities.len() {
        0 => above,
        first => {
            format!("{above}; active {first}x in an hour of the day in which it never was before")
        }
    }
}

/// A series, and where it is heading.
struct Series<'a> {
    what: &'static str,
    unit: Unit,
    trend: Option<&'a WithMessage<Trend>>,
    forecast: Option<&'a WithMessage<Forecast>>,
    past: Option<&'a Timeline>,
}

/// Where the series are heading, each with its chart.
pub(super) fn ahead(answer: &Answer<Report>, found: &Extended, from: AsOf<'_>) -> Vec<Block> {
    let connections = Series {
        what: "Connections",
        unit: Unit::Connections,
        trend: found.trend.connections.as_ref(),
        forecast: found.forecast.connections.as_ref(),
        past: answer.body.timeline.as_ref(),
    };
    let sent = Series {
        what: "Bytes sent externally",
        unit: Unit::Bytes,
        trend: found.trend.sent_outside.as_ref(),
        forecast: found.forecast.sent_outside.as_ref(),
        past: answer.facts.sent_outside.as_ref(),
    };
    [connections, sent].iter().flat_map(|series| series.blocks(from)).collect()
}

impl Series<'_> {
    fn blocks(&self, from: AsOf<'_>) -> impl Iterator<Item = Block> {
        let day_by_day =
            |found| Block::text(format!("{}, day by day: {}.", self.what, trend(found)));
        let trend = self.trend.map(day_by_day);
        trend.into_iter().chain(self.forecast.map(|found| self.chart(found, from)))
    }

    /// The forecast after the week before it; a note where there is none.
    fn chart(&self, found: &WithMessage<Forecast>, from: AsOf<'_>) -> Block {
        const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
        let Self { what, unit, past, .. } = *self;
        let says = forecast(found, unit, from);
        let Some(first) = found.found.points.first() else {
            return Block::note(format!("{what}, next 7 days: {says}."));
        };
        let since = first.start.checked_sub(WEEK).unwrap_or(Timestamp::MIN);
        let past = past.into_iter().flat_map(|past| &past.buckets);
        let past = past.map(|bucket| (bucket.time, bucket.count));
        let past = past.filter(|(time, _)| *time >= since && *time < first.start).collect();
        Block::Chart(Chart {
            caption: format!("{what}: the last 7 days, and the forecast for the next 7").into(),
            alt_text: format!("{}.", capital(&says)).into(),
            drawing: Drawing::Forecast { past, points: found.found.points.clone(), unit },
        })
    }
}

/// How a level moves, as a sentence about it.
fn trend(WithMessage { found, message }: &WithMessage<Trend>) -> String {
    let low_to_high = found.low.zip(found.high).filter(|_| found.significant);
    let range = low_to_high.map_or_else(String::new, |(low, high)| {
        let percent = |slope: f64| 100.0 * slope.exp_m1();
        format!(" (95 % interval {:+.1} to {:+.1} %)", percent(low), percent(high))
    });
    format!("{message}{range}")
}

/// What is expected, by when there is most of it.
fn forecast(
    WithMessage { found, message }: &WithMessage<Forecast>,
    unit: Unit,
    from: AsOf<'_>,
) -> String {
    let most = found.points.iter().max_by(|a, b| {
        // Of equals the first.
        a.value.total_cmp(&b.value).then(b.start.cmp(&a.start))
    });
    match most {
        None => message.clone(),
        Some(point) if found.status == Status::Degenerate => {
            format!("{} in every interval of the next 7 days", unit.words(point.value))
        }
        Some(point) => format!(
            "the busiest interval begins {}, with about {} (80 % interval {} to {}, 95 % interval {} to {})",
            times::date_and_hour(point.start, from),
            unit.words(point.value),
            unit.words(point.low_80),
            unit.words(point.high_80),
            unit.words(point.low_95),
            unit.words(point.high_95),
        ),
    }
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
