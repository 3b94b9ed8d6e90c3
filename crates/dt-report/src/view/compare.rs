//! `dt compare`: a device beside its similar devices, or beside another one.

use dt_analysis::{LowerBounds, Measured};
use dt_model::{Amount, DataType};

use super::{Block, Subject, Summary, Table, Value, View};
use crate::chart::{Chart, DotPlotLine, DotPlotPeer, DotPlotUnit, Drawing};
use crate::contract::{Answer, BytesRow, Compare, DeviceView, Metrics};
use crate::phrases::numbers::{NOT_REPORTED, amount, bytes, count, percent, plural, times};
use crate::phrases::times::length;
use crate::unit::Unit;

/// What is not known of two lower bounds.
const NOT_COMPARABLE: &str = "not comparable";

pub(crate) fn view(answer: &Answer<Compare>) -> View<'_> {
    let Answer { header, body: found, concerns, .. } = answer;
    let level = concerns.first().map(|worst| worst.level);
    let title = if found.named().is_some() { "Both devices" } else { "Similar devices" };
    let subject = Subject::Device { header, window: Some(found.window) };
    View::of("Comparison", subject, Summary::sentence(level, sentence(found))).section(
        "beside",
        title,
        blocks(found),
    )
}

/// What the documented rules say of connections, and then what they do not look at.
pub(super) fn sentence(found: &Compare) -> String {
    if found.comparisons.is_empty() {
        return "No similar devices in the answer: ask for some to compare with.".to_owned();
    }
    let others = found.others();
    let by_rules = match found.anomalies.len() {
        0 => match found.uncompared() {
            Some(why) => format!("Connections not compared with {others}: {why}"),
            None => format!("No documented limit exceeded compared with {others}"),
        },
        some => {
            let limits = plural(some, "documented limit", "documented limits");
            format!("{limits} exceeded compared with {others}")
        }
    };
    match changed(found).as_slice() {
        [] => format!("{by_rules}."),
        [only] => format!("{by_rules}; {only} changed differently."),
        several => format!("{by_rules}; {} changed differently.", several.join(", ")),
    }
}

/// What changed by more than chance, and did not with the others.
fn changed(found: &Compare) -> Vec<&'static str> {
    let changes = found.change.iter().flatten().filter(|change| change.significant);
    changes.map(|change| counted(change.metric)).collect()
}

const fn counted(metric: DataType) -> &'static str {
    match metric {
        DataType::Connections => "connections",
        DataType::BytesOut => "bytes sent",
        DataType::BytesIn => "bytes received",
    }
}

pub(super) fn blocks(found: &Compare) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !found.anomalies.is_empty() {
        let anomalies =
            found.anomalies.iter().map(|it| (it.kind.level(), it.message.as_str().into()));
        blocks.push(Block::Concerns(anomalies.collect()));
    }
    blocks.extend(Block::refusals(&found.parts));
    if found.comparisons.is_empty() {
        return blocks;
    }
    if let Some(list) = Block::list(found.change.iter().flatten().map(|it| &it.message)) {
        blocks.extend([Block::text("The last 7 days against the 21 before:"), list]);
    }
    blocks.extend(chart(found).map(Block::Chart));
    blocks.push(Block::Table(devices(found)));
    let peak = found
        .window
        .interval
        .map(|width| format!("A peak is the busiest interval, {}.", length(width)));
    blocks.extend(peak.map(Block::note));
    blocks.extend(Block::table(traffic(found)));
    blocks.extend(deviations(found).map(Block::Table));
    blocks
}

