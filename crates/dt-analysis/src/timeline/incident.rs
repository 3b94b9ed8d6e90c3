//! Which hours belong together?

use std::fmt;
use std::ops::Range;

use dt_model::{Bucket, DataType, DeviceId};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use uuid::Uuid;

use super::windows::Score;
use super::{Found, Rise, Severity};
use crate::TimelinePolicy;
use crate::namespace::NAMESPACE;

/// An hour next to an unusual one belongs to it from this share of the notice threshold on. What is
/// found does not depend on it, so that it is no part of the policy.
const CONTINUES_FROM: f64 = 0.6;

/// An incident is over once none of its hours was within this.
const ENDS_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// Hours that are unusual together.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Incident {
    /// When its first hour begins.
    pub start: Timestamp,
    /// When its last hour ends.
    pub end: Timestamp,
    /// How many buckets belong to it: all of those between, or fewer where it paused.
    pub buckets: usize,
    /// What was counted in these.
    pub count: u128,
    /// What is usual at these hours, in the series' unit.
    pub expected: f64,
    /// The bucket in which most was counted, the first of equals.
    pub peak: Peak,
    /// The level that it reached.
    pub severity: Severity,
    /// The first hour at which it was told; `None` while the silence after another one lasted.
    pub told_at: Option<Timestamp>,
}

/// The bucket of an incident in which most was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Peak {
    /// When it begins.
    pub start: Timestamp,
    /// What was counted in it.
    pub count: u64,
}

/// The id of an incident: that of a finding about it, or of its place in a timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct IncidentId(Uuid);

impl Incident {
    /// Its id in the timeline of a device: the same for the same series and beginning.
    #[must_use]
    pub fn id(&self, did: Option<DeviceId>, measure: Option<DataType>) -> IncidentId {
        let did = did.map_or_else(String::new, |did| did.get().to_string());
        let measure = measure.map_or("", DataType::as_str);
        let parts = ["timeline", &did, measure, &self.start.to_string()];
        // No part holds this character: what stands in one cannot pass for another.
        IncidentId(Uuid::new_v5(&NAMESPACE, parts.join("\u{1f}").as_bytes()))
    }

    /// Whether it shares time with what begins and ends then.
    #[must_use]
    pub fn overlaps(&self, start: Timestamp, end: Timestamp) -> bool {
        self.start < end && start < self.end
    }
}

impl IncidentId {
    pub(crate) const fn new(id: Uuid) -> Self {
        Self(id)
    }
}

impl fmt::Display for IncidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// The incidents of a series, and of each bucket the place of the one that it belongs to.
pub(super) struct Incidents {
    pub(super) all: Vec<Incident>,
    pub(super) of: Vec<Option<usize>>,
}

impl Incidents {
    /// Of buckets, what was found about them, and what of it was told.
    pub(super) fn of(
        buckets: &[Bucket],
        found: &Found,
        told: &[Option<Rise>],
        policy: &TimelinePolicy,
    ) -> Self {
        let marked = vec![None; buckets.len()];
        let mut marks = Marks { buckets, found, policy, marked };
        marks.hours();
        // Longer times are judged by what the shorter ones leave of them.
        for (length, scores) in &found.windows {
            marks.windows(*length, scores);
        }
        for (place, told) in told.iter().enumerate() {
            if let Some(told) = told {
                marks.mark([place], told.severity);
            }
        }
        marks.merge(told)
    }
}

/// The buckets that belong to an incident, with the level of what they belong to.
struct Marks<'a> {
    buckets: &'a [Bucket],
    found: &'a Found,
    policy: &'a TimelinePolicy,
    marked: Vec<Option<Severity>>,
}

