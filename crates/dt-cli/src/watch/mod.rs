//! Looking at devices again and again, and telling what is new.

mod memory;
mod schedule;
mod stop;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use dt_model::{Device, DeviceId, EvidencePart};
use dt_report::contract::{Answer, Document};
use dt_report::ledger::Look;
use dt_transport::{Client, Clock, SystemClock, Transport};
use jiff::{SignedDuration, Timestamp};

use crate::config::{Config, Question, Selection, Source, Task};
use crate::connect::connect;
use crate::failure::{Failure, Result};
use crate::inputs::Inputs;
use crate::printer::Printer;
use crate::run::{self, Statuses};
use crate::say::{say, tell};
use crate::{ask, devices, exit, resolve};
use memory::Memory;
use stop::Stop;

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
    let stop = Stop::listen()?;
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
        let went = watcher.round(&config, &stop)?;
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
            || stop.within(schedule::wait(first, clock.monotonic(), rhythm.every), &clock)
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
    fn round(&mut self, config: &Config, stop: &Stop) -> Result<Round> {
        let Task::Analyse(_, names, asking) = &config.task else {
            unreachable!("watching is a question about devices")
        };
        let bucket = asking.bucket();
        let mut round = Round::default();
        for Target { did, name } in self.targets(config, &names.selection, bucket, &mut round) {
            if stop.is_asked() {
                break;
            }
            let until = self.memory.ledger().until(did.get());
            if !schedule::is_due(until, bucket, config.now) {
                round.hope = true;
                continue;
            }
            let inputs = ask::evidence(self.client, did, Question::Report, asking, config);
            match inputs {
                Ok(inputs) => self.look(config, did, &inputs, &mut round)?,
                Err(failure) => round.fail(&failure.about(&name)),
            }
            if round.unread {
                break;
            }
        }
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
        inputs: &Inputs,
        round: &mut Round,
    ) -> Result<()> {
        tell(inputs, config.output.chatter);
        let Some(report) = Answer::report(&inputs.evidence, config.perspective()) else {
            round.fail(&Failure::new("nothing was answered").about(&did.to_string()));
            return Ok(());
        };
        round.hope = true;
        round.statuses.add(exit::DONE);
        let missed: Vec<EvidencePart> = inputs.missed.iter().map(|(part, _)| *part).collect();
        let news = self.memory.news(Look {
            did: did.get(),
            findings: report.body.findings.as_deref().unwrap_or_default(),
            until: report.header.data_until,
            missed: &missed,
            since: self.since,
        });
        if news.is_empty() {
            return Ok(());
        }
        let document = Document::Watch(Box::new(Answer::watch(report, news)));
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

impl Target {
    fn of(device: Device) -> Option<Self> {
        let did = device.did?;
        Some(Self { did, name: device.hostname.unwrap_or_else(|| did.to_string()) })
    }
}
