//! Analyses of saved answers: of single responses about one device, or of snapshots of many.

use dt_report::contract::Document;
use dt_store::{ReadOptions, SavedAnswers, SavedDevice, SavedResponse, SavedSnapshots, Unlabelled};

use super::{Analysis, not_two};
use crate::documents::{print_one, status};
use crate::exit::ExitSummary;
use crate::failure::{Failure, Result};
use crate::inputs::Inputs;
use crate::question::Question;
use crate::ui::{Printer, print_failure};

impl Analysis {
    pub(super) fn read(&self, inputs: &[SavedResponse]) -> Result<u8> {
        match SavedAnswers::open(inputs)? {
            SavedAnswers::Snapshots(saved) => self.read_snapshots(&saved),
            SavedAnswers::Responses(responses) => {
                if !self.targets.is_one() {
                    return Err(Failure::usage(
                        "saved responses are about one device: name at most one",
                    )
                    .hint("leave out other names, --tag, --type and --subnet"));
                }
                let options = ReadOptions {
                    data_type: self.query.data_type,
                    unlabelled: match self.question {
                        Question::Transfers => Unlabelled::Refused,
                        Question::External | Question::Report => Unlabelled::External,
                        _ => Unlabelled::Connections,
                    },
                    device: self.targets.names.first(),
                    interval: self.query.interval,
                };
                let inputs = self.asked(Inputs::saved(responses.read(&options)?));
                self.print(inputs)
            }
            _ => Err(Failure::new("the saved answers are of an unknown kind")),
        }
    }

    /// Prints one answer.
    fn print(&self, mut inputs: Inputs) -> Result<u8> {
        let document = self.judged(&mut inputs)?;
        print_one(document, inputs.print_context(&self.session), self.fail_on)
    }

    /// Answers the question, and tells what was odd about what it is answered from.
    fn judged(&self, inputs: &mut Inputs) -> Result<Document> {
        let document = self.document(inputs);
        match &document {
            Ok(_) => inputs.print_notes(self.session.output.verbosity),
            // The failure says what was refused.
            Err(_) => inputs.print_oddities(self.session.output.verbosity),
        }
        document
    }

    /// What was read, as far as the question looks at it.
    fn asked(&self, mut inputs: Inputs) -> Inputs {
        let range = self.gathered_range();
        inputs.evidence = inputs.evidence.between(range.since, range.until);
        inputs.notes.question = Some((self.question, self.query.data_type));
        inputs
    }

    fn of_snapshots(&self, device: &SavedDevice) -> Result<Inputs> {
        let stored = device.read(self.query.interval)?;
        Ok(self.asked(Inputs::of_snapshots(device, stored)))
    }

    fn read_snapshots(&self, saved: &SavedSnapshots) -> Result<u8> {
        let mut failed: Vec<Failure> = Vec::new();
        let devices = self.meant(saved, &mut failed)?;
        let left_out = saved.unreadable().iter().map(|error| format!("left out: {error}"));
        if self.question == Question::Compare && self.targets.names.len() == 2 {
            return self.compare_snapshots(&devices, failed);
        }
        match (devices.as_slice(), self.targets.is_one()) {
            ([device], true) if failed.is_empty() => {
                let mut inputs = self.of_snapshots(device)?;
                inputs.notes.warnings.extend(left_out);
                self.print(inputs)
            }
            ([], true) if failed.len() == 1 => Err(failed.remove(0)),
            _ => self.print_list(&devices, failed),
        }
    }

    /// Compares two devices, of which both have to be there.
    fn compare_snapshots(&self, devices: &[&SavedDevice], failed: Vec<Failure>) -> Result<u8> {
        if let Some(failure) = failed.into_iter().next() {
            return Err(failure);
        }
        let [first, second] = devices else { return Err(not_two()) };
        let (first, second) = (self.of_snapshots(first)?, self.of_snapshots(second)?);
        let perspective = first.perspective(&self.session);
        let document = self.compared(&first.evidence, &second.evidence, &perspective)?;
        for inputs in [&first, &second] {
            inputs.print_notes(self.session.output.verbosity);
        }
        print_one(document, first.print_context(&self.session), self.fail_on)
    }

    /// Prints an answer about each device; one that fails does not stop the run.
    fn print_list(&self, devices: &[&SavedDevice], failed: Vec<Failure>) -> Result<u8> {
        let mut summary = ExitSummary::default();
        let fail = |failure: &Failure| {
            print_failure(failure, self.session.output.format.is_json());
            failure.status
        };
        for failure in failed {
            summary.fail(fail(&failure));
        }
        let mut printer = Printer::list(self.session.print_context());
        for device in devices {
            let name = device.about().device.did.to_string();
            let document = self.of_snapshots(device).and_then(|mut inputs| {
                inputs.notes.about = Some(name.clone());
                self.judged(&mut inputs)
            });
            match document {
                Ok(document) => {
                    summary.add(status(self.fail_on, &document));
                    printer.print(document)?;
                }
                Err(failure) => summary.fail(fail(&failure.about(&name))),
            }
            if printer.is_pipe_closed() {
                break;
            }
        }
        printer.finish()?;
        Ok(summary.status())
    }

    /// The devices that are meant, each once: those that were named and selected, or all. What is
    /// nobody's name, and what cannot be read where all are meant, failed.
    fn meant<'a>(
        &self,
        saved: &'a SavedSnapshots,
        failed: &mut Vec<Failure>,
    ) -> Result<Vec<&'a SavedDevice>> {
        if self.targets.is_everything() {
            failed.extend(saved.unreadable().iter().map(Failure::from));
            return Ok(saved.devices().iter().collect());
        }
        let mut meant = Vec::new();
        for (typed, name) in self.targets.names()? {
            let name = name.map_err(Failure::from);
            match name.and_then(|name| saved.find(&name).map_err(Failure::from)) {
                Ok(found) => meant.extend(found),
                Err(failure) => failed.push(failure.of(&typed)),
            }
        }
        if !self.targets.selection.is_empty() {
            meant.extend(saved.select(&self.targets.selection)?);
        }
        let mut once: Vec<&SavedDevice> = Vec::new();
        for device in meant {
            if !once.contains(&device) {
                once.push(device);
            }
        }
        Ok(once)
    }
}
