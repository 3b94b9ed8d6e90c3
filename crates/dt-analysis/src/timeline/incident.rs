//! Which hours belong together?

use std::fmt;
use std::ops::Range;

use dt_model::{Bucket, DataType, DeviceId};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use uuid::Uuid;

use super::score::Score;
use super::{Found, Rise, Severity};
use crate::TimelinePolicy;
use crate::namespace::NAMESPACE;

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
    /// How wide they are.
    pub width: SignedDuration,
    /// What was counted in these.
    pub count: u128,
    /// What is usual at these hours, in the series' unit.
    pub expected: f64,
    /// The bucket in which most was counted, the first of equals.
    pub peak: Peak,
    /// The level that it reached.
    pub severity: Severity,
    /// The hour at whose end it is told: the first at which something of it is unusual.
    pub told_at: Timestamp,
    /// What of it is most unusual.
    pub strongest: Rise,
}

/// The bucket of an incident in which most was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Peak {
    /// When it begins.
    #[serde(rename = "time")]
    #[cfg_attr(feature = "schema", schemars(with = "dt_model::schema::Time"))]
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

/// The incidents of a series, and of each bucket the place of the one that it belongs to, and what is
/// told at its end.
pub(super) struct Incidents {
    pub(super) all: Vec<Incident>,
    pub(super) of: Vec<Option<usize>>,
    pub(super) told: Vec<Option<Rise>>,
}

impl Incidents {
    /// Of buckets, and what was found about them.
    pub(super) fn of(buckets: &[Bucket], found: &Found, policy: &TimelinePolicy) -> Self {
        let active = active(buckets, found, policy);
        let marked = vec![None; buckets.len()];
        let mut marks = Marks { buckets, found, marked };
        marks.hours();
        // Longer times are judged by what the shorter ones leave of them.
        for (length, scores) in &found.sums {
            marks.sums(*length, scores);
        }
        marks.floors();
        for active in &active {
            marks.mark([active.told], active.rise.severity);
        }
        marks.into_incidents(&active)
    }
}

/// The time during which an incident goes on.
struct Active {
    /// Until this place.
    last: usize,
    /// At the end of this it is told.
    told: usize,
    told_at: Timestamp,
    rise: Rise,
    /// What of it is most unusual, and how much.
    strongest: Rise,
    surprise: f64,
}

/// When incidents go on: as long as something is nearly unusual at least once a day. What is known at
/// the end of a bucket decides whether it is told there.
fn active(buckets: &[Bucket], found: &Found, policy: &TimelinePolicy) -> Vec<Active> {
    let mut all: Vec<Active> = Vec::new();
    let mut last_high: Option<Timestamp> = None;
    let mut open: Option<Active> = None;
    for (place, bucket) in buckets.iter().enumerate() {
        let surprise = found.surprise(place);
        if surprise < found.levels.continues {
            continue;
        }
        if last_high.is_none_or(|last| bucket.start.duration_since(last) > policy.ends_after) {
            all.extend(open.take());
        }
        last_high = Some(bucket.start);
        let rise = || found.rise(bucket.start, place);
        let sudden = found.sudden(place);
        if open.as_ref().is_some_and(|active| active.is_outgrown(bucket.start, sudden, policy)) {
            all.extend(open.take());
        }
        match &mut open {
            Some(active) => active.goes_on(place, surprise, rise),
            none => {
                *none = rise().map(|rise| Active {
                    last: place,
                    told: place,
                    told_at: bucket.start,
                    rise,
                    strongest: rise,
                    surprise,
                });
            }
        }
    }
    all.extend(open);
    all
}

impl Active {
    /// Whether something sudden is so much more unusual, a day after it was told or later, that it is told
    /// by itself. What adds up over days is the same incident.
    fn is_outgrown(&self, at: Timestamp, sudden: f64, policy: &TimelinePolicy) -> bool {
        let since = at.duration_since(self.told_at);
        sudden >= policy.again_from * self.surprise && since >= policy.ends_after
    }

    fn goes_on(&mut self, place: usize, surprise: f64, rise: impl FnOnce() -> Option<Rise>) {
        self.last = place;
        if surprise > self.surprise {
            self.surprise = surprise;
            self.strongest = rise().unwrap_or(self.strongest);
        }
    }
}

/// The buckets that belong to an incident, with the level of what they belong to.
struct Marks<'a> {
    buckets: &'a [Bucket],
    found: &'a Found,
    marked: Vec<Option<Severity>>,
}

