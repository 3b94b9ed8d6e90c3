//! From a configuration to what is printed.

use std::collections::HashSet;
use std::io;

use dt_analysis::Level;
use dt_model::{DataType, DeviceId, DeviceInfo, Evidence};
use dt_report::contract::{Answer, Document};
use dt_transport::{Client, Query, RecordingTransport, Transport};

use crate::config::{Asking, Config, Cut, Names, Question, Source, Task};
use crate::connect::{connect, connect_through};
use crate::failure::{Failure, Result};
use crate::input::{self, Input, Reading};
use crate::inputs::Inputs;
use crate::printer::{self, Printer};
use crate::progress::Progress;
use crate::say::{say, tell};
use crate::{ask, devices, evidence, exit, resolve, snapshot};

/// Does what is asked for, and gives the exit status.
pub(crate) fn run(config: &Config) -> Result<u8> {
    match (&config.task, &config.source) {
        (Task::Analyse(question, names, asking), Source::Saved(inputs)) => {
            saved(config, *question, names, asking, inputs)
        }
        (Task::Analyse(question, names, asking), Source::Live(connection)) => {
            let connected = connect(connection, config.output.chatter)?;
            live(config, *question, names, asking, &connected.client)
        }
        (Task::Keep(names, asking, to), Source::Live(connection)) => {
            let chatter = config.output.chatter;
            let connected = connect_through(connection, chatter, RecordingTransport::new)?;
            snapshot::take(config, names, asking, to, &connected.client)
        }
        (Task::Prove(names, asking, to), Source::Live(connection)) => {
            let chatter = config.output.chatter;
            let connected = connect_through(connection, chatter, RecordingTransport::new)?;
            evidence::collect(config, names, asking, to.as_deref(), &connected.client)
        }
        (Task::Get(names, asking), Source::Live(connection)) => {
            let connected = connect(connection, config.output.chatter)?;
            get(names, asking, &connected.client)
        }
        (Task::Devices(query, selection), Source::Live(connection)) => {
            let connected = connect(connection, config.output.chatter)?;
            devices::list(config, query.as_deref(), selection, &connected.client)
        }
        (
            Task::Keep(..) | Task::Prove(..) | Task::Get(..) | Task::Devices(..),
            Source::Saved(_),
        ) => {
            unreachable!("refused when the configuration was resolved")
        }
    }
}

fn saved(
    config: &Config,
    question: Question,
    names: &Names,
    asking: &Asking,
    inputs: &[Input],
) -> Result<u8> {
    let device = names.typed.first().map(String::as_str);
    let reading = Reading {
        question,
        data_type: asking.data_type,
        device,
        interval: asking.interval,
        cut: looked_at(config, question),
    };
    let inputs = input::read(inputs, &reading)?;
    tell(&inputs, config.output.chatter);
    let document = document(config, question, asking, &inputs)?;
    let status = status(config.fail_on, &document);
    let mut printer = Printer::one(inputs.making(config));
    printer.print(document)?;
    printer.finish()?;
    Ok(status)
}

fn live<T: Transport>(
    config: &Config,
    question: Question,
    names: &Names,
    asking: &Asking,
    client: &Client<T>,
) -> Result<u8> {
    let ask_about = |did: DeviceId, name: &str| {
        ask::evidence(client, did, question, asking, config).map_err(|failure| failure.about(name))
    };
    each(config, names, client, ask_about, |inputs| {
        tell(&inputs, config.output.chatter);
        document(config, question, asking, &inputs)
    })
}

/// Prints what `conclude` makes of what was asked about each device: one object, or a list of them.
pub(crate) fn each<T: Transport, A>(
    config: &Config,
    names: &Names,
    client: &Client<T>,
    mut ask_about: impl FnMut(DeviceId, &str) -> Result<A>,
    mut conclude: impl FnMut(A) -> Result<Document>,
) -> Result<u8> {
    if names.is_one() {
        let name = &names.typed[0];
        let document = conclude(ask_about(resolve::device(client, name)?, name)?)?;
        let status = status(config.fail_on, &document);
        let mut printer = Printer::one(config.making());
        printer.print(document)?;
        printer.finish()?;
        return Ok(status);
    }
    let mut printer = Printer::list(config.making());
    let mut tally = Statuses::default();
    visit(config, names, client, ask_about, |_, answer| {
        match answer.and_then(&mut conclude) {
            Ok(document) => {
                tally.add(status(config.fail_on, &document));
                printer.print(document)?;
            }
            // One device that fails must not cost the others.
            Err(failure) => {
                say(&failure.to_string());
                tally.fail(failure.status);
            }
        }
        Ok(if printer.is_unread() { Going::NoFurther } else { Going::On })
    })?;
    printer.finish()?;
    Ok(tally.together())
}

