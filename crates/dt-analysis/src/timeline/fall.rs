//! When was much less than usual counted, for days?

use dt_model::Series;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::extremes;
use super::frame::Frame;
use super::score::Score;
use super::usual::Usual;

/// A time in which much less than usual was counted. It is shown, and never raised: quiet is no attack.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Fall {
    /// When its first bucket begins.
    #[cfg_attr(feature = "schema", schemars(with = "dt_model::schema::Time"))]
    pub start: Timestamp,
    /// When its last bucket ends.
    #[cfg_attr(feature = "schema", schemars(with = "dt_model::schema::Time"))]
    pub end: Timestamp,
    /// What was counted in between.
    pub count: f64,
    /// What is usual then, in the series' unit.
    pub expected: f64,
}

/// A bucket is part of a fall if it has at most this share of what is usual.
const FALLEN: f64 = 0.8;

/// The falls of a series, oldest first, by the times of that length.
pub(super) fn falls(
    series: &Series,
    frame: &Frame<'_>,
    usual: &Usual,
    buckets: &[Option<Score>],
    times: &[Option<Score>],
) -> Vec<Fall> {
    let policy = frame.policy;
    // What lasts is the new level: it is told when it begins.
    let depths = times.iter().zip(&usual.levels).map(|(score, level)| {
        let score = (*score)?;
        Some(level.lowered / score.compared.spread - score.z())
    });
    let depths: Vec<Option<f64>> = depths.collect();
    let location = policy.prior_locations[policy.prior_locations.len() - 2];
    let extremes = extremes::of_days(&frame.days, depths.iter().copied(), location, policy);
    let is_fallen = |place: usize| {
        let Some((score, depth)) = times[place].zip(depths[place]) else { return false };
        let extremes = extremes[frame.days.of(place)];
        let compared = score.compared;
        extremes.surprise_of(depth) >= policy.fall_from
            && compared.expected() >= policy.fall_least
            && compared.count <= policy.fall_to * compared.expected()
    };
    let mut falls: Vec<(usize, usize)> = Vec::new();
    let mut before = Before::default();
    for (place, view) in frame.ending(policy.fall).enumerate() {
        // What was hardly there before did not fall.
        let was_there = before.until(&frame.counts, view.from) >= policy.fall_least;
        if !was_there || !is_fallen(place) {
            continue;
        }
        match falls.last_mut().filter(|(_, last)| view.from <= *last) {
            Some((_, last)) => *last = place,
            None => falls.push((view.from, place)),
        }
    }
    let fall = |(first, last)| fall(series, frame.width, buckets, first, last);
    falls.into_iter().filter_map(fall).collect()
}

/// What was counted before a place, which does not move back.
#[derive(Default)]
struct Before {
    until: usize,
    count: f64,
}

impl Before {
    fn until(&mut self, counts: &[f64], place: usize) -> f64 {
        self.count += counts[self.until..place].iter().sum::<f64>();
        self.until = place;
        self.count
    }
}

/// The buckets among these from the first to the last with less than usual.
fn fall(
    series: &Series,
    width: SignedDuration,
    scores: &[Option<Score>],
    first: usize,
    last: usize,
) -> Option<Fall> {
    let is_low = |place: &usize| {
        scores[*place].is_some_and(|score| {
            let expected = score.compared.expected();
            expected >= 1.0 && score.compared.count <= FALLEN * expected
        })
    };
    let first = (first..=last).find(is_low)?;
    let last = (first..=last).rfind(is_low)?;
    let known = || scores[first..=last].iter().flatten();
    Some(Fall {
        start: series.buckets()[first].start,
        end: series.buckets()[last].start.checked_add(width).ok()?,
        count: known().map(|score| score.compared.count).sum(),
        expected: known().map(|score| score.compared.expected()).sum(),
    })
}
