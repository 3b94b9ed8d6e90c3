//! How answers are printed.

use std::path::PathBuf;

use anstream::ColorChoice;
use clap::{ArgAction, Args, ValueEnum};
use dt_analysis::Level;
use dt_report::PageFormat;
use dt_report::event::{Standard, Subject};

use super::RuleOptions;
use crate::choice::{Choice, choice};

/// The heading of what is about printing.
pub(crate) const OUTPUT: &str = "Output";

/// How an object is printed.
#[derive(Debug, Default, Args)]
pub(crate) struct FormatOptions {
    /// Output format [default: table]
    #[arg(short = 'o', long, value_enum, help_heading = OUTPUT)]
    pub(crate) format: Option<Format>,

    /// When to use color [default: auto]
    #[arg(long, value_parser = choice(&COLORS), value_name = "WHEN", help_heading = OUTPUT)]
    pub(crate) color: Option<ColorChoice>,

    /// Print tables taller than the terminal as they are, instead of by `DT_PAGER`, `PAGER` or less
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) no_pager: bool,
}

/// How an answer about devices is printed.
#[derive(Debug, Default, Args)]
pub(crate) struct OutputOptions {
    #[command(flatten)]
    pub(crate) format: FormatOptions,
    #[command(flatten)]
    pub(crate) zone: ZoneOptions,
    #[command(flatten)]
    pub(crate) verbosity: VerbosityOptions,
}

/// What events are about.
#[derive(Debug, Default, Args)]
pub(crate) struct EventOptions {
    /// What -o ecs, ocsf and hec print [default: findings]
    #[arg(long, value_parser = choice(&EVENTS), value_name = "WHAT", help_heading = OUTPUT)]
    pub(crate) events: Option<Subject>,
}

/// The time zone of days and times.
#[derive(Debug, Default, Args)]
pub(crate) struct ZoneOptions {
    /// Time zone in which days begin and times are shown, such as Europe/Berlin [default: UTC]
    #[arg(long, value_name = "ZONE", help_heading = OUTPUT)]
    pub(crate) timezone: Option<String>,
}

/// Which findings are told.
#[derive(Debug, Default, Args)]
pub(crate) struct FindingOptions {
    /// Tell findings of this severity or above [default: medium as events and of watch, else low]
    #[arg(long, value_parser = choice(&LEVELS), value_name = "LEVEL", help_heading = OUTPUT)]
    pub(crate) min_severity: Option<Level>,

    #[command(flatten)]
    pub(crate) exclusions: ExclusionOptions,
}

/// Which findings are excluded.
#[derive(Debug, Default, Args)]
pub(crate) struct ExclusionOptions {
    /// Exclude what this file names, instead of exclusions.toml beside the configuration; repeatable
    #[arg(long, value_name = "FILE", help_heading = OUTPUT, conflicts_with = "no_exclusions")]
    pub(crate) exclusions: Vec<PathBuf>,

    /// Exclude nothing
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) no_exclusions: bool,
}

impl ExclusionOptions {
    /// As where nothing that could be excluded is found.
    pub(crate) fn none() -> Self {
        Self { exclusions: Vec::new(), no_exclusions: true }
    }
}

/// What makes a finding a failure.
#[derive(Debug, Default, Args)]
pub(crate) struct FailOnOptions {
    /// Exit with 3 if there is a finding at or above this level that is not excluded, told or not
    #[arg(long, value_parser = choice(&LEVELS), value_name = "LEVEL", help_heading = OUTPUT)]
    pub(crate) fail_on: Option<Level>,
}

/// How much is said on standard error.
#[derive(Debug, Default, Args)]
pub(crate) struct VerbosityOptions {
    /// Print more on standard error: requests, and every warning
    #[arg(short, long, action = ArgAction::Count, help_heading = OUTPUT)]
    pub(crate) verbose: u8,

    /// Print nothing on standard error but errors
    #[arg(short, long, help_heading = OUTPUT)]
    pub(crate) quiet: bool,
}

/// By which rules devices are assessed, and what is told of that.
#[derive(Debug, Args)]
pub(crate) struct AssessmentOptions {
    #[command(flatten)]
    pub(crate) rules: RuleOptions,
    #[command(flatten)]
    pub(crate) fail_on: FailOnOptions,
    #[command(flatten)]
    pub(crate) findings: FindingOptions,
    #[command(flatten)]
    pub(crate) output: OutputOptions,
}

/// How to print an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Table,
    /// For scripts: one object, or an array of them for several devices
    Json,
    /// For scripts: one object per line
    Ndjson,
    /// For spreadsheets
    Csv,
    /// For people, as text that becomes headings and tables elsewhere
    Md,
    /// For people: one file to read in a browser, to print and to file
    Html,
    /// For Elastic: one event per line, in the fields of the Elastic Common Schema
    Ecs,
    /// For SIEMs that take OCSF: one event per line
    Ocsf,
    /// For Splunk's HTTP Event Collector: one event per line
    Hec,
}

impl Format {
    /// As which pages it is printed, if it is.
    pub(crate) const fn pages(self) -> Option<PageFormat> {
        match self {
            Self::Html => Some(PageFormat::Html),
            Self::Md => Some(PageFormat::Markdown),
            _ => None,
        }
    }

    /// The standard of its events, if it is one.
    pub(crate) const fn standard(self) -> Option<Standard> {
        match self {
            Self::Ecs => Some(Standard::Ecs),
            Self::Ocsf => Some(Standard::Ocsf),
            Self::Hec => Some(Standard::Hec),
            Self::Table | Self::Json | Self::Ndjson | Self::Csv | Self::Md | Self::Html => None,
        }
    }

    /// Whether programs read it as JSON of this program's own.
    pub(crate) const fn is_json(self) -> bool {
        matches!(self, Self::Json | Self::Ndjson)
    }

    /// Whether all that is printed is one document, which is whole only at the end.
    pub(crate) const fn is_one_document(self) -> bool {
        matches!(self, Self::Json | Self::Md | Self::Html)
    }

    /// Whether a list can be printed line by line, before its end is known.
    pub(crate) const fn is_by_line(self) -> bool {
        !matches!(self, Self::Table) && !self.is_one_document()
    }
}

/// What events are about.
const EVENTS: [Choice<Subject>; 2] = [
    ("findings", Some("Findings, one event each"), Subject::Findings),
    ("traffic", Some("External traffic, by destination"), Subject::Traffic),
];

/// From which level on something makes the command fail.
pub(crate) const LEVELS: [Choice<Level>; 3] =
    [("low", None, Level::Low), ("medium", None, Level::Medium), ("high", None, Level::High)];

/// When to use color.
const COLORS: [Choice<ColorChoice>; 3] = [
    ("auto", Some("On a terminal, unless `NO_COLOR` is set"), ColorChoice::Auto),
    ("always", None, ColorChoice::Always),
    ("never", None, ColorChoice::Never),
];
