//! What the doctor has found so far.

use dt_report::contract::{Doctor, Step, StepStatus};
use dt_transport::diagnose::FindingKind;

use crate::exit;
use crate::failure::{Failure, Result};

/// The steps taken, shown as they are for somebody who watches.
pub(super) struct Findings<'a> {
    show: &'a mut dyn FnMut(&Step) -> Result<()>,
    steps: Vec<Step>,
    /// Of the first step that failed, which the others follow from.
    exit: Option<u8>,
}

impl<'a> Findings<'a> {
    pub(super) fn new(show: &'a mut dyn FnMut(&Step) -> Result<()>) -> Self {
        Self { show, steps: Vec::new(), exit: None }
    }

    /// Adds a step, with what a failure says of it.
    pub(super) fn add(
        &mut self,
        step: &'static str,
        status: StepStatus,
        words: &Failure,
    ) -> Result<()> {
        if status == StepStatus::Fail {
            self.exit.get_or_insert(words.status);
        }
        let (text, fix) = words.parts();
        let has_fix = matches!(status, StepStatus::Warn | StepStatus::Fail);
        let step = Step { step, status, text, fix: fix.filter(|_| has_fix) };
        (self.show)(&step)?;
        self.steps.push(step);
        Ok(())
    }

    /// All of them, and the exit status that they mean.
    pub(super) fn finish(self, appliance: Option<String>) -> (Doctor, u8) {
        (Doctor::new(appliance, self.steps), self.exit.unwrap_or(exit::DONE))
    }
}

/// The status of a step on the way to an appliance.
pub(super) fn status_of(kind: FindingKind) -> StepStatus {
    match kind {
        FindingKind::Ok => StepStatus::Ok,
        FindingKind::Warning => StepStatus::Warn,
        FindingKind::Failure => StepStatus::Fail,
        FindingKind::Skipped => StepStatus::Skip,
    }
}
