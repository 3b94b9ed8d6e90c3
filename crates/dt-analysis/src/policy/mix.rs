//! When a composition is another one.

use super::threshold::{Threshold, ThresholdGroup, ThresholdValue as Value};

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

impl MixPolicy {
    /// Its thresholds, taken apart field by field so that none is forgotten.
    pub(super) fn thresholds(&self) -> Vec<Threshold> {
        let Self { fewest, least_bits, times_chance } = *self;
        let of = ThresholdGroup::new("mix", "composition");
        vec![
            of.threshold("fewest", Value::Number(fewest), "fewest connections on either side"),
            of.threshold("least_bits", Value::Quantity(least_bits, "bits"), "least divergence"),
            of.threshold(
                "times_chance",
                Value::Number(times_chance),
                "times the divergence by chance",
            ),
        ]
    }
}
