//! `dt fleet`: which of all devices first.

use std::path::{Path, PathBuf};

use dt_analysis::{Level, Policy};
use dt_fleet::ranking::{By, RunRows, rank};
use dt_fleet::rows::{DeviceRow, FindingRow};
use dt_lake::{Lake, Manifest, RunId};
use dt_report::contract::{Document, Fleet};
use dt_report::schema::Object;
use jiff::Timestamp;

use super::sweep::Sweeping;
use super::{Context, Request};
use crate::choice::{Choice, choice};
use crate::connect::ask;
use crate::documents::print_one;
use crate::failure::{Failure, Result};
use crate::options::{ApplianceOptions, FailOnOptions, OutputOptions};
use crate::source::Connection;
use crate::ui::{Output, PrintContext};

/// By what a fleet is ranked.
const BY: [Choice<By>; 3] = [
    ("both", Some("One thing on many devices is one row, other devices a row each"), By::Both),
    ("device", Some("A row a device"), By::Device),
    ("thing", Some("Only what is on many devices"), By::Thing),
];

/// Arguments of `dt fleet`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dt fleet --demo
  dt fleet lake --top 50
  dt fleet lake -o html > fleet.html")]
pub(crate) struct Args {
    /// A lake that dt sweep made
    #[arg(value_name = "LAKE")]
    lake: Option<PathBuf>,

    /// Sweep the demo appliance, and rank its devices
    #[arg(long)]
    demo: bool,

    /// The run that is ranked [default: the newest]
    #[arg(long, value_name = "RUN")]
    run: Option<RunId>,

    /// The run that it is compared with [default: the one before]
    #[arg(long, value_name = "RUN")]
    against: Option<RunId>,

    /// How many rows are shown
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    top: usize,

    /// What a row is
    #[arg(long, value_parser = choice(&BY), default_value = "both", value_name = "WHAT")]
    by: By,

    #[command(flatten)]
    fail_on: FailOnOptions,
    #[command(flatten)]
    output: OutputOptions,
}

/// A ranking with everything decided.
#[derive(Debug)]
pub(super) struct Ranked {
    place: Place,
    run: Option<RunId>,
    against: Option<RunId>,
    top: usize,
    by: By,
    fail_on: Option<Level>,
    output: Output,
    now: Timestamp,
}

/// Where the run is.
#[derive(Debug)]
enum Place {
    Lake(PathBuf),
    /// In no lake yet.
    Demo(Box<Connection>),
}

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Ranked> {
        let output = Output::resolve(Object::Fleet, &self.output, None, context.environment)?;
        let place = match (self.lake, self.demo) {
            (Some(lake), false) => Place::Lake(lake),
            (None, true) => {
                let options = ApplianceOptions {
                    demo: Some(dt_model::Dialect::Appliance),
                    ..ApplianceOptions::default()
                };
                Place::Demo(Box::new(Connection::resolve(options, context.environment)?))
            }
            _ => {
                return Err(Failure::usage("a fleet is ranked from one lake, or with --demo")
                    .hint("dt sweep --to LAKE makes one; dt fleet LAKE ranks it"));
            }
        };
        Ok(Ranked {
            place,
            run: self.run,
            against: self.against,
            top: self.top,
            by: self.by,
            fail_on: self.fail_on.fail_on,
            output,
            now: context.now,
        })
    }
}

impl Request for Ranked {
    fn run(self: Box<Self>) -> Result<u8> {
        match &self.place {
            Place::Lake(path) => self.rank(path),
            Place::Demo(connection) => self.sweep_demo(connection),
        }
    }
}

impl Ranked {
    /// Sweeps the demo appliance into a lake that is gone afterwards.
    fn sweep_demo(&self, connection: &Connection) -> Result<u8> {
        let scratch = tempfile::tempdir()
            .map_err(|error| Failure::new("failed to make a directory").because(&error))?;
        let path = scratch.path().join("lake");
        let policy = Policy::default();
        ask(connection, self.output.verbosity, |client, interrupt| {
            let lake = Lake::create(&path)?;
            let sweeping = Sweeping::default();
            let writer = lake.begin(RunId::at(self.now), sweeping.plan(&policy))?;
            let site = ("demo", client, interrupt);
            let swept = sweeping.run(site, &self.output, &policy, None, (&lake, writer))?;
            match swept.manifest {
                Some(_) => self.rank(&path),
                None => Ok(crate::exit::FAILED),
            }
        })
    }

    /// Ranks a run of a lake.
    fn rank(&self, path: &Path) -> Result<u8> {
        let lake = Lake::open(path)?;
        let runs = lake.runs()?;
        let run = self.run.or_else(|| runs.last().copied()).ok_or_else(|| {
            let failure = Failure::new("no sweep of this lake is finished");
            failure
                .at(path.display().to_string())
                .hint("dt sweep --to LAKE --resume goes on with one")
        })?;
        let before = self.against.or_else(|| runs.iter().rev().find(|it| **it < run).copied());
        let manifest = lake.manifest(run)?;
        let before = before.map(|run| lake.manifest(run)).transpose()?;
        let policy = Policy::default();
        let devices: Vec<DeviceRow> = lake.rows(&manifest)?;
        let findings: Vec<FindingRow> = lake.rows(&manifest)?;
        let former: Option<Vec<DeviceRow>> =
            before.as_ref().map(|manifest| lake.rows(manifest)).transpose()?;
        let rows = RunRows {
            began: manifest.began,
            devices: &devices,
            findings: &findings,
            chance: &manifest.chance,
        };
        let ranking = rank(rows, former.as_deref(), self.by, &policy);
        let fleet = Fleet::new(&manifest, before.as_ref(), &devices, &ranking, self.top);
        let context = PrintContext {
            output: &self.output,
            now: self.now,
            appliance: None,
            pages: None,
            source: source(&manifest, path),
            policy: Some(&policy),
        };
        print_one(Document::Fleet(fleet), context, self.fail_on)
    }
}

/// Where a ranking comes from, for readers.
fn source(manifest: &Manifest, path: &Path) -> String {
    format!("run {} of {}", manifest.run, path.display())
}
