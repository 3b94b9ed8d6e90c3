//! What a device's answers list: ports, peers, similar devices, domains, countries.

use std::collections::HashMap;

use dt_model::{
    Breakdown, BreakdownEntry, DeviceId, DeviceInfo, Evidence, Peer, Port, Profile, Scope, Share,
    SharedDetail,
};
use jiff::Timestamp;

use super::Named;
use super::listing::{Entry, Listing};
use crate::external::{self, External};
use crate::tally::Tally;
use crate::{Policy, Slice, Statistics};

/// A country that is not known.
const UNKNOWN: &str = "Unknown";

/// The ports that the device connected to.
pub(super) fn ports(evidence: &Evidence) -> Option<Listing<Port>> {
    let profile = &evidence.connections.answer()?.subject;
    match &profile.breakdown {
        Some(breakdown) => breakdown.ports_used.as_deref().map(parts_of_ports),
        None => counted_ports(profile),
    }
}

/// The ports that it was reached on.
pub(super) fn served_ports(evidence: &Evidence) -> Option<Listing<Port>> {
    let breakdown = evidence.connections.answer()?.subject.breakdown.as_ref()?;
    breakdown.ports_served.as_deref().map(parts_of_ports)
}

fn parts_of_ports(parts: &[BreakdownEntry<Port>]) -> Listing<Port> {
    let entries = parts.iter().filter(|part| part.key != Port::Others).map(|part| Entry {
        key: part.key.clone(),
        share: Some(part.share),
        first_seen: part.first_seen,
    });
    let is_whole = parts.iter().all(|part| part.key != Port::Others);
    Listing { entries: entries.collect(), is_whole }
}

/// The documented dialect counts ports by interval, and calls the rest of them by a name.
fn counted_ports(profile: &Profile) -> Option<Listing<Port>> {
    let details = profile.series.buckets().iter().filter_map(|bucket| bucket.detail.as_ref());
    let mut tally = Tally::new();
    for (port, count) in details.flat_map(SharedDetail::ports) {
        tally.add(port, *count);
    }
    let slices = tally.into_slices(Statistics::of(&profile.series)?.total);
    let is_one = |port: &Port| matches!(port, Port::Number(_) | Port::Range { .. });
    let is_whole = slices.iter().all(|slice| is_one(slice.key));
    let entries = slices.into_iter().filter(|slice| is_one(slice.key)).map(|slice| Entry {
        key: slice.key.clone(),
        share: Some(slice.share),
        first_seen: None,
    });
    let entries: Vec<Entry<Port>> = entries.collect();
    (!entries.is_empty()).then_some(Listing { entries, is_whole })
}

/// Whom it connected to in the network. Everything outside is told by domains.
pub(super) fn peers(evidence: &Evidence) -> Option<Listing<Named>> {
    let answer = evidence.connections.answer()?;
    match &answer.subject.breakdown {
        Some(breakdown) => listed_peers(answer, breakdown),
        None => counted_peers(answer),
    }
}

fn listed_peers(answer: &DeviceInfo, breakdown: &Breakdown) -> Option<Listing<Named>> {
    let parts = breakdown.devices_used.as_deref()?;
    let named = |peer: Peer| match peer {
        Peer::Device(did) => {
            let device = answer.device(did);
            let name = device.and_then(|device| device.hostname.clone().or(device.ip.clone()));
            Some(Named { did: Some(did), name: name.unwrap_or_else(|| peer.to_string()) })
        }
        Peer::Internal(_) => Some(Named { did: None, name: peer.to_string() }),
        _ => None,
    };
    let entries = parts.iter().filter_map(|part| {
        let (share, first_seen) = (Some(part.share), part.first_seen);
        Some(Entry { key: named(part.key)?, share, first_seen })
    });
    let is_whole = parts.iter().all(|part| part.key != Peer::Others);
    Some(Listing { entries: entries.collect(), is_whole })
}

fn counted_peers(answer: &DeviceInfo) -> Option<Listing<Named>> {
    let destinations = answer.subject.destinations.as_deref()?;
    let whole = destinations.iter().map(|it| u128::from(it.connections)).sum();
    let inside = destinations.iter().filter(|it| it.scope != Some(Scope::External));
    let entries = inside.map(|destination| Entry {
        key: Named {
            did: destination.did.filter(|did| did.is_device()),
            name: crate::connections::name(destination).to_owned(),
        },
        share: Some(Share::counted(destination.connections.into(), whole)),
        // Within the four weeks, so it does not say whether there was more before.
        first_seen: None,
    });
    Some(Listing { entries: entries.collect(), is_whole: true })
}

/// The devices most like it: as many as were asked for.
pub(super) fn similar(evidence: &Evidence) -> Option<Listing<Named>> {
    let similar = &evidence.connections.answer()?.similar;
    let entries = similar.iter().filter_map(|similar| {
        let device = &similar.profile.device;
        let name = device.hostname.clone().or(device.ip.clone());
        let name = name.or_else(|| device.did.map(|did| Peer::Device(did).to_string()))?;
        let key = Named { did: device.did, name };
        Some(Entry { key, share: None, first_seen: None })
    });
    let entries: Vec<Entry<Named>> = entries.collect();
    (!entries.is_empty()).then_some(Listing { entries, is_whole: false })
}

/// What is listed about the outside: domains, and the countries they are in.
pub(super) struct Outside {
    pub(super) domains: Option<Listing<String>>,
    pub(super) countries: Option<Listing<String>>,
}

pub(super) fn outside(evidence: &Evidence, policy: &Policy) -> Outside {
    let Some(found) = external::analyse(evidence, policy) else {
        return Outside { domains: None, countries: None };
    };
    let External { domains, countries, coverage, .. } = found;
    let is_none = |share: Share| share.value() == 0.0 && share.margin() == 0.0;
    let all_listed = coverage.is_none_or(|coverage| is_none(coverage.unlisted));
    let all_placed = coverage.is_none_or(|it| it.unresolved.is_some_and(is_none));
    let first_seen = first_seen(evidence, policy);
    let entry = |slice: Slice<String>, first_seen| Entry {
        key: slice.key,
        share: Some(slice.share),
        first_seen,
    };
    Outside {
        domains: domains.map(|domains| Listing {
            entries: domains
                .into_iter()
                .map(|slice| {
                    let first = first_seen.get(&slice.key.to_ascii_lowercase()).copied();
                    entry(slice, first)
                })
                .collect(),
            is_whole: all_listed,
        }),
        countries: countries.map(|countries| {
            let known = countries.into_iter().filter(|slice| slice.key != UNKNOWN);
            Listing {
                entries: known.map(|slice| entry(slice, None)).collect(),
                is_whole: all_listed && all_placed,
            }
        }),
    }
}

/// When the network first saw each domain.
fn first_seen(evidence: &Evidence, policy: &Policy) -> HashMap<String, Timestamp> {
    let mut seen: HashMap<String, Timestamp> = HashMap::new();
    for endpoint in evidence.endpoint_details() {
        let Some((name, first)) = endpoint.hostname.as_ref().zip(endpoint.first_seen) else {
            continue;
        };
        let domain = policy.external.domains.domain(name).unwrap_or_else(|| name.clone());
        let known = seen.entry(domain.to_ascii_lowercase()).or_insert(first);
        *known = first.min(*known);
    }
    seen
}

/// Devices are the same by their id, whatever they are called.
pub(super) fn identity(named: &Named) -> (Option<DeviceId>, Option<String>) {
    match named.did {
        Some(did) => (Some(did), None),
        None => (None, Some(named.name.clone())),
    }
}
