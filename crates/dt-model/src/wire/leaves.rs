//! Which JSON makes a number, a text, a time or an id, and which other forms of it are read as that.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::lenient::Shape;
use crate::{Conversion, DeviceId, JsonKind, Peer, Port, Share};

/// A number that a text holds: some clients and proxies put numbers into quotes.
fn number<T: Shape>(text: &str) -> Option<(T, Conversion)> {
    let text = text.trim();
    let read = if let Ok(whole) = text.parse::<u64>() {
        T::from_u64(whole)
    } else if let Ok(below) = text.parse::<i64>() {
        T::from_negative(below)
    } else {
        T::from_f64(text.parse().ok()?)
    };
    Some((read.ok()?, Conversion::NumberAsText))
}

/// Reads text that holds a number as that.
macro_rules! converts_text {
    () => {
        fn convert_text(text: &str) -> Option<(Self, Conversion)> {
            number(text)
        }
    };
}

/// Counts are whole; some clients and proxies turn them into floats on the way.
impl Shape for u64 {
    const EXPECTED: &'static str = "a count";

    converts_text!();

    fn from_u64(value: u64) -> Result<Self, JsonKind> {
        Ok(value)
    }

    fn from_f64(value: f64) -> Result<Self, JsonKind> {
        let whole = whole(value)?;
        Self::try_from(whole).map_err(|_| match whole {
            ..0 => JsonKind::NegativeNumber,
            _ => JsonKind::OutOfRange,
        })
    }
}

impl Shape for i64 {
    const EXPECTED: &'static str = "a whole number";

    converts_text!();

    fn from_u64(value: u64) -> Result<Self, JsonKind> {
        Self::try_from(value).map_err(|_| JsonKind::OutOfRange)
    }

    fn from_negative(value: i64) -> Result<Self, JsonKind> {
        Ok(value)
    }

    fn from_f64(value: f64) -> Result<Self, JsonKind> {
        Self::try_from(whole(value)?).map_err(|_| JsonKind::OutOfRange)
    }
}

/// The whole number that a float holds, in a type wide enough that the caller checks the range.
fn whole(value: f64) -> Result<i128, JsonKind> {
    if value.fract() == 0.0 {
        // The cast saturates, and what saturates is out of every narrower range.
        #[expect(clippy::cast_possible_truncation, reason = "checked to be whole")]
        Ok(value as i128)
    } else {
        Err(JsonKind::Fraction)
    }
}

impl Shape for f64 {
    const EXPECTED: &'static str = "a number";

    converts_text!();

    fn from_u64(value: u64) -> Result<Self, JsonKind> {
        Ok(value as Self)
    }

    fn from_negative(value: i64) -> Result<Self, JsonKind> {
        Ok(value as Self)
    }

    fn from_f64(value: f64) -> Result<Self, JsonKind> {
        // The largest float stands for numbers that are larger than any.
        if value.abs() < Self::MAX { Ok(value) } else { Err(JsonKind::OutOfRange) }
    }
}

impl Shape for bool {
    const EXPECTED: &'static str = "true or false";

    fn from_bool(value: bool) -> Result<Self, JsonKind> {
        Ok(value)
    }
}

impl Shape for String {
    const EXPECTED: &'static str = "text";

    fn from_text(text: &str) -> Result<Self, JsonKind> {
        Ok(text.to_owned())
    }
}

/// A whole percentage on the wire.
impl Shape for Share {
    const EXPECTED: &'static str = "a percentage";

    converts_text!();

    fn from_u64(value: u64) -> Result<Self, JsonKind> {
        Self::from_f64(value as f64)
    }

    fn from_f64(value: f64) -> Result<Self, JsonKind> {
        Self::from_percent(value).ok_or(JsonKind::OutOfRange)
    }

    fn convert_number(value: f64) -> Option<(Self, Conversion)> {
        let all = Self::from_percent(100.0)?;
        (value > 100.0).then_some((all, Conversion::ShareBeyondAll))
    }
}

impl Shape for DeviceId {
    const EXPECTED: &'static str = "a device id";

    converts_text!();

    fn from_u64(value: u64) -> Result<Self, JsonKind> {
        <i64 as Shape>::from_u64(value).map(Self::new)
    }

    fn from_negative(value: i64) -> Result<Self, JsonKind> {
        Ok(Self::new(value))
    }

    fn from_f64(value: f64) -> Result<Self, JsonKind> {
        <i64 as Shape>::from_f64(value).map(Self::new)
    }
}

impl Shape for Peer {
    const EXPECTED: &'static str = "a device id or \"others\"";

    converts_text!();

