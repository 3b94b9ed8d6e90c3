//! The point in time and the time zone of an analysis.

use std::fmt;

use dt_model::{Diagnostic, FailureKind, Help};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, civil};

/// The point in time and the time zone of an analysis.
#[derive(Debug, Clone, Copy)]
pub struct AsOf<'a> {
    /// Buckets that end after this are left out.
    pub now: Timestamp,
    /// Where days begin, and what an hour of day is.
    pub zone: &'a TimeZone,
}

/// Text that is no point in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidTime(String);

impl AsOf<'_> {
    /// A time as people type it: an instant, a day or a time of the zone, or how long ago.
    ///
    /// ```
    /// use dt_analysis::AsOf;
    /// use jiff::tz::TimeZone;
    ///
    /// let as_of = AsOf { now: "2026-11-24T02:00:00Z".parse()?, zone: &TimeZone::get("Europe/Berlin")? };
    /// assert_eq!(as_of.point_in_time("2026-11-17")?, "2026-11-16T23:00:00Z".parse()?);
    /// assert_eq!(as_of.point_in_time("7d")?, "2026-11-17T02:00:00Z".parse()?);
    /// assert!(as_of.point_in_time("yesterday").is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn point_in_time(&self, text: &str) -> Result<Timestamp, InvalidTime> {
        let past = || {
            let ago = text.parse::<Span>().ok().filter(Span::is_positive)?;
            let past = self.now.to_zoned_datetime(self.zone.clone()).checked_sub(ago).ok()?;
            Some(past.timestamp())
        };
        instant(text, self.zone).or_else(past).ok_or_else(|| InvalidTime(text.to_owned()))
    }
}

/// An instant, or what is one in a zone: a day, at whose beginning it is, or a time of it.
pub(crate) fn instant(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let local = || zone.to_timestamp(text.parse::<civil::DateTime>().ok()?).ok();
    text.parse().ok().or_else(local)
}

impl fmt::Display for InvalidTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not a valid time", self.0)
    }
}

impl std::error::Error for InvalidTime {}

impl Diagnostic for InvalidTime {
    fn kind(&self) -> FailureKind {
        FailureKind::Usage
    }

    fn help(&self) -> Option<Help> {
        Some(Help::new("use 2026-11-17, 2026-11-17T02:00, 2026-11-17T02:00Z, or 7d for a week ago"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_type_them() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let as_of = AsOf { now: "2026-11-24T02:00:00Z".parse().unwrap(), zone: &zone };
        let read = |text| as_of.point_in_time(text).map(|time| time.to_string());
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
