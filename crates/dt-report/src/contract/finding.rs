//! What was found, as every format tells it.

use std::borrow::Cow;

use dt_analysis::assessment::Assessment;
use dt_analysis::finding as analysis;
use dt_analysis::finding::{
    Confidence, FindingId, FindingRecord, FindingState, Object, Origin, RelatedBreach, Technique,
    Unit,
};
use dt_analysis::{Level, Policy};
use serde::{Serialize, Serializer};

use super::Priority;
use super::prelude::*;

/// Something about a device that should be looked at.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Finding {
    /// The same for the same finding, whatever becomes of it.
    pub id: FindingId,
    /// `new`, `updated` or `ended`; one look by itself knows only new ones.
    pub state: FindingState,
    /// By which rule it was found.
    pub rule: Rule,
    /// `low`, `medium` or `high`.
    #[schemars(extend("enum" = ["low", "medium", "high"]))]
    pub severity: Level,
    /// What it is, as a sentence.
    pub message: String,
    /// What it is about.
    #[serde(serialize_with = "object")]
    #[schemars(with = "ObjectView")]
    pub object: Object,
    /// When it began.
    #[schemars(with = "Time")]
    pub first_time: Timestamp,
    /// Until when it was seen.
    #[schemars(with = "Time")]
    pub last_time: Timestamp,
    /// What was counted.
    pub observed: Option<f64>,
    /// What is usual.
    pub expected: Option<f64>,
    /// The least that is usual.
    pub low: Option<f64>,
    /// The most that is usual.
    pub high: Option<f64>,
    /// In which unit these are.
    pub unit: Unit,
    /// The probability of this by chance.
    pub p: Option<f64>,
    /// On how much data it rests.
    pub n_used: usize,
    /// How it was found.
    pub method: Cow<'static, str>,
    /// `low`, `medium` or `high`.
    pub confidence: Confidence,
    /// On which appliance; `null` for saved responses.
    pub appliance: Option<String>,
    /// What speaks for it.
    pub reasons: Vec<String>,
    /// What speaks against it, or is not known.
    pub doubts: Vec<String>,
    /// What it might be: ids of MITRE ATT&CK techniques.
    pub attack_candidates: Vec<Technique>,
    /// Models that the appliance breached within it, the oldest first.
    pub breaches: Vec<RelatedBreach>,
    /// Which thresholds were used.
    pub policy: String,
}

/// A rule by which something is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rule {
    /// Its id.
    pub id: analysis::Rule,
    /// The rule in a few words.
    pub name: &'static str,
    /// Its version.
    pub version: u32,
}

impl From<analysis::Rule> for Rule {
    fn from(rule: analysis::Rule) -> Self {
        Self { id: rule, name: rule.name(), version: rule.version() }
    }
}

/// What a finding is about.
#[derive(Serialize, JsonSchema)]
pub(super) struct ObjectView {
    /// `hours`, `port`, `domain`, `peer`, `peers` or `metric`.
    #[serde(rename = "type")]
    #[schemars(extend("enum" = ["hours", "port", "domain", "peer", "peers", "metric"]))]
    kind: &'static str,
    /// Which one.
    value: String,
}

pub(super) fn object<S: Serializer>(object: &Object, serializer: S) -> Result<S::Ok, S::Error> {
    ObjectView { kind: object.kind(), value: object.to_string() }.serialize(serializer)
}

/// A priority without what it is made of.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Score")]
pub struct PrioritySummary {
    /// From 0 to 1.
    pub score: f64,
    /// `minimal`, `low`, `medium` or `high`.
    pub level: Level,
}

impl From<&Priority> for PrioritySummary {
    fn from(priority: &Priority) -> Self {
        Self { score: priority.score, level: priority.level }
    }
}

/// Where findings were found, and by which thresholds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) origin: Origin<'a>,
    pub(super) policy: &'a Policy,
}

impl Finding {
    pub(super) fn list(assessment: &Assessment, context: Context<'_>) -> Vec<Self> {
        assessment.findings.iter().map(|it| Self::one(it, FindingState::New, context)).collect()
    }

    /// One of them, in the state that it is in.
    pub(super) fn one(
        found: &analysis::Finding,
        state: FindingState,
        context: Context<'_>,
    ) -> Self {
        let Context { origin, policy } = context;
        Self::new(
            FindingRecord::new(found.clone(), origin, &policy.digest()),
            state,
            origin.appliance,
        )
    }

    /// One that was found on an appliance.
    pub(super) fn new(record: FindingRecord, state: FindingState, appliance: Option<&str>) -> Self {
        let FindingRecord { id, rule_version: version, policy, finding: found } = record;
        Self {
            id,
            state,
            rule: Rule { id: found.rule, name: found.rule.name(), version },
            severity: found.severity,
            message: found.message,
            object: found.object,
            first_time: found.first_time,
            last_time: found.last_time,
            observed: found.observed,
            expected: found.expected,
            low: found.low,
            high: found.high,
            unit: found.unit,
            p: found.p,
            n_used: found.n_used,
            method: found.method,
            confidence: found.confidence,
            appliance: appliance.map(str::to_owned),
            reasons: found.reasons,
            doubts: found.doubts,
            attack_candidates: found.attack_candidates,
            breaches: found.breaches,
            policy,
        }
    }
}
