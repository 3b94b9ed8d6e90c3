//! What is new about a device.

use dt_model::{Amount, PartState, Share};
use jiff::Timestamp;
use serde::Serialize;

use crate::Basis;
use crate::novelty as analysis;
use crate::novelty::Rarity;
use crate::quantity::{Fraction, Quantity, name};

/// What a device began to use in the last 7 days of the data.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Novelty {
    /// What it rests on: first times.
    #[serde(flatten)]
    pub basis: Basis,
    /// New ports, the largest first; `null` where it is not known whether there are any, as what follows.
    pub ports: Option<Vec<NewPort>>,
    /// New peers, the largest first.
    pub peers: Option<Vec<NewPeer>>,
    /// Domains outside that are new to the network, the largest first. What is known about them is
    /// in `external`.
    pub domains: Option<Vec<String>>,
    /// Which of these lists are not known, or not all of them.
    pub unknown: Vec<UnknownList>,
    /// The same as a sentence.
    pub message: String,
}

/// A list of what is new that is not known, or not all of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UnknownList {
    /// Which one.
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("enum" = ["ports", "peers", "domains"])))]
    pub list: NoveltyList,
    /// Whether what it rests on was `refused`, `not_asked` or `not_given`; or `answered`, without the first
    /// times that it takes.
    pub state: PartState,
    /// Why it was refused, or could not be asked for.
    pub reason: Option<String>,
}

/// A list of what is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NoveltyList {
    /// Of ports.
    Ports,
    /// Of peers in the network.
    Peers,
    /// Of domains outside.
    Domains,
}

/// What is known about something new.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Arrival {
    /// When the device first used it.
    #[cfg_attr(feature = "schema", schemars(with = "dt_model::schema::Time"))]
    pub first_seen: Timestamp,
    /// How many connections.
    #[serde(flatten, with = "Quantity::<name::Connections>")]
    pub connections: Option<Amount>,
    /// Their share.
    #[serde(flatten, with = "Fraction::<name::Share>")]
    pub share: Share,
    /// How rare it is among the similar devices; `null` without any.
    pub rarity: Option<Rarity>,
}

/// A port that is new.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewPort {
    /// The port.
    pub port: String,
    /// What is known about it.
    #[serde(flatten)]
    pub arrival: Arrival,
}

/// A peer that is new.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewPeer {
    /// The peer.
    pub peer: String,
    /// What is known about it.
    #[serde(flatten)]
    pub arrival: Arrival,
}

impl<K> From<&analysis::New<K>> for Arrival {
    fn from(new: &analysis::New<K>) -> Self {
        Self {
            first_seen: new.first_seen,
            connections: new.amount,
            share: new.share,
            rarity: new.rarity,
        }
    }
}

impl UnknownList {
    fn new(list: NoveltyList, unknown: &analysis::Unknown) -> Self {
        let (state, reason) = match unknown {
            analysis::Unknown::Missing(missing) => {
                (missing.state, missing.refusal.is_some().then(|| missing.to_string()))
            }
            _ => (PartState::Answered, None),
        };
        Self { list, state, reason }
    }
}

impl From<&analysis::Novelty> for Novelty {
    fn from(found: &analysis::Novelty) -> Self {
        let unknown = [
            (NoveltyList::Ports, &found.ports.unknown),
            (NoveltyList::Peers, &found.peers.unknown),
            (NoveltyList::Domains, &found.domains.unknown),
        ];
        let unknown =
            unknown.into_iter().filter_map(|(list, unknown)| Some((list, unknown.as_ref()?)));
        let ports = found
            .ports
            .iter()
            .map(|new| NewPort { port: new.key.to_string(), arrival: new.into() });
        let peers = found
            .peers
            .iter()
            .map(|new| NewPeer { peer: new.key.to_string(), arrival: new.into() });
        let domains = found.domains.iter().filter(|domain| domain.is_new);
        let domains = domains.map(|domain| domain.name.clone());
        Self {
            basis: Basis::new(&found.status, found.method, found.n_used),
            ports: known(ports, found.ports.unknown.as_ref()),
            peers: known(peers, found.peers.unknown.as_ref()),
            domains: known(domains, found.domains.unknown.as_ref()),
            unknown: unknown.map(|(list, unknown)| UnknownList::new(list, unknown)).collect(),
            message: found.to_string(),
        }
    }
}

/// What is new; `None` where nothing of it is known.
fn known<T>(new: impl Iterator<Item = T>, unknown: Option<&analysis::Unknown>) -> Option<Vec<T>> {
    let new: Vec<T> = new.collect();
    (unknown.is_none() || !new.is_empty()).then_some(new)
}
