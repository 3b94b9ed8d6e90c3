//! A device beside others: who each of them is, with its numbers.

use dt_model::{Amount, DataType, Device, DeviceView};
use serde::Serialize;

use crate::Measured;
use crate::metrics::DeviceMetrics;
use crate::peer_bytes::BytesComparison;
use crate::peers::{self as analysis, AnomalyKind, Deviations, Metric};
use crate::quantity::{Fraction, Quantity, name};

/// A device that this one is compared with.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Comparison {
    /// Who it is.
    pub device: DeviceView,
    /// How similar it is, from 0 to 1; `null` for a device that was named.
    pub similarity: Option<f64>,
    /// Its metrics.
    pub metrics: DeviceMetrics,
    /// How far the primary device deviates from it.
    pub deviations: Deviations,
    /// The metrics that deviate significantly.
    pub significant: Vec<Metric>,
}

/// Something in which the device is out of line.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Anomaly {
    /// What it is.
    pub kind: AnomalyKind,
    /// The multiple of the baseline.
    #[serde(flatten, with = "Fraction::<name::Ratio>")]
    pub ratio: Measured,
    /// The same as a sentence.
    pub message: String,
}

/// Bytes of one direction beside those of other devices.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BytesRow {
    /// What is counted: `sizeout` or `sizein`.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["sizeout", "sizein"])))]
    pub metric: DataType,
    /// The sum of the device's series.
    #[serde(flatten, with = "Quantity::<name::TotalBytes>")]
    pub total_bytes: Option<Amount>,
    /// The mean over the other devices.
    pub mean_bytes: Option<f64>,
    /// How many times that mean the device's own are.
    #[serde(flatten, with = "Fraction::<name::Ratio>")]
    pub ratio: Option<Measured>,
    /// Each of the other devices.
    pub comparisons: Vec<OtherBytes>,
}

/// Bytes of another device.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OtherBytes {
    /// Who it is.
    pub device: DeviceView,
    /// The sum of its series.
    #[serde(flatten, with = "Quantity::<name::TotalBytes>")]
    pub total_bytes: Option<Amount>,
}

impl From<analysis::PeerComparison> for Comparison {
    fn from(peer: analysis::PeerComparison) -> Self {
        let analysis::PeerComparison { similarity, metrics, deviations, significant, .. } = peer;
        Self { device: (&peer.device).into(), similarity, metrics, deviations, significant }
    }
}

impl From<analysis::Anomaly> for Anomaly {
    fn from(anomaly: analysis::Anomaly) -> Self {
        Self { kind: anomaly.kind, ratio: anomaly.ratio, message: anomaly.to_string() }
    }
}

impl BytesRow {
    /// What was found about one direction, beside the comparison of connections with the same devices.
    #[must_use]
    pub fn new(metric: DataType, found: &BytesComparison, others: &[Comparison]) -> Self {
        // Who a device is stands in full beside its connections, and may not in an answer about bytes.
        let known = |device: &Device| {
            let own = DeviceView::from(device);
            let mut others = others.iter().map(|it| &it.device);
            others
                .find(|it| it.did == own.did)
                .filter(|it| it.did.is_some())
                .cloned()
                .unwrap_or(own)
        };
        let other = |(device, total): &(Device, Option<Amount>)| OtherBytes {
            device: known(device),
            total_bytes: *total,
        };
        Self {
            metric,
            total_bytes: found.own,
            mean_bytes: found.mean.map(|mean| mean.value),
            ratio: found.ratio,
            comparisons: found.others.iter().map(other).collect(),
        }
    }
}
