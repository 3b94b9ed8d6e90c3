//! Looking at devices again and again, and telling each change of a finding once.
//!
//! A [`Watcher`] begins a [`round`](Watcher::round) whenever it is told to, or [runs](Watcher::run) by a
//! [`Schedule`]. In a round a device is asked about if it can have a new bucket of data since it was last
//! looked at; what is new goes to a [`Sink`], and a [`Memory`] remembers that it was told.

mod memory;
mod sink;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::time::Duration;

use dt_analysis::exclusions::{Exclusion, ExclusionsAt};
use dt_analysis::finding::{FindingUpdate, Observation, Origin, Untold};
use dt_analysis::watch::{ClockCheck, is_due, until_next_round};
use dt_analysis::{AsOf, DeviceReport, Level, device_report};
use dt_model::{DeviceId, DeviceName, Diagnostic, EvidencePart, FailureKind, PartState, Selection};
use dt_transport::{Cancel, Client, Clock, Transport};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::{DeviceAnswer, Inquiry, NamedTarget, Progress, Sweep, SweepError, list_targets};
pub use memory::{Memory, MemoryError};
pub use sink::{AnsweredDevice, Delivery, Notice, Sink};

/// Which devices are watched, and how.
#[derive(Debug, Clone)]
pub struct WatchOptions<'a> {
    /// Devices by their names; a pattern may have several.
    pub names: Vec<DeviceName>,
    /// Devices by what they are.
    pub selection: Selection,
    /// What is asked about each.
    pub inquiry: Inquiry<'a>,
    /// The appliance's name, which is part of a finding's id.
    pub appliance: Option<&'a str>,
    /// The time zone in which days begin.
    pub zone: &'a TimeZone,
    /// What ended before is not told, unless it comes back. Without it, a first look at a device leaves out
    /// what neither is high nor goes on nor ended in the last 72 hours of the data.
    pub since: Option<Timestamp>,
    /// What is less severe is not told, unless it was.
    pub min_severity: Level,
    /// What is not told for being expected, and ends if it was told.
    pub exclusions: &'a [Exclusion],
}

/// When rounds begin.
#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    /// How long it is from one to the next.
    pub every: Duration,
    /// After how many watching ends; `None` for never.
    pub rounds: Option<u32>,
}

/// Watches devices.
pub struct Watcher<'a, T> {
    client: &'a Client<T>,
    options: WatchOptions<'a>,
    memory: Memory,
    progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    clock: ClockCheck,
    /// The devices that names turned out to be, and when.
    resolved: BTreeMap<String, (Timestamp, DeviceId)>,
    /// The devices that were listed, and when.
    listed: Option<(Timestamp, Vec<NamedTarget>)>,
}

/// How a round went.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Round {
    /// The devices of which something was answered.
    pub observed: BTreeSet<DeviceId>,
    /// How many cannot have anything new yet, and were not asked about.
    pub resting: usize,
    /// Whether nobody takes what is told any more.
    pub is_refused: bool,
    /// What kinds of failures there were of devices and searches.
    pub failures: Vec<FailureKind>,
    /// Whether something that failed may work later without anybody doing anything.
    pub is_transient: bool,
    /// What was found for the first time and is not told.
    pub left_out: Untold,
}

impl Round {
    /// Whether something failed, and nothing suggests that a further round goes better.
    #[must_use]
    pub fn is_hopeless(&self) -> bool {
        let has_hope = self.is_transient || self.resting > 0 || !self.observed.is_empty();
        !self.failures.is_empty() && !has_hope
    }

    /// Notes a failure, and tells it.
    fn fail<S: Sink>(&mut self, sink: &mut S, name: Option<&str>, error: SweepError) {
        self.failures.push(error.kind());
        self.is_transient |= error.is_transient();
        sink.failed(name, error);
    }
}

/// One round while it is under way.
struct OpenRound<'a, 'r, S> {
    as_of: AsOf<'a>,
    is_only: bool,
    round: &'r mut Round,
    sink: &'r mut S,
}

