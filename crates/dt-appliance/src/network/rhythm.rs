//! When things happen: the course of a day and a week.

use super::window::{hour_of_day, is_weekday};

/// The course of one kind of traffic. A share of 1 is the busiest hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rhythm {
    /// People at work: weekdays, with a dip at noon; little at night and at the weekend.
    Office,
    /// The public: every day, more in the evening and at the weekend.
    Public,
    /// Machines: the same at any hour.
    Steady,
    /// Scheduled for this hour of every day, nearly nothing at other times.
    Nightly(u8),
    /// Every hour the same number, without any variation.
    Clockwork,
}

/// Percent of the busiest hour, by hour of day.
const OFFICE_DAY: [u8; 24] =
    [2, 2, 2, 2, 2, 3, 15, 50, 90, 100, 100, 95, 60, 85, 100, 95, 80, 50, 25, 15, 10, 8, 5, 4];
const PUBLIC_DAY: [u8; 24] =
    [18, 12, 9, 8, 8, 11, 22, 38, 52, 61, 66, 70, 74, 72, 70, 72, 76, 82, 90, 97, 100, 90, 64, 36];

impl Rhythm {
    /// The share of the busiest hour at `time`.
    pub(crate) fn share(self, time: i64) -> f64 {
        let of_day = |percent: [u8; 24]| f64::from(percent[hour_of_day(time)]) / 100.0;
        match self {
            Self::Office if is_weekday(time) => of_day(OFFICE_DAY),
            Self::Office => 0.03 + 0.05 * of_day(OFFICE_DAY),
            Self::Public if is_weekday(time) => 0.8 * of_day(PUBLIC_DAY),
            Self::Public => of_day(PUBLIC_DAY),
            Self::Steady | Self::Clockwork => 1.0,
            Self::Nightly(hour) if hour_of_day(time) == usize::from(hour) => 1.0,
            Self::Nightly(_) => 0.02,
        }
    }
}

/// Whether people are at work.
pub(crate) fn at_work(time: i64) -> bool {
    is_weekday(time) && OFFICE_DAY[hour_of_day(time)] > 20
}
