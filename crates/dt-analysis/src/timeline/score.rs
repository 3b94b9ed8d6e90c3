//! How unusual something is, and what that means in counts.

use super::extremes::{self, Gumbel};
use super::frame::Frame;

/// ln(1 + x) for a z, which is in spreads of 0.15 or more: the last digits of a small x are lost, and half of
/// the time is saved. What becomes a count again is worked out by [`f64::ln_1p`].
pub(super) fn ln_1p(x: f64) -> f64 {
    (1.0 + x).ln()
}

/// A count beside what is usual.
#[derive(Debug, Clone, Copy)]
pub(super) struct Comparison {
    /// What was counted, in the series' unit,
    pub(super) count: f64,
    /// and how much of that is left without the buckets that are unusual by themselves: by it a longer
    /// time is judged.
    pub(super) rest: f64,
    /// What is usual, on the scale ln(1 + x / `scale`),
    pub(super) usual: f64,
    /// and what it is compared with: as much may come an hour early.
    pub(super) centre: f64,
    /// Counts below this do not matter.
    pub(super) scale: f64,
    /// How far the count is from the centre without anything being wrong.
    pub(super) spread: f64,
}

/// How unusual a count is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Score {
    pub(super) compared: Comparison,
    /// How far it is from what is usual, in spreads.
    z: f64,
    /// What the highest z of a day is like.
    extremes: Gumbel,
}

impl Comparison {
    /// How far another count would be from what is usual, in spreads.
    fn z_of(&self, count: f64) -> f64 {
        (ln_1p(count.max(0.0) / self.scale) - self.centre) / self.spread
    }

    /// What is usual, in the series' unit.
    pub(super) fn expected(&self) -> f64 {
        self.scale * self.usual.exp_m1()
    }

    /// How much more was counted than is usual; 0 of less.
    pub(super) fn excess(&self) -> f64 {
        (self.count - self.expected()).max(0.0)
    }
}

/// How unusual counts are among the highest of other days, whose typical one is at that location.
pub(super) fn scores(
    frame: &Frame<'_>,
    compared: Vec<Option<Comparison>>,
    location: f64,
) -> Vec<Option<Score>> {
    let z = |compared: &Option<Comparison>| compared.map(|it| it.z_of(it.rest));
    let z: Vec<Option<f64>> = compared.iter().map(z).collect();
    let extremes = extremes::of_days(&frame.days, z.iter().copied(), location, frame.policy);
    let score = |(place, (compared, z)): (usize, (Option<Comparison>, Option<f64>))| {
        let extremes = extremes[frame.days.of(place)];
        Some(Score { compared: compared?, z: z?, extremes })
    };
    compared.into_iter().zip(z).enumerate().map(score).collect()
}

impl Score {
    /// How far it is from what is usual, in spreads.
    pub(super) fn z(&self) -> f64 {
        self.z
    }

    /// How much a rise stands out of the highest of other days: e to this power is about how many days
    /// have one that stands out as much.
    pub(super) fn surprise(&self) -> f64 {
        self.extremes.surprise_of(self.z)
    }

    /// The same, of another count.
    pub(super) fn surprise_of(&self, count: f64) -> f64 {
        self.extremes.surprise_of(self.compared.z_of(count))
    }

    /// The count that would stand out so much; in the other direction, the one as far below what is
    /// usual.
    pub(super) fn at(&self, surprise: f64) -> (f64, f64) {
        let Comparison { scale, centre, spread, .. } = self.compared;
        let z = self.extremes.location + surprise * self.extremes.scale;
        let count = |z: f64| (scale * (centre + z * spread).exp_m1()).max(0.0);
        (count(-z.max(0.0)), count(z.max(0.0)))
    }
}
