//! Asking about each of several devices once.

use std::ops::ControlFlow;

use dt_analysis::{AsOf, SeriesAnalysis};
use dt_model::{DeviceId, Evidence, Exchange, InvalidDeviceName, InvalidParameter};
use dt_store::{About, NotAnswered, Subject};
use dt_transport::{
    BaseUrl, Cancel, Client, FindError, GatherError, GatherOptions, Gatherer, Recorded, Recording,
    SharedAnswers, TargetOutcome, Transport,
};
use jiff::Timestamp;

use crate::{DeviceError, Inquiry, NamedTarget, SweepError};

/// Asks about several devices.
///
/// Several are under way at once, within the bound of the client's limits, and are handed on in their
/// order. A device that is named twice is asked about once; one that fails does not stop the others.
pub struct Sweep<'a, T> {
    client: &'a Client<T>,
    inquiry: Inquiry<'a>,
    as_of: AsOf<'a>,
    recording: Recording,
    shared: SharedAnswers,
    cancel: Cancel,
    progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// From when to when answers are cut.
    range: (Option<Timestamp>, Option<Timestamp>),
}

/// How far a sweep is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// Of the one device there is, so many questions are answered or refused.
    Questions {
        /// How many are.
        answered: usize,
        /// How many are known to be asked: a later round may add some.
        known: usize,
    },
    /// Of several devices, so many are done with.
    Devices {
        /// How many are.
        done: usize,
        /// How many there are.
        all: usize,
    },
}

/// What was answered about a device.
#[derive(Debug)]
#[non_exhaustive]
pub struct DeviceAnswer {
    /// How it is called: as it was typed, or by its host name.
    pub name: String,
    /// Its id.
    pub did: DeviceId,
    /// What was answered and what was refused.
    pub evidence: Evidence,
    /// What its series say, if the plan had to know that.
    pub series: Option<SeriesAnalysis>,
    /// What was exchanged, if that is kept: in the order of the questions.
    pub exchanges: Vec<Recorded>,
    /// Whether no other device is asked about.
    pub is_only: bool,
}

/// Who answered, and when: what a snapshot says of itself besides the device.
#[derive(Debug, Clone, Copy)]
pub struct SnapshotOrigin<'a> {
    /// The appliance's name, which is part of a finding's id.
    pub appliance: &'a str,
    /// Its address.
    pub address: &'a BaseUrl,
    /// When it was begun to ask.
    pub taken: Timestamp,
    /// The version of the program that asks.
    pub dt_version: &'a str,
}

/// What is kept of an answer in a snapshot: what it is about, what was exchanged and when, and what was not
/// answered.
pub type SnapshotParts = (About, Vec<(Exchange, Option<Timestamp>)>, Vec<NotAnswered>);

impl DeviceAnswer {
    /// What is kept of it in a snapshot, which [`Archive::keep`](dt_store::Archive::keep) and
    /// [`EvidenceBundle::keep`](dt_store::EvidenceBundle::keep) take; the exchanges are not there any more.
    #[must_use]
    pub fn take_snapshot(&mut self, origin: SnapshotOrigin<'_>) -> SnapshotParts {
        let about = About {
            device: Subject::new(self.did, &self.evidence.device()),
            taken: origin.taken,
            data_until: self.evidence.complete_until(origin.taken),
            appliance: origin.appliance.to_owned(),
            address: origin.address.to_string(),
            dt_version: origin.dt_version.to_owned(),
        };
        let exchanges = std::mem::take(&mut self.exchanges).into_iter().map(Into::into);
        (about, exchanges.collect(), NotAnswered::of(&self.evidence))
    }
}

/// How a sweep went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SweepSummary {
    /// How many rounds of questions there were about the device that had the most.
    pub rounds: u32,
}

/// Why there is no plan for a device, or no evidence about it.
struct Stopped {
    error: SweepError,
    exchanges: Vec<Recorded>,
}

impl From<FindError> for Stopped {
    fn from(error: FindError) -> Self {
        Self { error: error.into(), exchanges: Vec::new() }
    }
}

impl From<InvalidDeviceName> for Stopped {
    fn from(error: InvalidDeviceName) -> Self {
        Self { error: error.into(), exchanges: Vec::new() }
    }
}

impl From<InvalidParameter> for Stopped {
    fn from(error: InvalidParameter) -> Self {
        Self { error: error.into(), exchanges: Vec::new() }
    }
}

impl From<GatherError> for Stopped {
    fn from(error: GatherError) -> Self {
        let (error, gathered) = error.into_parts();
        Self { error: Box::new(error).into(), exchanges: gathered.exchanges }
    }
}

