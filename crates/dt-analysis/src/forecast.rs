//! What will the device do in the next seven days?
//!
//! On the scale y = ln(1 + x), over the last 28 days:
//!
//! expected y = profile + half the present level + damped trend
//!
//! - profile: the median of y over the same kind of day (weekday or weekend) at this hour, counted
//!   twice, and the hours next to it. Several weeks are steadier than the last one;
//! - present level: the median of y less profile in the last two days. Half of it is expected to
//!   last, since levels return;
//! - trend: the slope of [`trend`] if it is significant, with 0.8 of it from each day
//!   to the next, since trends end.
//!
//! The bands of 80 % and 95 % are what y less profile did in the same kind of day up to three hours
//! away, where each value's own profile does not know it: the quantile below the k-th of n values is
//! k / (n + 1). Where they are fewer than 40 the other kind of day joins, then all hours. That needs
//! no distribution, but bands beyond what was seen are not known.
//!
//! It declines below 48 buckets and where their width is not known; where nothing varies it expects
//! the same again. `cargo lab evaluate forecast` compares it with the last week repeated.

use std::fmt;

use dt_model::Series;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::cells::Cell;
use crate::robust::median;
use crate::trend;
use crate::{ForecastPolicy, Policy, Status};

/// What is expected of a device.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Forecast {
    /// Whether there was enough to go by.
    #[serde(flatten)]
    pub status: Status,
    /// How it was done.
    pub method: &'static str,
    /// How many buckets were used.
    pub n_used: usize,
    /// Each bucket of the next seven days.
    pub points: Vec<Expected>,
}

/// What is expected of a bucket, in the series' unit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Expected {
    /// When it begins.
    #[serde(rename = "time")]
    #[cfg_attr(feature = "schema", schemars(with = "dt_model::schema::Time"))]
    pub start: Timestamp,
    /// The middle of what is expected.
    pub value: f64,
    /// With 80 % probability it is no less than this...
    pub low_80: f64,
    /// ...and no more than this.
    pub high_80: f64,
    /// With 95 % probability it is no less than this...
    pub low_95: f64,
    /// ...and no more than this.
    pub high_95: f64,
}

/// A range of values.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Band {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl Expected {
    /// Where it is with 80 % probability.
    #[must_use]
    pub const fn band_80(&self) -> Band {
        Band { low: self.low_80, high: self.high_80 }
    }

    /// Where it is with 95 % probability.
    #[must_use]
    pub const fn band_95(&self) -> Band {
        Band { low: self.low_95, high: self.high_95 }
    }
}

impl Band {
    /// Whether a count is inside.
    #[must_use]
    pub fn holds(self, count: u64) -> bool {
        (self.low..=self.high).contains(&(count as f64))
    }
}

const METHOD: &str = "profile of hours and kinds of day, present level, damped trend, on ln(1+x)";

/// What is expected after the last bucket of a series.
#[must_use]
pub fn analyse(series: &Series, zone: &TimeZone, policy: &Policy) -> Forecast {
    let nothing = |status| Forecast { status, method: METHOD, n_used: 0, points: Vec::new() };
    let (buckets, needed) = (series.buckets().len(), policy.forecast.fewest_buckets);
    let missing = || Status::Insufficient(format!("{buckets} intervals, {needed} needed"));
    let Some((width, end)) = series.width().zip(series.end()).filter(|_| buckets >= needed) else {
        return nothing(missing());
    };
    // Nobody reads more points ahead than a series may have.
    if starts(end, width, policy.forecast.ahead).nth(Series::MOST_INTERVALS).is_some() {
        return nothing(Status::Insufficient(format!("intervals of {width:#} are too short")));
    }
    let oldest = end.checked_sub(policy.forecast.trailing).unwrap_or(Timestamp::MIN);
    let recent = series.clone().between(Some(oldest), None);
    let trend = trend::analyse(&recent, zone, policy);
    let policy = &policy.forecast;
    if recent.buckets().len() < needed {
        return nothing(missing());
    }
    let past = Past::of(&recent, zone, policy);
    let first = past.values[0];
    let constant = past.values.iter().all(|value| value.total_cmp(&first).is_eq());
    let level = policy.lasting * past.level_since(&recent, end, policy);
    let slope = trend.value.filter(|_| trend.significant).unwrap_or(0.0);
    let mut bands = vec![None; Cell::COUNT];
    let mut points = Vec::new();
    for start in starts(end, width, policy.ahead) {
        let cell = Cell::at(start, zone);
        let drift = level + damped(slope, start.duration_since(end), policy.damping);
        let place = cell.index();
        let ahead = bands[place].get_or_insert_with(|| past.ahead(cell, policy));
        points.extend(ahead.map(|ahead| ahead.at(start, drift)));
    }
    Forecast {
        status: if constant { Status::Degenerate } else { Status::Ok },
        n_used: past.values.len(),
        points,
        ..nothing(Status::Ok)
    }
}

