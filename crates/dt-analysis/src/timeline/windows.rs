//! A bucket, or the hours up to its end, beside what is usual then.

use dt_model::Series;
use jiff::SignedDuration;

use super::days::Days;
use super::sliding::Sliding;
use super::sorted::{Sorted, rounded_down};
use super::view::View;
use super::week::Week;
use crate::TimelinePolicy;
use crate::cells::Cell;
use crate::robust::NORMAL;

/// How a count compares with what is usual.
#[derive(Debug, Clone, Copy)]
pub(super) struct Score {
    /// What was counted, in the series' unit.
    pub(super) count: f64,
    /// What is usual, in the series' unit.
    pub(super) expected: f64,
    /// The same on the scale ln(1 + x).
    pub(super) centre: f64,
    /// How far it is off without anything being wrong, on that scale.
    pub(super) spread: f64,
    pub(super) z: f64,
}

impl Score {
    /// How far a count is from what is usual, in spreads.
    pub(super) fn z_of(self, count: f64) -> f64 {
        (count.max(0.0).ln_1p() - self.centre) / self.spread
    }

    /// A count so many spreads from what is usual, in the series' unit.
    pub(super) fn at(self, z: f64) -> f64 {
        (self.centre + z * self.spread).exp_m1().max(0.0)
    }
}

/// What is usual in a bucket's cell, on the scale ln(1 + x).
#[derive(Clone, Copy)]
struct Usual {
    median: f64,
    /// The mean of the middle half. Sums are made of means: at the hour when work begins, a median is
    /// all of it or none. Of all values, one incident would move every window that meets its hour.
    midmean: f64,
}

impl Usual {
    /// Of values in view; `None` of none.
    fn of(seen: &mut Sliding<'_, 3>) -> Option<Self> {
        let quarter = seen.count() / 4;
        let midmean = seen.mean([1, 2], quarter..seen.count() - quarter)?;
        Some(Self { median: seen.median(0)?, midmean })
    }

    fn at_least(self, least: f64) -> Self {
        Self { median: self.median.max(least), midmean: self.midmean.max(least) }
    }
}

/// A count, and what it was expected to be.
#[derive(Clone, Copy)]
struct Expectation {
    count: f64,
    /// The count, on the scale ln(1 + x).
    found: f64,
    centre: f64,
}

impl Expectation {
    fn residual(self) -> f64 {
        self.found - self.centre
    }
}

/// Compares the buckets of a series, and windows of several, with what is usual.
pub(super) struct Windows<'a> {
    series: &'a Series,
    starts: &'a [i64],
    width: SignedDuration,
    views: &'a [View],
    days: &'a Days,
    week: Week<'a>,
    /// The counts on the scale ln(1 + x), and what is usual.
    found: Vec<f64>,
    usual: Vec<Option<Usual>>,
    policy: &'a TimelinePolicy,
}

