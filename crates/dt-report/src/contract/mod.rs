//! The output contract: what every format says, as types.
//!
//! Names and order of the fields are what scripts rely on. Each object that is printed begins with
//! the same [`Header`]; `null` means that it is not known, never zero: `parts` tells what was refused or
//! not asked from what an answer left out. Lists are sorted by size. The
//! structs are built from analysis results and rendered by the formats; nothing is computed later.

mod compare;
mod configuration;
mod connections;
mod devices;
mod diff;
mod doctor;
mod domains;
mod error;
mod evidence;
mod extended;
mod external;
mod finding;
mod flow;
mod header;
mod outside;
mod part;
pub mod quantity;
mod report;
mod rounded;
mod snapshot;
mod summary;
mod time;
mod timeline;
mod transfers;
mod watch;

pub use compare::{
    Anomaly, Baseline, ChangeRow, Compare, Comparison, Deviations, Metrics, Primary, Ratios,
};
pub use configuration::{Configuration, SettingRow, SettingValue};
pub use connections::{
    ConnectionMetrics, Connections, Destinations, PortRow, ProtocolRow, TopDestination, Window,
};
pub use devices::{Devices, KnownDevice};
pub use diff::{
    ChangedFinding, Compared, Diff, Entry, FindingChanges, GoneFinding, ListChange, MissingPart,
    NotReported, PriorityChange, Score, SnapshotView, UnreportedFinding,
};
pub use doctor::{Doctor, Step, StepStatus};
pub use domains::{ExtendedExternal, KnownDomain};
pub use error::{ErrorKind, ErrorReport};
pub use evidence::{
    AssessedDevice, AuditScope, Custody, Evidence, ExchangeRow, FailedDevice, Threshold,
};
pub use extended::{
    Arrival, Basis, Both, Counts, DirectionChange, Divergence, Diversity, Extended, FirstActivity,
    Forecast, ForecastPoint, KeyShare, Mix, NewPeer, NewPort, Novelty, ProducerConsumer, Rarity,
    Regularity, Trend, UnknownList, UnlikelyCount,
};
pub use external::{CountryRow, Coverage, DomainRow, External, Factor, Risk, Totals};
pub(crate) use finding::PrioritySummary;
pub use finding::{Contribution, Finding, Priority, Rule};
pub use flow::{Flow, Outside};
pub use header::{DeviceView, Header};
pub use outside::OutsideDomain;
pub use part::{HostState, PartView, Unreported};
pub use report::{Report, ReportOptions};
pub use rounded::Rounded;
pub use snapshot::{Snapshot, StoredSnapshot};
pub use summary::{
    ExternalTotals, FindingSummary, PriorityReasons, ReportSummary, ReportTotals, StandOut,
    UnansweredPart,
};
pub use time::Time;
pub use timeline::{Bucket, Gap, Span, Timeline};
pub use transfers::{BucketPeers, Direction, TrafficPeer, Transfers};
pub use watch::{FindingUpdate, Watch};

pub use dt_analysis::finding::FindingState;
use dt_analysis::{Concern, Level};
use schemars::JsonSchema;
use serde::Serialize;

/// One printed object.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Answer<B> {
    /// What it is and whom it is about.
    #[serde(flatten)]
    pub header: Header,
    /// What it says.
    #[serde(flatten)]
    pub body: B,
    /// What should be looked at, the most urgent first: for the screen and for `--fail-on`.
    #[serde(skip)]
    pub concerns: Vec<Concern>,
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
    /// Of `dt evidence`.
    Evidence(Box<Evidence>),
    /// Of `dt doctor`.
    Doctor(Doctor),
    /// Of `dt config show`.
    Configuration(Configuration),
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
            Self::Snapshot(_) | Self::Devices(_) | Self::Doctor(_) | Self::Configuration(_) => {
                return None;
            }
        };
        concerns.iter().map(|concern| concern.level).max()
    }
}
