//! The commands: each owns its arguments, what they are resolved to, and its run.

mod analyse;
mod completions;
mod config;
mod demo;
mod devices;
mod diff;
mod doctor;
mod evidence;
mod exclude;
mod exclusions;
#[cfg(feature = "fleet")]
mod fleet;
mod get;
mod help;
#[cfg(feature = "fleet")]
mod lake;
mod man;
#[cfg(feature = "mcp")]
mod mcp;
mod query;
mod schema;
mod snapshot;
#[cfg(feature = "fleet")]
mod sweep;
mod watch;

use std::ffi::OsString;

use analyse::DeviceAnalysisArgs as Analysis;
use clap::Subcommand;
use jiff::Timestamp;

use crate::config::Environment;
use crate::failure::Result;
use crate::ui::print_bytes;

/// A command with everything decided: only running it is left, which gives the exit status.
pub(crate) type Run = Box<dyn FnOnce() -> Result<u8>>;

/// The answer of a command that has it already.
fn text(text: impl Into<Vec<u8>>) -> Run {
    let text = text.into();
    Box::new(move || print_bytes(&text))
}

/// What a command is resolved with.
pub(crate) struct Context<'a> {
    /// The command line as it was typed, the program's name first.
    pub(crate) words: &'a [OsString],
    /// Variables; those that are empty say nothing.
    pub(crate) environment: &'a Environment<'a>,
    /// When the program was started.
    pub(crate) now: Timestamp,
    /// The command line's definition, for commands that describe it.
    pub(crate) program: fn() -> clap::Command,
}

impl Context<'_> {
    /// The account that runs the program, if the environment says it.
    fn account(&self) -> Option<String> {
        ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(self.environment)
    }
}

/// What to find out.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// How much a device communicates, on which ports and with which peers
    Connections(Analysis<analyse::ConnectionsArgs>),
    /// What it sends and receives
    Transfers(Analysis<analyse::TransfersArgs>),
    /// How it differs from similar devices
    Compare(analyse::CompareArgs),
    /// External destinations, and how risky they are
    External(Analysis<analyse::ExternalArgs>),
    /// When its traffic was unusual
    ///
    /// The baseline is all the data that was answered; --since and --until only choose what is shown
    /// and what --fail-on considers. An alert counts as medium, a notice as low.
    Timeline(Analysis<analyse::TimelineArgs>),
    /// The answer on one screen
    Report(Analysis<analyse::ReportArgs>),
    /// Watch devices and print new findings
    ///
    /// A device is assessed as often as it can have a new bucket of data. Each change is reported
    /// once: a new finding, what becomes of it, and its end. --since leaves out what ended before.
    Watch(watch::Args),
    /// Save everything a report needs, for --input
    ///
    /// An appliance keeps four weeks. A snapshot can be analysed later, and snapshots of the same
    /// device join into a longer series. It holds the appliance's responses, and no tokens; only you
    /// can read it.
    Snapshot(snapshot::Args),
    /// What changed between two snapshots of a device
    ///
    /// New and gone are findings, ports, peers, similar devices, domains and countries. What only
    /// one of the snapshots reports is not compared; what is merely "newly listed" may have been
    /// there before, since lists leave out what is small. --fail-on considers new findings.
    Diff(diff::Args),
    /// Look at every device once, and keep what is found in a lake, for dt fleet
    ///
    /// Each device gets three questions, and those that deserve it a full report. A sweep that is
    /// stopped goes on with --resume. Without --rate, an appliance gets five requests a second.
    #[cfg(feature = "fleet")]
    Sweep(sweep::Args),
    /// Which of all devices first, from the last sweep
    ///
    /// One thing on many devices is one row. What began within the last day comes first among what is
    /// equally urgent. Exit statuses and formats are those of dt report.
    #[cfg(feature = "fleet")]
    Fleet(fleet::Args),
    /// What sweeps have kept: list it, check it, judge it again, and thin it out
    #[cfg(feature = "fleet")]
    Lake(lake::Args),
    /// Ask what sweeps have kept, in SQL
    ///
    /// This runs the program dt-query, which is beside dt or in PATH. docs/query.md has what can be asked,
    /// and questions to begin with.
    Query(query::Args),
    /// What was examined, found and answered, as one document for an auditor
    ///
    /// Lists the devices that were assessed, were not and could not be; the findings and the
    /// thresholds behind them; each response with its request, time, status, size and SHA-256; and
    /// operator, host and command line. --to saves all of it, with the checksums of every file; dt
    /// evidence verify checks them.
    Evidence(evidence::Args),
    /// Leave out findings that you expect, with a reason and an end
    ///
    /// An entry is added to a file, which can be shared and reviewed. All that it names has to hold. What
    /// is excluded is counted, listed in JSON, and raises no priority. The device's id and MAC are kept
    /// beside its name, as a host gives itself that; an appliance is asked for them if one is configured.
    Exclude(exclude::Args),
    /// Which findings are left out, why, and how often that was of use
    Exclusions(exclusions::Args),
    /// The appliance's own response, byte for byte
    Get(get::Args),
    /// The devices the appliance knows
    ///
    /// Formats that are one document are printed at the end, lines page by page. The appliance
    /// searches tags and types; subnets are matched in its list of devices.
    Devices(devices::Args),
    /// Check the connection to an appliance step by step, and say how to fix it
    Doctor(doctor::Args),
    /// Serve the demo appliance on 127.0.0.1 until stopped, for whoever writes clients
    ///
    /// The first three lines on standard output are `DT_URL`, `DT_PUBLIC_TOKEN` and `DT_PRIVATE_TOKEN`.
    /// Its data ends with the hour in which it was started. It answers this machine alone, and no page
    /// in a browser. SIGTERM and an interrupt end it with status 0.
    Demo(demo::Args),
    /// Serve the analyses to an assistant, by the Model Context Protocol on standard input and output
    ///
    /// An assistant starts it. Its tools only read: report, fleet, compare, timeline, external, diff and
    /// doctor. Which appliances they ask is chosen here, and no tool takes an address or a token. It ends with
    /// its input, or by a signal, with status 0.
    #[cfg(feature = "mcp")]
    Mcp(mcp::Args),
    /// Where the configuration is, and what it says
    Config(config::Args),
    /// The JSON Schema of what a command prints with -o json
    Schema(schema::Args),
    /// Shell completions for dt's commands and options
    Completions(completions::Args),
    /// The manual page of dt, or of one of its commands
    Man(man::Args),
    /// Everything about a command, or about the options that commands share
    Help(help::Args),
}

