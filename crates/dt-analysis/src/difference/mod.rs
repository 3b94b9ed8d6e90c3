//! What changed about a device between two times?
//!
//! Both times are [assessed](crate::assessment) by themselves, with the same policy, each as of its
//! own time. Then what they found and what they list is put beside each other:
//!
//! - a finding is the same if its rule is, and what it is about; hours are the same if they overlap;
//! - ports, peers, similar devices, domains and countries are new or gone if only one time lists
//!   them.
//!
//! Lists are bounded: an appliance merges what is small, asks for a few similar devices only, and
//! places the largest domains only. What such a list has not got may have been there all the same,
//! and is said to be [`Certainty::Listed`], unless a first time says more.
//!
//! What only one of both times reports is not compared: it is in [`Difference::not_reported`], and
//! never new or gone. A finding that rests on it is in [`Difference::unreported`], and the priorities
//! neither rose nor fell if [`Difference::unlike`] has something.

mod findings;
mod listing;
mod lists;
mod summary;

use std::fmt;

use dt_model::{DeviceId, Evidence, EvidencePart, Port};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::assessment::{Assessment, assess};
use crate::exclusions::{ExcludedFinding, ExclusionsAt};
use crate::finding::Finding;
use crate::{AsOf, Policy};

pub use findings::{Basis, Reassessed, Unreported, Why};
use findings::{Found, Gaps, Times};
use listing::Listing;
pub use listing::{Certainty, Change, Changes};
pub use summary::Reason;

/// What was answered at one time.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// The answers.
    pub evidence: &'a Evidence,
    /// When they were asked for.
    pub asked: Timestamp,
}

/// What changed.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Difference {
    /// What the older answers say.
    pub before: Assessment,
    /// What the newer answers say.
    pub after: Assessment,
    /// What only the newer answers show, the most severe first.
    pub new: Vec<Finding>,
    /// What only the older answers show, and why.
    pub gone: Vec<(Finding, Why)>,
    /// What both show, now more or less severe.
    pub changed: Vec<Reassessed>,
    /// What one shows that the other one could not: it is neither new nor gone.
    pub unreported: Vec<Unreported>,
    /// How many findings of the newer answers the older ones show too, alike or as a part of another.
    pub same: usize,
    /// The parts that only one of both answers has: priorities that rest on different parts do not compare.
    pub unlike: Vec<IncomparablePart>,
    /// Ports it connected to.
    pub ports: Option<Changes>,
    /// Ports it was reached on.
    pub served_ports: Option<Changes>,
    /// Whom it connected to in the network.
    pub peers: Option<Changes>,
    /// The devices most like it.
    pub similar: Option<Changes>,
    /// Domains outside.
    pub domains: Option<Changes>,
    /// Countries it connected to.
    pub countries: Option<Changes>,
    /// What could not be compared.
    pub not_reported: Vec<NotReported>,
    /// What the newer answers show and somebody expects: it is compared with nothing.
    pub excluded: Vec<ExcludedFinding>,
}

/// What stands in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Named {
    /// What it is: a port, a name, a country. A device is called by its host name, else its address, else
    /// its id.
    #[serde(rename = "value")]
    pub name: String,
    /// Its id, if it is a device.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "i64"))]
    pub did: Option<DeviceId>,
}

impl From<String> for Named {
    fn from(name: String) -> Self {
        Self { name, did: None }
    }
}

impl From<Port> for Named {
    fn from(port: Port) -> Self {
        port.to_string().into()
    }
}

/// What is compared as a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// [`Difference::ports`].
    Ports,
    /// [`Difference::served_ports`].
    ServedPorts,
    /// [`Difference::peers`].
    Peers,
    /// [`Difference::similar`].
    #[serde(rename = "similar_devices")]
    Similar,
    /// [`Difference::domains`].
    Domains,
    /// [`Difference::countries`].
    Countries,
}

/// A list that not both answers have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct NotReported {
    /// Which list, by its key here.
    pub list: List,
    /// Which snapshot does not have it.
    pub side: Side,
    /// Why what would have it was refused, in the newer snapshot if in both; `null` if it was not.
    pub reason: Option<String>,
}

/// An answer that only one of two snapshots has: what rests on it does not compare.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "MissingPart"))]
#[non_exhaustive]
pub struct IncomparablePart {
    /// Which one.
    pub part: EvidencePart,
    /// Which snapshot does not have it.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["old", "new"])))]
    pub side: Side,
    /// Why it was refused; `null` if it was not.
    pub reason: Option<String>,
}

/// One of two times, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The older one.
    Old,
    /// The newer one.
    New,
    /// Both of them.
    Both,
}

