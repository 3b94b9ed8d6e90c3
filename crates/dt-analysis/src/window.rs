//! Parts of a series: what lies within a time, and what is completed.

use std::borrow::Cow;

use dt_model::Series;
use jiff::Timestamp;

/// The counts of the buckets that begin at or after `start` and before `end`.
pub(crate) fn within(
    series: &Series,
    start: Timestamp,
    end: Timestamp,
) -> impl Iterator<Item = f64> + '_ {
    let buckets = series.buckets();
    let begin = buckets.partition_point(|bucket| bucket.start < start);
    let end = buckets.partition_point(|bucket| bucket.start < end);
    buckets[begin..end.max(begin)].iter().map(|bucket| bucket.count as f64)
}

/// The sum of the buckets that begin at or after `start` and before `end`.
pub(crate) fn sum(series: &Series, start: Timestamp, end: Timestamp) -> f64 {
    within(series, start, end).sum()
}

/// A series without the buckets that end after `now`.
pub(crate) fn completed(series: &Series, now: Timestamp) -> Cow<'_, Series> {
    let is_completed = series.end().is_none_or(|end| end <= now);
    if is_completed {
        Cow::Borrowed(series)
    } else {
        Cow::Owned(series.clone().completed_before(now))
    }
}
