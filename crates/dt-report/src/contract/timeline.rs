//! `dt.timeline/1`

use std::borrow::Cow;
use std::cmp::Reverse;

use dt_analysis::timeline as analysis;
use dt_analysis::timeline::{Baseline, Severity};
use dt_analysis::{Concern, Level, Policy};
use dt_model::{DataType, DeviceInfo, Series};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::{Answer, Basis, Body, Header, Time};
use crate::samples::Samples;
use crate::unit::Unit;

/// A series beside what was expected of it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Timeline {
    /// What it rests on: buckets.
    #[serde(flatten)]
    pub basis: Basis,
    /// What is counted: `co`, `sizeout` or `sizein`.
    #[serde(serialize_with = "data_type")]
    #[schemars(with = "Option<&str>", extend("enum" = ["co", "sizeout", "sizein", null]))]
    pub datatype: Option<DataType>,
    /// The times between buckets of which nothing is known.
    pub gaps: Vec<Gap>,
    /// Every whole bucket that is shown.
    pub buckets: Vec<Bucket>,
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
    /// Whether it was raised.
    pub flagged: bool,
    /// `notice` or `alert`.
    #[serde(serialize_with = "by_name")]
    #[schemars(with = "Option<&str>", extend("enum" = ["notice", "alert", null]))]
    pub severity: Option<Severity>,
    /// For which time up to its end it was raised.
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
    fn of(window: analysis::Window) -> Self {
        let analysis::Window { start, length, count, expected, low: _, high, z } = window;
        Self { start, hours: length.as_secs_f64() / 3_600.0, count, expected, high, z }
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
        Self::from(&series, &analysis::analyse(&series, zone, baseline, policy))
    }

    /// The series of an answer beside what was found in it.
    pub(crate) fn of(info: &DeviceInfo, found: &analysis::Timeline, now: Timestamp) -> Self {
        Self::from(&completed(info, now), found)
    }

    fn from(series: &Series, found: &analysis::Timeline) -> Self {
        let buckets = found.points.iter().map(|point| Bucket {
            time: point.start,
            count: point.count,
            expected: point.expected.map(|expected| expected.value),
            low: point.expected.map(|expected| expected.low),
            high: point.expected.map(|expected| expected.high),
            z: point.z,
            flagged: point.severity.is_some(),
            severity: point.severity,
            window: point.window.map(Span::of),
        });
        Self {
            basis: Basis::new(&found.status, found.method, found.n_used),
            datatype: series.measure(),
            gaps: gaps(series),
            buckets: buckets.collect(),
        }
    }
}

/// The series.
impl Body for Timeline {
    type Facts = Samples;
}

impl Timeline {
    /// The series, for drawing.
    pub(crate) fn samples(&self) -> Samples {
        Samples::new(self.buckets.iter().map(|bucket| (bucket.time, bucket.count)).collect())
    }

    /// Only the buckets that begin at or after `since` and before `until`. What is usual was told
    /// from all of them.
    #[must_use]
    pub fn between(mut self, since: Option<Timestamp>, until: Option<Timestamp>) -> Self {
        let within = |time: Timestamp| {
            since.is_none_or(|since| time >= since) && until.is_none_or(|until| time < until)
        };
        self.buckets.retain(|bucket| within(bucket.time));
        self.gaps.retain(|gap| {
            since.is_none_or(|since| gap.end > since) && until.is_none_or(|until| gap.start < until)
        });
        self
    }

    /// A count in the unit of the series, rounded to a whole one.
    pub(crate) fn amount(&self, count: f64) -> String {
        Unit::of_series(self.datatype).words(count)
    }

    /// The raised buckets, the most urgent first, of equals the newest.
    fn concerns(&self) -> Vec<Concern> {
        let mut raised: Vec<(Level, Span)> = self
            .buckets
            .iter()
            .filter_map(|bucket| Some((level(bucket.severity?), bucket.window?)))
            .collect();
        raised.sort_by_key(|(level, window)| Reverse((*level, window.start)));
        let concern = |(level, window): (Level, Span)| {
            let [counted, usual] = [window.count, window.expected].map(|count| self.amount(count));
            let length = window.length();
            Concern {
                level,
                message: format!("{}: {counted} in {length}, where {usual} is usual", window.start),
            }
        };
        raised.into_iter().map(concern).collect()
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

/// How urgently a raised bucket should be looked at.
const fn level(severity: Severity) -> Level {
    match severity {
        Severity::Notice => Level::Low,
        Severity::Alert => Level::Medium,
    }
}

#[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn by_name<S: Serializer>(severity: &Option<Severity>, serializer: S) -> Result<S::Ok, S::Error> {
    severity.map(Severity::as_str).serialize(serializer)
}

#[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn data_type<S: Serializer>(measure: &Option<DataType>, serializer: S) -> Result<S::Ok, S::Error> {
    measure.map(DataType::as_str).serialize(serializer)
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
            header: Header::new("dt.timeline/1", info.dialect, until, &info.subject.device),
            concerns: body.concerns(),
            facts: body.samples(),
            body,
        }
    }

    /// Only what begins at or after `since` and before `until` is shown, and is a concern.
    #[must_use]
    pub fn between(self, since: Option<Timestamp>, until: Option<Timestamp>) -> Self {
        let body = self.body.between(since, until);
        Self { header: self.header, concerns: body.concerns(), facts: body.samples(), body }
    }
}
