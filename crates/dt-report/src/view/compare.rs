//! The page of `dt compare`.

use dt_analysis::Measured;
use dt_model::Amount;

use super::{Block, Column, Page, Provenance, Section, Summary, Table, Text, Value, device};
use crate::chart::{Chart, DotPlotLine, DotPlotPeer, DotPlotUnit, Drawing};
use crate::contract::quantity::{Fraction, Quantity};
use crate::contract::{Answer, Compare, DeviceView, Metrics};
use crate::phrases::numbers::{NOT_REPORTED, amount, count, percent, times};
use crate::unit::Unit;

pub(super) fn page(answer: &Answer<Compare>, made: &Provenance<'_>) -> Page {
    let found = &answer.body;
    let level = answer.concerns.first().map(|worst| worst.level);
    let verdict = Summary::Sentence { level, text: sentence(found).into() };
    let title =
        if found.named().is_some() { "Beside each other" } else { "Beside similar devices" };
    let sections = [Section::of("beside", title, blocks(found))];
    device::page("Comparison", &answer.header, None, verdict, sections, made)
}

pub(super) fn sentence(found: &Compare) -> String {
    let peers = found.others();
    match (found.comparisons.len(), found.anomalies.len()) {
        (0, _) => "No similar devices in the answer: ask for some to compare with.".to_owned(),
        (_, 0) => format!("Nothing out of line with {peers}."),
        _ => format!("Out of line with {peers}."),
    }
}

pub(super) fn blocks(found: &Compare) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !found.anomalies.is_empty() {
        let anomalies =
            found.anomalies.iter().map(|it| (it.kind.level(), it.message.as_str().into()));
        blocks.push(Block::Concerns(anomalies.collect()));
    }
    if found.comparisons.is_empty() {
        return blocks;
    }
    blocks.extend(chart(found).map(Block::Chart));
    blocks.push(Block::Table(devices(found)));
    blocks.extend(deviations(found).map(Block::Table));
    let changes = found.change.iter().flatten().map(|change| change.message.as_str().into());
    let changes: Vec<Text> = changes.collect();
    if !changes.is_empty() {
        blocks.push(Block::text("The last 7 days beside the 21 before:"));
        blocks.push(Block::List(changes));
    }
    blocks
}

