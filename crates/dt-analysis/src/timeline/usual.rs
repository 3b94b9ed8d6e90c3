//! What is usual in each bucket.

use super::Baseline;
use super::frame::Frame;
use super::level::{Level, levels};
use super::score::{self, Comparison, Score, ln_1p};
use super::sliding::Sliding;
use super::sorted::{Sorted, rounded_down};
use super::week::{Week, Widened};

/// What is usual in each bucket, and how well that holds.
pub(super) struct Usual {
    /// In the series' unit: the median of others at the same hour and kind of day, or what is so in other
    /// weeks.
    pub(super) counts: Vec<Option<f64>>,
    /// How far the level is off for days.
    pub(super) levels: Vec<Level>,
    /// What a bucket is compared with, on the scale ln(1 + x / lambda): as much may come an hour early.
    most: Vec<f64>,
    /// How far buckets are off without anything being wrong.
    spreads: Vec<Option<f64>>,
}

impl Usual {
    pub(super) fn of(frame: &Frame<'_>) -> Self {
        let fewest = frame.policy.fewest_in_cell;
        let counts: Vec<Option<f64>> = frame.counts.iter().copied().map(Some).collect();
        let week = Week::new(&frame.cells, &frame.views, 0);
        let medians = week.each(&counts, fewest, Widened::ToAnyDay, |seen: &mut Sliding<'_, 1>| {
            if seen.count() < fewest { None } else { seen.median(0) }
        });
        let residuals = medians.iter().enumerate().map(|(place, usual)| {
            usual.map(|usual| frame.residual(place, frame.counts[place], usual))
        });
        let residuals: Vec<Option<f64>> = residuals.collect();
        let levels = levels(frame, &Sorted::of(residuals.iter().copied()));
        // A level that shifted would otherwise look like a device of which nothing is certain.
        let around_level = residuals.iter().zip(&levels);
        let around_level =
            around_level.map(|(residual, level)| Some((*residual)? - level.lasting()));
        let residuals: Vec<Option<f64>> = around_level.collect();
        let spreads = spreads(frame, &residuals);
        let mut usual = Self { counts: medians, levels, most: Vec::new(), spreads };
        usual.add_habits(frame);
        usual
    }

    /// Adds what is usual an hour before or after, and at the same time of other weeks.
    fn add_habits(&mut self, frame: &Frame<'_>) {
        let habits = Habits::of(frame, &self.counts);
        let mut weeks = OtherWeeks::new(frame);
        let most = |place: usize| {
            let (usual, spread) = (self.counts[place]?, self.spread(frame, place)?);
            let scale = frame.scale(place);
            let ln = |count: f64| ln_1p(count / scale);
            let (ln_usual, around) = (ln(usual), habits.around(place));
            let steep = if around > usual { ln(around) - ln_usual } else { 0.0 };
            let most = ln_usual + frame.policy.edge * steep;
            let others = weeks.of(place);
            let weekly = half_exceed(others, |other| habits.near[other]).map(ln);
            let weekly = weekly.filter(|near| *near > most + spread);
            let then = |near| Some((half_exceed(others, |other| frame.counts[other])?, near));
            Some(
                weekly.and_then(then).map_or((usual, most), |(then, near)| (usual.max(then), near)),
            )
        };
        let habits: Vec<Option<(f64, f64)>> = (0..frame.len()).map(most).collect();
        self.most = habits.iter().map(|habit| habit.map_or(0.0, |(_, most)| most)).collect();
        self.counts = habits.into_iter().map(|habit| Some(habit?.0)).collect();
    }

    /// How far a bucket is off without anything being wrong, chance of counting included.
    fn spread(&self, frame: &Frame<'_>, place: usize) -> Option<f64> {
        let usual = self.counts[place]?;
        let counting = counting(usual, usual + frame.scale(place));
        Some((self.spreads[place]?.powi(2) + counting).sqrt())
    }

    /// Every bucket by itself.
    pub(super) fn scores(&self, frame: &Frame<'_>) -> Vec<Option<Score>> {
        let compared = |place: usize| {
            let (usual, spread) = (self.counts[place]?, self.spread(frame, place)?);
            let (scale, level) = (frame.scale(place), self.levels[place]);
            let lowered = (frame.policy.lowered * level.lowered).min(level.onset);
            let at_level = |ln: f64| (ln + level.raised + lowered).max(0.0);
            Some(Comparison {
                count: frame.counts[place],
                rest: frame.counts[place],
                usual: at_level((usual / scale).ln_1p()),
                centre: at_level(self.most[place]),
                scale,
                spread,
            })
        };
        let compared = (0..frame.len()).map(compared).collect();
        score::scores(frame, compared, frame.policy.prior_locations[0])
    }
}

/// The variance of ln of a count of which so many are usual by counting alone, where small counts do not
/// matter. A median of 0 may stand for a mean of up to ln 2.
pub(super) fn counting(usual: f64, with_scale: f64) -> f64 {
    usual.max(std::f64::consts::LN_2) / with_scale.powi(2)
}

