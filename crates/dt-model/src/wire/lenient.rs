//! Reading that does not fail on an odd leaf.
//!
//! A [`Lenient<T>`] takes whatever JSON value comes and says what it was. [`Shape`] says which
//! JSON kinds make a `T`; every kind it does not name is skipped and remembered as [`JsonKind`]. That
//! is one streaming visitor for all types, without buffering, which `#[serde(untagged)]` and
//! `#[serde(flatten)]` would need.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use crate::plain_json::HANDED_OVER;
use crate::warning::{Path, WarningLog};
use crate::{Conversion, JsonKind, Problem};

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

    /// Whether [`scan`](Self::scan) may read it.
    const SCANS: bool = false;

    /// Reads it from the beginning of a well-formed text, if it is there in its most common form, and
    /// says how long that is.
    fn scan(_: &str) -> Option<(Self, usize)> {
        None
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

    /// The value, if there is a sound one; what is odd about it is nobody's concern.
    pub(crate) fn sound(self) -> Option<T> {
        match self {
            Self::Value(value) | Self::Converted(value, _) => Some(value),
            Self::Missing | Self::Odd(_) => None,
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
        if T::SCANS {
            return deserializer.deserialize_newtype_struct(HANDED_OVER, ScanVisitor(PhantomData));
        }
        deserializer.deserialize_any(LenientVisitor(PhantomData))
    }
}

/// Takes the text that a plain reader hands over, and gives back what is behind the part that it read; or
/// has it read as any other.
struct ScanVisitor<T>(PhantomData<T>);

impl<'de, T: Shape> Visitor<'de> for ScanVisitor<T> {
    type Value = Lenient<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, other: D) -> Result<Self::Value, D::Error> {
        other.deserialize_any(LenientVisitor(PhantomData))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut handed_over: A) -> Result<Self::Value, A::Error> {
        let text: Option<&'de str> = handed_over.next_element()?;
        let scanned = text.and_then(T::scan);
        let (value, length) = scanned.map_or((None, None), |(it, length)| (Some(it), Some(length)));
        let rest = handed_over.next_element_seed(Rest { length, of: PhantomData::<T> })?;
        Ok(value.map_or_else(|| rest.unwrap_or_default(), Lenient::Value))
    }
}

/// What is left of a text that was handed over: all of it, or what is behind so many bytes.
struct Rest<T> {
    length: Option<usize>,
    of: PhantomData<T>,
}

impl<'de, T: Shape> DeserializeSeed<'de> for Rest<T> {
    type Value = Lenient<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        match self.length {
            Some(length) => deserializer.deserialize_tuple(length, LenientVisitor(PhantomData)),
            None => deserializer.deserialize_any(LenientVisitor(PhantomData)),
        }
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
