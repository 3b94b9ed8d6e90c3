//! What counts as new, and as rare.

use jiff::SignedDuration;

/// Thresholds of [`novelty`](crate::novelty). The age and the share are those RITA uses for its
/// "first seen" and "prevalence" modifiers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NoveltyPolicy {
    /// New is what was first seen at most this long before the end of the data.
    pub within: SignedDuration,
    /// New traffic with a smaller share than this is told, and is no finding.
    pub least_share: f64,
    /// A domain that at most this many percent of the network's devices talk to is rare.
    pub rare_up_to_popularity: f64,
    /// A name looks generated from this DGA score on, of 100.
    pub generated_from: f64,
    /// This many new internal peers are a burst.
    pub burst_of_peers: usize,
    /// This many new domains are a burst.
    pub burst_of_domains: usize,
}

impl Default for NoveltyPolicy {
    fn default() -> Self {
        Self {
            within: SignedDuration::from_hours(7 * 24),
            least_share: 0.02,
            rare_up_to_popularity: 2.0,
            generated_from: 70.0,
            burst_of_peers: 5,
            burst_of_domains: 5,
        }
    }
}
