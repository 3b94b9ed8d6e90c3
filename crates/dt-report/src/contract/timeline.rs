//! `dt.timeline/2`

use std::borrow::Cow;
use std::cmp::Reverse;

use dt_analysis::timeline as analysis;
use dt_analysis::timeline::{Baseline, Fall, IncidentId, Measure, Severity, SmallestRise};
use dt_analysis::{AsOf, Concern, Policy};
use dt_model::{DataType, DeviceId, DeviceInfo, EvidencePart, Series};
use jiff::tz::TimeZone;

use super::prelude::*;
use super::{Answer, Basis, Body, Finding, Header, Incident};
use crate::samples::Samples;
use crate::unit::Unit;

/// A series beside what was expected of it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Timeline {
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
    pub incidents: Vec<Incident>,
    /// When much less than usual was counted for days, oldest first.
    pub drops: Vec<Fall>,
    /// What would have been missed: the smallest count that one bucket would have been told from, by hour
    /// of the week in the time zone of the analysis, from Monday on.
    pub told_from: Vec<SmallestRise>,
    /// Every whole bucket that is shown.
    pub buckets: Vec<Bucket>,
    /// The bytes sent outside, beside connections that are asked for without saying what to count.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Timeline")]
    pub sent_outside: Option<Box<Timeline>>,
}

/// Which traffic of a device a series counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SeriesScope {
    /// All that was asked for.
    #[default]
    All,
    /// Only what goes outside.
    External,
}

/// A bucket beside what was expected of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Bucket {
    /// When it begins.
    #[schemars(with = "Time")]
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
    #[schemars(with = "Span")]
    pub window: Option<Span>,
}

/// A time of which nothing is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Gap {
    /// When it begins.
    #[schemars(with = "Time")]
    pub start: Timestamp,
    /// When it ends.
    #[schemars(with = "Time")]
    pub end: Timestamp,
}

/// The time up to the end of a bucket, as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Span {
    /// When it begins.
    #[schemars(with = "Time")]
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

impl Span {
    fn of(told: analysis::Rise) -> Self {
        let analysis::Window { start, length, count, expected, low: _, high, z } = told.window;
        let hours = length.as_secs_f64() / 3_600.0;
        Self { start, hours, of: told.measure, count, expected, high, z }
    }

    /// Its length in words.
    pub(crate) fn length(&self) -> String {
        format!("{} h", self.hours)
    }
}

impl Timeline {
    /// Compares the whole buckets of an answer, as far back as they are known, with what is usual at
    /// their hours.
    #[must_use]
    pub fn new(
        info: &DeviceInfo,
        zone: &TimeZone,
        baseline: Baseline,
        policy: &Policy,
        now: Timestamp,
    ) -> Self {
        let series = completed(info, now);
        let did = info.subject.device.did;
        Self::from(&series, &analysis::analyse(&series, zone, baseline, policy), did, zone)
    }

    /// The series of an answer beside what was found in it.
    pub(crate) fn of(info: &DeviceInfo, found: &analysis::Timeline, as_of: AsOf<'_>) -> Self {
        let series = completed(info, as_of.now);
        Self::from(&series, found, info.subject.device.did, as_of.zone)
    }

    fn from(
        series: &Series,
        found: &analysis::Timeline,
        did: Option<DeviceId>,
        zone: &TimeZone,
    ) -> Self {
        let width = series.width().unwrap_or_default();
        let incidents = found.incidents.iter().map(|incident| {
            let id = incident.id(did, series.measure());
            Incident::of(incident, id, width)
        });
        let incidents: Vec<Incident> = incidents.collect();
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
                window: point.told.map(Span::of),
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
}

/// Each series: the one that was asked for, and the bytes sent outside where they stand beside it.
impl Body for Timeline {
    type Facts = Vec<Samples>;
}

impl Timeline {
    /// Each of its series, for drawing.
    pub(crate) fn samples(&self) -> Vec<Samples> {
        let of = |series: &Self| {
            let buckets = series.buckets.iter().map(|bucket| (bucket.time, bucket.count));
            Samples::new(buckets.collect())
        };
        self.series().map(of).collect()
    }

