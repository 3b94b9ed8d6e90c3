//! The four weeks that the data covers, as a grid of hours.

use jiff::Timestamp;

/// Seconds in an hour.
pub(crate) const HOUR: i64 = 3600;
/// Seconds in a day.
pub(crate) const DAY: i64 = 24 * HOUR;

/// Four weeks in hours. Hours are counted from the window's start, and all calendar questions are
/// answered in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    start: i64,
}

impl Window {
    /// How many hours an appliance keeps.
    pub(crate) const HOURS: usize = 28 * 24;

    /// The window that ends with the last full hour before `end`, or with the first or last one that
    /// leaves room for what was long before, and will be after it.
    pub(crate) fn ending(end: Timestamp) -> Self {
        /// The year 1970, and the year 9000.
        const ENDS: (i64, i64) = (0, 221_845_392_000);
        let end = end.as_second().clamp(ENDS.0, ENDS.1).div_euclid(HOUR) * HOUR;
        Self { start: end - seconds(Self::HOURS) }
    }

    /// Its first second, since the epoch.
    pub(crate) const fn start(self) -> i64 {
        self.start
    }

    /// The first second after it, since the epoch.
    pub(crate) const fn end(self) -> i64 {
        self.time(Self::HOURS)
    }

    /// When an hour begins, since the epoch.
    pub(crate) const fn time(self, hour: usize) -> i64 {
        self.start + seconds(hour)
    }
}

#[expect(clippy::cast_possible_wrap, reason = "hours of a window are few")]
const fn seconds(hours: usize) -> i64 {
    hours as i64 * HOUR
}

/// The hour of the day, 0 to 23.
#[expect(clippy::cast_possible_truncation, reason = "it is 0 to 23")]
pub(crate) const fn hour_of_day(time: i64) -> usize {
    (time.rem_euclid(DAY) / HOUR) as usize
}

/// Days since the epoch.
pub(crate) const fn day(time: i64) -> i64 {
    time.div_euclid(DAY)
}

/// The day of the week; 0 is Monday.
pub(crate) const fn day_of_week(time: i64) -> i64 {
    // The epoch was a Thursday.
    (day(time) + 3).rem_euclid(7)
}

/// Whether it is Monday to Friday.
pub(crate) const fn is_weekday(time: i64) -> bool {
    day_of_week(time) < 5
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_second()
    }

    #[test]
    fn a_window_ends_with_the_last_full_hour() {
        let window = Window::ending("2026-11-23T23:59:59Z".parse().unwrap());
        assert_eq!(window.start(), at("2026-10-26T23:00:00Z"));
        assert_eq!(window.end(), at("2026-11-23T23:00:00Z"));
    }

    #[test]
    fn weeks_begin_on_monday() {
        assert_eq!(day_of_week(at("2026-11-23T00:00:00Z")), 0);
        assert!(is_weekday(at("2026-11-20T23:59:59Z")));
        assert!(!is_weekday(at("2026-11-21T00:00:00Z")));
        assert_eq!(hour_of_day(at("2026-11-21T17:59:59Z")), 17);
    }
}
