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
//! A metric that the response does not report is `None`; in the documented dialect, under
//! [`Unknowns::CountAsZero`], it is 0.

use std::collections::HashSet;

use dt_model::{Amount, Breakdown, Bucket, Dialect, Peer, Profile, Series, Share};
use serde::Serialize;

use crate::quantity::{Fraction, Quantity, name};
use crate::{Policy, Statistics, Unknowns};

/// A device in four numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Metrics"))]
#[non_exhaustive]
pub struct DeviceMetrics {
    /// Connections in all; a lower bound if buckets could not be read.
    #[serde(flatten, with = "Quantity::<name::TotalConnections>")]
    pub total_connections: Option<Amount>,
    /// How many destinations there were.
    #[serde(flatten, with = "Quantity::<name::UniqueDestinations>")]
    pub unique_destinations: Option<Amount>,
    /// The share that went outside.
    #[serde(flatten, with = "Fraction::<name::ExternalRatio>")]
    pub external_ratio: Option<Share>,
    /// Connections of the busiest bucket.
    pub peak_connections: Option<u64>,
}

/// The metrics of a device, from an answer of this dialect.
#[must_use]
pub fn of_device(profile: &Profile, dialect: Dialect, policy: &Policy) -> DeviceMetrics {
    let statistics = Statistics::of(&profile.series);
    let metrics = DeviceMetrics {
        total_connections: statistics.map(Statistics::amount),
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
    // The documented dialect leaves out what is zero, and an empty series has no metrics at all.
    let leaves_out_zero = dialect == Dialect::Documented || statistics.is_none();
    match policy.unknowns {
        Unknowns::CountAsZero if leaves_out_zero => DeviceMetrics {
            total_connections: metrics.total_connections.or(Some(Amount::Exact(0))),
            peak_connections: metrics.peak_connections.or(Some(0)),
            unique_destinations: metrics.unique_destinations.or(Some(Amount::Exact(0))),
            external_ratio: metrics.external_ratio.or(Some(Share::ZERO)),
        },
        _ => metrics,
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

/// How many peers are listed: as many as there are only if each stands for itself. An empty list
/// says something only of a device that connected to nobody.
pub(crate) fn listed_destinations(breakdown: &Breakdown) -> Option<Amount> {
    let peers = breakdown.devices_used.as_ref()?;
    if peers.is_empty() && breakdown.used_base != Some(0) {
        return None;
    }
    let distinct: HashSet<Peer> = peers.iter().map(|part| part.key).collect();
    let listed = distinct.iter().filter(|peer| **peer != Peer::Others).count() as u128;
    Some(if distinct.iter().all(|peer| peer.is_single()) {
        Amount::Exact(listed)
    } else {
        Amount::AtLeast(listed)
    })
}

fn external_share(breakdown: &Breakdown) -> Option<Share> {
    let peers = breakdown.devices_used.as_ref()?;
    let external = peers.iter().filter(|part| part.key == Peer::External).map(|part| part.share);
    if let Some(external) = external.reduce(Share::plus) {
        return Some(external);
    }
    match breakdown.used_base {
        Some(0) => Some(Share::ZERO),
        // It may hide among the others, or the list may be of nothing.
        _ if peers.is_empty() || peers.iter().any(|part| part.key == Peer::Others) => None,
        // Whole percents round it away below a half.
        _ => Share::from_percent(0.0),
    }
}
