//! The command line resolved: everything is decided here, before anything runs.

mod asking;
mod differing;
mod formats;
mod moment;
mod order;
mod output;
mod place;
mod profile;
mod rhythm;
mod selection;
mod settings;
mod source;
mod telling;
#[cfg(test)]
mod tests;
mod token;

use std::path::PathBuf;

use dt_analysis::timeline::Baseline;
use dt_analysis::{AsOf, Level, Policy};
use dt_model::{DataType, Evidence, EvidencePart, Refusal, Subject};
use dt_report::contract::Perspective;
use dt_report::schema::Object;
use dt_report::table::Extent;
use jiff::Timestamp;

pub(crate) use asking::Asking;
pub(crate) use differing::Differing;
pub(crate) use moment::Cut;
pub(crate) use output::{Chatter, Output};
pub(crate) use selection::Selection;
pub(crate) use settings::{Origin, Setting, Settings, Trust};
pub(crate) use source::{Connection, DemoAppliance, Link, Peer, Source};

use self::formats::Printed;
use self::order::{Order, Ordered, Wanted, order};
use crate::args::Cli;
use crate::describe::Description;
use crate::failure::{Failure, Result};
use crate::options::{Options, QuestionOptions, Rules, SourceOptions};
use crate::printer::Making;
use crate::watch::Rhythm;

/// What an environment variable says; `None` if it is empty, too.
pub(crate) type Environment<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// What is to be done.
#[derive(Debug)]
pub(crate) enum Job {
    /// Something is asked about devices.
    Ask(Box<Config>),
    /// Devices are watched.
    Watch(Box<Config>, Rhythm),
    /// The way to an appliance is examined.
    Examine(Box<Examination>),
    /// The configuration is looked at, or begun.
    Configure(Configuring, Output),
    /// Two snapshots are compared.
    Differ(Box<Differing>),
    /// The program itself is described.
    Describe(Description),
}

/// What is to be examined.
#[derive(Debug)]
pub(crate) struct Examination {
    /// The appliance inside the program, instead of a configured one.
    pub(crate) demo: Option<DemoAppliance>,
    /// An examination also tells what is wrong with them.
    pub(crate) settings: Result<Settings>,
    pub(crate) output: Output,
    pub(crate) now: Timestamp,
}

/// What is to be done with the configuration.
#[derive(Debug)]
pub(crate) enum Configuring {
    /// Says where it is.
    Path(PathBuf),
    /// Writes one to begin with.
    Init(PathBuf),
    /// Shows every setting and where it comes from.
    Show(Box<Settings>),
}

/// How a question about devices is answered.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) task: Task,
    pub(crate) source: Source,
    pub(crate) policy: Policy,
    pub(crate) cut: Cut,
    pub(crate) output: Output,
    pub(crate) fail_on: Option<Level>,
    /// The time at which the program was started.
    pub(crate) now: Timestamp,
}

/// What the program is asked for.
#[derive(Debug)]
pub(crate) enum Task {
    /// Answers a question about devices.
    Analyse(Question, Names, Asking),
    /// Keeps in this directory what a report about devices needs.
    Keep(Names, Asking, PathBuf),
    /// Says what was looked at, found and answered, and keeps it in this directory.
    Prove(Names, Asking, Option<PathBuf>),
    /// Passes a response on.
    Get(Names, Asking),
    /// Lists devices, those whose host name is like this if there is one.
    Devices(Option<String>, Selection),
}

/// Which question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Question {
    Connections,
    Transfers,
    Compare,
    External,
    Timeline(Baseline),
    Report,
}

impl Question {
    /// Whether the answer to it draws on something, where this is to be counted: a timeline is of one
    /// part alone.
    pub(crate) fn rests_on(self, subject: Subject<'_>, data_type: Option<DataType>) -> bool {
        use EvidencePart::{BytesIn, BytesOut, Connections};
        match (self, subject) {
            (Self::Connections | Self::Compare, Subject::Part(part)) => part == Connections,
            (Self::Transfers, Subject::Part(part)) => matches!(part, BytesOut | BytesIn),
            (Self::Timeline(_), Subject::Part(part)) => {
                part == EvidencePart::counting(data_type.unwrap_or_default())
            }
            (Self::External, Subject::Part(part)) => !matches!(part, BytesOut | BytesIn),
            (Self::Report, _) | (Self::External, Subject::Endpoint(_)) => true,
            _ => false,
        }
    }

    /// What was refused of that which an answer to it draws on.
    pub(crate) fn refusals(
        self,
        evidence: &Evidence,
        data_type: Option<DataType>,
    ) -> impl Iterator<Item = (Subject<'_>, &Refusal)> {
        evidence.refusals().filter(move |(subject, _)| self.rests_on(*subject, data_type))
    }

    const fn object(self) -> Object {
        match self {
            Self::Connections => Object::Connections,
            Self::Transfers => Object::Transfers,
            Self::Compare => Object::Compare,
            Self::External => Object::External,
            Self::Timeline(_) => Object::Timeline,
            Self::Report => Object::Report,
        }
    }
}

/// The devices that are asked for.
#[derive(Debug)]
pub(crate) struct Names {
    /// As they were typed.
    pub(crate) typed: Vec<String>,
    /// Whether more are to be read from standard input.
    pub(crate) more: bool,
    /// More of them, by what they are.
    pub(crate) selection: Selection,
}

