//! Looking at devices again and again, and telling what is new.

mod memory;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use dt_analysis::finding::{self, FindingOptions, Observation, Origin};
use dt_analysis::watch::{ClockCheck, is_due, until_next_round};
use dt_analysis::{Level, device_report};
use dt_model::{Device, DeviceId, DeviceName, EvidencePart, PartState};
use dt_report::contract::{Answer, Document, FindingUpdate, Report};
use dt_report::schema::Object;
use dt_transport::{Clock, Recording, SystemClock};
use jiff::{SignedDuration, Timestamp};

use super::{Context, Request};
use crate::connect::{Client, connect};
use crate::documents::status;
use crate::exit::{self, ExitSummary};
use crate::failure::{Failure, Result};
use crate::gather::Gathering;
use crate::inputs::Inputs;
use crate::interrupt::{Ends, Interrupt};
use crate::options::{
    ApplianceOptions, DeviceOptions, EventOptions, FailOnOptions, Format, OutputOptions,
    ReportQueryOptions, RestrictOptions, RuleOptions,
};
use crate::query::QueryOptions;
use crate::selection::{TargetDevices, named, selected};
use crate::session::Session;
use crate::source::Connection;
use crate::times::point_in_time;
use crate::ui::{Output, Printer, Verbosity, eprint_line, found};
use memory::Memory;

/// Arguments of `dt watch`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dt watch ws-042 --state /var/lib/dt/watch -o ecs
  dt watch --tag Finance --since 1d -o hec --state st
  dt --demo watch 12345 printer-03 --every 2s --rounds 3 -o ndjson")]
pub(crate) struct Args {
    #[command(flatten)]
    devices: DeviceOptions,
    /// Time between two rounds, such as 30s, 15m or 2h
    #[arg(long, value_name = "TIME", default_value = "15m")]
    every: String,
    /// End after this many rounds
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rounds: Option<u32>,
    /// Remember in this directory what was printed, so that another run does not repeat it
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Leave out what ended before TIME: 2026-11-17, 2026-11-17T02:00Z, or 7d for a week ago
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    #[command(flatten)]
    report: ReportQueryOptions,
    #[command(flatten)]
    restrict: RestrictOptions,
    #[command(flatten)]
    rules: RuleOptions,
    #[command(flatten)]
    events: EventOptions,
    #[command(flatten)]
    appliance: ApplianceOptions,
    #[command(flatten)]
    fail_on: FailOnOptions,
    #[command(flatten)]
    output: OutputOptions,
}

/// Who is watched, and how.
#[derive(Debug)]
pub(super) struct Watching {
    targets: TargetDevices,
    query: QueryOptions,
    connection: Connection,
    session: Session,
    fail_on: Option<Level>,
    options: WatchOptions,
}

/// How devices are watched.
#[derive(Debug)]
struct WatchOptions {
    /// How long it is from one round to the next.
    every: Duration,
    /// After how many rounds to end.
    rounds: Option<u32>,
    /// What ended before is not told, unless it comes back.
    since: Option<Timestamp>,
    /// Where it is kept what was told.
    state: Option<PathBuf>,
    /// What else decides what is found.
    finding: FindingOptions,
}

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Watching> {
        let output =
            Output::resolve(Object::Watch, &self.output, self.events.events, context.environment)?;
        // What comes by and by is not for reading page by page.
        let output = Output { pager: None, ..output };
        found(output.format, output.subject, self.rules.rules())?;
        if output.format.is_one_document() && self.rounds.is_none() {
            return Err(Failure::usage("watching without an end cannot become one document")
                .hint("use -o ndjson, or say with --rounds when to end"));
        }
        let since = self.since.as_deref();
        let since =
            since.map(|text| point_in_time("--since", text, &output.time_zone, context.now));
        let query = QueryOptions::of_report(&self.report)?.restrict(&self.restrict)?;
        let options = WatchOptions {
            every: every(&self.every)?,
            rounds: self.rounds,
            since: since.transpose()?,
            state: self.state,
            finding: finding_options(&query, &self.rules, &output),
        };
        let targets = TargetDevices::resolve(self.devices)?;
        targets.demand()?;
        let connection = Connection::resolve(self.appliance, context.environment)?;
        let session = Session::with(&connection, self.rules.policy(), output, context.now);
        let fail_on = self.fail_on.fail_on;
        Ok(Watching { targets, query, connection, session, fail_on, options })
    }
}

