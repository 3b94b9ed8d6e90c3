//! What becomes a finding, and how severe it is.

use jiff::SignedDuration;

/// Thresholds of [`finding`](crate::finding). None of them is in the document; they were chosen so
/// that of thousands of quiet devices hardly one has a finding above low on any day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FindingPolicy {
    /// An hour next to an unusual one belongs to it from this z on.
    pub continues_from: f64,
    /// So many usual hours within an episode do not end it.
    pub gap: usize,
    /// Episodes of one kind that are at most this far apart are one finding.
    pub joined_within: SignedDuration,
    /// A rise in bytes below this much is low.
    pub least_bytes: f64,
    /// From this many bytes on an upload can be high.
    pub many_bytes: f64,
    /// An alert is more than low if it is at least this many times the largest usual amount.
    pub far_above: f64,
    /// A rise in connections below this much is low.
    pub least_connections: f64,
    /// A port that anybody may use for anything says little by being new.
    pub least_port_connections: f64,
    /// A domain that got at least this share of what an episode sent explains it.
    pub explains_from: f64,
    /// At most this many domains are asked about again.
    pub domains_asked: usize,
}

impl Default for FindingPolicy {
    fn default() -> Self {
        Self {
            continues_from: 2.0,
            gap: 1,
            joined_within: SignedDuration::from_hours(24),
            least_bytes: 20e6,
            many_bytes: 200e6,
            far_above: 3.0,
            least_connections: 100.0,
            least_port_connections: 50.0,
            explains_from: 0.1,
            domains_asked: 5,
        }
    }
}