/// The device on a line with its similar devices, for each metric that is known of both. Lower
/// bounds are not: of two of them, neither is known to be the larger.
fn chart(found: &Compare) -> Option<Chart> {
    let peers = |value: fn(&Metrics) -> Option<Measured>| {
        let peers = found.comparisons.iter().filter_map(|peer| {
            let (name, value) = (peer.device.name().into(), value(&peer.metrics)?);
            Some(DotPlotPeer { name, value })
        });
        peers.collect::<Vec<DotPlotPeer>>()
    };
    let own = &found.primary.metrics;
    let line = |metric, unit, words: String, value: fn(&Metrics) -> Option<Measured>| {
        let (own, peers, words) = (value(own)?, peers(value), words.into());
        (!peers.is_empty()).then_some(DotPlotLine { metric, unit, words, own, peers })
    };
    let counted = DotPlotUnit::Amount(Unit::Connections);
    let lines: Vec<DotPlotLine> = [
        line("Connections", counted, amount(&own.total_connections), |of| {
            measured(&of.total_connections)
        }),
        line("Destinations", counted, amount(&own.unique_destinations), |of| {
            measured(&of.unique_destinations)
        }),
        line("Share outside", DotPlotUnit::Share, percent(&own.external_ratio), |of| {
            of.external_ratio.measured
        }),
        line("Busiest interval", counted, count(own.peak_connections), |of| {
            of.peak_connections.map(|peak| Measured { value: peak as f64, margin: 0.0 })
        }),
    ]
    .into_iter()
    .flatten()
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

/// An amount whose size is known, within its margin.
fn measured<N>(quantity: &Quantity<N>) -> Option<Measured> {
    match quantity.amount? {
        Amount::Exact(count) => Some(Measured { value: count as f64, margin: 0.0 }),
        Amount::Estimate { value, margin } => Some(Measured { value, margin }),
        _ => None,
    }
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

fn devices(found: &Compare) -> Table {
    let mut columns = vec![
        Column::text("Device"),
        Column::number("similar"),
        Column::number("connections"),
        Column::number("destinations"),
        Column::number("outside"),
        Column::number("busiest interval"),
    ];
    let row = |name: &str, similarity: String, metrics: &Metrics| -> Vec<Value> {
        vec![
            name.into(),
            similarity.into(),
            amount(&metrics.total_connections).into(),
            amount(&metrics.unique_destinations).into(),
            percent(&metrics.external_ratio).into(),
            count(metrics.peak_connections).into(),
        ]
    };
    let own = row("this device", String::new(), &found.primary.metrics);
    let peers = found.comparisons.iter().map(|peer| {
        let share = |share: f64| format!("{:.0} %", share * 100.0);
        let similarity = peer.similarity.map_or_else(|| NOT_REPORTED.to_owned(), share);
        row(&peer.device.name(), similarity, &peer.metrics)
    });
    let mut rows: Vec<Vec<Value>> =
        std::iter::once(own).chain(peers).chain(baseline(found)).collect();
    if found.named().is_none() {
        return Table::new("Similar devices", &columns, rows);
    }
    // How similar two devices are that somebody named, nobody was asked.
    columns.remove(SIMILAR);
    for row in &mut rows {
        row.remove(SIMILAR);
    }
    Table::new("Both devices", &columns, rows)
}

/// The column that says how similar a device is.
const SIMILAR: usize = 1;

/// The mean of the similar devices, and how many times that the device is.
fn baseline(found: &Compare) -> Vec<Vec<Value>> {
    let (Some(baseline), Some(ratios)) = (&found.baseline, &found.primary_vs_baseline) else {
        return Vec::new();
    };
    // A mean is rounded to be read, so it is never more than about right.
    let mean = |measured: Option<Measured>| match measured {
        None => "not comparable".to_owned(),
        Some(Measured { value, margin }) => Amount::Estimate { value, margin }.to_string(),
    };
    let mean = [
        "mean of similar devices".to_owned(),
        String::new(),
        mean(baseline.connections.measured),
        mean(baseline.destinations.measured),
        percent(&baseline.external_ratio),
        String::new(),
    ];
    // Of one other device, the mean is what that device has.
    let multiple = found.named().map_or_else(
        || "this device, times that".to_owned(),
        |other| format!("times {}", other.name()),
    );
    let multiples = [
        multiple,
        String::new(),
        times(&ratios.connections),
        times(&ratios.destinations),
        times(&ratios.external_ratio),
        String::new(),
    ];
    let rows = [mean, multiples].into_iter().skip(usize::from(found.named().is_some()));
    rows.map(|row| row.map(Value::from).into()).collect()
}

/// How far this device is from each of the others.
fn deviations(found: &Compare) -> Option<Table> {
    let columns = [
        Column::text("Device"),
        Column::number("connections"),
        Column::number("destinations"),
        Column::number("outside"),
        Column::number("busiest interval"),
        Column::text("more than half"),
    ];
    let rows = found.comparisons.iter().map(|peer| -> Vec<Value> {
        let of = &peer.deviations;
        let significant = peer.significant.iter().map(|name| name.replace('_', " "));
        let significant: Vec<String> = significant.collect();
        vec![
            peer.device.name().into(),
            deviation(&of.total_connections).into(),
            deviation(&of.unique_destinations).into(),
            deviation(&of.external_ratio).into(),
            deviation(&of.peak_connections).into(),
            significant.join(", ").into(),
        ]
    });
    let any = found.comparisons.iter().any(|peer| !peer.significant.is_empty());
    any.then(|| Table::new("How far this device deviates from each", &columns, rows))
}

fn deviation<N>(deviation: &Fraction<N>) -> String {
    let Some(Measured { value, margin }) = deviation.measured else {
        return "not comparable".to_owned();
    };
    let about = if margin > 0.0 { "≈ " } else { "" };
    format!("{about}{:+.0} %", value * 100.0)
}
