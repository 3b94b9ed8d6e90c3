//! `dt connections`: how much a device talks, on which ports and to whom.

use dt_analysis::week::HoursOfWeek;
use dt_analysis::{AsOf, Measured};
use dt_model::{Amount, Scope};
use jiff::SignedDuration;
use serde_json::Value as Json;

use super::{Block, Fact, SmallSeries, Subject, Summary, Table, Value, View};
use crate::chart::{Chart, Drawing};
use crate::contract::{Answer, ConnectionMetrics, Connections, Destinations, PortRow};
use crate::phrases::numbers::{NOT_ITEMISED, NOT_REPORTED, amount, count, decimal};
use crate::phrases::times;
use crate::samples::{Samples, width};
use crate::unit::Unit;

pub(crate) fn view<'a>(answer: &'a Answer<Connections>, from: AsOf<'_>) -> View<'a> {
    let Answer { header, body: found, facts: trace, .. } = answer;
    let subject = Subject::Device { header, window: Some(found.window) };
    View::of("Connections", subject, Summary::sentence(None, sentence(found)))
        .series([SmallSeries { label: "", trace, unit: Unit::Connections }])
        .section("when", "Timeline", week(found, trace, from).map(Block::from))
        .section("connections", "Connections", blocks(found))
        .section("appliance", "The appliance's own summary", own_findings(found))
}

pub(super) fn sentence(found: &Connections) -> String {
    let metrics = &found.metrics;
    if found.window.is_unreported {
        return "Connections over time are not reported.".to_owned();
    }
    let Some(mean) = metrics.mean_connections_per_interval else {
        return "No connections: the series is empty.".to_owned();
    };
    let (total, peak) = (amount(metrics.total_connections), count(metrics.peak_connections));
    let mean = decimal(mean);
    let per = if is_hourly(found) { "hour" } else { "interval" };
    format!("{total} in all; {mean} per {per} on average, peak {peak} per {per}.")
}

fn is_hourly(found: &Connections) -> bool {
    found.window.interval == Some(SignedDuration::from_hours(1))
}

/// Which hours of the week it is busy in.
pub(super) fn week(found: &Connections, trace: &Samples, from: AsOf<'_>) -> Option<Chart> {
    let buckets = trace.buckets();
    let wide = width(buckets.iter().map(|&(time, _)| time))?;
    let week = HoursOfWeek::of(buckets, wide, from.zone)?;
    let busiest = week.busiest().unwrap_or_else(|| "none".to_owned());
    let zone = found.window.start.map(|start| times::zone_name(start, from.zone));
    let zone = zone.unwrap_or_default();
    Some(Chart {
        caption: format!("Connections by hour of the week, {zone}").into(),
        alt_text: format!("Mean connections of each hour of the week. Busiest: {busiest}.").into(),
        drawing: Drawing::Week(week),
    })
}

pub(super) fn blocks(found: &Connections) -> Vec<Block> {
    let metrics = &found.metrics;
    let peak = if is_hourly(found) { "Peak per hour" } else { "Peak per interval" };
    let mut facts = vec![
        Fact::new("Connections", Value::reported(metrics.total_connections)),
        Fact::new(peak, Value::reported(metrics.peak_connections)),
        Fact::new(
            if serves(metrics) { "External, as client" } else { "External" },
            Value::reported(metrics.external_ratio),
        ),
    ];
    match &found.destinations {
        None => {
            facts.push(Fact::new("Destinations", Value::reported(metrics.unique_destinations)));
        }
        // What is outside counts as one of them, so that neither it nor a total would say anything.
        Some(destinations) if matches!(destinations.external, Amount::AtLeast(_)) => {
            facts.extend([
                Fact::new("External destinations", Value::Missing(NOT_ITEMISED)),
                Fact::new("Internal destinations", destinations.internal),
            ]);
        }
        Some(destinations) => facts.extend([
            Fact::new("Destinations", destinations.total),
            Fact::new("External destinations", destinations.external),
            Fact::new("Internal destinations", destinations.internal),
        ]),
    }
    if metrics.reported_used.is_some() || metrics.reported_served.is_some() {
        facts.push(Fact::new("Reported as client", Value::reported(metrics.reported_used)));
        facts.push(Fact::new("Reported as server", Value::reported(metrics.reported_served)));
    }
    let mut blocks = vec![Block::Facts(facts)];
    blocks.push(match &found.ports {
        None => Block::note("Ports are not reported."),
        Some(ports) if ports.is_empty() => Block::note("No ports are listed."),
        Some(rows) => Block::Table(ports("Top ports", rows)),
    });
    blocks.push(match &found.protocols {
        None => Block::note("Protocols are not reported."),
        Some(protocols) if protocols.is_empty() => Block::note("No protocols are listed."),
        Some(protocols) => {
            let table = Table::of("Protocols", protocols)
                .text("Protocol", |row| &row.protocol)
                .number("connections", |row| Value::reported(row.connections))
                .share("share", |row| row.share);
            table.long().into()
        }
    });
    blocks.extend(found.destinations.iter().flat_map(top_destinations));
    if serves(metrics) {
        blocks
            .push(Block::note("Ports, destinations and shares are of the connections as client."));
    }
    blocks
}

