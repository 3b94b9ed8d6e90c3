//! When a device's level rises or falls.

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
