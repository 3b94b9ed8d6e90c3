//! When more connections are more than chance.

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
