//! Which four numbers describe a device best?
//!
//! Connections (sum of the series), its peak, the number of destinations, and the share of
//! connections that go outside.
//!
//! - *Documented dialect:* destinations are the integer part of the mean of the buckets' own counts
//!   (the module document's approximation); the external ratio is external / all connections.
//! - *Appliance dialect:* destinations are the peers listed, a lower bound as soon as some are
//!   merged or stand for many; the external ratio is the listed share of everything outside, in
//!   whole percent.
//!
//! A metric that the response does not report is `None`, or 0 under
//! [`Unknowns::CountAsZero`].

use dt_model::{Amount, Breakdown, Bucket, Peer, Profile, Series, Share};

use crate::{Policy, Statistics, Unknowns};

/// A device in four numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DeviceMetrics {
    /// Connections in all.
    pub total_connections: Option<u128>,
    /// Connections of the busiest bucket.
    pub peak_connections: Option<u64>,
    /// How many destinations there were.
    pub unique_destinations: Option<Amount>,
    /// The share of connections that went outside.
    pub external_ratio: Option<Share>,
}

/// The metrics of a device.
#[must_use]
pub fn of_device(profile: &Profile, policy: &Policy) -> DeviceMetrics {
    let statistics = Statistics::of(&profile.series);
    let metrics = DeviceMetrics {
        total_connections: statistics.map(|statistics| statistics.total),
        peak_connections: statistics.map(|statistics| statistics.peak),
        unique_destinations: match &profile.breakdown {
            Some(breakdown) => listed_destinations(breakdown),
            None => mean_destinations(&profile.series),
        },
        external_ratio: match &profile.breakdown {
            Some(breakdown) => external_share(breakdown),
            None => external_connections(&profile.series, statistics),
        },
    };
    match policy.unknowns {
        Unknowns::StayUnknown => metrics,
        Unknowns::CountAsZero => DeviceMetrics {
            total_connections: metrics.total_connections.or(Some(0)),
            peak_connections: metrics.peak_connections.or(Some(0)),
            unique_destinations: metrics.unique_destinations.or(Some(Amount::Exact(0))),
            external_ratio: metrics.external_ratio.or(Some(Share::ZERO)),
        },
    }
}

/// The sum of something that buckets report; `None` if none of them does.
fn reported_sum(series: &Series, report: impl Fn(&Bucket) -> Option<u64>) -> Option<u128> {
    series
        .buckets()
        .iter()
        .filter_map(report)
        .fold(None, |sum, count| Some(sum.unwrap_or(0) + u128::from(count)))
}

fn mean_destinations(series: &Series) -> Option<Amount> {
    let sum = reported_sum(series, |bucket| bucket.detail.as_ref()?.unique_destinations)?;
    Some(Amount::Exact(sum / series.buckets().len() as u128))
}

fn external_connections(series: &Series, statistics: Option<Statistics>) -> Option<Share> {
    let external = reported_sum(series, |bucket| bucket.detail.as_ref()?.external_connections)?;
    Some(Share::counted(external, statistics?.total))
}

/// How many peers are listed: as many as there are only if each stands for itself.
pub(crate) fn listed_destinations(breakdown: &Breakdown) -> Option<Amount> {
    let peers = breakdown.devices_used.as_ref()?;
    let listed = peers.iter().filter(|part| part.key != Peer::Others).count() as u128;
    Some(if peers.iter().all(|part| part.key.is_single()) {
        Amount::Exact(listed)
    } else {
        Amount::AtLeast(listed)
    })
}

fn external_share(breakdown: &Breakdown) -> Option<Share> {
    let peers = breakdown.devices_used.as_ref()?;
    let share = |peer| peers.iter().find(|part| part.key == peer).map(|part| part.share);
    match (share(Peer::External), share(Peer::Others)) {
        (Some(external), _) => Some(external),
        // It may hide among the others, or the list may be of nothing.
        (None, Some(_)) => None,
        (None, None) if peers.is_empty() && breakdown.total_used != Some(0) => None,
        (None, None) => Some(Share::ZERO),
    }
}
