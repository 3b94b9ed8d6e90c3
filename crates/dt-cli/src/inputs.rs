//! What was answered about a device, from wherever.

use dt_model::{Evidence, EvidencePart, Warning};
use dt_report::contract::Perspective;
use jiff::Timestamp;

use crate::config::Config;
use crate::printer::Making;

/// What was read, and what was odd about it.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    pub(crate) evidence: Evidence,
    pub(crate) warnings: Vec<String>,
    pub(crate) notes: Vec<String>,
    /// The parts that were asked for and not answered, and why.
    pub(crate) missed: Vec<(EvidencePart, String)>,
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
