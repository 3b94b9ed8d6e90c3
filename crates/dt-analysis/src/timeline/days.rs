//! What the worst hour of a day is usually like.

use jiff::SignedDuration;

use super::Baseline;
use super::sliding::Sliding;
use super::sorted::{Sorted, rounded_down};
use super::view::View;
use crate::TimelinePolicy;

/// The buckets of a series in stretches of a day, counted from its start.
pub(super) struct Days {
    /// Of each bucket, the day.
    of: Vec<usize>,
    /// Of each day, with which others it may be compared. Days next to each other are no others.
    views: Vec<View>,
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
        Self {
            of,
            views: (0..count).map(view).collect(),
            fewest: usize::try_from(length / width.as_secs().max(1) / 2).unwrap_or(0).max(1),
        }
    }

    /// Of each day, how high a value is unusual for the highest of a day: the other days' upper
    /// quartile and some of their interquartile ranges more, but at least by what matters. Where
    /// half of them are the same, as on an idle device, it is by what only a few of them exceed.
    /// Nothing is said of days that have few others.
    pub(super) fn fences(
        &self,
        values: &[Option<f64>],
        policy: &TimelinePolicy,
    ) -> Vec<Option<f64>> {
        let mut highest = vec![(0_usize, f64::MIN); self.views.len()];
        for (day, value) in self.of.iter().zip(values) {
            if let Some(value) = value {
                let (count, most) = &mut highest[*day];
                *count += 1;
                *most = most.max(*value);
            }
        }
        let known = highest.iter().map(|(count, most)| (*count >= self.fewest).then_some(*most));
        let known = Sorted::of(known);
        let mut others: Sliding<'_, 3> = Sliding::new(&known);
        let least = policy.smallest_spread;
        let fence = |view: &View| {
            others.look(*view);
            let count = others.count();
            if count < policy.fewest_days {
                return None;
            }
            let (lower, upper) = (others.nth(0, count / 4)?, others.nth(1, 3 * count / 4)?);
            if lower < upper {
                return Some(upper + (policy.fence * (upper - lower)).max(least));
            }
            let rare = rounded_down(policy.rare_days * count as f64);
            Some(others.nth(2, (count - 1).saturating_sub(rare))? + least)
        };
        self.views.iter().map(fence).collect()
    }

    /// The day of a bucket.
    pub(super) fn of(&self, place: usize) -> usize {
        self.of[place]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same by its definition: a sort for every day.
    fn plain(highest: &[Option<f64>], day: usize, baseline: Baseline) -> Option<f64> {
        let is_other = |other: usize| match baseline {
            Baseline::Others => other.abs_diff(day) > 1,
            Baseline::Before => other + 1 < day && other + 27 >= day,
        };
        let others = highest.iter().enumerate().filter(|(other, _)| is_other(*other));
        let mut others: Vec<f64> = others.filter_map(|(_, most)| *most).collect();
        others.sort_by(f64::total_cmp);
        let count = others.len();
        if count < 7 {
            return None;
        }
        let (lower, upper) = (others[count / 4], others[3 * count / 4]);
        let (fence, rare) =
            (upper + (2.0 * (upper - lower)).max(0.1), others[count - 1 - count / 10] + 0.1);
        Some(if lower < upper { fence } else { rare })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn fences_are_what_a_sort_for_every_day_says(
            days in prop::collection::vec(prop::option::weighted(0.9, prop_oneof![Just(0.0), 0.0..9.0]), 0..120)
        ) {
            let policy = TimelinePolicy::default();
            let starts: Vec<i64> = (0..).step_by(24 * 3_600).take(days.len()).collect();
            for baseline in [Baseline::Others, Baseline::Before] {
                let fences = Days::new(&starts, policy.apart, baseline, &policy).fences(&days, &policy);
                let expected: Vec<_> = (0..days.len()).map(|day| plain(&days, day, baseline)).collect();
                prop_assert_eq!(fences, expected);
            }
        }
    }
}
