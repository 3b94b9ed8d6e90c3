//! `dt.timeline/1`

use dt_analysis::timeline as analysis;
use dt_analysis::timeline::Baseline;
use dt_analysis::{Policy, Status};
use dt_model::{DataType, DeviceInfo};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::{Answer, Header};
use crate::trace::Trace;

/// A series beside what was expected of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Timeline {
    /// `ok`, `insufficient` or `degenerate`.
    pub status: &'static str,
    /// What is missing, if something is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// How it was done.
    pub method: &'static str,
    /// How many buckets were used.
    pub n_used: usize,
    /// What is counted: `co`, `sizeout` or `sizein`.
    pub datatype: Option<&'static str>,
    /// Every whole bucket.
    pub buckets: Vec<Bucket>,
    /// The series, for drawing.
    #[serde(skip)]
    pub trace: Trace,
}

/// A bucket beside what was expected of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bucket {
    /// When it begins.
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
    pub severity: Option<&'static str>,
}

impl Timeline {
    /// Compares the whole buckets of an answer with what is usual at their hours.
    #[must_use]
    pub fn new(
        info: &DeviceInfo,
        zone: &TimeZone,
        baseline: Baseline,
        policy: &Policy,
        now: Timestamp,
    ) -> Self {
        let series = info.subject.series.clone().over_at(now);
        let found = analysis::analyse(&series, zone, baseline, policy);
        let buckets = found.points.iter().map(|point| Bucket {
            time: point.start,
            count: point.count,
            expected: point.expected.map(|expected| expected.value),
            low: point.expected.map(|expected| expected.low),
            high: point.expected.map(|expected| expected.high),
            z: point.z,
            flagged: point.severity.is_some(),
            severity: point.severity.map(analysis::Severity::as_str),
        });
        Self {
            status: found.status.as_str(),
            missing: match &found.status {
                Status::Insufficient(missing) => Some(missing.clone()),
                Status::Ok | Status::Degenerate => None,
            },
            method: found.method,
            n_used: found.n_used,
            datatype: series.measure().map(DataType::as_str),
            buckets: buckets.collect(),
            trace: Trace::of(&series),
        }
    }
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
        let until = info.subject.series.whole_until(now);
        Self {
            header: Header::new("dt.timeline/1", info.dialect, until, &info.subject.device),
            body: Timeline::new(info, zone, baseline, policy, now),
            concerns: Vec::new(),
        }
    }
}
