//! What the doctor has found so far.

use dt_report::contract::{Doctor, Document, Step, StepStatus};
use dt_transport::diagnose::{Finding, FindingKind};
use jiff::Timestamp;

use super::words::Words;
use crate::exit;
use crate::failure::{Failure, Result};
use crate::ui::{Output, PrintContext, Printer};

/// The steps taken, printed as they are where somebody watches.
pub(super) struct Findings<'a> {
    printer: Printer<'a>,
    steps: Vec<Step>,
    /// Of the first step that failed, which the others follow from.
    exit: Option<u8>,
}

impl<'a> Findings<'a> {
    pub(super) fn new(output: &'a Output, now: Timestamp) -> Self {
        Self {
            printer: Printer::one(PrintContext::plain(output, now)),
            steps: Vec::new(),
            exit: None,
        }
    }

    /// What was found on the way to an appliance.
    pub(super) fn add_finding(
        &mut self,
        words: &Words<'_>,
        finding: Finding<Failure>,
    ) -> Result<()> {
        let step = finding.step().as_str();
        let status = match finding.kind() {
            FindingKind::Ok => StepStatus::Ok,
            FindingKind::Warning => StepStatus::Warn,
            FindingKind::Failure => StepStatus::Fail,
            FindingKind::Skipped => StepStatus::Skip,
        };
        self.add(step, status, &words.of(finding))
    }

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
        self.printer.step(&step)?;
        self.steps.push(step);
        Ok(())
    }

    /// Prints what was not printed yet, and gives the exit status.
    pub(super) fn finish(mut self, appliance: Option<String>) -> Result<u8> {
        self.printer.steps(&Document::Doctor(Doctor::new(appliance, self.steps)))?;
        self.printer.finish()?;
        Ok(self.exit.unwrap_or(exit::DONE))
    }
}