/// When the buckets ahead begin.
fn starts(
    end: Timestamp,
    width: SignedDuration,
    ahead: SignedDuration,
) -> impl Iterator<Item = Timestamp> {
    let until = end.checked_add(ahead).unwrap_or(Timestamp::MAX);
    let next = move |start: &Timestamp| start.checked_add(width).ok();
    std::iter::successors(Some(end), next).take_while(move |start| *start < until)
}

/// How far a trend has gone by then, if each day keeps `damping` of it.
fn damped(slope: f64, lead: SignedDuration, damping: f64) -> f64 {
    let days = lead.as_secs_f64() / 86_400.0;
    // At 1 it would be the slope times the days, of which the formula knows only the limit.
    let damping = damping.clamp(0.0, 0.999);
    slope * damping * (1.0 - damping.powf(days)) / (1.0 - damping)
}

/// What is expected at an hour, on the logarithmic scale.
#[derive(Clone, Copy)]
struct Ahead {
    profile: f64,
    /// The ends of the bands, from the lowest to the highest.
    ends: [f64; 4],
}

/// The probabilities of lying below the ends of the bands.
const ENDS: [f64; 4] = [0.025, 0.1, 0.9, 0.975];

impl Ahead {
    fn at(self, start: Timestamp, drift: f64) -> Expected {
        let value = self.profile + drift;
        let count = |y: f64| y.exp_m1().max(0.0);
        // The middle is part of every band, however lopsided what was seen is.
        let [low_95, low_80, high_80, high_95] = self.ends;
        let low = |end: f64| count(value + end.min(0.0));
        let high = |end: f64| count(value + end.max(0.0));
        Expected {
            start,
            value: count(value),
            low_80: low(low_80),
            high_80: high(high_80),
            low_95: low(low_95),
            high_95: high(high_95),
        }
    }
}

/// What was, on the logarithmic scale.
struct Past {
    values: Vec<f64>,
    /// The values less the profile; what could not be told is left out.
    residuals: Vec<Option<f64>>,
    cells: Vec<Cell>,
    /// The places of the buckets of each cell, oldest first.
    members: Vec<Vec<usize>>,
    /// For each cell the values of its hour, twice, and of those next to it, smallest first.
    around: Vec<Vec<f64>>,
}

/// How often a value counts at its own hour.
const OWN: usize = 2;

impl Past {
    fn of(series: &Series, zone: &TimeZone, policy: &ForecastPolicy) -> Self {
        let cells = Cell::of(series, zone);
        let mut members = vec![Vec::new(); Cell::COUNT];
        for (place, cell) in cells.iter().enumerate() {
            members[cell.index()].push(place);
        }
        let values: Vec<f64> = series.counts().map(|count| (count as f64).ln_1p()).collect();
        let mut around = vec![Vec::new(); Cell::COUNT];
        for (cell, value) in cells.iter().zip(&values) {
            around[cell.index()].push(*value);
            cell.around(1).for_each(|near| around[near].push(*value));
        }
        for values in &mut around {
            values.sort_unstable_by(f64::total_cmp);
        }
        let mut past = Self { values, residuals: Vec::new(), cells, members, around };
        let mut room = Vec::new();
        past.residuals = (0..past.values.len())
            .map(|place| {
                let profile = past.profile(past.cells[place], Some(place), policy, &mut room)?;
                Some(past.values[place] - profile)
            })
            .collect();
        past
    }

