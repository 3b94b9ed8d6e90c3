//! The command line as it is typed.
//!
//! Options may stand before or after the command. clap's own global options silently drop one side
//! of a repeatable option, so both sides are declared, and [`Options::and`] joins them.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use dt_report::schema::Object;

use crate::examples;
use crate::options::Options;

/// Understand one device of a Darktrace appliance, or all of them.
///
/// Unofficial: not affiliated with Darktrace.
#[derive(Debug, Parser)]
#[command(name = "dt", version, max_term_width = 100)]
#[command(after_help = "\
Try it out:    dt --demo report 12345
An appliance:  DT_URL, DT_PUBLIC_TOKEN and DT_PRIVATE_TOKEN in the environment (or .._TOKEN_FILE),
               or a profile: dt config init
It fails?      dt doctor

Exit status: 0 done, 1 failed, 2 usage, 3 found something at --fail-on, 4 tokens, permission or \
clock, 5 network or TLS, 130 and 143 ended by a signal")]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) options: Options,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to find out.
#[derive(Debug, Subcommand)]
#[expect(clippy::large_enum_variant, reason = "there is one of it, and it is taken apart at once")]
pub(crate) enum Command {
    /// How much a device talks, with what and with whom
    #[command(after_help = examples::CONNECTIONS)]
    Connections(Targets),
    /// What it sends and receives
    #[command(after_help = examples::TRANSFERS)]
    Transfers(Targets),
    /// How it differs from similar devices
    #[command(after_help = examples::COMPARE)]
    Compare(Targets),
    /// Whom it talks to outside, and how risky that is
    #[command(after_help = examples::EXTERNAL)]
    External(Targets),
    /// When it was unusual
    #[command(after_help = examples::TIMELINE)]
    Timeline(Timeline),
    /// The answer on one screen
    #[command(after_help = examples::REPORT)]
    Report(Report),
    /// What is new about devices, as it comes
    #[command(after_help = examples::WATCH)]
    Watch(Watch),
    /// All that a report needs, kept in a directory that --input reads
    #[command(after_help = examples::SNAPSHOT)]
    Snapshot(Snapshot),
    /// What changed between two snapshots of a device
    #[command(after_help = examples::DIFF)]
    Diff(Diff),
    /// What was looked at, found and answered, in one document for an auditor
    #[command(after_help = examples::EVIDENCE)]
    Evidence(Evidence),
    /// The appliance's own response, byte for byte
    #[command(after_help = examples::GET)]
    Get(Get),
    /// The devices the appliance knows
    #[command(after_help = examples::DEVICES)]
    Devices(Devices),
    /// Whether an appliance can be asked, step by step, and what to do if not
    #[command(after_help = examples::DOCTOR)]
    Doctor(Plain),
    /// Where the configuration is, and what it says
    #[command(after_help = examples::CONFIG)]
    Config(Configure),
    /// The JSON Schema of what a command prints with -o json
    #[command(after_help = examples::SCHEMA)]
    Schema(Schema),
    /// What a shell needs to complete dt's commands and options
    #[command(after_help = examples::COMPLETIONS)]
    Completions(Completions),
    /// The manual page of dt, or of one of its commands
    #[command(after_help = examples::MAN)]
    Man(Man),
}

/// Whom to find out about.
#[derive(Debug, Args)]
pub(crate) struct Targets {
    /// Device id, host name, IP or MAC; - reads more, one a line, from standard input; with --input
    /// it may be left out
    #[arg(value_name = "DEVICE")]
    pub(crate) devices: Vec<String>,

    #[command(flatten)]
    pub(crate) options: Options,
}

/// Arguments of `dt timeline`.
#[derive(Debug, Args)]
pub(crate) struct Timeline {
    /// Compare each bucket only with the 28 days before it, as a watcher would have; for series
    /// longer than that, too
    #[arg(long)]
    pub(crate) causal: bool,

    #[command(flatten)]
    pub(crate) targets: Targets,
}

/// Arguments of `dt report`.
#[derive(Debug, Args)]
pub(crate) struct Report {
    /// Show every part, not just the first screen
    #[arg(long)]
    pub(crate) all: bool,

    #[command(flatten)]
    pub(crate) targets: Targets,
}

/// Arguments of `dt watch`.
#[derive(Debug, Args)]
pub(crate) struct Watch {
    /// How long it is from one round to the next, such as 30s, 15m or 2h
    #[arg(long, value_name = "TIME", default_value = "15m")]
    pub(crate) every: String,

