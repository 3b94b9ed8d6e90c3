//! Times in words.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::Options;

/// A time as `26 Oct 23:00`; with the year where it is not the present one.
pub(super) fn date_and_hour(time: Timestamp, options: &Options) -> String {
    let zone = &options.time_zone;
    let year = |time: Timestamp| zone.to_datetime(time).year();
    let format = if year(time) == year(options.now) { "%-d %b %H:%M" } else { "%-d %b %Y %H:%M" };
    zone.to_datetime(time).strftime(format).to_string()
}

/// A day as `Thu 19 Nov`; with the year where it is not the present one.
pub(super) fn day(time: Timestamp, options: &Options) -> String {
    let zone = &options.time_zone;
    let year = |time: Timestamp| zone.to_datetime(time).year();
    let format = if year(time) == year(options.now) { "%a %-d %b" } else { "%a %-d %b %Y" };
    zone.to_datetime(time).strftime(format).to_string()
}

/// A day as `17 Nov 2026`.
pub(super) fn date(time: Timestamp, options: &Options) -> String {
    options.time_zone.to_datetime(time).strftime("%-d %b %Y").to_string()
}

/// A bucket's time as `2026-11-19 02:00`.
pub(super) fn bucket(time: Timestamp, zone: &TimeZone) -> String {
    zone.to_datetime(time).strftime("%Y-%m-%d %H:%M").to_string()
}

/// The name of the time zone at that time, such as `UTC` or `CET`.
pub(super) fn zone_name(time: Timestamp, zone: &TimeZone) -> String {
    time.to_zoned_datetime(zone.clone()).strftime("%Z").to_string()
}

/// How wide buckets are: `hourly`, `every 4 h`.
pub(super) fn interval(width: SignedDuration) -> String {
    match width.as_hours() {
        1 => "hourly".to_owned(),
        24 => "daily".to_owned(),
        hours if width == SignedDuration::from_hours(hours) => format!("every {hours} h"),
        _ => format!("every {} min", width.as_mins()),
    }
}

/// How long ago: `40 min ago`; `None` for what lies ahead.
pub(super) fn ago(time: Timestamp, now: Timestamp) -> Option<String> {
    let past = now.duration_since(time);
    match (past.as_mins(), past.as_hours()) {
        _ if past.is_negative() => None,
        (minutes @ ..120, _) => Some(format!("{minutes} min ago")),
        (_, hours @ ..48) => Some(format!("{hours} h ago")),
        (_, hours) => Some(format!("{} days ago", hours / 24)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Extent;

    #[test]
    fn the_year_is_told_where_it_is_another_one() {
        let now = "2026-11-24T02:00:00Z".parse().unwrap();
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let options = Options { time_zone: zone, now, extent: Extent::Screen };
        assert_eq!(
            date_and_hour("2026-11-23T23:30:00Z".parse().unwrap(), &options),
            "24 Nov 00:30"
        );
        assert_eq!(
            date_and_hour("2025-12-31T22:00:00Z".parse().unwrap(), &options),
            "31 Dec 2025 23:00"
        );
        assert_eq!(zone_name(now, &options.time_zone), "CET");
    }

    #[test]
    fn ages_are_told_in_the_unit_that_fits() {
        let now = Timestamp::from_second(1_000_000).unwrap();
        let told = |seconds: i64| ago(Timestamp::from_second(1_000_000 - seconds).unwrap(), now);
        assert_eq!(told(-1).as_deref(), None);
        assert_eq!(told(40 * 60).as_deref(), Some("40 min ago"));
        assert_eq!(told(3 * 3600).as_deref(), Some("3 h ago"));
        assert_eq!(told(50 * 3600).as_deref(), Some("2 days ago"));
    }
}
