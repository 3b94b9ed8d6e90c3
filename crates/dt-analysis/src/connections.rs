//! How much does the device talk, with what, and with whom?
//!
//! Total, mean and peak come from the series. Protocols and ports are summed over the buckets
//! (documented dialect) or are the appliance's rounded shares of `totalUsed`, hence estimates
//! (appliance dialect, which does not report protocols). Shares are of the total; the ten largest
//! ports are kept, ties in order of appearance, as in the module document.
//!
//! It declines to answer what was not reported: each part of the result is `None` by itself.

use std::fmt;

use dt_model::{
    Amount, Breakdown, Destination, DeviceInfo, Peer, Port, Profile, Scope, Series, Share,
    SharedDetail,
};
use serde::Serialize;

use crate::metrics;
use crate::quantity::{Fraction, Quantity, name};
use crate::slice::ranked;
use crate::tally::Tally;
use crate::{Policy, Slice, Statistics, Window};

/// How many ports and destinations are kept.
const TOP: usize = 10;

/// A device's connections.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Connections {
    /// The time covered.
    pub window: Window,
    /// Total, mean and peak; `None` of an empty series.
    pub statistics: Option<Statistics>,
    /// The device in a few numbers.
    pub metrics: ConnectionMetrics,
    /// Connections by protocol, largest first.
    pub protocols: Option<Vec<Slice<String>>>,
    /// The ten ports with most connections.
    pub ports: Option<Vec<Slice<Port>>>,
    /// Whom it talked to.
    pub destinations: Option<Destinations>,
}

/// A device in a few numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ConnectionMetrics {
    /// The sum of the series.
    #[serde(flatten, with = "Quantity::<name::TotalConnections>")]
    pub total_connections: Option<Amount>,
    /// The mean of the series.
    pub mean_connections_per_interval: Option<f64>,
    /// The largest bucket.
    pub peak_connections: Option<u64>,
    /// How many destinations there were.
    #[serde(flatten, with = "Quantity::<name::UniqueDestinations>")]
    pub unique_destinations: Option<Amount>,
    /// The share that went outside.
    #[serde(flatten, with = "Fraction::<name::ExternalRatio>")]
    pub external_ratio: Option<Share>,
    /// The appliance's own total of the client side.
    // It need not equal the series' sum.
    pub reported_used: Option<u64>,
    /// The appliance's own total of the server side.
    pub reported_served: Option<u64>,
}

/// Whom a device talked to.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Destinations {
    /// How many there are.
    #[serde(flatten, with = "Quantity::<name::Total>")]
    pub total: Amount,
    /// How many are outside.
    #[serde(flatten, with = "Quantity::<name::External>")]
    pub external: Amount,
    /// How many are inside.
    #[serde(flatten, with = "Quantity::<name::Internal>")]
    pub internal: Amount,
    /// The ten with most connections.
    pub top: Vec<TopDestination>,
}

/// One destination.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TopDestination {
    /// Its host name, else its address, else `Unknown`.
    pub name: String,
    /// Connections to it.
    #[serde(flatten, with = "Quantity::<name::Connections>")]
    pub connections: Option<Amount>,
    /// `external` or `internal`.
    pub scope: Option<Scope>,
    /// Bytes in both directions.
    #[serde(flatten, with = "Quantity::<name::Bytes>")]
    pub bytes: Option<Amount>,
}

/// Analyses an answer that counts connections.
#[must_use]
pub fn analyse(info: &DeviceInfo, policy: &Policy) -> Connections {
    let Profile { series, destinations, breakdown, .. } = &info.subject;
    let statistics = Statistics::of(series);
    let breakdown = breakdown.as_ref();
    Connections {
        window: Window::of(series),
        statistics,
        metrics: ConnectionMetrics::of(info, statistics, policy),
        protocols: protocols(series, statistics),
        ports: ports(series, statistics, breakdown),
        destinations: match (destinations, breakdown) {
            (Some(destinations), _) => Some(counted_destinations(destinations)),
            (None, Some(breakdown)) => listed_destinations(breakdown, info),
            (None, None) => None,
        },
    }
}

impl ConnectionMetrics {
    fn of(info: &DeviceInfo, statistics: Option<Statistics>, policy: &Policy) -> Self {
        let breakdown = info.subject.breakdown.as_ref();
        let device = metrics::of_device(&info.subject, info.dialect, policy);
        Self {
            total_connections: statistics.map(Statistics::amount),
            mean_connections_per_interval: statistics.map(|of| of.mean),
            peak_connections: statistics.map(|of| of.peak),
            unique_destinations: device.unique_destinations,
            external_ratio: device.external_ratio,
            reported_used: breakdown.and_then(|it| it.total_used),
            reported_served: breakdown.and_then(|it| it.total_served),
        }
    }
}

