//! Are there more connections in an hour than chance explains?
//!
//! P(X >= x) is the tail of a negative binomial distribution:
//!
//! - mean m: of the other buckets of the same kind of day (weekday or weekend) whose hour of day is
//!   the same or next to it; where they are fewer than three, of any kind of day, then of all;
//! - overdispersion phi: Pearson's X^2, the sum of (x - m)^2 / m, over its degrees of freedom; at
//!   least 1. Each m leaves its own bucket out, so it costs no degree of freedom and phi holds how
//!   far m itself may be off. A bucket with m below 1 counts for m buckets;
//! - size r = m / (phi - 1); a Poisson distribution where phi is below 1.01 or r above 10^4.
//!
//! No bucket is part of what it is compared with, and an incident does not hide its own other
//! hours: a bucket with a tail below 1e-6 is taken out of every mean and of phi. What to take out is
//! first told with the deviance in place of X^2, which large counts move little. Where all others
//! of its cell are empty, there is no tail: the bucket is a first activity, which is no p-value.
//!
//! Buckets are reported below a q-value of 1e-4 (Benjamini-Hochberg over the series). It declines
//! for bytes, whose variance follows no such law, and below 48 buckets. Source: Noufaily et al.
//! 2013, doi:10.1002/sim.5595 (R surveillance's `farringtonFlexible`).

use std::fmt;

use dt_model::{DataType, Series};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::cells::Cell;
use crate::distribution::count_tail;
use crate::false_discovery::benjamini_hochberg;
use crate::{CountPolicy, Policy, Status};

/// A series of connections, and how likely its counts are.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Counts {
    /// Whether there was enough to go by.
    pub status: Status,
    /// How it was done.
    pub method: &'static str,
    /// How many buckets were judged.
    pub n_used: usize,
    /// The variance of the counts in units of their mean, at least 1; `None` if nothing was judged.
    pub overdispersion: Option<f64>,
    /// Every bucket.
    pub points: Vec<Point>,
}

/// A bucket, and how likely its count is.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Point {
    /// When the bucket begins.
    pub start: Timestamp,
    /// How many connections there were.
    pub value: u64,
    /// How many there usually are; `None` if that could not be told.
    pub expected: Option<f64>,
    /// What the count says.
    pub evidence: Evidence,
}

/// What a count says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Evidence {
    /// Nothing: there was too little to compare it with.
    Untold,
    /// The device is active at a time of the week at which it never was.
    FirstActivity,
    /// How likely it is.
    Tail {
        /// The probability of so many connections or more.
        p: f64,
        /// The share of chance among what is at least as unlikely.
        q: f64,
        /// Whether that is little enough.
        reported: bool,
    },
}

impl Counts {
    /// The buckets with more connections than chance explains, oldest first.
    pub fn reported(&self) -> impl Iterator<Item = &Point> {
        self.points
            .iter()
            .filter(|point| matches!(point.evidence, Evidence::Tail { reported: true, .. }))
    }

    /// The buckets that are active when the device never was, oldest first.
    pub fn first_activities(&self) -> impl Iterator<Item = &Point> {
        self.points.iter().filter(|point| point.evidence == Evidence::FirstActivity)
    }

    fn untold(status: Status, series: &Series) -> Self {
        let points = series.buckets().iter().map(|bucket| Point {
            start: bucket.start,
            value: bucket.count,
            expected: None,
            evidence: Evidence::Untold,
        });
        let points = points.collect();
        Self { status, method: METHOD, n_used: 0, overdispersion: None, points }
    }
}

const METHOD: &str = "negative binomial tail by hour of day and kind of day";

/// Judges every bucket of a series of connections.
#[must_use]
pub fn analyse(series: &Series, zone: &TimeZone, policy: &Policy) -> Counts {
    let policy = &policy.counts;
    if let Some(status) = refusal(series, policy) {
        return Counts::untold(status, series);
    }
    let cells = Cell::of(series, zone);
    let counts: Vec<u64> = series.counts().collect();
    let model = Model::fit(&counts, &cells, policy);
    let tails: Vec<Option<f64>> =
        (0..counts.len()).map(|place| model.tail(place, counts[place])).collect();
    let judged: Vec<f64> = tails.iter().flatten().copied().collect();
    let mut adjusted = benjamini_hochberg(&judged).into_iter();
    let points = series.buckets().iter().zip(&tails).zip(&model.means);
    let points = points.map(|((bucket, tail), &mean)| Point {
        start: bucket.start,
        value: bucket.count,
        expected: mean,
        evidence: match (tail.and_then(|p| Some((p, adjusted.next()?))), mean) {
            (Some((p, q)), _) => Evidence::Tail { p, q, reported: q < policy.reported_below },
            (None, Some(_)) => Evidence::FirstActivity,
            (None, None) => Evidence::Untold,
        },
    });
    Counts {
        status: Status::Ok,
        method: METHOD,
        points: points.collect(),
        n_used: judged.len(),
        overdispersion: Some(model.overdispersion()),
    }
}

