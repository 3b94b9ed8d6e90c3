//! What a series counts, in words.

use dt_analysis::ByteSize;
use dt_model::DataType;

use crate::phrases::numbers::whole;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Connections,
    Bytes,
}

impl Unit {
    /// The unit of what is counted.
    pub(crate) const fn of(measure: DataType) -> Self {
        match measure {
            DataType::Connections => Self::Connections,
            DataType::BytesOut | DataType::BytesIn => Self::Bytes,
        }
    }

    /// The unit of a series, which counts connections unless it says otherwise.
    pub(crate) fn of_series(measure: Option<DataType>) -> Self {
        measure.map_or(Self::Connections, Self::of)
    }

    /// An amount in words, rounded to a whole one.
    pub(crate) fn words(self, amount: f64) -> String {
        let whole = whole(amount);
        match self {
            Self::Connections => whole.to_string(),
            Self::Bytes => ByteSize(whole).to_string(),
        }
    }
}
