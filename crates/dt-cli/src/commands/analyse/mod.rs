//! The six analyses of a device: `dt connections`, `transfers`, `compare`, `external`, `timeline` and
//! `report`.

mod args;
mod document;

use std::ops::ControlFlow;

use dt_analysis::Level;
use dt_report::contract::{self, Document};
use dt_transport::{Recording, Transport};

use super::Request;
use crate::connect::connect;
use crate::documents::{print_each, print_one};
use crate::failure::{Failure, Result};
use crate::gather::{Answer, Gathering, Unanswered};
use crate::input::{self, Input, Reading};
use crate::interrupt::{Ends, Interrupt};
use crate::inventory::targets;
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
    Saved(Vec<Input>),
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
        let interrupt = Interrupt::listen(Ends::Unfinished)?;
        let connected = connect(connection, self.session.output.verbosity)?;
        let gathering = Gathering {
            session: &self.session,
            question: self.question,
            query: &self.query,
            range: self.gathered_range(),
            client: &connected.client,
            recording: Recording::Nothing,
            interrupt: &interrupt,
        };
        if let (Question::Compare, [_, _]) = (self.question, &*self.targets.typed) {
            let done = self.compare_two(&gathering);
            return interrupt.status().map_or(done, Ok);
        }
        let context = self.session.print_context();
        let done = print_each(&self.targets, &gathering, context, self.fail_on, |answer| {
            let Answer { mut inputs, .. } = answer;
            inputs.print_notes(self.session.output.verbosity);
            self.document(&mut inputs)
        });
        interrupt.status().map_or(done, Ok)
    }

    /// Compares two devices, of which both have to answer.
    fn compare_two<T: Transport>(&self, gathering: &Gathering<'_, T>) -> Result<u8> {
        let targets = targets(&self.targets, gathering.client, self.session.output.verbosity)?;
        let mut answers = Vec::new();
        gathering.each(targets, |outcome| {
            let answer = outcome.map_err(Unanswered::into_failure)?;
            answer.inputs.print_notes(self.session.output.verbosity);
            answers.push(answer.inputs);
            Ok(ControlFlow::Continue(()))
        })?;
        let [first, second] = &*answers else {
            return Err(Failure::usage("both names are of the same device")
                .hint("name another one, or one alone to compare it with similar devices"));
        };
        let perspective = self.session.perspective();
        let compared = contract::Answer::compare_two(
            &first.evidence,
            &second.evidence,
            perspective.policy,
            perspective.viewpoint.now,
        );
        let compared = compared.ok_or_else(|| self.missing(&first.evidence))?;
        gathering.interrupt.close();
        let document = Document::Compare(Box::new(compared));
        print_one(document, self.session.print_context(), self.fail_on)
    }

    fn read(&self, inputs: &[Input]) -> Result<u8> {
        let reading = Reading {
            question: self.question,
            data_type: self.query.data_type,
            device: self.targets.typed.first().map(String::as_str),
            interval: self.query.interval,
            range: self.gathered_range(),
        };
        let mut inputs = input::read(inputs, &reading)?;
        inputs.question = Some((self.question, self.query.data_type));
        let document = self.document(&mut inputs);
        match &document {
            Ok(_) => inputs.print_notes(self.session.output.verbosity),
            // The failure says what was refused.
            Err(_) => inputs.print_oddities(self.session.output.verbosity),
        }
        print_one(document?, inputs.print_context(&self.session), self.fail_on)
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