fn refusal(series: &Series, policy: &CountPolicy) -> Option<Status> {
    let (buckets, needed) = (series.buckets().len(), policy.fewest_buckets);
    let missing = match series.measure() {
        Some(DataType::Connections) if buckets < needed => {
            format!("{buckets} intervals, {needed} needed")
        }
        Some(DataType::Connections) => {
            let first = series.counts().next();
            return series.counts().all(|count| Some(count) == first).then_some(Status::Degenerate);
        }
        Some(DataType::BytesOut | DataType::BytesIn) => {
            "a series of connections, where this one counts bytes".to_owned()
        }
        None => "a series known to count connections".to_owned(),
    };
    Some(Status::Insufficient(missing))
}

/// What counts are expected to be.
struct Model {
    /// The mean of what each bucket is compared with.
    means: Vec<Option<f64>>,
    /// How far each bucket is from it, if it is not taken out.
    variation: Vec<Variation>,
    /// The sum of these.
    all: Variation,
}

/// How often buckets are taken out and all is fitted again. Two rounds settle nearly every series.
const MOST_ROUNDS: usize = 6;

impl Model {
    /// Begins with the deviance, which large counts move little, and goes on with Pearson's X^2
    /// until the same buckets are taken out twice.
    fn fit(counts: &[u64], cells: &[Cell], policy: &CountPolicy) -> Self {
        let mut outbreaks = vec![false; counts.len()];
        let mut model = Self::without(&outbreaks, counts, cells, policy, deviance);
        for _ in 0..MOST_ROUNDS {
            let is_outbreak = |place: usize| {
                let tail = || model.tail(place, counts[place]);
                model.is_far(place, counts[place])
                    && tail().is_some_and(|tail| tail < policy.outbreak_below)
            };
            let found: Vec<bool> = (0..counts.len()).map(is_outbreak).collect();
            let settled = found == outbreaks;
            outbreaks = found;
            model = Self::without(&outbreaks, counts, cells, policy, pearson);
            if settled {
                break;
            }
        }
        model
    }

    fn without(
        outbreaks: &[bool],
        counts: &[u64],
        cells: &[Cell],
        policy: &CountPolicy,
        distance: fn(f64, f64) -> f64,
    ) -> Self {
        let totals = Totals::of(outbreaks, counts, cells);
        let mut model = Self {
            means: Vec::with_capacity(counts.len()),
            variation: Vec::new(),
            all: Variation::default(),
        };
        for (place, (&count, &cell)) in counts.iter().zip(cells).enumerate() {
            let own = (!outbreaks[place]).then_some(count);
            let mean = totals.mean_without(own, cell, policy.fewest_in_cell);
            let variation = match (own, mean) {
                (Some(own), Some(mean)) => Variation::of(own as f64, mean, distance),
                _ => Variation::default(),
            };
            model.means.push(mean);
            model.variation.push(variation);
            model.all.sum += variation.sum;
            model.all.weight += variation.weight;
        }
        model
    }

    /// The overdispersion of all buckets.
    fn overdispersion(&self) -> f64 {
        self.all.without(Variation::default())
    }

    /// Whether a count is three standard deviations above its mean. Nearer ones are never so
    /// unlikely that the tail would have to be asked.
    fn is_far(&self, place: usize, count: u64) -> bool {
        self.means[place].is_some_and(|mean| {
            let above = count as f64 - mean;
            above > 0.0 && above * above > 9.0 * mean * self.all.without(self.variation[place])
        })
    }

    /// The probability of so many connections or more; `None` of a first activity, and where
    /// nothing could be told.
    fn tail(&self, place: usize, count: u64) -> Option<f64> {
        match self.means[place]? {
            mean if mean > 0.0 => count_tail(count, mean, self.all.without(self.variation[place])),
            _ => (count == 0).then_some(1.0),
        }
    }
}

