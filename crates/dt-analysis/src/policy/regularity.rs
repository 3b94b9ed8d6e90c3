//! What counts as regular.

use super::threshold::{Threshold, ThresholdGroup, ThresholdValue as Value};

/// Thresholds of [`regularity`](crate::regularity): the criteria Elastic publishes for its beaconing
/// transform.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RegularityPolicy {
    /// With fewer buckets nothing is said.
    pub fewest_buckets: usize,
    /// Counts vary little up to this trimmed coefficient of variation.
    pub steady_up_to: f64,
    /// More than this share of the buckets must not be empty.
    pub filled_above: f64,
    /// A period is one from this autocorrelation on.
    pub periodic_from: f64,
    /// A period must have been seen this many times.
    pub fewest_periods: usize,
}

impl Default for RegularityPolicy {
    fn default() -> Self {
        Self {
            fewest_buckets: 48,
            steady_up_to: 0.1,
            filled_above: 0.5,
            periodic_from: 0.7,
            fewest_periods: 6,
        }
    }
}

impl RegularityPolicy {
    /// Its thresholds, taken apart field by field so that none is forgotten.
    pub(super) fn thresholds(&self) -> Vec<Threshold> {
        let Self { fewest_buckets, steady_up_to, filled_above, periodic_from, fewest_periods } =
            *self;
        let of = ThresholdGroup::new("regularity", "regularity");
        vec![
            of.threshold("fewest_buckets", Value::count(fewest_buckets), "fewest intervals"),
            of.threshold(
                "steady_up_to",
                Value::Number(steady_up_to),
                "steady up to a coefficient of variation of",
            ),
            of.threshold("filled_above", Value::Share(filled_above), "intervals not empty above"),
            of.threshold(
                "periodic_from",
                Value::Number(periodic_from),
                "periodic from an autocorrelation of",
            ),
            of.threshold("fewest_periods", Value::count(fewest_periods), "fewest periods"),
        ]
    }
}
