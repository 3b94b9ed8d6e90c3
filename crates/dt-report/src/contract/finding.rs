//! What was found, as every format tells it.

use std::borrow::Cow;

use dt_analysis::assessment::Assessment;
use dt_analysis::finding as analysis;
use dt_analysis::finding::{Confidence, Object, Origin, Rule as Kind};
use dt_analysis::{Level, Policy};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Time;

/// Something about a device that should be looked at.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Finding {
    /// The same for the same finding, whatever becomes of it.
    pub id: String,
    /// `new`, `updated` or `ended`; one look by itself knows only new ones.
    pub state: State,
    /// By which rule it was found.
    pub rule: Rule,
    /// The same, for events.
    #[serde(skip)]
    pub kind: Kind,
    /// `low`, `medium` or `high`.
    #[schemars(extend("enum" = ["low", "medium", "high"]))]
    pub severity: &'static str,
    /// The same, for the screen.
    #[serde(skip)]
    pub level: Level,
    /// What it is, as a sentence.
    pub message: String,
    /// What it is about.
    pub object: ObjectView,
    /// The same, for events.
    #[serde(skip)]
    pub about: Object,
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
    #[schemars(extend("enum" = ["connections", "bytes", "devices", "share", "bits", "ratio"]))]
    pub unit: &'static str,
    /// The probability of this by chance.
    pub p: Option<f64>,
    /// On how much data it rests.
    pub n_used: usize,
    /// How it was found.
    pub method: Cow<'static, str>,
    /// `low`, `medium` or `high`.
    #[schemars(extend("enum" = ["low", "medium", "high"]))]
    pub confidence: &'static str,
    /// The same, for events.
    #[serde(skip)]
    pub certainty: Confidence,
    /// On which appliance; `null` for saved responses.
    pub appliance: Option<String>,
    /// What speaks for it.
    pub reasons: Vec<String>,
    /// What speaks against it, or is not known.
    pub doubts: Vec<String>,
    /// What it might be: ids of MITRE ATT&CK techniques.
    pub attack_candidates: Vec<&'static str>,
    /// Which thresholds were used.
    pub policy: String,
}

/// What became of a finding since it was last told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It was not told before.
    New,
    /// It was told, and says more now.
    Updated,
    /// It is over.
    Ended,
}

/// A rule by which something is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rule {
    /// Its id.
    pub id: &'static str,
    /// The rule in a few words.
    pub name: &'static str,
    /// Its version.
    pub version: u32,
}

/// What a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ObjectView {
    /// `hours`, `port`, `domain`, `peer`, `peers` or `metric`.
    #[serde(rename = "type")]
    #[schemars(extend("enum" = ["hours", "port", "domain", "peer", "peers", "metric"]))]
    pub kind: &'static str,
    /// Which one.
    pub value: String,
}

impl From<Kind> for Rule {
    fn from(rule: Kind) -> Self {
        Self { id: rule.id(), name: rule.name(), version: rule.version() }
    }
}

impl From<&Object> for ObjectView {
    fn from(object: &Object) -> Self {
        Self { kind: object.kind(), value: object.to_string() }
    }
}

/// In which order to look at devices: not a probability.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Priority {
    /// From 0 to 1.
    pub score: f64,
    /// `minimal`, `low`, `medium` or `high`.
    #[schemars(extend("enum" = ["minimal", "low", "medium", "high"]))]
    pub level: &'static str,
    /// The same, for the screen.
    #[serde(skip)]
    pub urgency: Level,
    /// The base, and what each family of findings adds: their sum is the score's log-odds.
    pub contributions: Vec<Contribution>,
    /// What could not be looked at.
    pub missing: Vec<String>,
}

/// A term of the priority.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Contribution {
    /// `base`, or a family of findings.
    #[schemars(extend("enum" = ["base", "timeline", "peers", "direction", "external", "novelty", "regularity"]))]
    pub family: &'static str,
    /// What it adds, in log-odds.
    pub weight: f64,
    /// Why.
    pub message: String,
}

/// Where findings were found, and by which thresholds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) origin: Origin<'a>,
    pub(super) policy: &'a Policy,
}

impl Finding {
    pub(super) fn list(assessment: &Assessment, context: Context<'_>) -> Vec<Self> {
        let policy = context.policy.digest();
        assessment.findings.iter().map(|found| Self::new(found, context.origin, &policy)).collect()
    }

    /// One of them, in the state that it is in.
    pub(super) fn one(found: &analysis::Finding, state: State, context: Context<'_>) -> Self {
        Self { state, ..Self::new(found, context.origin, &context.policy.digest()) }
    }

    fn new(found: &analysis::Finding, origin: Origin<'_>, policy: &str) -> Self {
        Self {
            id: found.id(origin).to_string(),
            state: State::New,
            rule: found.rule.into(),
            kind: found.rule,
            severity: found.severity.as_str(),
            level: found.severity,
            message: found.message.clone(),
            object: (&found.object).into(),
            about: found.object.clone(),
            first_time: found.first_time,
            last_time: found.last_time,
            observed: found.observed,
            expected: found.expected,
            low: found.low,
            high: found.high,
            unit: found.unit.as_str(),
            p: found.p,
            n_used: found.n_used,
            method: found.method.into(),
            confidence: found.confidence.as_str(),
            certainty: found.confidence,
            appliance: origin.appliance.map(str::to_owned),
            reasons: found.reasons.clone(),
            doubts: found.doubts.clone(),
            attack_candidates: found.attack_candidates.iter().map(|it| it.id()).collect(),
            policy: policy.to_owned(),
        }
    }
}

impl Priority {
    pub(super) fn new(found: &dt_analysis::priority::Priority) -> Self {
        Self {
            score: found.score,
            level: found.level.as_str(),
            urgency: found.level,
            contributions: found
                .contributions
                .iter()
                .map(|contribution| Contribution {
                    family: contribution.family.map_or("base", |family| family.as_str()),
                    weight: contribution.weight,
                    message: contribution.message.clone(),
                })
                .collect(),
            missing: found.missing.clone(),
        }
    }
}
