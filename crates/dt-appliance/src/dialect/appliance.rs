//! The appliance dialect: times in milliseconds, and parts in whole percent of their total.

use std::collections::{BTreeMap, BTreeSet};

use dt_model::DeviceId;
use serde::Serialize;

use super::question::Question;
use super::view::{Subject, View, amount, largest_first};
use crate::endpoints::DeviceFacts;
use crate::network::{External, Flow, Remote, Side};

/// The answer about `subjects`, of which the first is the device asked for.
pub(crate) fn answer<'a>(
    subjects: &'a [Subject<'a>],
    question: &'a Question,
) -> impl Serialize + 'a {
    let entries: Vec<Entry<'_>> = subjects.iter().map(|subject| entry(subject, question)).collect();
    let devices = question.full_device_details.then(|| {
        let network = subjects[0].view.network;
        let mut mentioned = BTreeSet::new();
        let mut devices = Vec::new();
        for did in entries.iter().flat_map(Entry::mentioned) {
            if let Some(index) = network.index_of(did)
                && mentioned.insert(index)
            {
                devices.push(DeviceFacts::full(network, index));
            }
        }
        devices
    });
    Body { device_info: entries, devices }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    device_info: Vec<Entry<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    devices: Option<Vec<DeviceFacts<'a>>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    did: i64,
    similarity_score: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<&'a str>,
    graph_data: Vec<Point>,
    info: Info<'a>,
}

impl Entry<'_> {
    /// Every id in it, once or more.
    fn mentioned(&self) -> impl Iterator<Item = DeviceId> {
        let used = self.info.devices_used.iter().chain(&self.info.devices_served);
        let dids = used.filter_map(|part| part.did.one().copied());
        let pairs = self.info.devices_and_ports.iter();
        let pairs = pairs.filter_map(|part| part.device_and_port.one().map(|pair| pair.device));
        std::iter::once(self.did).chain(dids).chain(pairs).map(DeviceId::new)
    }
}

#[derive(Serialize)]
struct Point {
    time: i64,
    count: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Info<'a> {
    total_used: u64,
    total_served: u64,
    total_devices_and_ports: u64,
    devices_and_ports: Vec<PairSize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_domains: Option<Vec<DomainSize<'a>>>,
    #[serde(rename = "externalASNs", skip_serializing_if = "Option::is_none")]
    external_asns: Option<Vec<AsnSize<'a>>>,
    ports_used: Vec<PortSize>,
    ports_served: Vec<PortSize>,
    devices_used: Vec<DeviceSize>,
    devices_served: Vec<DeviceSize>,
}

/// A value, or the word that stands for everything too small to be listed.
#[derive(Serialize)]
#[serde(untagged)]
enum OrOthers<T> {
    One(T),
    Others(&'static str),
}

impl<T> OrOthers<T> {
    const OTHERS: Self = Self::Others("others");

    const fn one(&self) -> Option<&T> {
        match self {
            Self::One(one) => Some(one),
            Self::Others(_) => None,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PairSize {
    device_and_port: OrOthers<Pair>,
    size: u64,
}

#[derive(Serialize)]
struct Pair {
    direction: &'static str,
    device: i64,
    port: Port,
}

#[derive(Serialize)]
struct DomainSize<'a> {
    domain: OrOthers<&'a str>,
    size: u64,
}

#[derive(Serialize)]
struct AsnSize<'a> {
    asn: OrOthers<&'a str>,
    size: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PortSize {
    port: OrOthers<Port>,
    size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_time: Option<i64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DeviceSize {
    did: OrOthers<i64>,
    size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_time: Option<i64>,
}

/// A port, or the range it disappears in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Port {
    One(u16),
    Range(u16, u16),
}

impl Serialize for Port {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(port) => serializer.serialize_u16(*port),
            Self::Range(low, high) => serializer.collect_str(&format_args!("{low} - {high}")),
        }
    }
}

fn entry<'a>(subject: &Subject<'a>, question: &'a Question) -> Entry<'a> {
    let view = &subject.view;
    let point = |place| Point {
        time: view.times[place] * 1000,
        count: amount(&view.bucket(place), question.data_type),
    };
    Entry {
        did: view.device.did.get(),
        similarity_score: subject.score,
        domain: question.external_domain.as_deref(),
        graph_data: view.shown(question).map(point).collect(),
        info: info(view, question),
    }
}

fn info<'a>(view: &View<'a>, question: &Question) -> Info<'a> {
    let network = view.network;
    let sum_of = |side| {
        let sums = view.sums(question.data_type, |flow| (flow.key.side == side).then_some(()));
        sums.into_values().sum()
    };
    let (used, served): (u64, u64) = (sum_of(Side::Client), sum_of(Side::Server));
    let pairs = view.sums(question.data_type, |flow| {
        Some((flow.key.side, network.remote_id(flow.key.remote), flow.key.port))
    });
    // What has no name belongs to no domain, but counts for the base.
    let externals = |name: fn(&External) -> Option<&str>| {
        question.is_external().then(|| {
            let of_side = |flow: &Flow| flow.key.side == Side::Client;
            let key = |flow: &Flow| match flow.key.remote {
                Remote::External(host) if of_side(flow) => name(&network.externals()[host]),
                _ => None,
            };
            parts(view.sums(question.data_type, key), used)
        })
    };
    let domains = externals(|host| host.domain.as_deref())
        .map(|parts| parts.into_iter().map(|(domain, size)| DomainSize { domain, size }).collect());
    let asns = externals(|host| Some(host.asn))
        .map(|parts| parts.into_iter().map(|(asn, size)| AsnSize { asn, size }).collect());
    Info {
        total_used: used,
        total_served: served,
        total_devices_and_ports: used + served,
        devices_and_ports: pair_parts(pairs, used + served),
        external_domains: domains,
        external_asns: asns,
        ports_used: port_parts(view, question, Side::Client, used),
        ports_served: port_parts(view, question, Side::Server, served),
        devices_used: device_parts(view, question, Side::Client, used),
        devices_served: device_parts(view, question, Side::Server, served),
    }
}

