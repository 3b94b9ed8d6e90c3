//! Values of facts and of cells, before any format has put them into words.

use dt_analysis::priority::hundredths;
use dt_analysis::{ByteSize, Level, Measured};
use dt_model::{Amount, Share};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::phrases::numbers::{NOT_REPORTED, percentage, whole};
use crate::phrases::times;

/// What a fact or a cell says. Text is kept as it came: each format makes it harmless for its readers.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Value {
    /// There is nothing to say.
    #[default]
    Empty,
    /// It is not known, for which this is the word.
    Missing(&'static str),
    Text(String),
    /// A place on a disk, which is of no use if it is cut.
    Path(String),
    /// A text that leads to a page of the appliance, where anybody knows where that is.
    Link(String, Option<String>),
    /// Several texts.
    List(Vec<String>),
    /// Several texts, of which a screen has room for the first.
    Several(Vec<String>),
    /// A number that names something.
    Id(i64),
    /// How many.
    Count(Amount),
    /// How many bytes.
    Bytes(Amount),
    /// A part of 1.
    Share(Measured),
    /// A number of which one decimal is shown.
    Decimal(f64),
    /// A part of 1, of which people read the hundredths.
    Score(f64),
    /// A score with what it means.
    Priority(f64, Level),
    Time(Timestamp),
    Flag(bool),
    /// A word, and how urgent it is.
    Level(Option<Level>, &'static str),
}

impl Value {
    /// The value of something, or the word for why it is not known.
    pub(crate) fn known_or(known: Option<impl Into<Self>>, missing: &'static str) -> Self {
        known.map_or(Self::Missing(missing), Into::into)
    }

    /// A number of bytes, or the word for why it is not known.
    pub(crate) fn bytes_or(bytes: Option<Amount>, missing: &'static str) -> Self {
        Self::known_or(bytes.map(Self::Bytes), missing)
    }

    /// The value of something that may not be reported.
    pub(crate) fn reported(known: Option<impl Into<Self>>) -> Self {
        Self::known_or(known, NOT_REPORTED)
    }

    /// A number of bytes that is exact if it is reported.
    pub(crate) fn exact_bytes(bytes: Option<u64>) -> Self {
        Self::reported(bytes.map(|bytes| Self::Bytes(Amount::Exact(bytes.into()))))
    }

    /// A mean number of bytes, to the nearest byte.
    pub(crate) fn mean_bytes(mean: Option<f64>) -> Self {
        Self::reported(mean.map(|mean| Self::Bytes(whole(mean))))
    }

    /// What people read, with times in their zone.
    pub(crate) fn words(&self, zone: &TimeZone) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Missing(word) | Self::Level(_, word) => (*word).to_owned(),
            Self::Text(text) | Self::Path(text) | Self::Link(text, _) => text.clone(),
            Self::List(texts) | Self::Several(texts) => texts.join(", "),
            Self::Id(id) => id.to_string(),
            Self::Count(amount) => amount.to_string(),
            Self::Bytes(amount) => ByteSize(*amount).to_string(),
            Self::Share(share) => percentage(*share),
            Self::Decimal(number) => format!("{number:.1}"),
            Self::Score(score) => hundredths(*score).to_string(),
            Self::Priority(score, level) => format!("{:2} {level}", hundredths(*score)),
            Self::Time(time) => times::moment(*time, zone),
            Self::Flag(true) => "yes".to_owned(),
            Self::Flag(false) => "no".to_owned(),
        }
    }

    /// Whether there is nothing to read.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Empty | Self::Level(None, "") => true,
            Self::Text(text) | Self::Path(text) => text.is_empty(),
            Self::List(texts) => texts.is_empty(),
            _ => false,
        }
    }

    /// How urgent what it says is.
    pub(crate) fn level(&self) -> Option<Level> {
        match self {
            Self::Level(level, _) => *level,
            Self::Priority(_, level) => Some(*level),
            _ => None,
        }
    }

    /// Where it leads.
    pub(crate) fn url(&self) -> Option<&str> {
        match self {
            Self::Link(_, url) => url.as_deref(),
            _ => None,
        }
    }

    /// How long its bar is, from 0 to 1.
    pub(crate) fn bar(&self) -> Option<f64> {
        match self {
            Self::Share(share) => Some(share.value.clamp(0.0, 1.0)),
            _ => None,
        }
    }
}

/// What stands for a value of another type.
macro_rules! from {
    ($($of:ty => |$it:ident| $value:expr;)*) => {$(
        impl From<$of> for Value {
            fn from($it: $of) -> Self {
                $value
            }
        }
    )*};
}

from! {
    &str => |text| Self::Text(text.to_owned());
    String => |text| Self::Text(text);
    &String => |text| Self::Text(text.clone());
    &Option<String> => |text| text.as_ref().into();
    Vec<String> => |texts| Self::List(texts);
    &Vec<String> => |texts| Self::List(texts.clone());
    i64 => |id| Self::Id(id);
    u32 => |id| Self::Id(id.into());
    usize => |count| Self::Count(Amount::Exact(count as u128));
    u64 => |count| Self::Count(Amount::Exact(count.into()));
    f64 => |number| Self::Decimal(number);
    bool => |flag| Self::Flag(flag);
    Timestamp => |time| Self::Time(time);
    Amount => |amount| Self::Count(amount);
    Measured => |share| Self::Share(share);
    Share => |share| Self::Share(share.into());
    Level => |level| Self::Level(Some(level), level.as_str());
}

/// What is not known is no text.
impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(known: Option<T>) -> Self {
        known.map_or(Self::Empty, Into::into)
    }
}
