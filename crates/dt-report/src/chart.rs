//! What a chart shows, before anything is drawn.

use dt_analysis::Measured;
use jiff::Timestamp;

use crate::contract::{Bucket, ForecastPoint};
use crate::samples::Samples;
use crate::unit::Unit;
use crate::view::Text;
use crate::week::Week;

/// A chart under a caption, and what it says as sentences for those who do not see it.
pub(crate) struct Chart {
    pub(crate) caption: Text,
    pub(crate) alt_text: Text,
    pub(crate) drawing: Drawing,
}

/// What is drawn.
pub(crate) enum Drawing {
    /// A series, the band in which it is usual, and what is outside of it.
    Timeline { buckets: Vec<Bucket>, unit: Unit },
    /// What was counted, and what is expected after that, in its bands.
    Forecast { past: Vec<(Timestamp, u64)>, points: Vec<ForecastPoint>, unit: Unit },
    /// What goes out, above what comes in; for each of them the word for what is missing.
    Mirrored { out: Samples, into: Samples, missing: [&'static str; 2] },
    /// The mean of each hour of the week.
    Week(Week),
    /// Metrics of a device, each on a line with those of other devices, of which `peer` says who one is.
    DotPlot { lines: Vec<DotPlotLine>, peer: Text },
}

/// A metric on a line.
pub(crate) struct DotPlotLine {
    pub(crate) metric: &'static str,
    /// The device's own value, in words.
    pub(crate) words: Text,
    pub(crate) own: Measured,
    pub(crate) peers: Vec<Measured>,
}
