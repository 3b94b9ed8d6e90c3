//! What was commanded, apart from the options that every command takes.

use std::path::PathBuf;

use dt_analysis::timeline::Baseline;
use dt_model::{DeviceDetails, EmptyBuckets};
use dt_report::schema::Object;
use dt_report::table::Extent;

use super::formats::Printed;
use super::{Asking, Names, Question, Selection, Task};
use crate::args::{
    Command, Completions, ConfigCommand, Configure, Devices, Diff, Evidence, Get, Man, Plain,
    Report, Schema, Snapshot, Targets, Timeline, Watch,
};
use crate::describe::Description;
use crate::failure::{Failure, Result};
use crate::options::{Options, QuestionOptions, SelectionOptions};

/// A command, and the options behind it.
pub(super) enum Ordered {
    Ask(Order, Options),
    Watch(Box<Watch>, Options),
    Examine(Options),
    Configure(Wanted, Options),
    Differ(Vec<PathBuf>, Options),
    Describe(Description),
}

/// What is wanted of the configuration.
pub(super) enum Wanted {
    Path,
    Init,
    Show,
}

/// A command without its options.
pub(super) enum Order {
    Analyse(Question, Extent, Vec<String>),
    Watch(Vec<String>),
    Keep { devices: Vec<String>, to: PathBuf },
    Prove { devices: Vec<String>, to: Option<PathBuf> },
    Get { devices: Vec<String>, details: DeviceDetails, empty_buckets: EmptyBuckets },
    Devices(Option<String>),
}

/// Takes a command apart.
pub(super) fn order(command: Command) -> Ordered {
    let analyse = |question, extent, targets: Targets| {
        Ordered::Ask(Order::Analyse(question, extent, targets.devices), targets.options)
    };
    match command {
        Command::Connections(targets) => analyse(Question::Connections, Extent::Screen, targets),
        Command::Transfers(targets) => analyse(Question::Transfers, Extent::Screen, targets),
        Command::Compare(targets) => analyse(Question::Compare, Extent::Screen, targets),
        Command::External(targets) => analyse(Question::External, Extent::Screen, targets),
        Command::Timeline(Timeline { causal, targets }) => {
            let baseline = if causal { Baseline::Before } else { Baseline::Others };
            analyse(Question::Timeline(baseline), Extent::Screen, targets)
        }
        Command::Report(Report { all: false, targets }) => {
            analyse(Question::Report, Extent::Screen, targets)
        }
        Command::Report(Report { all: true, targets }) => {
            analyse(Question::Report, Extent::Whole, targets)
        }
        Command::Watch(mut watch) => {
            let options = std::mem::take(&mut watch.targets.options);
            Ordered::Watch(Box::new(watch), options)
        }
        Command::Snapshot(Snapshot { to, targets: Targets { devices, options } }) => {
            Ordered::Ask(Order::Keep { devices, to }, options)
        }
        Command::Diff(Diff { old, new, options }) => {
            Ordered::Differ(old.into_iter().chain(new).collect(), options)
        }
        Command::Evidence(Evidence { to, targets: Targets { devices, options } }) => {
            Ordered::Ask(Order::Prove { devices, to }, options)
        }
        Command::Get(Get { full_device_details, no_show_all_graph_data, targets }) => {
            let details =
                if full_device_details { DeviceDetails::Full } else { DeviceDetails::Omitted };
            let empty_buckets =
                if no_show_all_graph_data { EmptyBuckets::Dropped } else { EmptyBuckets::Shown };
            let devices = targets.devices;
            Ordered::Ask(Order::Get { devices, details, empty_buckets }, targets.options)
        }
        Command::Devices(Devices { query, options }) => {
            Ordered::Ask(Order::Devices(query), options)
        }
        Command::Doctor(Plain { options }) => Ordered::Examine(options),
        Command::Schema(Schema { object }) => Ordered::Describe(Description::Schema(object)),
        Command::Completions(Completions { shell }) => {
            Ordered::Describe(Description::Completions(shell))
        }
        Command::Man(Man { command }) => Ordered::Describe(Description::Manual(command)),
        Command::Config(Configure { options: around, command }) => {
            let (wanted, Plain { options }) = match command {
                ConfigCommand::Path(plain) => (Wanted::Path, plain),
                ConfigCommand::Init(plain) => (Wanted::Init, plain),
                ConfigCommand::Show(plain) => (Wanted::Show, plain),
            };
            Ordered::Configure(wanted, around.and(options))
        }
    }
}

impl Order {
    pub(super) fn question(&self) -> Option<Question> {
        match self {
            Self::Analyse(question, ..) => Some(*question),
            // What is watched or kept is what a report needs.
            Self::Watch(_) | Self::Keep { .. } | Self::Prove { .. } => Some(Question::Report),
            Self::Get { .. } | Self::Devices(_) => None,
        }
    }

    pub(super) const fn printed(&self) -> Printed {
        match self {
            Self::Analyse(question, ..) => Printed::Object(question.object()),
            Self::Watch(_) => Printed::Object(Object::Watch),
            Self::Keep { .. } => Printed::Object(Object::Snapshot),
            Self::Prove { .. } => Printed::Object(Object::Evidence),
            Self::Devices(_) => Printed::Object(Object::Devices),
            Self::Get { .. } => Printed::Response,
        }
    }

    pub(super) fn extent(&self) -> Extent {
        match self {
            Self::Analyse(_, extent, _) => *extent,
            Self::Watch(_)
            | Self::Keep { .. }
            | Self::Prove { .. }
            | Self::Get { .. }
            | Self::Devices(_) => Extent::Screen,
        }
    }

    pub(super) fn task(
        self,
        options: &QuestionOptions,
        selection: SelectionOptions,
    ) -> Result<Task> {
        let asking = Asking::resolve(options, self.question())?;
        let selection = Selection::resolve(selection)?;
        Ok(match self {
            Self::Analyse(question, _, devices) => {
                Task::Analyse(question, Names::new(devices, selection)?, asking)
            }
            Self::Watch(devices) => {
                Task::Analyse(Question::Report, Names::new(devices, selection)?, asking)
            }
            Self::Keep { devices, to } => {
                if asking.restricts() {
                    return Err(Failure::usage("a snapshot is of all that a device does")
                        .hint("leave out --port and --external-domain"));
                }
                Task::Keep(Names::new(devices, selection)?, asking, to)
            }
            Self::Prove { devices, to } => {
                if asking.restricts() {
                    return Err(Failure::usage("evidence is about all that a device does")
                        .hint("leave out --port and --external-domain"));
                }
                Task::Prove(Names::new(devices, selection)?, asking, to)
            }
            Self::Get { devices, details, empty_buckets } => {
                let names = Names::new(devices, selection)?;
                if !names.is_one() || names.is_none() {
                    return Err(Failure::usage("get is about one device: name it"));
                }
                Task::Get(names, asking.passing_on(details, empty_buckets))
            }
            Self::Devices(query) => Task::Devices(query, selection),
        })
    }
}
