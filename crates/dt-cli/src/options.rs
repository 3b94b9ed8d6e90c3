//! Options that every command takes, before or after it.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, Args, ValueEnum, value_parser};
use dt_analysis::Level;
use dt_appliance::{Fault, FaultRule};
use dt_report::event::Standard;

use crate::subnet::Subnet;

/// Options of every command.
#[derive(Debug, Default, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) source: SourceOptions,
    #[command(flatten)]
    pub(crate) network: NetworkOptions,
    #[command(flatten)]
    pub(crate) selection: SelectionOptions,
    #[command(flatten)]
    pub(crate) question: QuestionOptions,
    #[command(flatten)]
    pub(crate) output: OutputOptions,
}

/// Where answers come from.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Where answers come from")]
pub(crate) struct SourceOptions {
    /// Ask the built-in demo appliance
    #[arg(long, value_enum, value_name = "DIALECT", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "appliance")]
    pub(crate) demo: Option<Demo>,

    /// Inject a fault into demo responses, such as clock=45m, 429=5 or html; repeatable. @PART limits
    /// it to co, sizeout, sizein, external, external-out, domain, endpoints, devices or status. Of
    /// several for a request the first counts; delay and clock combine with it
    #[arg(long, value_name = "KIND[=VALUE][@PART]")]
    pub(crate) demo_fault: Vec<FaultRule<Fault>>,

    /// Ask the appliance at this address, instead of the one in `DT_URL`
    #[arg(long)]
    pub(crate) url: Option<String>,

    /// Ask the appliance of this profile of the configuration, instead of the one in `DT_PROFILE`
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,

    /// Answer from a saved response: [co|sizeout|sizein|external|external-out|endpoints=]FILE, - for
    /// standard input; or from a snapshot, or a directory of snapshots; repeatable
    #[arg(long, value_name = "[PART=]FILE|DIR")]
    pub(crate) input: Vec<OsString>,
}

/// How an appliance is reached.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Network")]
pub(crate) struct NetworkOptions {
    /// Accept an http:// address that is not this machine's: what is answered can be read on the way
    #[arg(long)]
    pub(crate) allow_http: bool,

    /// Which form of the query is signed [default: decoded]
    #[arg(long, value_enum)]
    pub(crate) sign: Option<Sign>,

    /// Which HTTP client to use [default: ureq]
    #[arg(long, value_enum)]
    pub(crate) backend: Option<Backend>,

    /// Trust the certificate authorities in this PEM file, too, instead of those in `DT_CA_FILE`
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,

    /// Trust only the certificate with this SHA-256, whatever its name, issuer and age
    #[arg(long, value_name = "HEX")]
    pub(crate) pin_sha256: Option<String>,

    /// Trust any certificate: whoever sits between can read and change everything
    #[arg(long)]
    pub(crate) insecure: bool,

    /// Go through this proxy, instead of the environment's
    #[arg(long, value_name = "URL")]
    pub(crate) proxy: Option<String>,

    /// Seconds until an answer must be there [default: 60]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) timeout: Option<u64>,

    /// Seconds until a connection must be there [default: 10]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) connect_timeout: Option<u64>,

    /// At most this many further attempts [default: 3]
    #[arg(long, value_name = "N")]
    pub(crate) retries: Option<u32>,

    /// At most this many requests to the appliance at once, 1 to 32 [default: 4]
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..=32))]
    pub(crate) in_flight: Option<u32>,

    /// At most this many requests begun in a second [default: no limit]
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..=1000))]
    pub(crate) rate: Option<u32>,
}

/// Which devices are meant, by what they are.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Which devices")]
pub(crate) struct SelectionOptions {
    /// Devices with this tag, in which * stands for anything; repeatable
    #[arg(long, value_name = "NAME")]
    pub(crate) tag: Vec<String>,

    /// Devices of this type, such as laptop, in which * stands for anything; repeatable
    #[arg(long = "type", value_name = "NAME")]
    pub(crate) kind: Vec<String>,