/// The device on a line with its similar devices, for each metric that is known of both. Lower
/// bounds are not: of two of them, neither is known to be the larger.
fn chart(found: &Compare) -> Option<Chart> {
    let own = &found.primary.metrics;
    let line = |metric, unit, words, value: fn(&Metrics) -> Option<Measured>| {
        let others = found.comparisons.iter().map(|it| (&it.device, value(&it.metrics)));
        line(metric, unit, words, value(own), others)
    };
    let counted = DotPlotUnit::Amount(Unit::Connections);
    let lines: Vec<DotPlotLine> = [
        line("Connections", counted, amount(own.total_connections), |of| {
            measured(of.total_connections)
        }),
        line("Destinations", counted, amount(own.unique_destinations), |of| {
            measured(of.unique_destinations)
        }),
        line("External share", DotPlotUnit::Share, percent(own.external_ratio), |of| {
            of.external_ratio.map(Measured::from)
        }),
        line("Busiest interval", counted, count(own.peak_connections), |of| {
            of.peak_connections.map(|peak| Measured::exact(peak as f64))
        }),
    ]
    .into_iter()
    .flatten()
    .chain(found.bytes.iter().flatten().filter_map(line_of_bytes))
    .collect();
    if lines.is_empty() {
        return None;
    }
    let (caption, alt_text, peer) = if let Some(other) = found.named().map(DeviceView::name) {
        (
            format!("This device and {other}, each metric on its own scale"),
            format!("Where {other} has less: {}.", where_less(&lines)),
            other,
        )
    } else {
        let words: Vec<String> = lines.iter().map(in_words).collect();
        (
            "This device and its similar devices, each metric on its own scale".to_owned(),
            format!("How many of the similar devices have less: {}.", words.join(", ")),
            "a similar device".to_owned(),
        )
    };
    let drawing = Drawing::DotPlot { lines, peer: peer.into() };
    Some(Chart { caption: caption.into(), alt_text: alt_text.into(), drawing })
}

/// A metric on a line, if it is known of this device and of any other.
fn line<'a>(
    metric: &'static str,
    unit: DotPlotUnit,
    words: String,
    own: Option<Measured>,
    others: impl Iterator<Item = (&'a DeviceView, Option<Measured>)>,
) -> Option<DotPlotLine> {
    let peer = |(device, value): (&DeviceView, Option<Measured>)| {
        Some(DotPlotPeer { name: device.name().into(), value: value? })
    };
    let (own, peers): (_, Vec<DotPlotPeer>) = (own?, others.filter_map(peer).collect());
    (!peers.is_empty()).then(|| DotPlotLine { metric, unit, words: words.into(), own, peers })
}

/// The bytes of one direction on a line.
fn line_of_bytes(row: &BytesRow) -> Option<DotPlotLine> {
    let metric = match row.metric {
        DataType::BytesIn => "Bytes received",
        _ => "Bytes sent",
    };
    let (own, words) = (measured(row.total_bytes), bytes(row.total_bytes));
    let others = row.comparisons.iter().map(|it| (&it.device, measured(it.total_bytes)));
    line(metric, DotPlotUnit::Amount(Unit::Bytes), words, own, others)
}

/// An amount whose size is known, within its margin.
fn measured(amount: Option<Amount>) -> Option<Measured> {
    Measured::comparable(amount?, LowerBounds::NotCompared)
}

/// Of how many similar devices it clearly has more, such as `connections 2 of 5`.
fn in_words(line: &DotPlotLine) -> String {
    format!("{} {} of {}", line.metric.to_lowercase(), less(line), line.peers.len())
}

/// The metrics of which it clearly has more than the one other device.
fn where_less(lines: &[DotPlotLine]) -> String {
    let metrics = lines.iter().filter(|line| less(line) > 0).map(|line| line.metric.to_lowercase());
    let metrics: Vec<String> = metrics.collect();
    if metrics.is_empty() { "nowhere".to_owned() } else { metrics.join(", ") }
}

/// How many of the others clearly have less.
fn less(line: &DotPlotLine) -> usize {
    let least = line.own.value - line.own.margin;
    let values = line.peers.iter().map(|peer| peer.value);
    values.filter(|peer| peer.value + peer.margin < least).count()
}

/// A device, or what stands for several, in a row.
#[derive(Default)]
struct Row {
    name: String,
    similarity: Value,
    connections: Value,
    destinations: Value,
    external: Value,
    peak: Value,
}

impl Row {
    fn of(name: impl Into<String>, similarity: Value, metrics: &Metrics) -> Self {
        Self {
            name: name.into(),
            similarity,
            connections: Value::reported(metrics.total_connections),
            destinations: Value::reported(metrics.unique_destinations),
            external: Value::reported(metrics.external_ratio),
            peak: Value::reported(metrics.peak_connections),
        }
    }
}

