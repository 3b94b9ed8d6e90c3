//! When was this device unusual?
//!
//! Each bucket is compared with what is usual at its hour, and so is the time of 3, 24 and 72 hours up
//! to its end as a whole: a night of many small uploads has no hour that stands out. The quiet hours of
//! the day up to its end are compared, too: what is always there raises them. With x what was counted:
//!
//! - scale lambda: a tenth of a typical day's highest hour, at least 1. Differences are
//!   ln((x + lambda) / (m + lambda)), so that those of a few counts do not matter;
//! - usual m of a bucket: the median of those at the same hour and kind of day (weekday or weekend). Up
//!   to 0.6 of what is usual an hour before or after may come now: work begins early. What was there within
//!   an hour of the same time in half of the other weeks is usual, too;
//! - usual m of a longer time: the sum of what is usual in its buckets, and the median of what other such
//!   times are off by. Of quiet hours: the median of the lower quartile of other days;
//! - level l: the lower of the median differences of the 6 days before and after a day around the bucket
//!   (causally, of those before), not below 0: a level that lasts is told once. Where all that came before
//!   was lower, it is that: what is usual is what came after;
//! - spread s: of differences around that level by their quartiles, or by the one that 1 in 10 of them
//!   exceeds, whichever is larger; around the hour, but at least half of that of all hours. To
//!   it come 0.15, and what counting alone varies by (Poisson);
//! - z = (ln((x + lambda) / (m + lambda)) - l) / s;
//! - surprise S = (z - M) / beta, by the Gumbel distribution of a day's highest z: its location M and scale
//!   beta from the quartiles of other days, as if ten more days had been as in all series. Of days with few
//!   others both are wider. This makes series alike whose tails are not: S is about the logarithm of how
//!   many days have one such.
//!
//! Nothing within a day of a bucket is in its baseline, so that an incident of hours is not compared
//! with itself. Where a cell has fewer than three others, the hour of day alone decides; then nothing is
//! said. The causal form looks only at the 28 days before a bucket, which is how a watcher would
//! have seen it.
//!
//! A rise is a [`Severity::Notice`] from some S on and a [`Severity::Alert`] from a higher one, see
//! [`TimelinePolicy`]. A drop is shown by its z and never raised: quiet is no attack. What fell silent
//! for hours is a low finding of its own, and so is what fell for days ([`Fall`]).
//!
//! An [`Incident`] is what is unusual together, and it is told once: in the first hour with a rise. It goes
//! on until nothing was above 0.6 of a notice for 24 hours. What is 1.6 times as unusual, a day
//! later or more, is an incident of its own. To it belong:
//!
//! - every stretch of hours above 0.6 of a notice that holds one above it;
//! - of 3, 24 and 72 hours that are unusual even without these, the hours that carry it: those above 0.6
//!   of a notice, or where these alone are not why, all above what is usual;
//! - of a day whose quiet hours are unusual, all hours above what is usual;
//! - the hour at which it is told.
//!
//! Its level is the highest that was reached. The causal form marks in the same way: which hours are
//! told is known at their ends, which belong to the same incident only afterwards.
//!
//! It declines to answer of less than a week, and of buckets wider than a day. The time zone decides what
//! an hour of day is.
//!
//! What it does not do, in figures: `docs/detection.md`. The causal form knows little in its first weeks,
//! and of weekends in its first two. How often real series are flagged and what is found in them is
//! measured by `cargo lab evaluate field`, how often simulated quiet devices are by `null`.

mod all;
mod days;
mod extremes;
mod fall;
mod floor;
mod frame;
mod incident;
mod level;
mod score;
mod sliding;
mod smallest;
mod sorted;
mod sums;
mod told;
mod told_incident;
mod usual;
mod view;
mod week;

use std::fmt;

use dt_model::Series;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::{Level, Policy, Status, TimelinePolicy};
pub use all::Timelines;
pub use fall::Fall;
use frame::Frame;
use incident::Incidents;
pub use incident::{Incident, IncidentId, Peak};
use score::Score;
pub use smallest::SmallestRise;
pub use told::{Bucket, Gap, SeriesScope, Span, ToldTimeline};
pub use told_incident::ToldIncident;
use usual::Usual;

/// A series beside what was expected of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Timeline {
    /// Whether there was enough to go by.
    pub status: Status,
    /// How it was done.
    pub method: &'static str,
    /// How many buckets were used.
    pub n_used: usize,
    /// Every bucket.
    pub points: Vec<Point>,
    /// Which of them are unusual together, oldest first. No two share time.
    pub incidents: Vec<Incident>,
    /// When much less than usual was counted for days, oldest first.
    pub falls: Vec<Fall>,
}

/// A bucket beside what was expected of it. What could not be told is `None`.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Point {
    /// When the bucket begins.
    pub start: Timestamp,
    /// What was counted.
    pub count: u64,
    /// What is usual at that hour, in the series' unit.
    pub expected: Option<Expected>,
    /// How far the count is from that, in spreads on the logarithmic scale; from which z on it is raised
    /// is different for each series.
    pub z: Option<f64>,
    /// To which of the timeline's incidents it belongs.
    pub incident: Option<usize>,
    /// What is told at its end: it is not silent then.
    pub told: Option<Rise>,
}

