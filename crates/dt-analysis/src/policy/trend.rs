//! When a device's level rises or falls.

use super::threshold::{Threshold, ThresholdGroup, ThresholdValue as Value};

/// Thresholds of the trend. The document has none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrendPolicy {
    /// With fewer days nothing is said.
    pub fewest_days: usize,
    /// A day with a smaller share of the fullest day's intervals is left out.
    pub whole_from: f64,
    /// A trend is significant up to this p-value. Days depend on each other, which makes p-values
    /// too small; hence no more than this.
    pub significant_to: f64,
}

impl Default for TrendPolicy {
    fn default() -> Self {
        Self { fewest_days: 14, whole_from: 0.5, significant_to: 0.01 }
    }
}

impl TrendPolicy {
    /// Its thresholds, taken apart field by field so that none is forgotten.
    pub(super) fn thresholds(&self) -> Vec<Threshold> {
        let Self { fewest_days, whole_from, significant_to } = *self;
        let of = ThresholdGroup::new("trend", "trend");
        vec![
            of.threshold("fewest_days", Value::count(fewest_days), "fewest days"),
            of.threshold("whole_from", Value::Share(whole_from), "a day is whole from"),
            of.threshold(
                "significant_to",
                Value::Number(significant_to),
                "significant to a p-value of",
            ),
        ]
    }
}
