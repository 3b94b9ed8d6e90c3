//! What is expected of a device next.

use jiff::SignedDuration;

use super::threshold::{Threshold, ThresholdGroup, ThresholdValue as Value};

/// What a forecast goes by. Chosen once, for all of the series it is evaluated on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ForecastPolicy {
    /// With fewer buckets nothing is said.
    pub fewest_buckets: usize,
    /// A cell with fewer buckets is widened.
    pub fewest_in_cell: usize,
    /// How much of the past is looked at.
    pub trailing: SignedDuration,
    /// How far into the future it goes.
    pub ahead: SignedDuration,
    /// How long the time is that tells the present level.
    pub present: SignedDuration,
    /// The share of the present level's difference that is expected to last.
    pub lasting: f64,
    /// A trend goes on with this share of itself from each day to the next.
    pub damping: f64,
    /// How many hours of day to either side tell how far values lie from what was expected.
    pub hours_around: usize,
    /// A band needs so many of them.
    pub fewest_in_band: usize,
}

impl Default for ForecastPolicy {
    fn default() -> Self {
        Self {
            fewest_buckets: 48,
            fewest_in_cell: 3,
            trailing: SignedDuration::from_hours(28 * 24),
            ahead: SignedDuration::from_hours(7 * 24),
            present: SignedDuration::from_hours(2 * 24),
            lasting: 0.5,
            damping: 0.8,
            hours_around: 3,
            fewest_in_band: 40,
        }
    }
}

impl ForecastPolicy {
    /// Its thresholds, taken apart field by field so that none is forgotten.
    pub(super) fn thresholds(&self) -> Vec<Threshold> {
        let Self {
            fewest_buckets,
            fewest_in_cell,
            trailing,
            ahead,
            present,
            lasting,
            damping,
            hours_around,
            fewest_in_band,
        } = *self;
        let of = ThresholdGroup::new("forecast", "forecast");
        vec![
            of.threshold("fewest_buckets", Value::count(fewest_buckets), "fewest intervals"),
            of.threshold(
                "fewest_in_cell",
                Value::count(fewest_in_cell),
                "fewest others in an hour's cell",
            ),
            of.threshold("trailing", Value::Time(trailing), "how far it looks back"),
            of.threshold("ahead", Value::Time(ahead), "how far it looks ahead"),
            of.threshold("present", Value::Time(present), "the present"),
            of.threshold("lasting", Value::Share(lasting), "of the present level, lasts"),
            of.threshold("damping", Value::Share(damping), "a trend is damped to"),
            of.threshold("hours_around", Value::count(hours_around), "hours that give the band"),
            of.threshold("fewest_in_band", Value::count(fewest_in_band), "fewest of them"),
        ]
    }
}
