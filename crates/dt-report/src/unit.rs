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
    /// The unit of a series.
    pub(crate) const fn of_series(measure: Option<DataType>) -> Self {
        match measure {
            Some(DataType::BytesOut | DataType::BytesIn) => Self::Bytes,
            _ => Self::Connections,
        }
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