/// Whether the next device is of any use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Going {
    On,
    NoFurther,
}

/// Asks about every device that is meant, each once, and hands on its name and what came of it.
pub(crate) fn visit<T: Transport, A>(
    config: &Config,
    names: &Names,
    client: &Client<T>,
    mut ask_about: impl FnMut(DeviceId, &str) -> Result<A>,
    mut hand_on: impl FnMut(&str, Result<A>) -> Result<Going>,
) -> Result<()> {
    let targets = targets(config, names, client)?;
    let mut answered = HashSet::new();
    let progress = Progress::start("devices", config.output.chatter);
    progress.length(targets.len() as u64);
    for target in targets {
        let (device, name) = match &target {
            Target::Typed(name) => (resolve::device(client, name), name),
            Target::Selected(did, name) => (Ok(*did), name),
        };
        // One that was named in two ways is answered once.
        if device.as_ref().is_ok_and(|did| !answered.insert(*did)) {
            progress.done(1);
            continue;
        }
        let answer = device.and_then(|did| ask_about(did, name));
        let going = progress.aside(|| hand_on(name, answer))?;
        progress.done(1);
        if going == Going::NoFurther {
            break;
        }
    }
    Ok(())
}

/// A device of several.
enum Target {
    Typed(String),
    Selected(DeviceId, String),
}

/// The devices that were named, and then those that were selected.
fn targets<T: Transport>(
    config: &Config,
    names: &Names,
    client: &Client<T>,
) -> Result<Vec<Target>> {
    let mut targets: Vec<Target> = all(names)?.into_iter().map(Target::Typed).collect();
    if !names.selection.is_empty() {
        let selected = devices::select(config, &names.selection, client)?;
        targets.extend(selected.into_iter().filter_map(|device| {
            let did = device.did?;
            Some(Target::Selected(did, device.hostname.unwrap_or_else(|| did.to_string())))
        }));
    }
    Ok(targets)
}

/// The exit statuses of several devices.
#[derive(Default)]
pub(crate) struct Statuses {
    answered: Vec<u8>,
    failed: Vec<u8>,
}

impl Statuses {
    pub(crate) fn add(&mut self, status: u8) {
        self.answered.push(status);
    }

    pub(crate) fn fail(&mut self, status: u8) {
        self.failed.push(status);
    }

    /// The common reason if all failed for one that scripts tell apart, else that some failed, else
    /// that something was found.
    pub(crate) fn together(&self) -> u8 {
        let all = |status: u8| self.failed.iter().all(|failed| *failed == status);
        match self.failed.first() {
            Some(_) if self.answered.is_empty() && all(exit::ACCESS) => exit::ACCESS,
            Some(_) if self.answered.is_empty() && all(exit::NETWORK) => exit::NETWORK,
            Some(_) => exit::FAILED,
            None if self.answered.contains(&exit::FOUND) => exit::FOUND,
            None => exit::DONE,
        }
    }
}

/// The names that were typed, and those on standard input.
pub(crate) fn all(names: &Names) -> Result<Vec<String>> {
    let mut all = names.typed.clone();
    if names.more {
        for line in io::stdin().lines() {
            let line = line.map_err(|error| {
                Failure::new("failed to read names from standard input").because(&error)
            })?;
            all.extend(Some(line.trim().to_owned()).filter(|name| !name.is_empty()));
        }
    }
    Ok(all)
}

fn get<T: Transport>(names: &Names, asking: &Asking, client: &Client<T>) -> Result<u8> {
    let name = &names.typed[0];
    let did = resolve::device(client, name)?;
    let response = client.raw(&asking.query(did)?.target());
    let response = response.map_err(|error| Failure::from(error).about(name))?;
    printer::bytes(response.body())?;
    Ok(exit::DONE)
}

