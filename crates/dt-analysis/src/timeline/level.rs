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
        let (later, was_there) = match frame.baseline {
            Baseline::Others => (after.around(place), past.is_alive(place)),
            Baseline::Before => (None, false),
        };
        let (a, b) = match (earlier, later) {
            (Some(a), Some(b)) => (a, b),
            (Some(one), None) | (None, Some(one)) => (one, one),
            (None, None) => return Level::default(),
        };
        let below = earlier.filter(|earlier| was_there && *earlier < 0.0);
        let onset = below.and_then(|earlier| Some(earlier.max(past.median()?).min(0.0)));
        Level {
            was_there,
            raised: a.min(b).max(0.0),
            lowered: a.max(b).min(0.0),
            onset: onset.unwrap_or(0.0),
        }
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

    /// Of what is around a bucket that is not before the last one.
    fn around(&mut self, place: usize) -> Option<f64> {
        self.look_around(place);
        self.median()
    }

    /// Whether nine in ten of what is around it are more than next to nothing.
    fn is_alive(&mut self, place: usize) -> bool {
        const NEXT_TO_NOTHING: f64 = 0.2;
        self.look_around(place);
        let low = if self.is_enough() { self.seen.nth(1, self.seen.count() / 10) } else { None };
        low.is_some_and(|low| low >= NEXT_TO_NOTHING.ln())
    }

    fn look_around(&mut self, place: usize) {
        let at = self.starts[place];
        let (begins, ends) = (at.saturating_add(self.from), at.saturating_add(self.until));
        let View { mut from, mut until, .. } = self.view;
        while self.starts.get(until).is_some_and(|start| *start <= ends) {
            until += 1;
        }
        while from < until && self.starts[from] < begins {
            from += 1;
        }
        self.view = View { from, until, ..self.view };
        self.seen.look(self.view);
    }

    fn median(&mut self) -> Option<f64> {
        if self.is_enough() { self.seen.median(0) } else { None }
    }

    fn is_enough(&self) -> bool {
        self.seen.count() >= self.fewest.max(1)
    }
}