impl<'a, T: Transport> Watcher<'a, T> {
    /// Watches by this client. What was told before is what `memory` says.
    pub fn new(client: &'a Client<T>, options: WatchOptions<'a>, memory: Memory) -> Self {
        Self {
            client,
            options,
            memory,
            progress: None,
            clock: ClockCheck::default(),
            resolved: BTreeMap::new(),
            listed: None,
        }
    }

    /// Told how far a round is, as [`Sweep::progress`] is.
    #[must_use]
    pub fn progress(self, progress: &'a (dyn Fn(Progress) + Sync)) -> Self {
        Self { progress: Some(progress), ..self }
    }

    /// What was told so far.
    pub fn memory(&mut self) -> &mut Memory {
        &mut self.memory
    }

    /// Watches by a schedule: until it ends, it is cancelled, or the sink wants nothing more. Time is read
    /// from `clock`.
    ///
    /// # Errors
    ///
    /// What the sink fails with, or what was told cannot be kept.
    pub fn run<S: Sink>(
        &mut self,
        schedule: Schedule,
        clock: &impl Clock,
        cancel: &Cancel,
        sink: &mut S,
    ) -> Result<(), S::Error> {
        let first = clock.monotonic();
        for number in 1_u32.. {
            let round = self.round(clock.now(), clock.monotonic(), cancel, sink)?;
            let is_last = schedule.rounds.is_some_and(|rounds| number >= rounds);
            if sink.round_ended(number, &round).is_break() || round.is_refused || is_last {
                break;
            }
            if cancel.wait(until_next_round(first, clock.monotonic(), schedule.every)) {
                break;
            }
        }
        Ok(())
    }

    /// Looks once at each device that can have something new. `elapsed` goes on evenly, whatever is done to
    /// the clock that says `now`.
    ///
    /// # Errors
    ///
    /// What the sink fails with, or what was told cannot be kept.
    pub fn round<S: Sink>(
        &mut self,
        now: Timestamp,
        elapsed: Duration,
        cancel: &Cancel,
        sink: &mut S,
    ) -> Result<Round, S::Error> {
        let notices = self.clock.round(now, elapsed, self.memory.tracker().newest());
        for notice in notices {
            sink.notice(Notice::Clock(notice));
        }
        let mut round = Round::default();
        let mut due = self.devices(now, &mut round, sink);
        let is_only = due.len() == 1;
        let watched = due.len();
        let unreported: BTreeSet<DeviceId> = self.memory.tracker().unreported().collect();
        due.retain(|(did, _)| {
            let until = self.memory.tracker().until(*did);
            unreported.contains(did) || is_due(until, self.options.inquiry.parameters.bucket(), now)
        });
        round.resting = watched - due.len();
        let is_asked = !due.is_empty();
        let as_of = AsOf { now, zone: self.options.zone };
        let mut sweep = Sweep::new(self.client, self.options.inquiry, as_of).cancel(cancel.clone());
        if let Some(progress) = self.progress {
            sweep = sweep.progress(progress);
        }
        let due = due.into_iter().map(|(did, name)| NamedTarget::known(name, did));
        sweep.try_each(due.collect::<Vec<_>>(), |outcome| {
            let mut open = OpenRound { as_of, is_only, round: &mut round, sink: &mut *sink };
            match outcome {
                Ok(answer) => self.look(answer, &mut open),
                Err(device) => {
                    let name = device.did.map(|_| &*device.name);
                    open.round.fail(open.sink, name, device.error);
                    Ok(ControlFlow::Continue(()))
                }
            }
        })?;
        if is_asked && round.observed.is_empty() && !cancel.is_cancelled() {
            sink.notice(Notice::NothingAnswered);
        }
        if !round.is_refused {
            self.memory.end_round(&round.observed)?;
        }
        Ok(round)
    }

