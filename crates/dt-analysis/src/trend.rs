//! Does the device do more from day to day, or less?
//!
//! The level of a day is ln(1 + mean per interval), less the median level of its kind of day
//! (weekday or weekend), so that the rhythm of the week is no trend. Its slope is Theil and Sen's,
//! whether there is one is Mann and Kendall's test with ties, both in [`monotone`](crate::monotone).
//! A slope of 0.01 is a rise by about one percent a day.
//!
//! Days with fewer than half of the fullest day's intervals are left out; the time zone decides
//! where a day begins. It declines below 14 days. Successive days depend on each other, so that p
//! is a little too small: a trend is said from p <= 0.01 only.

use std::fmt;

use dt_model::Series;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::monotone::{mann_kendall, theil_sen};
use crate::robust::median;
use crate::{Policy, Status, TrendPolicy};

/// How a device's level moves.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Trend {
    /// Whether there was enough to go by.
    #[serde(flatten)]
    pub status: Status,
    /// How it was done.
    pub method: &'static str,
    /// How many days were used.
    pub n_used: usize,
    /// The slope, on the scale ln(1 + x) a day.
    pub value: Option<f64>,
    /// The lower end of its 95 % interval.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
    /// The probability of days so well ordered, without a trend.
    pub p: Option<f64>,
    /// Whether that is little enough.
    pub significant: bool,
}

/// How the level of a series moves from day to day.
#[must_use]
pub fn analyse(series: &Series, zone: &TimeZone, policy: &Policy) -> Trend {
    let policy = &policy.trend;
    let days = levels(series, zone, policy);
    let (count, needed) = (days.len(), policy.fewest_days);
    let nothing = |status| Trend {
        status,
        method: "Theil-Sen slope and Mann-Kendall test of the daily level",
        n_used: 0,
        value: None,
        low: None,
        high: None,
        p: None,
        significant: false,
    };
    if count < needed {
        return nothing(Status::Insufficient(format!("{count} complete days, {needed} needed")));
    }
    let Some((slope, test)) = theil_sen(&days).zip(mann_kendall(&days)) else {
        return nothing(Status::Degenerate);
    };
    Trend {
        n_used: count,
        value: Some(slope.value),
        low: Some(slope.low),
        high: Some(slope.high),
        p: Some(test.p),
        significant: test.p <= policy.significant_to,
        ..nothing(Status::Ok)
    }
}

/// A day of a series.
struct Day {
    date: Date,
    sum: u128,
    buckets: usize,
}

impl Day {
    fn level(&self) -> f64 {
        (self.sum as f64 / self.buckets as f64).ln_1p()
    }

    fn is_weekend(&self) -> bool {
        self.date.weekday().to_monday_one_offset() > 5
    }
}

/// The levels of the whole days without the rhythm of the week, by the number of the day.
fn levels(series: &Series, zone: &TimeZone, policy: &TrendPolicy) -> Vec<(f64, f64)> {
    let mut days: Vec<Day> = Vec::new();
    for bucket in series.buckets() {
        let date = zone.to_datetime(bucket.start).date();
        if days.last().is_none_or(|day| day.date != date) {
            days.push(Day { date, sum: 0, buckets: 0 });
        }
        if let Some(day) = days.last_mut() {
            day.sum += u128::from(bucket.count);
            day.buckets += 1;
        }
    }
    let fullest = days.iter().map(|day| day.buckets).max().unwrap_or(0);
    days.retain(|day| day.buckets as f64 >= policy.whole_from * fullest as f64);
    let usual = |weekend: bool| {
        let of_kind = days.iter().filter(|day| day.is_weekend() == weekend);
        median(&mut of_kind.map(Day::level).collect::<Vec<f64>>()).unwrap_or(0.0)
    };
    let usual = [usual(false), usual(true)];
    let Some(first) = days.first().map(|day| day.date) else { return Vec::new() };
    let number = |date: Date| date.duration_since(first).as_hours() / 24;
    days.iter()
        .map(|day| (number(day.date) as f64, day.level() - usual[usize::from(day.is_weekend())]))
        .collect()
}

impl fmt::Display for Trend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = self.n_used;
        match (&self.status, self.value) {
            (Status::Insufficient(missing), _) => write!(f, "not enough data: {missing}"),
            (Status::Ok, Some(slope)) if self.significant => {
                let direction = if slope < 0.0 { "down" } else { "up" };
                let percent = 100.0 * slope.exp_m1().abs();
                write!(f, "{direction} {percent:.1} % a day over {days} days")
            }
            (Status::Ok, _) => write!(f, "no trend over {days} days"),
            (Status::Degenerate, _) => f.write_str("the same every day"),
        }
    }
}
