//! Which way a device's traffic goes.

use serde::Serialize;

use crate::Basis;
use crate::change::Balance;
use crate::direction::Direction;

/// The producer/consumer ratio (out - in) / (out + in), from -1 to 1.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProducerConsumer {
    /// The ratios, and what they rest on.
    #[serde(flatten)]
    pub found: Direction,
    /// How the direction changed, beside that of the similar devices.
    pub change: Option<DirectionChange>,
    /// The same as a sentence.
    pub message: String,
}

/// How ln((out + c) / (in + c)) / 2 of the means per interval changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DirectionChange {
    /// What it rests on: similar devices.
    #[serde(flatten)]
    pub basis: Basis,
    /// The log ratio in the 21 days before the last 7.
    pub before: Option<f64>,
    /// The log ratio in the last 7 days.
    pub recent: Option<f64>,
    /// The change.
    pub value: Option<f64>,
    /// The change of the similar devices.
    pub expected: Option<f64>,
    /// The least that would be expected.
    pub low: Option<f64>,
    /// The most that would be expected.
    pub high: Option<f64>,
    /// The probability of this by chance.
    pub p: Option<f64>,
    /// Whether it is more than chance.
    pub significant: bool,
    /// Whether one of the similar devices is an outlier itself.
    pub peer_outlier: bool,
    /// The same as a sentence.
    pub message: String,
}

impl ProducerConsumer {
    /// Of a device, with how its direction changed if that was judged.
    #[must_use]
    pub fn new(found: &Direction, balance: Option<&Balance>) -> Self {
        Self {
            found: found.clone(),
            change: balance.map(DirectionChange::from),
            message: found.to_string(),
        }
    }
}

impl From<&Balance> for DirectionChange {
    fn from(found: &Balance) -> Self {
        let (change, judged) = (&found.change, found.change.moderated);
        Self {
            basis: Basis::new(&change.status, change.method, change.n_used),
            before: found.before,
            recent: found.recent,
            value: change.value,
            expected: judged.map(|judged| judged.expected),
            low: judged.map(|judged| judged.low),
            high: judged.map(|judged| judged.high),
            p: judged.map(|judged| judged.p),
            significant: change.significant,
            peer_outlier: change.peer_outlier,
            message: found.to_string(),
        }
    }
}
