//! The command line as it is typed.
//!
//! Options may stand before or after the command. clap's own global options silently drop one side
//! of a repeatable option, so both sides are declared, and [`Options::and`] joins them.

use std::ffi::OsString;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use dt_analysis::Level;

/// Understand one device of a Darktrace appliance.
///
/// Unofficial: not affiliated with Darktrace.
#[derive(Debug, Parser)]
#[command(name = "dt", version, max_term_width = 100)]
#[command(after_help = "Exit status: 0 done, 1 failed, 2 usage, 3 found something at --fail-on.")]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) options: Options,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to find out.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// How much the device talks, with what and with whom
    Connections(Target),
    /// What it sends and receives
    Transfers(Target),
    /// How it differs from similar devices
    Compare(Target),
    /// Whom it talks to outside, and how risky that is
    External(Target),
    /// The answer on one screen
    Report(Report),
}

/// Whom to find out about.
#[derive(Debug, Args)]
pub(crate) struct Target {
    /// Device id, host name, IP or MAC; may be left out with --input
    #[arg(value_name = "DEVICE")]
    pub(crate) devices: Vec<String>,

    #[command(flatten)]
    pub(crate) options: Options,
}

/// Arguments of `dt report`.
#[derive(Debug, Args)]
pub(crate) struct Report {
    /// Show every part, not just the first screen
    #[arg(long)]
    pub(crate) all: bool,

    #[command(flatten)]
    pub(crate) target: Target,
}

/// Options of every command.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Options {
    /// A saved response: [co|sizeout|sizein|external|external-out|endpoints=]FILE, - for standard
    /// input; repeatable
    #[arg(long, value_name = "[PART=]FILE")]
    pub(crate) input: Vec<OsString>,

    /// By which rules to judge [default: extended]
    #[arg(long, value_enum)]
    pub(crate) rules: Option<Rules>,

    /// Only what begins at or after this: 2026-11-17, 2026-11-17T02:00Z, or 7d for a week ago
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,

    /// Only what begins before this
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,

    /// How many hours a bucket is wide, where that does not show
    #[arg(long, value_name = "HOURS")]
    pub(crate) interval_hours: Option<u32>,

    /// In which time zone days begin and times are shown, such as Europe/Berlin [default: UTC]
    #[arg(long, value_name = "ZONE")]
    pub(crate) timezone: Option<String>,

    /// How to print the answer [default: table]
    #[arg(short = 'o', long, value_enum)]
    pub(crate) format: Option<Format>,

    /// Exit with 3 if something is found at or above this level
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(crate) fail_on: Option<FailOn>,

    /// When to use colour [default: auto]
    #[arg(long, value_enum, value_name = "WHEN")]
    pub(crate) color: Option<Color>,

    /// Say more on standard error
    #[arg(short, long, action = ArgAction::Count)]
    pub(crate) verbose: u8,

    /// Say nothing on standard error but errors
    #[arg(short, long)]
    pub(crate) quiet: bool,
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
    /// For scripts: one object
    Json,
}

/// From which level on something makes the command fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Low,
    Medium,
    High,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    Always,
    Never,
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

impl Options {
    /// Options before the command joined with those after it: repeatable ones add up, of the others
    /// the one after the command counts.
    pub(crate) fn and(self, after: Self) -> Self {
        Self {
            input: [self.input, after.input].concat(),
            rules: after.rules.or(self.rules),
            since: after.since.or(self.since),
            until: after.until.or(self.until),
            interval_hours: after.interval_hours.or(self.interval_hours),
            timezone: after.timezone.or(self.timezone),
            format: after.format.or(self.format),
            fail_on: after.fail_on.or(self.fail_on),
            color: after.color.or(self.color),
            verbose: self.verbose.saturating_add(after.verbose),
            quiet: self.quiet || after.quiet,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn repeatable_options_are_collected_from_both_sides() {
        let line = ["dt", "--input", "a", "-v", "report", "--input", "b", "--input", "c", "-v"];
        let Cli { options, command: Command::Report(report) } = Cli::parse_from(line) else {
            panic!("another command");
        };
        let joined = options.and(report.target.options);
        assert_eq!(joined.input, ["a", "b", "c"]);
        assert_eq!(joined.verbose, 2);
    }
}
