//! What was answered about a device, from wherever.

use dt_analysis::SeriesAnalysis;
use dt_model::{DataType, Evidence, RefusalGroup, Warning};
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
    /// The one question that is answered from it and what it is to count, if more may have been recorded
    /// than that needs.
    pub(crate) question: Option<(Question, Option<DataType>)>,
    /// What it is about, where messages have to tell several apart.
    pub(crate) about: Option<String>,
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

    /// What was refused of that which matters here, and why.
    pub(crate) fn refusals(&self) -> Vec<String> {
        let groups = match self.question {
            None => RefusalGroup::list(self.evidence.refusals()),
            Some((question, data_type)) => {
                RefusalGroup::list(question.refusals(&self.evidence, data_type))
            }
        };
        groups.iter().map(ToString::to_string).collect()
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
