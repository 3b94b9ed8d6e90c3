//! Devices with which nothing is wrong.

use dt_model::{Bucket, DataType, Series};
use jiff::{SignedDuration, Timestamp};
use rand::RngExt;
use rand_distr::{Distribution, Gamma, Poisson};

/// Four weeks of hours.
pub(super) const HOURS: i64 = 28 * 24;

/// The habits of a quiet device.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quiet {
    /// Connections in an hour around noon of a weekday, less what is there at night.
    pub(super) level: f64,
    /// Variance in units of the mean: 1 is Poisson, more is negative binomial.
    pub(super) overdispersion: f64,
}

impl Quiet {
    /// Draws four weeks, beginning on a Monday.
    pub(super) fn draw(self, rng: &mut impl RngExt) -> anyhow::Result<Series> {
        self.draw_with(|_| 1.0, rng)
    }

    /// Draws four weeks in which each hour has this multiple of the usual mean.
    pub(super) fn draw_with(
        self,
        times: impl Fn(i64) -> f64,
        rng: &mut impl RngExt,
    ) -> anyhow::Result<Series> {
        let monday: Timestamp = "2026-10-26T00:00:00Z".parse()?;
        let mut buckets = Vec::new();
        for hour in 0..HOURS {
            let start = monday + SignedDuration::from_hours(hour);
            let count = self.count(times(hour) * self.mean(hour), rng)?;
            buckets.push(Bucket { start, count, detail: None });
        }
        Ok(Series::new(Some(DataType::Connections), buckets))
    }

    /// More by day than at night, and more on weekdays.
    fn mean(self, hour: i64) -> f64 {
        let (day, of_day) = (hour / 24 % 7, (hour % 24) as f64);
        let noon = (-((of_day - 13.0) / 4.0).powi(2) / 2.0).exp();
        let weekday = if day < 5 { 1.0 } else { 0.3 };
        self.level * (0.15 + weekday * noon)
    }

    fn count(self, mean: f64, rng: &mut impl RngExt) -> anyhow::Result<u64> {
        if mean <= 0.0 {
            return Ok(0);
        }
        let excess = self.overdispersion - 1.0;
        let rate = if excess > 0.0 { Gamma::new(mean / excess, excess)?.sample(rng) } else { mean };
        if rate < 1e-9 {
            return Ok(0);
        }
        let count: f64 = Poisson::new(rate)?.sample(rng);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count, far below 2^53"
        )]
        Ok(count as u64)
    }
}
