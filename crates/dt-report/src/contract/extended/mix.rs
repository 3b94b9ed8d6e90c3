//! What a device's traffic is made of.

use std::fmt::Display;

use dt_analysis::mix as analysis;

use super::Basis;
use crate::contract::prelude::*;

/// A device's mixes beside those of its similar devices.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Mix {
    /// Of the ports it connected to.
    pub ports: Option<Divergence>,
    /// Of the peers it connected to.
    pub peers: Option<Divergence>,
    /// Of the domains outside.
    pub domains: Option<Divergence>,
}

/// One mix beside the mean of others.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Divergence {
    /// What it rests on: similar devices.
    #[serde(flatten)]
    pub basis: Basis,
    /// The Jensen-Shannon divergence in bits, from 0 to 1.
    pub value: Option<f64>,
    /// Above this many bits it is more than chance.
    pub high: Option<f64>,
    /// Whether it is.
    pub significant: bool,
    /// The three keys that add most, the largest first.
    pub top: Vec<KeyShare>,
    /// What the device's own mix is like.
    pub diversity: Option<Diversity>,
    /// The same as a sentence.
    pub message: String,
}

/// What one key adds to a divergence.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct KeyShare {
    /// The port, peer or domain, or `others`.
    pub key: String,
    /// Its part of the divergence, in bits.
    pub bits: f64,
    /// Its share of the device's traffic.
    pub share: f64,
    /// Its mean share of the similar devices' traffic.
    pub expected: f64,
}

/// How diverse a mix is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Diversity {
    /// The entropy, in bits.
    pub entropy: f64,
    /// As many equal keys would have this entropy.
    pub effective_number: f64,
    /// The share of the largest key.
    pub top_share: f64,
}

impl From<&analysis::Mix> for Mix {
    fn from(found: &analysis::Mix) -> Self {
        Self {
            ports: found.ports.as_ref().map(Divergence::from),
            peers: found.peers.as_ref().map(Divergence::from),
            domains: found.domains.as_ref().map(Divergence::from),
        }
    }
}

impl<K: Display> From<&analysis::Divergence<K>> for Divergence {
    fn from(found: &analysis::Divergence<K>) -> Self {
        let top = found.top.iter().map(|of| KeyShare {
            key: of.key.to_string(),
            bits: of.bits,
            share: of.own,
            expected: of.others,
        });
        Self {
            basis: Basis::new(&found.status, found.method, found.n_used),
            value: found.bits,
            high: found.limit,
            significant: found.is_notable(),
            top: top.collect(),
            diversity: found.diversity.map(|of| Diversity {
                // Adding zero makes a negative zero a zero.
                entropy: of.entropy + 0.0,
                effective_number: of.effective,
                top_share: of.top_share,
            }),
            message: found.to_string(),
        }
    }
}