    /// End after this many rounds
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rounds: Option<u32>,

    /// Keep in this directory what was told, so that another run does not tell it again
    #[arg(long, value_name = "DIR")]
    pub(crate) state: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) targets: Targets,
}

/// Arguments of `dt snapshot`.
#[derive(Debug, Args)]
pub(crate) struct Snapshot {
    /// The directory that holds snapshots, each in one of its own
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,

    #[command(flatten)]
    pub(crate) targets: Targets,
}

/// Arguments of `dt diff`.
#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The older snapshot; or a directory, for the oldest and the newest snapshot in it
    pub(crate) old: Option<PathBuf>,

    /// The newer snapshot
    pub(crate) new: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) options: Options,
}

/// Arguments of `dt evidence`.
#[derive(Debug, Args)]
pub(crate) struct Evidence {
    /// Keep in this directory what was answered, each device's in a snapshot of its own
    #[arg(long, value_name = "DIR")]
    pub(crate) to: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) targets: Targets,
}

/// Arguments of `dt get`.
#[derive(Debug, Args)]
pub(crate) struct Get {
    /// Describe every device that the answer mentions
    #[arg(long)]
    pub(crate) full_device_details: bool,

    /// Leave out buckets in which nothing happened
    #[arg(long)]
    pub(crate) no_show_all_graph_data: bool,

    #[command(flatten)]
    pub(crate) targets: Targets,
}

/// Arguments of `dt devices`.
#[derive(Debug, Args)]
pub(crate) struct Devices {
    /// Only devices whose host name is this, in which * stands for anything
    pub(crate) query: Option<String>,

    #[command(flatten)]
    pub(crate) options: Options,
}

/// Arguments of `dt config`.
#[derive(Debug, Args)]
pub(crate) struct Configure {
    #[command(flatten)]
    pub(crate) options: Options,

    #[command(subcommand)]
    pub(crate) command: ConfigCommand,
}

/// What to do with the configuration.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Say where it is, or would be
    Path(Plain),
    /// Write one to begin with; one that is there is left alone
    Init(Plain),
    /// Show each setting and where it comes from; tokens only as set or not set
    Show(Plain),
}

/// Arguments of `dt schema`.
#[derive(Debug, Args)]
pub(crate) struct Schema {
    /// Which command's
    #[arg(value_name = "COMMAND", value_parser = objects())]
    pub(crate) object: Object,
}

/// Reads the name of a command that prints an object.
fn objects() -> impl TypedValueParser<Value = Object> {
    PossibleValuesParser::new(Object::ALL.map(Object::name)).try_map(|name| {
        let named = Object::ALL.into_iter().find(|object| object.name() == name);
        named.ok_or("there is no such object")
    })
}

/// Arguments of `dt completions`.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// Which shell
    pub(crate) shell: Shell,
}

/// Arguments of `dt man`.
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Which command's page, such as report or config init
    pub(crate) command: Vec<String>,
}

/// A command with nothing but options.
#[derive(Debug, Args)]
pub(crate) struct Plain {
    #[command(flatten)]
    pub(crate) options: Options,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::options::Demo;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    fn joined(line: &[&str]) -> Options {
        let Cli { options, command: Command::Report(report) } = Cli::parse_from(line) else {
            panic!("another command");
        };
        options.and(report.targets.options)
    }

    #[test]
    fn repeatable_options_are_collected_from_both_sides() {
        let options =
            joined(&["dt", "--input", "a", "-v", "report", "--input", "b", "--input", "c", "-v"]);
        assert_eq!(options.source.input, ["a", "b", "c"]);
        assert_eq!(options.output.verbose, 2);
    }

    #[test]
    fn faults_of_the_demo_keep_their_order() {
        let options =
            joined(&["dt", "--demo-fault", "500@co", "report", "1", "--demo-fault=delay=2s"]);
        let faults = ["500@co", "delay=2s"].map(|text| text.parse().unwrap());
        assert_eq!(options.source.demo_fault, faults);
    }

    #[test]
    fn the_demo_takes_its_dialect_only_with_an_equals_sign() {
        assert_eq!(joined(&["dt", "--demo", "report", "1"]).source.demo, Some(Demo::Appliance));
        let documented = joined(&["dt", "report", "1", "--demo=documented"]);
        assert_eq!(documented.source.demo, Some(Demo::Documented));
    }
}
