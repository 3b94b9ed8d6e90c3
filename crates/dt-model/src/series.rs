//! A device's communication over time.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

use compact_str::CompactString;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::{DataType, Port};

/// Counts over time, one bucket after another.
///
/// The buckets are in order of time and no two start together, whatever order a response had.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    measure: Option<DataType>,
    width: Option<SignedDuration>,
    buckets: Vec<Bucket>,
    left_out: usize,
    is_unreported: bool,
}

/// What happened in one interval.
#[derive(Debug, Clone, PartialEq)]
pub struct Bucket {
    /// When the interval begins.
    pub start: Timestamp,
    /// Connections or bytes, as [`Series::measure`] says.
    pub count: u64,
    /// What else is known about the interval: only in the documented dialect.
    pub detail: Option<SharedDetail>,
}

/// What the documented dialect adds to a bucket. An empty list says that nothing was reported.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BucketDetail {
    /// The bucket's place in the response. Lists whose entries tie follow it.
    pub position: usize,
    /// How many destinations were contacted.
    pub unique_destinations: Option<u64>,
    /// Connections within the network.
    pub internal_connections: Option<u64>,
    /// Connections to the outside.
    pub external_connections: Option<u64>,
    /// Packets in the direction of the series.
    pub packets: Option<u64>,
    /// Sessions in the direction of the series.
    pub sessions: Option<u64>,
    /// The largest destinations (bytes out) or sources (bytes in), in the response's order.
    pub peers: Vec<TrafficPeer>,
    /// Where its protocols and ports are among those of all buckets.
    pub(crate) protocols: Range<usize>,
    pub(crate) ports: Range<usize>,
}

/// Counts by key.
type Tally<K> = Vec<(K, u64)>;

/// The details of all buckets of a series, in as few pieces of memory as there are kinds of them: an answer
/// has thousands.
#[derive(Debug, Default)]
pub(crate) struct BucketDetails {
    buckets: Vec<BucketDetail>,
    protocols: Tally<CompactString>,
    ports: Tally<Port>,
}

impl BucketDetails {
    /// Protocols and ports of the bucket that is [added](Self::add) next.
    pub(crate) fn tallies(&mut self) -> (&mut Tally<CompactString>, &mut Tally<Port>) {
        (&mut self.protocols, &mut self.ports)
    }

    /// Adds what else is known about a bucket; what was tallied since the last one is its.
    pub(crate) fn add(&mut self, bucket: BucketDetail) {
        let (protocols, ports) =
            self.buckets.last().map_or((0, 0), |last| (last.protocols.end, last.ports.end));
        let protocols = protocols..self.protocols.len();
        let ports = ports..self.ports.len();
        self.buckets.push(BucketDetail { protocols, ports, ..bucket });
    }

    /// Hands them to the buckets, which are as many and in the same order.
    pub(crate) fn hand_to(self, buckets: &mut [Bucket]) {
        let all = Arc::new(self);
        for (place, bucket) in buckets.iter_mut().enumerate().take(all.buckets.len()) {
            bucket.detail = Some(SharedDetail { all: Arc::clone(&all), place });
        }
    }
}

/// The [`BucketDetail`] of a bucket, and what it counts by key.
#[derive(Clone)]
pub struct SharedDetail {
    all: Arc<BucketDetails>,
    place: usize,
}

impl SharedDetail {
    /// Connections by protocol, in the response's order.
    #[must_use]
    pub fn protocols(&self) -> &[(CompactString, u64)] {
        &self.all.protocols[self.protocols.clone()]
    }

    /// Connections by port, in the response's order.
    #[must_use]
    pub fn ports(&self) -> &[(Port, u64)] {
        &self.all.ports[self.ports.clone()]
    }

    /// What it says wherever its tallies are kept.
    fn unplaced(&self) -> BucketDetail {
        BucketDetail { protocols: 0..0, ports: 0..0, ..(**self).clone() }
    }
}

impl Deref for SharedDetail {
    type Target = BucketDetail;

    fn deref(&self) -> &BucketDetail {
        &self.all.buckets[self.place]
    }
}

impl fmt::Debug for SharedDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("SharedDetail");
        shown.field("detail", &self.unplaced()).field("protocols", &self.protocols());
        shown.field("ports", &self.ports()).finish()
    }
}

impl PartialEq for SharedDetail {
    fn eq(&self, other: &Self) -> bool {
        self.unplaced() == other.unplaced()
            && self.protocols() == other.protocols()
            && self.ports() == other.ports()
    }
}

