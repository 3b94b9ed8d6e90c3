//! How often an entry was of use.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Exclusion, ExclusionId};
use crate::finding::FindingId;

/// What each entry matched so far: different findings, however often each was looked at.
///
/// It is made to be stored.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExclusionUsage(BTreeMap<ExclusionId, Matched>);

/// What one entry matched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matched {
    /// The findings, up to a number that nobody reads any more.
    findings: BTreeSet<FindingId>,
    /// When it matched last.
    pub last: Timestamp,
}

/// How many findings of an entry are told apart.
const MOST: usize = 1_000;

impl Matched {
    /// How many findings; of more than a thousand, only that there are as many.
    #[must_use]
    pub fn count(&self) -> usize {
        self.findings.len()
    }
}

impl ExclusionUsage {
    /// What an entry matched; `None` if nothing.
    #[must_use]
    pub fn of(&self, entry: &Exclusion) -> Option<&Matched> {
        self.0.get(&entry.id())
    }

    /// Whether nothing was matched.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Notes that an entry matched a finding.
    pub fn note(&mut self, entry: ExclusionId, finding: FindingId, now: Timestamp) {
        let nothing = || Matched { findings: BTreeSet::new(), last: now };
        let matched = self.0.entry(entry).or_insert_with(nothing);
        matched.last = matched.last.max(now);
        if matched.findings.len() < MOST {
            matched.findings.insert(finding);
        }
    }

    /// Adds what was noted elsewhere.
    pub fn add(&mut self, other: &Self) {
        for (entry, matched) in &other.0 {
            for finding in &matched.findings {
                self.note(*entry, *finding, matched.last);
            }
        }
    }
}