/// Whether enough connections came to the device for what it opened to be called so: shares and ports are of
/// these alone.
pub(crate) fn serves(metrics: &ConnectionMetrics) -> bool {
    let (used, served) = (metrics.reported_used, metrics.reported_served);
    served
        .is_some_and(|served| served.saturating_mul(20) > used.unwrap_or(0).saturating_add(served))
}

/// Ports with the services they are registered for.
pub(crate) fn ports(caption: &str, rows: &[PortRow]) -> Table {
    Table::of(caption, rows)
        .word("Port", |row| &row.port)
        .text("service", |row| row.service.unwrap_or_default())
        .number("connections", |row| Value::reported(row.connections))
        .share("share", |row| row.share)
        .long()
}

fn top_destinations(found: &Destinations) -> Vec<Block> {
    if found.top.is_empty() {
        return vec![Block::note("No destinations are listed.")];
    }
    let with_bytes = found.top.iter().any(|row| row.bytes.is_some());
    let table = Table::of("Top destinations", &found.top)
        .text("Destination", |row| &row.name)
        .word("scope", |row| Value::reported(row.scope.map(Scope::as_str)))
        .number("connections", |row| Value::reported(row.connections))
        .when(with_bytes, |table| {
            table.number("bytes", |row| Value::bytes_or(row.bytes, NOT_REPORTED))
        });
    let mut blocks = vec![Block::Table(table.long())];
    if !with_bytes {
        blocks.push(Block::note("Bytes by destination are not reported."));
    }
    blocks
}

/// What the appliance itself says, told as its words.
pub(super) fn own_findings(found: &Connections) -> impl Iterator<Item = Block> {
    let summary = found.summary.as_ref();
    let ratio = summary.and_then(|summary| summary["external_ratio"].as_f64());
    let ratio = ratio.filter(|ratio| (0.0..=1.0).contains(ratio));
    let hour = summary.and_then(|summary| summary["peak_activity_hour"].as_u64());
    let hour = hour.filter(|hour| *hour < 24);
    let facts = [
        ratio.map(|it| Fact::new("External communication", Value::Share(Measured::exact(it)))),
        hour.map(|hour| Fact::new("Busiest hour", format!("{hour:02}:00"))),
    ];
    let facts: Vec<Fact> = facts.into_iter().flatten().collect();
    let indicators = found.anomaly_indicators.as_ref().and_then(Json::as_array);
    let facts = (!facts.is_empty()).then_some(Block::Facts(facts));
    facts.into_iter().chain(Block::list(indicators.into_iter().flatten().map(indicator)))
}

fn indicator(indicator: &Json) -> String {
    let kind = indicator["type"].as_str().unwrap_or("of unknown type").replace('_', " ");
    let about = indicator["description"].as_str().unwrap_or("no description");
    let confidence = indicator["confidence"].as_f64().filter(|it| (0.0..=1.0).contains(it));
    let confidence =
        confidence.map_or_else(String::new, |it| format!(" (confidence {:.0} %)", it * 100.0));
    format!("{kind}: {about}{confidence}")
}
