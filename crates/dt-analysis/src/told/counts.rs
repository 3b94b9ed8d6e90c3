//! The intervals with more connections than chance explains.

use jiff::Timestamp;
use serde::Serialize;

use crate::Basis;
use crate::counts as analysis;
use crate::counts::Evidence;

/// How likely the counts of connections are.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Counts {
    /// What it rests on: intervals.
    #[serde(flatten)]
    pub basis: Basis,
    /// The variance of the counts in units of their mean, at least 1.
    pub overdispersion: Option<f64>,
    /// The intervals with more connections than chance explains, oldest first.
    pub reported: Vec<UnlikelyCount>,
    /// The intervals that are active at a time of the week at which the device never was, oldest
    /// first.
    pub first_activities: Vec<FirstActivity>,
    /// The same as a sentence.
    pub message: String,
}

/// A count that chance does not explain.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UnlikelyCount {
    /// When the interval begins.
    #[cfg_attr(feature = "schema", schemars(with = "dt_model::schema::Time"))]
    pub time: Timestamp,
    /// How many connections there were.
    pub count: u64,
    /// How many there usually are.
    pub expected: Option<f64>,
    /// The probability of so many or more.
    pub p: f64,
    /// The share of chance among what is at least as unlikely.
    pub q: f64,
}

/// An interval in which the device was active for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FirstActivity {
    /// When the interval begins.
    #[cfg_attr(feature = "schema", schemars(with = "dt_model::schema::Time"))]
    pub time: Timestamp,
    /// How many connections there were.
    pub count: u64,
}

impl From<&analysis::Counts> for Counts {
    fn from(found: &analysis::Counts) -> Self {
        let reported = found.reported().filter_map(|point| match point.evidence {
            Evidence::Tail { p, q, .. } => Some(UnlikelyCount {
                time: point.start,
                count: point.value,
                expected: point.expected,
                p,
                q,
            }),
            Evidence::Untold | Evidence::FirstActivity => None,
        });
        let first = found
            .first_activities()
            .map(|point| FirstActivity { time: point.start, count: point.value });
        Self {
            basis: Basis::new(&found.status, found.method, found.n_used),
            overdispersion: found.overdispersion,
            reported: reported.collect(),
            first_activities: first.collect(),
            message: found.to_string(),
        }
    }
}
