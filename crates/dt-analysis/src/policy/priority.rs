//! How findings add up to a priority.

use jiff::SignedDuration;

use crate::Level;

use super::threshold::{Threshold, ThresholdGroup, ThresholdValue as Value};

/// Weights of [`priority`](crate::priority), on the scale of log-odds, and the scores its levels
/// begin at. The levels are the module document's for its risk.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PriorityPolicy {
    /// What a device without any finding has.
    pub base: f64,
    /// What a low finding adds.
    pub low: f64,
    /// What a medium finding adds.
    pub medium: f64,
    /// What a high finding adds.
    pub high: f64,
    /// What further findings of a family count, as a fraction of their weight.
    pub further: f64,
    /// The most that one family can add.
    pub family_cap: f64,
    /// The most that all adds that the appliance itself says. By itself it makes a priority low: it is a
    /// reason to look, and never stands for a finding.
    pub appliance_cap: f64,
    /// After this long, a finding counts half.
    pub half_life: SignedDuration,
    /// The priority is low from here on.
    pub low_from: f64,
    /// The priority is medium from here on.
    pub medium_from: f64,
    /// The priority is high from here on.
    pub high_from: f64,
}

impl Default for PriorityPolicy {
    fn default() -> Self {
        Self {
            base: -1.8,
            low: 0.2,
            medium: 1.5,
            high: 2.75,
            further: 0.25,
            family_cap: 3.0,
            appliance_cap: 1.0,
            half_life: SignedDuration::from_hours(14 * 24),
            low_from: 0.2,
            medium_from: 0.4,
            high_from: 0.7,
        }
    }
}

impl PriorityPolicy {
    /// The level of a score.
    #[must_use]
    pub fn level(&self, score: f64) -> Level {
        match score {
            _ if score >= self.high_from => Level::High,
            _ if score >= self.medium_from => Level::Medium,
            _ if score >= self.low_from => Level::Low,
            _ => Level::Minimal,
        }
    }

    /// Its thresholds, taken apart field by field so that none is forgotten.
    pub(super) fn thresholds(&self) -> Vec<Threshold> {
        let Self {
            base,
            low,
            medium,
            high,
            further,
            family_cap,
            appliance_cap,
            half_life,
            low_from,
            medium_from,
            high_from,
        } = *self;
        let of = ThresholdGroup::new("priority", "priority");
        vec![
            of.threshold("base", Value::Number(base), "log-odds without any finding"),
            of.threshold(
                "weights",
                Value::Numbers(vec![low, medium, high]),
                "a low, medium, high finding adds",
            ),
            of.threshold("further", Value::Share(further), "further ones of a family count"),
            of.threshold("family_cap", Value::Number(family_cap), "the most one family adds"),
            of.threshold(
                "appliance_cap",
                Value::Number(appliance_cap),
                "the most that what the appliance itself says adds",
            ),
            of.threshold("half_life", Value::Time(half_life), "a finding counts half after"),
            of.threshold(
                "levels",
                Value::Numbers(vec![low_from, medium_from, high_from]),
                "low, medium, high from",
            ),
        ]
    }
}
