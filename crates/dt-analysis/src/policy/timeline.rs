//! When a bucket is unusual.

use jiff::SignedDuration;

/// Thresholds of the timeline. The document has none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimelinePolicy {
    /// With fewer buckets nothing is said.
    pub fewest_buckets: usize,
    /// A cell with fewer other buckets is widened.
    pub fewest_in_cell: usize,
    /// A difference below this, on the scale ln(1 + x), is too small to matter.
    pub smallest_spread: f64,
    /// From this z on a rise is a notice.
    pub notice_from: f64,
    /// From this z on a rise is an alert.
    pub alert_from: f64,
    /// How long a level is silent after it was raised.
    pub silence: SignedDuration,
    /// How far back the causal form looks.
    pub trailing: SignedDuration,
    /// How many residuals before a bucket tell the causal form how much they vary.
    pub pooled_before: usize,
}

impl Default for TimelinePolicy {
    fn default() -> Self {
        Self {
            fewest_buckets: 48,
            fewest_in_cell: 3,
            smallest_spread: 0.1,
            notice_from: 3.0,
            alert_from: 3.5,
            silence: SignedDuration::from_hours(24),
            trailing: SignedDuration::from_hours(28 * 24),
            pooled_before: 28 * 24,
        }
    }
}
