//! The time up to the end of a bucket as a whole.

use std::ops::Add;

use jiff::SignedDuration;

use super::frame::Frame;
use super::score::{self, Comparison, Score};
use super::sliding::Sliding;
use super::sorted::Sorted;
use super::usual::{NORMAL_INTERQUARTILE, Usual, counting};
use super::view::View;

/// What was counted and what is usual in some time.
#[derive(Clone, Copy)]
struct Sum {
    count: f64,
    /// How much of it is left without the buckets that are unusual by themselves.
    rest: f64,
    usual: f64,
    /// Counts below this do not matter.
    scale: f64,
}

impl Sum {
    fn residual(&self) -> f64 {
        ((self.rest + self.scale) / (self.usual + self.scale)).ln()
    }
}

/// For every bucket, the time of this length that ends with it. Where half of it is not known, nothing is
/// said. Of each bucket so much is `explained`: what is unusual by itself is not told again.
pub(super) fn scores(
    frame: &Frame<'_>,
    usual: &Usual,
    explained: &[f64],
    length: SignedDuration,
    location: f64,
) -> Vec<Option<Score>> {
    let sums = sums(frame, &usual.counts, explained, length);
    let residuals = sums.iter().zip(&usual.levels);
    let residuals = residuals.map(|(sum, level)| Some(sum.as_ref()?.residual() - level.lasting()));
    let residuals = Sorted::of(residuals);
    let others = frame.days.each_by_buckets(&residuals, |seen: &mut Sliding<'_, 3>| {
        if seen.count() < frame.policy.fewest_residuals { None } else { seen.quartiles() }
    });
    let policy = frame.policy;
    let compared = |(place, sum): (usize, Option<Sum>)| {
        let (Sum { count, rest, usual: expected, scale }, level) = (sum?, usual.levels[place]);
        let [lower, middle, upper] = others[frame.days.of(place)]?;
        let centre = (expected / scale).ln_1p() + middle + level.raised + level.onset;
        let centre = centre.max(0.0);
        let spread = (upper - lower) / NORMAL_INTERQUARTILE;
        let variance =
            spread.powi(2) + policy.smallest_spread.powi(2) + counting(expected, expected + scale);
        Some(Comparison { count, rest, usual: centre, centre, scale, spread: variance.sqrt() })
    };
    score::scores(frame, sums.into_iter().enumerate().map(compared).collect(), location)
}

fn sums(
    frame: &Frame<'_>,
    usual: &[Option<f64>],
    explained: &[f64],
    length: SignedDuration,
) -> Vec<Option<Sum>> {
    let fewest = frame.buckets_in(length) / 2.0;
    let known = |(place, usual): (usize, &Option<f64>)| {
        usual.map_or(Known::default(), |usual| {
            let count = frame.counts[place];
            Known { buckets: 1.0, count, rest: count - explained[place], usual }
        })
    };
    let mut running = Running::over(usual.iter().enumerate().map(known).collect());
    let sums = frame.ending(length).enumerate().map(|(place, time)| {
        let Known { buckets, count, rest, usual } = running.look(time);
        let scale = buckets * frame.scale(place);
        (buckets > 0.0 && buckets >= fewest).then_some(Sum { count, rest, usual, scale })
    });
    sums.collect()
}

/// What is known of some buckets, added up.
#[derive(Clone, Copy, Default)]
struct Known {
    buckets: f64,
    count: f64,
    rest: f64,
    usual: f64,
}

impl Add for Known {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            buckets: self.buckets + other.buckets,
            count: self.count + other.count,
            rest: self.rest + other.rest,
            usual: self.usual + other.usual,
        }
    }
}

/// The sum of what is in view, while the view moves on. Nothing is ever taken off a sum: what is left of a
/// small number under a large one would be noise.
struct Running {
    each: Vec<Known>,
    /// Up to here, the sums from each place on
    middle: usize,
    until_middle: Vec<Known>,
    /// and the sum of what comes after.
    after: Known,
}

impl Running {
    fn over(each: Vec<Known>) -> Self {
        let until_middle = vec![Known::default(); each.len()];
        Self { each, middle: 0, until_middle, after: Known::default() }
    }

    /// Of a stretch that ends a place later than the last one, and begins there or later.
    fn look(&mut self, View { from, until, .. }: View) -> Known {
        self.after = self.after + self.each[until - 1];
        if from >= self.middle {
            self.middle = until;
            self.after = Known::default();
            let mut sum = Known::default();
            for place in (from..until).rev() {
                sum = self.each[place] + sum;
                self.until_middle[place] = sum;
            }
        }
        self.until_middle[from] + self.after
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::*;

    #[test]
    fn a_running_sum_is_that_of_what_is_in_view() {
        let counts = [3.0, 1e15, 0.0, 5.0, 2.0, 7.0, 0.0, 1.0];
        let known = |count: &f64| Known { buckets: 1.0, count: *count, ..Known::default() };
        for length in 1..=counts.len() {
            let mut running = Running::over(counts.iter().map(known).collect());
            for until in 1..=counts.len() {
                let from = until.saturating_sub(length);
                let sum = running.look(View { from, until, again_from: counts.len() });
                let direct: f64 = counts[from..until].iter().sum();
                assert_eq!(sum.buckets.total_cmp(&((until - from) as f64)), Ordering::Equal);
                // Whole numbers of this size are added without a rest.
                assert_eq!(sum.count.total_cmp(&direct), Ordering::Equal, "{from}..{until}");
            }
        }
    }
}