    /// Tells what is new about a device.
    fn look<S: Sink>(
        &mut self,
        answer: DeviceAnswer,
        open: &mut OpenRound<'a, '_, S>,
    ) -> Result<ControlFlow<()>, S::Error> {
        let DeviceAnswer { name, did, evidence, series, .. } = answer;
        let (as_of, is_only) = (open.as_of, open.is_only);
        let device = AnsweredDevice { did, name: &name, is_only, evidence: &evidence, as_of };
        open.sink.answered(&device);
        if evidence.dialect().is_none() {
            open.round.fail(open.sink, Some(&name), SweepError::NothingAnswered);
            return Ok(ControlFlow::Continue(()));
        }
        open.round.observed.insert(did);
        let policy = self.options.inquiry.policy;
        let exclusions = ExclusionsAt::new(self.options.exclusions, as_of.now);
        let report = device_report(&evidence, series, as_of, policy);
        let report = report.excluding(exclusions, &evidence, as_of, policy);
        // What an earlier run may not have told comes first, in its words.
        let unconfirmed = self.memory.tracker().pending(did);
        if self.tell(&device, &report, unconfirmed, open)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        let origin = Origin { appliance: self.options.appliance, did: evidence.device().did };
        let missing = evidence.missing().into_iter();
        let missing: Vec<EvidencePart> = missing
            .filter(|missing| missing.state == PartState::Refused)
            .map(|missing| missing.part)
            .collect();
        let (updates, left_out) = self.memory.observe(Observation {
            did,
            findings: &report.records(origin, policy),
            excluded: &report.excluded_records(origin, policy),
            min_severity: self.options.min_severity,
            until: evidence.complete_until(as_of.now),
            missing: &missing,
            since: self.options.since,
        })?;
        open.round.left_out += left_out;
        open.sink.observed(&device, &report, left_out);
        self.tell(&device, &report, updates, open)
    }

    /// Tells updates, and remembers that they were told.
    fn tell<S: Sink>(
        &mut self,
        device: &AnsweredDevice<'_>,
        report: &DeviceReport,
        updates: Vec<FindingUpdate>,
        open: &mut OpenRound<'_, '_, S>,
    ) -> Result<ControlFlow<()>, S::Error> {
        if updates.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        match open.sink.updates(device, report, updates)? {
            Delivery::Delivered => {
                self.memory.confirm(device.did)?;
                Ok(ControlFlow::Continue(()))
            }
            Delivery::Refused => {
                open.round.is_refused = true;
                Ok(ControlFlow::Break(()))
            }
        }
    }

    /// The devices that were named, and those that are listed, each once. Who that is, is asked again with
    /// every bucket: an address may be another device's by then. Where there is no answer, it is who it was. What was
    /// told of a device that is not meant any more stays as it was told.
    fn devices<S: Sink>(
        &mut self,
        now: Timestamp,
        round: &mut Round,
        sink: &mut S,
    ) -> Vec<(DeviceId, String)> {
        let WatchOptions { names, selection, inquiry, .. } = &self.options;
        let bucket = inquiry.parameters.bucket();
        for name in names.iter().filter(|name| !name.is_pattern()) {
            let resolved_at = self.resolved.get(name.as_str()).map(|(at, _)| *at);
            if !is_due(resolved_at, bucket, now) {
                continue;
            }
            match self.client.find_device(name) {
                Ok(did) => drop(self.resolved.insert(name.to_string(), (now, did))),
                Err(error) => round.fail(sink, None, error.into()),
            }
        }
        let listed_at = self.listed.as_ref().map(|(at, _)| *at);
        let lists = !selection.is_empty() || names.iter().any(DeviceName::is_pattern);
        if lists && is_due(listed_at, bucket, now) {
            match list_targets(self.client, names, selection, &mut |page| sink.page(page)) {
                Ok(targets) => self.listed = Some((now, targets)),
                Err(error) => round.fail(sink, None, error.into()),
            }
        }
        let named = names
            .iter()
            .filter_map(|name| Some((self.resolved.get(name.as_str())?.1, name.to_string())));
        let listed = self.listed.iter().flat_map(|(_, targets)| targets);
        let listed = listed.filter_map(|target| Some((target.did()?, target.name.clone())));
        let mut seen = BTreeSet::new();
        named.chain(listed).filter(|(did, _)| seen.insert(*did)).collect()
    }
}
