//! The time covered, and how fresh it is.

use dt_analysis::AsOf;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::numbers::{NOT_REPORTED, plural};
use super::times;
use crate::contract::Window;

/// The time covered, and how long ago its end is: one sentence each, the second if it is known.
pub(crate) fn period(window: &Window, from: AsOf<'_>) -> (String, Option<String>) {
    let Some(start) = window.start else {
        if window.is_unreported {
            return (
                "The time covered is not reported: the answer has no series.".to_owned(),
                None,
            );
        }
        let none = "No intervals: none in the answer, or none in the requested time.";
        return (none.to_owned(), None);
    };
    let begins = times::date_and_hour(start, from);
    let zone = times::zone_name(start, from.zone);
    let (Some(end), Some(interval)) = (window.end, window.interval) else {
        let count = plural(window.intervals, "interval", "intervals");
        let until = format!("{count}, from {begins} {zone}; until when is not reported.");
        return (until, None);
    };
    let ends = times::date_and_hour(end, from);
    let zone_after = times::zone_name(end, from.zone);
    let zone_before = if zone == zone_after { String::new() } else { format!(" {zone}") };
    let unit = if interval == SignedDuration::from_hours(1) { "hour" } else { "interval" };
    let ahead = end.duration_since(from.now);
    let freshness = match times::ago(end, from.now) {
        Some(ago) => format!("Newest {unit} ended {ago}."),
        None if ahead > interval => format!(
            "Newest {unit} ends {} after what this computer's clock says: check that clock.",
            times::roughly(ahead)
        ),
        None => format!("The newest {unit} is not complete yet."),
    };
    let interval = times::interval(interval);
    (format!("{begins}{zone_before} to {ends} {zone_after}, {interval}."), Some(freshness))
}

/// How fresh the data is, where the time covered is not the point.
pub(crate) fn data_until(until: Option<Timestamp>, from: AsOf<'_>) -> String {
    let Some(until) = until else { return "How recent the data is was not reported.".to_owned() };
    let zone = times::zone_name(until, from.zone);
    let time = times::date_and_hour(until, from);
    let ago = times::ago(until, from.now).map_or_else(String::new, |ago| format!(", {ago}"));
    format!("Data until {time} {zone}{ago}.")
}

/// The time covered as it is filed, with its years; of some answers only the end is known.
pub(crate) fn in_full(start: Option<Timestamp>, end: Option<Timestamp>, zone: &TimeZone) -> String {
    let moment = |time| times::moment(time, zone);
    match (start, end) {
        (Some(start), Some(end)) => format!("{} to {}", moment(start), moment(end)),
        (Some(start), None) => format!("from {}", moment(start)),
        (None, Some(end)) => format!("until {}", moment(end)),
        (None, None) => NOT_REPORTED.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_ahead_of_the_clock_are_no_matter_of_an_hour_under_way() {
        let now: Timestamp = "2026-11-26T09:20:00Z".parse().unwrap();
        let freshness = |end: &str| {
            let end: Timestamp = end.parse().unwrap();
            let hour = SignedDuration::from_hours(1);
            let start = Some(end - SignedDuration::from_hours(48));
            let window =
                Window { start, end: Some(end), interval: Some(hour), ..Window::default() };
            period(&window, AsOf { now, zone: &TimeZone::UTC }).1.unwrap()
        };
        assert_eq!(freshness("2026-11-26T09:00:00Z"), "Newest hour ended 20 min ago.");
        assert_eq!(freshness("2026-11-26T10:00:00Z"), "The newest hour is not complete yet.");
        assert_eq!(
            freshness("2027-12-28T10:00:00Z"),
            "Newest hour ends 397 days after what this computer's clock says: check that clock."
        );
    }
}
