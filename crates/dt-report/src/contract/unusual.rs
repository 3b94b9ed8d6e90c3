//! What of a series is unusual, and what would have been.

use dt_analysis::Level;
use dt_analysis::finding::{Object, Rule};
use dt_analysis::timeline as analysis;
use dt_analysis::timeline::{IncidentId, Peak, Severity};
use dt_model::EvidencePart;
use jiff::{SignedDuration, Timestamp};

use super::Finding;
use super::prelude::*;

/// Buckets that are unusual together.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Incident {
    /// That of the finding about it, in a report that has one; else one of this series, the same
    /// whenever it is looked at.
    pub id: IncidentId,
    /// When its first bucket begins.
    #[schemars(with = "Time")]
    pub start: Timestamp,
    /// When its last bucket ends.
    #[schemars(with = "Time")]
    pub end: Timestamp,
    /// How long its buckets are together: less than from `start` to `end` if it paused.
    pub hours: f64,
    /// What was counted in them.
    pub count: u128,
    /// What is usual at these hours.
    pub expected: f64,
    /// The bucket in which most was counted.
    pub peak: Peak,
    /// The level that it reached: `notice` or `alert`.
    pub severity: Severity,
    /// The bucket at whose end it is told.
    #[schemars(with = "Time")]
    pub told_at: Timestamp,
}

impl Incident {
    pub(super) fn of(found: &analysis::Incident, id: IncidentId, width: SignedDuration) -> Self {
        Self {
            id,
            start: found.start,
            end: found.end,
            hours: found.buckets as f64 * width.as_secs_f64() / 3_600.0,
            count: found.count,
            expected: found.expected,
            peak: found.peak,
            severity: found.severity,
            told_at: found.told_at,
        }
    }

    /// The finding that is about it, of those of a device: one that rests on the same part of the
    /// evidence before others.
    pub(super) fn finding<'a>(
        &self,
        findings: &'a [Finding],
        part: EvidencePart,
    ) -> Option<&'a Finding> {
        let is_about_it = |found: &&Finding| {
            matches!(found.object, Object::Hours { .. })
                && !matches!(found.rule.id, Rule::ConnectionDrop | Rule::TrafficDrop)
                && self.start < found.last_time
                && found.first_time < self.end
        };
        let about_it = || findings.iter().filter(is_about_it);
        let of_part = |found: &&Finding| found.rule.id.required_evidence().contains(&part);
        about_it().find(of_part).or_else(|| about_it().next())
    }

    /// How urgently it should be looked at.
    pub(crate) const fn level(&self) -> Level {
        match self.severity {
            Severity::Notice => Level::Low,
            Severity::Alert => Level::Medium,
        }
    }
}
