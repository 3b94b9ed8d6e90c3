//! `dt.compare/1`

use dt_analysis::metrics::DeviceMetrics;
use dt_analysis::peers as analysis;
use dt_analysis::{Level, Policy, concerns};
use dt_model::DeviceInfo;
use jiff::Timestamp;
use serde::Serialize;

use super::quantity::{Fraction, Quantity, name};
use super::{Answer, DeviceView, Header};

/// A device beside its similar devices.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Compare {
    /// The device itself.
    pub primary: Primary,
    /// Each similar device, in the response's order.
    pub comparisons: Vec<Comparison>,
    /// The mean over the similar devices.
    pub baseline: Option<Baseline>,
    /// How many times the baseline the device is.
    pub primary_vs_baseline: Option<Ratios>,
    /// Where it is out of line.
    pub anomalies: Vec<Anomaly>,
}

/// The device itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Primary {
    /// Its metrics.
    pub metrics: Metrics,
}

/// A device in four numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Metrics {
    /// Connections in all.
    #[serde(flatten)]
    pub total_connections: Quantity<name::TotalConnections>,
    /// How many destinations there were.
    #[serde(flatten)]
    pub unique_destinations: Quantity<name::UniqueDestinations>,
    /// The share that went outside.
    #[serde(flatten)]
    pub external_ratio: Fraction<name::ExternalRatio>,
    /// Connections of the busiest bucket.
    pub peak_connections: Option<u64>,
}

/// One similar device.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Who it is.
    pub device: DeviceView,
    /// How similar it is, from 0 to 1.
    pub similarity: Option<f64>,
    /// Its metrics.
    pub metrics: Metrics,
    /// How far the primary device deviates from it.
    pub deviations: Deviations,
    /// The metrics that deviate significantly.
    pub significant: Vec<&'static str>,
}

/// Relative deviations: 1 is twice as much, -0.5 half as much.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Deviations {
    /// Of connections.
    #[serde(flatten)]
    pub total_connections: Fraction<name::TotalConnections>,
    /// Of destinations.
    #[serde(flatten)]
    pub unique_destinations: Fraction<name::UniqueDestinations>,
    /// Of the share outside.
    #[serde(flatten)]
    pub external_ratio: Fraction<name::ExternalRatio>,
    /// Of the peak.
    #[serde(flatten)]
    pub peak_connections: Fraction<name::PeakConnections>,
}

/// The mean over the similar devices.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Baseline {
    /// Of connections.
    #[serde(flatten)]
    pub connections: Fraction<name::Connections>,
    /// Of destinations.
    #[serde(flatten)]
    pub destinations: Fraction<name::Destinations>,
    /// Of the share outside.
    #[serde(flatten)]
    pub external_ratio: Fraction<name::ExternalRatio>,
}

/// Multiples of the baseline. They have the names, and so the shape, of what they are multiples of.
pub type Ratios = Baseline;

/// Something in which the device is out of line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Anomaly {
    /// What it is.
    pub kind: &'static str,
    /// The multiple of the baseline.
    #[serde(flatten)]
    pub ratio: Fraction<name::Ratio>,
    /// The same as a sentence.
    pub message: String,
    /// How urgently it should be looked at, for the screen.
    #[serde(skip)]
    pub level: Level,
}

impl From<analysis::Comparison> for Compare {
    fn from(found: analysis::Comparison) -> Self {
        let ratios = found.primary_vs_baseline;
        Self {
            primary: Primary { metrics: found.primary.into() },
            baseline: found.baseline.map(|baseline| Baseline {
                connections: baseline.connections.into(),
                destinations: baseline.destinations.into(),
                external_ratio: baseline.external_ratio.into(),
            }),
            primary_vs_baseline: found.baseline.map(|_| Ratios {
                connections: ratios.connections.into(),
                destinations: ratios.destinations.into(),
                external_ratio: ratios.external_ratio.into(),
            }),
            comparisons: found.comparisons.into_iter().map(Comparison::from).collect(),
            anomalies: found.anomalies.into_iter().map(Anomaly::from).collect(),
        }
    }
}

impl From<DeviceMetrics> for Metrics {
    fn from(metrics: DeviceMetrics) -> Self {
        Self {
            total_connections: metrics.total_connections.into(),
            unique_destinations: metrics.unique_destinations.into(),
            external_ratio: metrics.external_ratio.into(),
            peak_connections: metrics.peak_connections,
        }
    }
}

impl From<analysis::PeerComparison> for Comparison {
    fn from(peer: analysis::PeerComparison) -> Self {
        let deviations = peer.deviations;
        Self {
            device: (&peer.device).into(),
            similarity: peer.similarity,
            metrics: peer.metrics.into(),
            deviations: Deviations {
                total_connections: deviations.total_connections.into(),
                unique_destinations: deviations.unique_destinations.into(),
                external_ratio: deviations.external_ratio.into(),
                peak_connections: deviations.peak_connections.into(),
            },
            significant: peer.significant.into_iter().map(analysis::Metric::as_str).collect(),
        }
    }
}

impl From<analysis::Anomaly> for Anomaly {
    fn from(anomaly: analysis::Anomaly) -> Self {
        Self {
            kind: anomaly.kind.as_str(),
            ratio: Some(anomaly.ratio).into(),
            message: anomaly.to_string(),
            level: anomaly.kind.level(),
        }
    }
}

impl Answer<Compare> {
    /// The object of `dt compare`.
    #[must_use]
    pub fn compare(info: &DeviceInfo, policy: &Policy, now: Timestamp) -> Self {
        let until = info.subject.series.whole_until(now);
        let found = analysis::compare(info, policy);
        Self {
            header: Header::new("dt.compare/1", info.dialect, until, &info.subject.device),
            concerns: concerns(None, Some(&found), None),
            body: found.into(),
        }
    }
}
