//! Any of the plans.

use dt_model::{Evidence, Plan, Question, Required};

use super::{ExternalPlan, PartsPlan, ReportPlan};
use crate::SeriesAnalysis;

/// A plan that is chosen while a program runs.
#[derive(Debug)]
#[non_exhaustive]
pub enum DevicePlan<'a> {
    /// Some parts.
    Parts(PartsPlan),
    /// What goes outside.
    External(ExternalPlan),
    /// All that a report takes.
    Report(Box<ReportPlan<'a>>),
}

impl DevicePlan<'_> {
    /// What the series say, if the plan had to know that.
    #[must_use]
    pub fn into_series(self) -> Option<SeriesAnalysis> {
        match self {
            Self::Parts(_) | Self::External(_) => None,
            Self::Report(plan) => plan.into_series(),
        }
    }
}

impl Plan for DevicePlan<'_> {
    fn next(&mut self, evidence: &Evidence) -> Vec<Question> {
        match self {
            Self::Parts(plan) => plan.next(evidence),
            Self::External(plan) => plan.next(evidence),
            Self::Report(plan) => plan.next(evidence),
        }
    }

    fn required(&self) -> Required {
        match self {
            Self::Parts(plan) => plan.required(),
            Self::External(plan) => plan.required(),
            Self::Report(plan) => plan.required(),
        }
    }
}
