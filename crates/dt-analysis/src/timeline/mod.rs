//! When was this device unusual?
//!
//! Each bucket is compared with what is usual at its hour, and so is the time of 3 and of 24 hours up
//! to its end as a whole: a night of many small uploads has no hour that stands out. On the scale
//! y = ln(1 + x):
//!
//! - expected m of a bucket: the median of y over the buckets of the same kind of day (weekday or
//!   weekend) whose hour of day is the same or next to it; but at least what is exceeded at that very
//!   hour three times in four: a backup every night at three is not what the hours around it are;
//! - expected m of a longer time: ln(1 + the sum of what is usual in its hours), where an hour's
//!   usual is as above with the mean of the middle half for the median, back on the scale of counts;
//!   and the median of what other such times are off by, since this is not the middle of a sum;
//! - error e: the larger of 1.4826 times the median of |y - m| over all others and over those around
//!   its hour (the MAD), and at least 0.1, below which a difference is too small to matter;
//! - limit q, up to which a quiet device rises above m in four weeks: the residuals y - m that 1 in 20
//!   and 1 in 80 of the others lie above, extended along the logarithm of the share to 1 in 672 (the
//!   hours of four weeks), at least 0.1 above the first. A month with incidents has such a tail, too;
//!   so at most the fence of the other days' highest residuals, where 7 days are known: their upper
//!   quartile and 2 interquartile ranges (Tukey 1977). Where half of the days are the same, idle ones
//!   above all, it is 0.1 above what 1 in 10 of them exceeds. And at least three standard deviations
//!   of a Poisson variable, by Anscombe's transform: where nearly all hours are empty, others say
//!   nothing about counting;
//! - spread s: the larger of e and q / 2.4, so that q is where a notice begins;
//! - z = (y - m) / s.
//!
//! Nothing within a day of a bucket is in its baseline, so that an incident of hours is not compared
//! with itself. Where a cell has fewer than three others, the hour of day alone decides, then all
//! buckets. The causal form looks only at the 28 days before a bucket, which is how a watcher would
//! have seen it.
//!
//! A rise is a [`Severity::Notice`] from z = 2.4 on and a [`Severity::Alert`] from 3.5 on (the usual
//! convention for robust scores, Iglewicz and Hoaglin 1993), and it is that of the shortest time that
//! reaches the level. A raised one holds its level back for 24 hours, for a longer time by as much
//! longer: one incident is not twenty, nor is it told again because the last 24 hours still hold
//! it. A drop is shown by its z and never raised: quiet is no attack. What fell silent for hours is a
//! low finding of its own.
//!
//! An [`Incident`] is what is unusual together. Silence decides what is told, never what belongs to it:
//!
//! - every stretch of hours with z of at least 0.6 of the notice threshold that holds one above it;
//! - of 3 and of 24 hours that are unusual even without these, the hours that carry it: those from 0.6
//!   of the threshold on, or where these alone are not why, all above what is usual;
//! - the hour at which it is told;
//! - as one, wherever less than 24 hours lie between. What lies between does not belong to it, so that
//!   chance does not make an incident longer.
//!
//! Its level is the highest that was reached. The causal form marks in the same way: which hours are
//! told is known at their ends, which belong to the same incident only afterwards. When something is
//! told, and at which thresholds, does not depend on incidents: one that goes on for days is told again
//! after each silence.
//!
//! It declines to answer with fewer than 48 buckets. The time zone decides what an hour of day is.
//!
//! What it does not do:
//!
//! - a level that rose and stayed is usual to the form that looks back, once it is half of the series,
//!   and to the causal form after some days;
//! - what happens once or twice a week is unusual each time, since days are only told apart as weekdays
//!   and weekends. In its first week the causal form knows little, and of weekends in its first two;
//! - where an hour differs a lot from the next and many buckets are missing, the hours at the edge may
//!   be taken for rises of 3 hours.
//!
//! The score on NAB and how often quiet devices are flagged are measured by `cargo lab evaluate`,
//! `nab` and `null`; [`TimelinePolicy`] says how the constants were chosen.

mod all;
mod days;
mod incident;
mod sliding;
mod sorted;
mod view;
mod week;
mod windows;

use std::fmt;

use dt_model::{Bucket, Series};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::cells::Cell;
use crate::{Policy, Status, TimelinePolicy};
pub use all::Timelines;
use days::Days;
use incident::Incidents;
pub use incident::{Incident, IncidentId, Peak};
use view::View;
use windows::{Score, Windows};

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
    /// How far the count is from that, in spreads on the logarithmic scale.
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
    /// For which time: the bucket itself, or more.
    pub window: Window,
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
    /// Worth looking at by itself: about a fifth of that.
    Alert,
}

