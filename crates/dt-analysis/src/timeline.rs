//! When was this device unusual?
//!
//! On the scale y = ln(1 + count), a bucket is compared with what is usual at its hour:
//!
//! - expected m: the median of y over the buckets of the same kind of day (weekday or weekend) whose
//!   hour of day is the same or next to it;
//! - spread s: the largest of the cell's scaled MAD, the scaled MAD of all residuals, the residual
//!   that 2.5 % lie above in units of 1.96 (the same for normal data; where most buckets are empty,
//!   a MAD says nothing about how far the others rise), and 0.1, below which a difference is too
//!   small to matter;
//! - z = (y - m) / s.
//!
//! The bucket itself is never in its own baseline. Where a cell has fewer than three other buckets,
//! the hour of day alone decides, then all buckets. The causal form looks only at the 28 days before
//! a bucket, which is how a watcher would have seen it.
//!
//! A rise is a [`Severity::Notice`] from one threshold on and a [`Severity::Alert`] from a higher one
//! (3.5 is the usual convention for robust scores). A raised one silences its level for 24 hours, so
//! that one incident is not twenty. A drop is shown by its z and never raised: quiet is no attack.
//!
//! It declines to answer with fewer than 48 buckets. The time zone decides what an hour of day is.

use std::fmt;

use dt_model::Series;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::robust::{deviation, deviation_without, median, rise, rise_without};
use crate::{Policy, Status, TimelinePolicy};

/// A series beside what was expected of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Timeline {
    /// Whether there was enough to go by.
    pub status: Status,
    /// How it was done.
    pub method: &'static str,
    /// How many buckets were used.
    pub n_used: usize,
    /// Every bucket.
    pub points: Vec<Point>,
}

/// A bucket beside what was expected of it. What could not be told is `None`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// When the bucket begins.
    pub start: Timestamp,
    /// What was counted.
    pub count: u64,
    /// What is usual at that hour, in the series' unit.
    pub expected: Option<Expected>,
    /// How far the count is from that, in spreads on the logarithmic scale.
    pub z: Option<f64>,
    /// Whether it was raised.
    pub severity: Option<Severity>,
}

/// What is usual, in the series' unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// The median.
    pub value: f64,
    /// Below this a bucket would be as unusual as a notice is above.
    pub low: f64,
    /// Above this it is raised.
    pub high: f64,
}

/// How unusual a rise is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// A lead: about one a quiet device in four weeks.
    Notice,
    /// Worth looking at by itself: about a fifth of that.
    Alert,
}

impl Severity {
    /// The severity's name in the output contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Alert => "alert",
        }
    }
}

/// What a bucket may be compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Baseline {
    /// All others of the series: for looking back.
    #[default]
    Others,
    /// Those of the 28 days before it: for watching, and for longer series.
    Before,
}

/// Compares every bucket of a series with what is usual at its hour.
#[must_use]
pub fn analyse(series: &Series, zone: &TimeZone, baseline: Baseline, policy: &Policy) -> Timeline {
    let policy = &policy.timeline;
    let hours = Hours::of(series, zone);
    let scores = match hours.values.len() {
        few if few < policy.fewest_buckets => vec![None; few],
        _ => hours.scores(baseline, policy),
    };
    let mut raised = Raised::default();
    let points = series.buckets().iter().zip(&scores).map(|(bucket, score)| Point {
        start: bucket.start,
        count: bucket.count,
        expected: score.map(|score| score.expected(policy)),
        z: score.map(|score| score.z),
        severity: score.and_then(|score| raised.severity(bucket.start, score.z, policy)),
    });
    let points: Vec<Point> = points.collect();
    Timeline {
        status: status(&hours, policy),
        method: match baseline {
            Baseline::Others => "median and MAD by hour of day and kind of day, on ln(1+x)",
            Baseline::Before => "the same over the 28 days before each bucket",
        },
        n_used: points.iter().filter(|point| point.z.is_some()).count(),
        points,
    }
}

