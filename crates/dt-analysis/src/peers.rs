//! Does the device differ from devices like it?
//!
//! Each metric of [`DeviceMetrics`] is compared with each similar device, as the relative deviation
//! (primary - similar) / similar, significant above 0.5 in either direction; and with the baseline,
//! the mean over the similar devices, as the plain ratio primary / baseline. Connections above 2.0
//! or below 0.5, destinations above 2.0 and an external ratio above 2.0 times the baseline are
//! anomalies. The thresholds are the module document's.
//!
//! What is estimated has to clear a limit with its margin (under documented rules: as it stands).
//! A baseline of zero gives no ratio (under documented rules: a ratio of 0). Two lower bounds are
//! not compared (under documented rules they are, as listed). Without similar devices there is no
//! baseline.

use std::fmt;

use dt_model::{Amount, Device, DeviceInfo, Dialect, Profile};
use serde::Serialize;

use crate::metrics::{self, DeviceMetrics};
use crate::quantity::{Fraction, name};
use crate::{Level, Measured, PeerPolicy, Policy};

/// A device beside its similar devices.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Comparison {
    /// The device's own metrics.
    pub primary: DeviceMetrics,
    /// Each similar device, in the response's order.
    pub comparisons: Vec<PeerComparison>,
    /// The mean over the similar devices; `None` without any.
    pub baseline: Option<Baseline>,
    /// How many times the baseline the device is.
    pub primary_vs_baseline: Ratios,
    /// Where it is out of line.
    pub anomalies: Vec<Anomaly>,
}

/// One similar device.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PeerComparison {
    /// Who it is.
    pub device: Device,
    /// How similar it is, from 0 to 1.
    pub similarity: Option<f64>,
    /// Its metrics.
    pub metrics: DeviceMetrics,
    /// How far the primary device deviates from it.
    pub deviations: Deviations,
    /// The metrics that deviate significantly.
    pub significant: Vec<Metric>,
}

/// A metric by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// [`DeviceMetrics::total_connections`].
    TotalConnections,
    /// [`DeviceMetrics::unique_destinations`].
    UniqueDestinations,
    /// [`DeviceMetrics::external_ratio`].
    ExternalRatio,
    /// [`DeviceMetrics::peak_connections`].
    PeakConnections,
}

impl Metric {
    /// The metric's name in the output contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TotalConnections => "total_connections",
            Self::UniqueDestinations => "unique_destinations",
            Self::ExternalRatio => "external_ratio",
            Self::PeakConnections => "peak_connections",
        }
    }
}

/// Relative deviations: 1 is twice as much, -0.5 half as much.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Deviations {
    /// Of connections.
    #[serde(flatten, with = "Fraction::<name::TotalConnections>")]
    pub total_connections: Option<Measured>,
    /// Of destinations.
    #[serde(flatten, with = "Fraction::<name::UniqueDestinations>")]
    pub unique_destinations: Option<Measured>,
    /// Of the share outside.
    #[serde(flatten, with = "Fraction::<name::ExternalRatio>")]
    pub external_ratio: Option<Measured>,
    /// Of the peak.
    #[serde(flatten, with = "Fraction::<name::PeakConnections>")]
    pub peak_connections: Option<Measured>,
}

impl Deviations {
    /// Each deviation with its metric.
    #[must_use]
    pub fn by_metric(&self) -> [(Metric, Option<Measured>); 4] {
        [
            (Metric::TotalConnections, self.total_connections),
            (Metric::UniqueDestinations, self.unique_destinations),
            (Metric::ExternalRatio, self.external_ratio),
            (Metric::PeakConnections, self.peak_connections),
        ]
    }
}

/// The mean over the similar devices that report a metric.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Baseline {
    /// Of connections.
    #[serde(flatten, with = "Fraction::<name::Connections>")]
    pub connections: Option<Measured>,
    /// Of destinations.
    #[serde(flatten, with = "Fraction::<name::Destinations>")]
    pub destinations: Option<Measured>,
    /// Of the share outside.
    #[serde(flatten, with = "Fraction::<name::ExternalRatio>")]
    pub external_ratio: Option<Measured>,
}

/// Multiples of the baseline, `None` where there is none. They have the names, and so the shape, of what
/// they are multiples of.
pub type Ratios = Baseline;

/// Something in which a device is out of line with its similar devices.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Anomaly {
    /// What it is.
    pub kind: AnomalyKind,
    /// The multiple of the baseline.
    pub ratio: Measured,
}

