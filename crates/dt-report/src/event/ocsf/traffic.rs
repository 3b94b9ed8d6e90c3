//! Network Activity.

use serde_json::{Value, json};

use super::endpoint::{observables, remote, source};
use super::{Base, INFORMATIONAL, Numbered};
use crate::event::traffic::Traffic;
use crate::event::with;

const NETWORK_ACTIVITY: Numbered = (4001, "Network Activity");

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
        message: Some(traffic.message()),
        start: *start,
        end: *end,
        observables: observables(
            near,
            ["src_endpoint.hostname", "src_endpoint.ip"],
            far.as_ref(),
            ["dst_endpoint.hostname", "dst_endpoint.ip"],
        ),
        ..Base::default()
    };
    // What OCSF has no attributes for, and what did not have their form.
    let unmapped = with(json!(counts), json!({ "device": near.view, "refused": traffic.refused }));
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
        "unmapped": unmapped,
    }))
}
