//! Which findings does somebody expect, and why?
//!
//! An [`Exclusion`] names what is expected by criteria of which all have to hold, with a reason, who says
//! so, and an end. A finding that an entry excludes is told beside the others and counts for nothing: an
//! entry that is wrong must be seen to be there. Where it is not known whether a criterion holds, it does
//! not:
//!
//! - a device's name, id and hardware address have to agree, as far as both sides have them: a host gives
//!   itself its name, see [`ExclusionsAt::parted`];
//! - a domain or a network holds of an upload if all domains that explain it are meant, and they explain
//!   nearly all of it;
//! - hours of the week hold of what lies in them from its beginning to its end;
//! - a [`Limit`] holds up to ten times as much.
//!
//! Findings are excluded before they are merged: what would be a reason of an excluded finding is one of
//! its own.

mod asn;
mod domain_pattern;
mod exclusion;
mod limit;
mod matching;
mod terms;
mod usage;
mod week_hours;

use jiff::Timestamp;
use uuid::Uuid;

use dt_model::{Device, Evidence};

use crate::finding::Finding;
use crate::namespace::NAMESPACE;
use exclusion::DeviceFit;
use matching::{Match, Subject};

pub use asn::{Asn, InvalidAsn};
pub use domain_pattern::{DomainPattern, InvalidDomain};
pub use exclusion::{Exclusion, ExclusionId, InvalidExclusion};
pub use limit::{InvalidLimit, Limit};
pub use terms::ExclusionTerms;
pub use usage::{ExclusionUsage, Matched};
pub use week_hours::{InvalidHours, WeekHours};

/// Entries as they apply at a time.
#[derive(Debug, Clone, Copy)]
pub struct ExclusionsAt<'a> {
    entries: &'a [Exclusion],
    now: Timestamp,
}

/// A finding that is excluded.
#[derive(Debug, Clone, PartialEq)]
pub struct ExcludedFinding {
    /// What was found.
    pub finding: Finding,
    /// By which entries, in their order: one at least.
    pub by: Vec<Exclusion>,
}

impl<'a> ExclusionsAt<'a> {
    /// No entries.
    pub const NONE: Self = Self { entries: &[], now: Timestamp::UNIX_EPOCH };

    /// Entries, as they apply at a time: those that have expired do not.
    #[must_use]
    pub const fn new(entries: &'a [Exclusion], now: Timestamp) -> Self {
        Self { entries, now }
    }

    fn valid(self) -> impl Iterator<Item = &'a Exclusion> {
        self.entries.iter().filter(move |entry| entry.expires() > self.now)
    }

    /// The entries that do not apply any more.
    pub fn expired(self) -> impl Iterator<Item = &'a Exclusion> {
        self.entries.iter().filter(move |entry| entry.expires() <= self.now)
    }

    /// The entries that were about a device until its name, id and hardware address parted, so that they
    /// do not apply to it.
    pub fn parted(self, device: &Device) -> impl Iterator<Item = &'a Exclusion> {
        self.valid().filter(move |entry| entry.fit(device) == DeviceFit::Parted)
    }

    /// 32 hexadecimal digits over all that the entries say, in any order; `None` without entries. It tells
    /// whether two answers left out the same, and nothing depends on it.
    #[must_use]
    pub fn digest(self) -> Option<String> {
        let mut entries: Vec<String> = self.entries.iter().map(Exclusion::canonical).collect();
        entries.sort_unstable();
        let digest = Uuid::new_v5(&NAMESPACE, entries.join("\u{1d}").as_bytes());
        (!entries.is_empty()).then(|| digest.simple().to_string())
    }

    /// Tells findings that are excluded from the others. One that is far beyond the limit of an entry says
    /// so.
    pub(crate) fn divide(
        self,
        findings: Vec<Finding>,
        evidence: &Evidence,
    ) -> (Vec<Finding>, Vec<ExcludedFinding>) {
        let (mut others, mut excluded) = (Vec::new(), Vec::new());
        if self.valid().next().is_none() {
            return (findings, excluded);
        }
        let subject = Subject::of(evidence);
        for mut finding in findings {
            let taken = |how| {
                let entries = self.valid().filter(|it| it.takes(&finding, &subject) == how);
                entries.cloned().collect::<Vec<_>>()
            };
            let by = taken(Match::Excluded);
            if !by.is_empty() {
                excluded.push(ExcludedFinding { finding, by });
                continue;
            }
            let beyond = taken(Match::BeyondLimit);
            let limits = beyond.iter().filter_map(|entry| entry.terms().limit);
            let limits =
                limits.map(|limit| format!("more than ten times {limit}, which is excluded"));
            finding.reasons.extend(limits);
            others.push(finding);
        }
        (others, excluded)
    }
}
