//! The page of `dt connections`.

use serde_json::Value as Json;

use super::{Block, Column, Fact, Made, Page, Section, Table, Text, Value, Verdict, device};
use crate::chart::{Chart, Drawing};
use crate::contract::{Answer, Connections, Destinations, PortRow};
use crate::week::Week;
use crate::words::numbers::{NOT_REPORTED, amount, bytes, count, decimal, percent};
use crate::words::times;

pub(super) fn page(answer: &Answer<Connections>, made: &Made<'_>) -> Page {
    let found = &answer.body;
    let verdict = Verdict::Sentence { level: None, text: sentence(found).into() };
    let sections = [
        Section::of("when", "When", week(found, made).map(Block::Chart).into_iter().collect()),
        Section::of("connections", "Connections", blocks(found)),
        Section::of("appliance", "The appliance's own summary", own_findings(found)),
    ];
    device::page("Connections", &answer.header, Some(&found.window), verdict, sections, made)
}

pub(super) fn sentence(found: &Connections) -> String {
    let metrics = &found.metrics;
    let Some(mean) = metrics.mean_connections_per_interval else {
        return "No connections: the series is empty.".to_owned();
    };
    let (total, peak) = (amount(&metrics.total_connections), count(metrics.peak_connections));
    let mean = decimal(mean);
    format!("{total} connections; {mean} an interval on average, {peak} at most.")
}

/// Which hours of the week it is busy in.
pub(super) fn week(found: &Connections, made: &Made<'_>) -> Option<Chart> {
    let week = Week::of(&found.trace, made.viewpoint.zone)?;
    let busiest = week.busiest().unwrap_or_else(|| "none".to_owned());
    let zone = found.window.start.map(|start| times::zone_name(start, made.viewpoint.zone));
    let zone = zone.unwrap_or_default();
    Some(Chart {
        caption: format!("Connections by hour of the week, {zone}").into(),
        says: format!("Mean connections of each hour of the week. Busiest: {busiest}.").into(),
        drawing: Drawing::Week(week),
    })
}

pub(super) fn blocks(found: &Connections) -> Vec<Block> {
    let metrics = &found.metrics;
    let mut facts = vec![
        Fact::new("Connections", amount(&metrics.total_connections)),
        Fact::new("Busiest interval", count(metrics.peak_connections)),
        Fact::new("Outside", percent(&metrics.external_ratio)),
    ];
    match &found.destinations {
        None => facts.push(Fact::new("Destinations", amount(&metrics.unique_destinations))),
        Some(destinations) => facts.extend([
            Fact::new("Destinations", amount(&destinations.total)),
            Fact::new("External destinations", amount(&destinations.external)),
            Fact::new("Internal destinations", amount(&destinations.internal)),
        ]),
    }
    if metrics.reported_used.is_some() || metrics.reported_served.is_some() {
        let (used, served) = (count(metrics.reported_used), count(metrics.reported_served));
        facts.push(Fact::new("As client, it says", used));
        facts.push(Fact::new("As server, it says", served));
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
        Some(protocols) => Block::Table(Table::new(
            "Protocols",
            &[Column::text("Protocol"), Column::number("connections"), Column::share("share")],
            protocols.iter().map(|row| {
                vec![row.protocol.as_str().into(), (&row.connections).into(), (&row.share).into()]
            }),
        )),
    });
    blocks.extend(found.destinations.iter().flat_map(top_destinations));
    blocks
}

/// Ports with the services they are registered for.
pub(super) fn ports(caption: &str, rows: &[PortRow]) -> Table {
    let columns = [
        Column::text("Port"),
        Column::text("service"),
        Column::number("connections"),
        Column::share("share"),
    ];
    let rows = rows.iter().map(|row| -> Vec<Value> {
        let service = row.service.unwrap_or_default();
        vec![
            row.port.as_str().into(),
            service.into(),
            (&row.connections).into(),
            (&row.share).into(),
        ]
    });
    Table::new(caption, &columns, rows)
}

fn top_destinations(found: &Destinations) -> Vec<Block> {
    if found.top.is_empty() {
        return vec![Block::note("No destinations are listed.")];
    }
    let with_bytes = found.top.iter().any(|row| row.bytes.amount.is_some());
    let columns = [
        Column::text("Destination"),
        Column::text("scope"),
        Column::number("connections"),
        Column::number("bytes"),
    ];
    let shown = if with_bytes { 4 } else { 3 };
    let rows = found.top.iter().map(|row| -> Vec<Value> {
        let mut cells = vec![
            row.name.as_str().into(),
            row.scope.unwrap_or(NOT_REPORTED).into(),
            amount(&row.connections).into(),
        ];
        cells.extend(with_bytes.then(|| bytes(&row.bytes).into()));
        cells
    });
    let mut blocks = vec![Block::Table(Table::new("Top destinations", &columns[..shown], rows))];
    if !with_bytes {
        blocks.push(Block::note("Bytes by destination are not reported."));
    }
    blocks
}

/// What the appliance itself says, told as its words.
pub(super) fn own_findings(found: &Connections) -> Vec<Block> {
    let summary = found.summary.as_ref();
    let ratio = summary.and_then(|summary| summary["external_ratio"].as_f64());
    let ratio = ratio.filter(|ratio| (0.0..=1.0).contains(ratio));
    let hour = summary.and_then(|summary| summary["peak_activity_hour"].as_u64());
    let hour = hour.filter(|hour| *hour < 24);
    let facts = [
        ratio.map(|it| Fact::new("External communication", format!("{:.1} %", it * 100.0))),
        hour.map(|hour| Fact::new("Busiest hour", format!("{hour:02}:00"))),
    ];
    let facts: Vec<Fact> = facts.into_iter().flatten().collect();
    let indicators = found.anomaly_indicators.as_ref().and_then(Json::as_array);
    let indicators: Vec<Text> = indicators.into_iter().flatten().map(indicator).collect();
    let facts = (!facts.is_empty()).then_some(Block::Facts(facts));
    let indicators = (!indicators.is_empty()).then_some(Block::List(indicators));
    facts.into_iter().chain(indicators).collect()
}

fn indicator(indicator: &Json) -> Text {
    let kind = indicator["type"].as_str().unwrap_or("of unknown type").replace('_', " ");
    let about = indicator["description"].as_str().unwrap_or("no description");
    let confidence = indicator["confidence"].as_f64().filter(|it| (0.0..=1.0).contains(it));
    let confidence =
        confidence.map_or_else(String::new, |it| format!(" (confidence {:.0} %)", it * 100.0));
    format!("{kind}: {about}{confidence}").into()
}