fn devices(found: &Compare) -> Table {
    let own = Row::of("this device", Value::Empty, &found.primary.metrics);
    let peers = found.comparisons.iter().map(|peer| {
        let similarity = peer.similarity.map(|share| format!("{:.0} %", share * 100.0));
        Row::of(peer.device.name(), Value::reported(similarity), &peer.metrics)
    });
    // How similar two devices are that somebody named, nobody was asked.
    let is_similar = found.named().is_none();
    let caption = if is_similar { "Similar devices" } else { "Both devices" };
    Table::of(caption, std::iter::once(own).chain(peers).chain(baseline(found)))
        .text("Device", |it| it.name.clone())
        .when(is_similar, |table| table.number("similar", |it| it.similarity.clone()))
        .number("connections", |it| it.connections.clone())
        .number("destinations", |it| it.destinations.clone())
        .number("external", |it| it.external.clone())
        .number("peak", |it| it.peak.clone())
        .long()
}

/// The mean of the similar devices, and how many times that the device is.
fn baseline(found: &Compare) -> impl Iterator<Item = Row> {
    let known = found.baseline.as_ref().zip(found.primary_vs_baseline.as_ref());
    let rows = known.map(|(baseline, ratios)| {
        // A mean is rounded to be read, so it is never more than about right.
        let mean = |measured: Option<Measured>| match measured {
            None => Value::Missing(NOT_COMPARABLE),
            Some(Measured { value, margin }) => Value::Count(Amount::Estimate { value, margin }),
        };
        let mean = Row {
            name: "mean of these".to_owned(),
            connections: mean(baseline.connections),
            destinations: mean(baseline.destinations),
            external: Value::reported(baseline.external_ratio),
            ..Row::default()
        };
        // Of one other device, the mean is what that device has.
        let other = found.named().map_or_else(|| "mean".to_owned(), DeviceView::name);
        let multiples = Row {
            name: format!("this device / {other}"),
            connections: times(ratios.connections).into(),
            destinations: times(ratios.destinations).into(),
            external: times(ratios.external_ratio).into(),
            ..Row::default()
        };
        [mean, multiples].into_iter().skip(usize::from(found.named().is_some()))
    });
    rows.into_iter().flatten()
}

/// Bytes sent and received beside those of the others, as far as that is known.
fn traffic(found: &Compare) -> Table {
    let (others, multiple) = match found.named() {
        Some(_) => ("the other device", "this / other"),
        None => ("mean of similar", "this / mean"),
    };
    let by_value = |a: &Amount, b: &Amount| a.value().total_cmp(&b.value());
    let compared = found.bytes.iter().flatten().filter(|row| !row.comparisons.is_empty());
    Table::of("Bytes", compared)
        .word("Bytes", |it| counted(it.metric))
        .number("this device", |it| Value::bytes_or(it.total_bytes, NOT_REPORTED))
        .number(others, |it| Value::mean_bytes(it.mean_bytes))
        .number(multiple, |it| times(it.ratio))
        // One other device has no range.
        .when(found.named().is_none(), |table| {
            table
                .number("min", |it| known(it).min_by(by_value).map(Value::Bytes))
                .number("max", |it| known(it).max_by(by_value).map(Value::Bytes))
        })
        .long()
}

fn known(row: &BytesRow) -> impl Iterator<Item = Amount> {
    row.comparisons.iter().filter_map(|it| it.total_bytes)
}

/// How far this device is from each of the others.
fn deviations(found: &Compare) -> Option<Table> {
    let any = found.comparisons.iter().any(|peer| !peer.significant.is_empty());
    let table = Table::of("Deviates from", &found.comparisons)
        .text("Device", |it| it.device.name())
        .number("connections", |it| deviation(it.deviations.total_connections))
        .number("destinations", |it| deviation(it.deviations.unique_destinations))
        .number("external", |it| deviation(it.deviations.external_ratio))
        .number("peak", |it| deviation(it.deviations.peak_connections));
    any.then(|| table.long())
}

fn deviation(deviation: Option<Measured>) -> Value {
    let Some(Measured { value, margin }) = deviation else {
        return Value::Missing(NOT_COMPARABLE);
    };
    let about = if margin > 0.0 { "≈ " } else { "" };
    format!("{about}{:+.0} %", value * 100.0).into()
}