impl<'a> Windows<'a> {
    pub(super) fn new(
        series: &'a Series,
        starts: &'a [i64],
        width: SignedDuration,
        views: &'a [View],
        days: &'a Days,
        cells: &'a [Cell],
        policy: &'a TimelinePolicy,
    ) -> Self {
        let found: Vec<f64> = series.counts().map(|count| (count as f64).ln_1p()).collect();
        let values: Vec<Option<f64>> = found.iter().copied().map(Some).collect();
        let (week, fewest) = (Week::new(cells, views), policy.fewest_in_cell);
        let habits = week.at_hour(&values, |then: &mut Sliding<'_, 1>| {
            if then.count() < fewest { None } else { then.nth(0, then.count() / 4) }
        });
        let mut usual = week.around(&values, fewest, |seen| {
            if seen.count() < fewest { None } else { Usual::of(seen) }
        });
        for (usual, habit) in usual.iter_mut().zip(habits) {
            *usual = usual.map(|usual| habit.map_or(usual, |habit| usual.at_least(habit)));
        }
        Self { series, starts, width, views, days, week, found, usual, policy }
    }

    /// Every bucket by itself.
    pub(super) fn buckets(&self) -> Vec<Option<Score>> {
        let counts = self.series.counts().zip(&self.found);
        let expectations = counts.zip(&self.usual).map(|((count, &found), usual)| {
            let centre = usual.as_ref()?.median;
            Some(Expectation { count: count as f64, found, centre })
        });
        let expectations: Vec<_> = expectations.collect();
        self.scores(&expectations, Of::Buckets)
    }

    /// For every bucket, the time of each of these lengths that ends with it. Where more than half
    /// of that has no buckets, or one is without an expectation, nothing is said.
    pub(super) fn ending(
        &self,
        lengths: impl Iterator<Item = SignedDuration>,
    ) -> Vec<(SignedDuration, Vec<Option<Score>>)> {
        let usual = self.usual.iter().map(|usual| Some(usual.as_ref()?.midmean.exp_m1()));
        let usual: Vec<Option<f64>> = usual.collect();
        let scores = lengths.map(|length| {
            let expectations = self.sums(&usual, length);
            (length, self.scores(&expectations, Of::Sums))
        });
        scores.collect()
    }

    fn sums(&self, usual: &[Option<f64>], length: SignedDuration) -> Vec<Option<Expectation>> {
        let buckets = self.series.buckets();
        let (length, width) = (length.as_secs(), self.width.as_secs());
        let fewest = length as f64 / width as f64 / 2.0;
        let mut first = 0;
        let expectations = self.starts.iter().enumerate().map(|(place, start)| {
            while start - self.starts[first] + width > length {
                first += 1;
            }
            if ((place + 1 - first) as f64) < fewest {
                return None;
            }
            let count: f64 = buckets[first..=place].iter().map(|bucket| bucket.count as f64).sum();
            let expected: Option<f64> = usual[first..=place].iter().copied().sum();
            Some(Expectation { count, found: count.ln_1p(), centre: expected?.ln_1p() })
        });
        expectations.collect()
    }

    /// Puts each expectation beside how well those of the others were met.
    fn scores(&self, expectations: &[Option<Expectation>], of: Of) -> Vec<Option<Score>> {
        let policy = self.policy;
        let residuals = expectations.iter().map(|it| it.map(Expectation::residual));
        let residuals: Vec<Option<f64>> = residuals.collect();
        let distances = residuals.iter().map(|residual| residual.map(f64::abs));
        let distances: Vec<Option<f64>> = distances.collect();
        let fences = self.days.fences(&residuals, policy);
        let median = |seen: &mut Sliding<'_, 1>| seen.median(0);
        let around = self.week.around(&distances, policy.fewest_in_cell, median);
        let signed = Sorted::of(residuals.into_iter());
        let distances = Sorted::of(distances.into_iter());
        let mut signed: Sliding<'_, 3> = Sliding::new(&signed);
        let mut distance: Sliding<'_, 1> = Sliding::new(&distances);
        let reach = tail_reach(policy);
        let score = |(place, (expectation, view)): (usize, (&Option<Expectation>, &View))| {
            signed.look(*view);
            distance.look(*view);
            let Expectation { count, found, centre } = (*expectation)?;
            let others = signed.count();
            if others < policy.fewest_residuals {
                return None;
            }
            let middle = signed.nth(0, others / 2)?;
            let mut above = |marker, share: f64| {
                signed.nth(marker, (others - 1).saturating_sub(rounded_down(share * others as f64)))
            };
            let (near, far) = (above(1, policy.tail_from)?, above(2, policy.tail_to)?);
            let tail = near + ((far - near) * reach).max(policy.smallest_spread);
            let fence = fences[self.days.of(place)];
            let bias = of.bias(middle);
            let centre = centre + bias;
            let expected = centre.exp_m1().max(0.0);
            let quiet = fence.map_or(tail, |fence| fence.min(tail)) - bias;
            let limit = quiet.max(counting_limit(expected, of) - centre);

            let error = NORMAL * distance.nth(0, others / 2)?.max(around[place].unwrap_or(0.0));
            let spread = error.max(policy.smallest_spread).max(limit / policy.notice_from);
            Some(Score { count, expected, centre, spread, z: (found - centre) / spread })
        };
        expectations.iter().zip(self.views).enumerate().map(score).collect()
    }
}

/// Where the line through the residuals that the shares `tail_from` and `tail_to` lie above, over the
/// logarithm of the share, is at one in `tail_odds`: in steps from the first to the second. Tails that
/// fall off exponentially are straight on it.
fn tail_reach(policy: &TimelinePolicy) -> f64 {
    (policy.tail_from * policy.tail_odds).ln() / (policy.tail_from / policy.tail_to).ln()
}

/// What is compared.
#[derive(Clone, Copy)]
enum Of {
    /// Buckets, with a median.
    Buckets,
    /// Windows, with a sum of what is usual for their buckets.
    Sums,
}

impl Of {
    /// By how much an expectation is off each time. What is usual for the sum of hours is more than
    /// the sum of what is usual for each.
    const fn bias(self, median_of_residuals: f64) -> f64 {
        match self {
            Self::Buckets => 0.0,
            Self::Sums => median_of_residuals,
        }
    }
}

/// How high a count gets by counting alone, without any other variation, on the scale ln(1 + x):
/// three standard deviations of a Poisson variable, by Anscombe's transform.
fn counting_limit(expected: f64, of: Of) -> f64 {
    let mean = match of {
        // A median of 0 may stand for a mean of up to ln 2.
        Of::Buckets => expected + std::f64::consts::LN_2,
        Of::Sums => expected,
    };
    (((mean + 0.375).sqrt() + 1.5).powi(2) - 0.375).ln_1p()
}
