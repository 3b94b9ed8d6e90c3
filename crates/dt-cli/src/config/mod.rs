//! The command line resolved: everything is decided here, before anything runs.

mod moment;
mod source;

use anstream::ColorChoice;
use dt_analysis::{Level, Policy};
use dt_model::{
    DataType, DeviceDetails, DeviceId, DeviceInfoQuery, EmptyBuckets, ExternalDomain, IntervalHours,
};
use dt_report::table::Extent;
use jiff::Timestamp;
use jiff::tz::TimeZone;

pub(crate) use moment::Cut;
pub(crate) use source::{Connection, Peer, Source};

use crate::args::{Cli, Command, Devices, Get, Report, Targets};
use crate::failure::{Failure, Result};
use crate::options::{Color, Format, Options, OutputOptions, QuestionOptions, Rules};

/// What is to be done.
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
    /// Passes a response on.
    Get(Names, Asking),
    /// Lists devices whose host name is like this.
    Devices(Option<String>),
}

/// Which question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Question {
    Connections,
    Transfers,
    Compare,
    External,
    Report,
}

/// The devices as they were typed.
#[derive(Debug)]
pub(crate) struct Names {
    pub(crate) typed: Vec<String>,
    /// Whether more are to be read from standard input.
    pub(crate) more: bool,
}

impl Names {
    fn new(typed: Vec<String>) -> Result<Self> {
        let dashes = typed.iter().filter(|name| *name == "-").count();
        if dashes > 1 {
            return Err(Failure::usage("names can be read from standard input only once"));
        }
        let typed = typed.into_iter().filter(|name| name != "-").collect();
        Ok(Self { typed, more: dashes == 1 })
    }

    /// Whether one device was asked for, plainly: the answer is then no list.
    pub(crate) fn is_one(&self) -> bool {
        self.typed.len() <= 1 && !self.more
    }
}

/// How a device is asked about.
#[derive(Debug)]
pub(crate) struct Asking {
    data_type: Option<DataType>,
    odid: Option<DeviceId>,
    port: Option<u16>,
    domain: Option<ExternalDomain>,
    /// The width of a bucket, if it was given.
    pub(crate) interval: Option<IntervalHours>,
    default_interval: u32,
    similar_devices: u32,
    details: DeviceDetails,
    empty_buckets: EmptyBuckets,
    pub(crate) enrich: bool,
}

impl Asking {
    fn resolve(options: &QuestionOptions, question: Option<Question>) -> Result<Self> {
        let asking = Self {
            data_type: options.datatype.map(DataType::from),
            odid: options.odid.map(DeviceId::new),
            port: options.port,
            domain: options
                .external_domain
                .as_deref()
                .map(ExternalDomain::new)
                .transpose()
                .map_err(|error| {
                    Failure::usage("--external-domain cannot be that").because(&error)
                })?,
            interval: options.interval_hours.map(IntervalHours::new).transpose().map_err(
                |error| Failure::usage("--interval-hours cannot be that").because(&error),
            )?,
            default_interval: match question {
                Some(Question::Transfers | Question::Compare) => 4,
                _ => 1,
            },
            similar_devices: options.similar_devices.unwrap_or(match question {
                Some(Question::Compare) => 3,
                Some(Question::Report) => 5,
                _ => 0,
            }),
            details: if question.is_some() { DeviceDetails::Full } else { DeviceDetails::Omitted },
            empty_buckets: EmptyBuckets::Shown,
            enrich: !options.no_enrich,
        };
        asking.check(question)?;
        Ok(asking)
    }

    /// Refuses what a question cannot mean.
    fn check(&self, question: Option<Question>) -> Result<()> {
        let counts = |wanted: &[DataType]| self.data_type.is_none_or(|of| wanted.contains(&of));
        let fits = match question {
            None => true,
            Some(Question::Transfers) => counts(&[DataType::BytesOut, DataType::BytesIn]),
            Some(_) => counts(&[DataType::Connections]),
        };
        if !fits {
            return Err(Failure::usage("--datatype does not fit the question")
                .hint("connections count co, transfers count sizeout and sizein"));
        }
        let about_outside = matches!(question, Some(Question::External | Question::Report));
        if about_outside && self.odid.is_some() {
            return Err(Failure::usage("--odid does not fit a question about everything outside")
                .hint("use it with connections, transfers or compare"));
        }
        Ok(())
    }

    /// Whether the answer is restricted to a part of the traffic.
    fn restricts(&self) -> bool {
        self.odid.is_some() || self.port.is_some() || self.domain.is_some()
    }

    /// The directions that transfers are asked for.
    pub(crate) fn counts(&self, data_type: DataType) -> bool {
        self.data_type.is_none_or(|only| only == data_type)
    }