impl Marks<'_> {
    /// Marks every stretch of high hours that holds an unusual one.
    fn hours(&mut self) {
        let places: Vec<usize> = (0..self.buckets.len()).collect();
        let together = |a: &usize, b: &usize| {
            self.is_high(*a) && self.is_high(*b) && self.start(*b) <= self.end(*a)
        };
        let level = |place: &usize| self.level(self.found.buckets[*place]?.z);
        let stretches = places.chunk_by(together);
        let unusual = stretches.filter_map(|stretch| {
            let level = stretch.iter().filter_map(level).max()?;
            Some((stretch, level))
        });
        let unusual: Vec<(&[usize], Severity)> = unusual.collect();
        for (stretch, level) in unusual {
            self.mark(stretch.iter().copied(), level);
        }
    }

    /// Marks what carries the times of a length that are unusual even without the hours that are
    /// marked already: the high ones of the other hours, or where these alone are not why, all that
    /// are above what is usual. The most unusual time comes first; those that overlap it show the same.
    fn windows(&mut self, length: SignedDuration, scores: &[Option<Score>]) {
        let raised = scores.iter().enumerate().filter_map(|(place, score)| {
            score.filter(|score| score.z >= self.policy.notice_from).map(|score| (place, score))
        });
        let mut raised: Vec<(usize, Score)> = raised.collect();
        raised.sort_by(|(_, a), (_, b)| b.z.total_cmp(&a.z));
        for (last, score) in raised {
            let (known, other): (Vec<usize>, Vec<usize>) =
                self.ending(last, length).partition(|place| self.marked[*place].is_some());
            let rest = score.count - self.excess(&known);
            let Some(level) = self.level(score.z_of(rest)) else { continue };
            let high: Vec<usize> =
                other.iter().copied().filter(|place| self.is_high(*place)).collect();
            let without = score.z_of(rest - self.excess(&high));
            let carrying = if self.level(without).is_none() {
                high
            } else {
                other.into_iter().filter(|place| self.excess(&[*place]) > 0.0).collect()
            };
            self.mark(carrying, level);
        }
    }

    /// Merges what is marked, wherever less than a day lies between.
    fn merge(self, told: &[Option<Rise>]) -> Incidents {
        let mut all: Vec<Incident> = Vec::new();
        let of = (0..self.buckets.len()).map(|place| {
            let hour = self.incident(place, told[place].is_some())?;
            match all.last_mut() {
                Some(last) if hour.start.duration_since(last.end) < ENDS_AFTER => last.add(&hour),
                _ => all.push(hour),
            }
            Some(all.len() - 1)
        });
        let of = of.collect();
        Incidents { all, of }
    }

    /// An incident of this bucket alone; `None` if it is not marked.
    fn incident(&self, place: usize, is_told: bool) -> Option<Incident> {
        let (start, count) = (self.start(place), self.buckets[place].count);
        Some(Incident {
            start,
            end: self.end(place),
            buckets: 1,
            count: count.into(),
            expected: self.found.buckets[place].map_or(0.0, |score| score.expected),
            peak: Peak { start, count },
            severity: self.marked[place]?,
            told_at: is_told.then_some(start),
        })
    }

    fn mark(&mut self, places: impl IntoIterator<Item = usize>, level: Severity) {
        for place in places {
            self.marked[place] = self.marked[place].max(Some(level));
        }
    }

    fn level(&self, z: f64) -> Option<Severity> {
        Severity::of(z, self.policy)
    }

    fn is_high(&self, place: usize) -> bool {
        let least = CONTINUES_FROM * self.policy.notice_from;
        self.found.buckets[place].is_some_and(|score| score.z >= least)
    }

    /// How much more than usual was counted in these buckets, without those in which it was less.
    fn excess(&self, places: &[usize]) -> f64 {
        let scores = places.iter().filter_map(|place| self.found.buckets[*place]);
        scores.map(|score| (score.count - score.expected).max(0.0)).sum()
    }

    /// The buckets in the time of this length that ends with one of them.
    fn ending(&self, last: usize, length: SignedDuration) -> Range<usize> {
        let begins = self.end(last).checked_sub(length).unwrap_or(Timestamp::MIN);
        self.buckets.partition_point(|bucket| bucket.start < begins)..last + 1
    }

    fn start(&self, place: usize) -> Timestamp {
        self.buckets[place].start
    }

    fn end(&self, place: usize) -> Timestamp {
        self.start(place).checked_add(self.found.width).unwrap_or(Timestamp::MAX)
    }
}

impl Incident {
    /// Takes in a later hour.
    fn add(&mut self, hour: &Self) {
        self.end = hour.end;
        self.buckets += hour.buckets;
        self.count += hour.count;
        self.expected += hour.expected;
        if hour.peak.count > self.peak.count {
            self.peak = hour.peak;
        }
        self.severity = self.severity.max(hour.severity);
        self.told_at = self.told_at.or(hour.told_at);
    }
}
