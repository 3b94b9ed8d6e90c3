//! What the worst hour of a day is usually like.

use jiff::SignedDuration;

use super::Baseline;
use super::windows::rounded_down;
use crate::TimelinePolicy;

/// The buckets of a series in stretches of a day, counted from its start.
pub(super) struct Days {
    /// Of each bucket, the day.
    of: Vec<usize>,
    count: usize,
    /// So many buckets of a day have to have a value.
    fewest: usize,
    baseline: Baseline,
}

impl Days {
    /// Of buckets that begin at these seconds.
    pub(super) fn new(
        starts: &[i64],
        width: SignedDuration,
        baseline: Baseline,
        policy: &TimelinePolicy,
    ) -> Self {
        let day = policy.apart.as_secs().max(1);
        let first = starts.first().copied().unwrap_or(0);
        let of = starts.iter().map(|start| usize::try_from((start - first) / day).unwrap_or(0));
        let of: Vec<usize> = of.collect();
        Self {
            count: of.last().map_or(0, |last| last + 1),
            of,
            fewest: usize::try_from(day / width.as_secs().max(1) / 2).unwrap_or(0).max(1),
            baseline,
        }
    }

    /// Of each day, how high a value is unusual for the highest of a day: the other days' upper
    /// quartile and some of their interquartile ranges more, but at least by what matters. Where
    /// half of them are the same, as on an idle device, it is by what only a few of them exceed. Days
    /// next to each other are no others. Nothing is said of days that have few.
    pub(super) fn fences(
        &self,
        values: impl Iterator<Item = Option<f64>>,
        policy: &TimelinePolicy,
    ) -> Vec<Option<f64>> {
        let mut highest = vec![(0_usize, f64::MIN); self.count];
        for (day, value) in self.of.iter().zip(values) {
            if let Some(value) = value {
                let (count, most) = &mut highest[*day];
                *count += 1;
                *most = most.max(value);
            }
        }
        let days = policy.trailing.as_secs() / policy.apart.as_secs().max(1);
        let days = usize::try_from(days).unwrap_or(0);
        let least = policy.smallest_spread;
        let mut others = Vec::with_capacity(self.count);
        let fence = |day: usize| {
            others.clear();
            let until = day.saturating_sub(1);
            let (before, after) = match self.baseline {
                Baseline::Others => (0..until, highest.get(day + 2..).unwrap_or_default()),
                Baseline::Before => ((day + 1).saturating_sub(days).min(until)..until, &[][..]),
            };
            let before = &highest[before];
            let enough = before.iter().chain(after).filter(|(count, _)| *count >= self.fewest);
            others.extend(enough.map(|(_, most)| *most));
            if others.len() < policy.fewest_days {
                return None;
            }
            others.sort_unstable_by(f64::total_cmp);
            let (lower, upper) = (others[others.len() / 4], others[3 * others.len() / 4]);
            if lower < upper {
                return Some(upper + (policy.fence * (upper - lower)).max(least));
            }
            let rare = rounded_down(policy.rare_days * others.len() as f64);
            Some(others[(others.len() - 1).saturating_sub(rare)] + least)
        };
        (0..self.count).map(fence).collect()
    }

    /// The day of a bucket.
    pub(super) fn of(&self, place: usize) -> usize {
        self.of[place]
    }
}
