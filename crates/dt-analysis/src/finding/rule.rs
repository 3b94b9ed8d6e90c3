//! What a rule says about itself.

use dt_model::EvidencePart;

use super::input::RuleInput;
use super::{Finding, Object, Technique};

/// Everything about a rule but its name in the program. Its id and version are part of the output
/// contract.
pub(super) struct RuleDescription {
    /// Never changes.
    pub(super) id: &'static str,
    /// The rule in a few words.
    pub(super) name: &'static str,
    /// Rises when the rule finds something else than before.
    pub(super) version: u32,
    pub(super) family: Family,
    /// What of a device's traffic its findings are about.
    pub(super) aspect: Aspect,
    /// The parts of the evidence without which the rule finds less, or nothing.
    pub(super) required_evidence: &'static [EvidencePart],
    /// The one of them that a finding about this object requires; `None` if it requires all.
    pub(super) evidence_about: fn(&Object) -> Option<EvidencePart>,
    /// Further parts of the evidence, by which a finding is more or less severe.
    pub(super) supporting_evidence: &'static [EvidencePart],
    /// What its findings might be.
    pub(super) techniques: &'static [Technique],
    /// How much its findings say about what happened, compared with other rules'; less is more.
    pub(super) precedence: u8,
    /// Whether the time that it looks at goes on with every look, so that its findings are the same
    /// whenever they begin.
    pub(super) is_rolling: bool,
    /// All that the rule finds.
    pub(super) find: fn(&RuleInput<'_>) -> Vec<Finding>,
    /// Whether a finding of the rule shows what another finding says better.
    pub(super) is_explained_by: fn(&Finding, &Finding) -> bool,
}

/// The [`evidence_about`](RuleDescription::evidence_about) of a rule all of whose findings require the
/// same.
pub(super) fn all_evidence(_: &Object) -> Option<EvidencePart> {
    None
}

/// The [`is_explained_by`](RuleDescription::is_explained_by) of a rule whose findings stand for
/// themselves.
pub(super) fn never(_: &Finding, _: &Finding) -> bool {
    false
}

/// What a priority is made of, so that one cause cannot count twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Unusual hours.
    Timeline,
    /// Differences from similar devices.
    Peers,
    /// Where bytes go.
    Direction,
    /// The other end, outside.
    External,
    /// What is new.
    Novelty,
    /// What repeats.
    Regularity,
    /// What the appliance itself says. No rule is of this family.
    Appliance,
}

impl Family {
    /// Every family.
    pub const ALL: [Self; 7] = [
        Self::Timeline,
        Self::Peers,
        Self::Direction,
        Self::External,
        Self::Novelty,
        Self::Regularity,
        Self::Appliance,
    ];

    /// The family's name in the output contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Timeline => "timeline",
            Self::Peers => "peers",
            Self::Direction => "direction",
            Self::External => "external",
            Self::Novelty => "novelty",
            Self::Regularity => "regularity",
            Self::Appliance => "appliance",
        }
    }
}

/// What of a device's traffic findings are about: which of its series, lists and commands show them.
///
/// A rule names one, so that whoever shows findings knows those of a new rule as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aspect {
    /// The bytes that it sent outside.
    BytesOutside,
    /// All bytes that it sent.
    BytesSent,
    /// The bytes that it received.
    BytesReceived,
    /// Its connections.
    Connections,
    /// The ports that it uses.
    Ports,
    /// The devices that it contacts.
    Peers,
    /// The domains that it contacts.
    Domains,
    /// How it differs from similar devices.
    SimilarDevices,
}
