//! Analyses of saved answers: of single responses about one device, or of snapshots of many.

use dt_analysis::plan::AnalysisKind as Question;
use dt_store::{ReadOptions, SavedAnswers, SavedDevice, SavedResponse, SavedSnapshots, Unlabelled};

use super::Analysis;
use crate::asking::Inputs;
use crate::documents::HandOn;
use crate::failure::{Failure, Result};
use crate::ui::PrintContext;

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
                    data_type: self.query.parameters.data_type,
                    unlabelled: match self.query.kind {
                        Question::Transfers => Unlabelled::Refused,
                        Question::External | Question::Report => Unlabelled::External,
                        _ => Unlabelled::Connections,
                    },
                    device: self.targets.names.first(),
                    interval: self.query.interval,
                };
                let inputs = self.asked(Inputs::saved(responses.read(&options)?));
                let each = |hand_on: HandOn<'_, Inputs>| hand_on(Ok(inputs)).map(drop);
                self.print_answers(true, self.session.print_context(), each)
            }
            _ => Err(Failure::new("the saved answers are of an unknown kind")),
        }
    }

    /// What was read, as far as the question looks at it.
    fn asked(&self, mut inputs: Inputs) -> Inputs {
        let range = self.gathered_range();
        inputs.evidence = inputs.evidence.between(range.since, range.until);
        inputs.notes.question = Some((self.query.kind, self.query.parameters.data_type));
        inputs
    }

    fn read_snapshots(&self, saved: &SavedSnapshots) -> Result<u8> {
        let devices = self.meant(saved)?;
        let is_one = self.targets.is_one() && devices.len() == 1;
        let is_compared = self.targets.names.len() == 2 && self.query.kind == Question::Compare;
        let first = devices.iter().flatten().next().filter(|_| is_one || is_compared);
        let appliance = first.map(|device| device.about().appliance.as_str());
        let context = PrintContext { appliance, ..self.session.print_context() };
        self.print_answers(is_one, context, |hand_on| {
            for device in devices {
                let inputs = device.and_then(|device| self.of_snapshots(device, saved, is_one));
                if hand_on(inputs)?.is_break() {
                    break;
                }
            }
            Ok(())
        })
    }

    /// What the snapshots of a device say.
    fn of_snapshots(
        &self,
        device: &SavedDevice,
        saved: &SavedSnapshots,
        is_one: bool,
    ) -> Result<Inputs> {
        let name = device.about().device.did.to_string();
        let stored = device.read(self.query.interval).map_err(Failure::from);
        let stored = stored.map_err(|it| if is_one { it } else { it.about(&name) })?;
        let mut inputs = self.asked(Inputs::saved(stored));
        if is_one {
            let left_out = saved.unreadable().iter().map(|error| format!("left out: {error}"));
            inputs.notes.warnings.extend(left_out);
        } else {
            inputs.notes.about = Some(name);
        }
        Ok(inputs)
    }

    /// The devices that are meant: those that were named and selected, or all. What cannot be read where
    /// all are meant, and what is nobody's name, failed.
    fn meant<'a>(&self, saved: &'a SavedSnapshots) -> Result<Vec<Result<&'a SavedDevice>>> {
        if self.targets.is_everything() {
            let failed = saved.unreadable().iter().map(|error| Err(error.into()));
            return Ok(failed.chain(saved.devices().iter().map(Ok)).collect());
        }
        let (mut names, mut meant) = (Vec::new(), Vec::new());
        for (typed, name) in self.targets.names()? {
            match name {
                Ok(name) => names.push(name),
                Err(error) => meant.push(Err(Failure::from(error).of(&typed))),
            }
        }
        let found = saved.meant(&names, &self.targets.selection)?;
        meant.extend(found.into_iter().map(|device| device.map_err(Failure::from)));
        Ok(meant)
    }
}
