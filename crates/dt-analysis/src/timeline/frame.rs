//! A series, and which of its buckets each may be compared with.

use dt_model::Series;
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::Baseline;
use super::days::Days;
use super::sliding::Sliding;
use super::view::View;
use crate::TimelinePolicy;
use crate::cells::Cell;

/// What every statistic looks at.
pub(super) struct Frame<'a> {
    pub(super) counts: Vec<f64>,
    /// When each bucket begins, in seconds.
    pub(super) starts: Vec<i64>,
    pub(super) width: SignedDuration,
    pub(super) cells: Vec<Cell>,
    /// What each bucket may be compared with.
    pub(super) views: Vec<View>,
    pub(super) days: Days,
    pub(super) baseline: Baseline,
    pub(super) policy: &'a TimelinePolicy,
    /// Of each day, below which count differences do not matter: `lambda` in the formulas.
    scales: Vec<f64>,
}

impl<'a> Frame<'a> {
    pub(super) fn new(
        series: &Series,
        width: SignedDuration,
        zone: &TimeZone,
        baseline: Baseline,
        policy: &'a TimelinePolicy,
    ) -> Self {
        let counts: Vec<f64> = series.counts().map(|count| count as f64).collect();
        let starts = series.buckets().iter().map(|bucket| bucket.start.as_second());
        let starts: Vec<i64> = starts.collect();
        let days = Days::new(&starts, width, baseline, policy);
        let peaks = days.highest(counts.iter().copied().map(Some));
        let scale = |typical: Option<f64>| (policy.scale * typical.unwrap_or(0.0)).max(1.0);
        let scales = days.each(&peaks, |seen: &mut Sliding<'_, 1>| Some(scale(seen.median(0))));
        Self {
            cells: Cell::of(series, zone),
            views: View::of(&starts, baseline, policy),
            scales: scales.into_iter().map(|scale| scale.unwrap_or(1.0)).collect(),
            counts,
            starts,
            width,
            days,
            baseline,
            policy,
        }
    }

    /// How many buckets there are.
    pub(super) fn len(&self) -> usize {
        self.counts.len()
    }

    /// The count of a bucket's day below which differences do not matter.
    pub(super) fn scale(&self, place: usize) -> f64 {
        self.scales[self.days.of(place)]
    }

    /// The logarithm of how many times as much a count is as another, where small counts do not
    /// matter.
    pub(super) fn residual(&self, place: usize, count: f64, usual: f64) -> f64 {
        let scale = self.scale(place);
        ((count + scale) / (usual + scale)).ln()
    }

    /// How many buckets a time of this length has.
    pub(super) fn buckets_in(&self, length: SignedDuration) -> f64 {
        length.as_secs_f64() / self.width.as_secs_f64().max(1.0)
    }

    /// The place of the bucket that begins then.
    pub(super) fn place(&self, start: i64) -> Option<usize> {
        self.starts.binary_search(&start).ok()
    }

    /// Goes through the buckets with what begins at most so long before each of them ends.
    pub(super) fn ending(&self, length: SignedDuration) -> impl Iterator<Item = View> + '_ {
        let (length, width) = (length.as_secs(), self.width.as_secs());
        let mut from = 0;
        self.starts.iter().enumerate().map(move |(place, start)| {
            while start - self.starts[from] + width > length && from < place {
                from += 1;
            }
            View { from, until: place + 1, again_from: self.starts.len() }
        })
    }
}
