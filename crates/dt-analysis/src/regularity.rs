//! Is the device's communication regular?
//!
//! Two ways to be regular, both of a series of counts:
//!
//! - *steady*: the trimmed coefficient of variation (standard deviation / mean of the buckets from
//!   the 10th to the 80th percentile) is at most 0.1, and more than half of the buckets are not
//!   empty;
//! - *periodic*: at some period the autocorrelation, averaged over the period's multiples, is at
//!   least 0.7, and the period fits into the series at least six times.
//!
//! Buckets before the first that is not empty are left out: a program that runs for a week is as
//! regular as one that runs for four. Both criteria are Elastic's for beaconing. Hourly counts
//! support the word "regular" and never "beacon", whose calls are minutes apart.
//!
//! It declines to answer with fewer than 48 buckets, and a series that is zero throughout is
//! degenerate.

use std::fmt;

use dt_model::Series;
use serde::Serialize;

use crate::{Policy, Status};

/// How regular a series is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Regularity {
    /// Whether there was enough to go by.
    #[serde(flatten)]
    pub status: Status,
    /// How it was done.
    pub method: &'static str,
    /// How many buckets were used.
    pub n_used: usize,
    /// In which way it is regular; `None` if it is neither.
    pub kind: Option<Kind>,
    /// The trimmed coefficient of variation; `None` if nothing was counted.
    pub variation: Option<f64>,
    /// The share of buckets that are not empty; `None` without any.
    pub filled: Option<f64>,
    /// The best period, in hours; `None` if nothing repeats.
    pub period_hours: Option<f64>,
    /// The autocorrelation at it, averaged over its multiples: 1 is a perfect repetition.
    pub autocorrelation: Option<f64>,
}

/// A way to be regular.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// About as much in every bucket.
    Steady,
    /// The same again and again.
    Periodic,
}

/// Looks for regularity in a series.
#[must_use]
pub fn analyse(series: &Series, policy: &Policy) -> Regularity {
    let policy = &policy.regularity;
    let counts: Vec<f64> =
        series.counts().skip_while(|count| *count == 0).map(|count| count as f64).collect();
    let mut found = Regularity {
        status: Status::Ok,
        method: "trimmed coefficient of variation and autocorrelation",
        n_used: counts.len(),
        kind: None,
        variation: None,
        filled: None,
        period_hours: None,
        autocorrelation: None,
    };
    if counts.is_empty() && series.buckets().len() >= policy.fewest_buckets {
        found.status = Status::Degenerate;
        return found;
    }
    if counts.len() < policy.fewest_buckets {
        found.status = Status::Insufficient(format!(
            "{} intervals, {} needed",
            counts.len(),
            policy.fewest_buckets
        ));
        return found;
    }
    let filled = counts.iter().filter(|count| **count > 0.0).count() as f64 / counts.len() as f64;
    found.filled = Some(filled);
    found.variation = trimmed_variation(&counts);
    let best = best_period(&counts, policy.fewest_periods);
    let period = best.zip(series.width()).map(|((lag, autocorrelation), width)| {
        (lag as f64 * width.as_secs_f64() / 3_600.0, autocorrelation)
    });
    (found.period_hours, found.autocorrelation) = period.unzip();
    let steady = filled > policy.filled_above
        && found.variation.is_some_and(|variation| variation <= policy.steady_up_to);
    let periodic = found.autocorrelation.is_some_and(|repeated| repeated >= policy.periodic_from);
    found.kind = match (steady, periodic) {
        (true, _) => Some(Kind::Steady),
        (false, true) => Some(Kind::Periodic),
        (false, false) => None,
    };
    found
}

/// Standard deviation / mean of what lies between the 10th and the 80th percentile.
fn trimmed_variation(counts: &[f64]) -> Option<f64> {
    let mut sorted = counts.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let kept = &sorted[sorted.len() / 10..sorted.len() - sorted.len() / 5];
    let count = kept.len() as f64;
    let mean = kept.iter().sum::<f64>() / count;
    let variance = kept.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    (mean > 0.0).then(|| variance.sqrt() / mean)
}

/// Periods are those that could be seen in so many buckets, four weeks of hours, however long the
/// series is: or its time would grow with the square of its length.
const MOST_SPAN: usize = 28 * 24;

/// The lag, in buckets, with the highest autocorrelation averaged over its multiples. `None` if
/// nothing varies.
fn best_period(counts: &[f64], fewest_periods: usize) -> Option<(usize, f64)> {
    let mean = counts.iter().sum::<f64>() / counts.len() as f64;
    let centred: Vec<f64> = counts.iter().map(|count| count - mean).collect();
    let variance: f64 = centred.iter().map(|value| value * value).sum();
    if variance <= 0.0 {
        return None;
    }
    // Unbiased, or a perfect repetition would seem to fade with the lag.
    let autocorrelation = |lag: usize| {
        let products = sum_of_products(&centred[..counts.len() - lag], &centred[lag..]);
        products / variance * counts.len() as f64 / (counts.len() - lag) as f64
    };
    let span = counts.len().min(MOST_SPAN);
    let longest = span / fewest_periods.max(1);
    let lags: Vec<f64> = (0..=span / 2).map(autocorrelation).collect();
    let averaged = |period: usize| {
        let multiples = || lags.iter().skip(period).step_by(period);
        multiples().sum::<f64>() / multiples().count() as f64
    };
    // Of equals the shortest: what repeats daily repeats weekly, too.
    (2..=longest)
        .map(|period| (period, averaged(period)))
        .reduce(|best, next| if next.1 > best.1 + 1e-9 { next } else { best })
}

/// Of two equally long series. Eight sums side by side do not wait for each other.
fn sum_of_products(a: &[f64], b: &[f64]) -> f64 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let mut sums = [0.0; 8];
    for (a, b) in a.iter().zip(b) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f64>() + rest
}

impl fmt::Display for Regularity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.status, self.kind, self.variation, self.period_hours) {
            (Status::Insufficient(missing), ..) => write!(f, "not enough data: {missing}"),
            (_, Some(Kind::Steady), Some(variation), _) => {
                write!(f, "almost constant (beacon-like): varies by {:.0} %", 100.0 * variation)
            }
            (_, Some(Kind::Periodic), _, Some(hours)) => write!(
                f,
                "repeats every {:.0} h (autocorrelation {:.2})",
                hours.floor(),
                self.autocorrelation.unwrap_or_default()
            ),
            _ => f.write_str("not regular"),
        }
    }
}