/// How far counts lie from their means, and for how many buckets that counts.
#[derive(Clone, Copy, Default)]
struct Variation {
    sum: f64,
    weight: f64,
}

impl Variation {
    /// A bucket with a mean below 1 counts for that part of a bucket: a single connection in it says
    /// little about how counts vary, and would weigh much.
    fn of(count: f64, mean: f64, distance: fn(f64, f64) -> f64) -> Self {
        if mean <= 0.0 {
            return Self::default();
        }
        let weight = mean.min(1.0);
        Self { sum: weight * distance(count, mean), weight }
    }

    /// The overdispersion but for one bucket; at least 1.
    fn without(self, own: Self) -> f64 {
        let (sum, weight) = (self.sum - own.sum, self.weight - own.weight);
        if weight > 0.0 { (sum / weight).max(1.0) } else { 1.0 }
    }
}

/// What a bucket adds to Pearson's X^2.
fn pearson(count: f64, mean: f64) -> f64 {
    (count - mean).powi(2) / mean
}

/// What it adds to the deviance of a Poisson distribution.
fn deviance(count: f64, mean: f64) -> f64 {
    let likely = if count > 0.0 { count * (count / mean).ln() } else { 0.0 };
    2.0 * (likely - (count - mean))
}

/// Sum and number of the buckets of each cell.
struct Totals([Total; Cell::COUNT]);

#[derive(Clone, Copy, Default)]
struct Total {
    sum: u128,
    buckets: usize,
}

impl Totals {
    fn of(outbreaks: &[bool], counts: &[u64], cells: &[Cell]) -> Self {
        let mut totals = [Total::default(); Cell::COUNT];
        for ((cell, &count), _) in
            cells.iter().zip(counts).zip(outbreaks).filter(|(_, outbreak)| !**outbreak)
        {
            let total = &mut totals[cell.index()];
            total.sum += u128::from(count);
            total.buckets += 1;
        }
        Self(totals)
    }

    /// The mean around a cell but for one bucket's own count, if it is among them.
    fn mean_without(&self, own: Option<u64>, cell: Cell, fewest: usize) -> Option<f64> {
        let around = cell.around(1);
        let any_day = around.clone().chain(cell.other_kind_of_day().around(1));
        self.mean_of(around, own, fewest)
            .or_else(|| self.mean_of(any_day, own, fewest))
            .or_else(|| self.mean_of(0..Cell::COUNT, own, fewest))
    }

    fn mean_of(
        &self,
        cells: impl Iterator<Item = usize>,
        own: Option<u64>,
        fewest: usize,
    ) -> Option<f64> {
        let all = cells.map(|cell| self.0[cell]).fold(Total::default(), |all, cell| Total {
            sum: all.sum + cell.sum,
            buckets: all.buckets + cell.buckets,
        });
        let buckets = all.buckets.saturating_sub(own.map_or(0, |_| 1));
        let sum = all.sum.saturating_sub(own.unwrap_or(0).into());
        (buckets >= fewest.max(1)).then(|| sum as f64 / buckets as f64)
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.status {
            Status::Insufficient(missing) => return write!(f, "not enough data: {missing}"),
            Status::Degenerate => return f.write_str("the same number of connections throughout"),
            Status::Ok => {}
        }
        let intervals = self.points.len();
        match self.reported().count() {
            0 => write!(
                f,
                "none of {intervals} intervals has significantly more connections than expected"
            )?,
            1 => write!(
                f,
                "1 of {intervals} intervals has significantly more connections than expected"
            )?,
            many => write!(
                f,
                "{many} of {intervals} intervals have significantly more connections than expected"
            )?,
        }
        let excess = |point: &Point| point.value as f64 - point.expected.unwrap_or(0.0);
        if let Some(point) = self.reported().max_by(|a, b| excess(a).total_cmp(&excess(b))) {
            let expected = point.expected.unwrap_or(0.0);
            write!(f, ", peak {} where {expected:.1} are usual ({})", point.value, point.start)?;
        }
        match self.first_activities().count() {
            0 => Ok(()),
            1 => f.write_str("; active once in an hour of the day in which it never was before"),
            many => {
                write!(f, "; active {many} times in hours of the day in which it never was before")
            }
        }
    }
}
