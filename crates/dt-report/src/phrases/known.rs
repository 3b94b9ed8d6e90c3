//! What is known about domains outside.

use super::numbers::{percent, plural};
use crate::contract::{Coverage, KnownDomain};

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
    domain.dga_score.map(|score| format!("{score:.0}/100"))
}

/// How much of the external connections is listed without a name: `≈ 67 % has no name`; `None` if
/// nothing is.
pub(crate) fn without_name(coverage: &Coverage) -> Option<String> {
    let unnamed = coverage.unnamed;
    (unnamed.value() > 0.0).then(|| format!("{} has no name", percent(Some(unnamed))))
}
