//! Is what the device does made of the same things as what similar devices do?
//!
//! Of ports, of peers, and of domains outside, the device's shares p are compared with the mean q of
//! its similar devices' shares, by the Jensen-Shannon divergence in bits: with m = (p + q) / 2, the
//! sum over all keys of (p log2(p / m) + q log2(q / m)) / 2. It is 0 for the same mix and 1 for mixes
//! with nothing in common, and each key's term says how much it adds; the three largest are given.
//! What an appliance merged into `others` is a key of its own.
//!
//! Small samples differ by chance, by about (K - 1) / (8 ln 2) (1 / n1 + 1 / n2) bits for K keys and
//! n1 and n2 connections, so a divergence counts only above four times that, and above 0.05.
//!
//! The mix itself is described by its entropy H in bits, the effective number of keys 2^H, and the
//! share of the largest.
//!
//! Traffic without a name is no sample of domains: only connections with names count as such.
//!
//! It declines to answer for fewer than 100 connections on either side. `None` is what no answer
//! reports.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;

use dt_model::{
    Breakdown, BreakdownEntry, DeviceInfo, Evidence, NamedOrOthers, Peer, Port, Profile,
    SharedDetail,
};
use serde::Serialize;

use crate::divergence::term;
use crate::{MixPolicy, Policy, Status};

/// How many keys are named.
const TOP: usize = 3;

/// A device's mixes beside those of its similar devices.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Mix {
    /// Of the ports it connected to.
    pub ports: Option<Divergence>,
    /// Of the peers it connected to.
    pub peers: Option<Divergence>,
    /// Of the domains outside.
    pub domains: Option<Divergence>,
}

/// One mix beside the mean of others.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Divergence {
    /// Whether there was enough to go by.
    #[serde(flatten)]
    pub status: Status,
    /// How it was done.
    pub method: &'static str,
    /// How many similar devices were used.
    pub n_used: usize,
    /// The Jensen-Shannon divergence in bits, from 0 to 1.
    #[serde(rename = "value")]
    pub bits: Option<f64>,
    /// Above this many bits it is more than chance.
    #[serde(rename = "high")]
    pub limit: Option<f64>,
    /// Whether it is.
    pub significant: bool,
    /// The three keys that add most, the largest first.
    pub top: Vec<Contribution>,
    /// What the device's own mix is like.
    pub diversity: Option<Diversity>,
}

/// What one key adds to a divergence.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "KeyShare"))]
#[non_exhaustive]
pub struct Contribution {
    /// The port, peer or domain, or `others`.
    pub key: String,
    /// Its part of the divergence, in bits.
    pub bits: f64,
    /// Its share of the device's traffic.
    #[serde(rename = "share")]
    pub own: f64,
    /// Its mean share of the similar devices' traffic.
    #[serde(rename = "expected")]
    pub others: f64,
}

/// How diverse a mix is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Diversity {
    /// The entropy, in bits.
    pub entropy: f64,
    /// As many equal keys would have this entropy.
    #[serde(rename = "effective_number")]
    pub effective: f64,
    /// The share of the largest key.
    pub top_share: f64,
}

/// Compares a device's mixes with those of its similar devices.
#[must_use]
pub fn analyse(evidence: &Evidence, policy: &Policy) -> Mix {
    let policy = &policy.mix;
    let all = evidence.connections.answer();
    let outside = evidence.external.answer();
    Mix {
        ports: all.and_then(|answer| compare(answer, ports, policy)),
        peers: all.and_then(|answer| compare(answer, peers, policy)),
        domains: outside.and_then(|answer| compare(answer, domains, policy)),
    }
}

/// What some traffic is made of.
struct Composition<K> {
    shares: Vec<(K, f64)>,
    connections: f64,
}

impl<K> Composition<K> {
    /// The shares of these weights; they need not add up to anything.
    fn of(weights: impl Iterator<Item = (K, f64)>, connections: f64) -> Option<Self> {
        let mut shares: Vec<(K, f64)> = weights.filter(|(_, weight)| *weight > 0.0).collect();
        let sum: f64 = shares.iter().map(|(_, weight)| weight).sum();
        for (_, weight) in &mut shares {
            *weight /= sum;
        }
        (!shares.is_empty()).then_some(Self { shares, connections })
    }

    fn of_parts<'a>(
        parts: Option<&'a [BreakdownEntry<K>]>,
        total: Option<u64>,
    ) -> Option<Composition<K>>
    where
        K: Clone + 'a,
    {
        let weights = parts?.iter().map(|part| (part.key.clone(), part.share.value()));
        Self::of(weights, total? as f64)
    }

    fn diversity(&self) -> Diversity {
        let shares = || self.shares.iter().map(|(_, share)| *share);
        // Adding zero makes a negative zero a zero.
        let entropy = shares().map(|share| -share * share.log2()).sum::<f64>() + 0.0;
        Diversity { entropy, effective: entropy.exp2(), top_share: shares().fold(0.0, f64::max) }
    }
}

/// How large a sample the shares of an answer are of: where its total and its series differ, the smaller.
fn sample(breakdown: &Breakdown) -> Option<u64> {
    breakdown.total_used.min(breakdown.used_base)
}

