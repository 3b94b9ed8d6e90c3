//! Which devices were assessed, and on what that rests.

use dt_model::EvidencePart;

use crate::contract::{Evidence, Unreported};
use crate::phrases::numbers::plural;

/// How many devices were assessed, of how many.
pub(crate) fn sentence(evidence: &Evidence) -> String {
    let silent = evidence.devices.iter().filter(|device| device.no_traffic.is_some()).count();
    let assessed = evidence.devices.len() - silent;
    let assessed = match evidence.scope.known {
        Some(known) => format!("{assessed} of the {known} devices that the appliance knows"),
        None => plural(assessed, "device", "devices"),
    };
    let failed = match evidence.failed.len() + silent {
        0 => String::new(),
        some => format!("; {some} could not be assessed"),
    };
    format!("Assessed {assessed}{failed}.")
}

/// Why a part of the evidence is missing.
pub(crate) fn why(missing: &Unreported) -> String {
    missing.reason.clone().unwrap_or_else(|| missing.state.to_string())
}

/// Which parts are missing, each with its reason and of how many devices.
pub(crate) fn missing(evidence: &Evidence) -> Vec<(EvidencePart, String, usize)> {
    let mut all: Vec<(EvidencePart, String, usize)> = Vec::new();
    for missing in evidence.devices.iter().flat_map(|device| &device.not_reported) {
        let why = why(missing);
        match all.iter_mut().find(|(part, known, _)| *part == missing.part && *known == why) {
            Some((_, _, devices)) => *devices += 1,
            None => all.push((missing.part, why, 1)),
        }
    }
    all
}

/// What the answers rest on.
pub(crate) fn exchanges(evidence: &Evidence) -> String {
    let exchanges = || evidence.exchanges().flat_map(|(_, exchanges)| exchanges);
    let bytes: usize = exchanges().map(|exchange| exchange.bytes).sum();
    let kept = if exchanges().any(|exchange| exchange.file.is_some()) {
        "saved as received"
    } else {
        "identified by SHA-256, not saved"
    };
    format!("{}, {bytes} bytes, {kept}.", plural(exchanges().count(), "response", "responses"))
}