/// The options that decide what is found, whatever happens.
fn finding_options(query: &QueryOptions, rules: &RuleOptions, output: &Output) -> FindingOptions {
    let zone = output.time_zone.iana_name().unwrap_or("Etc/Unknown");
    let rules = rules.rules().to_possible_value();
    let rules = rules.map_or_else(String::new, |rules| rules.get_name().to_owned());
    let others = [("--timezone", zone.to_owned()), ("--rules", rules)];
    query.settings().chain(others).collect()
}

/// At least a second: less would only keep a processor busy.
fn every(text: &str) -> Result<Duration> {
    let typed = text.parse::<SignedDuration>().ok();
    let every = typed.and_then(|typed| Duration::try_from(typed).ok());
    every.filter(|every| *every >= Duration::from_secs(1)).ok_or_else(|| {
        Failure::usage(format!("--every {text:?} is not a valid time to wait"))
            .hint("use 30s, 15m or 2h; at least a second")
    })
}

impl Request for Watching {
    /// Watches until a signal, or for some rounds.
    ///
    /// What is to be told is kept before it is printed, and that it was told after: a kill in between tells
    /// it once more, in the same words and under the same event id, rather than never.
    fn run(mut self: Box<Self>) -> Result<u8> {
        let clock = SystemClock;
        let interrupt = Interrupt::listen(Ends::Done)?;
        let connected = connect(&self.connection, self.session.output.verbosity)?;
        let appliance = self.session.appliance.clone().unwrap_or_default();
        let mut watcher = Watcher {
            client: &connected.client,
            memory: Memory::open(
                self.options.state.as_deref(),
                &appliance,
                self.options.finding.clone(),
            )?,
            clock: ClockCheck::default(),
            names: named(&self.targets)?,
            resolved: BTreeMap::new(),
            selected: None,
            printed: 0,
            held: Vec::new(),
        };
        if self.session.output.format.is_one_document() {
            watcher.memory.hold();
        }
        let first = clock.monotonic();
        let mut found = false;
        let mut last = exit::DONE;
        for round in 1_u32.. {
            self.session.now = clock.now();
            watcher.check_clock(&self.session, clock.monotonic());
            let went = watcher.round(&self, &interrupt)?;
            found |= went.found;
            if round == 1
                && let Some(status) = went.is_permanent()
            {
                return Ok(status);
            }
            let counted = self.options.rounds.is_some_and(|rounds| round >= rounds);
            if counted {
                last = went.summary.status();
            }
            let wait = until_next_round(first, clock.monotonic(), self.options.every);
            if counted || went.is_pipe_closed || interrupt.within(wait) {
                break;
            }
        }
        let is_read = watcher.print_held(&self)?;
        // Whoever counts rounds looks at how the last one went; a signal ends what could have gone on.
        Ok(match last {
            exit::DONE if found && is_read => exit::FOUND,
            status => status,
        })
    }
}

struct Watcher<'a> {
    client: &'a Client,
    memory: Memory,
    clock: ClockCheck,
    /// The names that were typed, and those on standard input.
    names: Vec<DeviceName>,
    /// The devices that names turned out to be.
    resolved: BTreeMap<String, DeviceId>,
    /// The devices that were selected, and when.
    selected: Option<(Timestamp, Vec<Target>)>,
    /// How many documents were printed.
    printed: usize,
    /// What waits for the end of the run, in formats that make one document of it.
    held: Vec<Document>,
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
    summary: ExitSummary,
    /// The devices of which something was answered.
    looked_at: BTreeSet<DeviceId>,
    /// Whether something worked, had nothing new to look at, or may work later.
    hope: bool,
    /// Whether something was told that `--fail-on` names.
    found: bool,
    /// Whether nobody reads any more.
    is_pipe_closed: bool,
}

impl Round {
    /// A failing device stops neither this round nor the next.
    fn fail(&mut self, failure: &Failure) {
        eprint_line(&failure.to_string());
        self.hope |= failure.is_transient;
        self.summary.fail(failure.status);
    }