/// Puts what was answered at two times beside each other, without what is excluded from either.
#[must_use]
pub fn analyse(
    old: Moment<'_>,
    new: Moment<'_>,
    zone: &TimeZone,
    policy: &Policy,
    exclusions: ExclusionsAt<'_>,
) -> Difference {
    let look = |Moment { evidence, asked }: Moment<'_>| {
        let as_of = AsOf { now: asked, zone };
        assess(evidence, as_of, policy).excluding(exclusions, evidence, as_of, policy)
    };
    let ((before, _), (after, excluded)) = (look(old), look(new));
    let until = old.evidence.complete_until(old.asked);
    let new_until = new.evidence.complete_until(new.asked);
    let (old, new) = (old.evidence, new.evidence);
    let times = Times {
        old_until: until,
        new_from: new.answers().filter_map(|it| it.subject.longest_series().start()).min(),
        new_since: new_until.and_then(|until| until.checked_sub(policy.novelty.within).ok()),
    };

    let (was, is) = (lists::outside(old, policy), lists::outside(new, policy));
    let mut not_reported = Vec::new();
    let answers = Both { old, new };
    let mut both = Beside { until, answers, not_reported: &mut not_reported };
    let ports = both.compare(List::Ports, lists::ports(old), lists::ports(new), Port::clone);
    let served_ports = both.compare(
        List::ServedPorts,
        lists::served_ports(old),
        lists::served_ports(new),
        Port::clone,
    );
    let peers = both.compare(List::Peers, lists::peers(old), lists::peers(new), lists::identity);
    let similar =
        both.compare(List::Similar, lists::similar(old), lists::similar(new), lists::identity);
    let domains = both.compare(List::Domains, was.domains, is.domains, |name| name.to_lowercase());
    let countries = both.compare(List::Countries, was.countries, is.countries, String::clone);

    let unlike = answers.incomparable();
    let gaps = Gaps { answers, parts: &unlike, lists: &not_reported };
    let Found { new, gone, changed, unreported, same } =
        findings::compare(&before.findings, &after.findings, gaps, times);
    Difference {
        before,
        after,
        new,
        gone,
        changed,
        unreported,
        same,
        unlike,
        ports,
        served_ports,
        peers,
        similar,
        domains,
        countries,
        not_reported,
        excluded,
    }
}

/// Compares list by list, and notes those that only one side has.
struct Beside<'a> {
    until: Option<Timestamp>,
    answers: Both<'a>,
    not_reported: &'a mut Vec<NotReported>,
}

impl Beside<'_> {
    fn compare<K: Clone + Into<Named>, I: Eq + std::hash::Hash>(
        &mut self,
        list: List,
        old: Option<Listing<K>>,
        new: Option<Listing<K>>,
        identity: impl Fn(&K) -> I,
    ) -> Option<Changes> {
        let side = match (&old, &new) {
            (Some(_), Some(_)) => None,
            (None, Some(_)) => Some(Side::Old),
            (Some(_), None) => Some(Side::New),
            (None, None) => Some(Side::Both),
        };
        let reason = |side| self.answers.reason(list.parts(), side);
        self.not_reported.extend(side.map(|side| NotReported { list, side, reason: reason(side) }));
        Some(new?.beside(&old?, self.until, identity))
    }
}

/// The answers of two times, to be asked why something is missing.
#[derive(Clone, Copy)]
struct Both<'a> {
    old: &'a Evidence,
    new: &'a Evidence,
}

impl Both<'_> {
    /// The parts that only one of them has.
    fn incomparable(self) -> Vec<IncomparablePart> {
        let unlike = findings::unlike(self.old, self.new).into_iter();
        let unlike = unlike.map(|(part, side)| {
            let reason = self.reason(&[part], side);
            IncomparablePart { part, side, reason }
        });
        unlike.collect()
    }

    /// Why some of these parts were refused that one of them lacks; the first reason.
    fn reason(self, parts: &[EvidencePart], side: Side) -> Option<String> {
        let of = |evidence: &Evidence| {
            let mut parts = parts.to_vec();
            parts.retain(|part| evidence.parts().any(|it| it == *part));
            if parts.is_empty() {
                // The documented dialect says among its connections what is outside.
                parts.push(EvidencePart::Connections);
            }
            let missing = evidence.missing();
            let refused = |part| missing.iter().find(|it| it.part == part && it.refusal.is_some());
            parts.into_iter().find_map(refused).map(ToString::to_string)
        };
        match side {
            Side::Old => of(self.old),
            Side::New => of(self.new),
            Side::Both => of(self.new).or_else(|| of(self.old)),
        }
    }
}

impl List {
    /// The parts that have it, any of which may have been refused.
    const fn parts(self) -> &'static [EvidencePart] {
        match self {
            Self::Domains => &[EvidencePart::External],
            Self::Countries => &[EvidencePart::External, EvidencePart::Endpoints],
            _ => &[EvidencePart::Connections],
        }
    }

    /// The name in the output contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ports => "ports",
            Self::ServedPorts => "served_ports",
            Self::Peers => "peers",
            Self::Similar => "similar_devices",
            Self::Domains => "domains",
            Self::Countries => "countries",
        }
    }

    /// The list in words.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::ServedPorts => "listening ports",
            Self::Similar => "similar devices",
            other => other.as_str(),
        }
    }
}

impl Side {
    /// The side in words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Old => "old",
            Self::New => "new",
            Self::Both => "both",
        }
    }
}

impl fmt::Display for NotReported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = self.list.in_words();
        match self.side {
            Side::Old => write!(f, "{what}: not in the old answers"),
            Side::New => write!(f, "{what}: not in the new answers"),
            Side::Both => write!(f, "{what}: in neither"),
        }
    }
}
