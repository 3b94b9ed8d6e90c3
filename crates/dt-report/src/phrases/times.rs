//! Times in words.

use dt_analysis::AsOf;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A time as `26 Oct 23:00`; with the year where it is not the present one.
pub(crate) fn date_and_hour(time: Timestamp, from: AsOf<'_>) -> String {
    let format = if is_this_year(time, from) { "%-d %b %H:%M" } else { "%-d %b %Y %H:%M" };
    from.zone.to_datetime(time).strftime(format).to_string()
}

/// A stretch of time as `26 Oct 23:00-23:30`, or `26 Oct 23:00 to 27 Oct 01:00`.
pub(crate) fn range(start: Timestamp, end: Timestamp, from: AsOf<'_>) -> String {
    let between = if is_same_day(start, end, from) { "-" } else { " to " };
    format!("{}{between}{}", date_and_hour(start, from), beside(end, start, from))
}

/// A time beside one that was told: `03:00` on the same day, else `27 Oct 03:00`.
pub(crate) fn beside(time: Timestamp, told: Timestamp, from: AsOf<'_>) -> String {
    if is_same_day(time, told, from) {
        from.zone.to_datetime(time).strftime("%H:%M").to_string()
    } else {
        date_and_hour(time, from)
    }
}

fn is_this_year(time: Timestamp, AsOf { now, zone }: AsOf<'_>) -> bool {
    zone.to_datetime(time).year() == zone.to_datetime(now).year()
}

fn is_same_day(a: Timestamp, b: Timestamp, from: AsOf<'_>) -> bool {
    from.zone.to_datetime(a).date() == from.zone.to_datetime(b).date()
}

/// A day as `Thu 19 Nov`; with the year where it is not the present one.
pub(crate) fn day(time: Timestamp, from: AsOf<'_>) -> String {
    let format = if is_this_year(time, from) { "%a %-d %b" } else { "%a %-d %b %Y" };
    from.zone.to_datetime(time).strftime(format).to_string()
}

/// A day as `17 Nov 2026`.
pub(crate) fn date(time: Timestamp, from: AsOf<'_>) -> String {
    from.zone.to_datetime(time).strftime("%-d %b %Y").to_string()
}

/// A bucket's time as `2026-11-19 02:00`.
pub(crate) fn bucket(time: Timestamp, zone: &TimeZone) -> String {
    zone.to_datetime(time).strftime("%Y-%m-%d %H:%M").to_string()
}

/// A moment as `2026-11-19 02:00 UTC`.
pub(crate) fn moment(time: Timestamp, zone: &TimeZone) -> String {
    time.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M %Z").to_string()
}

/// The name of the time zone at that time, such as `UTC` or `CET`.
pub(crate) fn zone_name(time: Timestamp, zone: &TimeZone) -> String {
    time.to_zoned_datetime(zone.clone()).strftime("%Z").to_string()
}

/// How long an interval is: `1 h`, `10 min`.
pub(crate) fn length(width: SignedDuration) -> String {
    match width.as_hours() {
        hours if width == SignedDuration::from_hours(hours) => format!("{hours} h"),
        _ => format!("{} min", width.as_mins()),
    }
}

/// How wide buckets are: `hourly`, `every 4 h`.
pub(crate) fn interval(width: SignedDuration) -> String {
    match width.as_hours() {
        1 => "hourly".to_owned(),
        24 => "daily".to_owned(),
        hours if width == SignedDuration::from_hours(hours) => format!("every {hours} h"),
        _ => format!("every {} min", width.as_mins()),
    }
}

/// How long ago: `40 min ago`; `None` for what lies ahead.
pub(crate) fn ago(time: Timestamp, now: Timestamp) -> Option<String> {
    let past = now.duration_since(time);
    (!past.is_negative()).then(|| format!("{} ago", roughly(past)))
}

/// A length of time in the unit that fits: `40 min`, `3 h`, `2 days`.
pub(crate) fn roughly(length: SignedDuration) -> String {
    match (length.as_mins(), length.as_hours()) {
        (minutes @ ..120, _) => format!("{minutes} min"),
        (_, hours @ ..48) => format!("{hours} h"),
        (_, hours) => format!("{} days", hours / 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_is_told_where_it_is_another_one() {
        let now = "2026-11-24T02:00:00Z".parse().unwrap();
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let from = AsOf { now, zone: &zone };
        assert_eq!(date_and_hour("2026-11-23T23:30:00Z".parse().unwrap(), from), "24 Nov 00:30");
        assert_eq!(
            date_and_hour("2025-12-31T22:00:00Z".parse().unwrap(), from),
            "31 Dec 2025 23:00"
        );
        assert_eq!(zone_name(now, &zone), "CET");
    }

    #[test]
    fn the_day_is_told_once() {
        let now = "2026-11-26T09:00:00Z".parse().unwrap();
        let at = |hour: i64| now + SignedDuration::from_hours(hour);
        let from = AsOf { now, zone: &TimeZone::UTC };
        assert_eq!(range(at(-7), at(-4), from), "26 Nov 02:00-05:00");
        assert_eq!(range(at(-11), at(-4), from), "25 Nov 22:00 to 26 Nov 05:00");
        assert_eq!(beside(at(-6), at(-7), from), "03:00");
        assert_eq!(beside(at(-6), at(-20), from), "26 Nov 03:00");
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
