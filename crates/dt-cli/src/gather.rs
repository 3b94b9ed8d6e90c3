//! What is asked about devices, and what came of it.

use std::ops::ControlFlow;
use std::time::Duration;

use dt_analysis::plan::{DevicePlan, PlanOptions};
use dt_model::{Device, DeviceId, Evidence, EvidencePart, Part};
use dt_transport::{
    Clock, FindError, GatherError, GatherOptions, Gathered, Gatherer, Progress as Answered,
    Recorded, Recording, SystemClock, Target, TargetOutcome,
};

use crate::connect::Client;
use crate::failure::{Failure, Result};
use crate::inputs::Inputs;
use crate::interrupt::Interrupt;
use crate::query::QueryOptions;
use crate::question::Question;
use crate::session::Session;
use crate::times::TimeRange;
use crate::ui::{Progress, Verbosity, eprint_line};

/// A device that is meant, and how it is called in messages; or why what was named is no device.
pub(crate) type NamedTarget = (String, Result<Target>);

/// A device that was found; `None` for one without an id, which cannot be asked about.
pub(crate) fn found(device: Device) -> Option<NamedTarget> {
    let did = device.did?;
    Some((device.hostname.unwrap_or_else(|| did.to_string()), Ok(Target::Known(did))))
}

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

impl Unanswered {
    /// What to say of it.
    pub(crate) fn into_failure(self) -> Failure {
        self.failure
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

/// Why there is no plan, or no evidence.
struct Stopped {
    failure: Failure,
    exchanges: Vec<Recorded>,
}

impl Stopped {
    /// With how the device is called. A name that is nobody's is told by itself.
    fn about(self, name: String, is_found: bool) -> Unanswered {
        let Self { failure, exchanges } = self;
        let failure = if is_found { failure.about(&name) } else { failure };
        Unanswered { name, failure, exchanges }
    }
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self { failure, exchanges: Vec::new() }
    }
}

impl From<GatherError> for Stopped {
    fn from(error: GatherError) -> Self {
        let (error, gathered) = error.into_parts();
        Self { failure: error.into(), exchanges: gathered.exchanges }
    }
}

impl From<FindError> for Stopped {
    fn from(error: FindError) -> Self {
        Failure::from(error).into()
    }
}

impl<'a> Gathering<'a> {
    /// All that reports about devices are made from.
    pub(crate) fn of_reports(
        session: &'a Session,
        query: &'a QueryOptions,
        client: &'a Client,
        recording: Recording,
        interrupt: &'a Interrupt,
    ) -> Self {
        let (question, range) = (Question::Report, TimeRange::default());
        Self { session, question, query, range, client, recording, interrupt }
    }
}

impl Gathering<'_> {
    /// Asks about devices, several at once, and hands on what came of each in their order, until that
    /// breaks or the run is interrupted. A failing device does not stop the run.
    pub(crate) fn each(
        &self,
        targets: Vec<NamedTarget>,
        mut hand_on: impl FnMut(std::result::Result<Answer, Unanswered>) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let Self { session, client, recording, interrupt, .. } = self;
        let progress = Progress::start(
            if targets.len() == 1 { "questions" } else { "devices" },
            session.output.verbosity,
        );
        let one = targets.len() == 1;
        if !one {
            progress.length(targets.len() as u64);
        }
        let of_one = |answered: Answered| progress.at(answered.answered, answered.known);
        let options = GatherOptions {
            recording: *recording,
            cancel: interrupt.cancel().clone(),
            progress: one.then_some(&of_one),
        };
        let targets =
            targets.into_iter().map(|(name, target)| (name, target.map_err(Stopped::from)));
        let plan = |did| Ok(self.plan(did)?);
        let (began, mut rounds) = (SystemClock.monotonic(), 0);
        let mut failed = None;
        Gatherer::with(*client, options).each_target(targets, plan, |name, outcome| {
            if !one {
                progress.done(1);
            }
            let outcome = match outcome {
                TargetOutcome::Repeated(_) => return ControlFlow::Continue(()),
                // It is not whole, so it is not told.
                TargetOutcome::Gathered { gathered, .. } if gathered.is_cancelled => {
                    return ControlFlow::Break(());
                }
                TargetOutcome::Gathered { did, plan, gathered } => {
                    rounds = rounds.max(gathered.rounds);
                    let mut answer = self.answer(did, name, plan, *gathered);
                    answer.inputs.about = (!one).then(|| answer.name.clone());
                    Ok(answer)
                }
                TargetOutcome::Failed { did, error } => Err(error.about(name, did.is_some())),
            };
            progress.aside(|| hand_on(outcome)).unwrap_or_else(|failure| {
                failed = Some(failure);
                ControlFlow::Break(())
            })
        });
        let took = SystemClock.monotonic().saturating_sub(began);
        tell_traffic(client, rounds, took, session.output.verbosity);
        failed.map_or(Ok(()), Err)
    }

    /// What was answered about a device, as far as it is looked at.
    fn answer(
        &self,
        did: DeviceId,
        name: String,
        plan: DevicePlan<'_>,
        gathered: Gathered,
    ) -> Answer {
        let Gathered { evidence, exchanges, .. } = gathered;
        let evidence = evidence.between(self.range.since, self.range.until);
        let mut inputs = Inputs::gathered(evidence);
        inputs.series = plan.into_series();
        Answer { did, name, inputs, exchanges }
    }

    /// What has to be asked about a device.
    fn plan(&self, did: DeviceId) -> Result<DevicePlan<'_>> {
        let Self { session, question, query, .. } = self;
        // A timeline of one destination counts connections alone.
        let data_type = match question {
            Question::Timeline(_) => query.counted(),
            _ => query.data_type,
        };
        let options = PlanOptions {
            as_of: session.perspective().viewpoint,
            policy: &session.policy,
            data_type,
            endpoints: query.endpoints,
        };
        Ok(question.plan(query.query(did)?, options))
    }
}

/// Says how much was asked, to whoever wants to know everything.
fn tell_traffic(client: &Client, rounds: u32, took: Duration, verbosity: Verbosity) {
    let traffic = client.traffic();
    if verbosity == Verbosity::Everything && rounds > 0 {
        eprint_line(&format!(
            "asked: {} requests in {rounds} rounds and {:.1} s, at most {} at once (bound {})",
            traffic.requests,
            took.as_secs_f64(),
            traffic.most_in_flight,
            traffic.bound
        ));
    }
}

impl Inputs {
    /// What was answered, with what was odd about it.
    fn gathered(evidence: Evidence) -> Self {
        let mut inputs = Self::default();
        for part in EvidencePart::ALL {
            if let Some(answer) = evidence.part(part).and_then(Part::answer) {
                inputs.warn(&format!("/deviceinfo ({part})"), &answer.warnings);
            }
        }
        inputs.evidence = evidence;
        inputs
    }
}
