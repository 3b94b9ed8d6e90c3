//! The six analyses of a device: `dt connections`, `transfers`, `compare`, `external`, `timeline` and
//! `report`.

mod args;
mod document;
mod saved;

use std::ops::ControlFlow;

use dt_analysis::Level;
use dt_model::Evidence;
use dt_report::contract::{self, Document, ReportOptions};
use dt_store::SavedResponse;
use dt_transport::Recording;

use super::Request;
use crate::connect::ask;
use crate::documents::{print_each, print_one};
use crate::failure::{Failure, Result};
use crate::gather::{Answer, Gathering, Unanswered};
use crate::query::QueryOptions;
use crate::question::Question;
use crate::selection::TargetDevices;
use crate::session::Session;
use crate::source::Connection;
use crate::times::TimeRange;

pub(super) use args::{
    CompareArgs, ConnectionsArgs, ExternalArgs, ReportArgs, TimelineArgs, TransfersArgs,
};

/// Where answers come from.
#[derive(Debug)]
enum Source {
    Saved(Vec<SavedResponse>),
    Live(Box<Connection>),
}

/// An analysis of devices.
#[derive(Debug)]
pub(super) struct Analysis {
    question: Question,
    query: QueryOptions,
    range: TimeRange,
    targets: TargetDevices,
    source: Source,
    session: Session,
    fail_on: Option<Level>,
}

impl Request for Analysis {
    fn run(self: Box<Self>) -> Result<u8> {
        match &self.source {
            Source::Saved(inputs) => self.read(inputs),
            Source::Live(connection) => self.ask(connection),
        }
    }
}

impl Analysis {
    fn ask(&self, connection: &Connection) -> Result<u8> {
        let verbosity = self.session.output.verbosity;
        ask(connection, verbosity, |client, interrupt| {
            let gathering = Gathering {
                session: &self.session,
                question: self.question,
                query: &self.query,
                range: self.gathered_range(),
                client,
                recording: Recording::Nothing,
                interrupt,
            };
            if let (Question::Compare, [_, _]) = (self.question, &*self.targets.names) {
                return self.compare_two(&gathering);
            }
            let context = self.session.print_context();
            let done = print_each(&self.targets, &gathering, context, self.fail_on, |answer| {
                let Answer { mut inputs, .. } = answer;
                inputs.print_notes(verbosity);
                self.document(&mut inputs)
            });
            let is_answered = done.as_ref().map_or_else(Failure::is_not_found, |_| true);
            if is_answered && interrupt.status().is_none() {
                self.targets.print_namesake(client, verbosity);
            }
            done
        })
    }

    /// Compares two devices, of which both have to answer.
    fn compare_two(&self, gathering: &Gathering<'_>) -> Result<u8> {
        let targets = self.targets.targets(gathering.client, self.session.output.verbosity)?;
        let mut answers = Vec::new();
        gathering.each(targets, |outcome| {
            let answer = outcome.map_err(Unanswered::into_failure)?;
            answer.inputs.print_notes(self.session.output.verbosity);
            answers.push(answer.inputs);
            Ok(ControlFlow::Continue(()))
        })?;
        gathering.interrupt.close();
        let [first, second] = &*answers else { return Err(not_two()) };
        let document =
            self.compared(&first.evidence, &second.evidence, &self.session.perspective())?;
        print_one(document, self.session.print_context(), self.fail_on)
    }

    /// Two devices, compared with each other.
    fn compared(
        &self,
        first: &Evidence,
        second: &Evidence,
        perspective: &ReportOptions<'_>,
    ) -> Result<Document> {
        let ReportOptions { policy, viewpoint, .. } = perspective;
        let compared = contract::Answer::compare_two(first, second, policy, viewpoint.now);
        let failed = [first, second].into_iter().find(|it| it.connections.answer().is_none());
        let compared = compared.ok_or_else(|| self.missing(failed.unwrap_or(first)))?;
        Ok(Document::Compare(Box::new(compared)))
    }

    /// The time that the question looks at. What is usual is told from everything, so a timeline is cut
    /// only when it is shown.
    fn gathered_range(&self) -> TimeRange {
        match self.question {
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
