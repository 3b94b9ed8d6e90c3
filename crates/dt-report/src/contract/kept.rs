//! A finding that was written down, read again.

use dt_analysis::Level;
use dt_analysis::finding::{Confidence, Object, Rule, Technique, Unit};
use jiff::Timestamp;
use serde::de::{Deserialize, Deserializer, Error};

use super::{Finding, State};

/// A finding as it stands in JSON.
#[derive(Debug, serde::Deserialize)]
pub(super) struct Kept {
    id: String,
    state: State,
    rule: KeptRule,
    severity: String,
    message: String,
    object: KeptObject,
    first_time: Timestamp,
    last_time: Timestamp,
    observed: Option<f64>,
    expected: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    unit: String,
    p: Option<f64>,
    n_used: usize,
    method: String,
    confidence: String,
    appliance: Option<String>,
    reasons: Vec<String>,
    doubts: Vec<String>,
    attack_candidates: Vec<String>,
    policy: String,
}

#[derive(Debug, serde::Deserialize)]
struct KeptRule {
    id: String,
    version: u32,
}

#[derive(Debug, serde::Deserialize)]
struct KeptObject {
    #[serde(rename = "type")]
    kind: String,
    value: String,
}

impl<'de> Deserialize<'de> for Finding {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Kept::deserialize(deserializer)?.try_into().map_err(D::Error::custom)
    }
}

impl TryFrom<Kept> for Finding {
    type Error = String;

    /// Fails for what this version of the program has no name for.
    fn try_from(kept: Kept) -> Result<Self, String> {
        let kind = one_of("rule", Rule::ALL, Rule::id, &kept.rule.id)?;
        let level = one_of("severity", &Level::ALL, Level::as_str, &kept.severity)?;
        let certainty =
            one_of("confidence", &Confidence::ALL, Confidence::as_str, &kept.confidence)?;
        let about = Object::from_key(&kept.object.kind, &kept.object.value)
            .ok_or_else(|| unknown("object", &kept.object.kind))?;
        let techniques = kept.attack_candidates.iter();
        let techniques =
            techniques.map(|id| one_of("technique", &Technique::ALL, Technique::id, id));
        Ok(Self {
            id: kept.id,
            state: kept.state,
            rule: super::Rule { version: kept.rule.version, ..kind.into() },
            kind,
            severity: level.as_str(),
            level,
            message: kept.message,
            object: (&about).into(),
            about,
            first_time: kept.first_time,
            last_time: kept.last_time,
            observed: kept.observed,
            expected: kept.expected,
            low: kept.low,
            high: kept.high,
            unit: one_of("unit", &Unit::ALL, Unit::as_str, &kept.unit)?.as_str(),
            p: kept.p,
            n_used: kept.n_used,
            method: kept.method.into(),
            confidence: certainty.as_str(),
            certainty,
            appliance: kept.appliance,
            reasons: kept.reasons,
            doubts: kept.doubts,
            attack_candidates: techniques
                .map(|technique| technique.map(Technique::id))
                .collect::<Result<_, _>>()?,
            policy: kept.policy,
        })
    }
}

/// The one of all that has this name.
fn one_of<T: Copy>(
    what: &str,
    all: &[T],
    name: impl Fn(T) -> &'static str,
    text: &str,
) -> Result<T, String> {
    all.iter().copied().find(|one| name(*one) == text).ok_or_else(|| unknown(what, text))
}

fn unknown(what: &str, text: &str) -> String {
    format!("there is no {what} {text:?}")
}
