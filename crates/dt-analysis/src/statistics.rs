//! A series in a few numbers.

use dt_model::{Amount, Series};
use jiff::{SignedDuration, Timestamp};

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// When the oldest bucket begins.
    pub start: Option<Timestamp>,
    /// When the newest bucket ends.
    pub end: Option<Timestamp>,
    /// How wide a bucket is.
    pub interval: Option<SignedDuration>,
    /// How many buckets there are.
    pub intervals: usize,
    /// Whether the answer had the series at all.
    pub is_reported: bool,
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
            is_reported: series.is_reported(),
        }
    }
}
