//! What was answered about a device, from wherever.

use dt_analysis::SeriesAnalysis;
use dt_model::{Evidence, Refusal, Subject, Warning};
use dt_report::contract::Perspective;
use jiff::Timestamp;

use crate::config::{Config, Question};
use crate::printer::Making;

/// What was read, and what was odd about it.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    pub(crate) evidence: Evidence,
    pub(crate) warnings: Vec<String>,
    pub(crate) notes: Vec<String>,
    /// What its series say, if that was analysed when it was gathered.
    pub(crate) series: Option<SeriesAnalysis>,
    /// The one question that is answered from it, if more may have been recorded than that needs.
    pub(crate) question: Option<Question>,
    /// When and where it was answered, if it was kept by this program.
    pub(crate) origin: Option<Origin>,
}

/// When and where a snapshot was taken.
#[derive(Debug)]
pub(crate) struct Origin {
    pub(crate) taken: Timestamp,
    pub(crate) appliance: String,
}

impl Inputs {
    pub(crate) fn warn(&mut self, name: &str, warnings: &[Warning]) {
        self.warnings.extend(warnings.iter().map(|warning| format!("{name}: {warning}")));
    }

    /// What was refused of that which matters here, and why. Hosts outside that fail in one way are one
    /// line.
    pub(crate) fn refusals(&self) -> Vec<String> {
        let mut lines: Vec<(Subject<'_>, &Refusal, usize)> = Vec::new();
        let matters = |subject| self.question.is_none_or(|question| question.rests_on(subject));
        for (subject, refusal) in self.evidence.refusals().filter(|(it, _)| matters(*it)) {
            let is_alike = |(other, reason, _): &&mut (Subject<'_>, &Refusal, usize)| {
                matches!((subject, other), (Subject::Endpoint(_), Subject::Endpoint(_)))
                    && (refusal.kind, refusal.status) == (reason.kind, reason.status)
            };
            match lines.iter_mut().find(is_alike) {
                Some((_, _, more)) => *more += 1,
                None => lines.push((subject, refusal, 0)),
            }
        }
        let line = |(subject, refusal, more)| match more {
            0 => format!("{subject}: {refusal}"),
            more => format!("{subject} and {more} more: {refusal}"),
        };
        lines.into_iter().map(line).collect()
    }

    /// From when and where it is judged: what was kept, as it was then.
    pub(crate) fn perspective<'a>(&'a self, config: &'a Config) -> Perspective<'a> {
        let mut perspective = config.perspective();
        if let Some(Origin { taken, appliance }) = &self.origin {
            perspective.viewpoint.now = *taken;
            perspective.appliance = Some(appliance);
        }
        perspective
    }

    /// How what is printed of it is made.
    pub(crate) fn making<'a>(&'a self, config: &'a Config) -> Making<'a> {
        Making { appliance: self.perspective(config).appliance, ..config.making() }
    }
}
