//! A series as a small drawing.

use dt_model::Series;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The buckets of a series, as far as a drawing needs them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Samples(Vec<(Timestamp, u64)>);

/// A sparkline, with what its columns are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sparkline {
    /// One character a column, from `▁` (nothing, or little) to `█`, and `·` where nothing is known;
    /// weeks are set apart.
    pub drawing: String,
    /// What a column is, such as `by day`.
    pub columns: &'static str,
    /// Which days the columns are, such as `Tue to Mon`; empty if they are no days.
    pub days: String,
    /// The sum of the tallest column.
    pub tallest: u128,
}

impl Samples {
    /// The trace of a series.
    #[must_use]
    pub fn of(series: &Series) -> Self {
        Self(series.buckets().iter().map(|bucket| (bucket.start, bucket.count)).collect())
    }

    /// A trace of buckets by their beginnings, in order.
    pub(crate) fn new(buckets: Vec<(Timestamp, u64)>) -> Self {
        Self(buckets)
    }

    /// When each bucket begins, and what was counted in it.
    pub(crate) fn buckets(&self) -> &[(Timestamp, u64)] {
        &self.0
    }

    /// Draws the series by day of the time zone, by week where days would not fit on a line, by
    /// bucket where there are only a few days. `None` for fewer than two columns.
    #[must_use]
    pub fn sparkline(&self, time_zone: &TimeZone) -> Option<Sparkline> {
        const FEW_DAYS: usize = 3;
        const MOST_DAYS: usize = 35;
        const MOST_BUCKETS: usize = 36;
        let days = self.days(time_zone)?;
        if days.len() < FEW_DAYS && self.0.len() <= MOST_BUCKETS {
            let counts: Vec<Option<u128>> =
                self.0.iter().map(|&(_, count)| Some(count.into())).collect();
            return drawn(&counts, "by interval", String::new(), usize::MAX);
        }
        let counts: Vec<Option<u128>> = days.iter().map(|&(_, count)| count).collect();
        if days.len() <= MOST_DAYS {
            let (first, last) = (days.first()?.0, days.last()?.0);
            let name = |day: Date| day.strftime("%a").to_string();
            // Four whole weeks look the same in every row.
            let names = if first.weekday() == last.weekday().next() {
                format!("{} to {}", name(first), name(last))
            } else {
                format!("from {}", name(first))
            };
            return drawn(&counts, "by day", names, 7);
        }
        // As many weeks to a column as are needed for all to fit.
        let weeks = counts.len().div_ceil(7).div_ceil(MOST_DAYS);
        let sum =
            |days: &[Option<u128>]| days.iter().copied().flatten().reduce(|sum, day| sum + day);
        let columns: Vec<Option<u128>> = counts.chunks(7 * weeks).map(sum).collect();
        let name = if weeks == 1 { "by week" } else { "by several weeks" };
        drawn(&columns, name, String::new(), usize::MAX)
    }

    /// The sum of each day from the first to the last, of which there is none where a day has no
    /// buckets; `None` for more days than anyone could see.
    pub(crate) fn days(&self, time_zone: &TimeZone) -> Option<Vec<(Date, Option<u128>)>> {
        const MOST: usize = 10_000;
        let mut days: Vec<(Date, Option<u128>)> = Vec::new();
        let mut current = None;
        for &(time, count) in &self.0 {
            let date = time_zone.to_datetime(time).date();
            let mut day = *current.get_or_insert(date);
            if days.is_empty() {
                days.push((day, None));
            }
            while day < date {
                day = day.tomorrow().ok()?;
                days.push((day, None));
                if days.len() > MOST {
                    return None;
                }
            }
            current = Some(day);
            if let Some(last) = days.last_mut() {
                last.1 = Some(last.1.unwrap_or(0) + u128::from(count));
            }
        }
        Some(days)
    }
}

fn drawn(
    counts: &[Option<u128>],
    columns: &'static str,
    days: String,
    group: usize,
) -> Option<Sparkline> {
    const UNKNOWN: char = '·';
    const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let tallest = counts.iter().copied().flatten().max()?;
    if counts.len() < 2 {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and the last level"
    )]
    let level = |count: u128| {
        let height = count as f64 / tallest.max(1) as f64;
        LEVELS[(height * (LEVELS.len() - 1) as f64).round() as usize]
    };
    let groups: Vec<String> = counts
        .chunks(group)
        .map(|group| group.iter().map(|count| count.map_or(UNKNOWN, level)).collect())
        .collect();
    Some(Sparkline { drawing: groups.join(" "), columns, days, tallest })
}

/// How wide the buckets are that begin at these times: the smallest distance there is.
pub(crate) fn width(times: impl Iterator<Item = Timestamp> + Clone) -> Option<SignedDuration> {
    let next = times.clone().skip(1);
    times
        .zip(next)
        .map(|(time, next)| next.duration_since(time))
        .filter(SignedDuration::is_positive)
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trace(hours: impl IntoIterator<Item = (i64, u64)>) -> Samples {
        let at = |hour: i64| Timestamp::from_second(hour * 3600).unwrap();
        Samples(hours.into_iter().map(|(hour, count)| (at(hour), count)).collect())
    }

    #[test]
    fn four_weeks_are_drawn_by_day() {
        // 1970-01-01 was a Thursday.
        let sparkline = trace((0..28).map(|day| (day * 24, if day == 9 { 100 } else { 0 })))
            .sparkline(&TimeZone::UTC)
            .unwrap();
        assert_eq!(sparkline.drawing, "▁▁▁▁▁▁▁ ▁▁█▁▁▁▁ ▁▁▁▁▁▁▁ ▁▁▁▁▁▁▁");
        assert_eq!((sparkline.columns, sparkline.days.as_str()), ("by day", "Thu to Wed"));
        assert_eq!(sparkline.tallest, 100);
    }

    #[test]
    fn days_are_the_time_zones() {
        let zone = TimeZone::fixed(jiff::tz::offset(-1));
        let sparkline = trace([(0, 1), (24, 1), (48, 1), (72, 4)]).sparkline(&zone).unwrap();
        assert_eq!((sparkline.drawing.as_str(), sparkline.days.as_str()), ("▃▃▃█", "from Wed"));
    }

    #[test]
    fn days_without_buckets_are_not_drawn_as_quiet_ones() {
        let sparkline = trace([(0, 7), (24, 0), (96, 7)]).sparkline(&TimeZone::UTC).unwrap();
        assert_eq!(sparkline.drawing, "█▁··█");
    }

    #[test]
    fn a_single_day_is_drawn_by_interval_and_a_single_bucket_not_at_all() {
        let sparkline = trace([(0, 0), (1, 1), (2, 2)]).sparkline(&TimeZone::UTC).unwrap();
        assert_eq!((sparkline.drawing.as_str(), sparkline.columns), ("▁▅█", "by interval"));
        assert_eq!(trace([(0, 5)]).sparkline(&TimeZone::UTC), None);
        assert_eq!(trace([]).sparkline(&TimeZone::UTC), None);
    }

    #[test]
    fn a_long_series_is_drawn_by_week() {
        let sparkline = trace((0..140).map(|day| (day * 24, 1))).sparkline(&TimeZone::UTC).unwrap();
        assert_eq!((sparkline.drawing.chars().count(), sparkline.columns), (20, "by week"));
    }
}
