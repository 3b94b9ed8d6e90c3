//! The text of `DTAPI-Date`.

use jiff::civil::DateTime;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::fmt::temporal::DateTimePrinter;
use jiff::{Timestamp, tz::Offset};

/// How `DTAPI-Date` is written: in UTC and in whole seconds, whichever the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum DateFormat {
    /// `YYYY-MM-DD HH:MM:SS`, which appliances of every version are documented to accept.
    #[default]
    Spaced,
    /// `YYYYMMDDTHHMMSS`, the basic form of ISO 8601, for headers that must not hold a space.
    Compact,
}

impl DateFormat {
    /// The format in which a date is written; `None` if it is none in either.
    ///
    /// ```
    /// use dt_auth::DateFormat;
    ///
    /// assert_eq!(DateFormat::of("20261124T020000"), Some(DateFormat::Compact));
    /// assert_eq!(DateFormat::of("2026-11-24 02:00:00"), Some(DateFormat::Spaced));
    /// assert_eq!(DateFormat::of("2026-11-24"), None);
    /// ```
    #[must_use]
    pub fn of(date: &str) -> Option<Self> {
        let instant = parse(date)?;
        [Self::Spaced, Self::Compact]
            .into_iter()
            .find(|format| format.print(instant).as_deref() == Some(date))
    }

    /// `None` before the year 0, for which neither format has a text.
    pub(crate) fn print(self, instant: Timestamp) -> Option<String> {
        // Every request prints its date, and `strftime` would take a fifth of all signing: more
        // than twice as long as this printer.
        const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(0));

        let utc = Offset::UTC.to_datetime(instant);
        if utc.year() < 0 {
            return None;
        }
        Some(match self {
            Self::Spaced => PRINTER.separator(b' ').datetime_to_string(&utc),
            Self::Compact => {
                let mut text = PRINTER.datetime_to_string(&utc);
                text.retain(|c| c.is_ascii_alphanumeric());
                text
            }
        })
    }
}

/// Reads a date in either format.
///
/// Only a text that [`DateFormat::print`] writes is read: jiff alone also takes fractions, a lone
/// date and the second 60.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let civil: DateTime = text.parse().ok()?;
    let instant = Offset::UTC.to_timestamp(civil).ok()?;
    [DateFormat::Spaced, DateFormat::Compact]
        .iter()
        .any(|format| format.print(instant).as_deref() == Some(text))
        .then_some(instant)
}

/// Reads a date in any form that public clients of appliances send: either [`DateFormat`]; ISO 8601
/// with a space or a `T`, with and without a fraction and a zone; that of RFC 1123, with and without its
/// zone; and that of C's `asctime`.
///
/// A date without a zone is UTC. One without seconds, or with the name of a zone, is none.
pub(crate) fn read(text: &str) -> Option<Timestamp> {
    if let Ok(instant) = DateTimeParser::new().parse_timestamp(text) {
        return Some(instant);
    }
    let named = ["%a, %d %b %Y %H:%M:%S", "%a %b %e %H:%M:%S %Y"];
    if let Some(civil) = named.iter().find_map(|form| DateTime::strptime(form, text).ok()) {
        return Offset::UTC.to_timestamp(civil).ok();
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits < "YYYYMMDDHHMMSS".len() || text.contains('[') {
        return None;
    }
    // In this order: where a zone stands, a civil time would be read past it.
    let zoned: Option<Timestamp> = text.parse().ok();
    zoned.or_else(|| Offset::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn both_formats_are_utc_and_drop_the_fraction() {
        let instant = instant("2026-03-04T05:06:07.999+02:00");
        assert_eq!(DateFormat::Spaced.print(instant).unwrap(), "2026-03-04 03:06:07");
        assert_eq!(DateFormat::Compact.print(instant).unwrap(), "20260304T030607");
    }

    #[test]
    fn what_is_printed_is_read_back() {
        for text in ["0000-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "9999-12-30T22:00:00Z"] {
            let instant = instant(text);
            for format in [DateFormat::Spaced, DateFormat::Compact] {
                assert_eq!(parse(&format.print(instant).unwrap()), Some(instant), "{text}");
            }
        }
    }

    #[test]
    fn a_year_without_four_digits_has_no_text() {
        assert_eq!(DateFormat::Spaced.print(instant("-000001-12-31T23:59:59Z")), None);
        assert_eq!(DateFormat::Compact.print(Timestamp::MIN), None);
    }

    #[test]
    fn what_public_clients_send_is_understood() {
        for text in [
            "2026-11-24 02:00:00",
            "20261124T020000",
            "20261124T020000Z",
            "2026-11-24T02:00:00",
            "2026-11-24T02:00:00Z",
            "2026-11-24T02:00:00+00:00",
            "2026-11-24T03:00:00+01:00",
            "2026-11-24 02:00:00+00:00",
            "2026-11-24 02:00:00Z",
            "Tue, 24 Nov 2026 02:00:00 GMT",
            "Tue, 24 Nov 2026 02:00:00 +0000",
            "Tue, 24 Nov 2026 02:00:00",
            "Tue Nov 24 02:00:00 2026",
        ] {
            assert_eq!(read(text), Some(instant("2026-11-24T02:00:00Z")), "{text}");
        }
        for text in ["2026-11-24T02:00:00.123456", "2026-11-24 02:00:00.123456+00:00"] {
            assert_eq!(read(text), Some(instant("2026-11-24T02:00:00.123456Z")), "{text}");
        }
    }

    #[test]
    fn what_says_no_second_is_no_date() {
        for text in [
            "",
            "now",
            "1795485600",
            "2026-11-24",
            "2026-11-24 02:00",
            "20261124T0200",
            "2026-11-31 02:00:00",
            "2026-11-24T02:00:00+01:00[Europe/Berlin]",
            "Mon, 24 Nov 2026 02:00:00 GMT",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }

    #[test]
    fn other_texts_are_not_read() {
        for text in [
            "",
            "now",
            "2026-11-24",
            "2026-11-24T02:00:00",
            "2026-11-24 02:00:00Z",
            "2026-11-24 02:00:00.5",
            " 2026-11-24 02:00:00",
            "2026-11-24 2:00:00",
            "+2026-11-24 02:00:00",
            "2026-11-31 02:00:00",
            "2026-11-24 02:00:60",
            "20261124 020000",
            "2026-11-24T020000",
            "20261124t020000",
            "20261124T0200",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