/// A rise that is told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rise {
    /// How unusual it is.
    pub severity: Severity,
    /// In what.
    pub measure: Measure,
    /// For which time: the bucket itself, or more.
    pub window: Window,
}

/// What of a time is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    /// All that was counted in it.
    Sum,
    /// What three in four of its buckets exceed: what its quiet hours are like.
    Floor,
}

/// What is usual, in the series' unit.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Expected {
    /// The median.
    pub value: f64,
    /// Below this a bucket would be as unusual as a notice is above.
    pub low: f64,
    /// Above this it is raised.
    pub high: f64,
}

/// The time up to the end of a bucket, as a whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// When it begins.
    pub start: Timestamp,
    /// How long it is.
    pub length: SignedDuration,
    /// What was counted in it.
    pub count: f64,
    /// What is usual, in the series' unit.
    pub expected: f64,
    /// Below this it would be as unusual as a notice is above.
    pub low: f64,
    /// Above this it is raised.
    pub high: f64,
    /// How far the count is from what is usual.
    pub z: f64,
}

/// How unusual a rise is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A lead: about one a quiet device in four weeks.
    Notice,
    /// Worth looking at by itself: about a fourth of that.
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

    /// How urgently what reached it should be looked at.
    #[must_use]
    pub const fn level(self) -> Level {
        match self {
            Self::Notice => Level::Low,
            Self::Alert => Level::Medium,
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
    let buckets = series.buckets();
    let (status, width) = status(series, policy);
    let found = match width {
        Some(width) => Found::of(series, &Frame::new(series, width, zone, baseline, policy)),
        None => Found::nothing(buckets.len(), Levels::of(baseline, policy)),
    };
    let status = match width {
        Some(width) if found.buckets.iter().all(Option::is_none) => {
            let (width, needed) = (width.as_secs_f64() / 3_600.0, policy.fewest_in_cell);
            let why =
                format!("fewer than {needed} other intervals of {width} h at any hour of day");
            Status::Insufficient(why)
        }
        _ => status,
    };
    let incidents = Incidents::of(buckets, &found, policy);
    let points = buckets.iter().enumerate().map(|(place, bucket)| {
        let score = found.buckets[place];
        Point {
            start: bucket.start,
            count: bucket.count,
            expected: score.map(|score| Expected::of(&score, found.levels)),
            z: score.as_ref().map(Score::z),
            incident: incidents.of[place],
            told: incidents.told[place],
        }
    });
    let points: Vec<Point> = points.collect();
    Timeline {
        status,
        method: match baseline {
            Baseline::Others => METHOD,
            Baseline::Before => {
                "median and spread by hour of day and kind of day of the 28 days before, on ln(1+x)"
            }
        },
        n_used: points.iter().filter(|point| point.z.is_some()).count(),
        points,
        incidents: incidents.all,
        falls: found.falls,
    }
}

const METHOD: &str = "median and spread by hour of day and kind of day, on ln(1+x)";

/// Whether there is enough to go by, and if so how wide buckets are.
fn status(series: &Series, policy: &TimelinePolicy) -> (Status, Option<SignedDuration>) {
    let buckets = series.buckets();
    let times = series.start().zip(series.end());
    let Some((width, (start, end))) = series.width().zip(times) else {
        return (Status::Insufficient(format!("{} intervals", buckets.len())), None);
    };
    let hours = |time: SignedDuration| time.as_secs_f64() / 3_600.0;
    if width > policy.widest {
        let (width, widest) = (hours(width), hours(policy.widest));
        let why = format!("intervals of {width} h, which have no hour: at most {widest} h needed");
        return (Status::Insufficient(why), None);
    }
    let known = end.duration_since(start);
    if known < policy.least_time {
        let (known, needed) = (hours(known) / 24.0, hours(policy.least_time) / 24.0);
        let why = format!("{known:.1} days are not enough to judge, {needed} needed");
        return (Status::Insufficient(why), None);
    }
    let mut counts = series.counts();
    let first = counts.next();
    let is_constant = counts.all(|count| Some(count) == first);
    (if is_constant { Status::Degenerate } else { Status::Ok }, Some(width))
}

/// From which surprise on something is told.
#[derive(Debug, Clone, Copy)]
struct Levels {
    continues: f64,
    notice: f64,
    alert: f64,
}

impl Levels {
    fn of(baseline: Baseline, policy: &TimelinePolicy) -> Self {
        let form = match baseline {
            Baseline::Others => 0,
            Baseline::Before => 1,
        };
        let notice = policy.notice_from[form];
        Self { continues: policy.continues_from * notice, notice, alert: policy.alert_from[form] }
    }

    /// How much of what was counted in a bucket it tells by itself.
    fn explained(self, score: Option<Score>) -> f64 {
        let unusual = score.filter(|score| score.surprise() >= self.notice);
        unusual.map_or(0.0, |score| score.compared.excess())
    }

    /// `None` below a notice.
    fn of_surprise(self, surprise: f64) -> Option<Severity> {
        match surprise {
            _ if surprise >= self.alert => Some(Severity::Alert),
            _ if surprise >= self.notice => Some(Severity::Notice),
            _ => None,
        }
    }
}

/// What was found about the buckets, and about the times that end with them.
struct Found {
    width: SignedDuration,
    levels: Levels,
    buckets: Vec<Option<Score>>,
    sums: Vec<(SignedDuration, Vec<Option<Score>>)>,
    floors: Vec<Option<Score>>,
    falls: Vec<Fall>,
}

impl Found {
    fn of(series: &Series, frame: &Frame<'_>) -> Self {
        let (policy, usual) = (frame.policy, Usual::of(frame));
        let [_, locations @ .., quiet] = policy.prior_locations;
        let (levels, buckets) = (Levels::of(frame.baseline, policy), usual.scores(frame));
        let explained: Vec<f64> = buckets.iter().map(|score| levels.explained(*score)).collect();
        let sums = policy.windows.into_iter().zip(locations);
        let sums = sums.filter(|(length, _)| *length > frame.width).map(|(length, location)| {
            (length, sums::scores(frame, &usual, &explained, length, location))
        });
        let sums: Vec<(SignedDuration, Vec<Option<Score>>)> = sums.collect();
        let days = sums.iter().find(|(length, _)| *length == policy.fall);
        let falls = days.map_or_else(Vec::new, |(_, times)| {
            fall::falls(series, frame, &usual, &buckets, times)
        });
        Self {
            width: frame.width,
            levels,
            buckets,
            falls,
            sums,
            floors: floor::scores(frame, &usual.levels, quiet),
        }
    }

    fn nothing(buckets: usize, levels: Levels) -> Self {
        let nothing = vec![None; buckets];
        let (sums, floors, falls) = (Vec::new(), nothing.clone(), Vec::new());
        Self { width: SignedDuration::ZERO, levels, buckets: nothing, sums, floors, falls }
    }

    /// The bucket and the longer times that end with it, shortest first.
    fn ending(&self, place: usize) -> impl Iterator<Item = Ending> + '_ {
        let of = move |length, measure, scores: &[Option<Score>]| {
            Some(Ending { length, measure, score: scores[place]? })
        };
        let own = of(self.width, Measure::Sum, &self.buckets);
        let sums =
            self.sums.iter().filter_map(move |(length, scores)| of(*length, Measure::Sum, scores));
        own.into_iter().chain(sums).chain(of(floor::LENGTH, Measure::Floor, &self.floors))
    }

    /// The largest surprise of what ends with a bucket.
    fn surprise(&self, place: usize) -> f64 {
        self.ending(place).map(|ending| ending.score.surprise()).fold(f64::MIN, f64::max)
    }

    /// That of what ends with a bucket and is shorter than a day.
    fn sudden(&self, place: usize) -> f64 {
        let ending = self.ending(place).filter(|ending| ending.length < floor::LENGTH);
        ending.map(|ending| ending.score.surprise()).fold(f64::MIN, f64::max)
    }

    /// What is unusual at the end of a bucket: the shortest time that reaches the highest level.
    fn rise(&self, start: Timestamp, place: usize) -> Option<Rise> {
        let severity = self.levels.of_surprise(self.surprise(place))?;
        let least =
            if severity == Severity::Alert { self.levels.alert } else { self.levels.notice };
        let mut endings = self.ending(place);
        let ending = endings.find(|ending| ending.score.surprise() >= least)?;
        let window = ending.window(start, self.width, self.levels);
        Some(Rise { severity, measure: ending.measure, window })
    }
}

/// What was found about the time of some length up to the end of a bucket.
struct Ending {
    length: SignedDuration,
    measure: Measure,
    score: Score,
}

impl Ending {
    /// With a bucket that begins then.
    fn window(&self, at: Timestamp, width: SignedDuration, levels: Levels) -> Window {
        let Expected { value, low, high } = Expected::of(&self.score, levels);
        Window {
            start: at.checked_sub(self.length - width).unwrap_or(Timestamp::MIN),
            length: self.length,
            count: self.score.compared.count,
            expected: value,
            low,
            high,
            z: self.score.z(),
        }
    }
}

impl Expected {
    fn of(score: &Score, levels: Levels) -> Self {
        let (low, high) = score.at(levels.notice);
        Self { value: score.compared.expected(), low, high }
    }
}

impl fmt::Display for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Status::Insufficient(missing) = &self.status {
            return write!(f, "not enough data: {missing}");
        }
        let told = || self.points.iter().filter_map(|point| point.told);
        let count = |severity| told().filter(|told| told.severity == severity).count();
        let (alerts, notices) = (count(Severity::Alert), count(Severity::Notice));
        write!(f, "{alerts} alerts and {notices} notices in {} intervals", self.points.len())
    }
}
