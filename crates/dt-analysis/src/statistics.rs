//! A series in a few numbers.

use dt_model::{Amount, Series};
use jiff::{SignedDuration, Timestamp};
use serde::{Serialize, Serializer};

/// Sum, mean and maximum of a series, in its unit.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Statistics {
    /// The sum; counts of 64 bits cannot overflow it.
    pub total: u128,
    /// The sum divided by the number of buckets.
    pub mean: f64,
    /// The largest bucket.
    pub peak: u64,
    /// How many further buckets there were that could not be read.
    pub left_out: usize,
}

impl Statistics {
    /// `None` of an empty series.
    #[must_use]
    pub fn of(series: &Series) -> Option<Self> {
        let peak = series.counts().max()?;
        let total: u128 = series.counts().map(u128::from).sum();
        let mean = total as f64 / series.buckets().len() as f64;
        Some(Self { total, mean, peak, left_out: series.left_out() })
    }

    /// The sum as far as it is known: a lower bound if buckets are missing from it.
    #[must_use]
    pub const fn amount(self) -> Amount {
        if self.left_out == 0 { Amount::Exact(self.total) } else { Amount::AtLeast(self.total) }
    }
}

/// The time a series covers. What its buckets do not show is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Window {
    /// When the oldest bucket begins.
    #[cfg_attr(feature = "schema", schemars(with = "Option<dt_model::schema::Time>"))]
    pub start: Option<Timestamp>,
    /// When the newest bucket ends.
    #[cfg_attr(feature = "schema", schemars(with = "Option<dt_model::schema::Time>"))]
    pub end: Option<Timestamp>,
    /// How wide a bucket is.
    #[serde(rename = "interval_hours", serialize_with = "hours")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<f64>"))]
    pub interval: Option<SignedDuration>,
    /// How many buckets there are.
    pub intervals: usize,
    /// The answer had no such series, or none that could be read: `intervals` is 0 for that reason.
    #[serde(rename = "is_not_reported", skip_serializing_if = "std::ops::Not::not")]
    pub is_unreported: bool,
}

impl Window {
    /// The window of a series.
    #[must_use]
    pub fn of(series: &Series) -> Self {
        Self {
            start: series.start(),
            end: series.end(),
            interval: series.width(),
            intervals: series.buckets().len(),
            is_unreported: !series.is_reported(),
        }
    }
}

/// Whole hours as a whole number.
#[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
fn hours<S: Serializer>(
    interval: &Option<SignedDuration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match interval {
        None => serializer.serialize_none(),
        Some(width) if *width == SignedDuration::from_hours(width.as_hours()) => {
            serializer.serialize_i64(width.as_hours())
        }
        Some(width) => serializer.serialize_f64(width.as_secs_f64() / 3600.0),
    }
}
