//! From the answers to what they say about the outside.

use std::collections::HashMap;

use dt_model::{
    Amount, Breakdown, BreakdownEntry, Destination, DeviceInfo, Dialect, EndpointDetails, Evidence,
    EvidencePart, NamedOrOthers, Part, Peer, Scope, Share,
};

use super::{Coverage, External, Totals};
use crate::risk;
use crate::slice::{largest_first, ranked};
use crate::tally::Tally;
use crate::{DomainGrouping, Policy, Slice, Statistics, Unknowns, UnresolvedCountry};

/// The country of an endpoint without one, where the rules want it counted.
const UNKNOWN: &str = "Unknown";

/// Analyses external communication. `None` if no answer says anything about it.
#[must_use]
pub fn analyse(evidence: &Evidence, policy: &Policy) -> Option<External> {
    let answer = answer(evidence)?;
    let mut external = match (&answer.subject.destinations, answer.dialect, policy.unknowns) {
        (Some(destinations), ..) => counted(destinations, policy),
        (None, Dialect::Appliance, _) => estimated(evidence, policy),
        (None, Dialect::Documented, Unknowns::CountAsZero) => counted(&[], policy),
        (None, Dialect::Documented, Unknowns::StayUnknown) => External::default(),
    };
    external.risk = risk::assess(&external, policy);
    Some(external)
}

/// The answer that says most about the outside: without connections, the bytes that were sent there.
#[must_use]
pub fn answer(evidence: &Evidence) -> Option<&DeviceInfo> {
    let Evidence { connections, external, external_out, .. } = evidence;
    [external, connections, external_out].into_iter().find_map(Part::answer)
}

fn counted(destinations: &[Destination], policy: &Policy) -> External {
    let external = || destinations.iter().filter(|d| d.scope == Some(Scope::External));
    let total: u128 = external().map(|destination| u128::from(destination.connections)).sum();

    let mut countries = Tally::new();
    let mut domains = Tally::new();
    let mut ports = Tally::new();
    let names: Vec<Option<String>> = external()
        .map(|destination| policy.external.domains.domain(destination.hostname.as_deref()?))
        .collect();
    for (destination, domain) in external().zip(&names) {
        let connections = destination.connections;
        countries.add(destination.country.as_deref().unwrap_or(UNKNOWN), connections);
        if let Some(domain) = domain {
            domains.add(domain.as_str(), connections);
        }
        for port in &destination.ports {
            ports.add(port, connections);
        }
    }
    // The first of equals, as a maximum over the list would find it.
    let largest = external().rev().max_by_key(|destination| destination.connections);
    let unknown = external().filter(|destination| destination.country.is_none());
    let unknown: u128 = unknown.map(|destination| u128::from(destination.connections)).sum();
    External {
        totals: Totals {
            connections: Some(Amount::Exact(total)),
            destinations: Some(Amount::Exact(external().count() as u128)),
            bytes_out: bytes(external(), policy, |destination| destination.bytes_sent),
            bytes_in: bytes(external(), policy, |destination| destination.bytes_received),
        },
        countries: Some(owned(countries, total)),
        domains: Some(owned(domains, total)),
        ports: Some(ports.into_slices(total).into_iter().map(Slice::into_owned).collect()),
        largest: largest.map(|destination| {
            let name = crate::connections::name(destination).to_owned();
            Slice::counted(name, destination.connections.into(), total)
        }),
        coverage: (total > 0).then(|| Coverage {
            listed: Share::counted(total, total),
            unlisted: Share::ZERO,
            unnamed: Share::ZERO,
            unresolved: Some(Share::counted(unknown, total)),
        }),
        risk: None,
    }
}

fn owned(tally: Tally<&str>, total: u128) -> Vec<Slice<String>> {
    tally.into_slices(total).into_iter().map(Slice::into_owned).collect()
}

