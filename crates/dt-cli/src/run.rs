//! From a configuration to what is printed.

use std::io;
use std::ops::ControlFlow;

use dt_analysis::Level;
use dt_model::{DataType, DeviceInfo, Evidence, Subject};
use dt_report::contract::{self, Document};
use dt_transport::{Client, Query, Recording, Transport};

use crate::config::{Asking, Config, Cut, Names, Question, Source, Task};
use crate::connect::connect;
use crate::failure::{Failure, Result};
use crate::gather::{Answer, Gathering, Target, Unanswered};
use crate::input::{self, Input, Reading};
use crate::inputs::Inputs;
use crate::interrupt::{Ends, Interrupt};
use crate::printer::{self, Printer};
use crate::say::{say, tell, tell_oddities};
use crate::{devices, evidence, exit, resolve, snapshot};

/// Does what is asked for, and gives the exit status.
pub(crate) fn run(config: &Config) -> Result<u8> {
    let connection = match (&config.task, &config.source) {
        (Task::Analyse(question, names, asking), Source::Saved(inputs)) => {
            return saved(config, *question, names, asking, inputs);
        }
        (_, Source::Saved(_)) => unreachable!("refused when the configuration was resolved"),
        (_, Source::Live(connection)) => connection,
    };
    let interrupt = Interrupt::listen(Ends::Unfinished)?;
    let connected = connect(connection, config.output.chatter)?;
    let client = &connected.client;
    let done = match &config.task {
        Task::Analyse(question, names, asking) => {
            let gathering = Gathering {
                config,
                question: *question,
                asking,
                client,
                recording: Recording::Nothing,
                interrupt: &interrupt,
            };
            each(names, &gathering, |Answer { mut inputs, .. }| {
                tell(&inputs, config.output.chatter);
                document(config, *question, asking, &mut inputs)
            })
        }
        Task::Keep(names, asking, to) => {
            snapshot::take(names, &recording(config, asking, client, &interrupt), to)
        }
        Task::Prove(names, asking, to) => {
            let gathering = recording(config, asking, client, &interrupt);
            evidence::collect(names, &gathering, to.as_deref())
        }
        Task::Get(names, asking) => get(names, asking, client),
        Task::Devices(query, selection) => {
            devices::list(config, query.as_deref(), selection, client)
        }
    };
    match interrupt.status() {
        Some(status) => Ok(status),
        None => done,
    }
}

/// All that a report needs, with the exchanges.
fn recording<'a, T>(
    config: &'a Config,
    asking: &'a Asking,
    client: &'a Client<T>,
    interrupt: &'a Interrupt,
) -> Gathering<'a, T> {
    let (question, recording) = (Question::Report, Recording::Exchanges);
    Gathering { config, question, asking, client, recording, interrupt }
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
    let mut inputs = input::read(inputs, &reading)?;
    inputs.question = Some((question, asking.data_type));
    let document = document(config, question, asking, &mut inputs);
    match &document {
        Ok(_) => tell(&inputs, config.output.chatter),
        // The failure says what was refused.
        Err(_) => tell_oddities(&inputs, config.output.chatter),
    }
    let document = document?;
    let status = status(config.fail_on, &document);
    let mut printer = Printer::one(inputs.making(config));
    printer.print(document)?;
    printer.finish()?;
    Ok(status)
}