/// Ways to be out of line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AnomalyKind {
    /// Many more connections.
    HighConnectionVolume,
    /// Many fewer connections.
    LowConnectionVolume,
    /// Many more destinations.
    HighDestinationDiversity,
    /// A much larger share outside.
    HighExternalCommunication,
}

impl AnomalyKind {
    /// The kind's name in the output contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HighConnectionVolume => "high_connection_volume",
            Self::LowConnectionVolume => "low_connection_volume",
            Self::HighDestinationDiversity => "high_destination_diversity",
            Self::HighExternalCommunication => "high_external_communication",
        }
    }

    /// How urgently it should be looked at. Quiet is not an attack.
    #[must_use]
    pub const fn level(self) -> Level {
        match self {
            Self::LowConnectionVolume => Level::Low,
            _ => Level::Medium,
        }
    }
}

/// Compares a device with the similar devices of the same answer.
#[must_use]
pub fn compare(info: &DeviceInfo, policy: &Policy) -> Comparison {
    let peers = info.similar.iter().map(|similar| Peer {
        profile: &similar.profile,
        dialect: info.dialect,
        similarity: similar.similarity,
    });
    compare_with(info, peers, policy)
}

/// Compares a device with another one, from an answer about each. How similar they are is not known.
#[must_use]
pub fn compare_two(info: &DeviceInfo, other: &DeviceInfo, policy: &Policy) -> Comparison {
    let peer = Peer { profile: &other.subject, dialect: other.dialect, similarity: None };
    compare_with(info, [peer], policy)
}

/// A device that another one is compared with.
struct Peer<'a> {
    profile: &'a Profile,
    dialect: Dialect,
    similarity: Option<f64>,
}

fn compare_with<'a>(
    info: &DeviceInfo,
    peers: impl IntoIterator<Item = Peer<'a>>,
    policy: &Policy,
) -> Comparison {
    let primary = metrics::of_device(&info.subject, info.dialect, policy);
    let comparison = |Peer { profile, dialect, similarity }: Peer<'_>| {
        let metrics = metrics::of_device(profile, dialect, policy);
        let deviations = deviations(&primary, &metrics, &policy.peers);
        PeerComparison {
            device: profile.device.clone(),
            similarity,
            metrics,
            deviations,
            significant: significant(&deviations, policy),
        }
    };
    let comparisons: Vec<PeerComparison> = peers.into_iter().map(comparison).collect();
    let baseline = baseline(&comparisons, &policy.peers);
    let ratios =
        baseline.map(|baseline| ratios(&primary, &baseline, &policy.peers)).unwrap_or_default();
    Comparison {
        primary,
        comparisons,
        baseline,
        primary_vs_baseline: ratios,
        anomalies: anomalies(&ratios, policy),
    }
}

/// The metrics of a device as numbers that can be compared.
struct Comparable {
    connections: Option<Measured>,
    destinations: Option<Measured>,
    external_ratio: Option<Measured>,
    peak: Option<Measured>,
}

impl Comparable {
    fn of(metrics: &DeviceMetrics, policy: &PeerPolicy) -> Self {
        let comparable =
            |amount: Option<Amount>| Measured::comparable(amount?, policy.lower_bounds);
        Self {
            connections: comparable(metrics.total_connections),
            destinations: comparable(metrics.unique_destinations),
            external_ratio: metrics.external_ratio.map(Measured::from),
            peak: metrics.peak_connections.map(|peak| Measured::exact(peak as f64)),
        }
    }
}

fn deviations(primary: &DeviceMetrics, similar: &DeviceMetrics, policy: &PeerPolicy) -> Deviations {
    let (primary, similar) = (Comparable::of(primary, policy), Comparable::of(similar, policy));
    let deviation = |of: Option<Measured>, from: Option<Measured>| {
        of?.deviation_from(from?, policy.zero_baseline)
    };
    Deviations {
        total_connections: deviation(primary.connections, similar.connections),
        unique_destinations: deviation(primary.destinations, similar.destinations),
        external_ratio: deviation(primary.external_ratio, similar.external_ratio),
        peak_connections: deviation(primary.peak, similar.peak),
    }
}

fn significant(deviations: &Deviations, policy: &Policy) -> Vec<Metric> {
    let limit = policy.peers.significant_above;
    let above = |deviation: Measured| {
        deviation.is_above(limit, policy.estimates) || deviation.is_below(-limit, policy.estimates)
    };
    let significant = deviations.by_metric().into_iter().filter(|(_, d)| d.is_some_and(above));
    significant.map(|(metric, _)| metric).collect()
}