/// The bytes of all destinations: a lower bound if only some report them, `None` if there are some
/// and none does.
fn bytes<'a>(
    destinations: impl Iterator<Item = &'a Destination>,
    policy: &Policy,
    of: impl Fn(&Destination) -> Option<u64>,
) -> Option<Amount> {
    let all: Vec<Option<u64>> = destinations.map(of).collect();
    let reported: Vec<u64> = all.iter().copied().flatten().collect();
    let sum = reported.iter().map(|&bytes| u128::from(bytes)).sum();
    if reported.is_empty() && !all.is_empty() {
        return None;
    }
    let whole = reported.len() == all.len() || policy.unknowns == Unknowns::CountAsZero;
    Some(if whole { Amount::Exact(sum) } else { Amount::AtLeast(sum) })
}

fn estimated(evidence: &Evidence, policy: &Policy) -> External {
    let Some(answer) = evidence.external.answer() else {
        let totals = Totals {
            connections: evidence.connections.answer().and_then(share_of_outside),
            bytes_out: sum(evidence.external_out.answer()),
            ..Totals::default()
        };
        return External { totals, ..External::default() };
    };
    let connections = sum(Some(answer));
    let bytes_out = sum(evidence.external_out.answer());
    if connections == Some(Amount::Exact(0)) {
        let nothing = counted(&[], policy);
        return External { totals: Totals { bytes_out, ..nothing.totals }, ..nothing };
    }
    let totals = Totals { connections, bytes_out, ..Totals::default() };
    let Some(breakdown) = &answer.subject.breakdown else {
        return External { totals, ..External::default() };
    };
    let scale = Scale::of(breakdown, connections);
    let listed = breakdown.external_domains.as_deref().map(Listed::of);
    let countries = listed
        .as_ref()
        .and_then(|listed| Countries::of(listed, evidence, policy.external.unresolved_country));
    let domains =
        listed.as_ref().map(|listed| scale.slices(listed.by_domain(policy.external.domains)));
    External {
        totals: Totals {
            destinations: listed.as_ref().map(|listed| Amount::AtLeast(listed.named.len() as u128)),
            ..totals
        },
        largest: domains.as_ref().and_then(|domains| domains.first().cloned()),
        coverage: listed.as_ref().map(|listed| {
            let total = listed.total();
            Coverage {
                listed: Share::estimated(total.value().min(1.0), total.margin()),
                unlisted: Share::estimated((1.0 - total.value()).max(0.0), total.margin()),
                unnamed: Share::estimated(listed.unnamed.value().min(1.0), listed.unnamed.margin()),
                unresolved: countries.as_ref().and_then(|countries| countries.unresolved),
            }
        }),
        countries: countries.map(|countries| scale.slices(countries.shares)),
        domains,
        ports: breakdown.ports_used.as_deref().map(|ports| {
            ranked(ports).into_iter().map(|slice| scale.slice(slice.key, slice.share)).collect()
        }),
        risk: None,
    }
}

/// The sum of an answer's series.
fn sum(answer: Option<&DeviceInfo>) -> Option<Amount> {
    Statistics::of(&answer?.subject.series).map(Statistics::amount)
}

/// What an answer that is not restricted says about the outside.
fn share_of_outside(answer: &DeviceInfo) -> Option<Amount> {
    let peers = answer.subject.breakdown.as_ref()?.devices_used.as_ref()?;
    peers.iter().find(|part| part.key == Peer::External)?.amount
}

/// From shares to connections.
struct Scale {
    base: Option<u64>,
    /// How far the base is from the sum that stands beside the result.
    difference: f64,
}

impl Scale {
    fn of(breakdown: &Breakdown, beside: Option<Amount>) -> Self {
        let base = breakdown.used_base;
        let difference = match (base, beside) {
            (Some(base), Some(sum)) => (base as f64 - sum.value()).abs(),
            _ => 0.0,
        };
        Self { base, difference }
    }

