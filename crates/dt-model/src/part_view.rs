//! Which parts of the evidence there are, and why the others are not there.

use serde::Serialize;

use crate::{Dialect, Evidence, EvidencePart, PartState};

/// A part of the evidence about a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PartView {
    /// `co`, `sizeout`, `sizein`, `external`, `external-out`, `endpoints`, `domains`, `breaches`, `analyst` or
    /// `watched`.
    pub part: EvidencePart,
    /// `answered`; `refused` by the appliance, or on the way to it; `not_asked` for; or `not_given`,
    /// among saved responses. Of `endpoints` and `domains`, `refused` where any host or domain was. Single
    /// domains are asked about only where they may explain something.
    pub state: PartState,
    /// Why it was refused, or could not be asked for.
    pub reason: Option<String>,
}

/// A part of the evidence that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Unreported {
    /// Which one.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub part: EvidencePart,
    /// `refused`, `not_asked` or `not_given`.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["refused", "not_asked", "not_given"])))]
    pub state: PartState,
    /// Why it was refused, or could not be asked for.
    pub reason: Option<String>,
}

impl PartView {
    /// Every part that the evidence can have, in a fixed order.
    #[must_use]
    pub fn list(evidence: &Evidence) -> Vec<Self> {
        Self::of(evidence, &evidence.parts().collect::<Vec<_>>())
    }

    /// The parts that say what is outside. The documented dialect says that among its connections,
    /// so that it has no others.
    #[must_use]
    pub fn outside(evidence: &Evidence) -> Vec<Self> {
        use EvidencePart::{Connections, Endpoints, External, ExternalOut};
        match evidence.dialect() {
            Some(Dialect::Documented) => Self::of(evidence, &[Connections]),
            _ => Self::of(evidence, &[Connections, External, ExternalOut, Endpoints]),
        }
    }

    /// The parts that were refused.
    #[must_use]
    pub fn refused(parts: &[Self]) -> Vec<&Self> {
        parts.iter().filter(|view| view.state == PartState::Refused).collect()
    }

    /// Some parts.
    #[must_use]
    pub fn of(evidence: &Evidence, parts: &[EvidencePart]) -> Vec<Self> {
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
