//! When a composition is another one.

/// Thresholds of [`mix`](crate::mix).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MixPolicy {
    /// Below this many connections on either side nothing is said.
    pub fewest: f64,
    /// A divergence below this, in bits, is too small to matter.
    pub least_bits: f64,
    /// A divergence has to be this many times what chance alone makes on average.
    pub times_chance: f64,
}

impl Default for MixPolicy {
    fn default() -> Self {
        Self { fewest: 100.0, least_bits: 0.05, times_chance: 4.0 }
    }
}