impl Marks<'_> {
    /// Marks every stretch of high hours that holds an unusual one.
    fn hours(&mut self) {
        let places: Vec<usize> = (0..self.buckets.len()).collect();
        let together = |a: &usize, b: &usize| {
            self.is_high(*a) && self.is_high(*b) && self.start(*b) <= self.end(*a)
        };
        let level = |place: &usize| self.level(self.found.buckets[*place]?.surprise());
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
    fn sums(&mut self, length: SignedDuration, scores: &[Option<Score>]) {
        for (last, score) in self.unusual(scores) {
            let (known, other): (Vec<usize>, Vec<usize>) =
                self.ending(last, length).partition(|place| self.marked[*place].is_some());
            let rest = score.compared.rest - self.excess_of_others(&known);
            let Some(level) = self.level(score.surprise_of(rest)) else { continue };
            let high: Vec<usize> =
                other.iter().copied().filter(|place| self.is_high(*place)).collect();
            let without = score.surprise_of(rest - self.excess(&high));
            let carrying = if self.level(without).is_none() {
                high
            } else {
                other.into_iter().filter(|place| self.excess(&[*place]) > 0.0).collect()
            };
            self.mark(carrying, level);
        }
    }

    /// Marks the hours above what is usual of a day whose quiet hours are unusual, unless the day has hours
    /// that are more so. The most unusual day comes first; those that overlap it show the same.
    fn floors(&mut self) {
        let mut days: Vec<Range<usize>> = Vec::new();
        for (last, score) in self.unusual(&self.found.floors) {
            let day = self.ending(last, super::floor::LENGTH);
            let overlaps = |other: &Range<usize>| day.start < other.end && other.start < day.end;
            if days.iter().any(overlaps) {
                continue;
            }
            let Some(level) = self.level(score.surprise()) else { continue };
            // A few hours that are more unusual lift the quiet ones by a rank, and would get all of the day.
            if day.clone().any(|place| self.marked[place] > Some(level)) {
                continue;
            }
            let above: Vec<usize> =
                day.clone().filter(|place| self.excess(&[*place]) > 0.0).collect();
            self.mark(above, level);
            days.push(day);
        }
    }

    /// The unusual ones of these, the most unusual first.
    fn unusual(&self, scores: &[Option<Score>]) -> Vec<(usize, Score)> {
        let unusual = scores.iter().enumerate().filter_map(|(place, score)| {
            let score = (*score)?;
            (score.surprise() >= self.found.levels.notice).then_some((place, score))
        });
        let mut unusual: Vec<(usize, Score)> = unusual.collect();
        unusual.sort_by(|(_, a), (_, b)| b.surprise().total_cmp(&a.surprise()));
        unusual
    }

    /// Every marked bucket is of the first incident that goes on until then or later.
    fn into_incidents(self, active: &[Active]) -> Incidents {
        let mut all: Vec<Option<Incident>> = vec![None; active.len()];
        let mut of = vec![None; self.buckets.len()];
        for (place, of) in of.iter_mut().enumerate() {
            let Some(severity) = self.marked[place] else { continue };
            let incident = active.partition_point(|active| active.last < place);
            let Some(active) = active.get(incident) else { continue };
            *of = Some(incident);
            let hour = self.incident(place, severity, active);
            match &mut all[incident] {
                Some(incident) => incident.add(&hour),
                none => *none = Some(hour),
            }
        }
        let mut told = vec![None; self.buckets.len()];
        for active in active {
            told[active.told] = Some(active.rise);
        }
        // Each has an hour: the one at which it is told is marked.
        Incidents { all: all.into_iter().flatten().collect(), of, told }
    }

    /// An incident of this bucket alone.
    fn incident(&self, place: usize, severity: Severity, active: &Active) -> Incident {
        let (start, count) = (self.start(place), self.buckets[place].count);
        Incident {
            start,
            end: self.end(place),
            buckets: 1,
            width: self.found.width,
            count: count.into(),
            expected: self.found.buckets[place].map_or(0.0, |score| score.compared.expected()),
            peak: Peak { start, count },
            severity,
            told_at: active.told_at,
            strongest: active.strongest,
        }
    }

    fn mark(&mut self, places: impl IntoIterator<Item = usize>, level: Severity) {
        for place in places {
            self.marked[place] = self.marked[place].max(Some(level));
        }
    }

    fn level(&self, surprise: f64) -> Option<Severity> {
        self.found.levels.of_surprise(surprise)
    }

    fn is_high(&self, place: usize) -> bool {
        let score = self.found.buckets[place];
        score.is_some_and(|score| score.surprise() >= self.found.levels.continues)
    }

    /// The same of the buckets that are not unusual by themselves: longer times are judged without
    /// these.
    fn excess_of_others(&self, places: &[usize]) -> f64 {
        let Found { buckets, levels, .. } = self.found;
        let others = places.iter().filter(|place| levels.explained(buckets[**place]) <= 0.0);
        self.excess(&others.copied().collect::<Vec<_>>())
    }

    /// How much more than usual was counted in these buckets, without those in which it was less.
    fn excess(&self, places: &[usize]) -> f64 {
        let scores = places.iter().filter_map(|place| self.found.buckets[*place]);
        scores.map(|score| score.compared.excess()).sum()
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
    }
}
