//! The summary of the documented dialect.

use dt_model::DataType;
use serde::Serialize;

use crate::dialect::view::{View, largest_first};
use crate::network::{Hour, IncidentKind, Remote, hour_of_day};

#[derive(Serialize)]
pub(super) struct Summary {
    total_connections: u64,
    unique_destinations: usize,
    external_ratio: f64,
    top_protocols: Vec<&'static str>,
    top_ports: Vec<u16>,
    peak_activity_hour: usize,
    data_transfer: DataTransfer,
    anomaly_indicators: Vec<Indicator>,
}

#[derive(Serialize)]
pub(super) struct DataTransfer {
    total_bytes_out: u64,
    total_bytes_in: u64,
    avg_session_size: u64,
}

#[derive(Serialize)]
pub(super) struct Indicator {
    #[serde(rename = "type")]
    kind: &'static str,
    port: u16,
    confidence: f64,
    description: &'static str,
}

pub(super) fn summary(view: &View<'_>, unique_destinations: usize) -> Summary {
    let mut total = Hour::default();
    let mut external = 0;
    for slice in &view.flows {
        let sum = slice.sum();
        total.add(sum);
        if matches!(slice.flow.key.remote, Remote::External(_)) {
            external += sum.connections;
        }
    }
    let mut by_hour = [0; 24];
    for (place, time) in view.times.iter().enumerate() {
        by_hour[hour_of_day(*time)] += view.bucket(place).connections;
    }
    let busiest = by_hour.iter().max().and_then(|most| by_hour.iter().position(|n| n == most));
    let protocols = view.sums(DataType::Connections, |flow| Some(flow.key.protocol.name()));
    let ports = view.sums(DataType::Connections, |flow| Some(flow.key.port));
    Summary {
        total_connections: total.connections,
        unique_destinations,
        external_ratio: ratio(external, total.connections),
        top_protocols: largest_first(protocols).into_iter().map(|(name, _)| name).collect(),
        top_ports: largest_first(ports).into_iter().take(3).map(|(port, _)| port).collect(),
        peak_activity_hour: busiest.unwrap_or(0),
        data_transfer: DataTransfer {
            total_bytes_out: total.sent,
            total_bytes_in: total.received,
            avg_session_size: (total.sent + total.received)
                .checked_div(total.connections)
                .unwrap_or(0),
        },
        anomaly_indicators: indicators(view),
    }
}

/// To four places.
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    (10_000.0 * part as f64 / whole as f64).round() / 10_000.0
}

/// What the appliance itself notices: a port that is new. It misses the rest, as any indicator
/// does.
fn indicators(view: &View<'_>) -> Vec<Indicator> {
    let incidents = view.network.incidents().iter();
    let own = incidents.filter(|incident| incident.did == view.device.did);
    own.filter(|incident| incident.kind == IncidentKind::NewPort)
        .filter_map(|incident| {
            Some(Indicator {
                kind: "unusual_port",
                port: incident.port?,
                confidence: 0.75,
                description: "Uncommon port usage detected",
            })
        })
        .collect()
}
