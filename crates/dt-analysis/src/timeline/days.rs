//! The days of a series, each beside others.

use jiff::SignedDuration;

use super::Baseline;
use super::sliding::Sliding;
use super::sorted::Sorted;
use super::view::View;
use crate::TimelinePolicy;

/// The buckets of a series in stretches of a day, counted from its start.
pub(super) struct Days {
    /// Of each bucket, the day.
    of: Vec<usize>,
    /// Of each day, with which others it may be compared. Days next to each other are no others.
    views: Vec<View>,
    /// The same, as buckets.
    bucket_views: Vec<View>,
    /// So many buckets of a day have to have a value.
    fewest: usize,
}

impl Days {
    /// Of buckets that begin at these seconds.
    pub(super) fn new(
        starts: &[i64],
        width: SignedDuration,
        baseline: Baseline,
        policy: &TimelinePolicy,
    ) -> Self {
        let length = policy.apart.as_secs().max(1);
        let first = starts.first().copied().unwrap_or(0);
        let of = starts.iter().map(|start| usize::try_from((start - first) / length).unwrap_or(0));
        let of: Vec<usize> = of.collect();
        let count = of.last().map_or(0, |last| last + 1);
        let trailing = usize::try_from(policy.trailing.as_secs() / length).unwrap_or(0);
        let view = |day: usize| {
            let until = day.saturating_sub(1);
            let (from, again_from) = match baseline {
                Baseline::Others => (0, (day + 2).min(count)),
                Baseline::Before => ((day + 1).saturating_sub(trailing).min(until), count),
            };
            View { from, until, again_from }
        };
        let views: Vec<View> = (0..count).map(view).collect();
        let first_of = |day: usize| of.partition_point(|of| *of < day);
        let bucket_views = views.iter().map(|view| View {
            from: first_of(view.from),
            until: first_of(view.until),
            again_from: first_of(view.again_from),
        });
        Self {
            bucket_views: bucket_views.collect(),
            views,
            of,
            fewest: usize::try_from(length / width.as_secs().max(1) / 2).unwrap_or(0).max(1),
        }
    }

    /// The day of a bucket.
    pub(super) fn of(&self, place: usize) -> usize {
        self.of[place]
    }

    /// The highest value of each day, where half of its buckets have one.
    pub(super) fn highest(&self, values: impl Iterator<Item = Option<f64>>) -> Vec<Option<f64>> {
        let mut highest = vec![(0_usize, f64::MIN); self.views.len()];
        for (day, value) in self.of.iter().zip(values) {
            if let Some(value) = value {
                let (count, most) = &mut highest[*day];
                *count += 1;
                *most = most.max(value);
            }
        }
        highest.into_iter().map(|(count, most)| (count >= self.fewest).then_some(most)).collect()
    }

    /// Says something of each day by the values of its others.
    pub(super) fn each<T, const MARKERS: usize>(
        &self,
        by_day: &[Option<f64>],
        say: impl FnMut(&mut Sliding<'_, MARKERS>) -> Option<T>,
    ) -> Vec<Option<T>> {
        each(&Sorted::of(by_day.iter().copied()), &self.views, say)
    }

    /// Says something of each day by the values of the buckets of its others.
    pub(super) fn each_by_buckets<T, const MARKERS: usize>(
        &self,
        values: &Sorted,
        say: impl FnMut(&mut Sliding<'_, MARKERS>) -> Option<T>,
    ) -> Vec<Option<T>> {
        each(values, &self.bucket_views, say)
    }
}

fn each<T, const MARKERS: usize>(
    values: &Sorted,
    views: &[View],
    mut say: impl FnMut(&mut Sliding<'_, MARKERS>) -> Option<T>,
) -> Vec<Option<T>> {
    let mut others = Sliding::new(values);
    let said = views.iter().map(|view| {
        others.look(*view);
        say(&mut others)
    });
    said.collect()
}
