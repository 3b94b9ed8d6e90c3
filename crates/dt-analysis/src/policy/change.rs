//! When a device changes unlike its similar devices.

use jiff::SignedDuration;

use super::threshold::{Threshold, ThresholdGroup, ThresholdValue as Value};
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

impl ChangePolicy {
    /// Its thresholds, taken apart field by field so that none is forgotten.
    pub(super) fn thresholds(&self) -> Vec<Threshold> {
        let Self {
            recent,
            before,
            late_at_most,
            fewest_share,
            fewest_similar,
            change,
            level,
            significant_to,
        } = *self;
        let of = ThresholdGroup::new("change", "change");
        let prior = |Prior { freedom, spread }| Value::Prior { spread, freedom };
        vec![
            of.threshold("recent", Value::Time(recent), "the recent past"),
            of.threshold("before", Value::Time(before), "the time before"),
            of.threshold("late_at_most", Value::Time(late_at_most), "it may begin late by"),
            of.threshold(
                "fewest_share",
                Value::Share(fewest_share),
                "intervals that are there from",
            ),
            of.threshold("fewest_similar", Value::count(fewest_similar), "fewest similar devices"),
            of.threshold("change", prior(change), "usual spread of changes"),
            of.threshold("level", prior(level), "usual spread of levels"),
            of.threshold(
                "significant_to",
                Value::Number(significant_to),
                "significant to a q-value of",
            ),
        ]
    }
}
