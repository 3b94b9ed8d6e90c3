//! What is expected of a device next.

use jiff::SignedDuration;

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
