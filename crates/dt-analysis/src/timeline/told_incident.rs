//! An incident as it is told.

use dt_model::EvidencePart;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::{Incident, IncidentId, Peak, Severity};
use crate::Level;
use crate::finding::{Finding, FindingId, Object};

/// Buckets that are unusual together.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Incident"))]
#[non_exhaustive]
pub struct ToldIncident {
    /// That of the finding about it, in a report that has one; else one of this series, the same
    /// whenever it is looked at.
    pub id: IncidentId,
    /// When its first bucket begins.
    #[cfg_attr(feature = "schema", schemars(with = "dt_model::schema::Time"))]
    pub start: Timestamp,
    /// When its last bucket ends.
    #[cfg_attr(feature = "schema", schemars(with = "dt_model::schema::Time"))]
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
    #[cfg_attr(feature = "schema", schemars(with = "dt_model::schema::Time"))]
    pub told_at: Timestamp,
}

impl ToldIncident {
    pub(super) fn of(found: &Incident, id: IncidentId, width: SignedDuration) -> Self {
        let Incident { start, end, count, expected, peak, severity, told_at, .. } = *found;
        let hours = found.buckets as f64 * width.as_secs_f64() / 3_600.0;
        Self { id, start, end, hours, count, expected, peak, severity, told_at }
    }

    /// The id of the finding that is about it, of those of a device: one that rests on the same part of the
    /// evidence before others.
    pub(super) fn finding(
        &self,
        findings: &[(FindingId, &Finding)],
        part: EvidencePart,
    ) -> Option<FindingId> {
        let is_about_it = |(_, found): &&(FindingId, &Finding)| {
            matches!(found.object, Object::Hours { .. })
                && !found.is_fall()
                && self.start < found.last_time
                && found.first_time < self.end
        };
        let about_it = || findings.iter().filter(is_about_it);
        let of_part =
            |(_, found): &&(FindingId, &Finding)| found.rule.required_evidence().contains(&part);
        about_it().find(of_part).or_else(|| about_it().next()).map(|(id, _)| *id)
    }

    /// How urgently it should be looked at.
    #[must_use]
    pub const fn level(&self) -> Level {
        self.severity.level()
    }
}
