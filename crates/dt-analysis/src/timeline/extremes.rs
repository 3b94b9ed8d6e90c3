//! What the highest value of a day is like.

use super::days::Days;
use super::sliding::Sliding;
use crate::TimelinePolicy;

/// A Gumbel distribution: of the highest of many values.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gumbel {
    pub(super) location: f64,
    pub(super) scale: f64,
}

impl Gumbel {
    /// How far a value stands out, in its scales.
    pub(super) fn surprise_of(self, value: f64) -> f64 {
        (value - self.location) / self.scale
    }
}

/// Of each day, what the highest z of other days is like: by their quartiles, and by what is so
/// everywhere, since few days say little about their tail.
pub(super) fn of_days(
    days: &Days,
    z: impl Iterator<Item = Option<f64>>,
    location: f64,
    policy: &TimelinePolicy,
) -> Vec<Gumbel> {
    let usual = Gumbel { location, scale: policy.prior_scale };
    let highest = days.highest(z);
    let extremes = days.each(&highest, |seen: &mut Sliding<'_, 3>| {
        let days = seen.count() as f64;
        let weighed = |own: f64, usual: f64| {
            (days * own + policy.prior_days * usual) / (days + policy.prior_days)
        };
        let own = of_sample(seen).unwrap_or(usual);
        // Spreads that rest on few days are too narrow.
        let wider = (1.0 + policy.learning_days / days.max(1.0)).sqrt();
        Some(Gumbel {
            location: wider * weighed(own.location, usual.location),
            scale: wider * weighed(own.scale, usual.scale),
        })
    });
    extremes.into_iter().map(|extremes| extremes.unwrap_or(usual)).collect()
}

/// By the quartiles, which incidents on a few days do not move.
fn of_sample(seen: &mut Sliding<'_, 3>) -> Option<Gumbel> {
    /// How far the quartiles of a standard Gumbel distribution are apart, and where its median is.
    const INTERQUARTILE: f64 = 1.5725;
    const MEDIAN: f64 = 0.3665;
    let [lower, middle, upper] = seen.quartiles()?;
    let scale = (upper - lower) / INTERQUARTILE;
    Some(Gumbel { location: middle - MEDIAN * scale, scale })
}
