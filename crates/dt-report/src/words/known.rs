//! What is known about a domain outside.

use super::numbers::{NOT_REPORTED, plural};
use crate::contract::KnownDomain;

/// The first of its countries, as many as are wanted, and how many more there are.
pub(crate) fn countries(domain: &KnownDomain, most: usize) -> String {
    let countries = domain.countries.as_deref().unwrap_or_default();
    if countries.is_empty() {
        return NOT_REPORTED.to_owned();
    }
    let shown = countries[..countries.len().min(most)].join(", ");
    match countries.len() - countries.len().min(most) {
        0 => shown,
        more => format!("{shown}, {more} more"),
    }
}

/// Who in the network talks to it: which part of the devices, else how many did lately.
pub(crate) fn used_by(domain: &KnownDomain) -> Option<String> {
    match (domain.popularity, domain.devices) {
        (Some(popularity), _) => Some(format!("{:.0} %", 100.0 * popularity)),
        // An appliance that knows of no device still knows of this one.
        (None, Some(devices @ 1..)) => Some(plural(devices, "device", "devices")),
        _ => None,
    }
}

/// How many of the similar devices list it.
pub(crate) fn similar(domain: &KnownDomain) -> Option<String> {
    domain.rarity.map(|rarity| format!("{} of {}", rarity.users, rarity.among))
}

/// How much its name looks generated, of 100.
pub(crate) fn generated(domain: &KnownDomain) -> Option<String> {
    domain.dga_score.map(|score| format!("{score:.0}"))
}