    /// The query about one device.
    pub(crate) fn query(&self, did: DeviceId) -> Result<DeviceInfoQuery> {
        let invalid = |error| Failure::usage("that cannot be asked").because(&error);
        let mut query = DeviceInfoQuery::new(did)
            .map_err(invalid)?
            .data_type(self.data_type.unwrap_or_default())
            .device_details(self.details)
            .empty_buckets(self.empty_buckets)
            .similar_devices(self.similar_devices)
            .interval(match self.interval {
                Some(interval) => interval,
                None => IntervalHours::new(self.default_interval).map_err(invalid)?,
            });
        if let Some(odid) = self.odid {
            query = query.destination(odid);
        }
        if let Some(port) = self.port {
            query = query.port(port);
        }
        if let Some(domain) = &self.domain {
            query = query.external_domain(domain.clone());
        }
        Ok(query)
    }
}

/// How to print.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) format: Format,
    pub(crate) color: ColorChoice,
    pub(crate) time_zone: TimeZone,
    pub(crate) extent: Extent,
    pub(crate) chatter: Chatter,
}

/// How much to say on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Chatter {
    ErrorsOnly,
    FirstWarnings,
    Everything,
}

impl Config {
    pub(crate) fn resolve(cli: Cli, now: Timestamp) -> Result<Self> {
        let (order, options) = order(cli.command);
        let options = cli.options.and(options);
        let question = order.question();
        let output = output(&options.output, order.extent())?;
        let cut = Cut::resolve(&options.question, question, &output.time_zone, now)?;
        let rules = options.question.rules.unwrap_or(Rules::Extended);
        let fail_on = options.output.fail_on.map(Level::from);
        let task = order.task(&options.question)?;
        let source = Source::resolve(options.source, options.network, &task)?;
        let policy = match rules {
            Rules::Documented => Policy::documented(),
            Rules::Extended => Policy::default(),
        };
        Ok(Self { task, source, policy, cut, output, fail_on, now })
    }
}

/// A command without its options.
enum Order {
    Analyse(Question, Extent, Vec<String>),
    Get { devices: Vec<String>, details: DeviceDetails, empty_buckets: EmptyBuckets },
    Devices(Option<String>),
}

fn order(command: Command) -> (Order, Options) {
    let analyse = |question, extent, targets: Targets| {
        (Order::Analyse(question, extent, targets.devices), targets.options)
    };
    match command {
        Command::Connections(targets) => analyse(Question::Connections, Extent::Screen, targets),
        Command::Transfers(targets) => analyse(Question::Transfers, Extent::Screen, targets),
        Command::Compare(targets) => analyse(Question::Compare, Extent::Screen, targets),
        Command::External(targets) => analyse(Question::External, Extent::Screen, targets),
        Command::Report(Report { all: false, targets }) => {
            analyse(Question::Report, Extent::Screen, targets)
        }
        Command::Report(Report { all: true, targets }) => {
            analyse(Question::Report, Extent::Whole, targets)
        }
        Command::Get(Get { full_device_details, no_show_all_graph_data, targets }) => {
            let details =
                if full_device_details { DeviceDetails::Full } else { DeviceDetails::Omitted };
            let empty_buckets =
                if no_show_all_graph_data { EmptyBuckets::Dropped } else { EmptyBuckets::Shown };
            let devices = targets.devices;
            (Order::Get { devices, details, empty_buckets }, targets.options)
        }
        Command::Devices(Devices { query, options }) => (Order::Devices(query), options),
    }
}

impl Order {
    fn question(&self) -> Option<Question> {
        match self {
            Self::Analyse(question, ..) => Some(*question),
            Self::Get { .. } | Self::Devices(_) => None,
        }
    }

    fn extent(&self) -> Extent {
        match self {
            Self::Analyse(_, extent, _) => *extent,
            Self::Get { .. } | Self::Devices(_) => Extent::Screen,
        }
    }

    fn task(self, options: &QuestionOptions) -> Result<Task> {
        let asking = Asking::resolve(options, self.question())?;
        Ok(match self {
            Self::Analyse(question, _, devices) => {
                Task::Analyse(question, Names::new(devices)?, asking)
            }
            Self::Get { devices, details, empty_buckets } => {
                let names = Names::new(devices)?;
                if names.typed.len() != 1 || names.more {
                    return Err(Failure::usage("get is about one device: name it"));
                }
                Task::Get(names, Asking { details, empty_buckets, ..asking })
            }
            Self::Devices(query) => Task::Devices(query),
        })
    }
}

fn output(options: &OutputOptions, extent: Extent) -> Result<Output> {
    Ok(Output {
        format: options.format.unwrap_or(Format::Table),
        color: match options.color.unwrap_or(Color::Auto) {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        },
        time_zone: time_zone(options.timezone.as_deref())?,
        extent,
        chatter: match (options.quiet, options.verbose) {
            (true, _) => Chatter::ErrorsOnly,
            (false, 0) => Chatter::FirstWarnings,
            (false, _) => Chatter::Everything,
        },
    })
}

fn time_zone(name: Option<&str>) -> Result<TimeZone> {
    let Some(name) = name else { return Ok(TimeZone::UTC) };
    TimeZone::get(name).map_err(|error| {
        Failure::usage(format!("--timezone {name:?} is not known"))
            .because(&error)
            .hint("use a name such as Europe/Berlin, America/New_York or UTC")
    })
}
