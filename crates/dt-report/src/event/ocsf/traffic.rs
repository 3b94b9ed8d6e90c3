//! Network Activity.

use serde::Serialize;

use super::endpoint::{Endpoint, observables};
use super::{Activity, Classified, Event, Metadata, Millis, Severity};
use crate::contract::{DeviceView, PartView};
use crate::event::traffic::{Counts, Traffic};

const NETWORK_ACTIVITY: (u32, &str) = (4001, "Network Activity");

/// What this class has.
#[derive(Debug, Serialize)]
pub(in crate::event) struct Content<'a> {
    /// Connections.
    count: Option<u64>,
    src_endpoint: Endpoint<'a>,
    dst_endpoint: Option<Endpoint<'a>>,
    connection_info: ConnectionInfo,
    traffic: Volume,
    unmapped: Unmapped<'a>,
}

#[derive(Debug, Serialize)]
struct ConnectionInfo {
    direction_id: u8,
    direction: &'static str,
    boundary_id: u8,
    boundary: &'static str,
}

#[derive(Debug, Serialize)]
struct Volume {
    bytes: Option<u64>,
    bytes_out: Option<u64>,
    bytes_in: Option<u64>,
}

/// What OCSF has no attributes for, and what did not have their form.
#[derive(Debug, Serialize)]
struct Unmapped<'a> {
    #[serde(flatten)]
    counts: Counts,
    device: &'a DeviceView,
    /// The parts of the evidence that were refused, each with the reason.
    refused: &'a [&'a PartView],
}

/// What went to one destination.
pub(in crate::event) fn traffic<'a>(traffic: &'a Traffic<'a>) -> Event<'a, Content<'a>> {
    let Traffic { sender, near, far, start, end, counts, .. } = traffic;
    Event {
        time: Millis(sender.now),
        class: Classified::new(
            NETWORK_ACTIVITY,
            "Network Activity",
            Activity { id: 6, name: "Traffic" },
        ),
        severity: Severity::INFORMATIONAL,
        metadata: Metadata::new(*sender, Some(traffic.id())),
        message: Some(traffic.message()),
        start_time: start.map(Millis),
        end_time: end.map(Millis),
        observables: observables(
            near,
            ["src_endpoint.hostname", "src_endpoint.ip"],
            far.as_ref(),
            ["dst_endpoint.hostname", "dst_endpoint.ip"],
        ),
        content: Content {
            count: counts.connections(),
            src_endpoint: Endpoint::near(near),
            dst_endpoint: far.as_ref().and_then(Endpoint::far),
            connection_info: ConnectionInfo {
                direction_id: 2,
                direction: "Outbound",
                boundary_id: 3,
                boundary: "External",
            },
            traffic: Volume {
                bytes: counts.bytes(),
                bytes_out: counts.bytes_out(),
                bytes_in: counts.bytes_in(),
            },
            unmapped: Unmapped { counts: *counts, device: near.view, refused: &traffic.refused },
        },
    }
}
