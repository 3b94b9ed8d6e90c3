//! What was found about a device, each with its numbers, its reasons and its doubts?
//!
//! A [`Finding`] is one incident: hours that belong together, a port, a domain, a group of peers.
//! What only shows the same thing from another side is a reason of the finding that says most, not a
//! finding of its own. Every finding names what it might be (MITRE ATT&CK techniques, as candidates)
//! and what speaks against it.
//!
//! Thresholds are in [`FindingPolicy`](crate::FindingPolicy).

pub(crate) mod amount;
mod direction;
mod draft;
mod id;
mod id_prefix;
mod input;
mod lifecycle;
mod merge;
mod missing;
mod new_activity;
mod object;
mod peer_agreement;
mod related_breach;
mod rule;
mod rules;
mod stored;
mod surge_context;
mod surge_draft;
mod surges;
mod technique;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::fmt;

use dt_model::EvidencePart;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Level;

pub(crate) use input::{Analysed, RuleInput};
pub(crate) use merge::merge;
pub(crate) use rules::find;

pub use direction::{Direction, InvalidDirection};
pub use id::{FindingId, FindingIdError, Origin};
pub use id_prefix::{FindingIdPrefix, ShortFindingId, UnclearFindingId};
pub use lifecycle::{
    DeviceChange, DeviceHistory, FindingOptions, FindingRecord, FindingState, FindingTracker,
    FindingUpdate, Observation, OptionDifference, PendingUpdate, Reach, TrackedFinding,
    TrackerChange, UnchangedDevices, Untold, WatchState,
};
pub use object::Object;
pub use related_breach::RelatedBreach;
pub use rule::{Aspect, Family};
pub use rules::Rule;
pub use technique::Technique;

/// Something about a device that should be looked at.
///
/// Its serialized form is that of stored findings, which later versions still read; what is printed is
/// the output contract of `dt-report`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// By which rule it was found.
    pub rule: Rule,
    /// How urgent it is: low, medium or high.
    pub severity: Level,
    /// What it is, as a sentence without its end.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// What it is about.
    pub object: Object,
    /// When it began.
    pub first_time: Timestamp,
    /// Until when it was seen.
    pub last_time: Timestamp,
    /// What was counted; `None` if nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed: Option<f64>,
    /// What is usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<f64>,
    /// The least that is usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// The most that is usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// In which unit.
    pub unit: Unit,
    /// The probability of this or more by chance, where a test gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p: Option<f64>,
    /// On how much data it rests: buckets, devices or entries, as the method says.
    pub n_used: usize,
    /// How it was found.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub method: Cow<'static, str>,
    /// How sure it is that this is no artefact.
    pub confidence: Confidence,
    /// What speaks for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// What speaks against it, or is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<String>,
    /// What it might be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attack_candidates: Vec<Technique>,
    /// What else it tells of, such as the domains that an upload went to: a finding that is only about
    /// one of these is a reason of this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub explains: Vec<Object>,
    /// Models that the appliance breached within it, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaches: Vec<RelatedBreach>,
}

impl Finding {
    /// The parts of the evidence that it requires: those of its [rule](Rule::required_evidence), or the
    /// one of them that tells what it is about.
    pub fn required_evidence(&self) -> impl Iterator<Item = EvidencePart> + use<> {
        let only = self.rule.evidence_about(&self.object);
        let parts = self.rule.required_evidence().iter().copied();
        parts.filter(move |part| only.is_none_or(|only| only == *part))
    }

    /// Whether it shows what another finding says better.
    pub(crate) fn is_explained_by(&self, main: &Self) -> bool {
        self.rule.is_explained_by(self, main)
    }

    /// Whether another finding, of the same time or another, tells of the same thing and says no less.
    /// What is judged with less evidence than `main` was, `knows_less`, may be found by another rule.
    pub(crate) fn is_told_by(&self, main: &Self, knows_less: bool) -> bool {
        let overlap = self.overlaps(main);
        let as_reason = self.is_explained_by(main) && main.rank() <= self.rank();
        // Which upload it is, is what the missing part would tell.
        let as_upload = knows_less && self.rule.is_upload() && main.rule.is_upload() && overlap;
        // One of the domains that are told together once they are many.
        let among_domains = self.rule == main.rule
            && matches!((&self.object, &main.object), (Object::Domain(_), Object::Metric(_)))
            && overlap
            && main.first_time <= self.first_time;
        as_reason || as_upload || among_domains
    }

    /// Whether less was counted than is usual.
    pub(crate) fn is_fall(&self) -> bool {
        self.observed.zip(self.expected).is_some_and(|(observed, expected)| observed < expected)
    }

    /// How much it says, compared with other findings; less is more.
    fn rank(&self) -> (Reverse<Level>, u8) {
        (Reverse(self.severity), self.rule.precedence())
    }

    /// Whether the two share time.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.first_time < other.last_time && other.first_time < self.last_time
    }
}

/// The unit of a finding's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Connections.
    Connections,
    /// Bytes.
    Bytes,
    /// Devices.
    Devices,
    /// A share from 0 to 1.
    Share,
    /// Bits of information.
    Bits,
    /// A factor.
    Ratio,
}

impl Unit {
    /// Every unit.
    pub const ALL: [Self; 6] =
        [Self::Connections, Self::Bytes, Self::Devices, Self::Share, Self::Bits, Self::Ratio];

    /// The unit's name in the output contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connections => "connections",
            Self::Bytes => "bytes",
            Self::Devices => "devices",
            Self::Share => "share",
            Self::Bits => "bits",
            Self::Ratio => "ratio",
        }
    }
}

/// How sure a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// It may well be chance, or the way the data was made.
    Low,
    /// One kind of evidence supports it.
    Medium,
    /// Independent kinds of evidence support it.
    High,
}

impl Confidence {
    /// From the least to the most sure.
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    /// The name in the output contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.severity, self.message)
    }
}
