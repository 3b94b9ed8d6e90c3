//! When more connections are more than chance.

use super::threshold::{Threshold, ThresholdGroup, ThresholdValue as Value};

/// Thresholds of the count tail. The document has none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CountPolicy {
    /// With fewer buckets nothing is said.
    pub fewest_buckets: usize,
    /// A cell with fewer other buckets is widened.
    pub fewest_in_cell: usize,
    /// A bucket is reported below this q-value.
    pub reported_below: f64,
    /// A bucket with a tail below this is no part of what others are compared with.
    pub outbreak_below: f64,
}

impl Default for CountPolicy {
    fn default() -> Self {
        Self { fewest_buckets: 48, fewest_in_cell: 3, reported_below: 1e-4, outbreak_below: 1e-6 }
    }
}

impl CountPolicy {
    /// Its thresholds, taken apart field by field so that none is forgotten.
    pub(super) fn thresholds(&self) -> Vec<Threshold> {
        let Self { fewest_buckets, fewest_in_cell, reported_below, outbreak_below } = *self;
        let of = ThresholdGroup::new("counts", "counts");
        vec![
            of.threshold("fewest_buckets", Value::count(fewest_buckets), "fewest intervals"),
            of.threshold(
                "fewest_in_cell",
                Value::count(fewest_in_cell),
                "fewest others in an hour's cell",
            ),
            of.threshold(
                "reported_below",
                Value::Number(reported_below),
                "reported below a q-value of",
            ),
            of.threshold(
                "outbreak_below",
                Value::Number(outbreak_below),
                "no part of what is usual below a tail of",
            ),
        ]
    }
}
