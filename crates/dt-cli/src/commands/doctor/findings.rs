//! What the doctor has found so far.

use dt_report::contract::{Doctor, Document, Step, StepStatus};
use jiff::Timestamp;

use super::STEPS;
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

    pub(super) fn ok(&mut self, step: &'static str, text: &str) -> Result<()> {
        self.add(step, StepStatus::Ok, text.to_owned(), None)
    }

    /// It works, but.
    pub(super) fn warn(&mut self, step: &'static str, about: &Failure) -> Result<()> {
        let (text, fix) = about.parts();
        self.add(step, StepStatus::Warn, text, fix)
    }

    pub(super) fn fail(&mut self, step: &'static str, failure: &Failure) -> Result<()> {
        self.exit.get_or_insert(failure.status);
        let (text, fix) = failure.parts();
        self.add(step, StepStatus::Fail, text, fix)
    }

    pub(super) fn skip(&mut self, step: &'static str, why: &str) -> Result<()> {
        self.add(step, StepStatus::Skip, why.to_owned(), None)
    }

    /// Skips this step and all that follow.
    pub(super) fn skip_from(&mut self, first: &'static str, why: &str) -> Result<()> {
        STEPS.iter().skip_while(|step| **step != first).try_for_each(|step| self.skip(step, why))
    }

    fn add(
        &mut self,
        step: &'static str,
        status: StepStatus,
        text: String,
        fix: Option<String>,
    ) -> Result<()> {
        let step = Step { step, status, text, fix };
        self.printer.step(&step)?;
        self.steps.push(step);
        Ok(())
    }

    /// Prints what was not printed yet, and gives the exit status.
    pub(super) fn finish(mut self, appliance: Option<String>) -> Result<u8> {
        self.printer.steps(Document::Doctor(Doctor::new(appliance, self.steps)))?;
        self.printer.finish()?;
        Ok(self.exit.unwrap_or(exit::DONE))
    }
}
