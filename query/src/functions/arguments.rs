//! What functions take, and what is said to whoever gives them something else.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, Int32Array, ListArray, StringArray, TimestampMillisecondArray,
};
use datafusion::arrow::datatypes::{DataType, Field, TimeUnit};
use datafusion::common::{Result, exec_datafusion_err, plan_datafusion_err, plan_err};

/// An argument of a function.
#[derive(Debug, Clone, Copy)]
pub(super) struct Argument {
    /// As messages call it.
    pub(super) name: &'static str,
    pub(super) kind: Kind,
}

/// What an argument may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Time,
    Seconds,
    Counts,
    Text,
}

impl Kind {
    /// The type that functions are called with.
    fn target(self) -> DataType {
        match self {
            Self::Time => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
            Self::Seconds => DataType::Int32,
            Self::Counts => DataType::List(Arc::new(Field::new("element", DataType::UInt64, true))),
            Self::Text => DataType::Utf8,
        }
    }

    /// Whether values of a type can be turned into it.
    fn accepts(self, given: &DataType) -> bool {
        match (self, given) {
            (_, DataType::Null) => true,
            (Self::Time, given) => matches!(given, DataType::Timestamp(..)),
            (Self::Seconds, given) => given.is_integer(),
            (Self::Counts, DataType::List(item) | DataType::LargeList(item)) => {
                item.data_type().is_integer() || item.data_type().is_null()
            }
            (Self::Counts, _) => false,
            (Self::Text, given) => given.is_string(),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Time => "a timestamp",
            Self::Seconds => "a whole number of seconds",
            Self::Counts => "a list of whole numbers",
            Self::Text => "a text",
        })
    }
}

/// The types to call a function with, which was written with arguments of these.
pub(super) fn coerce(
    function: &str,
    arguments: &[Argument],
    optional: usize,
    given: &[DataType],
) -> Result<Vec<DataType>> {
    if given.len() > arguments.len() || given.len() + optional < arguments.len() {
        let names: Vec<&str> = arguments.iter().map(|argument| argument.name).collect();
        let names = names.join(", ");
        return plan_err!("{function} takes ({names}), and was given {} arguments", given.len());
    }
    let coerced = arguments.iter().zip(given).map(|(Argument { name, kind }, given)| {
        let refused = || plan_datafusion_err!("{function}: {name} must be {kind}, and is {given}");
        kind.accepts(given).then(|| kind.target()).ok_or_else(refused)
    });
    coerced.collect()
}

/// A column of an argument, of the type that [`coerce`] gave it.
fn column<'a, T: Array + 'static>(
    function: &str,
    name: &str,
    arrays: &'a [ArrayRef],
    place: usize,
) -> Result<&'a T> {
    let array = arrays.get(place);
    array.and_then(|array| array.as_any().downcast_ref()).ok_or_else(|| {
        let given = array.map_or_else(|| "missing".to_owned(), |it| it.data_type().to_string());
        exec_datafusion_err!("{function}: {name} is {given}, which it cannot be")
    })
}

/// The columns of a call, by their places.
#[derive(Clone, Copy)]
pub(super) struct Columns<'a> {
    pub(super) function: &'static str,
    pub(super) arguments: &'static [Argument],
    pub(super) arrays: &'a [ArrayRef],
}

impl<'a> Columns<'a> {
    fn name(&self, place: usize) -> &'static str {
        self.arguments.get(place).map_or("an argument", |argument| argument.name)
    }

    pub(super) fn times(&self, place: usize) -> Result<&'a TimestampMillisecondArray> {
        column(self.function, self.name(place), self.arrays, place)
    }

    pub(super) fn seconds(&self, place: usize) -> Result<&'a Int32Array> {
        column(self.function, self.name(place), self.arrays, place)
    }

    pub(super) fn counts(&self, place: usize) -> Result<&'a ListArray> {
        column(self.function, self.name(place), self.arrays, place)
    }

    pub(super) fn texts(&self, place: usize) -> Result<&'a StringArray> {
        column(self.function, self.name(place), self.arrays, place)
    }
}
