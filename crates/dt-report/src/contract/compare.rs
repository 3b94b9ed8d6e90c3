//! `dt.compare/1`

use std::cmp::Reverse;

use dt_analysis::change::{self, Answers, Changes, MetricChange};
use dt_analysis::metrics::DeviceMetrics;
use dt_analysis::peers::{self as analysis, AnomalyKind};
use dt_analysis::{Analyses, Concern, Policy};
use dt_model::{DataType, DeviceInfo};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::quantity::{Fraction, Quantity, name};
use super::{Answer, DeviceView, Header};
use crate::phrases::numbers::plural;

/// A device beside its similar devices, or beside another one.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Compare {
    /// The device itself.
    pub primary: Primary,
    /// Each similar device, in the response's order; or the other one, whose similarity is not known.
    pub comparisons: Vec<Comparison>,
    /// The mean over these devices.
    pub baseline: Option<Baseline>,
    /// How many times the baseline the device is.
    pub primary_vs_baseline: Option<Ratios>,
    /// Where it is out of line.
    pub anomalies: Vec<Anomaly>,
    /// How it changed beside similar devices; `null` under documented rules, and for a named device.
    pub change: Option<Vec<ChangeRow>>,
}

/// How one metric changed, on the scale ln(1 + mean per interval).
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ChangeRow {
    /// What is counted: `co`, `sizeout` or `sizein`.
    #[serde(serialize_with = "by_name")]
    #[schemars(with = "String", extend("enum" = ["co", "sizeout", "sizein"]))]
    pub metric: DataType,
    /// `ok`, `insufficient` or `degenerate`.
    #[schemars(extend("enum" = ["ok", "insufficient", "degenerate"]))]
    pub status: &'static str,
    /// How many similar devices it was compared with.
    pub n_used: usize,
    /// How it was done.
    pub method: &'static str,
    /// The mean per interval in the 21 days before the last 7.
    pub before: Option<f64>,
    /// The mean per interval in the last 7 days.
    pub recent: Option<f64>,
    /// The change.
    pub value: Option<f64>,
    /// The change of the similar devices.
    pub expected: Option<f64>,
    /// The least that would be expected.
    pub low: Option<f64>,
    /// The most that would be expected.
    pub high: Option<f64>,
    /// The probability of this by chance.
    pub p: Option<f64>,
    /// The same, with several metrics being judged.
    pub q: Option<f64>,
    /// Whether it is more than chance.
    pub significant: bool,
    /// Whether one of the similar devices is an outlier itself.
    pub peer_outlier: bool,
    /// The same as a sentence.
    pub message: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn by_name<S: Serializer>(metric: &DataType, serializer: S) -> Result<S::Ok, S::Error> {
    metric.as_str().serialize(serializer)
}

impl From<&MetricChange> for ChangeRow {
    fn from(found: &MetricChange) -> Self {
        let judged = found.change.moderated;
        Self {
            metric: found.measure,
            status: found.change.status.as_str(),
            n_used: found.change.n_used,
            method: found.change.method,
            before: found.before,
            recent: found.recent,
            value: found.change.value,
            expected: judged.map(|judged| judged.expected),
            low: judged.map(|judged| judged.low),
            high: judged.map(|judged| judged.high),
            p: judged.map(|judged| judged.p),
            q: found.change.q,
            significant: found.change.significant,
            peer_outlier: found.change.peer_outlier,
            message: found.to_string(),
        }
    }
}

/// The device itself.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Primary {
    /// Its metrics.
    pub metrics: Metrics,
}

/// A device in four numbers.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
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

/// A device that this one is compared with.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Comparison {
    /// Who it is.
    pub device: DeviceView,
    /// How similar it is, from 0 to 1; `null` for a device that was named.
    pub similarity: Option<f64>,
    /// Its metrics.
    pub metrics: Metrics,
    /// How far the primary device deviates from it.
    pub deviations: Deviations,
    /// The metrics that deviate significantly.
    pub significant: Vec<&'static str>,
}

/// Relative deviations: 1 is twice as much, -0.5 half as much.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Anomaly {
    /// What it is.
    #[schemars(with = "String", extend("enum" = ["high_connection_volume", "low_connection_volume", "high_destination_diversity", "high_external_communication"]))]
    pub kind: AnomalyKind,
    /// The multiple of the baseline.
    #[serde(flatten)]
    pub ratio: Fraction<name::Ratio>,
    /// The same as a sentence.
    pub message: String,
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
            change: None,
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
        Self { kind: anomaly.kind, ratio: Some(anomaly.ratio).into(), message: anomaly.to_string() }
    }
}

impl Answer<Compare> {
    /// The object of `dt compare`.
    #[must_use]
    pub fn compare(info: &DeviceInfo, policy: &Policy, now: Timestamp) -> Self {
        let found = Compare::from(analysis::compare(info, policy));
        Self::of_comparison(info, now, found.and(changes(info, policy, now)))
    }

    /// The object of `dt compare` with two devices.
    #[must_use]
    pub fn compare_two(
        info: &DeviceInfo,
        other: &DeviceInfo,
        policy: &Policy,
        now: Timestamp,
    ) -> Self {
        let name = DeviceView::from(&other.subject.device).name();
        let found = analysis::compare_two(info, other, policy);
        let messages: Vec<String> = found.anomalies.iter().map(|it| it.beside(&name)).collect();
        let mut body = Compare::from(found);
        for (anomaly, message) in body.anomalies.iter_mut().zip(messages) {
            anomaly.message = message;
        }
        Self::of_comparison(info, now, body)
    }

    fn of_comparison(info: &DeviceInfo, now: Timestamp, body: Compare) -> Self {
        let until = info.subject.series.complete_until(now);
        let header = Header::new("dt.compare/1", info.dialect, until, &info.subject.device);
        let concern =
            |it: &Anomaly| Concern { level: it.kind.level(), message: it.message.clone() };
        let mut concerns: Vec<Concern> = body.anomalies.iter().map(concern).collect();
        concerns.sort_by_key(|concern| Reverse(concern.level));
        Self { header, body, concerns }
    }
}

impl Compare {
    /// The device that this one is compared with, if it is one alone and was named.
    pub(crate) fn named(&self) -> Option<&DeviceView> {
        match self.comparisons.as_slice() {
            [Comparison { device, similarity: None, .. }] => Some(device),
            _ => None,
        }
    }

    /// The devices that this one is compared with, in words.
    pub(crate) fn others(&self) -> String {
        self.named().map_or_else(
            || plural(self.comparisons.len(), "similar device", "similar devices"),
            DeviceView::name,
        )
    }

    pub(super) fn and(self, changes: Option<Changes>) -> Self {
        let rows = changes.map(|changes| changes.metrics.iter().map(ChangeRow::from).collect());
        Self { change: rows, ..self }
    }
}

/// The change in connections, where the rules have it.
fn changes(info: &DeviceInfo, policy: &Policy, now: Timestamp) -> Option<Changes> {
    let info = info.completed_before(now);
    let answers = Answers { connections: Some(&info), ..Answers::default() };
    (policy.analyses == Analyses::All).then(|| change::analyse(answers, policy))
}
