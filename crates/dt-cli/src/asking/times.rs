//! Times as people type them.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, civil};

use crate::failure::{Failure, Result};
use crate::options::TimeRangeOptions;

/// From when to when; open where `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct TimeRange {
    pub(crate) since: Option<Timestamp>,
    pub(crate) until: Option<Timestamp>,
}

impl TimeRange {
    /// The range that was given.
    pub(crate) fn resolve(
        options: &TimeRangeOptions,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Result<Self> {
        let time = |option: &str, text: &Option<String>| {
            text.as_ref().map(|text| point_in_time(option, text, zone, now)).transpose()
        };
        let since = time("--since", &options.since)?;
        let until = time("--until", &options.until)?;
        match (since, until) {
            (Some(since), Some(until)) if since >= until => {
                Err(Failure::usage("--since is not before --until: nothing is between them"))
            }
            _ => Ok(Self { since, until }),
        }
    }
}

/// A time as people type it: an instant, a date or time of the zone, or how long ago.
pub(crate) fn point_in_time(
    option: &str,
    text: &str,
    zone: &TimeZone,
    now: Timestamp,
) -> Result<Timestamp> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(instant);
    }
    let local = text.parse::<civil::DateTime>();
    if let Some(instant) = local.ok().and_then(|local| zone.to_timestamp(local).ok()) {
        return Ok(instant);
    }
    let ago = text.parse::<Span>().ok().filter(Span::is_positive);
    let past = ago.and_then(|ago| now.to_zoned_datetime(zone.clone()).checked_sub(ago).ok());
    past.map(|past| past.timestamp()).ok_or_else(|| {
        Failure::usage(format!("{option} {text:?} is not a valid time"))
            .hint("use 2026-11-17, 2026-11-17T02:00, 2026-11-17T02:00Z, or 7d for a week ago")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_type_them() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let now = "2026-11-24T02:00:00Z".parse().unwrap();
        let read = |text| point_in_time("--since", text, &zone, now).map(|time| time.to_string());
        for (text, time) in [
            ("2026-11-17", "2026-11-16T23:00:00Z"),
            ("2026-11-17T02:00", "2026-11-17T01:00:00Z"),
            ("2026-11-17 02:00", "2026-11-17T01:00:00Z"),
            ("2026-11-17T02:00Z", "2026-11-17T02:00:00Z"),
            ("7d", "2026-11-17T02:00:00Z"),
            ("36h", "2026-11-22T14:00:00Z"),
        ] {
            assert_eq!(read(text).unwrap(), time, "{text}");
        }
        for text in ["", "yesterday", "-7d", "2026-13-01", "99999999999y"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