/// How far residuals are off: those around the same hour, and half of what all are off. Rises are what
/// matters, so that a tail above counts as much as the middle.
fn spreads(frame: &Frame<'_>, residuals: &[Option<f64>]) -> Vec<Option<f64>> {
    /// The quantile of nine in ten of a normal distribution, in standard deviations.
    const NINE_IN_TEN: f64 = 1.281_6;
    let above = |seen: &mut Sliding<'_, 4>| seen.nth(3, rounded_down(0.9 * seen.count() as f64));
    let sorted = Sorted::of(residuals.iter().copied());
    let everywhere = frame.days.each_by_buckets(&sorted, |seen: &mut Sliding<'_, 4>| {
        Some(above(seen)?.max(0.0) / NINE_IN_TEN)
    });
    let (policy, fewest) = (frame.policy, frame.policy.fewest_residuals);
    let week = Week::new(&frame.cells, &frame.views, 1);
    let around = week.each(residuals, fewest, Widened::ToAll, |seen: &mut Sliding<'_, 4>| {
        let [lower, middle, upper] = seen.quartiles()?;
        let tail = (above(seen)? - middle.max(0.0)) / NINE_IN_TEN;
        Some(tail.max((upper - lower) / NORMAL_INTERQUARTILE))
    });
    let spread = |(place, around): (usize, Option<f64>)| {
        let everywhere = everywhere[frame.days.of(place)].unwrap_or(0.0);
        Some(around?.max(policy.pooled * everywhere).hypot(policy.smallest_spread))
    };
    around.into_iter().enumerate().map(spread).collect()
}

/// How far the quartiles of a normal distribution are apart, in standard deviations.
pub(super) const NORMAL_INTERQUARTILE: f64 = 1.349;

/// What happens near a bucket's hour, or at it in other weeks.
struct Habits<'a> {
    frame: &'a Frame<'a>,
    usual: &'a [Option<f64>],
    /// Of each bucket, the most that was counted within an hour of it.
    near: Vec<f64>,
}

const HOUR: i64 = 3_600;
const WEEK: i64 = 7 * 24 * HOUR;

impl<'a> Habits<'a> {
    fn of(frame: &'a Frame<'_>, usual: &'a [Option<f64>]) -> Self {
        let mut habits = Self { frame, usual, near: Vec::new() };
        let most = |place: usize| {
            let near = habits.within_an_hour(place).map(|near| frame.counts[near]);
            near.fold(0.0, f64::max)
        };
        habits.near = (0..frame.len()).map(most).collect();
        habits
    }

    /// The places within an hour of a bucket.
    fn within_an_hour(&self, place: usize) -> impl Iterator<Item = usize> + '_ {
        let starts = &self.frame.starts;
        let at = starts[place];
        let before = (0..place).rev().take_while(move |near| starts[*near] >= at - HOUR);
        let after = (place..starts.len()).take_while(move |near| starts[*near] <= at + HOUR);
        before.chain(after)
    }

    /// The most that is usual within an hour of a bucket: work may begin an hour early. Whoever does not
    /// know the next hour goes by that of last week.
    fn around(&self, place: usize) -> f64 {
        let most = |place: usize| {
            let usual = self.within_an_hour(place).filter_map(|near| self.usual[near]);
            usual.fold(0.0, f64::max)
        };
        match self.frame.baseline {
            Baseline::Others => most(place),
            Baseline::Before => {
                let last_week = self.frame.place(self.frame.starts[place] - WEEK);
                let known = (0..=place).rev();
                let known = known
                    .take_while(|near| self.frame.starts[*near] >= self.frame.starts[place] - HOUR);
                let known = known.filter_map(|near| self.usual[near]).fold(0.0, f64::max);
                last_week.map_or(known, |last_week| most(last_week).max(known))
            }
        }
    }
}

/// What half of the other weeks exceed, where there are two.
fn half_exceed(others: &[usize], value: impl Fn(usize) -> f64) -> Option<f64> {
    if others.len() < 2 {
        return None;
    }
    let mut values = [0.0; OtherWeeks::WEEKS.len()];
    let values = &mut values[..others.len()];
    values.iter_mut().zip(others).for_each(|(of, other)| *of = value(*other));
    values.sort_unstable_by(f64::total_cmp);
    Some(values[(values.len() - 1) / 2])
}

/// The places at the same time of other weeks, of one bucket after the other.
struct OtherWeeks<'a> {
    starts: &'a [i64],
    /// How many weeks off, and the first place that is not before that time: it does not move back.
    weeks: Vec<(i64, usize)>,
    places: Vec<usize>,
}

impl<'a> OtherWeeks<'a> {
    /// How far off they are: as many weeks as the series of an appliance has.
    const WEEKS: [i64; 8] = [-4, -3, -2, -1, 1, 2, 3, 4];

    fn new(frame: &'a Frame<'_>) -> Self {
        let is_known = |week: &i64| match frame.baseline {
            Baseline::Others => true,
            Baseline::Before => *week < 0,
        };
        let weeks = Self::WEEKS.into_iter().filter(is_known).map(|week| (week, 0));
        Self { starts: &frame.starts, weeks: weeks.collect(), places: Vec::new() }
    }

    /// Of a bucket that is not before the last one.
    fn of(&mut self, place: usize) -> &[usize] {
        let Self { starts, weeks, places } = self;
        let at = starts[place];
        places.clear();
        places.extend(weeks.iter_mut().filter_map(|(week, first)| {
            let time = at + *week * WEEK;
            while starts.get(*first).is_some_and(|start| *start < time) {
                *first += 1;
            }
            (starts.get(*first) == Some(&time)).then_some(*first)
        }));
        places
    }
}
