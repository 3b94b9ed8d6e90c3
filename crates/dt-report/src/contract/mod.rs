//! The output contract: what every format says, as types.
//!
//! Names and order of the fields are what scripts rely on. Each object that is printed begins with
//! the same [`Header`]; `null` means that it is not known, never zero: `parts` tells what was refused or
//! not asked from what an answer left out. Lists are sorted by size. The
//! structs are built from analysis results and rendered by the formats; nothing is computed later. What
//! drawings and events need besides stands beside an object in its [`Answer`], and is no part of it.

mod alerts;
mod analysis;
mod compare;
mod configuration;
mod connections;
mod devices;
mod diff;
mod doctor;
mod error;
mod event_id;
mod evidence;
mod exclusion;
mod external;
mod facts;
mod finding;
mod fleet;
mod header;
mod level;
mod options;
mod prelude;
mod report;
mod rounded;
mod snapshot;
mod summary;
mod sweep;
mod timeline;
mod transfers;
mod watch;
mod word_enum;

pub use alerts::*;
pub use compare::*;
pub use configuration::*;
pub use connections::*;
pub use devices::*;
pub use diff::*;
pub use doctor::*;
pub use error::*;
pub use evidence::*;
pub use exclusion::*;
pub use external::*;
pub use facts::*;
pub use finding::*;
pub use fleet::*;
pub use header::*;
pub use level::*;
pub use options::*;
pub use report::*;
pub use rounded::*;
pub use snapshot::*;
pub use summary::*;
pub use sweep::*;
pub use transfers::*;
pub use watch::*;

pub use dt_analysis::Window;
pub use dt_analysis::alerts::WatchedDestination;
pub use dt_analysis::connections::{ConnectionMetrics, Destinations, TopDestination};
pub use dt_analysis::difference::{Change as Entry, Changes as ListChange};
pub use dt_analysis::external::{Coverage, Totals};
pub use dt_analysis::finding::{FindingState, RelatedBreach, Untold};
pub use dt_analysis::flow::{Flow, Outside};
pub use dt_analysis::forecast::{Expected, Forecast};
pub use dt_analysis::metrics::DeviceMetrics as Metrics;
pub use dt_analysis::mix::Divergence;
pub use dt_analysis::novelty::Rarity;
pub use dt_analysis::outside::{HostState, KnownDomain, OutsideDomain};
pub use dt_analysis::peers::{Baseline, Deviations, Ratios};
pub use dt_analysis::priority::{Contribution, Priority};
pub use dt_analysis::quantity;
pub use dt_analysis::regularity::Regularity;
pub use dt_analysis::risk::{Factor, Risk};
pub use dt_analysis::timeline::{
    Bucket, Fall, Gap, Peak, SeriesScope, SmallestRise, Span, ToldIncident as Incident,
    ToldTimeline as Timeline,
};
pub use dt_analysis::told::*;
pub use dt_analysis::transfers::BucketPeers;
pub use dt_analysis::trend::Trend;
use dt_analysis::{Concern, Level};
pub use dt_model::{
    DeviceView, IncidentGroup as AnalystIncident, KnownDevice, PartView, TrafficPeer, Unreported,
};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

/// What an object says, and what renderers get beside it.
pub trait Body {
    /// What drawings and events need and JSON does not say.
    type Facts;
}

/// One printed object. As JSON, it is its header and its body.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer<B: Body> {
    /// What it is and whom it is about.
    pub header: Header,
    /// What it says.
    pub body: B,
    /// What should be looked at, the most urgent first: for the screen and for `--fail-on`.
    pub concerns: Vec<Concern>,
    /// What it is drawn and told as events from.
    pub facts: B::Facts,
}

/// An object as JSON has it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Printed<H, B> {
    #[serde(flatten)]
    header: H,
    #[serde(flatten)]
    body: B,
}

impl<B: Body + Serialize> Serialize for Answer<B> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Printed { header: &self.header, body: &self.body }.serialize(serializer)
    }
}

/// Any object that can be printed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Document {
    /// Of `dt connections`.
    Connections(Box<Answer<Connections>>),
    /// Of `dt transfers`.
    Transfers(Box<Answer<Transfers>>),
    /// Of `dt compare`.
    Compare(Box<Answer<Compare>>),
    /// Of `dt external`.
    External(Box<Answer<External>>),
    /// Of `dt timeline`.
    Timeline(Box<Answer<Timeline>>),
    /// Of `dt report`.
    Report(Box<Answer<Report>>),
    /// Of `dt report` about several devices.
    ReportSummary(Box<Answer<ReportSummary>>),
    /// Of `dt watch`.
    Watch(Box<Answer<Watch>>),
    /// Of `dt diff`.
    Diff(Box<Answer<Diff>>),
    /// Of `dt snapshot`.
    Snapshot(Box<Answer<Snapshot>>),
    /// Of `dt devices`.
    Devices(Devices),
    /// Of `dt fleet`.
    Fleet(Fleet),
    /// Of `dt sweep`.
    Sweep(SweepRun),
    /// Of `dt evidence`.
    Evidence(Box<Evidence>),
    /// Of `dt doctor`.
    Doctor(Doctor),
    /// Of `dt config show`.
    Configuration(Configuration),
    /// Of `dt exclusions`.
    Exclusions(Exclusions),
}

impl Document {
    /// How urgently the most urgent of it should be looked at; `None` if nothing should.
    #[must_use]
    pub fn urgency(&self) -> Option<Level> {
        let concerns = match self {
            Self::Connections(answer) => &answer.concerns,
            Self::Transfers(answer) => &answer.concerns,
            Self::Compare(answer) => &answer.concerns,
            Self::External(answer) => &answer.concerns,
            Self::Timeline(answer) => &answer.concerns,
            Self::Report(answer) => &answer.concerns,
            Self::ReportSummary(answer) => &answer.concerns,
            Self::Watch(answer) => &answer.concerns,
            Self::Diff(answer) => &answer.concerns,
            Self::Evidence(evidence) => return evidence.urgency(),
            Self::Fleet(fleet) => return fleet.urgency(),
            Self::Snapshot(_)
            | Self::Devices(_)
            | Self::Sweep(_)
            | Self::Doctor(_)
            | Self::Configuration(_)
            | Self::Exclusions(_) => return None,
        };
        concerns.iter().map(|concern| concern.level).max()
    }
}
