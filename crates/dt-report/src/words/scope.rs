//! Who was looked at, and on what that rests.

use crate::contract::Evidence;
use crate::words::numbers::plural;

/// How many devices were looked at, of how many.
pub(crate) fn sentence(evidence: &Evidence) -> String {
    let scope = &evidence.scope;
    let looked = plural(evidence.devices.len(), "device", "devices");
    let known = match scope.known {
        Some(known) => format!(" of the {known} that the appliance knows"),
        None => String::new(),
    };
    let failed = match evidence.failed.len() {
        0 => String::new(),
        some => format!("; {some} could not be looked at"),
    };
    format!("Looked at {looked}{known}{failed}.")
}

/// What the answers rest on.
pub(crate) fn exchanges(evidence: &Evidence) -> String {
    let exchanges = || evidence.exchanges().flat_map(|(_, exchanges)| exchanges);
    let bytes: usize = exchanges().map(|exchange| exchange.bytes).sum();
    let kept = if exchanges().any(|exchange| exchange.file.is_some()) {
        "kept as they came"
    } else {
        "told by their SHA-256, not kept"
    };
    format!("{}, {bytes} bytes, {kept}.", plural(exchanges().count(), "response", "responses"))
}
