//! What the extended analyses say besides findings, timeline and change.

use std::fmt::Display;

use dt_analysis::assessment::Assessment;
use dt_analysis::forecast::Forecast;
use dt_analysis::mix::Divergence;
use dt_analysis::regularity::Regularity;
use dt_analysis::told::{Counts, Novelty, ProducerConsumer};
use dt_analysis::trend::Trend;

use super::prelude::*;

/// What the extended analyses say besides findings, timeline and change. An analysis is `null` where
/// what it looks at was not answered.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Extended {
    /// Whether its connections are regular.
    pub regularity: Option<WithMessage<Regularity>>,
    /// Whether it sends more than it receives, and since when.
    pub direction: Option<ProducerConsumer>,
    /// What its traffic is made of, beside that of its similar devices.
    pub mix: Mix,
    /// What is new about it.
    pub novelty: Novelty,
    /// The intervals with more connections than chance explains.
    pub counts: Option<Counts>,
    /// How its level moves from day to day.
    pub trend: Both<WithMessage<Trend>>,
    /// What is expected of it in the next seven days.
    pub forecast: Both<WithMessage<Forecast>>,
}

/// A device's mixes beside those of its similar devices.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Mix {
    /// Of the ports it connected to.
    pub ports: Option<WithMessage<Divergence>>,
    /// Of the peers it connected to.
    pub peers: Option<WithMessage<Divergence>>,
    /// Of the domains outside.
    pub domains: Option<WithMessage<Divergence>>,
}

/// The same of the two series that tell most of a device.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Both<T> {
    /// Of all connections.
    pub connections: Option<T>,
    /// Of the bytes sent outside.
    pub sent_outside: Option<T>,
}

/// What an analysis found, and the same as a sentence.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "{T}")]
pub struct WithMessage<T> {
    /// The numbers.
    #[serde(flatten)]
    pub found: T,
    /// The same as a sentence.
    pub message: String,
}

impl<T: Clone + Display> From<&T> for WithMessage<T> {
    fn from(found: &T) -> Self {
        Self { found: found.clone(), message: found.to_string() }
    }
}

impl From<&Assessment> for Extended {
    fn from(found: &Assessment) -> Self {
        let (connections, sent) = (&found.outlook.connections, &found.outlook.external_out);
        Self {
            regularity: found.regularity.as_ref().map(WithMessage::from),
            direction: found
                .direction
                .as_ref()
                .map(|direction| ProducerConsumer::new(direction, found.change.balance.as_ref())),
            mix: Mix {
                ports: found.mix.ports.as_ref().map(WithMessage::from),
                peers: found.mix.peers.as_ref().map(WithMessage::from),
                domains: found.mix.domains.as_ref().map(WithMessage::from),
            },
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
