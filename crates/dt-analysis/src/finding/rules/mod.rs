//! The rules, a file and a line of the table each.

mod change_from_peers;
mod connection_drop;
mod connection_rise;
mod download;
mod external_upload;
mod generated_domain;
mod internal_upload;
mod mix_from_peers;
mod new_domain;
mod new_peers;
mod new_port;
mod raised_floor;
mod regular_caller;
mod traffic_drop;
mod upload;

use dt_model::EvidencePart;

use super::input::RuleInput;
use super::rule::RuleDescription;
use super::{Aspect, Family, Finding, Object, Technique};

/// Declares the rules: what each finds, its name in the program, and the file that describes it.
macro_rules! rules {
    ($($(#[$doc:meta])+ $rule:ident => $file:ident,)+) => {
        /// How a finding is found.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Rule {
            $($(#[$doc])+ $rule,)+
        }

        impl Rule {
            /// Every rule.
            pub const ALL: &'static [Self] = &[$(Self::$rule,)+];

            const fn description(self) -> &'static RuleDescription {
                match self {
                    $(Self::$rule => &$file::RULE,)+
                }
            }
        }
    };
}

// Of findings that are equal otherwise, those of an earlier rule come first.
rules! {
    /// Much more than usual was sent outside.
    ExternalUpload => external_upload,
    /// Much more than usual was sent, and it is not known whether outside, or most of it went there and
    /// does not stand out among what usually does.
    Upload => upload,
    /// Much more than usual was sent within the network.
    InternalUpload => internal_upload,
    /// Much more than usual was received.
    Download => download,
    /// Many more connections than usual were opened.
    ConnectionRise => connection_rise,
    /// More connections than usual in quiet hours.
    RaisedFloor => raised_floor,
    /// A device fell silent, or nearly so.
    ConnectionDrop => connection_drop,
    /// Much less than usual for days.
    TrafficDrop => traffic_drop,
    /// A port is used that never was.
    NewPort => new_port,
    /// A domain is used that the network did not know, and nobody else uses.
    NewDomain => new_domain,
    /// Many internal devices are contacted that never were.
    NewPeers => new_peers,
    /// A rare domain is called with great regularity.
    RegularCaller => regular_caller,
    /// A domain's name looks generated.
    GeneratedDomain => generated_domain,
    /// Traffic changed, and that of similar devices did not.
    ChangeFromPeers => change_from_peers,
    /// Traffic is made of other things than that of similar devices.
    MixFromPeers => mix_from_peers,
}

impl Rule {
    /// The rule's id, which never changes.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.description().id
    }

    /// The rule with an id; `None` if there is none.
    ///
    /// ```
    /// use dt_analysis::finding::Rule;
    ///
    /// assert_eq!(Rule::from_id("dt-new-port"), Some(Rule::NewPort));
    /// assert_eq!(Rule::from_id("dt-no-such-rule"), None);
    /// ```
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.id() == id)
    }

    /// The rule in a few words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.description().name
    }

    /// The rule's version: it rises when the rule finds something else than before.
    #[must_use]
    pub const fn version(self) -> u32 {
        self.description().version
    }

    /// Which part of the priority it belongs to.
    #[must_use]
    pub const fn family(self) -> Family {
        self.description().family
    }

    /// What of a device's traffic its findings are about.
    #[must_use]
    pub const fn aspect(self) -> Aspect {
        self.description().aspect
    }

    /// The parts of the evidence without which it finds less, or nothing.
    #[must_use]
    pub const fn required_evidence(self) -> &'static [EvidencePart] {
        self.description().required_evidence
    }

    /// Further parts of the evidence, by which a finding is more or less severe.
    #[must_use]
    pub const fn supporting_evidence(self) -> &'static [EvidencePart] {
        self.description().supporting_evidence
    }

    /// What its findings might be; each finding names those that it supports.
    #[must_use]
    pub const fn techniques(self) -> &'static [Technique] {
        self.description().techniques
    }

    /// How much its findings say about what happened, compared with other rules'; less is more.
    pub(super) const fn precedence(self) -> u8 {
        self.description().precedence
    }

    /// Whether its findings are the same whenever they begin.
    pub(crate) const fn is_rolling(self) -> bool {
        self.description().is_rolling
    }

    /// The one part of the evidence that a finding about this object requires; `None` if it requires all
    /// that the rule does.
    pub(super) fn evidence_about(self, object: &Object) -> Option<EvidencePart> {
        (self.description().evidence_about)(object)
    }

    /// Whether its findings are about much that was sent.
    pub(super) const fn is_upload(self) -> bool {
        matches!(self, Self::ExternalUpload | Self::Upload | Self::InternalUpload)
    }

    /// Whether a finding of the rule shows what another finding says better.
    pub(super) fn is_explained_by(self, finding: &Finding, main: &Finding) -> bool {
        (self.description().is_explained_by)(finding, main)
    }
}

/// What all rules find, in the order of the table: several may tell of one incident.
pub(crate) fn find(input: &RuleInput<'_>) -> Vec<Finding> {
    Rule::ALL.iter().flat_map(|rule| (rule.description().find)(input)).collect()
}