/// The buckets' details in the order in which the response had them: ties follow it.
fn details(series: &Series) -> Vec<&SharedDetail> {
    let mut details: Vec<&SharedDetail> =
        series.buckets().iter().filter_map(|bucket| bucket.detail.as_ref()).collect();
    details.sort_by_key(|detail| detail.position);
    details
}

fn protocols(series: &Series, statistics: Option<Statistics>) -> Option<Vec<Slice<String>>> {
    let mut tally = Tally::new();
    let details = details(series);
    for (protocol, count) in details.iter().flat_map(|detail| detail.protocols()) {
        tally.add(protocol.as_str(), *count);
    }
    let slices = tally.into_slices(statistics?.total);
    (!slices.is_empty()).then(|| slices.into_iter().map(Slice::into_owned).collect())
}

fn ports(
    series: &Series,
    statistics: Option<Statistics>,
    breakdown: Option<&Breakdown>,
) -> Option<Vec<Slice<Port>>> {
    if let Some(breakdown) = breakdown {
        let mut ports = ranked(breakdown.ports_used.as_ref()?);
        ports.truncate(TOP);
        return Some(ports);
    }
    let mut tally = Tally::new();
    let details = details(series);
    for (port, count) in details.iter().flat_map(|detail| detail.ports()) {
        tally.add(port, *count);
    }
    let slices = tally.into_slices(statistics?.total);
    (!slices.is_empty()).then(|| slices.into_iter().take(TOP).map(Slice::into_owned).collect())
}

fn counted_destinations(destinations: &[Destination]) -> Destinations {
    let in_scope = |scope| {
        let count = destinations.iter().filter(|destination| destination.scope == Some(scope));
        Amount::Exact(count.count() as u128)
    };
    let mut by_size: Vec<&Destination> = destinations.iter().collect();
    by_size.sort_by_key(|destination| std::cmp::Reverse(destination.connections));
    let top = by_size.into_iter().take(TOP).map(|destination| TopDestination {
        name: name(destination).to_owned(),
        connections: Some(Amount::Exact(destination.connections.into())),
        scope: destination.scope,
        bytes: bytes(destination),
    });
    Destinations {
        total: Amount::Exact(destinations.len() as u128),
        external: in_scope(Scope::External),
        internal: in_scope(Scope::Internal),
        top: top.collect(),
    }
}

/// What to call a destination.
pub(crate) fn name(destination: &Destination) -> &str {
    destination.hostname.as_deref().or(destination.ip.as_deref()).unwrap_or("Unknown")
}

/// Bytes in both directions; `None` if neither was reported.
fn bytes(destination: &Destination) -> Option<Amount> {
    let directions = [destination.bytes_sent, destination.bytes_received];
    let reported = directions.into_iter().flatten().map(u128::from);
    reported.reduce(|sent, received| sent + received).map(Amount::Exact)
}

/// The peers of a breakdown. Everything outside is one of them, so what is outside or inside is
/// counted only as far as each peer stands for itself.
fn listed_destinations(breakdown: &Breakdown, info: &DeviceInfo) -> Option<Destinations> {
    let peers = breakdown.devices_used.as_ref()?;
    let merged = peers.iter().any(|part| part.key == Peer::Others);
    let count = |scope| {
        let within = || peers.iter().filter(|part| scope_of(part.key) == Some(scope));
        let listed = within().count() as u128;
        if merged || within().any(|part| !part.key.is_single()) {
            Amount::AtLeast(listed)
        } else {
            Amount::Exact(listed)
        }
    };
    let top = ranked(peers).into_iter().take(TOP).map(|slice| TopDestination {
        name: peer_name(slice.key, info),
        connections: slice.amount,
        scope: scope_of(slice.key),
        bytes: None,
    });
    Some(Destinations {
        total: metrics::listed_destinations(breakdown)?,
        external: count(Scope::External),
        internal: count(Scope::Internal),
        top: top.collect(),
    })
}

fn scope_of(peer: Peer) -> Option<Scope> {
    match peer {
        Peer::External => Some(Scope::External),
        Peer::Device(_) | Peer::Internal(_) => Some(Scope::Internal),
        _ => None,
    }
}

/// A peer by its host name or address, where the answer describes it.
fn peer_name(peer: Peer, info: &DeviceInfo) -> String {
    let known = match peer {
        Peer::Device(did) => info
            .device(did)
            .and_then(|device| device.hostname.as_ref().or(device.ip.as_ref()).cloned()),
        _ => None,
    };
    known.unwrap_or_else(|| peer.to_string())
}

impl fmt::Display for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(statistics) = self.statistics else {
            return f.write_str("no intervals were reported");
        };
        let Statistics { mean, peak, .. } = statistics;
        let (total, peak) = (statistics.amount(), Amount::Exact(peak.into()));
        let intervals = self.window.intervals;
        write!(
            f,
            "{total} connections in {intervals} intervals, {mean:.1} on average and {peak} at most"
        )
    }
}
