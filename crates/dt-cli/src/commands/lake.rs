//! `dt lake`: what sweeps have kept.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Subcommand;
use dt_lake::{Lake, Retention};
use dt_report::contract::{Document, SweepRun};
use dt_report::schema::Object;
use jiff::civil::date;
use jiff::{SignedDuration, Span, Timestamp};

use super::query::hand_on;
use super::{Context, Run};
use crate::asking::Session;
use crate::exit;
use crate::failure::Result;
use crate::options::OutputOptions;
use crate::ui::{Printer, print_bytes};

/// Arguments of `dt lake`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dt lake list lake
  dt lake check lake
  dt lake assess lake -o csv
  dt lake keep lake --dry-run")]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

/// What to do with a lake.
#[derive(Debug, Subcommand)]
enum Verb {
    /// List the finished runs, the oldest first
    #[command(after_help = "Example:\n  dt lake list lake -o ndjson")]
    List {
        /// The lake
        lake: PathBuf,
        #[command(flatten)]
        output: Box<OutputOptions>,
    },
    /// Compare every file with the manifests; exit with 1 if one is not what was written
    #[command(after_help = "Example:\n  dt lake check lake")]
    Check {
        /// The lake
        lake: PathBuf,
    },
    /// Judge the series that are kept by today's rules, with the program dt-query
    ///
    /// Only rules that need nothing but series judge them: the score is not that of dt fleet.
    #[command(after_help = "Example:\n  dt lake assess lake -o csv")]
    Assess {
        /// The lake, and options such as -o csv
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENTS")]
        arguments: Vec<OsString>,
    },
    /// Remove old runs and series, but for one run a week
    ///
    /// Of series, those of one run in 21 days hold all hours: an appliance knows four weeks.
    #[command(name = "keep", after_help = "Example:\n  dt lake keep lake --runs 30d --dry-run")]
    Thin {
        /// The lake
        lake: PathBuf,
        /// Keep every run that is not older
        #[arg(long, value_name = "TIME", default_value = "90d", value_parser = age)]
        runs: SignedDuration,
        /// Keep one run a week that is not older
        #[arg(long, value_name = "TIME", default_value = "2y", value_parser = age)]
        weekly: SignedDuration,
        /// Keep the series of so many newest runs
        #[arg(long, value_name = "COUNT", default_value_t = 2)]
        series: usize,
        /// Keep the series of one run in this time
        #[arg(long, value_name = "TIME", default_value = "21d", value_parser = age)]
        series_every: SignedDuration,
        /// Say what would be removed, and remove nothing
        #[arg(long)]
        dry_run: bool,
    },
}

/// How old something may be; years and months are as long as those of an ordinary year.
fn age(text: &str) -> std::result::Result<SignedDuration, String> {
    let span: Span = text.parse().map_err(|_| "it looks like 90d, 8w or 2y".to_owned())?;
    let age = span.to_duration(date(2025, 1, 1)).map_err(|error| error.to_string())?;
    (!age.is_negative()).then_some(age).ok_or_else(|| "nothing is younger than now".to_owned())
}

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Run> {
        let now = context.now;
        Ok(match self.verb {
            Verb::List { lake, output } => {
                let session = Session::new(Object::Sweep, &output, context)?;
                Box::new(move || list(&Lake::open(&lake)?, &session))
            }
            Verb::Check { lake } => Box::new(move || check(&Lake::open(&lake)?)),
            Verb::Assess { arguments } => hand_on("assess", arguments, context),
            Verb::Thin { lake, runs, weekly, series, series_every, dry_run } => {
                let retention = Retention { runs, weekly, series, series_every };
                Box::new(move || thin(&Lake::open(&lake)?, retention, now, dry_run))
            }
        })
    }
}

fn list(lake: &Lake, session: &Session) -> Result<u8> {
    let mut printer = Printer::list(session.print_context_unjudged());
    for manifest in lake.manifests()? {
        let run = SweepRun { bytes: lake.bytes(&manifest), ..SweepRun::new(&manifest) };
        printer.print(&Document::Sweep(run))?;
    }
    printer.finish()?;
    Ok(exit::DONE)
}

fn thin(lake: &Lake, retention: Retention, now: Timestamp, dry_run: bool) -> Result<u8> {
    let surplus = lake.surplus(retention, now)?;
    if !dry_run {
        lake.remove(&surplus)?;
    }
    let done = if dry_run { "would be removed" } else { "removed" };
    let runs = surplus.runs.iter().map(|run| format!("run {run}: {done}\n"));
    let series = surplus.series.iter().map(|run| format!("series of {run}: {done}\n"));
    let text: String = runs.chain(series).collect();
    let size = dt_analysis::ByteSize(dt_model::Amount::Exact(surplus.bytes.into()));
    print_bytes(format!("{text}{size} {done}\n"))
}

/// Prints what is not as it was written.
fn check(lake: &Lake) -> Result<u8> {
    let found = lake.check_all()?;
    print_bytes(found.to_string())?;
    Ok(if found.damaged.is_empty() { exit::DONE } else { exit::FAILED })
}
