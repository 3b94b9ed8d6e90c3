//! Whom a device had connections with, in the documented dialect.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use dt_model::DataType;
use serde::Serialize;

use crate::dialect::view::{View, largest_first};
use crate::network::{Hour, Remote};

#[derive(Serialize)]
pub(super) struct Destination<'a> {
    ip: Ipv4Addr,
    #[serde(skip_serializing_if = "Option::is_none")]
    hostname: Option<&'a str>,
    did: Option<i64>,
    connections: u64,
    first_connection: i64,
    last_connection: i64,
    bytes_sent: u64,
    bytes_received: u64,
    ports: Vec<u16>,
    protocols: Vec<&'static str>,
    is_external: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<&'static str>,
}

/// Everyone the device had connections with, most first.
pub(super) fn destinations<'a>(view: &View<'a>) -> Vec<Destination<'a>> {
    let by_remote = view.sums(DataType::Connections, |flow| Some(flow.key.remote));
    largest_first(by_remote)
        .into_iter()
        .map(|(remote, connections)| destination(view, remote, connections))
        .collect()
}

fn destination<'a>(view: &View<'a>, remote: Remote, connections: u64) -> Destination<'a> {
    let network = view.network;
    let (mut bytes_sent, mut bytes_received) = (0, 0);
    let (mut ports, mut protocols) = (BTreeSet::new(), BTreeSet::new());
    let (mut first, mut last) = (usize::MAX, 0);
    for slice in view.flows.iter().filter(|slice| slice.flow.key.remote == remote) {
        let sum = slice.sum();
        bytes_sent += sum.sent;
        bytes_received += sum.received;
        ports.insert(slice.flow.key.port);
        protocols.insert(slice.flow.key.protocol.name());
        // Hours, whatever the width of the buckets.
        let is_active = |hour: &Hour| hour.connections > 0;
        first = first.min(slice.flow.hours.iter().position(is_active).unwrap_or(usize::MAX));
        last = last.max(slice.flow.hours.iter().rposition(is_active).unwrap_or(0));
    }
    let ip = network.address(remote);
    let window = network.window();
    // Within its hour, and always the same.
    let second = i64::from(u32::from(ip) % 3_500);
    let (hostname, did, country) = match remote {
        Remote::Device(index) => {
            let device = network.device(index);
            (Some(device.hostname.as_str()), Some(device.did.get()), None)
        }
        Remote::External(host) => {
            let host = &network.externals()[host];
            let hostname = (!host.hostname.is_empty()).then_some(host.hostname.as_str());
            (hostname, None, host.place.map(|place| place.country))
        }
        Remote::Range(..) => (None, None, None),
    };
    Destination {
        ip,
        hostname,
        did,
        connections,
        first_connection: window.time(first) + second,
        last_connection: window.time(last) + second + 60,
        bytes_sent,
        bytes_received,
        ports: ports.into_iter().collect(),
        protocols: protocols.into_iter().collect(),
        is_external: matches!(remote, Remote::External(_)),
        country,
    }
}