    /// The median at this hour and next to it, of all but one bucket; `room` is room to work in.
    fn profile(
        &self,
        cell: Cell,
        without: Option<usize>,
        policy: &ForecastPolicy,
        room: &mut Vec<f64>,
    ) -> Option<f64> {
        let same = &self.around[cell.index()];
        let left_out = without.map(|place| self.values[place]);
        if same.len() >= policy.fewest_in_cell + left_out.map_or(0, |_| OWN) {
            return median_without(same, left_out);
        }
        let same = [cell.index()].into_iter().chain(cell.around(1));
        let other = cell.other_kind_of_day();
        self.gather(same.chain([other.index()]).chain(other.around(1)), without, room);
        if room.len() < policy.fewest_in_cell {
            self.gather(0..Cell::COUNT, without, room);
        }
        median(room)
    }

    fn gather(
        &self,
        cells: impl Iterator<Item = usize>,
        without: Option<usize>,
        room: &mut Vec<f64>,
    ) {
        room.clear();
        let places = cells.flat_map(|cell| &self.members[cell]);
        room.extend(
            places.filter(|place| Some(**place) != without).map(|&place| self.values[place]),
        );
    }

    /// How far the present level lies from the profile.
    fn level_since(&self, series: &Series, end: Timestamp, policy: &ForecastPolicy) -> f64 {
        let since = end.checked_sub(policy.present).unwrap_or(Timestamp::MIN);
        let first = series.buckets().partition_point(|bucket| bucket.start < since);
        let mut present: Vec<f64> = self.residuals[first..].iter().flatten().copied().collect();
        median(&mut present).unwrap_or(0.0)
    }

    fn ahead(&self, cell: Cell, policy: &ForecastPolicy) -> Option<Ahead> {
        let profile = self.profile(cell, None, policy, &mut Vec::new())?;
        let near = cell.around(policy.hours_around);
        let other = cell.other_kind_of_day().around(policy.hours_around);
        let residuals = |cells: &mut dyn Iterator<Item = usize>| -> Vec<f64> {
            let places = cells.flat_map(|cell| &self.members[cell]);
            places.filter_map(|&place| self.residuals[place]).collect()
        };
        let mut seen = residuals(&mut near.clone());
        if seen.len() < policy.fewest_in_band {
            seen = residuals(&mut near.chain(other));
        }
        if seen.len() < policy.fewest_in_band {
            seen = residuals(&mut (0..Cell::COUNT));
        }
        seen.sort_unstable_by(f64::total_cmp);
        (!seen.is_empty())
            .then(|| Ahead { profile, ends: ENDS.map(|share| quantile(&seen, share)) })
    }
}

/// The median of sorted values, without one of them if it is left out.
fn median_without(sorted: &[f64], left_out: Option<f64>) -> Option<f64> {
    let (from, left_out) = match left_out {
        Some(value) => (sorted.partition_point(|other| other.total_cmp(&value).is_lt()), OWN),
        None => (sorted.len(), 0),
    };
    let count = sorted.len().checked_sub(left_out)?;
    let nth = |rank: usize| sorted.get(if rank < from { rank } else { rank + left_out }).copied();
    let upper = nth(count / 2)?;
    Some(if count.is_multiple_of(2) { f64::midpoint(nth(count / 2 - 1)?, upper) } else { upper })
}

/// The value below which a next one lies with this probability, from sorted values: the k-th of n is
/// at k / (n + 1), and between them it is interpolated.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len() - 1;
    let place = (share * (sorted.len() + 1) as f64 - 1.0).clamp(0.0, last as f64);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place")]
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    sorted[below] + (place - place.floor()) * (sorted[above] - sorted[below])
}

impl fmt::Display for Forecast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Status::Insufficient(missing) = &self.status {
            return write!(f, "not enough data: {missing}");
        }
        let count = self.points.len() as f64;
        let mean = self.points.iter().map(|point| point.value).sum::<f64>() / count.max(1.0);
        write!(f, "about {mean:.1} per interval expected in the next {count} intervals")?;
        let most = self.points.iter().max_by(|a, b| a.value.total_cmp(&b.value));
        match most {
            Some(point) if self.status == Status::Ok => {
                write!(f, ", peak {:.1} ({})", point.value, point.start)
            }
            _ => Ok(()),
        }
    }
}