    /// The status to end with if nothing worked, and waiting will not mend it.
    fn is_permanent(&self) -> Option<u8> {
        let status = self.summary.status();
        (status != exit::DONE && !self.hope).then_some(status)
    }
}

impl Watcher<'_> {
    /// Says when a round is not at the time that its clock says.
    fn check_clock(&mut self, session: &Session, elapsed: Duration) {
        let said = self.clock.round(session.now, elapsed, self.memory.tracker().newest());
        for said in said {
            warn(session, &said.to_string());
        }
    }

    fn round(&mut self, watching: &Watching, interrupt: &Interrupt) -> Result<Round> {
        let Watching { query, session, .. } = watching;
        let bucket = query.bucket();
        let mut round = Round::default();
        let mut due = self.targets(watching, bucket, &mut round);
        let is_one = due.len() == 1;
        let unreported: BTreeSet<DeviceId> = self.memory.tracker().unreported().collect();
        due.retain(|target| {
            let until = self.memory.tracker().until(target.did);
            let is_due = unreported.contains(&target.did) || is_due(until, bucket, session.now);
            // One that has nothing new to look at is all right.
            round.hope |= !is_due;
            is_due
        });
        let gathering =
            Gathering::of_reports(session, query, self.client, Recording::Nothing, interrupt);
        let is_asked = !due.is_empty();
        let due = due.into_iter().map(|it| (it.name, Ok(dt_transport::Target::Known(it.did))));
        gathering.each(due.collect(), |outcome| {
            match outcome {
                Ok(mut answer) => {
                    // Another one may be due in another round.
                    answer.inputs.about = (!is_one).then_some(answer.name);
                    self.look(watching, answer.did, answer.inputs, &mut round)?;
                }
                Err(unanswered) => round.fail(&unanswered.into_failure()),
            }
            Ok(if round.is_pipe_closed {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            })
        })?;
        if is_asked && round.looked_at.is_empty() && interrupt.status().is_none() {
            warn(session, "no device was answered in this round; what was reported stays reported");
        }
        if !round.is_pipe_closed {
            self.memory.end_round(&round.looked_at)?;
        }
        Ok(round)
    }

    /// Tells what is new about a device.
    fn look(
        &mut self,
        watching: &Watching,
        did: DeviceId,
        mut inputs: Inputs,
        round: &mut Round,
    ) -> Result<()> {
        let session = &watching.session;
        inputs.print_notes(session.output.verbosity);
        let series = inputs.series.take();
        let (evidence, perspective) = (&inputs.evidence, session.perspective());
        let found = device_report(evidence, series, perspective.viewpoint, perspective.policy);
        let origin = Origin { appliance: perspective.appliance, did: evidence.device().did };
        let findings = found.records(origin, perspective.policy);
        let Some(report) = Answer::of(evidence, found, perspective) else {
            round.fail(&Failure::new("nothing was answered").about(&did.to_string()));
            return Ok(());
        };
        round.hope = true;
        round.looked_at.insert(did);
        round.summary.add(exit::DONE);
        let unconfirmed = self.memory.pending(did);
        if !unconfirmed.is_empty()
            && !self.print_updates(watching, did, report.clone(), unconfirmed, round)?
        {
            return Ok(());
        }
        let missing = evidence.missing().into_iter();
        let missing: Vec<EvidencePart> = missing
            .filter(|missing| missing.state == PartState::Refused)
            .map(|missing| missing.part)
            .collect();
        self.memory.observe(Observation {
            did,
            findings: &findings,
            until: report.header.data_until,
            missing: &missing,
            since: watching.options.since,
        })?;
        let updates = self.memory.pending(did);
        if !updates.is_empty() {
            self.print_updates(watching, did, report, updates, round)?;
        }
        Ok(())
    }

    /// Prints what is to be told about a device, and remembers that it was, if somebody read it.
    fn print_updates(
        &mut self,
        watching: &Watching,
        did: DeviceId,
        report: Answer<Report>,
        updates: Vec<finding::FindingUpdate>,
        round: &mut Round,
    ) -> Result<bool> {
        let session = &watching.session;
        let appliance = session.appliance.as_deref();
        let updates = updates.into_iter().map(|update| FindingUpdate::new(update, appliance));
        let document = Document::Watch(Box::new(Answer::watch(report, updates.collect())));
        let is_found = status(watching.fail_on, &document) == exit::FOUND;
        round.is_pipe_closed = !self.print(session, document)?;
        if round.is_pipe_closed {
            // It was not told, and is told by the next run.
            return Ok(false);
        }
        round.found |= is_found;
        self.memory.confirm(did)?;
        Ok(true)
    }

    /// Prints a document at once where several need not be one, and says whether nobody has gone away.
    fn print(&mut self, session: &Session, document: Document) -> Result<bool> {
        if session.output.format.is_one_document() {
            self.held.push(document);
            return Ok(true);
        }
        let mut printer = Printer::one(session.print_context()).after(self.printed);
        printer.print(document)?;
        self.printed += 1;
        printer.finish()
    }

    /// Prints what was held as one document, and says whether it was read; only then was it told. It is
    /// a list unless one device was looked at once, whatever there is to tell.
    fn print_held(&mut self, watching: &Watching) -> Result<bool> {
        let Watching { session, targets, options, .. } = watching;
        let held = std::mem::take(&mut self.held);
        let is_list = !targets.is_one() || options.rounds != Some(1);
        // No page is needed to say that there is nothing.
        if held.is_empty() && !(is_list && session.output.format == Format::Json) {
            self.memory.keep_held()?;
            return Ok(true);
        }
        let context = session.print_context();
        let mut printer = if is_list { Printer::list(context) } else { Printer::one(context) };
        held.into_iter().try_for_each(|document| printer.print(document))?;
        let is_read = printer.finish()?;
        if is_read {
            self.memory.keep_held()?;
        }
        Ok(is_read)
    }

    /// The devices that were named, and those that are selected by what they are. Who that is, is
    /// asked again with every bucket.
    fn targets(
        &mut self,
        watching: &Watching,
        bucket: SignedDuration,
        round: &mut Round,
    ) -> Vec<Target> {
        let Watching { session, targets: TargetDevices { selection, .. }, .. } = watching;
        for name in self.names.iter().filter(|name| !name.is_pattern()) {
            if self.resolved.contains_key(name.as_str()) {
                continue;
            }
            match self.client.find_device(name) {
                Ok(did) => drop(self.resolved.insert(name.to_string(), did)),
                Err(error) => round.fail(&error.into()),
            }
        }
        let selected_at = self.selected.as_ref().map(|(at, _)| *at);
        let selects = !selection.is_empty() || self.names.iter().any(DeviceName::is_pattern);
        if selects && is_due(selected_at, bucket, session.now) {
            let verbosity = session.output.verbosity;
            match selected(self.client, &self.names, selection, verbosity, Target::of) {
                Ok(targets) => self.selected = Some((session.now, targets)),
                Err(failure) => round.fail(&failure),
            }
        }
        let named = self.names.iter().filter_map(|name| {
            Some(Target { did: *self.resolved.get(name.as_str())?, name: name.to_string() })
        });
        let selected = self.selected.iter().flat_map(|(_, targets)| targets).cloned();
        let mut seen = BTreeSet::new();
        named.chain(selected).filter(|target| seen.insert(target.did)).collect()
    }
}

/// Says something that whoever wants only errors does not want to know.
fn warn(session: &Session, text: &str) {
    if session.output.verbosity > Verbosity::ErrorsOnly {
        eprint_line(&format!("warning: {text}"));
    }
}

impl Target {
    fn of(device: Device) -> Option<Self> {
        let did = device.did?;
        Some(Self { did, name: device.hostname.unwrap_or_else(|| did.to_string()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_to_wait_are_read_as_people_type_them() {
        for (text, seconds) in [("1s", 1), ("90s", 90), ("15m", 900), ("1h 30m", 5400)] {
            assert_eq!(every(text).unwrap(), Duration::from_secs(seconds), "{text}");
        }
        for text in ["", "0s", "10ms", "-5m", "soon", "15"] {
            assert!(every(text).is_err(), "{text}");
        }
    }
}
