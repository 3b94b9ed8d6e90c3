//! A timeline as it is told: with the ids of its incidents, what is not known, and what would have been missed.

use std::cmp::Reverse;

use dt_model::{DataType, DeviceId, DeviceInfo, EvidencePart, Series};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::{
    Baseline, Fall, IncidentId, Measure, Rise, Severity, SmallestRise, Timeline, ToldIncident,
    Window, analyse,
};
use crate::finding::{Finding, FindingId, amount};
use crate::window::completed;
use crate::{AsOf, Basis, Concern, Policy};

/// A series beside what was expected of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Timeline"))]
pub struct ToldTimeline {
    /// What it rests on: buckets.
    #[serde(flatten)]
    pub basis: Basis,
    /// What is counted: `co`, `sizeout` or `sizein`.
    pub datatype: Option<DataType>,
    /// Whether all traffic that was asked for is counted, or only what goes outside.
    pub scope: SeriesScope,
    /// The times between buckets of which nothing is known.
    pub gaps: Vec<Gap>,
    /// What is unusual together, oldest first; no two share time.
    pub incidents: Vec<ToldIncident>,
    /// When much less than usual was counted for days, oldest first.
    pub drops: Vec<Fall>,
    /// What would have been missed: the smallest count that one bucket would have been told from, by hour
    /// of the week in the time zone of the analysis, from Monday on.
    pub told_from: Vec<SmallestRise>,
    /// Every whole bucket that is shown.
    pub buckets: Vec<Bucket>,
    /// The bytes sent outside, beside connections that are asked for without saying what to count.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "ToldTimeline"))]
    pub sent_outside: Option<Box<ToldTimeline>>,
}

/// Which traffic of a device a series counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum SeriesScope {
    /// All that was asked for.
    #[default]
    All,
    /// Only what goes outside.
    External,
}

/// A bucket beside what was expected of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Bucket {
    /// When it begins.
    #[cfg_attr(feature = "schema", schemars(with = "dt_model::schema::Time"))]
    pub time: Timestamp,
    /// What was counted.
    pub count: u64,
    /// What is usual at that hour.
    pub expected: Option<f64>,
    /// As unusual below as `high` is above.
    pub low: Option<f64>,
    /// Above this it is raised.
    pub high: Option<f64>,
    /// How far the count is from what is usual.
    pub z: Option<f64>,
    /// Whether it belongs to an incident.
    pub flagged: bool,
    /// The incident's level, the same in each of its buckets: `notice` or `alert`.
    pub severity: Option<Severity>,
    /// The incident's id.
    pub incident: Option<IncidentId>,
    /// Whether the incident is told at its end: in one bucket of each.
    pub told: bool,
    /// For which time up to its end it is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Span"))]
    pub window: Option<Span>,
}

/// A time of which nothing is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Gap {
    /// When it begins.
    #[cfg_attr(feature = "schema", schemars(with = "dt_model::schema::Time"))]
    pub start: Timestamp,
    /// When it ends.
    #[cfg_attr(feature = "schema", schemars(with = "dt_model::schema::Time"))]
    pub end: Timestamp,
}

/// The time up to the end of a bucket, as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Span {
    /// When it begins.
    #[cfg_attr(feature = "schema", schemars(with = "dt_model::schema::Time"))]
    pub start: Timestamp,
    /// How long it is.
    pub hours: f64,
    /// Whether the numbers are of the `sum` of what was counted in it, or of its `floor`: what three in
    /// four of its buckets exceed.
    pub of: Measure,
    /// What was counted in it.
    pub count: f64,
    /// What is usual.
    pub expected: f64,
    /// Above this it is raised.
    pub high: f64,
    /// How far the count is from what is usual.
    pub z: f64,
}

impl From<Rise> for Span {
    fn from(told: Rise) -> Self {
        let Window { start, length, count, expected, low: _, high, z } = told.window;
        let hours = length.as_secs_f64() / 3_600.0;
        Self { start, hours, of: told.measure, count, expected, high, z }
    }
}

impl ToldTimeline {
    /// Compares the whole buckets of an answer, as far back as they are known, with what is usual at
    /// their hours.
    #[must_use]
    pub fn new(info: &DeviceInfo, baseline: Baseline, policy: &Policy, as_of: AsOf<'_>) -> Self {
        let series = completed(info.subject.longest_series(), as_of.now);
        let found = analyse(&series, as_of.zone, baseline, policy);
        Self::from(&series, &found, info.subject.device.did, as_of.zone)
    }

    /// The series of an answer beside what was found in it.
    #[must_use]
    pub fn of(info: &DeviceInfo, found: &Timeline, as_of: AsOf<'_>) -> Self {
        let series = completed(info.subject.longest_series(), as_of.now);
        Self::from(&series, found, info.subject.device.did, as_of.zone)
    }

    fn from(series: &Series, found: &Timeline, did: Option<DeviceId>, zone: &TimeZone) -> Self {
        let width = series.width().unwrap_or_default();
        let incidents = found.incidents.iter().map(|incident| {
            let id = incident.id(did, series.measure());
            ToldIncident::of(incident, id, width)
        });
        let incidents: Vec<ToldIncident> = incidents.collect();
        let buckets = found.points.iter().map(|point| {
            let incident = point.incident.map(|place| incidents[place]);
            Bucket {
                time: point.start,
                count: point.count,
                expected: point.expected.map(|expected| expected.value),
                low: point.expected.map(|expected| expected.low),
                high: point.expected.map(|expected| expected.high),
                z: point.z,
                flagged: incident.is_some(),
                severity: incident.map(|incident| incident.severity),
                incident: incident.map(|incident| incident.id),
                told: incident.is_some_and(|incident| incident.told_at == point.start),
                window: point.told.map(Span::from),
            }
        });
        Self {
            basis: Basis::new(&found.status, found.method, found.n_used),
            datatype: series.measure(),
            scope: SeriesScope::All,
            gaps: gaps(series),
            buckets: buckets.collect(),
            incidents,
            drops: found.falls.clone(),
            told_from: found.smallest_rises(zone),
            sent_outside: None,
        }
    }

