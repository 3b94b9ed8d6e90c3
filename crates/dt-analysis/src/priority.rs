//! In which order should devices be looked at?
//!
//! The priority is a score from 0 to 1: the logistic function of a sum of log-odds. The base stands
//! for a device about which nothing is known. Each family of findings adds one term: its weightiest
//! finding, and a quarter of every further one, up to a cap, so that one cause seen from many sides
//! does not count many times. A finding's weight is halved for every two weeks since it was last
//! seen.
//!
//! It is an order of work, not a probability. What could not be looked at is listed: a device about
//! which less is known ranks lower for it, and whoever reads the score must know.

use std::fmt;

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use crate::finding::{Family, Finding};
use crate::{Level, Policy, PriorityPolicy};

/// A score with what it is made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Priority {
    /// From 0 to 1.
    pub score: f64,
    /// What that means.
    pub level: Level,
    /// The base and each family that adds something: they sum to the score's log-odds.
    pub contributions: Vec<Contribution>,
    /// What could not be looked at.
    pub missing: Vec<String>,
}

/// A term of the sum.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Contribution {
    /// Which family; `None` for the base, which is printed as `base`.
    #[serde(serialize_with = "named")]
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("enum" = ["base", "timeline", "peers", "direction", "external", "novelty", "regularity"])))]
    pub family: Option<Family>,
    /// How much it adds, on the scale of log-odds.
    pub weight: f64,
    /// Why.
    pub message: String,
}

impl Contribution {
    /// Its name in the output contract.
    #[must_use]
    pub fn name(&self) -> &'static str {
        name(self.family)
    }
}

fn name(family: Option<Family>) -> &'static str {
    family.map_or("base", Family::as_str)
}

#[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn named<S: Serializer>(family: &Option<Family>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(name(*family))
}

/// Adds findings up, as of `until`, when the data ends.
#[must_use]
pub fn of_findings(
    findings: &[Finding],
    until: Option<Timestamp>,
    missing: Vec<String>,
    policy: &Policy,
) -> Priority {
    let policy = &policy.priority;
    let base = Contribution {
        family: None,
        weight: policy.base,
        message: "starting value (no findings)".to_owned(),
    };
    let families =
        Family::ALL.into_iter().filter_map(|family| contribution(family, findings, until, policy));
    let contributions: Vec<Contribution> = std::iter::once(base).chain(families).collect();
    let sum: f64 = contributions.iter().map(|contribution| contribution.weight).sum();
    let score = 1.0 / (1.0 + (-sum).exp());
    let level = match score {
        _ if score >= policy.high_from => Level::High,
        _ if score >= policy.medium_from => Level::Medium,
        _ if score >= policy.low_from => Level::Low,
        _ => Level::Minimal,
    };
    Priority { score, level, contributions, missing }
}

fn contribution(
    family: Family,
    findings: &[Finding],
    until: Option<Timestamp>,
    policy: &PriorityPolicy,
) -> Option<Contribution> {
    let mut weights: Vec<(f64, &Finding)> = findings
        .iter()
        .filter(|finding| finding.rule.family() == family)
        .map(|finding| (weight(finding, until, policy), finding))
        .collect();
    weights.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let (most, main) = *weights.first()?;
    let further: f64 = weights[1..].iter().map(|(weight, _)| policy.further * weight).sum();
    let message = match weights.len() {
        1 => main.message.clone(),
        several => format!("{}, and {} more", main.message, several - 1),
    };
    Some(Contribution {
        family: Some(family),
        weight: (most + further).min(policy.family_cap),
        message,
    })
}

/// What a finding adds, by its severity and its age.
fn weight(finding: &Finding, until: Option<Timestamp>, policy: &PriorityPolicy) -> f64 {
    let full = match finding.severity {
        Level::High => policy.high,
        Level::Medium => policy.medium,
        Level::Low => policy.low,
        Level::Minimal => 0.0,
    };
    let age = until.map_or(0.0, |until| until.duration_since(finding.last_time).as_secs_f64());
    full * (-age.max(0.0) / policy.half_life.as_secs_f64()).exp2()
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "priority {:.0} of 100, {}", 100.0 * self.score, self.level)
    }
}
