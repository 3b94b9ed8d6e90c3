//! How a device is compared with similar devices.

use super::threshold::{Threshold, ThresholdGroup, ThresholdValue as Value};

/// What a device is, compared with a baseline of zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ZeroBaseline {
    /// There is no baseline, hence no ratio.
    #[default]
    NoRatio,
    /// The ratio is 0, as in the document.
    RatioOfZero,
}

/// Whether figures that are only lower bounds are compared with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LowerBounds {
    /// They are not: the ratio of two bounds bounds nothing.
    #[default]
    NotCompared,
    /// They are, as if they were counts.
    ComparedAsListed,
}

/// Thresholds of the comparison with similar devices. All are the document's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PeerPolicy {
    /// A relative deviation from one similar device is significant above this, in either direction.
    pub significant_above: f64,
    /// Connections above this multiple of the baseline are an anomaly.
    pub high_connections_above: f64,
    /// Connections below this multiple of the baseline are an anomaly.
    pub low_connections_below: f64,
    /// Destinations above this multiple of the baseline are an anomaly.
    pub high_destinations_above: f64,
    /// An external ratio above this multiple of the baseline is an anomaly.
    pub high_external_above: f64,
    /// What a device is, compared with a baseline of zero.
    pub zero_baseline: ZeroBaseline,
    /// Whether lower bounds are compared.
    pub lower_bounds: LowerBounds,
}

impl Default for PeerPolicy {
    fn default() -> Self {
        Self {
            significant_above: 0.5,
            high_connections_above: 2.0,
            low_connections_below: 0.5,
            high_destinations_above: 2.0,
            high_external_above: 2.0,
            zero_baseline: ZeroBaseline::default(),
            lower_bounds: LowerBounds::default(),
        }
    }
}

impl PeerPolicy {
    /// Its thresholds, taken apart field by field so that none is forgotten.
    pub(super) fn thresholds(&self) -> Vec<Threshold> {
        let Self {
            significant_above,
            high_connections_above,
            low_connections_below,
            high_destinations_above,
            high_external_above,
            zero_baseline: _,
            lower_bounds: _,
        } = *self;
        let of = ThresholdGroup::new("peers", "similar devices");
        vec![
            of.threshold(
                "significant_above",
                Value::Share(significant_above),
                "a deviation is significant above",
            ),
            of.threshold(
                "high_connections_above",
                Value::Number(high_connections_above),
                "many connections above, times the mean",
            ),
            of.threshold(
                "low_connections_below",
                Value::Number(low_connections_below),
                "few connections below, times the mean",
            ),
            of.threshold(
                "high_destinations_above",
                Value::Number(high_destinations_above),
                "many destinations above, times the mean",
            ),
            of.threshold(
                "high_external_above",
                Value::Number(high_external_above),
                "high external share above, times the mean",
            ),
        ]
    }
}
