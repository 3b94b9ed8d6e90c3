//! When in the week a bucket is.

use dt_model::Series;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A kind of day and an hour of it, in some time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell {
    weekend: bool,
    hour: usize,
}

impl Cell {
    const HOURS: usize = 24;
    /// How many cells there are.
    pub(crate) const COUNT: usize = 2 * Self::HOURS;

    /// The cell of an instant. On days of 23 or 25 hours, one hour is missing or there twice.
    pub(crate) fn at(instant: Timestamp, zone: &TimeZone) -> Self {
        let local = zone.to_datetime(instant);
        Self {
            weekend: local.weekday().to_monday_one_offset() > 5,
            hour: usize::try_from(local.hour()).unwrap_or(0),
        }
    }

    /// The cell of each bucket.
    pub(crate) fn of(series: &Series, zone: &TimeZone) -> Vec<Self> {
        series.buckets().iter().map(|bucket| Self::at(bucket.start, zone)).collect()
    }

    /// Every cell, in the order of their places.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let of = |weekend| (0..Self::HOURS).map(move |hour| Self { weekend, hour });
        of(false).chain(of(true))
    }

    /// Its place among all cells.
    pub(crate) fn index(self) -> usize {
        usize::from(self.weekend) * Self::HOURS + self.hour
    }

    /// The places of the cells of the same kind of day, up to so many hours away.
    pub(crate) fn around(self, hours: usize) -> impl Iterator<Item = usize> + Clone {
        let hours = hours.min(Self::HOURS / 2 - 1);
        let first = self.hour + Self::HOURS - hours;
        let near = (first..=first + 2 * hours).map(|hour| hour % Self::HOURS);
        near.map(move |hour| Self { hour, ..self }.index())
    }

    /// The same hour of the other kind of day.
    pub(crate) fn other_kind_of_day(self) -> Self {
        Self { weekend: !self.weekend, ..self }
    }
}
