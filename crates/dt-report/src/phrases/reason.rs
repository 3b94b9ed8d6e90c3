//! Why there is nothing to tell.

use dt_model::{Amount, EvidencePart, PartState};

use super::part;
use crate::contract::{External, Header, Timeline};

/// Why there are no findings.
pub(crate) fn no_findings(timeline: Option<&Timeline>) -> String {
    match timeline.and_then(|timeline| timeline.basis.status.missing()) {
        Some(missing) => format!("not enough data: {missing}"),
        None => "nothing stands out".to_owned(),
    }
}

/// What stands in place of a summary where zeros are no measurement.
pub(crate) fn no_traffic(header: &Header) -> Option<String> {
    header.no_traffic.map(|why| capital(&format!("{why}.")))
}

/// A sentence's beginning.
pub(crate) fn capital(text: &str) -> String {
    let mut text = text.to_owned();
    text.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
    text
}

/// Why there is no risk to tell.
pub(crate) fn no_risk(external: &External) -> String {
    match part::state(&external.parts, EvidencePart::External) {
        _ if external.totals.connections == Some(Amount::Exact(0)) => {
            "none: no external communication".to_owned()
        }
        PartState::Answered => "not reported: the answer lists no external destinations".to_owned(),
        missing => format!("not known: external destinations {}", part::word(missing)),
    }
}
