//! All that is known about the domains outside that a device talks to.

use std::collections::{HashMap, HashSet};

use dt_model::{
    Amount, BreakdownEntry, DeviceInfo, EndpointDetails, Evidence, NamedOrOthers, Share,
};
use jiff::Timestamp;
use serde::Serialize;

use super::{HostState, Hosts};
use crate::novelty::{self, Novelty, Rarity};
use crate::quantity::{Fraction, Quantity, name};

/// A domain outside, and what is known about it. Where the appliance knows nothing, that is `null`, as
/// it is where `state` says that there is no answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct KnownDomain {
    /// The domain.
    pub domain: String,
    /// How many connections.
    #[serde(flatten, with = "Quantity::<name::Connections>")]
    pub connections: Option<Amount>,
    /// Their share of all connections outside.
    #[serde(flatten, with = "Fraction::<name::Share>")]
    pub share: Option<Share>,
    /// Bytes sent to it.
    #[serde(flatten, with = "Quantity::<name::BytesOut>")]
    pub bytes_out: Option<Amount>,
    /// Their share of all bytes sent outside.
    #[serde(flatten, with = "Fraction::<name::BytesOutShare>")]
    pub bytes_out_share: Option<Share>,
    /// The countries it is in. They are the domain's, not those of this device's connections.
    pub countries: Option<Vec<String>>,
    /// When the network first saw it.
    #[cfg_attr(feature = "schema", schemars(with = "Option<dt_model::schema::Time>"))]
    pub first_seen: Option<Timestamp>,
    /// Whether that is in the last 7 days of the data.
    pub is_new: Option<bool>,
    /// The share of the network's devices that talk to it.
    pub popularity: Option<f64>,
    /// How many devices connected to it recently.
    pub devices: Option<usize>,
    /// How rare it is among the similar devices; `null` without any.
    pub rarity: Option<Rarity>,
    /// How much its name looks generated, from 0 to 100.
    pub dga_score: Option<f64>,
    /// Whether the appliance was asked about it, and what came of that.
    #[serde(flatten)]
    pub host: HostState,
}

impl KnownDomain {
    /// Every domain that the answers list by name: by connections, the largest first, then those of which
    /// only bytes are. `novelty` says which are new, and how rare each is.
    #[must_use]
    pub fn list(evidence: &Evidence, novelty: &Novelty) -> Vec<Self> {
        let connections = named(evidence.external.answer());
        let bytes = named(evidence.external_out.answer());
        let known: HashMap<&str, &novelty::OutsideDomain> =
            novelty.domains.iter().map(|known| (known.name.as_str(), known)).collect();
        let hosts = Hosts::of(evidence);
        let sent: HashMap<&str, &BreakdownEntry<NamedOrOthers>> = bytes.iter().copied().collect();
        let counted: HashMap<&str, &BreakdownEntry<NamedOrOthers>> =
            connections.iter().copied().collect();
        let only_sent = bytes.iter().filter(|(name, _)| !counted.contains_key(name));
        let names = connections.iter().chain(only_sent).map(|(name, _)| *name);
        let domain = |name: &str| {
            let (counted, sent) = (counted.get(name), sent.get(name));
            let (known, details) = (known.get(name), hosts.details(name));
            let countries = |it: &EndpointDetails| it.countries().map(str::to_owned).collect();
            Self {
                domain: name.to_owned(),
                connections: counted.and_then(|part| part.amount),
                share: counted.map(|part| part.share),
                bytes_out: sent.and_then(|part| part.amount),
                bytes_out_share: sent.map(|part| part.share),
                countries: details.map(countries),
                first_seen: details.and_then(|details| details.first_seen),
                is_new: novelty.is_new(details.and_then(|details| details.first_seen)),
                popularity: details.and_then(|it| it.popularity).map(|percent| percent / 100.0),
                devices: details.and_then(|details| details.devices),
                rarity: known.and_then(|known| known.rarity),
                dga_score: details.and_then(|details| details.dga_score),
                host: hosts.state(name),
            }
        };
        names.map(domain).collect()
    }
}

/// The domains that an answer lists by name, the largest first, each once.
fn named(answer: Option<&DeviceInfo>) -> Vec<(&str, &BreakdownEntry<NamedOrOthers>)> {
    let mut seen = HashSet::new();
    let all = answer.into_iter().flat_map(|answer| novelty::named(&answer.subject));
    let mut named: Vec<_> = all.filter(|(name, _)| seen.insert(*name)).collect();
    named.sort_by(|(_, a), (_, b)| b.share.value().total_cmp(&a.share.value()));
    named
}