/// The exit status that a document means: whether `--fail-on` is met.
pub(crate) fn status(fail_on: Option<Level>, document: &Document) -> u8 {
    let found = |level| document.concerns().iter().any(|concern| concern.level >= level);
    if fail_on.is_some_and(found) { exit::FOUND } else { exit::DONE }
}

/// The time that a question looks at. What is usual is told from everything, so a timeline is cut
/// only when it is shown.
pub(crate) fn looked_at(config: &Config, question: Question) -> Cut {
    match question {
        Question::Timeline(_) => Cut::default(),
        _ => config.cut,
    }
}

/// Answers a question from what was read.
fn document(
    config: &Config,
    question: Question,
    asking: &Asking,
    inputs: &Inputs,
) -> Result<Document> {
    let evidence = &inputs.evidence;
    let perspective = inputs.perspective(config);
    let (policy, now) = (perspective.policy, perspective.viewpoint.now);
    let missing = || missing(question);
    let connections = || evidence.connections.as_ref().ok_or_else(missing);
    Ok(match question {
        Question::Connections => {
            Document::Connections(Box::new(Answer::connections(connections()?, policy, now)))
        }
        Question::Compare => {
            Document::Compare(Box::new(Answer::compare(connections()?, policy, now)))
        }
        Question::Transfers => {
            let answer = Answer::transfers(evidence, policy, now);
            Document::Transfers(Box::new(answer.ok_or_else(missing)?))
        }
        Question::External => {
            let answer = Answer::external(evidence, policy, now);
            Document::External(Box::new(answer.ok_or_else(missing)?))
        }
        Question::Timeline(baseline) => {
            let info = series(evidence, asking.data_type).ok_or_else(missing)?;
            let zone = &config.output.time_zone;
            let answer = Answer::timeline(info, zone, baseline, policy, now);
            Document::Timeline(Box::new(answer.between(config.cut.since, config.cut.until)))
        }
        Question::Report => {
            let answer = Answer::report(evidence, perspective);
            Document::Report(Box::new(answer.ok_or_else(missing)?))
        }
    })
}

/// The answer whose timeline is asked for: the one that counts that; unless it is said, connections,
/// or the only one there is.
fn series(evidence: &Evidence, data_type: Option<DataType>) -> Option<&DeviceInfo> {
    let mut answers = evidence.answers();
    match data_type {
        Some(DataType::BytesOut) => evidence.bytes_out.as_ref(),
        Some(DataType::BytesIn) => evidence.bytes_in.as_ref(),
        Some(DataType::Connections) => evidence.connections.as_ref(),
        None => evidence.connections.as_ref().or_else(|| {
            let first = answers.next();
            first.filter(|_| answers.next().is_none())
        }),
    }
}

/// The part that a question cannot do without is not there.
fn missing(question: Question) -> Failure {
    let (name, wanted) = match question {
        Question::Connections => ("connections", "co=FILE"),
        Question::Compare => ("compare", "co=FILE"),
        Question::Transfers => ("transfers", "sizeout=FILE or --input sizein=FILE"),
        Question::External => ("external", "external=FILE or --input co=FILE"),
        Question::Timeline(_) => ("timeline", "co=FILE, or say which with --datatype"),
        Question::Report => ("report", "co=FILE"),
    };
    Failure::usage(format!("none of the saved responses is one that {name} can answer from"))
        .hint(format!("add --input {wanted}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_of_several_devices_become_one() {
        let together = |answered: &[u8], failed: &[u8]| {
            Statuses { answered: answered.to_vec(), failed: failed.to_vec() }.together()
        };
        assert_eq!(together(&[], &[]), exit::DONE);
        assert_eq!(together(&[0, 3], &[]), exit::FOUND);
        assert_eq!(together(&[3], &[4]), exit::FAILED);
        assert_eq!(together(&[], &[4, 4]), exit::ACCESS);
        assert_eq!(together(&[], &[5]), exit::NETWORK);
        assert_eq!(together(&[], &[4, 5]), exit::FAILED);
    }
}