fn baseline(comparisons: &[PeerComparison], policy: &PeerPolicy) -> Option<Baseline> {
    if comparisons.is_empty() {
        return None;
    }
    let peers: Vec<Comparable> =
        comparisons.iter().map(|peer| Comparable::of(&peer.metrics, policy)).collect();
    let mean = |metric: fn(&Comparable) -> Option<Measured>| {
        Measured::mean(&peers.iter().filter_map(metric).collect::<Vec<_>>())
    };
    Some(Baseline {
        connections: mean(|peer| peer.connections),
        destinations: mean(|peer| peer.destinations),
        external_ratio: mean(|peer| peer.external_ratio),
    })
}

fn ratios(primary: &DeviceMetrics, baseline: &Baseline, policy: &PeerPolicy) -> Ratios {
    let primary = Comparable::of(primary, policy);
    let ratio =
        |of: Option<Measured>, to: Option<Measured>| of?.ratio_to(to?, policy.zero_baseline);
    Ratios {
        connections: ratio(primary.connections, baseline.connections),
        destinations: ratio(primary.destinations, baseline.destinations),
        external_ratio: ratio(primary.external_ratio, baseline.external_ratio),
    }
}

fn anomalies(ratios: &Ratios, policy: &Policy) -> Vec<Anomaly> {
    let estimates = policy.estimates;
    let above = |ratio: Option<Measured>, limit| ratio.filter(|it| it.is_above(limit, estimates));
    let below = |ratio: Option<Measured>, limit| ratio.filter(|it| it.is_below(limit, estimates));
    let policy = &policy.peers;
    [
        (
            AnomalyKind::HighConnectionVolume,
            above(ratios.connections, policy.high_connections_above),
        ),
        (AnomalyKind::LowConnectionVolume, below(ratios.connections, policy.low_connections_below)),
        (
            AnomalyKind::HighDestinationDiversity,
            above(ratios.destinations, policy.high_destinations_above),
        ),
        (
            AnomalyKind::HighExternalCommunication,
            above(ratios.external_ratio, policy.high_external_above),
        ),
    ]
    .into_iter()
    .filter_map(|(kind, ratio)| Some(Anomaly { kind, ratio: ratio? }))
    .collect()
}

/// Why the connections of a device could not be compared with those of others; `None` if they were.
#[must_use]
pub fn uncompared(own: &DeviceMetrics, baseline: Baseline, ratios: Ratios) -> Option<&'static str> {
    match (own.total_connections, baseline.connections) {
        _ if ratios.connections.is_some() => None,
        (None, _) => Some("its own connections are not reported"),
        (_, None) => Some("their connections are not reported"),
        (_, Some(_)) => Some("they have no connections"),
    }
}

impl Anomaly {
    /// What [`Display`](fmt::Display) says of similar devices, of one device by its name.
    #[must_use]
    pub fn beside(&self, device: &str) -> String {
        let does = format!("{device} does");
        self.sentence(&does, device, &does)
    }

    /// `average`, `others` and `share` are those it is compared with, as each sentence ends with them.
    fn sentence(&self, average: &str, others: &str, share: &str) -> String {
        let about = if self.ratio.margin > 0.0 { "≈ " } else { "" };
        let times = format_args!("{about}{:.1} times", self.ratio.value);
        match self.kind {
            AnomalyKind::HighConnectionVolume => {
                format!("connects {times} as often as {average}")
            }
            AnomalyKind::LowConnectionVolume => {
                format!("connects only {times} as often as {average}")
            }
            AnomalyKind::HighDestinationDiversity => {
                format!("talks to {times} as many destinations as {others}")
            }
            AnomalyKind::HighExternalCommunication => {
                format!("goes outside with {times} the share {share}")
            }
        }
    }
}

impl fmt::Display for Anomaly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let average = "its similar devices do on average";
        f.write_str(&self.sentence(average, "its similar devices", "its similar devices do"))
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.comparisons.len(), self.anomalies.as_slice()) {
            (0, _) => f.write_str("no similar devices to compare with"),
            (count, []) if self.primary_vs_baseline.connections.is_none() => {
                write!(f, "connections not compared with {count} similar devices")
            }
            (count, []) => write!(f, "in line with the baseline of {count} similar devices"),
            (count, anomalies) => {
                let anomalies: Vec<String> = anomalies.iter().map(ToString::to_string).collect();
                write!(f, "{} (of {count} similar devices)", anomalies.join("; "))
            }
        }
    }
}