impl Severity {
    /// Of a rise by so many spreads; `None` below a notice.
    pub(crate) fn of(z: f64, policy: &TimelinePolicy) -> Option<Self> {
        match z {
            _ if z >= policy.alert_from => Some(Self::Alert),
            _ if z >= policy.notice_from => Some(Self::Notice),
            _ => None,
        }
    }

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
    let buckets = series.buckets();
    let width = series.width().filter(|_| buckets.len() >= policy.fewest_buckets);
    let found = match width {
        Some(width) => Found::of(series, width, zone, baseline, policy),
        None => Found::nothing(buckets.len()),
    };
    let told = found.told(buckets, policy);
    let incidents = Incidents::of(buckets, &found, &told, policy);
    let points = buckets.iter().enumerate().map(|(place, bucket)| {
        let score = found.buckets[place];
        Point {
            start: bucket.start,
            count: bucket.count,
            expected: score.map(|score| Expected::of(score, policy)),
            z: score.map(|score| score.z),
            incident: incidents.of[place],
            told: told[place],
        }
    });
    let points: Vec<Point> = points.collect();
    Timeline {
        status: status(series, policy),
        method: match baseline {
            Baseline::Others => METHOD,
            Baseline::Before => {
                "median and spread by hour of day and kind of day of the 28 days before, on ln(1+x)"
            }
        },
        n_used: points.iter().filter(|point| point.z.is_some()).count(),
        points,
        incidents: incidents.all,
    }
}

const METHOD: &str = "median and spread by hour of day and kind of day, on ln(1+x)";

fn status(series: &Series, policy: &TimelinePolicy) -> Status {
    let (buckets, needed) = (series.buckets().len(), policy.fewest_buckets);
    if buckets < needed {
        return Status::Insufficient(format!("{buckets} intervals, {needed} needed"));
    }
    let mut counts = series.counts();
    let first = counts.next();
    if counts.all(|count| Some(count) == first) {
        return Status::Degenerate;
    }
    Status::Ok
}

/// What was found about the buckets, and about the windows that end with them.
struct Found {
    width: SignedDuration,
    buckets: Vec<Option<Score>>,
    windows: Vec<(SignedDuration, Vec<Option<Score>>)>,
}

impl Found {
    fn of(
        series: &Series,
        width: SignedDuration,
        zone: &TimeZone,
        baseline: Baseline,
        policy: &TimelinePolicy,
    ) -> Self {
        let starts = series.buckets().iter().map(|bucket| bucket.start.as_second());
        let starts: Vec<i64> = starts.collect();
        let cells = Cell::of(series, zone);
        let views = View::of(&starts, baseline, policy);
        let days = Days::new(&starts, width, baseline, policy);
        let windows = Windows::new(series, &starts, width, &views, &days, &cells, policy);
        let longer = policy.windows.into_iter().filter(|length| *length > width);
        Self { width, buckets: windows.buckets(), windows: windows.ending(longer) }
    }

    /// What is told at the end of each bucket.
    fn told(&self, buckets: &[Bucket], policy: &TimelinePolicy) -> Vec<Option<Rise>> {
        let mut raised = Raised::default();
        let told = buckets.iter().enumerate().map(|(place, bucket)| {
            let ending = self.ending(place);
            let (severity, ending) = raised.next(bucket.start, ending, self.width, policy)?;
            Some(Rise { severity, window: ending.window(bucket.start, self.width, policy) })
        });
        told.collect()
    }

    fn nothing(buckets: usize) -> Self {
        Self { width: SignedDuration::ZERO, buckets: vec![None; buckets], windows: Vec::new() }
    }

    /// The bucket and the longer windows that end with it, shortest first.
    fn ending(&self, place: usize) -> impl Iterator<Item = Ending> + Clone {
        let own = std::iter::once((self.width, self.buckets[place]));
        let longer = self.windows.iter().map(move |(length, scores)| (*length, scores[place]));
        own.chain(longer).filter_map(|(length, score)| Some(Ending { length, score: score? }))
    }
}

/// What was found about the time of some length up to the end of a bucket.
#[derive(Clone, Copy)]
struct Ending {
    length: SignedDuration,
    score: Score,
}

impl Ending {
    /// With a bucket that begins then.
    fn window(self, at: Timestamp, width: SignedDuration, policy: &TimelinePolicy) -> Window {
        let Self { length, score } = self;
        Window {
            start: at.checked_sub(length - width).unwrap_or(Timestamp::MIN),
            length,
            count: score.count,
            expected: score.expected,
            low: score.at(-policy.notice_from),
            high: score.at(policy.notice_from),
            z: score.z,
        }
    }
}

impl Expected {
    fn of(score: Score, policy: &TimelinePolicy) -> Self {
        Self {
            value: score.expected,
            low: score.at(-policy.notice_from),
            high: score.at(policy.notice_from),
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
    /// What is raised at the end of a bucket: the shortest of the windows that end there, are as far
    /// above what is usual as a level asks for, and do not reach into the level's cooldown. A day
    /// that holds the incident of the day before would otherwise raise it once more.
    fn next(
        &mut self,
        at: Timestamp,
        mut endings: impl Iterator<Item = Ending> + Clone,
        width: SignedDuration,
        policy: &TimelinePolicy,
    ) -> Option<(Severity, Ending)> {
        let is_news = |ending: &Ending, raised: Option<Timestamp>| {
            let longer = ending.length - width;
            raised.is_none_or(|raised| at.duration_since(raised) >= policy.cooldown + longer)
        };
        let alert = endings
            .clone()
            .find(|ending| ending.score.z >= policy.alert_from && is_news(ending, self.alert));
        if let Some(ending) = alert {
            // Whoever was alerted needs no notice of the same.
            (self.alert, self.notice) = (Some(at), Some(at));
            return Some((Severity::Alert, ending));
        }
        let ending = endings
            .find(|ending| ending.score.z >= policy.notice_from && is_news(ending, self.notice))?;
        self.notice = Some(at);
        Some((Severity::Notice, ending))
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
