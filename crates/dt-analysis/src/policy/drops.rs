//! When a device that went quiet is worth a word.

use jiff::SignedDuration;

use super::threshold::{Threshold, ThresholdGroup, ThresholdValue as Value};

/// Thresholds of drops. The document has none. A quiet device of the simulation never has one: they
/// were chosen so that whoever is often away is not told of each time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DropPolicy {
    /// The times that are looked at, up to the end of each bucket: an afternoon and a day.
    pub windows: [SignedDuration; 2],
    /// At most this share of what is usual is a drop.
    pub up_to: f64,
    /// Where fewer connections than this are usual, their absence says nothing.
    pub least_usual: f64,
    /// So many others at the same hour of the same kind of day have to be known,
    pub fewest_others: usize,
    /// of which at most this share may be silent, too.
    pub others_up_to: f64,
}

impl Default for DropPolicy {
    fn default() -> Self {
        Self {
            windows: [3, 24].map(SignedDuration::from_hours),
            up_to: 0.1,
            least_usual: 100.0,
            fewest_others: 5,
            others_up_to: 0.1,
        }
    }
}

impl DropPolicy {
    /// Its thresholds, taken apart field by field so that none is forgotten.
    pub(super) fn thresholds(&self) -> Vec<Threshold> {
        let Self { windows, up_to, least_usual, fewest_others, others_up_to } = *self;
        let of = ThresholdGroup::new("silence", "drops");
        vec![
            of.threshold("windows", Value::Times(windows.to_vec()), "windows"),
            of.threshold("up_to", Value::ShareOf(up_to, "what is usual"), "silent is up to"),
            of.threshold(
                "least_usual",
                Value::Quantity(least_usual, "connections"),
                "nothing is missed below",
            ),
            of.threshold(
                "fewest_others",
                Value::count(fewest_others),
                "fewest others at the same hour",
            ),
            of.threshold("others_up_to", Value::Share(others_up_to), "of which may be silent too"),
        ]
    }
}
