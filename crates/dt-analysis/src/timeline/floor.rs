//! The quiet hours of a day: what is always there raises them.

use jiff::SignedDuration;

use super::frame::Frame;
use super::level::{Level, levels};
use super::score::{self, Comparison, Score};
use super::sliding::Sliding;
use super::sorted::Sorted;
use super::usual::{NORMAL_INTERQUARTILE, counting};

/// The time of which the quiet hours are looked at.
pub(super) const LENGTH: SignedDuration = SignedDuration::from_hours(24);

/// Of a day of which less is known, the quiet hours may be missing.
const KNOWN: f64 = 0.75;

/// With fewer buckets a day there are no quiet hours to tell.
const FEWEST_A_DAY: f64 = 6.0;

/// A quartile of many hours varies less than one of them: about as the mean of four.
const HOURS_OF_A_FLOOR: f64 = 4.0;

/// For every bucket, what three in four hours of the day up to its end exceed.
pub(super) fn scores(
    frame: &Frame<'_>,
    usual_levels: &[Level],
    location: f64,
) -> Vec<Option<Score>> {
    let a_day = frame.buckets_in(LENGTH);
    if a_day < FEWEST_A_DAY {
        return vec![None; frame.len()];
    }
    let floors = floors(frame, KNOWN * a_day);
    let sorted = Sorted::of(floors.iter().copied());
    let usual = frame.days.each_by_buckets(&sorted, |seen: &mut Sliding<'_, 1>| {
        if seen.count() < frame.policy.fewest_residuals { None } else { seen.median(0) }
    });
    let usual = |place: usize| usual[frame.days.of(place)];
    let residuals = floors
        .iter()
        .enumerate()
        .map(|(place, floor)| Some(frame.residual(place, (*floor)?, usual(place)?)));
    let residuals: Vec<Option<f64>> = residuals.collect();
    let levels = levels(frame, &Sorted::of(residuals.iter().copied()));
    let around_level = residuals.iter().zip(&levels);
    let around_level = around_level.map(|(residual, level)| Some((*residual)? - level.lasting()));
    let residuals = Sorted::of(around_level);
    let others =
        frame.days.each_by_buckets(&residuals, |seen: &mut Sliding<'_, 3>| seen.quartiles());
    let compared = |(place, floor): (usize, &Option<f64>)| {
        let (count, expected, scale) = ((*floor)?, usual(place)?, frame.scale(place));
        let [lower, _, upper] = others[frame.days.of(place)]?;
        let onset = if usual_levels[place].was_there { levels[place].onset } else { 0.0 };
        let centre = (expected / scale).ln_1p() + levels[place].raised + onset;
        let centre = centre.max(0.0);
        let spread = (upper - lower) / NORMAL_INTERQUARTILE;
        let variance = spread.powi(2)
            + frame.policy.smallest_spread.powi(2)
            + counting(expected, expected + scale) / HOURS_OF_A_FLOOR;
        Some(Comparison {
            count,
            rest: count,
            usual: centre,
            centre,
            scale,
            spread: variance.sqrt(),
        })
    };
    score::scores(frame, floors.iter().enumerate().map(compared).collect(), location)
}

fn floors(frame: &Frame<'_>, fewest: f64) -> Vec<Option<f64>> {
    let counts = Sorted::of(frame.counts.iter().copied().map(Some));
    let mut day: Sliding<'_, 1> = Sliding::new(&counts);
    let floors = frame.ending(LENGTH).map(|view| {
        day.look(view);
        if (day.count() as f64) < fewest { None } else { day.nth(0, day.count() / 4) }
    });
    floors.collect()
}
