//! In which hours of the week is the device busy?
//!
//! The mean of the buckets that begin in each hour of the week of a time zone, in the unit of the series. There is none
//! for less than a week, and none for buckets wider than half a day or that do not divide a day.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The mean of the buckets that begin in each hour of the week.
///
/// ```
/// use dt_analysis::jiff::{SignedDuration, Timestamp, tz::TimeZone};
/// use dt_analysis::week::HoursOfWeek;
///
/// // Two weeks from 1970-01-01, a Thursday: busy in the first hour of each day.
/// let at = |hour: i64| Timestamp::from_second(3_600 * hour).unwrap();
/// let buckets: Vec<_> = (0..336).map(|hour| (at(hour), u64::from(hour % 24 == 0) * 10)).collect();
/// let week = HoursOfWeek::of(&buckets, SignedDuration::from_hours(1), &TimeZone::UTC).unwrap();
/// assert_eq!((week.days[3][0], week.days[3][1]), (Some(10.0), Some(0.0)));
/// assert_eq!(week.busiest().as_deref(), Some("Mon 00:00"));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HoursOfWeek {
    /// How many hours a column is wide.
    pub hours: u8,
    /// Monday to Sunday, and in each the columns of a day; `None` where no bucket begins.
    pub days: Vec<Vec<Option<f64>>>,
}

/// Monday to Sunday.
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

impl HoursOfWeek {
    /// The hours of buckets by their beginnings, in order, each so wide and with what was counted in it.
    #[must_use]
    pub fn of(
        buckets: &[(Timestamp, u64)],
        width: SignedDuration,
        zone: &TimeZone,
    ) -> Option<Self> {
        const WIDEST: i64 = 12;
        const WEEK: i64 = 7 * 24;
        let (first, last) = (buckets.first()?.0, buckets.last()?.0);
        let whole = last.duration_since(first) + width;
        let wide = width.as_hours().max(1);
        if wide > WIDEST || 24 % wide != 0 || whole.as_hours() < WEEK {
            return None;
        }
        let hours = u8::try_from(wide).ok()?;
        let columns = usize::from(24 / hours);
        let mut sums = vec![vec![(0_u128, 0_u32); columns]; DAYS.len()];
        for &(time, count) in buckets {
            let time = zone.to_datetime(time);
            let day = usize::try_from(time.weekday().to_monday_zero_offset()).ok()?;
            let column = usize::try_from(time.hour()).ok()? / usize::from(hours);
            let (sum, among) = &mut sums[day][column];
            *sum += u128::from(count);
            *among += 1;
        }
        let mean = |(sum, among)| (among > 0).then(|| sum as f64 / f64::from(among));
        let days = sums.into_iter().map(|day| day.into_iter().map(mean).collect()).collect();
        Some(Self { hours, days })
    }

    /// The largest mean.
    #[must_use]
    pub fn most(&self) -> f64 {
        self.days.iter().flatten().flatten().copied().fold(0.0, f64::max)
    }

    /// Which hours they are, such as `Mon 09:00`.
    #[must_use]
    pub fn name(&self, day: usize, column: usize) -> String {
        let hour = column * usize::from(self.hours);
        format!("{} {hour:02}:00", Self::day(day))
    }

    /// The busiest hours, the first of them if several are; `None` if nothing was counted.
    #[must_use]
    pub fn busiest(&self) -> Option<String> {
        let most = self.most();
        let cells = self.days.iter().enumerate();
        let mut cells = cells.flat_map(|(day, cells)| {
            cells.iter().enumerate().map(move |(column, mean)| (day, column, *mean))
        });
        let (day, column, _) = cells.find(|(.., mean)| *mean == Some(most))?;
        (most > 0.0).then(|| self.name(day, column))
    }

    /// A day of the week, Monday being 0.
    #[must_use]
    pub fn day(day: usize) -> &'static str {
        DAYS.get(day).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hourly(hours: i64, count: impl Fn(i64) -> u64) -> Vec<(Timestamp, u64)> {
        let at = |hour: i64| Timestamp::from_second(hour * 3600).unwrap();
        (0..hours).map(|hour| (at(hour), count(hour))).collect()
    }

    fn week(buckets: &[(Timestamp, u64)], zone: &TimeZone) -> Option<HoursOfWeek> {
        HoursOfWeek::of(buckets, SignedDuration::from_hours(1), zone)
    }

    #[test]
    fn each_hour_of_the_week_has_its_mean() {
        // 1970-01-01 was a Thursday; its first hour is there in both weeks.
        let trace =
            hourly(14 * 24, |hour| if hour == 0 { 30 } else { u64::from(hour == 168) * 10 });
        let found = week(&trace, &TimeZone::UTC).unwrap();
        assert_eq!((found.hours, found.days[3][0], found.days[3][1]), (1, Some(20.0), Some(0.0)));
        assert_eq!(found.busiest().as_deref(), Some("Thu 00:00"));
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        assert_eq!(week(&trace, &berlin).unwrap().busiest().as_deref(), Some("Thu 01:00"));
    }

    #[test]
    fn less_than_a_week_is_no_week() {
        assert_eq!(week(&hourly(7 * 24 - 1, |_| 1), &TimeZone::UTC), None);
        assert!(week(&hourly(7 * 24, |_| 1), &TimeZone::UTC).is_some());
        assert_eq!(week(&[], &TimeZone::UTC), None);
    }

    #[test]
    fn nothing_at_all_has_no_busiest_hour() {
        let found = week(&hourly(14 * 24, |_| 0), &TimeZone::UTC).unwrap();
        assert_eq!(found.busiest(), None);
    }
}