    fn from_u64(value: u64) -> Result<Self, JsonKind> {
        DeviceId::from_u64(value).map(Self::from)
    }

    fn from_negative(value: i64) -> Result<Self, JsonKind> {
        DeviceId::from_negative(value).map(Self::from)
    }

    fn from_f64(value: f64) -> Result<Self, JsonKind> {
        DeviceId::from_f64(value).map(Self::from)
    }

    fn from_text(text: &str) -> Result<Self, JsonKind> {
        if text == "others" { Ok(Self::Others) } else { Err(JsonKind::Text) }
    }
}

impl Shape for Port {
    const EXPECTED: &'static str = "a port";

    fn from_u64(value: u64) -> Result<Self, JsonKind> {
        u16::try_from(value).map(Self::Number).map_err(|_| JsonKind::OutOfRange)
    }

    fn from_f64(value: f64) -> Result<Self, JsonKind> {
        <u64 as Shape>::from_f64(value).and_then(Self::from_u64)
    }

    fn from_text(text: &str) -> Result<Self, JsonKind> {
        text.parse().map_err(|never| match never {})
    }
}

/// A time in epoch milliseconds: the appliance dialect's unit. Seconds are read as what they are: as
/// milliseconds they would be days of 1970.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Millis(pub(crate) Timestamp);

/// A time of a series in epoch milliseconds, which may be seconds: that shows when all of them are known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct PointMillis(pub(crate) Timestamp);

/// A time in epoch seconds: the documented dialect's unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Seconds(pub(crate) Timestamp);

macro_rules! time_shape {
    ($name:ident, $expected:literal, $read:path) => {
        impl Shape for $name {
            const EXPECTED: &'static str = $expected;

            fn from_u64(value: u64) -> Result<Self, JsonKind> {
                <i64 as Shape>::from_u64(value).and_then(Self::from_negative)
            }

            fn from_negative(value: i64) -> Result<Self, JsonKind> {
                $read(value).map(Self).map_err(|_| JsonKind::OutOfRange)
            }

            fn from_f64(value: f64) -> Result<Self, JsonKind> {
                <i64 as Shape>::from_f64(value).and_then(Self::from_negative)
            }

            fn convert_number(value: f64) -> Option<(Self, Conversion)> {
                Self::of_another_unit(value)
            }

            fn convert_text(text: &str) -> Option<(Self, Conversion)> {
                number(text)
                    .or_else(|| Self::convert_number(text.trim().parse().ok()?))
                    .or_else(|| Some((Self(iso_time(text.trim())?), Conversion::IsoTime)))
            }
        }
    };
}

time_shape!(Millis, "a time in epoch milliseconds", Millis::unless_seconds);
time_shape!(PointMillis, "a time in epoch milliseconds", Timestamp::from_millisecond);
time_shape!(Seconds, "a time in epoch seconds", Timestamp::from_second);

impl Millis {
    /// Seconds from 2001 to 2286: as milliseconds they are before April 1970, when there was no appliance.
    const SECONDS: RangeInclusive<i64> = 1_000_000_000..=9_999_999_999;

    fn unless_seconds(value: i64) -> Result<Timestamp, JsonKind> {
        match Timestamp::from_millisecond(value) {
            Ok(time) if !Self::SECONDS.contains(&value) => Ok(time),
            _ => Err(JsonKind::OutOfRange),
        }
    }

    fn of_another_unit(value: f64) -> Option<(Self, Conversion)> {
        let value = <i64 as Shape>::from_f64(value).ok()?;
        let time = Self::SECONDS.contains(&value).then(|| Timestamp::from_second(value).ok())??;
        Some((Self(time), Conversion::SecondsForMilliseconds))
    }
}

impl PointMillis {
    const fn of_another_unit(_: f64) -> Option<(Self, Conversion)> {
        None
    }

    /// The time, if it is one in seconds.
    pub(crate) fn seconds(self) -> Option<Timestamp> {
        let value = self.0.as_millisecond();
        Millis::SECONDS.contains(&value).then(|| Timestamp::from_second(value).ok())?
    }
}

impl Seconds {
    /// Milliseconds since 2001 are no seconds that can be read as a time.
    fn of_another_unit(value: f64) -> Option<(Self, Conversion)> {
        let value = <i64 as Shape>::from_f64(value).ok()?;
        let time = Timestamp::from_millisecond(value).ok()?;
        Some((Self(time), Conversion::MillisecondsForSeconds))
    }
}

/// A time such as `2026-11-26T02:00:00Z`; one without a zone is taken as UTC.
fn iso_time(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| {
        let civil: DateTime = text.parse().ok()?;
        TimeZone::UTC.to_timestamp(civil).ok()
    })
}
