//! What is told of what a watcher sees, and how it ends.

use std::ops::ControlFlow;

use dt_analysis::DeviceReport;
use dt_analysis::finding::{self, Origin, Untold};
use dt_model::DeviceSearchPage;
use dt_report::contract::{Answer, Document, FindingUpdate};
use dt_sweep::SweepError;
use dt_sweep::watch::{AnsweredDevice, Delivery, Notice, Round, Sink};
use jiff::Timestamp;

use super::Watching;
use crate::asking::{Notes, ReportRun, Session};
use crate::exit::{self, ExitSummary};
use crate::failure::{Failure, Result};
use crate::options::Format;
use crate::ui::{PrintContext, Printer, SweepProgress, Verbosity, eprint_line};

/// Prints what is told, and sums up what that means for the exit status.
pub(super) struct Telling<'a> {
    watching: &'a Watching,
    progress: &'a SweepProgress,
    /// When the round began.
    now: Timestamp,
    /// How many documents were printed.
    printed: usize,
    /// What waits for the end of the run, in formats that make one document of it.
    held: Vec<Document>,
    /// What was left out of the device that is told of.
    left_out: Untold,
    /// Whether something was found that `--fail-on` names, told or not.
    pub(super) has_found: bool,
    /// The status of the last round, if rounds are counted.
    pub(super) last: u8,
    /// The status to end with if nothing worked, and waiting will not mend it.
    pub(super) permanent: Option<u8>,
}

impl<'a> Telling<'a> {
    pub(super) fn new(watching: &'a Watching, progress: &'a SweepProgress) -> Self {
        Self {
            watching,
            progress,
            now: watching.run.session.now,
            printed: 0,
            held: Vec::new(),
            left_out: Untold::default(),
            has_found: false,
            last: exit::DONE,
            permanent: None,
        }
    }

    fn session(&self) -> &'a Session {
        &self.watching.run.session
    }

    fn context(&self) -> PrintContext<'a> {
        PrintContext { now: self.now, ..self.session().print_context() }
    }

    fn verbosity(&self) -> Verbosity {
        self.session().output.verbosity
    }

    /// Prints a document at once where several need not be one, and says whether somebody read it.
    fn print(&mut self, document: Document) -> Result<bool> {
        if self.session().output.format.is_one_document() {
            self.held.push(document);
            return Ok(true);
        }
        let mut printer = Printer::one(self.context()).after(self.printed);
        printer.print(&document)?;
        self.printed += 1;
        printer.finish()
    }

    /// Counts what the round did not tell, with the options that tell it.
    fn print_left_out(&self, Untold { low, medium, older }: Untold) {
        let earlier = match self.watching.since {
            Some(_) => "that ended before --since",
            None => {
                "that ended more than 72 h before the data does; dt report shows them, --since 28d in a \
                 new --state tells them"
            }
        };
        let counts = [
            (medium, "medium; --min-severity medium tells them"),
            (low, "low; --min-severity low tells them"),
            (older, earlier),
        ];
        for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
            self.verbosity().note(&format!("note: and {count} {what}"));
        }
    }

    /// Prints what was held as one document, and says whether it was read; only then was it told. It is
    /// a list unless one device was looked at once, whatever there is to tell.
    pub(super) fn print_held(&mut self) -> Result<bool> {
        let Watching { run: ReportRun { session, targets, .. }, schedule, .. } = self.watching;
        let held = std::mem::take(&mut self.held);
        let is_list = !targets.is_one() || schedule.rounds != Some(1);
        // No page is needed to say that there is nothing.
        if held.is_empty() && !(is_list && session.output.format == Format::Json) {
            return Ok(true);
        }
        let context = self.context();
        let mut printer = if is_list { Printer::list(context) } else { Printer::one(context) };
        held.iter().try_for_each(|document| printer.print(document))?;
        printer.finish()
    }
}

impl Sink for Telling<'_> {
    type Error = Failure;

    fn notice(&mut self, notice: Notice) {
        self.progress.aside(|| self.verbosity().warn(&notice.to_string()));
    }

    fn failed(&mut self, name: Option<&str>, error: SweepError) {
        let failure = Failure::from(error);
        let failure = name.into_iter().fold(failure, Failure::about);
        self.progress.aside(|| eprint_line(&failure.to_string()));
    }

    fn page(&mut self, page: &DeviceSearchPage) {
        let mut notes = Notes::default();
        notes.warn("/devicesearch", &page.warnings);
        notes.print(self.verbosity());
    }

    fn answered(&mut self, device: &AnsweredDevice<'_>) {
        let mut notes = Notes::about(device.evidence);
        notes.about = (!device.is_only).then(|| device.name.to_owned());
        self.progress.aside(|| notes.print_all(device.evidence, self.verbosity()));
    }

    fn observed(&mut self, device: &AnsweredDevice<'_>, report: &DeviceReport, left_out: Untold) {
        let session = self.session();
        let origin = Origin { appliance: session.appliance.as_deref(), did: Some(device.did) };
        let excluded = report
            .excluded
            .iter()
            .filter_map(|it| Some((it.by.first()?.id(), it.finding.id(origin))));
        let (known, now) = (device.evidence.device(), device.as_of.now);
        self.progress.aside(|| session.note_excluded(&known, excluded, now));
        self.left_out = left_out;
    }

    fn updates(
        &mut self,
        device: &AnsweredDevice<'_>,
        report: &DeviceReport,
        updates: Vec<finding::FindingUpdate>,
    ) -> Result<Delivery> {
        self.now = device.as_of.now;
        let session = self.session();
        let options = session.perspective_at(self.now);
        let Some(answer) = Answer::of(device.evidence, report.clone(), options) else {
            return Ok(Delivery::Delivered);
        };
        let updates =
            updates.into_iter().map(|update| FindingUpdate::new(update, options.appliance));
        let left_out = std::mem::take(&mut self.left_out);
        let answer = Answer::watch(answer, updates.collect(), left_out);
        let document = Document::Watch(Box::new(answer));
        let is_found = session.output.status(document.urgency()) == exit::FOUND;
        let progress = self.progress;
        if !progress.aside(|| self.print(document))? {
            // It was not told, and is told by the next run.
            return Ok(Delivery::Refused);
        }
        self.has_found |= is_found;
        Ok(Delivery::Delivered)
    }

    fn round_ended(&mut self, number: u32, round: &Round) -> ControlFlow<()> {
        self.progress.end();
        // What was found is found, be it told or not, as long as somebody reads.
        let status = self.session().output.status(round.left_out.severity());
        self.has_found |= status == exit::FOUND && !round.is_refused;
        self.print_left_out(round.left_out);
        let exclusions = &self.session().exclusions;
        exclusions.keep();
        exclusions.expired(self.now).iter().for_each(|text| self.verbosity().warn(text));
        let mut summary = ExitSummary::default();
        round.observed.iter().for_each(|_| summary.add(exit::DONE));
        round.failures.iter().for_each(|kind| summary.fail(exit::of(*kind)));
        let status = summary.status();
        if self.watching.schedule.rounds.is_some_and(|rounds| number >= rounds) {
            self.last = status;
        }
        if number == 1 && round.is_hopeless() {
            self.permanent = Some(status);
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}
