//! What the extended analyses say besides findings, timeline and change.

use std::fmt::Display;

use serde::Serialize;

use super::{Counts, Novelty, ProducerConsumer};
use crate::assessment::Assessment;
use crate::forecast::Forecast;
use crate::mix::Divergence;
use crate::regularity::Regularity;
use crate::trend::Trend;

/// What the extended analyses say besides findings, timeline and change. An analysis is `null` where
/// what it looks at was not answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Mix {
    /// Of the ports it connected to.
    pub ports: Option<WithMessage<Divergence>>,
    /// Of the peers it connected to.
    pub peers: Option<WithMessage<Divergence>>,
    /// Of the domains outside.
    pub domains: Option<WithMessage<Divergence>>,
}

/// The same of the two series that tell most of a device.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Both<T> {
    /// Of all connections.
    pub connections: Option<T>,
    /// Of the bytes sent outside.
    pub sent_outside: Option<T>,
}

/// What an analysis found, and the same as a sentence.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "{T}"))]
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

/// The same of what may be missing.
fn told<T: Clone + Display>(found: Option<&T>) -> Option<WithMessage<T>> {
    found.map(WithMessage::from)
}

impl From<&Assessment> for Extended {
    fn from(found: &Assessment) -> Self {
        let Assessment { mix, outlook, .. } = found;
        let (connections, sent) = (outlook.connections.as_ref(), outlook.external_out.as_ref());
        let direction = found.direction.as_ref();
        let balance = found.change.balance.as_ref();
        Self {
            regularity: told(found.regularity.as_ref()),
            direction: direction.map(|direction| ProducerConsumer::new(direction, balance)),
            mix: Mix {
                ports: told(mix.ports.as_ref()),
                peers: told(mix.peers.as_ref()),
                domains: told(mix.domains.as_ref()),
            },
            novelty: (&found.novelty).into(),
            counts: found.counts.as_ref().map(Counts::from),
            trend: Both {
                connections: told(connections.map(|it| &it.trend)),
                sent_outside: told(sent.map(|it| &it.trend)),
            },
            forecast: Both {
                connections: told(connections.map(|it| &it.forecast)),
                sent_outside: told(sent.map(|it| &it.forecast)),
            },
        }
    }
}