    fn slice<K>(&self, key: K, share: Share) -> Slice<K> {
        let amount = self.base.map(|base| share.of(base).widened_by(self.difference));
        Slice { key, amount, share }
    }

    fn slices(&self, shares: Vec<(String, Share)>) -> Vec<Slice<String>> {
        largest_first(shares.into_iter().map(|(key, share)| self.slice(key, share)).collect())
    }
}

/// What a list of domains says.
struct Listed<'a> {
    /// The domains that are listed by name.
    named: Vec<(&'a str, Share)>,
    /// What is listed without one.
    unnamed: Share,
}

impl<'a> Listed<'a> {
    fn of(parts: &'a [BreakdownEntry<NamedOrOthers>]) -> Self {
        let mut listed = Self { named: Vec::new(), unnamed: Share::ZERO };
        for part in parts {
            match &part.key {
                NamedOrOthers::One(name) => listed.named.push((name.as_str(), part.share)),
                NamedOrOthers::Unnamed => listed.unnamed = listed.unnamed.plus(part.share),
                NamedOrOthers::Others => {}
            }
        }
        listed
    }

    fn total(&self) -> Share {
        self.named.iter().fold(Share::ZERO, |sum, &(_, share)| sum.plus(share))
    }

    /// Names of the same domain together; a name that has none stands for itself.
    fn by_domain(&self, grouping: DomainGrouping) -> Vec<(String, Share)> {
        let mut shares = Shares::default();
        for &(name, share) in &self.named {
            shares.add(&grouping.domain(name).unwrap_or_else(|| name.to_owned()), share);
        }
        shares.entries
    }
}

/// Sums of shares by key, in order of appearance.
#[derive(Default)]
struct Shares {
    entries: Vec<(String, Share)>,
    places: HashMap<String, usize>,
}

impl Shares {
    fn add(&mut self, key: &str, share: Share) {
        if let Some(&place) = self.places.get(key) {
            self.entries[place].1 = self.entries[place].1.plus(share);
        } else {
            self.places.insert(key.to_owned(), self.entries.len());
            self.entries.push((key.to_owned(), share));
        }
    }
}

/// Where the listed domains are.
struct Countries {
    shares: Vec<(String, Share)>,
    unresolved: Option<Share>,
}

impl Countries {
    fn of(
        listed: &Listed<'_>,
        evidence: &Evidence,
        unresolved_country: UnresolvedCountry,
    ) -> Option<Self> {
        let counts_unknown = unresolved_country == UnresolvedCountry::CountsAsUnknown;
        let is_asked = evidence.is_answered(EvidencePart::Endpoints);
        if !is_asked && !counts_unknown {
            return None;
        }
        let by_name: HashMap<String, &EndpointDetails> = evidence
            .endpoint_details()
            .filter_map(|endpoint| {
                Some((endpoint.hostname.as_ref()?.to_ascii_lowercase(), endpoint))
            })
            .collect();

        let mut shares = Shares::default();
        let mut unresolved = Share::ZERO;
        for &(name, share) in &listed.named {
            let endpoint = by_name.get(&name.to_ascii_lowercase());
            let known = |country: &&str| !country.eq_ignore_ascii_case(UNKNOWN);
            let countries: Vec<&str> =
                endpoint.map(|it| it.countries().filter(known).collect()).unwrap_or_default();
            if countries.is_empty() {
                unresolved = unresolved.plus(share);
                if counts_unknown {
                    shares.add(UNKNOWN, share);
                }
            }
            for country in &countries {
                shares.add(country, one_of(share, countries.len()));
            }
        }
        Some(Self { shares: shares.entries, unresolved: is_asked.then_some(unresolved) })
    }
}

/// One of several places among which a share is spread, nobody knows how.
fn one_of(share: Share, places: usize) -> Share {
    let even = share.value() / places as f64;
    Share::estimated(even, (share.value() - even).max(0.0) + share.margin())
}