fn status(hours: &Hours, policy: &TimelinePolicy) -> Status {
    let (buckets, needed) = (hours.values.len(), policy.fewest_buckets);
    if buckets < needed {
        return Status::Insufficient(format!("{buckets} buckets, where {needed} are needed"));
    }
    let first = hours.values[0];
    if hours.values.iter().all(|value| value.total_cmp(&first).is_eq()) {
        return Status::Degenerate;
    }
    Status::Ok
}

/// The buckets on the logarithmic scale, by when in the week they are.
struct Hours {
    values: Vec<f64>,
    starts: Vec<Timestamp>,
    cells: Vec<Cell>,
    /// The buckets of each cell, oldest first.
    members: [Vec<usize>; Cell::COUNT],
}

/// A kind of day and an hour of it.
#[derive(Clone, Copy)]
struct Cell {
    weekend: bool,
    hour: usize,
}

impl Cell {
    const HOURS: usize = 24;
    const COUNT: usize = 2 * Self::HOURS;

    fn index(self) -> usize {
        usize::from(self.weekend) * Self::HOURS + self.hour
    }

    /// The cells of the same kind of day at this hour and next to it.
    fn neighbours(self) -> impl Iterator<Item = usize> {
        let around = [self.hour + Self::HOURS - 1, self.hour, self.hour + 1];
        around.into_iter().map(move |hour| Self { hour: hour % Self::HOURS, ..self }.index())
    }

    fn other_kind_of_day(self) -> Self {
        Self { weekend: !self.weekend, ..self }
    }
}

/// What a bucket looks like beside its baseline, on the logarithmic scale.
#[derive(Clone, Copy)]
struct Score {
    median: f64,
    spread: f64,
    z: f64,
}

impl Score {
    fn expected(self, policy: &TimelinePolicy) -> Expected {
        let reach = policy.notice_from * self.spread;
        let count = |y: f64| y.exp_m1().max(0.0);
        Expected {
            value: count(self.median),
            low: count(self.median - reach),
            high: count(self.median + reach),
        }
    }
}

impl Hours {
    fn of(series: &Series, zone: &TimeZone) -> Self {
        let mut hours = Self {
            values: Vec::with_capacity(series.buckets().len()),
            starts: Vec::with_capacity(series.buckets().len()),
            cells: Vec::with_capacity(series.buckets().len()),
            members: std::array::from_fn(|_| Vec::new()),
        };
        for (place, bucket) in series.buckets().iter().enumerate() {
            let local = zone.to_datetime(bucket.start);
            let cell = Cell {
                weekend: local.weekday().to_monday_one_offset() > 5,
                hour: usize::try_from(local.hour()).unwrap_or(0),
            };
            hours.members[cell.index()].push(place);
            hours.values.push((bucket.count as f64).ln_1p());
            hours.starts.push(bucket.start);
            hours.cells.push(cell);
        }
        hours
    }

    fn scores(&self, baseline: Baseline, policy: &TimelinePolicy) -> Vec<Option<Score>> {
        let mut others = Vec::with_capacity(self.values.len());
        let centred: Vec<Option<(f64, f64)>> = (0..self.values.len())
            .map(|place| self.centre(place, baseline, policy, &mut others))
            .collect();
        let residual = |place: usize| centred[place].map(|(median, _)| self.values[place] - median);
        let pooled = Pooled::of((0..self.values.len()).map(residual).collect());
        centred
            .iter()
            .enumerate()
            .map(|(place, centred)| {
                let (median, own) = (*centred)?;
                let all = pooled.without(place, baseline, policy, &mut others);
                let spread = own.max(all).max(policy.smallest_spread);
                Some(Score { median, spread, z: (self.values[place] - median) / spread })
            })
            .collect()
    }

    /// Median and scaled MAD of what a bucket is compared with; `others` is room to work in.
    fn centre(
        &self,
        place: usize,
        baseline: Baseline,
        policy: &TimelinePolicy,
        others: &mut Vec<f64>,
    ) -> Option<(f64, f64)> {
        let cell = self.cells[place];
        let same = || cell.neighbours();
        let any_day = || cell.neighbours().chain(cell.other_kind_of_day().neighbours());
        self.gather(place, baseline, same(), policy, others);
        if others.len() < policy.fewest_in_cell {
            self.gather(place, baseline, any_day(), policy, others);
        }
        if others.len() < policy.fewest_in_cell {
            self.gather(place, baseline, 0..Cell::COUNT, policy, others);
        }
        if others.len() < policy.fewest_in_cell {
            return None;
        }
        let centre = median(others)?;
        Some((centre, deviation(others, centre)?))
    }

