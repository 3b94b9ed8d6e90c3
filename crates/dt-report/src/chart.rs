//! What a chart shows, before anything is drawn.

use dt_analysis::{ByteSize, Measured};
use dt_model::DataType;
use jiff::{SignedDuration, Timestamp};

use crate::contract::{Bucket, ForecastPoint};
use crate::trace::Trace;
use crate::view::Text;
use crate::week::Week;
use crate::words::numbers::whole;

/// A chart under a caption, and what it says as sentences for those who do not see it.
pub(crate) struct Chart {
    pub(crate) caption: Text,
    pub(crate) says: Text,
    pub(crate) drawing: Drawing,
}

/// What is drawn.
pub(crate) enum Drawing {
    /// A series, the band in which it is usual, and what is outside of it.
    Timeline { buckets: Vec<Bucket>, unit: Unit },
    /// What was counted, and what is expected after that, in its bands.
    Forecast { past: Vec<(Timestamp, u64)>, points: Vec<ForecastPoint>, unit: Unit },
    /// What goes out, above what comes in; for each of them the word for what is missing.
    Mirrored { out: Trace, into: Trace, missing: [&'static str; 2] },
    /// The mean of each hour of the week.
    Week(Week),
    /// Metrics of a device, each on a line with those of other devices, of which `peer` says who one is.
    Beside { lines: Vec<BesideLine>, peer: Text },
}

/// A metric on a line.
pub(crate) struct BesideLine {
    pub(crate) metric: &'static str,
    /// The device's own value, in words.
    pub(crate) words: Text,
    pub(crate) own: Measured,
    pub(crate) peers: Vec<Measured>,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Connections,
    Bytes,
}

impl Unit {
    /// The unit of what a series counts.
    pub(crate) fn of(data_type: Option<&str>) -> Self {
        match data_type {
            Some("sizeout" | "sizein") => Self::Bytes,
            _ => Self::Connections,
        }
    }

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

/// How wide the buckets are that begin at these times: the smallest distance there is.
pub(crate) fn width(times: impl Iterator<Item = Timestamp> + Clone) -> Option<SignedDuration> {
    let next = times.clone().skip(1);
    times
        .zip(next)
        .map(|(time, next)| next.duration_since(time))
        .filter(SignedDuration::is_positive)
        .min()
}
