//! How far the level around a bucket is from what is usual.

use super::Baseline;
use super::frame::Frame;
use super::sliding::Sliding;
use super::sorted::{Sorted, rounded_down};
use super::view::View;

/// By how much residuals are off for days, on the scale of logarithms.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Level {
    /// The level that lasts from before to after: what is above it stands out, not what is on it. Not
    /// below 0.
    pub(super) raised: f64,
    /// The same of a level below what is usual. Not above 0.
    pub(super) lowered: f64,
    /// How far all that came before was below: what is usual is that of a level which only began here.
    /// Not above 0. A device that was not there before did not rise.
    pub(super) onset: f64,
    /// Whether there was traffic before, as far as that is looked at.
    pub(super) was_there: bool,
}

impl Level {
    /// How far what lasts for days is off.
    pub(super) fn lasting(self) -> f64 {
        self.raised + self.lowered
    }
}

/// The level at each bucket, by the residuals of others.
pub(super) fn levels(frame: &Frame<'_>, residuals: &Sorted) -> Vec<Level> {
    let policy = frame.policy;
    let day = policy.apart.as_secs();
    let reach = policy.level.as_secs();
    let fewest = rounded_down(frame.buckets_in(policy.apart) * LEAST_DAYS);
    let mut before = Medians::new(frame, residuals, -reach, -day, fewest);
    let mut past = Medians::new(frame, residuals, i64::MIN, -day, fewest);
    let mut after = Medians::new(frame, residuals, day, reach, fewest);
    let level = |place: usize| {
        let earlier = before.around(place);
        let (later, past) = match frame.baseline {
            Baseline::Others => {
                let median = past.around(place);
                (after.around(place), median.filter(|_| past.is_alive()))
            }
            Baseline::Before => (None, None),
        };
        let (a, b) = match (earlier, later) {
            (Some(a), Some(b)) => (a, b),
            (Some(one), None) | (None, Some(one)) => (one, one),
            (None, None) => return Level::default(),
        };
        let onset = earlier.zip(past).map_or(0.0, |(earlier, past)| earlier.max(past).min(0.0));
        let was_there = past.is_some();
        Level { was_there, raised: a.min(b).max(0.0), lowered: a.max(b).min(0.0), onset }
    };
    (0..frame.len()).map(level).collect()
}

/// Fewer days have no level.
const LEAST_DAYS: f64 = 3.0;

/// The medians of what begins from so many seconds before or after a bucket to so many.
struct Medians<'a> {
    starts: &'a [i64],
    from: i64,
    until: i64,
    seen: Sliding<'a, 2>,
    view: View,
    fewest: usize,
}

impl<'a> Medians<'a> {
    fn new(frame: &'a Frame<'_>, values: &'a Sorted, from: i64, until: i64, fewest: usize) -> Self {
        let view = View { from: 0, until: 0, again_from: frame.len() };
        Self { starts: &frame.starts, from, until, seen: Sliding::new(values), view, fewest }
    }

    fn around(&mut self, place: usize) -> Option<f64> {
        let at = self.starts[place];
        let first = |mut place: usize, is_before: &dyn Fn(i64) -> bool| {
            while self.starts.get(place).is_some_and(|start| is_before(*start)) {
                place += 1;
            }
            place
        };
        let until = first(self.view.until, &|start| start <= at.saturating_add(self.until));
        let from = first(self.view.from, &|start| start < at.saturating_add(self.from)).min(until);
        self.view = View { from, until, ..self.view };
        self.seen.look(self.view);
        if self.seen.count() < self.fewest.max(1) { None } else { self.seen.median(0) }
    }

    /// Whether nine in ten of them are more than next to nothing.
    fn is_alive(&mut self) -> bool {
        const NEXT_TO_NOTHING: f64 = 0.2;
        let low = self.seen.nth(1, self.seen.count() / 10);
        low.is_some_and(|low| low >= NEXT_TO_NOTHING.ln())
    }
}
