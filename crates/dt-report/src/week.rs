//! The hours of the week, by how busy they are on average.

use jiff::tz::TimeZone;

use crate::samples::{Samples, width};

/// The mean of the buckets that begin in each hour of the week.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Week {
    /// How many hours a column is wide.
    pub(crate) hours: u8,
    /// Monday to Sunday, and in each the columns of a day; `None` where no bucket begins.
    pub(crate) days: Vec<Vec<Option<f64>>>,
}

/// Monday to Sunday.
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

impl Week {
    /// `None` for a series of less than a week, or whose buckets are wider than half a day.
    pub(crate) fn of(trace: &Samples, zone: &TimeZone) -> Option<Self> {
        const WIDEST: i64 = 12;
        const WEEK: i64 = 7 * 24;
        let buckets = trace.buckets();
        let (first, last) = (buckets.first()?.0, buckets.last()?.0);
        let width = width(buckets.iter().map(|&(time, _)| time))?;
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
    pub(crate) fn most(&self) -> f64 {
        self.days.iter().flatten().flatten().copied().fold(0.0, f64::max)
    }

    /// Which hours they are, such as `Mon 09:00`.
    pub(crate) fn name(&self, day: usize, column: usize) -> String {
        let hour = column * usize::from(self.hours);
        format!("{} {hour:02}:00", Self::day(day))
    }

    /// The busiest hours.
    pub(crate) fn busiest(&self) -> Option<String> {
        let most = self.most();
        let cells = self.days.iter().enumerate();
        let mut cells = cells.flat_map(|(day, cells)| {
            cells.iter().enumerate().map(move |(column, mean)| (day, column, *mean))
        });
        let (day, column, _) = cells.find(|(.., mean)| *mean == Some(most))?;
        (most > 0.0).then(|| self.name(day, column))
    }

    /// A day of the week, Monday being 0.
    pub(crate) fn day(day: usize) -> &'static str {
        DAYS.get(day).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn hourly(hours: i64, count: impl Fn(i64) -> u64) -> Samples {
        let at = |hour: i64| Timestamp::from_second(hour * 3600).unwrap();
        Samples::new((0..hours).map(|hour| (at(hour), count(hour))).collect())
    }

    #[test]
    fn each_hour_of_the_week_has_its_mean() {
        // 1970-01-01 was a Thursday; its first hour is there in both weeks.
        let trace =
            hourly(14 * 24, |hour| if hour == 0 { 30 } else { u64::from(hour == 168) * 10 });
        let week = Week::of(&trace, &TimeZone::UTC).unwrap();
        assert_eq!((week.hours, week.days[3][0], week.days[3][1]), (1, Some(20.0), Some(0.0)));
        assert_eq!(week.busiest().as_deref(), Some("Thu 00:00"));
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        assert_eq!(Week::of(&trace, &berlin).unwrap().busiest().as_deref(), Some("Thu 01:00"));
    }

    #[test]
    fn less_than_a_week_is_no_week() {
        assert_eq!(Week::of(&hourly(7 * 24 - 1, |_| 1), &TimeZone::UTC), None);
        assert!(Week::of(&hourly(7 * 24, |_| 1), &TimeZone::UTC).is_some());
        assert_eq!(Week::of(&Samples::default(), &TimeZone::UTC), None);
    }

    #[test]
    fn nothing_at_all_has_no_busiest_hour() {
        let week = Week::of(&hourly(14 * 24, |_| 0), &TimeZone::UTC).unwrap();
        assert_eq!(week.busiest(), None);
    }
}
