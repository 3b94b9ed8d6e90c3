//! Which devices are told by what they have in common with others, and not once more by themselves.

use std::collections::{HashMap, HashSet};

use dt_analysis::finding::{Finding, FindingId};
use dt_analysis::{Level, Policy, priority};

use super::{Key, key};
use crate::Thing;
use crate::rows::{DeviceRow, FindingRow};

/// What is told as a thing, by device.
pub(super) struct ThingMembers<'a> {
    as_things: HashSet<FindingId>,
    findings: HashMap<Key<'a>, Vec<&'a Finding>>,
    ids: HashMap<Key<'a>, Vec<FindingId>>,
}

impl<'a> ThingMembers<'a> {
    pub(super) fn new(things: &[Thing<'a>], findings: &'a [FindingRow]) -> Self {
        let members = || things.iter().flat_map(|thing| &thing.members);
        let as_things: HashSet<FindingId> = members().map(|row| row.record.id).collect();
        let concerned: HashSet<Key<'_>> =
            members().map(|row| (row.appliance.as_str(), row.did)).collect();
        let mut of = Self { as_things, findings: HashMap::new(), ids: HashMap::new() };
        for row in findings.iter().filter(|row| row.counts()) {
            let key = (row.appliance.as_str(), row.did);
            if concerned.contains(&key) {
                of.findings.entry(key).or_default().push(&row.record.finding);
                of.ids.entry(key).or_default().push(row.record.id);
            }
        }
        of
    }

    /// Whether a device would be no more urgent than others without what is told as things.
    pub(super) fn is_all_of(&self, row: &DeviceRow, policy: &Policy) -> bool {
        let key = key(row);
        let (Some(findings), Some(ids)) = (self.findings.get(&key), self.ids.get(&key)) else {
            return false;
        };
        let rest: Vec<Finding> = findings
            .iter()
            .zip(ids)
            .filter(|(_, id)| !self.as_things.contains(id))
            .map(|(finding, _)| (*finding).clone())
            .collect();
        if rest.len() == findings.len() {
            return false;
        }
        let rest = priority::of_findings(&rest, row.data_until, Vec::new(), policy);
        let rest = rest.and(row.said_by_appliance(), policy);
        rest.level == Level::Minimal
    }
}
