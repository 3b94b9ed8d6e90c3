//! What a chart shows, before anything is drawn.

use dt_analysis::Measured;
use dt_analysis::week::HoursOfWeek;
use jiff::Timestamp;

use crate::contract::{Bucket, Expected};
use crate::samples::Samples;
use crate::unit::Unit;
use crate::view::Text;

/// A chart under a caption, and what it says as sentences for those who do not see it.
pub(crate) struct Chart {
    pub(crate) caption: Text,
    pub(crate) alt_text: Text,
    pub(crate) drawing: Drawing,
}

/// What is drawn.
pub(crate) enum Drawing {
    /// An incident, among the hours around it.
    Incident(Incident),
    /// A series, the band in which it is usual, and what is outside of it.
    Timeline { buckets: Vec<Bucket>, unit: Unit },
    /// What was counted, and what is expected after that, in its bands.
    Forecast { past: Vec<(Timestamp, u64)>, points: Vec<Expected>, unit: Unit },
    /// What goes out, above what comes in; for each of them the word for what is missing.
    Mirrored { out: Samples, into: Samples, missing: [&'static str; 2] },
    /// The mean of each hour of the week.
    Week(HoursOfWeek),
    /// Metrics of a device, each on a line with those of other devices, of which `peer` says who one is.
    DotPlot { lines: Vec<DotPlotLine>, peer: Text },
}

/// A time that a finding is about, in the series in which it is seen.
pub(crate) struct Incident {
    pub(crate) series: Samples,
    pub(crate) unit: Unit,
    pub(crate) start: Timestamp,
    /// The end of its last bucket.
    pub(crate) end: Timestamp,
}

/// A metric on a line.
pub(crate) struct DotPlotLine {
    pub(crate) metric: &'static str,
    pub(crate) unit: DotPlotUnit,
    /// The device's own value, in words.
    pub(crate) words: Text,
    pub(crate) own: Measured,
    pub(crate) peers: Vec<DotPlotPeer>,
}

/// What a metric is measured in.
#[derive(Debug, Clone, Copy)]
pub(crate) enum DotPlotUnit {
    Amount(Unit),
    /// A part of 1.
    Share,
}

/// Another device's value of a metric.
pub(crate) struct DotPlotPeer {
    pub(crate) name: Text,
    pub(crate) value: Measured,
}
