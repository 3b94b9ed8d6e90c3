//! Network Activity.

use serde::Serialize;
use serde_json::{Value, json};

use super::endpoint::{observables, remote, source};
use super::{Base, INFORMATIONAL, Numbered};
use crate::contract::{DeviceView, PartView};
use crate::event::traffic::{Counts, Traffic};

const NETWORK_ACTIVITY: Numbered = (4001, "Network Activity");

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
pub(in crate::event) fn traffic(traffic: &Traffic<'_>) -> Value {
    let Traffic { sender, near, far, start, end, counts, .. } = traffic;
    let base = Base {
        context: *sender,
        class: NETWORK_ACTIVITY,
        category: "Network Activity",
        activity: (6, "Traffic"),
        severity: INFORMATIONAL,
        uid: Some(traffic.id()),
        correlation_uid: None,
        message: Some(traffic.message()),
        start: *start,
        end: *end,
        observables: observables(
            near,
            ["src_endpoint.hostname", "src_endpoint.ip"],
            far.as_ref(),
            ["dst_endpoint.hostname", "dst_endpoint.ip"],
        ),
    };
    base.with(json!({
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
    }))
}
