//! Why something is not known: what an answer left out is not reported; the rest was refused, not
//! asked or not given.

use dt_model::{EvidencePart, PartState};

use super::numbers::NOT_REPORTED;
use crate::contract::{External, KnownDomain, PartView};

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

/// Why parts were refused, each reason once.
pub(crate) fn refusals(parts: &[PartView]) -> Vec<String> {
    by_reason(parts.iter().filter_map(|part| Some((part.part.as_str(), part.reason.clone()?))))
}

/// What is missing, with its reason: those of one reason together, as `external, external-out: refused: HTTP 500`.
pub(super) fn by_reason<'a>(missing: impl Iterator<Item = (&'a str, String)>) -> Vec<String> {
    let mut reasons: Vec<(String, Vec<&str>)> = Vec::new();
    for (what, reason) in missing {
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, all)) if all.contains(&what) => {}
            Some((_, all)) => all.push(what),
            None => reasons.push((reason, vec![what])),
        }
    }
    reasons.into_iter().map(|(reason, all)| format!("{}: {reason}", all.join(", "))).collect()
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