    /// The values of these cells, but for the bucket itself and what its baseline must not see.
    fn gather(
        &self,
        place: usize,
        baseline: Baseline,
        cells: impl Iterator<Item = usize>,
        policy: &TimelinePolicy,
        others: &mut Vec<f64>,
    ) {
        others.clear();
        let oldest = self.starts[place].checked_sub(policy.trailing).unwrap_or(Timestamp::MIN);
        for members in cells.map(|cell| &self.members[cell]) {
            let visible = match baseline {
                Baseline::Others => &members[..],
                Baseline::Before => {
                    let begin = members.partition_point(|&other| self.starts[other] < oldest);
                    let end = members.partition_point(|&other| other < place);
                    &members[begin..end.max(begin)]
                }
            };
            let values = visible.iter().filter(|&&other| other != place);
            others.extend(values.map(|&other| self.values[other]));
        }
    }
}

/// The spread of all residuals around what was expected.
struct Pooled {
    residuals: Vec<Option<f64>>,
    /// Their absolute values, smallest first.
    absolute: Vec<f64>,
    /// Themselves, smallest first.
    signed: Vec<f64>,
}

impl Pooled {
    fn of(residuals: Vec<Option<f64>>) -> Self {
        let mut signed: Vec<f64> = residuals.iter().flatten().copied().collect();
        let mut absolute: Vec<f64> = signed.iter().map(|value| value.abs()).collect();
        signed.sort_unstable_by(f64::total_cmp);
        absolute.sort_unstable_by(f64::total_cmp);
        Self { residuals, absolute, signed }
    }

    /// The spread of the others; for watching, of those shortly before.
    fn without(
        &self,
        place: usize,
        baseline: Baseline,
        policy: &TimelinePolicy,
        others: &mut Vec<f64>,
    ) -> f64 {
        match (baseline, self.residuals[place]) {
            (Baseline::Others, Some(own)) => {
                let among = |sorted: &[f64], value: f64| sorted.partition_point(|x| *x < value);
                let spread = deviation_without(&self.absolute, among(&self.absolute, own.abs()));
                spread.max(rise_without(&self.signed, among(&self.signed, own)))
            }
            (Baseline::Before, _) => {
                others.clear();
                let begin = place.saturating_sub(policy.pooled_before);
                others.extend(self.residuals[begin..place].iter().flatten());
                let rise = rise(others);
                deviation(others, 0.0).unwrap_or(0.0).max(rise)
            }
            (Baseline::Others, None) => 0.0,
        }
    }
}

/// When each level was last raised.
#[derive(Default)]
struct Raised {
    notice: Option<Timestamp>,
    alert: Option<Timestamp>,
}

impl Raised {
    /// The severity of a bucket, unless its level is silent.
    fn severity(&mut self, at: Timestamp, z: f64, policy: &TimelinePolicy) -> Option<Severity> {
        let silent = |last: Option<Timestamp>| {
            last.is_some_and(|last| at.duration_since(last) < policy.silence)
        };
        if z >= policy.alert_from && !silent(self.alert) {
            // Whoever was alerted needs no notice of the same.
            (self.alert, self.notice) = (Some(at), Some(at));
            return Some(Severity::Alert);
        }
        if z >= policy.notice_from && !silent(self.notice) {
            self.notice = Some(at);
            return Some(Severity::Notice);
        }
        None
    }
}

impl fmt::Display for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Status::Insufficient(missing) = &self.status {
            return write!(f, "too little to go by: {missing}");
        }
        let count =
            |severity| self.points.iter().filter(|point| point.severity == Some(severity)).count();
        let (alerts, notices) = (count(Severity::Alert), count(Severity::Notice));
        write!(f, "{alerts} alerts and {notices} notices in {} intervals", self.points.len())
    }
}
