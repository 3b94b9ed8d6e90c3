//! What is known about the domains outside that a device talks to.

use std::collections::{HashMap, HashSet};

use dt_analysis::novelty::{self, Novelty};
use dt_analysis::{Analyses, Policy};
use dt_model::{DeviceInfo, Evidence, Named, Part};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::quantity::{Fraction, Quantity, name};
use super::{Rarity, Time};

/// What the document's rules do not ask for.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ExtendedExternal {
    /// Every domain that is listed by name: by connections, the largest first, then those of which
    /// only bytes are.
    pub domains: Vec<KnownDomain>,
}

/// A domain outside, and what is known about it. Where the appliance was not asked about the
/// domain, or knows nothing, that is `null`.
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
}

impl ExtendedExternal {
    /// `None` under documented rules, and where the appliance was not asked about domains.
    pub(super) fn new(evidence: &Evidence, novelty: &Novelty, policy: &Policy) -> Option<Self> {
        let is_asked = policy.analyses == Analyses::All && evidence.endpoints.is_some();
        is_asked.then(|| Self { domains: KnownDomain::list(evidence, novelty) })
    }
}

impl KnownDomain {
    fn list(evidence: &Evidence, novelty: &Novelty) -> Vec<Self> {
        let connections = named(evidence.external.as_ref());
        let bytes = named(evidence.external_out.as_ref());
        let known: HashMap<&str, &novelty::OutsideDomain> =
            novelty.domains.iter().map(|known| (known.name.as_str(), known)).collect();
        let sent: HashMap<&str, &Part<Named>> = bytes.iter().copied().collect();
        let counted: HashMap<&str, &Part<Named>> = connections.iter().copied().collect();
        let only_sent = bytes.iter().filter(|(name, _)| !counted.contains_key(name));
        let names = connections.iter().chain(only_sent).map(|(name, _)| *name);
        let domain = |name: &str| {
            let (counted, sent) = (counted.get(name), sent.get(name));
            let known = known.get(name);
            Self {
                domain: name.to_owned(),
                connections: counted.and_then(|part| part.amount).into(),
                share: counted.map(|part| part.share).into(),
                bytes_out: sent.and_then(|part| part.amount).into(),
                bytes_out_share: sent.map(|part| part.share).into(),
                countries: known.map(|known| known.countries.clone()),
                first_seen: known.and_then(|known| known.first_seen),
                is_new: known.and_then(|known| known.first_seen.map(|_| known.is_new)),
                popularity: known.and_then(|known| known.popularity).map(|percent| percent / 100.0),
                devices: known.and_then(|known| known.devices),
                rarity: known.and_then(|known| known.rarity).map(Rarity::from),
                dga_score: known.and_then(|known| known.dga_score),
            }
        };
        names.map(domain).collect()
    }
}

/// The domains that an answer lists by name, the largest first, each once.
fn named(answer: Option<&DeviceInfo>) -> Vec<(&str, &Part<Named>)> {
    let breakdown = answer.and_then(|answer| answer.subject.breakdown.as_ref());
    let parts = breakdown.and_then(|breakdown| breakdown.external_domains.as_deref());
    let mut seen = HashSet::new();
    let mut named: Vec<(&str, &Part<Named>)> = parts
        .unwrap_or_default()
        .iter()
        .filter_map(|part| match &part.key {
            Named::One(name) => seen.insert(name).then_some((name.as_str(), part)),
            Named::Others => None,
        })
        .collect();
    named.sort_by(|(_, a), (_, b)| b.share.value().total_cmp(&a.share.value()));
    named
}
