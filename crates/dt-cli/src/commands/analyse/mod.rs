//! The six analyses of a device: `dt connections`, `transfers`, `compare`, `external`, `timeline` and
//! `report`.

mod args;
mod saved;

use std::ops::ControlFlow;

use dt_analysis::plan::AnalysisKind as Question;
use dt_model::Evidence;
use dt_report::contract::{self, Document, ReportOptions};
use dt_report::table::Extent;
use dt_transport::Recording;

use crate::asking::{
    Connection, Gathering, Inputs, QueryOptions, Session, TargetDevices, TimeRange, ask,
};
use crate::documents::{HandOn, print_each, print_one};
use crate::failure::{Failure, Result};
use crate::ui::{Output, PrintContext};

pub(super) use args::{
    CompareArgs, ConnectionsArgs, DeviceAnalysisArgs, ExternalArgs, ReportArgs, TimelineArgs,
    TransfersArgs,
};

/// An analysis of devices.
struct Analysis {
    query: QueryOptions,
    range: TimeRange,
    targets: TargetDevices,
    session: Session,
}

impl Analysis {
    fn ask(&self, connection: &Connection) -> Result<u8> {
        let verbosity = self.session.output.verbosity;
        ask(connection, verbosity, |client, interrupt| {
            let gathering = Gathering {
                range: self.gathered_range(),
                recording: Recording::Nothing,
                ..Gathering::new(&self.session, &self.query, client, interrupt)
            };
            let done = self.print_answers(
                self.targets.is_one(),
                self.session.print_context(),
                |hand_on| {
                    gathering
                        .all(&self.targets, &mut |answer| hand_on(answer.map(Inputs::gathered)))
                },
            );
            let is_answered = done.as_ref().map_or_else(Failure::is_not_found, |_| true);
            if is_answered && interrupt.status().is_none() {
                self.targets.print_namesake(client, verbosity);
            }
            done
        })
    }

    /// Prints the answer to the question about each device, or about both that are compared.
    fn print_answers(
        &self,
        is_one: bool,
        context: PrintContext<'_>,
        each: impl FnOnce(HandOn<'_, Inputs>) -> Result<()>,
    ) -> Result<u8> {
        if let (Question::Compare, [_, _]) = (self.query.kind, &*self.targets.names) {
            return self.compare_two(context, each);
        }
        let done = print_each(context, is_one, each, |mut inputs| {
            let document = self.document(&mut inputs);
            match &document {
                Ok(_) => inputs.print_notes(self.session.output.verbosity),
                // The failure says what was refused.
                Err(_) => inputs.print_oddities(self.session.output.verbosity),
            }
            let about = inputs.notes.about;
            document.map_err(|failure| about.iter().fold(failure, |it, name| it.about(name)))
        });
        self.session.exclusions.keep();
        done
    }

    /// What the question cannot do without is not there.
    fn missing(&self, evidence: &Evidence) -> Failure {
        self.query.kind.missing(evidence, self.query.parameters.data_type).into()
    }

    /// Whether each of several devices is summarized, where programs or pages would have to go through
    /// the hours of them all. What was asked for decides, not how many devices there turn out to be.
    fn summarizes(&self) -> bool {
        let Output { format, extent, .. } = &self.session.output;
        let has_summary = format.is_one_document() || format.is_json();
        !self.targets.is_one() && has_summary && *extent == Extent::Screen
    }

    /// Answers the question from what was read.
    fn document(&self, inputs: &mut Inputs) -> Result<Document> {
        let series = inputs.series.take();
        let (evidence, parameters) = (&inputs.evidence, &self.query.parameters);
        let perspective = inputs.perspective(&self.session);
        let document =
            Document::of_analysis(self.query.kind, parameters, evidence, series, perspective);
        Ok(match document.ok_or_else(|| self.missing(evidence))? {
            Document::Timeline(answer) => {
                let TimeRange { since, until } = self.range;
                Document::Timeline(Box::new(answer.between(since, until)))
            }
            Document::Report(answer) => {
                self.session.note_report(evidence, &answer.body);
                if self.summarizes() {
                    Document::ReportSummary(Box::new(answer.summarized(perspective)))
                } else {
                    Document::Report(answer)
                }
            }
            document => document,
        })
    }

    /// Compares two devices, of which both have to answer.
    fn compare_two(
        &self,
        context: PrintContext<'_>,
        each: impl FnOnce(HandOn<'_, Inputs>) -> Result<()>,
    ) -> Result<u8> {
        let mut answers = Vec::new();
        each(&mut |inputs| {
            let inputs = inputs?;
            inputs.print_notes(self.session.output.verbosity);
            answers.push(inputs);
            Ok(ControlFlow::Continue(()))
        })?;
        let [first, second] = &*answers else { return Err(not_two()) };
        let ReportOptions { policy, viewpoint, .. } = first.perspective(&self.session);
        let evidence = [first, second].map(|inputs| &inputs.evidence);
        let compared =
            contract::Answer::compare_two(evidence[0], evidence[1], policy, viewpoint.now);
        let compared = compared.ok_or_else(|| {
            let failed = evidence.into_iter().find(|it| it.connections.answer().is_none());
            self.missing(failed.unwrap_or(evidence[0]))
        })?;
        print_one(Document::Compare(Box::new(compared)), context)
    }

    /// The time that the question looks at. What is usual is told from everything, so a timeline is cut
    /// only when it is shown.
    fn gathered_range(&self) -> TimeRange {
        match self.query.kind {
            Question::Timeline(_) => TimeRange::default(),
            _ => self.range,
        }
    }
}

/// Two names that turn out to be one device's.
fn not_two() -> Failure {
    Failure::usage("both names are of the same device")
        .hint("name another one, or one alone to compare it with similar devices")
}
