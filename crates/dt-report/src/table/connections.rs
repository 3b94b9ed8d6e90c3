//! The screen of `dt connections`.

use serde_json::Value;

use super::Options;
use super::rows::{Column, Long, Rows};
use super::screen::Screen;
use crate::contract::{Connections, Destinations, PortRow};
use crate::words::numbers::{NOT_REPORTED, amount, bytes, count, decimal, percent};

pub(super) fn body(screen: &mut Screen, connections: &Connections, options: &Options) {
    overview(screen, connections, options);
    ports(screen, connections);
    match &connections.protocols {
        None => screen.line("protocols       not reported"),
        Some(protocols) if protocols.is_empty() => screen.line("protocols       none listed"),
        Some(protocols) => {
            screen.blank();
            let mut rows = Rows::new(&[Column::Text, Column::Number, Column::Number], Long::Cut)
                .header(&["PROTOCOLS", "connections", "share"]);
            for row in protocols {
                rows.row([row.protocol.clone(), amount(&row.connections), percent(&row.share)]);
            }
            rows.show(screen);
        }
    }
    if let Some(found) = &connections.destinations {
        destinations(screen, found);
    } else {
        let count = amount(&connections.metrics.unique_destinations);
        screen.line(&format!("destinations    {count}"));
    }
    own_findings(screen, connections);
}

fn overview(screen: &mut Screen, connections: &Connections, options: &Options) {
    let metrics = &connections.metrics;
    let Some(mean) = metrics.mean_connections_per_interval else {
        screen.bold("CONNECTIONS  none: the series is empty");
        return;
    };
    let total = amount(&metrics.total_connections);
    let peak = count(metrics.peak_connections);
    let mean = decimal(mean);
    screen.bold(&format!("CONNECTIONS  {total}; {mean} an interval on average, {peak} at most"));
    drawing(screen, connections, options);
    screen.line(&format!("outside         {}", percent(&metrics.external_ratio)));
    if metrics.reported_used.is_some() || metrics.reported_served.is_some() {
        let (used, served) = (count(metrics.reported_used), count(metrics.reported_served));
        screen.line(&format!("appliance says  {used} as client, {served} as server"));
    }
}

/// The series as a line of the screen.
pub(super) fn drawing(screen: &mut Screen, connections: &Connections, options: &Options) {
    if let Some(sparkline) = connections.trace.sparkline(&options.time_zone) {
        let tallest = dt_model::Amount::Exact(sparkline.tallest);
        let days =
            if sparkline.days.is_empty() { String::new() } else { format!("{}, ", sparkline.days) };
        let (drawing, columns) = (sparkline.drawing, sparkline.columns);
        screen.line(&format!("  {drawing}   {columns}, {days}tallest {tallest}"));
    }
}

fn ports(screen: &mut Screen, connections: &Connections) {
    match connections.ports.as_deref() {
        None => screen.line("ports           not reported"),
        Some([]) => screen.line("ports           none listed"),
        Some(ports) => port_rows(screen, "TOP PORTS", ports),
    }
}

/// Ports with the services they are registered for.
pub(super) fn port_rows(screen: &mut Screen, title: &str, ports: &[PortRow]) {
    screen.blank();
    let columns = &[Column::Word, Column::Text, Column::Number, Column::Number];
    let mut rows = Rows::new(columns, Long::Cut).header(&[title, "", "connections", "share"]);
    for row in ports {
        let service = row.service.unwrap_or_default().to_owned();
        rows.row([row.port.clone(), service, amount(&row.connections), percent(&row.share)]);
    }
    rows.show(screen);
}

fn destinations(screen: &mut Screen, found: &Destinations) {
    screen.blank();
    let (total, external, internal) =
        (amount(&found.total), amount(&found.external), amount(&found.internal));
    let title = format!("DESTINATIONS  {total}: {external} external, {internal} internal");
    if found.top.is_empty() {
        screen.bold(&title);
        return;
    }
    screen.bold(&title);
    let with_bytes = found.top.iter().any(|row| row.bytes.amount.is_some());
    let columns: &[Column] = &[Column::Text, Column::Number, Column::Word, Column::Number];
    let shown = if with_bytes { 4 } else { 3 };
    let mut rows = Rows::new(&columns[..shown], Long::Cut)
        .header(&["", "connections", "scope", "bytes"][..shown]);
    for row in &found.top {
        let scope = row.scope.unwrap_or(NOT_REPORTED).to_owned();
        let cells = [row.name.clone(), amount(&row.connections), scope, bytes(&row.bytes)];
        rows.row(&cells[..shown]);
    }
    rows.show(screen);
    if !with_bytes {
        screen.line("  bytes by destination are not reported");
    }
}

/// What the appliance itself says, told as its words.
fn own_findings(screen: &mut Screen, connections: &Connections) {
    let summary = connections.summary.as_ref();
    let ratio = summary.and_then(|summary| summary["external_ratio"].as_f64());
    let ratio = ratio.filter(|ratio| (0.0..=1.0).contains(ratio));
    let hour = summary.and_then(|summary| summary["peak_activity_hour"].as_u64());
    let hour = hour.filter(|hour| *hour < 24);
    let indicators = connections.anomaly_indicators.as_ref().and_then(Value::as_array);
    if ratio.is_none() && hour.is_none() && indicators.is_none_or(Vec::is_empty) {
        return;
    }
    screen.blank();
    screen.bold("THE APPLIANCE'S OWN SUMMARY");
    if let Some(ratio) = ratio {
        screen.line(&format!("  external communication  {:.1} %", ratio * 100.0));
    }
    if let Some(hour) = hour {
        screen.line(&format!("  busiest hour            {hour:02}:00"));
    }
    for indicator in indicators.into_iter().flatten() {
        let kind = indicator["type"].as_str().unwrap_or("of unknown type").replace('_', " ");
        let about = indicator["description"].as_str().unwrap_or("no description");
        let confidence = indicator["confidence"].as_f64().filter(|it| (0.0..=1.0).contains(it));
        let confidence =
            confidence.map_or_else(String::new, |it| format!(" (confidence {:.0} %)", it * 100.0));
        let mut rows = Rows::new(&[Column::Word, Column::Text], Long::Wrapped);
        rows.row([kind, format!("{about}{confidence}")]);
        rows.show(screen);
    }
}
