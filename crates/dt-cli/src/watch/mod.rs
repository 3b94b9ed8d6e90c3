//! Looking at devices again and again, and telling what is new.

mod format_1;
mod memory;
mod schedule;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Duration;

use dt_analysis::finding::{FindingRecord, Observation, Origin};
use dt_analysis::{DeviceReport, device_report};
use dt_model::{Device, DeviceId, Evidence, EvidencePart, PartState};
use dt_report::contract::{Answer, Document, FindingUpdate, Perspective};
use dt_transport::{Client, Clock, Recording, SystemClock, Transport};
use jiff::{SignedDuration, Timestamp};

use crate::config::{Config, Question, Selection, Source, Task};
use crate::connect::connect;
use crate::failure::{Failure, Result};
use crate::gather::{self, Gathering};
use crate::inputs::Inputs;
use crate::interrupt::{Ends, Interrupt};
use crate::printer::Printer;
use crate::run::{self, Statuses};
use crate::say::{say, tell};
use crate::{devices, exit, resolve};
use memory::Memory;

/// How devices are watched.
#[derive(Debug)]
pub(crate) struct Rhythm {
    /// How long it is from one round to the next.
    pub(crate) every: Duration,
    /// After how many rounds to end.
    pub(crate) rounds: Option<u32>,
    /// What ended before is not told, unless it comes back.
    pub(crate) since: Option<Timestamp>,
    /// Where it is kept what was told.
    pub(crate) state: Option<PathBuf>,
}

/// Watches until a signal, or for some rounds.
///
/// What was told is kept after it was printed: a kill in between tells it once more, under the same
/// event id, rather than never.
pub(crate) fn watch(mut config: Config, rhythm: &Rhythm) -> Result<u8> {
    // What comes by and by is not for reading page by page.
    config.output.pager = None;
    let Source::Live(connection) = &config.source else {
        unreachable!("refused when the configuration was resolved")
    };
    let Task::Analyse(_, names, _) = &config.task else {
        unreachable!("watching is a question about devices")
    };
    let clock = SystemClock;
    let interrupt = Interrupt::listen(Ends::Done)?;
    let connected = connect(connection, config.output.chatter)?;
    let appliance = config.source.appliance().unwrap_or_default();
    let mut watcher = Watcher {
        client: &connected.client,
        memory: Memory::open(rhythm.state.as_deref(), appliance)?,
        since: rhythm.since,
        names: run::all(names)?,
        resolved: BTreeMap::new(),
        selected: None,
        printed: 0,
    };
    let first = clock.monotonic();
    let mut found = false;
    let mut last = exit::DONE;
    for round in 1_u32.. {
        config.now = clock.now();
        let went = watcher.round(&config, &interrupt)?;
        found |= went.found;
        if round == 1
            && let Some(status) = went.hopeless()
        {
            return Ok(status);
        }
        let counted = rhythm.rounds.is_some_and(|rounds| round >= rounds);
        if counted {
            last = went.statuses.together();
        }
        if counted
            || went.unread
            || interrupt.within(schedule::wait(first, clock.monotonic(), rhythm.every))
        {
            break;
        }
    }
    // Whoever counts rounds looks at how the last one went; a signal ends what could have gone on.
    Ok(match last {
        exit::DONE if found => exit::FOUND,
        status => status,
    })
}

struct Watcher<'a, T> {
    client: &'a Client<T>,
    memory: Memory,
    since: Option<Timestamp>,
    /// The names that were typed, and those on standard input.
    names: Vec<String>,
    /// The devices that names turned out to be.
    resolved: BTreeMap<String, DeviceId>,
    /// The devices that were selected, and when.
    selected: Option<(Timestamp, Vec<Target>)>,
    /// How many documents were printed.
    printed: usize,
}

/// A device, and how it is called in messages.
#[derive(Debug, Clone)]
struct Target {
    did: DeviceId,
    name: String,
}

/// How a round went.
#[derive(Default)]
struct Round {
    statuses: Statuses,
    /// Whether something worked, had nothing new to look at, or may work later.
    hope: bool,
    /// Whether something was told that `--fail-on` names.
    found: bool,
    /// Whether nobody reads any more.
    unread: bool,
}

impl Round {
    /// One device that fails must not cost the others, nor the next round.
    fn fail(&mut self, failure: &Failure) {
        say(&failure.to_string());
        self.hope |= failure.may_pass;
        self.statuses.fail(failure.status);
    }

    /// The status to end with if nothing worked, and waiting will not mend it.
    fn hopeless(&self) -> Option<u8> {
        let status = self.statuses.together();
        (status != exit::DONE && !self.hope).then_some(status)
    }
}