    /// Devices in this subnet: its number on the appliance, or a block such as 10.20.4.0/24;
    /// repeatable
    #[arg(long, value_name = "SUBNET", allow_negative_numbers = true)]
    pub(crate) subnet: Vec<Subnet>,
}

/// What is asked, and how it is judged.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Question")]
pub(crate) struct QuestionOptions {
    /// What to count [default: co]
    #[arg(long, value_enum, value_name = "TYPE")]
    pub(crate) datatype: Option<DataType>,

    /// Only traffic with this destination device; 0 is everything outside
    #[arg(long, value_name = "DID", allow_negative_numbers = true)]
    pub(crate) odid: Option<i64>,

    /// Only traffic on this port
    #[arg(long)]
    pub(crate) port: Option<u16>,

    /// Only external traffic with this domain
    #[arg(long, value_name = "DOMAIN")]
    pub(crate) external_domain: Option<String>,

    /// How many hours a bucket is wide [default: 4 for transfers and compare, else 1]
    #[arg(long, value_name = "HOURS")]
    pub(crate) interval_hours: Option<u32>,

    /// How many similar devices to ask for [default: 3 for compare, 5 for report]
    #[arg(long, value_name = "N")]
    pub(crate) similar_devices: Option<u32>,

    /// Do not ask about the endpoints outside: countries are then not reported
    #[arg(long)]
    pub(crate) no_enrich: bool,

    /// By which rules to judge [default: extended]
    #[arg(long, value_enum)]
    pub(crate) rules: Option<Rules>,

    /// Only what begins at or after this: 2026-11-17, 2026-11-17T02:00Z, or 7d for a week ago; for
    /// connections, transfers and timeline
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,

    /// Only what begins before this
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
}

/// How answers are printed.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputOptions {
    /// How to print the answer [default: table]
    #[arg(short = 'o', long, value_enum)]
    pub(crate) format: Option<Format>,

    /// What -o ecs, ocsf and hec tell [default: findings]
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) events: Option<Events>,

    /// In which time zone days begin and times are shown, such as Europe/Berlin [default: UTC]
    #[arg(long, value_name = "ZONE")]
    pub(crate) timezone: Option<String>,

    /// Exit with 3 if something is found at or above this level
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(crate) fail_on: Option<FailOn>,

    /// When to use colour [default: auto]
    #[arg(long, value_enum, value_name = "WHEN")]
    pub(crate) color: Option<Color>,

    /// Print tables taller than the terminal as they are, instead of by `DT_PAGER`, `PAGER` or less
    #[arg(long)]
    pub(crate) no_pager: bool,

    /// Say more on standard error: what was asked, and every warning
    #[arg(short, long, action = ArgAction::Count)]
    pub(crate) verbose: u8,

    /// Say nothing on standard error but errors
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Which dialect the demo appliance speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Demo {
    /// As appliances answer
    Appliance,
    /// As client documentation shows it
    Documented,
}

/// Which form of the query is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sign {
    Decoded,
    AsSent,
}

/// Which HTTP client to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Backend {
    Ureq,
    Reqwest,
}

/// What to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DataType {
    /// Connections
    Co,
    /// Bytes sent
    Sizeout,
    /// Bytes received
    Sizein,
}

impl From<DataType> for dt_model::DataType {
    fn from(data_type: DataType) -> Self {
        match data_type {
            DataType::Co => Self::Connections,
            DataType::Sizeout => Self::BytesOut,
            DataType::Sizein => Self::BytesIn,
        }
    }
}

/// By which rules to judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Rules {
    /// The module document's, exactly
    Documented,
    /// What is not known stays unknown
    Extended,
}

/// How to print an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Table,
    /// For scripts: one object, or an array of them for several devices
    Json,
    /// For scripts: one object a line
    Ndjson,
    /// For spreadsheets
    Csv,
    /// For people, as text that becomes headings and tables elsewhere
    Md,
    /// For people: one file to read in a browser, to print and to file
    Html,
    /// For Elastic: an event a line, in the fields of the Elastic Common Schema
    Ecs,
    /// For SIEMs that speak OCSF: an event a line
    Ocsf,
    /// For Splunk's HTTP Event Collector: an event a line
    Hec,
}

