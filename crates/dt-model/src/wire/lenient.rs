//! Reading that does not fail on an odd leaf.
//!
//! A [`Lenient<T>`] takes whatever JSON value comes and says what it was. [`Shape`] says which
//! JSON kinds make a `T`; every kind it does not name is skipped and remembered as [`JsonKind`]. That
//! is one streaming visitor for all types, without buffering, which `#[serde(untagged)]` and
//! `#[serde(flatten)]` would need.

use std::fmt;
use std::marker::PhantomData;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::warning::{Path, WarningLog};
use crate::{Conversion, DeviceId, JsonKind, Peer, Port, Problem, Share};

/// What stood in one place of a response.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Lenient<T> {
    /// Nothing, or `null`.
    #[default]
    Missing,
    Value(T),
    /// A value in another form than the one that belongs there.
    Converted(T, Conversion),
    Odd(JsonKind),
}

/// Which JSON makes a value of this type. Whatever a type does not name is odd.
pub(crate) trait Shape: Sized {
    /// With its article, for warnings.
    const EXPECTED: &'static str;

    fn from_bool(_: bool) -> Result<Self, JsonKind> {
        Err(JsonKind::Boolean)
    }

    fn from_u64(_: u64) -> Result<Self, JsonKind> {
        Err(JsonKind::Number)
    }

    /// Only numbers below zero come here.
    fn from_negative(_: i64) -> Result<Self, JsonKind> {
        Err(JsonKind::NegativeNumber)
    }

    fn from_f64(_: f64) -> Result<Self, JsonKind> {
        Err(JsonKind::Number)
    }

    fn from_text(_: &str) -> Result<Self, JsonKind> {
        Err(JsonKind::Text)
    }

    /// What an odd text stands for.
    fn convert_text(_: &str) -> Option<(Self, Conversion)> {
        None
    }

    /// What an odd number stands for.
    fn convert_number(_: f64) -> Option<(Self, Conversion)> {
        None
    }

    fn from_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Lenient<Self>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Lenient::Odd(JsonKind::List))
    }

    fn from_object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Lenient<Self>, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Lenient::Odd(JsonKind::Object))
    }

    /// Notes the keys that stood in the object more than once.
    fn note_repeated(&self, _: Path<'_>, _: &mut WarningLog) {}
}

impl<T: Shape> Lenient<T> {
    /// The value, if there is a sound one; what is odd about it is noted.
    pub(crate) fn accept(self, at: Path<'_>, log: &mut WarningLog) -> Option<T> {
        match self {
            Self::Missing => None,
            Self::Value(value) => {
                value.note_repeated(at, log);
                Some(value)
            }
            Self::Converted(value, from) => {
                log.note_converted(at, from);
                Some(value)
            }
            Self::Odd(found) => {
                log.note(at, Problem::Unexpected { expected: T::EXPECTED, found });
                None
            }
        }
    }

    /// [`accept`](Self::accept) for an item of a list, where `null` is odd, too.
    pub(crate) fn accept_item(self, at: Path<'_>, log: &mut WarningLog) -> Option<T> {
        match self {
            Self::Missing => Self::Odd(JsonKind::Null).accept(at, log),
            present => present.accept(at, log),
        }
    }

    /// What stands there in place of a value.
    pub(crate) const fn found(&self) -> Option<JsonKind> {
        match self {
            Self::Missing => Some(JsonKind::Null),
            Self::Value(_) | Self::Converted(..) => None,
            Self::Odd(found) => Some(*found),
        }
    }

    pub(crate) const fn is_value(&self) -> bool {
        self.value().is_some()
    }

    /// The value, before what is odd about it is noted.
    pub(crate) const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) | Self::Converted(value, _) => Some(value),
            Self::Missing | Self::Odd(_) => None,
        }
    }

    /// This, or `other` where it is missing.
    pub(crate) fn or(self, other: Self) -> Self {
        if self.is_missing() { other } else { self }
    }

    /// The value, or what it was converted to.
    fn of(read: Result<T, JsonKind>, convert: impl FnOnce() -> Option<(T, Conversion)>) -> Self {
        read.map_or_else(
            |found| {
                convert().map_or(Self::Odd(found), |(value, from)| Self::Converted(value, from))
            },
            Self::Value,
        )
    }

    pub(crate) fn map<U>(self, make: impl FnOnce(T) -> U) -> Lenient<U> {
        match self {
            Self::Missing => Lenient::Missing,
            Self::Value(value) => Lenient::Value(make(value)),
            Self::Converted(value, from) => Lenient::Converted(make(value), from),
            Self::Odd(found) => Lenient::Odd(found),
        }
    }

    pub(crate) const fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }
}

impl<'de, T: Shape> Deserialize<'de> for Lenient<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LenientVisitor(PhantomData))
    }
}

struct LenientVisitor<T>(PhantomData<T>);

impl<'de, T: Shape> Visitor<'de> for LenientVisitor<T> {
    type Value = Lenient<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Lenient::Missing)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Lenient::of(T::from_bool(value), || None))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Lenient::of(T::from_u64(value), || T::convert_number(value as f64)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        let read = match u64::try_from(value) {
            Ok(value) => T::from_u64(value),
            Err(_) => T::from_negative(value),
        };
        Ok(Lenient::of(read, || T::convert_number(value as f64)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Lenient::of(T::from_f64(value), || T::convert_number(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Lenient::of(T::from_text(value), || T::convert_text(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        T::from_list(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
        T::from_object(object)
    }
}

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

/// A time in epoch milliseconds: the appliance dialect's unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Millis(pub(crate) Timestamp);

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

time_shape!(Millis, "a time in epoch milliseconds", Timestamp::from_millisecond);
time_shape!(Seconds, "a time in epoch seconds", Timestamp::from_second);

impl Millis {
    /// Seconds are milliseconds of 1970: only a whole series tells which they are.
    const fn of_another_unit(_: f64) -> Option<(Self, Conversion)> {
        None
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

/// A large type that is moved often while it is read.
impl<T: Shape> Shape for Box<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn note_repeated(&self, at: Path<'_>, log: &mut WarningLog) {
        T::note_repeated(self, at, log);
    }

    fn from_object<'de, A: MapAccess<'de>>(object: A) -> Result<Lenient<Self>, A::Error> {
        T::from_object(object).map(|read| read.map(Self::new))
    }
}

/// A list, each item of which may be odd.
#[derive(Debug)]
pub(crate) struct List<T>(pub(crate) Vec<Lenient<T>>);

impl<T: Shape> Shape for List<T> {
    const EXPECTED: &'static str = "a list";

    fn from_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Lenient<Self>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Lenient::Value(Self(items)))
    }
}

/// A list, or one item in its place.
#[derive(Debug)]
pub(crate) enum OneOrMany<T> {
    One(Lenient<T>),
    Many(Lenient<List<T>>),
}

impl<T: Shape> Shape for OneOrMany<T> {
    const EXPECTED: &'static str = "an object or a list";

    fn from_list<'de, A: SeqAccess<'de>>(list: A) -> Result<Lenient<Self>, A::Error> {
        List::from_list(list).map(|list| Lenient::Value(Self::Many(list)))
    }

    fn from_object<'de, A: MapAccess<'de>>(object: A) -> Result<Lenient<Self>, A::Error> {
        T::from_object(object).map(|one| Lenient::Value(Self::One(one)))
    }
}
