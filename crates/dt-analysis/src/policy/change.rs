//! When a device changes unlike its similar devices.

use jiff::SignedDuration;

use crate::moderated::Prior;

/// Thresholds of the change against similar devices. The document has none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChangePolicy {
    /// How long what is compared with what was before is.
    pub recent: SignedDuration,
    /// How long what was before is.
    pub before: SignedDuration,
    /// How much of the time before may be missing at its beginning.
    pub late_at_most: SignedDuration,
    /// The share of either part's buckets that has to be there.
    pub fewest_share: f64,
    /// With fewer similar devices nothing is said.
    pub fewest_similar: usize,
    /// How far changes of similar devices usually lie apart, on the scale ln(1 + x).
    pub change: Prior,
    /// How far their levels do.
    pub level: Prior,
    /// A change is significant up to this q-value.
    pub significant_to: f64,
}

impl Default for ChangePolicy {
    fn default() -> Self {
        Self {
            recent: SignedDuration::from_hours(7 * 24),
            before: SignedDuration::from_hours(21 * 24),
            late_at_most: SignedDuration::from_hours(24),
            fewest_share: 0.5,
            fewest_similar: 3,
            change: Prior { freedom: 4.0, spread: 0.3 },
            level: Prior { freedom: 4.0, spread: 0.7 },
            significant_to: 0.05,
        }
    }
}
