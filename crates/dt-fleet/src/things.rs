//! One thing on many devices is one row, not many.
//!
//! An update that makes 300 devices call a new domain is one decision for an analyst. Findings of one rule about
//! one domain, by the name it was registered under, or about one port, that began within a day of each other on
//! at least three devices, are one thing.

use std::collections::{BTreeMap, HashSet};

use dt_analysis::finding::{Object, Rule};
use dt_analysis::registrable_domain;
use dt_model::Port;
use jiff::{SignedDuration, Timestamp};

use crate::rows::FindingRow;

/// On fewer devices it is a coincidence, and each is told.
const LEAST_DEVICES: usize = 3;

/// What begins later is another thing.
const WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// What was found on several devices.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ThingKey {
    /// A domain, by the name it was registered under.
    Domain(String),
    /// A port.
    Port(String),
}

/// One thing on several devices.
#[derive(Debug, Clone, PartialEq)]
pub struct Thing<'a> {
    /// By which rule it was found.
    pub rule: Rule,
    /// What it is about.
    pub key: ThingKey,
    /// When it began on the first of them.
    pub since: Timestamp,
    /// What was found, one a device, in order of time.
    pub members: Vec<&'a FindingRow>,
}

impl ThingKey {
    fn of(object: &Object) -> Option<Self> {
        match object {
            Object::Domain(name) => {
                Some(Self::Domain(registrable_domain(name).unwrap_or_else(|| name.to_lowercase())))
            }
            Object::Port(Port::Number(port)) => Some(Self::Port(port.to_string())),
            _ => None,
        }
    }

    /// The domain or the port.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Domain(name) | Self::Port(name) => name,
        }
    }
}

/// The things that were found on several devices, the most frequent first.
#[must_use]
pub fn things(findings: &[FindingRow]) -> Vec<Thing<'_>> {
    let mut groups: BTreeMap<(Rule, ThingKey), Vec<&FindingRow>> = BTreeMap::new();
    for row in findings.iter().filter(|row| row.counts()) {
        let finding = &row.record.finding;
        if let Some(key) = ThingKey::of(&finding.object) {
            groups.entry((finding.rule, key)).or_default().push(row);
        }
    }
    let mut things: Vec<Thing<'_>> =
        groups.into_iter().flat_map(|((rule, key), rows)| at_once(rule, &key, rows)).collect();
    things.sort_by_key(|thing| std::cmp::Reverse(thing.members.len()));
    things
}

/// Those of the findings about one thing that began within a day, if they are on enough devices.
fn at_once<'a>(rule: Rule, key: &ThingKey, mut rows: Vec<&'a FindingRow>) -> Vec<Thing<'a>> {
    let begin = |row: &FindingRow| row.record.finding.first_time;
    rows.sort_by_key(|row| begin(row));
    let mut rest = rows.as_slice();
    let mut things = Vec::new();
    while let Some(first) = rest.first() {
        let since = begin(first);
        let together = rest.partition_point(|row| begin(row).duration_since(since) <= WITHIN);
        let (rows, others) = rest.split_at(together);
        rest = others;
        let mut devices = HashSet::new();
        let mut members: Vec<&FindingRow> = rows.to_vec();
        members.retain(|row| devices.insert((row.appliance.as_str(), row.did)));
        if members.len() >= LEAST_DEVICES {
            things.push(Thing { rule, key: key.clone(), since, members });
        }
    }
    things
}
