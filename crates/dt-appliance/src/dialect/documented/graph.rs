//! The buckets of the documented dialect.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use dt_model::DataType;
use serde::Serialize;

use super::Members;
use crate::dialect::question::Question;
use crate::dialect::view::{View, amount, largest_first};
use crate::network::{Hour, Remote};

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Bucket {
    Connections {
        timestamp: i64,
        connections: u64,
        unique_destinations: usize,
        internal_connections: u64,
        external_connections: u64,
        protocols: Members<&'static str, u64>,
        ports: Members<String, u64>,
    },
    BytesOut {
        timestamp: i64,
        bytes_out: u64,
        packets_out: u64,
        sessions_out: u64,
        top_destinations: Vec<TrafficPeer>,
    },
    BytesIn {
        timestamp: i64,
        bytes_in: u64,
        packets_in: u64,
        sessions_in: u64,
        top_sources: Vec<TrafficPeer>,
    },
}

#[derive(Serialize)]
pub(super) struct TrafficPeer {
    ip: Ipv4Addr,
    bytes: u64,
    packets: u64,
}

/// Every bucket that the answer shows.
pub(super) fn graph(view: &View<'_>, question: &Question) -> Vec<Bucket> {
    let data_type = question.data_type;
    let named = named_ports(view);
    view.shown(question)
        .map(|place| {
            let timestamp = view.times[place];
            let Hour { connections, sent, received } = view.bucket(place);
            match data_type {
                DataType::Connections => connections_bucket(view, place, &named),
                DataType::BytesOut => Bucket::BytesOut {
                    timestamp,
                    bytes_out: sent,
                    packets_out: packets(sent, connections),
                    sessions_out: connections,
                    top_destinations: top_peers(view, place, data_type),
                },
                DataType::BytesIn => Bucket::BytesIn {
                    timestamp,
                    bytes_in: received,
                    packets_in: packets(received, connections),
                    sessions_in: connections,
                    top_sources: top_peers(view, place, data_type),
                },
            }
        })
        .collect()
}

/// The ports that buckets name; the others are `Other`.
fn named_ports(view: &View<'_>) -> Vec<u16> {
    const MOST: usize = 8;
    let sums = view.sums(DataType::Connections, |flow| Some(flow.key.port));
    largest_first(sums).into_iter().take(MOST).map(|(port, _)| port).collect()
}

fn connections_bucket(view: &View<'_>, place: usize, named: &[u16]) -> Bucket {
    let (mut total, mut external) = (0, 0);
    let mut remotes = BTreeSet::new();
    let mut protocols: BTreeMap<&'static str, u64> = BTreeMap::new();
    // In the order of `named`, with the others at the end.
    let mut ports = vec![0; named.len() + 1];
    for slice in &view.flows {
        let count = slice.buckets[place].connections;
        if count == 0 {
            continue;
        }
        let key = slice.flow.key;
        total += count;
        if matches!(key.remote, Remote::External(_)) {
            external += count;
        }
        remotes.insert(key.remote);
        *protocols.entry(key.protocol.name()).or_default() += count;
        let port = named.iter().position(|port| *port == key.port).unwrap_or(named.len());
        ports[port] += count;
    }
    let labels = named.iter().map(u16::to_string).chain(["Other".to_owned()]);
    Bucket::Connections {
        timestamp: view.times[place],
        connections: total,
        unique_destinations: remotes.len(),
        internal_connections: total - external,
        external_connections: external,
        protocols: Members(protocols.into_iter().collect()),
        ports: Members(labels.zip(ports).filter(|(_, count)| *count > 0).collect()),
    }
}

/// What so many bytes and connections take: a packet each to open one, and full ones after that.
const fn packets(bytes: u64, connections: u64) -> u64 {
    connections + bytes / 1_200
}

/// The three remotes that most bytes went to, or came from.
fn top_peers(view: &View<'_>, place: usize, data_type: DataType) -> Vec<TrafficPeer> {
    const MOST: usize = 3;
    let mut hours: BTreeMap<Remote, Hour> = BTreeMap::new();
    for slice in &view.flows {
        hours.entry(slice.flow.key.remote).or_default().add(slice.buckets[place]);
    }
    let bytes = hours.iter().map(|(remote, hour)| (*remote, amount(hour, data_type))).collect();
    largest_first(bytes)
        .into_iter()
        .take(MOST)
        .map(|(remote, bytes)| TrafficPeer {
            ip: view.network.address(remote),
            bytes,
            packets: packets(bytes, hours[&remote].connections),
        })
        .collect()
}