/// Prints what `conclude` makes of what was answered about each device: one object, or a list of them.
pub(crate) fn each<T: Transport>(
    names: &Names,
    gathering: &Gathering<'_, T>,
    mut conclude: impl FnMut(Answer) -> Result<Document>,
) -> Result<u8> {
    let Gathering { config, interrupt, .. } = gathering;
    let is_one = names.is_one();
    let mut printer =
        if is_one { Printer::one(config.making()) } else { Printer::list(config.making()) };
    let mut tally = Statuses::default();
    gathering.each(targets(names, gathering)?, |outcome| {
        let outcome = outcome.map_err(Unanswered::into_failure);
        match outcome.and_then(&mut conclude) {
            Ok(document) => {
                tally.add(status(config.fail_on, &document));
                printer.print(document)?;
            }
            Err(failure) if is_one => return Err(failure),
            // A failing device does not stop the run.
            Err(failure) => {
                say(&failure.to_string());
                tally.fail(failure.status);
            }
        }
        Ok(if printer.is_unread() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    interrupt.close();
    printer.finish()?;
    Ok(tally.together())
}

/// The devices that were named, and then those that were selected.
pub(crate) fn targets<T: Transport>(
    names: &Names,
    gathering: &Gathering<'_, T>,
) -> Result<Vec<Target>> {
    let Gathering { config, client, .. } = gathering;
    let mut targets: Vec<Target> = all(names)?.into_iter().map(Target::Typed).collect();
    if !names.selection.is_empty() {
        let selected = devices::select(config, &names.selection, client)?;
        targets.extend(selected.into_iter().filter_map(Target::of));
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
    inputs: &mut Inputs,
) -> Result<Document> {
    let analysed = inputs.series.take();
    let evidence = &inputs.evidence;
    let perspective = inputs.perspective(config);
    let (policy, now) = (perspective.policy, perspective.viewpoint.now);
    let missing = || missing(question, evidence, asking.data_type);
    let connections = || evidence.connections.answer().ok_or_else(missing);
    Ok(match question {
        Question::Connections => Document::Connections(Box::new(contract::Answer::connections(
            connections()?,
            policy,
            now,
        ))),
        Question::Compare => {
            Document::Compare(Box::new(contract::Answer::compare(connections()?, policy, now)))
        }
        Question::Transfers => {
            let answer = contract::Answer::transfers(evidence, policy, now);
            Document::Transfers(Box::new(answer.ok_or_else(missing)?))
        }
        Question::External => {
            let answer = contract::Answer::external(evidence, policy, now);
            Document::External(Box::new(answer.ok_or_else(missing)?))
        }
        Question::Timeline(baseline) => {
            let info = series(evidence, asking.data_type).ok_or_else(missing)?;
            let zone = &config.output.time_zone;
            let answer = contract::Answer::timeline(info, zone, baseline, policy, now);
            Document::Timeline(Box::new(answer.between(config.cut.since, config.cut.until)))
        }
        Question::Report => {
            let answer = contract::Answer::report_of(evidence, analysed, perspective);
            Document::Report(Box::new(answer.ok_or_else(missing)?))
        }
    })
}

/// The answer whose timeline is asked for: the one that counts that; unless it is said, connections,
/// or the only one there is.
fn series(evidence: &Evidence, data_type: Option<DataType>) -> Option<&DeviceInfo> {
    let mut answers = evidence.answers();
    match data_type {
        Some(DataType::BytesOut) => evidence.bytes_out.answer(),
        Some(DataType::BytesIn) => evidence.bytes_in.answer(),
        Some(DataType::Connections) => evidence.connections.answer(),
        // What was refused has to be told, not stood in for.
        None if evidence.connections.refusal().is_some() => None,
        None => evidence.connections.answer().or_else(|| {
            let first = answers.next();
            first.filter(|_| answers.next().is_none())
        }),
    }
}

/// The part that a question cannot do without is not there.
fn missing(question: Question, evidence: &Evidence, data_type: Option<DataType>) -> Failure {
    let (name, wanted) = match question {
        Question::Connections => ("connections", "co=FILE"),
        Question::Compare => ("compare", "co=FILE"),
        Question::Transfers => ("transfers", "sizeout=FILE or --input sizein=FILE"),
        Question::External => ("external", "external=FILE or --input co=FILE"),
        Question::Timeline(_) => ("timeline", "co=FILE, or say which with --datatype"),
        Question::Report => ("report", "co=FILE"),
    };
    let refused = question.refusals(evidence, data_type);
    let refused = refused.filter(|(subject, _)| matches!(subject, Subject::Part(_)));
    if let Some(failure) = Failure::refused(name, &refused.collect::<Vec<_>>()) {
        return failure;
    }
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
