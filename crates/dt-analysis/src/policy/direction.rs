//! Which way traffic goes.

use jiff::SignedDuration;

use super::threshold::{Threshold, ThresholdGroup, ThresholdValue as Value};

/// Thresholds of [`direction`](crate::direction).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DirectionPolicy {
    /// Below this many bytes both ways, nothing is said.
    pub fewest_bytes: u64,
    /// From this producer/consumer ratio on a device exports: 0.4 is 70 parts out to 30 in (Bullard
    /// and Gerth 2014).
    pub exports_from: f64,
    /// What the recent past is, beside which the time before is put.
    pub recent: SignedDuration,
    /// So many bytes an interval are next to nothing: they are added to both directions before one
    /// is divided by the other.
    pub next_to_nothing: f64,
}

impl Default for DirectionPolicy {
    fn default() -> Self {
        Self {
            fewest_bytes: 20_000_000,
            exports_from: 0.4,
            recent: SignedDuration::from_hours(7 * 24),
            next_to_nothing: 1_000.0,
        }
    }
}

impl DirectionPolicy {
    /// Its thresholds, taken apart field by field so that none is forgotten.
    pub(super) fn thresholds(&self) -> Vec<Threshold> {
        let Self { fewest_bytes, exports_from, recent, next_to_nothing } = *self;
        let of = ThresholdGroup::new("direction", "direction");
        vec![
            of.threshold(
                "fewest_bytes",
                Value::Bytes(fewest_bytes as f64),
                "fewest bytes in both directions",
            ),
            of.threshold("exports_from", Value::Number(exports_from), "exports from PCR"),
            of.threshold("recent", Value::Time(recent), "the recent past"),
            of.threshold(
                "next_to_nothing",
                Value::Bytes(next_to_nothing),
                "negligible bytes per interval",
            ),
        ]
    }
}
