//! The first format of a watcher's state, which held findings as they were printed.

use std::collections::BTreeMap;

use dt_model::DeviceId;
use jiff::Timestamp;
use serde::Deserialize;

use super::{DeviceHistory, FindingRecord, FindingTracker, TrackedFinding};
use crate::Level;
use crate::finding::{self, Confidence, FindingId, Object, Rule, Technique, Unit};

#[derive(Deserialize)]
pub(super) struct Format1 {
    appliance: String,
    ledger: StoredDevices,
}

#[derive(Deserialize)]
struct StoredDevices {
    devices: BTreeMap<i64, StoredDevice>,
}

#[derive(Deserialize)]
struct StoredDevice {
    until: Option<Timestamp>,
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    revision: u32,
    finding: Finding,
    seen: Timestamp,
    over: bool,
}

#[derive(Deserialize)]
struct Finding {
    id: FindingId,
    rule: RuleVersion,
    severity: Level,
    message: String,
    object: PrintedObject,
    first_time: Timestamp,
    last_time: Timestamp,
    observed: Option<f64>,
    expected: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    unit: Unit,
    p: Option<f64>,
    n_used: usize,
    method: String,
    confidence: Confidence,
    reasons: Vec<String>,
    doubts: Vec<String>,
    attack_candidates: Vec<Technique>,
    policy: String,
}

#[derive(Deserialize)]
struct RuleVersion {
    id: Rule,
    version: u32,
}

#[derive(Deserialize)]
#[serde(try_from = "TypeAndValue")]
struct PrintedObject(Object);

#[derive(Deserialize)]
struct TypeAndValue {
    #[serde(rename = "type")]
    kind: String,
    value: String,
}

impl TryFrom<TypeAndValue> for PrintedObject {
    type Error = String;

    fn try_from(TypeAndValue { kind, value }: TypeAndValue) -> Result<Self, String> {
        let object = Object::from_key(&kind, &value);
        object.map(Self).ok_or_else(|| format!("there is no {kind} {value:?}"))
    }
}

impl Format1 {
    /// Which appliance it is about, and what was reported.
    pub(super) fn into_parts(self) -> (String, FindingTracker) {
        let devices = self.ledger.devices.into_iter();
        let histories = devices.map(|(did, device)| (DeviceId::new(did), device.into()));
        (self.appliance, histories.collect())
    }
}

impl From<StoredDevice> for DeviceHistory {
    fn from(StoredDevice { until, entries }: StoredDevice) -> Self {
        let findings = entries.into_iter().map(TrackedFinding::from).collect();
        Self { until, findings, ..Self::default() }
    }
}

impl From<Entry> for TrackedFinding {
    fn from(Entry { revision, finding, seen, over }: Entry) -> Self {
        Self { record: finding.into(), revision, seen, is_over: over, is_held: false, reach: None }
    }
}

impl From<Finding> for FindingRecord {
    fn from(old: Finding) -> Self {
        Self {
            id: old.id,
            rule_version: old.rule.version,
            policy: old.policy,
            finding: finding::Finding {
                rule: old.rule.id,
                severity: old.severity,
                message: old.message,
                object: old.object.0,
                first_time: old.first_time,
                last_time: old.last_time,
                observed: old.observed,
                expected: old.expected,
                low: old.low,
                high: old.high,
                unit: old.unit,
                p: old.p,
                n_used: old.n_used,
                method: old.method.into(),
                confidence: old.confidence,
                reasons: old.reasons,
                doubts: old.doubts,
                attack_candidates: old.attack_candidates,
                // What was merged into it is among its reasons already.
                explains: Vec::new(),
                breaches: Vec::new(),
            },
        }
    }
}
