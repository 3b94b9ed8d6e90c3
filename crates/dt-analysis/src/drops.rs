//! When did a device fall silent that never does?
//!
//! For each bucket, the time of 3 and of 24 hours up to its end is put beside the sum of what is usual
//! in it. It is silent if it has at most a tenth of that, where at least 100 are usual. Silent times
//! that follow each other are one drop, and what happens between them at hours without much to
//! miss (a night, a weekend) does not end it. It begins with the first bucket that is missed and ends
//! with the last.
//!
//! A drop is told if, of the other times at the same hours of the same kind of day, at least five
//! for each hour are known and at most a tenth were silent as well: whoever is away every other day is
//! not news each time. What was hardly seen before did not fall silent: it was not there yet.
//!
//! What it does not do: it says nothing about less than a halt, about devices that are quiet anyway, or
//! about times of which nothing is known; and a drop of more than half of the data is what is usual.

use std::collections::BTreeSet;
use std::ops::Range;

use dt_model::Series;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::DropPolicy;
use crate::cells::Cell;
use crate::timeline::Timeline;

/// Hours in which next to nothing happened where much is usual.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct DropEpisode {
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) observed: f64,
    pub(crate) expected: f64,
}

/// The drops of a series, oldest first.
pub(crate) fn drops(
    series: &Series,
    timeline: &Timeline,
    zone: &TimeZone,
    policy: &DropPolicy,
) -> Vec<DropEpisode> {
    let Some(width) = series.width() else { return Vec::new() };
    let cells = Cell::of(series, zone);
    let longer = policy.windows.into_iter().filter(|length| *length >= width);
    let mut silent: Vec<Range<usize>> = longer
        .flat_map(|length| {
            let times = Times::new(timeline, width, length, policy);
            times.drops(&cells, policy)
        })
        .collect();
    silent.sort_by_key(|places| places.start);
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(silent.len());
    for places in silent {
        match apart.last_mut().filter(|last| places.start <= last.end) {
            Some(last) => last.end = last.end.max(places.end),
            None => apart.push(places),
        }
    }
    let was_there = |places: &Range<usize>| {
        let before: f64 = timeline.points[..places.start].iter().map(|it| it.count as f64).sum();
        before >= policy.least_usual
    };
    let fallen = apart.into_iter().filter(was_there);
    fallen.filter_map(|places| missed(timeline, places, width, policy)).collect()
}

/// The buckets among these from the first to the last that was missed.
fn missed(
    timeline: &Timeline,
    places: Range<usize>,
    width: SignedDuration,
    policy: &DropPolicy,
) -> Option<DropEpisode> {
    let points = &timeline.points[places];
    let is_missed = |place: &usize| {
        let expected = points[*place].expected.map_or(0.0, |expected| expected.value);
        expected >= 1.0 && points[*place].count as f64 <= policy.up_to * expected
    };
    let first = (0..points.len()).find(is_missed)?;
    let last = (first..points.len()).rfind(is_missed)?;
    let points = &points[first..=last];
    Some(DropEpisode {
        start: points.first()?.start,
        end: points.last()?.start.checked_add(width).ok()?,
        observed: points.iter().map(|point| point.count as f64).sum(),
        expected: points.iter().filter_map(|point| Some(point.expected?.value)).sum(),
    })
}

/// For each bucket, the time of one length that ends with it.
struct Times {
    /// How many buckets make one.
    buckets: usize,
    /// Whether it was silent; `None` if not all of it is known, or there is not much to miss.
    silent: Vec<Option<bool>>,
    /// The places of buckets before which nothing is known.
    resumed: Vec<bool>,
}

impl Times {
    fn new(
        timeline: &Timeline,
        width: SignedDuration,
        length: SignedDuration,
        policy: &DropPolicy,
    ) -> Self {
        let points = &timeline.points;
        let buckets = usize::try_from(length.as_secs() / width.as_secs().max(1)).unwrap_or(1);
        let silent = (1..=points.len()).map(|end| {
            let points = &points[end.checked_sub(buckets)?..end];
            let (first, last) = (points.first()?, points.last()?);
            if last.start.duration_since(first.start) + width != length {
                return None;
            }
            let usual = points.iter().map(|point| Some(point.expected?.value));
            let usual = usual.sum::<Option<f64>>().filter(|usual| *usual >= policy.least_usual)?;
            let count: f64 = points.iter().map(|point| point.count as f64).sum();
            Some(count <= policy.up_to * usual)
        });
        let resumed = (0..points.len()).map(|place| {
            let before = place.checked_sub(1).map(|before| points[before].start);
            before.is_some_and(|before| points[place].start.duration_since(before) > width)
        });
        Self { buckets, silent: silent.collect(), resumed: resumed.collect() }
    }

    /// The places of the buckets of each drop.
    fn drops(&self, cells: &[Cell], policy: &DropPolicy) -> Vec<Range<usize>> {
        let known = self.tally(cells, 0..self.silent.len());
        let mut drops: Vec<Range<usize>> = Vec::new();
        // From the first bucket that ends a silent time to beyond the last.
        let mut open: Option<Range<usize>> = None;
        for (place, silent) in self.silent.iter().enumerate() {
            if *silent == Some(false) || self.resumed[place] {
                drops.extend(open.take());
            }
            if *silent == Some(true) {
                open.get_or_insert(place..place).end = place + 1;
            }
        }
        drops.extend(open);
        drops.retain(|places| self.is_rare(cells, places.clone(), &known, policy));
        drops.into_iter().map(|places| places.start + 1 - self.buckets..places.end).collect()
    }

    /// Whether hardly any other time was silent at the hours of these.
    fn is_rare(
        &self,
        cells: &[Cell],
        places: Range<usize>,
        known: &[Tally; Cell::COUNT],
        policy: &DropPolicy,
    ) -> bool {
        let own = self.tally(cells, places.clone());
        let silent = places.filter(|place| self.silent[*place] == Some(true));
        let hours: BTreeSet<usize> = silent.map(|place| cells[place].index()).collect();
        let others = hours.iter().fold(Tally::default(), |sum, hour| Tally {
            times: sum.times + known[*hour].times - own[*hour].times,
            silent: sum.silent + known[*hour].silent - own[*hour].silent,
        });
        others.times >= policy.fewest_others * hours.len()
            && others.silent as f64 <= policy.others_up_to * others.times as f64
    }

    /// How many of the times that end with these buckets were silent, for each cell.
    fn tally(&self, cells: &[Cell], places: Range<usize>) -> [Tally; Cell::COUNT] {
        let mut tally = [Tally::default(); Cell::COUNT];
        for place in places {
            if let Some(silent) = self.silent[place] {
                let tally = &mut tally[cells[place].index()];
                tally.times += 1;
                tally.silent += usize::from(silent);
            }
        }
        tally
    }
}

/// How many times were silent, of how many.
#[derive(Clone, Copy, Default)]
struct Tally {
    times: usize,
    silent: usize,
}
