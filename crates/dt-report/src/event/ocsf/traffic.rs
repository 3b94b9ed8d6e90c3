//! Network Activity.

use serde::Serialize;
use serde_json::json;

use super::endpoint::{observables, remote, source};
use super::{Activity, Classified, Event, Metadata, Millis, Severity};
use crate::contract::{DeviceView, PartView};
use crate::event::traffic::{Counts, Traffic};

const NETWORK_ACTIVITY: (u32, &str) = (4001, "Network Activity");

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
pub(in crate::event) fn traffic<'a>(traffic: &'a Traffic<'a>) -> Event<'a> {
    let Traffic { sender, near, far, start, end, counts, .. } = traffic;
    let activity = Activity { id: 6, name: "Traffic" };
    Event {
        time: Millis(sender.now),
        class: Classified::new(NETWORK_ACTIVITY, "Network Activity", activity),
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
        content: json!({
            // Connections.
            "count": counts.connections(),
            "src_endpoint": source(near),
            "dst_endpoint": far.as_ref().and_then(remote),
            "connection_info": {
                "direction_id": 2,
                "direction": "Outbound",
                "boundary_id": 3,
                "boundary": "External",
            },
            "traffic": {
                "bytes": counts.bytes(),
                "bytes_out": counts.bytes_out(),
                "bytes_in": counts.bytes_in(),
            },
            "unmapped": Unmapped {
                counts: *counts,
                device: near.view,
                refused: &traffic.refused,
            },
        }),
    }
}
