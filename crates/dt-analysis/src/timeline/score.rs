//! How unusual something is, and what that means in counts.

/// How a count compares with what is usual.
#[derive(Debug, Clone, Copy)]
pub(super) struct Score {
    /// What was counted, in the series' unit,
    pub(super) count: f64,
    /// and how much of that is left without the buckets that are unusual by themselves: by it a longer
    /// time is judged.
    pub(super) rest: f64,
    /// What is usual, in the series' unit.
    pub(super) expected: f64,
    /// Counts below this do not matter.
    pub(super) scale: f64,
    /// What is usual, on the scale ln(1 + x / `scale`),
    pub(super) centre: f64,
    /// and how far it is off without anything being wrong.
    pub(super) spread: f64,
    /// What the highest z of a day is like.
    pub(super) extremes: Gumbel,
}

/// A Gumbel distribution: of the highest of many values.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gumbel {
    pub(super) location: f64,
    pub(super) scale: f64,
}

impl Gumbel {
    /// With nothing known.
    pub(super) const STANDARD: Self = Self { location: 0.0, scale: 1.0 };
}

impl Score {
    /// How far it is from what is usual, in spreads.
    pub(super) fn z(&self) -> f64 {
        self.z_of(self.rest)
    }

    fn z_of(&self, count: f64) -> f64 {
        ((count.max(0.0) / self.scale).ln_1p() - self.centre) / self.spread
    }

    /// How much a rise stands out of the highest of other days: e to this power is about how many days
    /// have one that stands out as much.
    pub(super) fn surprise(&self) -> f64 {
        self.surprise_of(self.rest)
    }

    /// The same, of another count.
    pub(super) fn surprise_of(&self, count: f64) -> f64 {
        (self.z_of(count) - self.extremes.location) / self.extremes.scale
    }

    /// The count that would stand out so much; in the other direction, the one as far below what is
    /// usual.
    pub(super) fn at(&self, surprise: f64) -> (f64, f64) {
        let z = self.extremes.location + surprise * self.extremes.scale;
        let count = |z: f64| (self.scale * (self.centre + z * self.spread).exp_m1()).max(0.0);
        (count(-z.max(0.0)), count(z.max(0.0)))
    }
}