/// Whole percent of `base`, rounded half up.
const fn percent(amount: u64, base: u64) -> u64 {
    if base == 0 {
        return 0;
    }
    (200 * amount + base) / (2 * base)
}

/// Shares in whole percent, largest first; what rounds to nothing is merged.
fn parts<K: Ord>(sums: BTreeMap<K, u64>, base: u64) -> Vec<(OrOthers<K>, u64)> {
    let mut small = 0;
    let mut parts = Vec::new();
    for (key, amount) in largest_first(sums) {
        match percent(amount, base) {
            0 => small += amount,
            size => parts.push((OrOthers::One(key), size)),
        }
    }
    if small > 0 {
        parts.push((OrOthers::OTHERS, percent(small, base).max(1)));
    }
    parts
}

/// Where high ports go that are too small to be listed alone.
const RANGES: [(u16, u16); 4] =
    [(5001, 10_000), (10_001, 20_000), (20_001, 40_000), (40_001, 65_535)];

fn port_or_range(port: u16, amount: u64, base: u64) -> Port {
    let range = RANGES.into_iter().find(|(low, high)| (*low..=*high).contains(&port));
    match range {
        Some((low, high)) if percent(amount, base) == 0 => Port::Range(low, high),
        _ => Port::One(port),
    }
}

fn port_parts(view: &View<'_>, question: &Question, side: Side, base: u64) -> Vec<PortSize> {
    let of_side = |flow: &Flow| (flow.key.side == side).then_some(flow.key.port);
    let mut sums: BTreeMap<Port, u64> = BTreeMap::new();
    let mut first_times: BTreeMap<Port, i64> = BTreeMap::new();
    let by_port = view.sums(question.data_type, of_side);
    let first_seen = first_seen(view, of_side);
    for (port, amount) in by_port {
        let key = port_or_range(port, amount, base);
        *sums.entry(key).or_default() += amount;
        let time = first_seen[&port];
        first_times.entry(key).and_modify(|first| *first = time.min(*first)).or_insert(time);
    }
    parts(sums, base)
        .into_iter()
        .map(|(port, size)| {
            let first_time =
                port.one().and_then(|port| first_times.get(port)).map(|time| time * 1000);
            PortSize { port, size, first_time }
        })
        .collect()
}

fn device_parts(view: &View<'_>, question: &Question, side: Side, base: u64) -> Vec<DeviceSize> {
    let of_side = |flow: &Flow| {
        (flow.key.side == side).then(|| view.network.remote_id(flow.key.remote).get())
    };
    let first_seen = first_seen(view, of_side);
    parts(view.sums(question.data_type, of_side), base)
        .into_iter()
        .map(|(did, size)| {
            // Appliances say it of the devices used only.
            let first_time = did.one().filter(|_| side == Side::Client);
            let first_time = first_time.and_then(|did| first_seen.get(did)).map(|time| time * 1000);
            DeviceSize { did, size, first_time }
        })
        .collect()
}

fn pair_parts(pairs: BTreeMap<(Side, DeviceId, u16), u64>, base: u64) -> Vec<PairSize> {
    parts(pairs, base)
        .into_iter()
        .map(|(key, size)| {
            let device_and_port = match key {
                OrOthers::One((side, device, port)) => OrOthers::One(Pair {
                    direction: match side {
                        Side::Client => "out",
                        Side::Server => "in",
                    },
                    device: device.get(),
                    port: Port::One(port),
                }),
                OrOthers::Others(word) => OrOthers::Others(word),
            };
            PairSize { device_and_port, size }
        })
        .collect()
}

/// When each key was first seen, in seconds since the epoch.
fn first_seen<K: Ord>(view: &View<'_>, key: impl Fn(&Flow) -> Option<K>) -> BTreeMap<K, i64> {
    let mut first: BTreeMap<K, i64> = BTreeMap::new();
    for slice in &view.flows {
        if let Some(key) = key(slice.flow) {
            let time = slice.flow.first_seen;
            first.entry(key).and_modify(|known| *known = time.min(*known)).or_insert(time);
        }
    }
    first
}