impl Command {
    /// Decides everything before anything runs.
    pub(crate) fn resolve(self, context: &Context<'_>) -> Result<Run> {
        match self {
            Self::Connections(args) => args.resolve(context),
            Self::Transfers(args) => args.resolve(context),
            Self::Compare(args) => args.resolve(context),
            Self::External(args) => args.resolve(context),
            Self::Timeline(args) => args.resolve(context),
            Self::Report(args) => args.resolve(context),
            Self::Watch(args) => args.resolve(context),
            Self::Snapshot(args) => args.resolve(context),
            Self::Diff(args) => args.resolve(context),
            #[cfg(feature = "fleet")]
            Self::Sweep(args) => args.resolve(context),
            #[cfg(feature = "fleet")]
            Self::Fleet(args) => args.resolve(context),
            #[cfg(feature = "fleet")]
            Self::Lake(args) => args.resolve(context),
            Self::Query(args) => Ok(args.resolve(context)),
            Self::Evidence(args) => args.resolve(context),
            Self::Exclude(args) => args.resolve(context),
            Self::Exclusions(args) => args.resolve(context),
            Self::Get(args) => args.resolve(context),
            Self::Devices(args) => args.resolve(context),
            Self::Doctor(args) => args.resolve(context),
            Self::Demo(args) => Ok(args.resolve(context)),
            #[cfg(feature = "mcp")]
            Self::Mcp(args) => args.resolve(context),
            Self::Config(args) => args.resolve(context),
            Self::Schema(args) => Ok(args.resolve()),
            Self::Completions(args) => Ok(args.resolve(context)),
            Self::Man(args) => args.resolve(context),
            Self::Help(args) => args.resolve(context),
        }
    }
}
