//! What is known about the domains outside that a device talks to.

use std::collections::{HashMap, HashSet};

use dt_analysis::novelty::{self, Novelty};
use dt_analysis::outside::Hosts;
use dt_analysis::{Analyses, Policy};
use dt_model::{
    BreakdownEntry, DeviceInfo, EndpointDetails, Evidence, EvidencePart, NamedOrOthers, PartState,
};

use super::prelude::*;
use super::quantity::{Fraction, Quantity, name};
use super::{HostState, Rarity};

/// What the document's rules do not ask for.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ExtendedExternal {
    /// Every domain that is listed by name: by connections, the largest first, then those of which
    /// only bytes are.
    pub domains: Vec<KnownDomain>,
}

/// A domain outside, and what is known about it. Where the appliance knows nothing, that is `null`, as
/// it is where `state` says that there is no answer.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct KnownDomain {
    /// The domain.
    pub domain: String,
    /// How many connections.
    #[serde(flatten)]
    pub connections: Quantity<name::Connections>,
    /// Their share of all connections outside.
    #[serde(flatten)]
    pub share: Fraction<name::Share>,
    /// Bytes sent to it.
    #[serde(flatten)]
    pub bytes_out: Quantity<name::BytesOut>,
    /// Their share of all bytes sent outside.
    #[serde(flatten)]
    pub bytes_out_share: Fraction<name::BytesOutShare>,
    /// The countries it is in. They are the domain's, not those of this device's connections.
    pub countries: Option<Vec<String>>,
    /// When the network first saw it.
    #[schemars(with = "Option<Time>")]
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
    /// Whether the appliance was asked about it: `answered`, `refused`, `not_asked` (only the largest
    /// domains, and those that no similar device lists, are asked about) or `not_given` among saved
    /// responses.
    pub state: PartState,
    /// Why it was refused, or could not be asked about.
    pub reason: Option<String>,
}

impl ExtendedExternal {
    /// `None` under documented rules, and where the appliance was not asked about domains.
    pub(super) fn new(evidence: &Evidence, novelty: &Novelty, policy: &Policy) -> Option<Self> {
        let is_asked =
            policy.analyses == Analyses::All && evidence.was_asked(EvidencePart::Endpoints);
        is_asked.then(|| Self { domains: KnownDomain::list(evidence, novelty) })
    }
}

impl KnownDomain {
    fn list(evidence: &Evidence, novelty: &Novelty) -> Vec<Self> {
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
            let HostState { state, reason } = hosts.state(name);
            let countries = |it: &EndpointDetails| it.countries().map(str::to_owned).collect();
            Self {
                domain: name.to_owned(),
                connections: counted.and_then(|part| part.amount).into(),
                share: counted.map(|part| part.share).into(),
                bytes_out: sent.and_then(|part| part.amount).into(),
                bytes_out_share: sent.map(|part| part.share).into(),
                countries: details.map(countries),
                first_seen: details.and_then(|details| details.first_seen),
                is_new: known.and_then(|known| known.first_seen.map(|_| known.is_new)),
                popularity: details.and_then(|it| it.popularity).map(|percent| percent / 100.0),
                devices: details.and_then(|details| details.devices),
                rarity: known.and_then(|known| known.rarity).map(Rarity::from),
                dga_score: details.and_then(|details| details.dga_score),
                state,
                reason,
            }
        };
        names.map(domain).collect()
    }
}

/// The domains that an answer lists by name, the largest first, each once.
fn named(answer: Option<&DeviceInfo>) -> Vec<(&str, &BreakdownEntry<NamedOrOthers>)> {
    let breakdown = answer.and_then(|answer| answer.subject.breakdown.as_ref());
    let parts = breakdown.and_then(|breakdown| breakdown.external_domains.as_deref());
    let mut seen = HashSet::new();
    let mut named: Vec<(&str, &BreakdownEntry<NamedOrOthers>)> = parts
        .unwrap_or_default()
        .iter()
        .filter_map(|part| match &part.key {
            NamedOrOthers::One(name) => seen.insert(name).then_some((name.as_str(), part)),
            NamedOrOthers::Unnamed | NamedOrOthers::Others => None,
        })
        .collect();
    named.sort_by(|(_, a), (_, b)| b.share.value().total_cmp(&a.share.value()));
    named
}