/// Who sent or received how much within one bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TrafficPeer {
    /// Its address.
    pub ip: Option<String>,
    /// Bytes exchanged with it.
    pub bytes: Option<u64>,
    /// Packets exchanged with it.
    #[serde(skip)]
    pub packets: Option<u64>,
}

impl Series {
    /// How many intervals an answer may reach over at most: more than two years of hours. What is made
    /// for each interval would otherwise follow from what times an answer names, not from its size.
    pub const MOST_INTERVALS: usize = 20_000;

    /// A series of these buckets, in any order. Of several that start together the last counts.
    #[must_use]
    pub fn new(measure: Option<DataType>, buckets: Vec<Bucket>) -> Self {
        Self::noting_repeats(measure, buckets, |_| ())
    }

    /// Like [`new`](Self::new), telling `repeated` each bucket that a later one replaces.
    pub(crate) fn noting_repeats(
        measure: Option<DataType>,
        mut buckets: Vec<Bucket>,
        mut repeated: impl FnMut(Timestamp),
    ) -> Self {
        if !buckets.is_sorted_by(|a, b| a.start < b.start) {
            // Stable, so that among equal times the response's order is kept.
            buckets.sort_by_key(|bucket| bucket.start);
            buckets.dedup_by(|later, earlier| {
                let same = later.start == earlier.start;
                if same {
                    repeated(later.start);
                    std::mem::swap(later, earlier);
                }
                same
            });
        }
        Self { measure, width: None, buckets, left_out: 0, is_unreported: false }
    }

    /// The series of an answer in which there is none that can be read.
    pub(crate) fn unreported(measure: Option<DataType>) -> Self {
        Self { measure, is_unreported: true, ..Self::default() }
    }

    /// Whether the answer had this series. Where it is missing or cannot be read, nothing is known
    /// about the device: that there are no buckets does not say that nothing happened.
    #[must_use]
    pub const fn is_reported(&self) -> bool {
        !self.is_unreported
    }

    /// The same series, knowing of buckets that could not be read; some begin at these times.
    pub(crate) fn without(mut self, left_out: usize, mut times: Vec<Timestamp>) -> Self {
        self.left_out = left_out;
        times.extend(self.buckets.iter().map(|bucket| bucket.start));
        times.sort_unstable();
        times.dedup();
        self.width = spacing(times.into_iter());
        self
    }

    /// How many buckets of the response could not be read and are not among these. What is summed
    /// over the others is then only a lower bound.
    #[must_use]
    pub const fn left_out(&self) -> usize {
        self.left_out
    }

    /// The same series with buckets known to be this wide, rather than by their spacing.
    #[must_use]
    pub fn with_width(self, width: SignedDuration) -> Self {
        Self { width: Some(width), ..self }
    }

    /// What is counted; `None` where neither the response nor the request says.
    #[must_use]
    pub const fn measure(&self) -> Option<DataType> {
        self.measure
    }

    /// The buckets, oldest first.
    #[must_use]
    pub fn buckets(&self) -> &[Bucket] {
        &self.buckets
    }

    /// The buckets themselves, oldest first.
    pub(crate) fn into_buckets(self) -> Vec<Bucket> {
        self.buckets
    }

    /// The counts, oldest first.
    #[must_use]
    pub fn counts(&self) -> impl ExactSizeIterator<Item = u64> {
        self.buckets.iter().map(|bucket| bucket.count)
    }

    /// The width of a bucket: the one asked for, else the smallest distance between two. `None` if
    /// there are fewer than two.
    #[must_use]
    pub fn width(&self) -> Option<SignedDuration> {
        self.width.or_else(|| spacing(self.buckets.iter().map(|bucket| bucket.start)))
    }

    /// How many intervals there are from the first bucket to the last, with and without a count.
    #[must_use]
    pub fn intervals(&self) -> usize {
        let (Some(first), Some(last)) = (self.buckets.first(), self.buckets.last()) else {
            return 0;
        };
        let width = self.width().map_or(0, |width| width.as_nanos());
        let whole = last.start.duration_since(first.start).as_nanos().checked_div(width);
        whole.map_or(1, |whole| usize::try_from(whole).unwrap_or(usize::MAX).saturating_add(1))
    }

    /// When the oldest bucket begins.
    #[must_use]
    pub fn start(&self) -> Option<Timestamp> {
        self.buckets.first().map(|bucket| bucket.start)
    }

    /// When the newest bucket ends; `None` if its width is not known.
    #[must_use]
    pub fn end(&self) -> Option<Timestamp> {
        self.buckets.last()?.start.checked_add(self.width()?).ok()
    }

