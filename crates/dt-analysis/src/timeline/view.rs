//! With which others a bucket may be compared.

use super::Baseline;
use crate::TimelinePolicy;

/// The places of a bucket's others, or a day's: two stretches, with a gap around it. From one bucket
/// or day to the next, no bound moves back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct View {
    /// The first stretch begins here
    pub(super) from: usize,
    /// and ends before this;
    pub(super) until: usize,
    /// the second begins here and goes on to the end.
    pub(super) again_from: usize,
}

impl View {
    /// What each of the buckets that begin at these seconds sees: nothing that begins within a day
    /// of it. An incident of hours would otherwise be among what it is compared with, and the
    /// longest windows would share time with each other.
    pub(super) fn of(starts: &[i64], baseline: Baseline, policy: &TimelinePolicy) -> Vec<Self> {
        let (apart, trailing) = (policy.apart.as_secs(), policy.trailing.as_secs());
        // The first place, from one on, whose bucket begins at a time or later.
        let first = |mut place: usize, time: i64| {
            while starts.get(place).is_some_and(|start| *start < time) {
                place += 1;
            }
            place
        };
        let mut view = Self { from: 0, until: 0, again_from: 0 };
        let views = starts.iter().map(|start| {
            view.until = first(view.until, start - apart + 1);
            (view.from, view.again_from) = match baseline {
                Baseline::Others => (0, first(view.again_from, start + apart)),
                Baseline::Before => {
                    (first(view.from, start - trailing).min(view.until), starts.len())
                }
            };
            view
        });
        views.collect()
    }

    /// What is seen of so many buckets.
    pub(super) fn places(self, buckets: usize) -> impl Iterator<Item = usize> {
        (self.from..self.until).chain(self.again_from..buckets)
    }
}
