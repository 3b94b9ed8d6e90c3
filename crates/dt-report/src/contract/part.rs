//! Which parts of the evidence there are, and why the others are not there.

use std::collections::HashMap;

use dt_model::{
    Dialect, EndpointDetails, Evidence, EvidencePart, EvidenceSource, Part, PartState, Refusal,
};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

/// A part of the evidence about a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PartView {
    /// `co`, `sizeout`, `sizein`, `external`, `external-out`, `endpoints` or `domains`.
    #[serde(serialize_with = "part_name")]
    #[schemars(with = "String", extend("enum" = ["co", "sizeout", "sizein", "external", "external-out", "endpoints", "domains"]))]
    pub part: EvidencePart,
    /// `answered`; `refused` by the appliance, or on the way to it; `not_asked` for; or `not_given`,
    /// among saved responses. Of `endpoints` and `domains`, `refused` where any host or domain was. Single
    /// domains are asked about only where they may explain something.
    #[serde(serialize_with = "state_name")]
    #[schemars(with = "String", extend("enum" = ["answered", "refused", "not_asked", "not_given"]))]
    pub state: PartState,
    /// Why it was refused, or could not be asked for.
    pub reason: Option<String>,
}

/// A part of the evidence that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Unreported {
    /// Which one.
    #[serde(serialize_with = "part_name")]
    #[schemars(with = "String")]
    pub part: EvidencePart,
    /// `refused`, `not_asked` or `not_given`.
    #[serde(serialize_with = "state_name")]
    #[schemars(with = "String", extend("enum" = ["refused", "not_asked", "not_given"]))]
    pub state: PartState,
    /// Why it was refused, or could not be asked for.
    pub reason: Option<String>,
}

impl PartView {
    /// Every part that the evidence can have, in a fixed order.
    pub(crate) fn list(evidence: &Evidence) -> Vec<Self> {
        Self::of(evidence, &evidence.parts().collect::<Vec<_>>())
    }

    /// The parts that say what is outside. The documented dialect says that among its connections,
    /// so that it has no others.
    pub(super) fn outside(evidence: &Evidence) -> Vec<Self> {
        use EvidencePart::{Connections, Endpoints, External, ExternalOut};
        match evidence.dialect() {
            Some(Dialect::Documented) => Self::of(evidence, &[Connections]),
            _ => Self::of(evidence, &[Connections, External, ExternalOut, Endpoints]),
        }
    }

    /// The parts that were refused.
    pub(crate) fn refused(parts: &[Self]) -> Vec<&Self> {
        parts.iter().filter(|view| view.state == PartState::Refused).collect()
    }

    /// Some parts.
    pub(super) fn of(evidence: &Evidence, parts: &[EvidencePart]) -> Vec<Self> {
        let missing = evidence.missing();
        let view = |part: &EvidencePart| {
            let why = missing.iter().find(|missing| missing.part == *part);
            let reason = why.filter(|why| why.refusal.is_some()).map(ToString::to_string);
            Self { part: *part, state: evidence.state(*part), reason }
        };
        parts.iter().map(view).collect()
    }
}

impl From<PartView> for Unreported {
    fn from(PartView { part, state, reason }: PartView) -> Self {
        Self { part, state, reason }
    }
}

/// What came of asking about hosts outside, by their names, whose case does not matter.
pub(super) struct Hosts<'a> {
    asked: HashMap<String, &'a Part<Vec<EndpointDetails>>>,
    /// What there is to say about the others.
    absent: PartState,
}

/// What came of asking about one host outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostState {
    /// Whether it was answered. What could not be asked for is not asked.
    pub state: PartState,
    /// Why it was not, if there is a reason.
    pub reason: Option<String>,
}

impl<'a> Hosts<'a> {
    pub(super) fn of(evidence: &'a Evidence) -> Self {
        let mut asked = HashMap::new();
        for (host, part) in &evidence.endpoints {
            asked.entry(host.to_string().to_ascii_lowercase()).or_insert(part);
        }
        let absent = match evidence.source {
            EvidenceSource::Asked => PartState::NotAsked,
            EvidenceSource::Given => PartState::NotGiven,
        };
        Self { asked, absent }
    }

    /// What is known about a host; `None` if nothing is.
    pub(super) fn details(&self, name: &str) -> Option<&'a EndpointDetails> {
        let part = self.asked.get(&name.to_ascii_lowercase())?;
        let is_it = |details: &&EndpointDetails| {
            details.hostname.as_deref().is_some_and(|it| it.eq_ignore_ascii_case(name))
        };
        part.answer()?.iter().find(is_it)
    }

    /// Whether a host was asked about, and what came of it.
    pub(super) fn state(&self, name: &str) -> HostState {
        match self.asked.get(&name.to_ascii_lowercase()) {
            Some(Part::Answered(_)) => HostState { state: PartState::Answered, reason: None },
            Some(Part::Refused(refusal)) => refusal.into(),
            Some(Part::Absent) | None => HostState { state: self.absent, reason: None },
        }
    }
}

impl From<&Refusal> for HostState {
    fn from(refusal: &Refusal) -> Self {
        let state =
            if refusal.kind.is_unasked() { PartState::NotAsked } else { PartState::Refused };
        Self { state, reason: Some(refusal.to_string()) }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
pub(super) fn part_name<S: Serializer>(
    part: &EvidencePart,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(part.as_str())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
pub(super) fn state_name<S: Serializer>(
    state: &PartState,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(state.as_str())
}