impl<T: Transport> Watcher<'_, T> {
    fn round(&mut self, config: &Config, interrupt: &Interrupt) -> Result<Round> {
        let Task::Analyse(_, names, asking) = &config.task else {
            unreachable!("watching is a question about devices")
        };
        let bucket = asking.bucket();
        let mut round = Round::default();
        let mut due = self.targets(config, &names.selection, bucket, &mut round);
        let is_one = due.len() == 1;
        due.retain(|target| {
            let until = self.memory.tracker().until(target.did);
            let is_due = schedule::is_due(until, bucket, config.now);
            // One that has nothing new to look at is all right.
            round.hope |= !is_due;
            is_due
        });
        let gathering = Gathering {
            config,
            question: Question::Report,
            asking,
            client: self.client,
            recording: Recording::Nothing,
            interrupt,
        };
        let due = due.into_iter().map(|Target { did, name }| gather::Target::Known(did, name));
        gathering.each(due.collect(), |outcome| {
            match outcome {
                Ok(mut answer) => {
                    // Another one may be due in another round.
                    answer.inputs.about = (!is_one).then_some(answer.name);
                    self.look(config, answer.did, answer.inputs, &mut round)?;
                }
                Err(unanswered) => round.fail(&unanswered.into_failure()),
            }
            Ok(if round.unread { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        if !round.unread {
            self.memory.end_round(config.now)?;
        }
        Ok(round)
    }

    /// Tells what is new about a device.
    fn look(
        &mut self,
        config: &Config,
        did: DeviceId,
        mut inputs: Inputs,
        round: &mut Round,
    ) -> Result<()> {
        tell(&inputs, config.output.chatter);
        let series = inputs.series.take();
        let (evidence, perspective) = (&inputs.evidence, config.perspective());
        let found = device_report(evidence, series, perspective.viewpoint, perspective.policy);
        let findings = records(&found, evidence, perspective);
        let Some(report) = Answer::of(evidence, found, perspective) else {
            round.fail(&Failure::new("nothing was answered").about(&did.to_string()));
            return Ok(());
        };
        round.hope = true;
        round.statuses.add(exit::DONE);
        let missing = evidence.missing().into_iter();
        let missing: Vec<EvidencePart> = missing
            .filter(|missing| missing.state == PartState::Refused)
            .map(|missing| missing.part)
            .collect();
        let updates = self.memory.updates(Observation {
            did,
            findings: &findings,
            until: report.header.data_until,
            missing: &missing,
            since: self.since,
        });
        if updates.is_empty() {
            return Ok(());
        }
        let update = |update| FindingUpdate::new(update, perspective.appliance);
        let updates = updates.into_iter().map(update).collect();
        let document = Document::Watch(Box::new(Answer::watch(report, updates)));
        let is_found = run::status(config.fail_on, &document) == exit::FOUND;
        round.unread = !self.print(config, document)?;
        if round.unread {
            // It was not told, and the program ends without keeping that it was.
            return Ok(());
        }
        round.found |= is_found;
        self.memory.keep()
    }

    /// Prints a document at once, and says whether somebody read it.
    fn print(&mut self, config: &Config, document: Document) -> Result<bool> {
        let mut printer = Printer::one(config.making()).after(self.printed);
        printer.print(document)?;
        self.printed += 1;
        printer.finish()
    }

    /// The devices that were named, and those that are selected by what they are. Who that is, is
    /// asked again with every bucket.
    fn targets(
        &mut self,
        config: &Config,
        selection: &Selection,
        bucket: SignedDuration,
        round: &mut Round,
    ) -> Vec<Target> {
        for name in &self.names {
            if self.resolved.contains_key(name) {
                continue;
            }
            match resolve::device(self.client, name) {
                Ok(did) => drop(self.resolved.insert(name.clone(), did)),
                Err(failure) => round.fail(&failure),
            }
        }
        let selected_at = self.selected.as_ref().map(|(at, _)| *at);
        if !selection.is_empty() && schedule::is_due(selected_at, bucket, config.now) {
            match devices::select(config, selection, self.client) {
                Ok(devices) => {
                    let targets = devices.into_iter().filter_map(Target::of).collect();
                    self.selected = Some((config.now, targets));
                }
                Err(failure) => round.fail(&failure),
            }
        }
        let named = self
            .names
            .iter()
            .filter_map(|name| Some(Target { did: *self.resolved.get(name)?, name: name.clone() }));
        let selected = self.selected.iter().flat_map(|(_, targets)| targets).cloned();
        let mut seen = BTreeSet::new();
        named.chain(selected).filter(|target| seen.insert(target.did)).collect()
    }
}

/// What was found about a device, under the ids that a report has.
fn records(
    found: &DeviceReport,
    evidence: &Evidence,
    perspective: Perspective<'_>,
) -> Vec<FindingRecord> {
    let Perspective { policy, appliance, .. } = perspective;
    let origin = Origin { appliance, did: evidence.device().did };
    let policy = policy.digest();
    let findings = found.assessment.iter().flat_map(|it| &it.findings);
    findings.map(|finding| FindingRecord::new(finding.clone(), origin, &policy)).collect()
}

impl Target {
    fn of(device: Device) -> Option<Self> {
        let did = device.did?;
        Some(Self { did, name: device.hostname.unwrap_or_else(|| did.to_string()) })
    }
}
