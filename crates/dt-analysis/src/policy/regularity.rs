//! What counts as regular.

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
