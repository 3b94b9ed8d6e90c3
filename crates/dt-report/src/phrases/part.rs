//! Why something is not known: what an answer left out is not reported; the rest was refused, not
//! asked or not given.

use dt_model::{EvidencePart, PartState};

use super::numbers::NOT_REPORTED;
use crate::contract::{External, HostState, KnownDomain, PartView};

/// The word for what is not known and would stand in a part of that state.
pub(crate) const fn word(state: PartState) -> &'static str {
    match state {
        PartState::Answered => NOT_REPORTED,
        PartState::Refused => "refused",
        PartState::NotAsked => "not asked",
        PartState::NotGiven => "not given",
    }
}

/// The word for what is not known and would stand in that part.
pub(crate) fn missing(parts: &[PartView], part: EvidencePart) -> &'static str {
    word(state(parts, part))
}

/// Whether a part is there. One that is not among them is none that this answer could have.
pub(crate) fn state(parts: &[PartView], part: EvidencePart) -> PartState {
    parts.iter().find(|view| view.part == part).map_or(PartState::Answered, |view| view.state)
}

/// Why parts were refused, each reason once: `external, external-out: refused: HTTP 500`.
pub(crate) fn refusals(parts: &[PartView]) -> Vec<String> {
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for view in parts {
        let Some(reason) = view.reason.as_deref() else { continue };
        let part = view.part.as_str();
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, parts)) => parts.push(part),
            None => reasons.push((reason, vec![part])),
        }
    }
    reasons.into_iter().map(|(reason, parts)| format!("{}: {reason}", parts.join(", "))).collect()
}

/// Why there are no countries. They are those of the hosts that the list of domains names.
pub(crate) fn no_countries(found: &External) -> PartState {
    match state(&found.parts, EvidencePart::External) {
        PartState::Answered if found.domains.is_none() => PartState::Answered,
        PartState::Answered => state(&found.parts, EvidencePart::Endpoints),
        missing => missing,
    }
}

/// The word for bytes received from outside that are not known: the documented dialect counts them
/// by destination, and no other is asked for them.
pub(crate) fn no_bytes_in(found: &External) -> &'static str {
    let is_documented = found.parts.iter().all(|view| view.part == EvidencePart::Connections);
    word(if is_documented { PartState::Answered } else { PartState::NotAsked })
}

/// Why nothing is known about some of these domains, each reason once. What is told as the reason of
/// a part is not told again.
pub(crate) fn of_domains(domains: &[KnownDomain], parts: &[PartView]) -> Vec<String> {
    let is_told = |reason: &String| parts.iter().any(|part| part.reason.as_ref() == Some(reason));
    let mut reasons: Vec<String> = Vec::new();
    for domain in domains {
        let reason = match (domain.host.state, &domain.host.reason) {
            (PartState::Answered, _) | (PartState::Refused, None) => continue,
            (_, Some(reason)) => reason.clone(),
            (PartState::NotAsked, None) => {
                "not asked: only the largest domains are asked about, in a report rather those that no \
                 similar device lists; countries are of these alone, and differ as they do"
                    .to_owned()
            }
            (PartState::NotGiven, None) => "not given: not among the saved responses".to_owned(),
        };
        if !reasons.contains(&reason) && !is_told(&reason) {
            reasons.push(reason);
        }
    }
    reasons
}

/// The word for what is not known about a host outside.
pub(crate) const fn of_host(host: &HostState) -> &'static str {
    word(host.state)
}