fn ports(profile: &Profile) -> Option<Composition<Port>> {
    if let Some(breakdown) = &profile.breakdown {
        return Composition::of_parts(breakdown.ports_used.as_deref(), sample(breakdown));
    }
    let mut counts: HashMap<&Port, u64> = HashMap::new();
    let details = profile.series.buckets().iter().filter_map(|bucket| bucket.detail.as_ref());
    for (port, count) in details.flat_map(SharedDetail::ports) {
        let sum = counts.entry(port).or_default();
        *sum = sum.saturating_add(*count);
    }
    let mut counts: Vec<(&Port, u64)> = counts.into_iter().collect();
    counts.sort_by_key(|(port, count)| (std::cmp::Reverse(*count), port.to_string()));
    let total = counts.iter().map(|(_, count)| *count as f64).sum();
    Composition::of(counts.into_iter().map(|(port, count)| (port.clone(), count as f64)), total)
}

fn peers(profile: &Profile) -> Option<Composition<Peer>> {
    let breakdown = profile.breakdown.as_ref()?;
    Composition::of_parts(breakdown.devices_used.as_deref(), sample(breakdown))
}

/// Traffic without a name is made of nobody knows what, and none of it is a sample of domains.
fn domains(profile: &Profile) -> Option<Composition<NamedOrOthers>> {
    let breakdown = profile.breakdown.as_ref()?;
    let named = breakdown.external_domains.as_deref()?.iter();
    let named = named.filter(|entry| entry.key != NamedOrOthers::Unnamed);
    let weights: Vec<(NamedOrOthers, f64)> =
        named.map(|entry| (entry.key.clone(), entry.share.value())).collect();
    // Rounded percentages may add up to more.
    let share = weights.iter().map(|(_, share)| share).sum::<f64>().min(1.0);
    Composition::of(weights.into_iter(), share * sample(breakdown)? as f64)
}

fn compare<K: Clone + Eq + Hash + fmt::Display>(
    answer: &DeviceInfo,
    composition: impl Fn(&Profile) -> Option<Composition<K>>,
    policy: &MixPolicy,
) -> Option<Divergence> {
    let own = composition(&answer.subject)?;
    let enough = |mix: &Composition<K>| mix.connections >= policy.fewest;
    let others: Vec<Composition<K>> =
        answer.similar.iter().filter_map(|similar| composition(&similar.profile)).collect();
    let usable: Vec<&Composition<K>> = others.iter().filter(|mix| enough(mix)).collect();
    let mut found = Divergence {
        status: Status::Ok,
        method: "Jensen-Shannon divergence from the mean of the similar devices",
        n_used: usable.len(),
        bits: None,
        limit: None,
        significant: false,
        top: Vec::new(),
        diversity: Some(own.diversity()),
    };
    if own.connections < policy.fewest {
        found.status = Status::Insufficient(format!("fewer than {} connections", policy.fewest));
    } else if usable.is_empty() {
        found.status = Status::Insufficient("no similar device to compare with".to_owned());
    } else {
        let mut terms = terms(&own, &usable);
        let bits: f64 = terms.iter().map(|term| term.bits).sum();
        let (n1, n2) = (own.connections, usable.iter().map(|mix| mix.connections).sum::<f64>());
        let chance =
            (terms.len() as f64 - 1.0) / (8.0 * std::f64::consts::LN_2) * (n1.recip() + n2.recip());
        // Rounding must not make the same mix a negative divergence, nor disjoint ones more than 1.
        let bits = bits.clamp(0.0, 1.0);
        let limit = (policy.times_chance * chance).max(policy.least_bits);
        (found.bits, found.limit, found.significant) = (Some(bits), Some(limit), bits > limit);
        terms.sort_by(|a, b| b.bits.total_cmp(&a.bits));
        found.top = terms.into_iter().take(TOP).map(Contribution::from).collect();
    }
    Some(found)
}

/// A key of either side, with what it adds.
struct Term<K> {
    key: K,
    bits: f64,
    own: f64,
    others: f64,
}

impl<K: fmt::Display> From<Term<K>> for Contribution {
    fn from(Term { key, bits, own, others }: Term<K>) -> Self {
        Self { key: key.to_string(), bits, own, others }
    }
}

/// Every key of either side, in order of appearance.
fn terms<K: Clone + Eq + Hash>(own: &Composition<K>, others: &[&Composition<K>]) -> Vec<Term<K>> {
    let mut terms: Vec<Term<K>> = Vec::new();
    let mut places: HashMap<&K, usize> = HashMap::new();
    let mut at = |key| {
        let place = *places.entry(key).or_insert(terms.len());
        if place == terms.len() {
            terms.push(Term { key: K::clone(key), bits: 0.0, own: 0.0, others: 0.0 });
        }
        place
    };
    let own: Vec<(usize, f64)> = own.shares.iter().map(|(key, share)| (at(key), *share)).collect();
    let weight = 1.0 / others.len() as f64;
    let others: Vec<(usize, f64)> = others
        .iter()
        .flat_map(|mix| &mix.shares)
        .map(|(key, share)| (at(key), weight * share))
        .collect();
    for (place, share) in own {
        terms[place].own += share;
    }
    for (place, share) in others {
        terms[place].others += share;
    }
    for it in &mut terms {
        it.bits = term(it.own, it.others);
    }
    terms
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Status::Insufficient(missing) = &self.status {
            return write!(f, "not enough data: {missing}");
        }
        let bits = self.bits.unwrap_or_default();
        write!(f, "differs from {} similar devices by {bits:.2} bits", self.n_used)?;
        if !self.significant {
            return f.write_str(", no more than chance");
        }
        for (place, top) in self.top.iter().enumerate() {
            let before = if place == 0 { ": " } else { ", " };
            let (own, others) = (100.0 * top.own, 100.0 * top.others);
            write!(f, "{before}{} ({own:.0} %, similar devices {others:.0} %)", top.key)?;
        }
        Ok(())
    }
}
