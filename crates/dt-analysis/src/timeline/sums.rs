//! The time up to the end of a bucket as a whole.

use jiff::SignedDuration;

use super::frame::Frame;
use super::score::{Gumbel, Score};
use super::sliding::Sliding;
use super::sorted::Sorted;
use super::usual::{NORMAL_INTERQUARTILE, Usual, calibrated, counting};

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
    let score = |(place, sum): (usize, Option<Sum>)| {
        let (Sum { count, rest, usual: expected, scale }, level) = (sum?, usual.levels[place]);
        let [lower, middle, upper] = others[frame.days.of(place)]?;
        let centre = (expected / scale).ln_1p() + middle + level.raised + level.onset;
        let centre = centre.max(0.0);
        let spread = (upper - lower) / NORMAL_INTERQUARTILE;
        let variance =
            spread.powi(2) + policy.smallest_spread.powi(2) + counting(expected, expected + scale);
        Some(Score {
            count,
            rest,
            expected: scale * centre.exp_m1(),
            scale,
            centre,
            spread: variance.sqrt(),
            extremes: Gumbel::STANDARD,
        })
    };
    calibrated(frame, sums.into_iter().enumerate().map(score).collect(), location)
}

fn sums(
    frame: &Frame<'_>,
    usual: &[Option<f64>],
    explained: &[f64],
    length: SignedDuration,
) -> Vec<Option<Sum>> {
    let fewest = frame.buckets_in(length) / 2.0;
    let sums = frame.ending(length).enumerate().map(|(place, time)| {
        let known = (time.from..time.until)
            .filter_map(|place| Some((frame.counts[place], explained[place], usual[place]?)));
        let (mut buckets, mut sum) = (0.0, Sum { count: 0.0, rest: 0.0, usual: 0.0, scale: 0.0 });
        for (count, explained, usual) in known {
            buckets += 1.0;
            sum.count += count;
            sum.rest += count - explained;
            sum.usual += usual;
        }
        sum.scale = buckets * frame.scale(place);
        (buckets > 0.0 && buckets >= fewest).then_some(sum)
    });
    sums.collect()
}