impl<'a, T: Transport> Sweep<'a, T> {
    /// Asks by this client, and judges as of then what decides on further questions.
    pub fn new(client: &'a Client<T>, inquiry: Inquiry<'a>, as_of: AsOf<'a>) -> Self {
        Self {
            client,
            inquiry,
            as_of,
            recording: Recording::Nothing,
            shared: SharedAnswers::default(),
            cancel: Cancel::new(),
            progress: None,
            range: (None, None),
        }
    }

    /// Shares what is the same for several devices with whoever has a copy of this.
    #[must_use]
    pub fn sharing(self, shared: SharedAnswers) -> Self {
        Self { shared, ..self }
    }

    /// Whether exchanges are kept; they are not by default.
    #[must_use]
    pub fn recording(self, recording: Recording) -> Self {
        Self { recording, ..self }
    }

    /// Hands on only what lies between these times; all of it was asked, and decides on further questions.
    #[must_use]
    pub fn between(self, since: Option<Timestamp>, until: Option<Timestamp>) -> Self {
        Self { range: (since, until), ..self }
    }

    /// What ends it early: nothing further is asked, and a device of which only a part was answered is not
    /// handed on.
    #[must_use]
    pub fn cancel(self, cancel: Cancel) -> Self {
        Self { cancel, ..self }
    }

    /// Told whenever it is a step further, from whichever thread; it must be quick.
    #[must_use]
    pub fn progress(self, progress: &'a (dyn Fn(Progress) + Sync)) -> Self {
        Self { progress: Some(progress), ..self }
    }

    /// As [`each`](Self::each), until `sink` fails, too.
    ///
    /// # Errors
    ///
    /// What `sink` fails with.
    pub fn try_each<I, E>(
        &self,
        targets: I,
        mut sink: impl FnMut(Result<DeviceAnswer, DeviceError>) -> Result<ControlFlow<()>, E>,
    ) -> Result<SweepSummary, E>
    where
        I: IntoIterator<Item = NamedTarget, IntoIter: ExactSizeIterator + Send>,
    {
        let mut failed = None;
        let summary = self.each(targets, |outcome| {
            sink(outcome).unwrap_or_else(|error| {
                failed = Some(error);
                ControlFlow::Break(())
            })
        });
        failed.map_or(Ok(summary), Err)
    }

    /// Asks about each device, and hands on what came of it, on the calling thread, until `sink` breaks.
    pub fn each<I>(
        &self,
        targets: I,
        mut sink: impl FnMut(Result<DeviceAnswer, DeviceError>) -> ControlFlow<()>,
    ) -> SweepSummary
    where
        I: IntoIterator<Item = NamedTarget, IntoIter: ExactSizeIterator + Send>,
    {
        let targets = targets.into_iter();
        let all = targets.len();
        let tell = |progress| self.progress.iter().for_each(|told| told(progress));
        if all != 1 {
            tell(Progress::Devices { done: 0, all });
        }
        let questions = |asked: dt_transport::Progress| {
            tell(Progress::Questions { answered: asked.answered, known: asked.known });
        };
        let options = GatherOptions {
            recording: self.recording,
            cancel: self.cancel.clone(),
            progress: (all == 1).then_some(&questions),
        };
        let targets = targets.map(|it| (it.name, it.target.map_err(Stopped::from)));
        let plan = |did| self.inquiry.plan(did, all, self.as_of).map_err(Stopped::from);
        let (mut done, mut summary) = (0, SweepSummary::default());
        let gatherer = Gatherer::with(self.client, options).sharing(self.shared.clone());
        gatherer.each_target(targets, plan, |name, outcome| {
            if all != 1 {
                done += 1;
                tell(Progress::Devices { done, all });
            }
            match outcome {
                TargetOutcome::Repeated(_) => ControlFlow::Continue(()),
                TargetOutcome::Gathered { gathered, .. } if gathered.is_cancelled => {
                    ControlFlow::Break(())
                }
                TargetOutcome::Gathered { did, plan, gathered } => {
                    summary.rounds = summary.rounds.max(gathered.rounds);
                    let series = plan.into_series();
                    let evidence = gathered.evidence.between(self.range.0, self.range.1);
                    let (exchanges, is_only) = (gathered.exchanges, all == 1);
                    sink(Ok(DeviceAnswer { name, did, evidence, series, exchanges, is_only }))
                }
                TargetOutcome::Failed { did, error: Stopped { error, exchanges } } => {
                    sink(Err(DeviceError { name, did, error, exchanges }))
                }
            }
        });
        summary
    }
}
