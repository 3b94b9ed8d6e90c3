//! What the extended analyses say besides findings, timeline and change.

mod counts;
mod direction;
mod forecast;
mod mix;
mod novelty;
mod regularity;
mod trend;

pub use counts::{Counts, FirstActivity, UnlikelyCount};
pub use direction::{DirectionChange, ProducerConsumer};
pub use forecast::{Forecast, ForecastPoint};
pub use mix::{Divergence, Diversity, KeyShare, Mix};
pub use novelty::{Arrival, NewPeer, NewPort, Novelty, NoveltyList, Rarity, UnknownList};
pub use regularity::Regularity;
pub use trend::Trend;

use dt_analysis::Status;
use dt_analysis::assessment::Assessment;
use schemars::JsonSchema;
use serde::Serialize;

/// What the extended analyses say besides findings, timeline and change. An analysis is `null` where
/// what it looks at was not answered.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Extended {
    /// Whether its connections are regular.
    pub regularity: Option<Regularity>,
    /// Whether it sends more than it receives, and since when.
    pub direction: Option<ProducerConsumer>,
    /// What its traffic is made of, beside that of its similar devices.
    pub mix: Mix,
    /// What is new about it.
    pub novelty: Novelty,
    /// The intervals with more connections than chance explains.
    pub counts: Option<Counts>,
    /// How its level moves from day to day.
    pub trend: Both<Trend>,
    /// What is expected of it in the next seven days.
    pub forecast: Both<Forecast>,
}

/// The same of the two series that tell most of a device.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Both<T> {
    /// Of all connections.
    pub connections: Option<T>,
    /// Of the bytes sent outside.
    pub sent_outside: Option<T>,
}

/// What an analysis rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Basis {
    /// `ok`, `insufficient` or `degenerate`.
    #[schemars(with = "String", extend("enum" = ["ok", "insufficient", "degenerate"]))]
    pub status: BasisStatus,
    /// What is missing, if something is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub missing: Option<String>,
    /// How it was done.
    pub method: &'static str,
    /// On how many values it rests.
    pub n_used: usize,
}

/// Whether an analysis had enough to go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BasisStatus {
    /// It rests on enough data.
    Ok,
    /// There is too little data.
    Insufficient,
    /// There is no variation that anything could be compared with.
    Degenerate,
}

impl From<&Status> for BasisStatus {
    fn from(status: &Status) -> Self {
        match status {
            Status::Ok => Self::Ok,
            Status::Insufficient(_) => Self::Insufficient,
            Status::Degenerate => Self::Degenerate,
        }
    }
}

impl Basis {
    pub(in crate::contract) fn new(status: &Status, method: &'static str, n_used: usize) -> Self {
        let missing = match status {
            Status::Insufficient(missing) => Some(missing.clone()),
            Status::Ok | Status::Degenerate => None,
        };
        Self { status: status.into(), missing, method, n_used }
    }
}

impl From<&Assessment> for Extended {
    fn from(found: &Assessment) -> Self {
        let (connections, sent) = (&found.outlook.connections, &found.outlook.external_out);
        Self {
            regularity: found.regularity.as_ref().map(Regularity::from),
            direction: found
                .direction
                .as_ref()
                .map(|direction| ProducerConsumer::new(direction, found.change.balance.as_ref())),
            mix: (&found.mix).into(),
            novelty: (&found.novelty).into(),
            counts: found.counts.as_ref().map(Counts::from),
            trend: Both {
                connections: connections.as_ref().map(|heading| (&heading.trend).into()),
                sent_outside: sent.as_ref().map(|heading| (&heading.trend).into()),
            },
            forecast: Both {
                connections: connections.as_ref().map(|heading| (&heading.forecast).into()),
                sent_outside: sent.as_ref().map(|heading| (&heading.forecast).into()),
            },
        }
    }
}