    /// When the newest bucket that was over at `now` ended: up to then the data is whole.
    #[must_use]
    pub fn complete_until(&self, now: Timestamp) -> Option<Timestamp> {
        let width = self.width()?;
        let ends =
            self.buckets.iter().rev().filter_map(|bucket| bucket.start.checked_add(width).ok());
        ends.into_iter().find(|end| *end <= now)
    }

    /// Only the buckets that were over at `now`: one that still runs counts too little. All of them,
    /// if their width is not known.
    #[must_use]
    pub fn completed_before(mut self, now: Timestamp) -> Self {
        if let Some(width) = self.width() {
            self.width = Some(width);
            self.buckets
                .retain(|bucket| bucket.start.checked_add(width).is_ok_and(|end| end <= now));
        }
        self
    }

    /// Only the buckets that begin at or after `since` and before `until`.
    #[must_use]
    pub fn between(mut self, since: Option<Timestamp>, until: Option<Timestamp>) -> Self {
        // The width is a fact about the answer, and a cut may leave too little to see it.
        self.width = self.width();
        self.buckets.retain(|bucket| {
            since.is_none_or(|since| bucket.start >= since)
                && until.is_none_or(|until| bucket.start < until)
        });
        self
    }
}

/// The smallest distance between two of these times, which are in order.
fn spacing(times: impl Iterator<Item = Timestamp> + Clone) -> Option<SignedDuration> {
    times.clone().zip(times.skip(1)).map(|(earlier, later)| later.duration_since(earlier)).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(hour: i64, count: u64) -> Bucket {
        let start = Timestamp::from_second(hour * 3600).unwrap();
        Bucket { start, count, detail: None }
    }

    fn counts(series: &Series) -> Vec<u64> {
        series.counts().collect()
    }

    #[test]
    fn buckets_are_ordered_and_the_last_of_equals_counts() {
        let mut repeated = Vec::new();
        let buckets = vec![bucket(3, 1), bucket(1, 2), bucket(3, 3), bucket(2, 4), bucket(3, 5)];
        let series = Series::noting_repeats(None, buckets, |time| repeated.push(time.as_second()));
        assert_eq!(counts(&series), [2, 4, 5]);
        assert_eq!(repeated, [3 * 3600, 3 * 3600]);
    }

    #[test]
    fn the_width_is_the_smallest_spacing_and_survives_a_cut() {
        let series = Series::new(None, vec![bucket(0, 1), bucket(8, 1), bucket(12, 1)]);
        assert_eq!(series.width(), Some(SignedDuration::from_hours(4)));
        assert_eq!(series.end(), Some(Timestamp::from_second(16 * 3600).unwrap()));

        let cut = series.between(Some(Timestamp::from_second(9 * 3600).unwrap()), None);
        assert_eq!(counts(&cut), [1]);
        assert_eq!(cut.width(), Some(SignedDuration::from_hours(4)));
    }

    #[test]
    fn one_bucket_does_not_say_how_wide_it_is() {
        let series = Series::new(None, vec![bucket(0, 1)]);
        assert_eq!((series.width(), series.end()), (None, None));
        let series = series.with_width(SignedDuration::from_hours(1));
        assert_eq!(series.end(), Some(Timestamp::from_second(3600).unwrap()));
    }

    #[test]
    fn data_is_complete_until_the_last_bucket_that_is_over() {
        let series = Series::new(None, vec![bucket(0, 1), bucket(1, 1), bucket(2, 1)]);
        let at = |minutes: i64| Timestamp::from_second(minutes * 60).unwrap();
        assert_eq!(series.complete_until(at(150)), Some(at(120)));
        assert_eq!(series.complete_until(at(180)), Some(at(180)));
        assert_eq!(series.complete_until(at(59)), None);
    }

    #[test]
    fn intervals_are_counted_with_those_between() {
        let at = |hours: &[i64]| {
            Series::new(None, hours.iter().map(|hour| bucket(*hour, 1)).collect()).intervals()
        };
        assert_eq!([at(&[]), at(&[7]), at(&[7, 8]), at(&[0, 1, 9])], [0, 1, 2, 10]);
        let ends = [Timestamp::MIN, Timestamp::MAX - SignedDuration::from_nanos(1), Timestamp::MAX];
        let buckets = ends.map(|start| Bucket { start, count: 1, detail: None });
        assert_eq!(Series::new(None, buckets.into()).intervals(), usize::MAX);
    }

    #[test]
    fn the_end_of_time_is_no_panic() {
        let buckets = [-1, 0].map(|back: i64| Bucket {
            start: Timestamp::MAX.checked_add(SignedDuration::from_hours(back)).unwrap(),
            count: 1,
            detail: None,
        });
        assert_eq!(Series::new(None, buckets.into()).end(), None);
    }
}
