//! What is asked about devices, and what came of it.

use std::ops::ControlFlow;

use dt_analysis::plan::AnalysisKind as Question;
use dt_model::DeviceId;
use dt_sweep::{DeviceAnswer, DeviceError, Inquiry, NamedTarget, Sweep};
use dt_transport::{Clock, Recorded, Recording, SystemClock};

use crate::connect::Client;
use crate::documents::HandOn;
use crate::failure::{Failure, Result};
use crate::inputs::Inputs;
use crate::interrupt::Interrupt;
use crate::query::QueryOptions;
use crate::selection::TargetDevices;
use crate::session::Session;
use crate::times::TimeRange;
use crate::ui::{SweepProgress, Verbosity, eprint_line};

/// What was answered about a device.
pub(crate) struct Answer {
    pub(crate) did: DeviceId,
    pub(crate) name: String,
    pub(crate) inputs: Inputs,
    /// What was exchanged, if that is kept.
    pub(crate) exchanges: Vec<Recorded>,
}

/// A device about which nothing can be said.
pub(crate) struct Unanswered {
    pub(crate) name: String,
    pub(crate) failure: Failure,
    /// What was exchanged, if that is kept.
    pub(crate) exchanges: Vec<Recorded>,
}

impl From<DeviceError> for Unanswered {
    fn from(device: DeviceError) -> Self {
        let DeviceError { name, did, error, exchanges, .. } = device;
        let failure = Failure::from(error);
        // A name that is nobody's is told by itself.
        let failure = if did.is_some() { failure.about(&name) } else { failure.of(&name) };
        Self { name, failure, exchanges }
    }
}

/// How devices are asked about.
pub(crate) struct Gathering<'a> {
    pub(crate) session: &'a Session,
    pub(crate) question: Question,
    pub(crate) query: &'a QueryOptions,
    /// What is left of the answers.
    pub(crate) range: TimeRange,
    pub(crate) client: &'a Client,
    pub(crate) recording: Recording,
    pub(crate) interrupt: &'a Interrupt,
}

impl<'a> Gathering<'a> {
    /// All that reports about devices are made from, kept as it was exchanged.
    pub(crate) fn of_reports(
        session: &'a Session,
        query: &'a QueryOptions,
        client: &'a Client,
        interrupt: &'a Interrupt,
    ) -> Self {
        let (question, range) = (Question::Report, TimeRange::default());
        let recording = Recording::Exchanges;
        Self { session, question, query, range, client, recording, interrupt }
    }

    /// Asks about the devices that are meant, and hands on every answer. Nothing is asked after that.
    pub(crate) fn all(&self, devices: &TargetDevices, hand_on: HandOn<'_, Answer>) -> Result<()> {
        let targets = devices.targets(self.client, self.session.output.verbosity)?;
        self.each(targets, |outcome| hand_on(outcome.map_err(|it| it.failure)))?;
        self.interrupt.close();
        Ok(())
    }

    /// Asks about devices, several at once, and hands on what came of each in their order, until that
    /// breaks or the run is interrupted. A failing device does not stop the run.
    pub(crate) fn each(
        &self,
        targets: Vec<NamedTarget>,
        mut hand_on: impl FnMut(std::result::Result<Answer, Unanswered>) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let Self { session, query, client, .. } = self;
        let is_one = targets.len() == 1;
        let progress = SweepProgress::new(session.output.verbosity);
        let show = |step| progress.at(step);
        let query_of = |did| query.query(did);
        // A timeline of one destination counts connections alone.
        let data_type = match self.question {
            Question::Timeline(_) => query.counted(),
            _ => query.data_type,
        };
        let inquiry = Inquiry {
            kind: self.question,
            query: &query_of,
            data_type,
            endpoints: query.endpoints,
            policy: &session.policy,
        };
        let sweep = Sweep::new(client, inquiry, session.perspective().viewpoint)
            .recording(self.recording)
            .cancel(self.interrupt.cancel().clone())
            .progress(&show);
        let began = SystemClock.monotonic();
        let mut failed = None;
        let summary = sweep.each(targets, |outcome| {
            let outcome = outcome.map(|it| self.answer(it, is_one)).map_err(Unanswered::from);
            progress.aside(|| hand_on(outcome)).unwrap_or_else(|failure| {
                failed = Some(failure);
                ControlFlow::Break(())
            })
        });
        if session.output.verbosity == Verbosity::Everything && summary.rounds > 0 {
            let took = SystemClock.monotonic().saturating_sub(began).as_secs_f64();
            let (traffic, rounds) = (client.traffic(), summary.rounds);
            eprint_line(&format!(
                "asked: {} requests in {rounds} rounds and {took:.1} s, at most {} at once (bound {})",
                traffic.requests, traffic.most_in_flight, traffic.bound
            ));
        }
        failed.map_or(Ok(()), Err)
    }

    /// What was answered about a device, as far as it is looked at.
    fn answer(&self, answer: DeviceAnswer, is_one: bool) -> Answer {
        let DeviceAnswer { name, did, evidence, series, exchanges, .. } = answer;
        let evidence = evidence.between(self.range.since, self.range.until);
        let mut inputs = Inputs::gathered(evidence);
        inputs.series = series;
        inputs.notes.about = (!is_one).then(|| name.clone());
        Answer { did, name, inputs, exchanges }
    }
}
