//! Which way traffic goes, seen from the network's edge.

use dt_analysis::finding::Rule;

/// A direction that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// From inside to the outside.
    Outbound,
    /// Within the network.
    Internal,
}

impl Direction {
    /// The direction of what a rule finds; `None` if it may be any.
    pub(super) const fn of(rule: Rule) -> Option<Self> {
        match rule {
            Rule::ExternalUpload
            | Rule::NewDomain
            | Rule::RegularCaller
            | Rule::GeneratedDomain => Some(Self::Outbound),
            Rule::InternalUpload | Rule::NewPeers => Some(Self::Internal),
            _ => None,
        }
    }

    /// Its name in ECS.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Outbound => "outbound",
            Self::Internal => "internal",
        }
    }
}