impl Format {
    /// The standard of its events, if it is one.
    pub(crate) const fn standard(self) -> Option<Standard> {
        match self {
            Self::Ecs => Some(Standard::Ecs),
            Self::Ocsf => Some(Standard::Ocsf),
            Self::Hec => Some(Standard::Hec),
            Self::Table | Self::Json | Self::Ndjson | Self::Csv | Self::Md | Self::Html => None,
        }
    }

    /// Whether a list can be printed line by line, before its end is known.
    pub(crate) const fn is_by_line(self) -> bool {
        match self {
            Self::Ndjson | Self::Csv | Self::Ecs | Self::Ocsf | Self::Hec => true,
            Self::Table | Self::Json | Self::Md | Self::Html => false,
        }
    }
}

/// What events tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Events {
    /// What was found
    Findings,
    /// What went outside, by destination
    Traffic,
}

/// From which level on something makes the command fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Low,
    Medium,
    High,
}

impl From<FailOn> for Level {
    fn from(level: FailOn) -> Self {
        match level {
            FailOn::Low => Self::Low,
            FailOn::Medium => Self::Medium,
            FailOn::High => Self::High,
        }
    }
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    Always,
    Never,
}

impl Options {
    /// Options before the command joined with those after it: repeatable ones add up, of the others
    /// the one after the command counts.
    pub(crate) fn and(self, after: Self) -> Self {
        Self {
            source: SourceOptions {
                demo: after.source.demo.or(self.source.demo),
                demo_fault: [self.source.demo_fault, after.source.demo_fault].concat(),
                url: after.source.url.or(self.source.url),
                profile: after.source.profile.or(self.source.profile),
                input: [self.source.input, after.source.input].concat(),
            },
            network: NetworkOptions {
                allow_http: self.network.allow_http || after.network.allow_http,
                sign: after.network.sign.or(self.network.sign),
                backend: after.network.backend.or(self.network.backend),
                ca_file: after.network.ca_file.or(self.network.ca_file),
                pin_sha256: after.network.pin_sha256.or(self.network.pin_sha256),
                insecure: self.network.insecure || after.network.insecure,
                proxy: after.network.proxy.or(self.network.proxy),
                timeout: after.network.timeout.or(self.network.timeout),
                connect_timeout: after.network.connect_timeout.or(self.network.connect_timeout),
                retries: after.network.retries.or(self.network.retries),
                in_flight: after.network.in_flight.or(self.network.in_flight),
                rate: after.network.rate.or(self.network.rate),
            },
            selection: SelectionOptions {
                tag: [self.selection.tag, after.selection.tag].concat(),
                kind: [self.selection.kind, after.selection.kind].concat(),
                subnet: [self.selection.subnet, after.selection.subnet].concat(),
            },
            question: QuestionOptions {
                datatype: after.question.datatype.or(self.question.datatype),
                odid: after.question.odid.or(self.question.odid),
                port: after.question.port.or(self.question.port),
                external_domain: after.question.external_domain.or(self.question.external_domain),
                interval_hours: after.question.interval_hours.or(self.question.interval_hours),
                similar_devices: after.question.similar_devices.or(self.question.similar_devices),
                no_enrich: self.question.no_enrich || after.question.no_enrich,
                rules: after.question.rules.or(self.question.rules),
                since: after.question.since.or(self.question.since),
                until: after.question.until.or(self.question.until),
            },
            output: OutputOptions {
                format: after.output.format.or(self.output.format),
                events: after.output.events.or(self.output.events),
                timezone: after.output.timezone.or(self.output.timezone),
                fail_on: after.output.fail_on.or(self.output.fail_on),
                color: after.output.color.or(self.output.color),
                no_pager: self.output.no_pager || after.output.no_pager,
                verbose: self.output.verbose.saturating_add(after.output.verbose),
                quiet: self.output.quiet || after.output.quiet,
            },
        }
    }
}