    /// Its incidents by the ids of the findings about them, as far as there are some.
    #[must_use]
    pub fn named_by(mut self, findings: &[(FindingId, &Finding)], part: EvidencePart) -> Self {
        for incident in &mut self.incidents {
            let Some(id) = incident.finding(findings, part) else { continue };
            let id = id.into();
            let own = self.buckets.iter_mut().filter(|it| it.incident == Some(incident.id));
            own.for_each(|bucket| bucket.incident = Some(id));
            incident.id = id;
        }
        self
    }

    /// Only the buckets that begin at or after `since` and before `until`, and the incidents with some
    /// of them. What is usual was told from all of them.
    #[must_use]
    pub fn between(mut self, since: Option<Timestamp>, until: Option<Timestamp>) -> Self {
        let within = |time: Timestamp| {
            since.is_none_or(|since| time >= since) && until.is_none_or(|until| time < until)
        };
        self.buckets.retain(|bucket| within(bucket.time));
        self.incidents.retain(|incident| {
            self.buckets.iter().any(|bucket| bucket.incident == Some(incident.id))
        });
        let overlaps = |start: Timestamp, end: Timestamp| {
            since.is_none_or(|since| end > since) && until.is_none_or(|until| start < until)
        };
        self.drops.retain(|drop| overlaps(drop.start, drop.end));
        self.gaps.retain(|gap| overlaps(gap.start, gap.end));
        self.sent_outside = self.sent_outside.map(|sent| Box::new(sent.between(since, until)));
        self
    }

    /// The incident that should be looked at first: the most severe, of equals the newest.
    #[must_use]
    pub fn main_incident(&self) -> Option<&ToldIncident> {
        self.incidents.iter().max_by_key(|incident| (incident.severity, incident.start))
    }

    /// The series that are told: this one, and the bytes sent outside beside it.
    pub fn series(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(self.sent_outside.as_deref())
    }

    /// The incidents of every series, the most severe first, of equals the newest.
    #[must_use]
    pub fn concerns(&self) -> Vec<Concern> {
        let all = self.series().flat_map(|of| of.incidents.iter().map(move |it| (of, it)));
        let mut all: Vec<(&Self, &ToldIncident)> = all.collect();
        all.sort_by_key(|(_, incident)| Reverse((incident.severity, incident.start)));
        let concern = |(of, incident): (&Self, &ToldIncident)| {
            let ToldIncident { start, hours, count, expected, .. } = *incident;
            let [counted, usual] = [count as f64, expected].map(|number| of.words(number));
            let message = format!("{start}: {counted} in {hours} h, where {usual} is usual");
            Concern { level: incident.level(), message }
        };
        all.into_iter().map(concern).collect()
    }

    /// A number of what is counted.
    fn words(&self, number: f64) -> String {
        match self.datatype {
            None | Some(DataType::Connections) => amount::count(number).to_string(),
            Some(DataType::BytesOut | DataType::BytesIn) => amount::size(number).to_string(),
        }
    }
}

/// The times between the buckets of a series.
fn gaps(series: &Series) -> Vec<Gap> {
    /// By how much the change of clocks makes a day longer: no wider bucket is missing there.
    const CLOCKS: SignedDuration = SignedDuration::from_hours(1);
    let Some(width) = series.width() else { return Vec::new() };
    let pairs = series.buckets().windows(2).filter_map(|pair| {
        let (start, end) = (pair[0].start.checked_add(width).ok()?, pair[1].start);
        let is_longer = width > CLOCKS && end.duration_since(start) <= CLOCKS;
        (start < end && !is_longer).then_some(Gap { start, end })
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(hours: &[i64]) -> Series {
        let start = |hour: &i64| Timestamp::from_second(hour * 3_600).unwrap();
        let bucket = |hour| dt_model::Bucket { start: start(hour), count: 1, detail: None };
        Series::new(None, hours.iter().map(bucket).collect())
    }

    #[test]
    fn a_day_that_the_clocks_make_longer_is_no_gap() {
        assert_eq!(gaps(&series(&[0, 24, 49, 73])), []);
        // Where the clocks go forward, the shortest day has 23 hours.
        assert_eq!(gaps(&series(&[0, 24, 47, 71])), []);
        assert_eq!(gaps(&series(&[0, 24, 72])).len(), 1);
        assert_eq!(gaps(&series(&[0, 1, 3])).len(), 1);
    }

    #[test]
    fn a_width_that_begins_at_another_hour_each_day_is_said_to_be_why() {
        for width in [13, 17, 19, 22, 23] {
            let starts: Vec<i64> = (0..(28 * 24 / width)).map(|place| place * width).collect();
            let found =
                analyse(&series(&starts), &TimeZone::UTC, Baseline::Others, &Policy::default());
            if found.points.iter().all(|point| point.z.is_none()) {
                let why = format!("fewer than 3 other intervals of {width} h at any hour of day");
                assert_eq!(found.status.missing(), Some(why.as_str()));
            }
        }
    }
}
