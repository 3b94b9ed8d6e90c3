//! What is new about a device.

use dt_analysis::novelty as analysis;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::Basis;
use crate::contract::Time;
use crate::contract::quantity::{Fraction, Quantity, name};

/// What a device began to use in the last 7 days of the data.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Novelty {
    /// What it rests on: first times.
    #[serde(flatten)]
    pub basis: Basis,
    /// New ports, the largest first.
    pub ports: Vec<NewPort>,
    /// New peers, the largest first.
    pub peers: Vec<NewPeer>,
    /// Domains outside that are new to the network, the largest first. What is known about them is
    /// in `external`.
    pub domains: Vec<String>,
    /// The same as a sentence.
    pub message: String,
}

/// What is known about something new.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Arrival {
    /// When the device first used it.
    #[schemars(with = "Time")]
    pub first_seen: Timestamp,
    /// How many connections.
    #[serde(flatten)]
    pub connections: Quantity<name::Connections>,
    /// Their share.
    #[serde(flatten)]
    pub share: Fraction<name::Share>,
    /// How rare it is among the similar devices; `null` without any.
    pub rarity: Option<Rarity>,
}

/// A port that is new.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct NewPort {
    /// The port.
    pub port: String,
    /// What is known about it.
    #[serde(flatten)]
    pub arrival: Arrival,
}

/// A peer that is new.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct NewPeer {
    /// The peer.
    pub peer: String,
    /// What is known about it.
    #[serde(flatten)]
    pub arrival: Arrival,
}

/// How many similar devices use something.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Rarity {
    /// How many of them list it.
    pub users: usize,
    /// How many there are.
    pub among: usize,
    /// -log2((users + 1/2) / (among + 1)): 0 if everybody uses it.
    pub bits: f64,
}

impl<K> From<&analysis::New<K>> for Arrival {
    fn from(new: &analysis::New<K>) -> Self {
        Self {
            first_seen: new.first_seen,
            connections: new.amount.into(),
            share: new.share.into(),
            rarity: new.rarity.map(Rarity::from),
        }
    }
}

impl From<analysis::Rarity> for Rarity {
    fn from(found: analysis::Rarity) -> Self {
        Self { users: found.users, among: found.among, bits: found.bits() + 0.0 }
    }
}

impl From<&analysis::Novelty> for Novelty {
    fn from(found: &analysis::Novelty) -> Self {
        let ports = found
            .ports
            .iter()
            .map(|new| NewPort { port: new.key.to_string(), arrival: new.into() });
        let peers = found
            .peers
            .iter()
            .map(|new| NewPeer { peer: new.key.to_string(), arrival: new.into() });
        let domains = found.domains.iter().filter(|domain| domain.is_new);
        Self {
            basis: Basis::new(&found.status, found.method, found.n_used),
            ports: ports.collect(),
            peers: peers.collect(),
            domains: domains.map(|domain| domain.name.clone()).collect(),
            message: found.to_string(),
        }
    }
}
