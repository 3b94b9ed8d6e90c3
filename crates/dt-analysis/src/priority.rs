//! In which order should devices be looked at?
//!
//! The priority is a score from 0 to 1: the logistic function of a sum of log-odds. The base stands
//! for a device about which nothing is known. Each family of findings adds one term: its weightiest
//! finding, and a quarter of every further one, up to a cap, so that one cause seen from many sides
//! does not count many times. A finding's weight is halved for every two weeks since it was last
//! seen.
//!
//! What the appliance itself says is a family of its own, with a lower cap: a breach of its models adds its
//! score times the model's priority, an incident of its analyst its score, each as a share of the cap;
//! unknown ones count as half. What somebody has acknowledged adds nothing.
//!
//! It is an order of work, not a probability. What could not be looked at is listed: a device about
//! which less is known ranks lower for it, and whoever reads the score must know.

use std::fmt;

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use crate::alerts::{ApplianceAlerts, model_name};
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
    #[cfg_attr(feature = "schema", schemars(with = "String", extend("enum" = ["base", "timeline", "peers", "direction", "external", "novelty", "regularity", "appliance"])))]
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

impl Priority {
    /// A priority that was kept: its score with its level, and its terms in their order.
    #[must_use]
    pub fn of_terms(
        (score, level): (f64, Level),
        terms: impl IntoIterator<Item = (Option<Family>, f64, String)>,
        missing: Vec<String>,
    ) -> Self {
        let terms = terms.into_iter();
        let contributions =
            terms.map(|(family, weight, message)| Contribution { family, weight, message });
        Self { score, level, contributions: contributions.collect(), missing }
    }
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
    of_terms(std::iter::once(base).chain(families).collect(), missing, policy)
}

impl Priority {
    /// The priority with what the appliance itself says, if it says something.
    #[must_use]
    pub fn and(mut self, said: Option<Contribution>, policy: &Policy) -> Self {
        self.contributions.extend(said);
        of_terms(self.contributions, self.missing, &policy.priority)
    }
}

impl Contribution {
    /// What was added up before, as [`of_alerts`] gives it.
    #[must_use]
    pub const fn of_appliance(weight: f64, message: String) -> Self {
        Self { family: Some(Family::Appliance), weight, message }
    }
}

fn of_terms(
    contributions: Vec<Contribution>,
    missing: Vec<String>,
    policy: &PriorityPolicy,
) -> Priority {
    let sum: f64 = contributions.iter().map(|contribution| contribution.weight).sum();
    let score = 1.0 / (1.0 + (-sum).exp());
    let level = policy.level(score);
    Priority { score, level, contributions, missing }
}

fn contribution(
    family: Family,
    findings: &[Finding],
    until: Option<Timestamp>,
    policy: &PriorityPolicy,
) -> Option<Contribution> {
    let weights = findings
        .iter()
        .filter(|finding| finding.rule.family() == family)
        .map(|finding| (weight(finding, until, policy), finding.message.clone()));
    sum(family, weights.collect(), policy.family_cap, policy)
}

/// Adds up what the appliance itself says and nobody has acknowledged, as of `until`, when the data ends;
/// `None` if that is nothing.
#[must_use]
pub fn of_alerts(
    alerts: &ApplianceAlerts,
    until: Option<Timestamp>,
    policy: &Policy,
) -> Option<Contribution> {
    const HALF: f64 = 0.5;
    /// Models have a priority from 0 to 5, incidents a score from 0 to 100.
    const MOST_PRIORITY: f64 = 5.0;
    const MOST_SCORE: f64 = 100.0;
    let policy = &policy.priority;
    let recent = |time| policy.appliance_cap * recency(time, until, policy);
    let breaches = alerts.breaches.iter().flatten().map(|it| &it.breach);
    let breaches = breaches.filter(|breach| !breach.acknowledged).map(|breach| {
        let priority = breach.priority.map_or(HALF, |it| (it as f64 / MOST_PRIORITY).min(1.0));
        let weight = recent(breach.time) * priority * breach.score.unwrap_or(HALF);
        let message = match breach.model.as_deref().map(model_name) {
            Some(model) => format!("the appliance breached {model:?}"),
            None => "the appliance breached a model".to_owned(),
        };
        (weight, message)
    });
    let incidents = alerts.incidents.iter().flatten().filter(|incident| !incident.acknowledged);
    let incidents = incidents.map(|incident| {
        let time = incident.end.or(incident.start);
        let score = incident.score.map_or(HALF, |score| score / MOST_SCORE);
        let weight = score * time.map_or(policy.appliance_cap * HALF, recent);
        let message = match incident.titles.first() {
            Some(title) => format!("the appliance's analyst says {title:?}"),
            None => "the appliance's analyst tells of an incident".to_owned(),
        };
        (weight, message)
    });
    sum(Family::Appliance, breaches.chain(incidents).collect(), policy.appliance_cap, policy)
}

/// The weightiest, and a part of every further one.
fn sum(
    family: Family,
    mut weights: Vec<(f64, String)>,
    cap: f64,
    policy: &PriorityPolicy,
) -> Option<Contribution> {
    weights.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let (most, main) = weights.first()?;
    let further: f64 = weights[1..].iter().map(|(weight, _)| policy.further * weight).sum();
    let message = match weights.len() {
        1 => main.clone(),
        several => format!("{main}, and {} more", several - 1),
    };
    Some(Contribution { family: Some(family), weight: (most + further).min(cap), message })
}

/// What a finding adds, by its severity and its age.
fn weight(finding: &Finding, until: Option<Timestamp>, policy: &PriorityPolicy) -> f64 {
    let full = match finding.severity {
        Level::High => policy.high,
        Level::Medium => policy.medium,
        Level::Low => policy.low,
        Level::Minimal => 0.0,
    };
    full * recency(finding.last_time, until, policy)
}

/// How much something counts that was at a time, halved for every half-life since.
fn recency(time: Timestamp, until: Option<Timestamp>, policy: &PriorityPolicy) -> f64 {
    let age = until.map_or(0.0, |until| until.duration_since(time).as_secs_f64());
    (-age.max(0.0) / policy.half_life.as_secs_f64()).exp2()
}

/// A score as people read it, in whole hundredths. It is rounded down: one just below a level must not look
/// like one that has reached it.
///
/// ```
/// assert_eq!(dt_analysis::priority::hundredths(0.6996), 69.0);
/// assert_eq!(dt_analysis::priority::hundredths(0.29), 29.0);
/// ```
#[must_use]
pub fn hundredths(score: f64) -> f64 {
    // What is whole but for the last bits of a product is whole.
    const NOISE: f64 = 1e-9;
    (100.0 * score + NOISE).floor()
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "priority {} of 100, {}", hundredths(self.score), self.level)
    }
}