    /// Its incidents by the ids of the findings about them, as far as there are some.
    pub(super) fn named_by(mut self, findings: &[Finding], part: EvidencePart) -> Self {
        for incident in &mut self.incidents {
            let Some(finding) = incident.finding(findings, part) else { continue };
            let id = finding.id.into();
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

    /// A count in the unit of the series, rounded to a whole one.
    pub(crate) fn amount(&self, count: f64) -> String {
        Unit::of_series(self.datatype).words(count)
    }

    /// The incident that should be looked at first: the most severe, of equals the newest.
    pub(crate) fn main_incident(&self) -> Option<&Incident> {
        self.incidents.iter().max_by_key(|incident| (incident.severity, incident.start))
    }

    /// The incidents of every series, the most severe first, of equals the newest.
    fn concerns(&self) -> Vec<Concern> {
        let all = self.series().flat_map(|of| of.incidents.iter().map(move |it| (of, it)));
        let mut all: Vec<(&Self, &Incident)> = all.collect();
        all.sort_by_key(|(_, incident)| Reverse((incident.severity, incident.start)));
        let concern = |(of, incident): (&Self, &Incident)| {
            let Incident { start, hours, count, expected, .. } = *incident;
            let [counted, usual] = [count as f64, expected].map(|count| of.amount(count));
            let message = format!("{start}: {counted} in {hours} h, where {usual} is usual");
            Concern { level: incident.level(), message }
        };
        all.into_iter().map(concern).collect()
    }

    /// The series that are told: this one, and the bytes sent outside beside it.
    pub(crate) fn series(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(self.sent_outside.as_deref())
    }
}

/// The series of an answer, as far back as it is known, without what was not over yet.
fn completed(info: &DeviceInfo, now: Timestamp) -> Cow<'_, Series> {
    let series = info.subject.longest_series();
    if series.end().is_none_or(|end| end <= now) {
        Cow::Borrowed(series)
    } else {
        Cow::Owned(series.clone().completed_before(now))
    }
}

fn gaps(series: &Series) -> Vec<Gap> {
    let Some(width) = series.width() else { return Vec::new() };
    let pairs = series.buckets().windows(2).filter_map(|pair| {
        let (start, end) = (pair[0].start.checked_add(width).ok()?, pair[1].start);
        (start < end).then_some(Gap { start, end })
    });
    pairs.collect()
}

impl Answer<Timeline> {
    /// The object of `dt timeline`.
    #[must_use]
    pub fn timeline(
        info: &DeviceInfo,
        zone: &TimeZone,
        baseline: Baseline,
        policy: &Policy,
        now: Timestamp,
    ) -> Self {
        let until = info.subject.series.complete_until(now);
        let body = Timeline::new(info, zone, baseline, policy, now);
        Self {
            header: Header::new("dt.timeline/2", info.dialect, until, &info.subject.device),
            concerns: body.concerns(),
            facts: body.samples(),
            body,
        }
    }

    /// The same, of a series that counts only what goes outside.
    #[must_use]
    pub fn outside_only(mut self) -> Self {
        self.body.scope = SeriesScope::External;
        self
    }

    /// The same, with the bytes sent outside beside it.
    #[must_use]
    pub fn beside(mut self, sent: Self) -> Self {
        self.body.sent_outside = Some(Box::new(sent.outside_only().body));
        Self { concerns: self.body.concerns(), facts: self.body.samples(), ..self }
    }

    /// Only what begins at or after `since` and before `until` is shown, and is a concern.
    #[must_use]
    pub fn between(self, since: Option<Timestamp>, until: Option<Timestamp>) -> Self {
        let body = self.body.between(since, until);
        Self { header: self.header, concerns: body.concerns(), facts: body.samples(), body }
    }
}