impl Config {
    /// How a report is made.
    pub(crate) fn perspective(&self) -> Perspective<'_> {
        let viewpoint = AsOf { now: self.now, zone: &self.output.time_zone };
        Perspective { policy: &self.policy, viewpoint, appliance: self.source.appliance() }
    }

    /// How everything that is printed is made.
    pub(crate) fn making(&self) -> Making<'_> {
        let policy =
            matches!(self.task, Task::Analyse(..) | Task::Prove(..)).then_some(&self.policy);
        Making {
            output: &self.output,
            now: self.now,
            appliance: self.source.appliance(),
            source: self.source.in_words(),
            policy,
        }
    }
}

impl Names {
    fn new(typed: Vec<String>, selection: Selection) -> Result<Self> {
        let dashes = typed.iter().filter(|name| *name == "-").count();
        if dashes > 1 {
            return Err(Failure::usage("names can be read from standard input only once"));
        }
        let typed = typed.into_iter().filter(|name| name != "-").collect();
        Ok(Self { typed, more: dashes == 1, selection })
    }

    /// Whether one device was asked for, plainly: the answer is then no list.
    pub(crate) fn is_one(&self) -> bool {
        self.typed.len() <= 1 && !self.more && self.selection.is_empty()
    }

    /// Whether nothing says which device.
    pub(crate) fn is_none(&self) -> bool {
        self.typed.is_empty() && self.is_one()
    }
}

impl Job {
    /// `environment` is asked for variables; those that are empty say nothing.
    pub(crate) fn resolve(cli: Cli, now: Timestamp, environment: &Environment<'_>) -> Result<Self> {
        let environment = &|name: &str| environment(name).filter(|value| !value.is_empty());
        match order(cli.command) {
            Ordered::Ask(order, options) => {
                let options = cli.options.and(options);
                Config::resolve(order, options, now, environment)
                    .map(|config| Self::Ask(Box::new(config)))
            }
            Ordered::Watch(watch, options) => {
                let mut options = cli.options.and(options);
                no_files(&options.source)?;
                let zone = output::time_zone(options.output.timezone.as_deref())?;
                let since = Cut::beginning(&options.question, &zone, now)?;
                let rhythm = Rhythm::resolve(&watch, since)?;
                options.question.since = None;
                let order = Order::Watch(watch.targets.devices);
                let config = Config::resolve(order, options, now, environment)?;
                Ok(Self::Watch(Box::new(config), rhythm))
            }
            Ordered::Examine(options) => {
                let options = cli.options.and(options);
                let printed = Printed::Object(Object::Doctor);
                let output =
                    Output::resolve(&options.output, Extent::Screen, printed, environment)?;
                no_files(&options.source)?;
                source::one_place(&options.source)?;
                let demo = DemoAppliance::resolve(&options.source)?;
                let settings = source::settings(options.source, &options.network, environment);
                let examination = Examination { demo, settings, output, now };
                Ok(Self::Examine(Box::new(examination)))
            }
            Ordered::Differ(snapshots, options) => {
                let options = cli.options.and(options);
                Differing::resolve(snapshots, options, now, environment)
                    .map(|differing| Self::Differ(Box::new(differing)))
            }
            Ordered::Describe(description) => Ok(Self::Describe(description)),
            Ordered::Configure(wanted, options) => {
                let options = cli.options.and(options);
                let printed = match wanted {
                    Wanted::Path | Wanted::Init => Printed::Path,
                    Wanted::Show => Printed::Object(Object::Config),
                };
                let output =
                    Output::resolve(&options.output, Extent::Screen, printed, environment)?;
                no_files(&options.source)?;
                if options.source.demo.is_some() || !options.source.demo_fault.is_empty() {
                    return Err(Failure::usage("the demo appliance has no configuration")
                        .hint("leave out --demo"));
                }
                let configuring = match wanted {
                    Wanted::Path => Configuring::Path(place::config_file(environment)?),
                    Wanted::Init => Configuring::Init(place::config_file(environment)?),
                    Wanted::Show => {
                        let settings =
                            source::settings(options.source, &options.network, environment)?;
                        Configuring::Show(Box::new(settings))
                    }
                };
                Ok(Self::Configure(configuring, output))
            }
        }
    }
}

/// By which thresholds to judge.
fn policy(options: &QuestionOptions) -> Policy {
    match options.rules.unwrap_or(Rules::Extended) {
        Rules::Documented => Policy::documented(),
        Rules::Extended => Policy::default(),
    }
}

fn no_files(source: &SourceOptions) -> Result<()> {
    if source.input.is_empty() {
        return Ok(());
    }
    Err(Failure::usage("that is not about saved responses").hint("leave out --input"))
}

impl Config {
    fn resolve(
        order: Order,
        options: Options,
        now: Timestamp,
        environment: &Environment<'_>,
    ) -> Result<Self> {
        let question = order.question();
        let output =
            Output::resolve(&options.output, order.extent(), order.printed(), environment)?;
        let cut = Cut::resolve(&options.question, question, &output.time_zone, now)?;
        let rules = options.question.rules.unwrap_or(Rules::Extended);
        telling::found(output.format, output.subject, rules)?;
        let fail_on = options.output.fail_on.map(Level::from);
        let task = order.task(&options.question, options.selection)?;
        let source = Source::resolve(options.source, &options.network, &task, environment)?;
        let policy = policy(&options.question);
        Ok(Self { task, source, policy, cut, output, fail_on, now })
    }
}
