//! `dt fleet`: which of all devices first.

mod reports;

use std::path::{Path, PathBuf};

use dt_analysis::{AsOf, Level, Policy};
use dt_appliance::NetworkVersion;
use dt_fleet::ranking::{By, RankingFilter, rank};
use dt_lake::{Lake, Manifest, RunContents, RunId};
use dt_model::{AppliancePages, Dialect};
use dt_report::contract::{Answer, Document, FindingState, FindingUpdate, Fleet};
use dt_report::schema::Object;
use dt_sweep::ExclusionList;
use dt_sweep::fleet::tell_updates;
use dt_sweep::watch::Delivery;
use jiff::Timestamp;

use self::reports::{Reports, page_of};
use super::sweep::Sweeping;
use super::{Context, Request};
use crate::asking::{Connection, ask_several};
use crate::choice::{Choice, choice};
use crate::documents::print_one;
use crate::exit;
use crate::failure::{Failure, Result, did_you_mean};
use crate::options::{
    ApplianceOptions, ExclusionOptions, FailOnOptions, LEVELS, OUTPUT, OutputOptions,
};
use crate::ui::{Output, PrintContext, Printer};

/// By what a fleet is ranked.
const BY: [Choice<By>; 5] = [
    ("both", Some("One thing on many devices is one row, other devices a row each"), By::Both),
    ("device", Some("A row a device"), By::Device),
    ("thing", Some("Only what is on many devices"), By::Thing),
    ("appliance", Some("A row an appliance, by its most urgent device"), By::Appliance),
    ("group", Some("A row a group of devices that do the same work"), By::Group),
];

/// How many rows are shown unless it is said otherwise.
const TOP: usize = 20;

/// Arguments of `dt fleet`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dt fleet --demo
  dt fleet lake --top 50
  dt fleet lake -o html --reports reports > fleet.html
  dt fleet lake -o ecs")]
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

    /// How many rows are shown [default: 20]
    #[arg(long, value_name = "COUNT")]
    top: Option<usize>,

    /// What a row is [default: both]
    #[arg(long, value_parser = choice(&BY), value_name = "WHAT")]
    by: Option<By>,

    /// Only what the run before did not have
    #[arg(long)]
    new: bool,

    /// Only what this appliance sees, by the name that sweeps have for it
    #[arg(long, value_name = "NAME")]
    appliance: Option<String>,

    /// Draw a line below which more than this share, from 0 to 1, is expected to be chance
    #[arg(long, value_name = "SHARE", value_parser = share)]
    q: Option<f64>,

    /// Make a page of each full report that the lake keeps, in this directory, and an index.html that
    /// leads to them
    #[arg(long, value_name = "DIR", help_heading = OUTPUT)]
    reports: Option<PathBuf>,

    /// Rows of this level or above [default: low]
    #[arg(long, value_parser = choice(&LEVELS), value_name = "LEVEL", help_heading = OUTPUT)]
    min_severity: Option<Level>,

    #[command(flatten)]
    fail_on: FailOnOptions,
    #[command(flatten)]
    output: OutputOptions,
}

/// A part of 1.
fn share(text: &str) -> std::result::Result<f64, String> {
    let share = text.parse().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "it is a number from 0 to 1".to_owned())
}

/// A ranking with everything decided.
#[derive(Debug)]
pub(super) struct Ranked {
    place: Place,
    run: Option<RunId>,
    against: Option<RunId>,
    top: usize,
    by: By,
    only_new: bool,
    appliance: Option<String>,
    q: Option<f64>,
    reports: Option<PathBuf>,
    exclusions: ExclusionList,
    fail_on: Option<Level>,
    output: Output,
    now: Timestamp,
}

/// Where the run is.
#[derive(Debug)]
enum Place {
    Lake(PathBuf),
    /// In no lake yet.
    Demo(Box<(Connection, Sweeping)>),
}

impl Args {
    /// Whether an option says which rows there are, and in which order.
    fn is_about_order(&self) -> bool {
        self.run.is_some()
            || self.against.is_some()
            || self.top.is_some()
            || self.by.is_some()
            || self.new
            || self.q.is_some()
            || self.reports.is_some()
            || self.appliance.is_some()
    }

    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Ranked> {
        let output = Output::resolve(Object::Fleet, &self.output, None, context.environment)?;
        if output.format.standard().is_some() && self.is_about_order() {
            return Err(Failure::usage(
                "events tell what became of findings, each once, in no order: the newest run's",
            )
            .hint(
                "leave out --run, --against, --top, --by, --new, --q, --reports and --appliance",
            ));
        }
        let place = match (self.lake, self.demo) {
            (Some(lake), false) => Place::Lake(lake),
            (None, true) => {
                let options = ApplianceOptions {
                    demo: Some((Dialect::Appliance, NetworkVersion::One)),
                    ..ApplianceOptions::default()
                };
                let connection = Connection::resolve(options, context.environment)?;
                let sweeping =
                    Sweeping::resolve(&self.output, ExclusionOptions::default(), context)?;
                Place::Demo(Box::new((connection, sweeping)))
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
            top: self.top.unwrap_or(TOP),
            by: self.by.unwrap_or_default(),
            only_new: self.new,
            appliance: self.appliance,
            q: self.q,
            reports: self.reports,
            exclusions: ExclusionOptions::default().resolve(context, output.verbosity)?,
            fail_on: self.fail_on.fail_on,
            output: output.at_level(self.min_severity),
            now: context.now,
        })
    }
}

impl Request for Ranked {
    fn run(self: Box<Self>) -> Result<u8> {
        match &self.place {
            Place::Lake(path) => self.rank(path),
            Place::Demo(demo) => self.sweep_demo(&demo.0, &demo.1),
        }
    }
}

impl Ranked {
    /// Sweeps the demo appliance into a lake that is gone afterwards.
    fn sweep_demo(&self, connection: &Connection, sweeping: &Sweeping) -> Result<u8> {
        let demo = std::slice::from_ref(connection);
        ask_several(demo, self.output.verbosity, |connected, interrupt| {
            let [connected] = connected else { return Ok(exit::FAILED) };
            match sweeping.in_scratch(connection, connected, interrupt.cancel())? {
                Some(lake) => self.rank(lake.path()),
                None => Ok(exit::FAILED),
            }
        })
    }

    /// Ranks a run of a lake.
    fn rank(&self, path: &Path) -> Result<u8> {
        let lake = Lake::open(path)?;
        let contents = lake.contents(self.run, self.against)?.ok_or_else(|| {
            let failure = Failure::new("no sweep of this lake is finished");
            failure
                .at(path.display().to_string())
                .hint("dt sweep --to LAKE --resume goes on with one")
        })?;
        if self.output.format.standard().is_some() {
            return self.print_updates(&lake, &contents);
        }
        let RunContents { manifest, against, devices, former, .. } = &contents;
        let policy = Policy::default();
        if let Some(name) = &self.appliance {
            known(manifest, name)?;
        }
        let ranking = rank(contents.rows(), former.as_ref(), self.by, &policy);
        let appliance = self.appliance.as_deref();
        let ranking = ranking.only(RankingFilter { appliance, ..RankingFilter::default() });
        // Told or not.
        let found = self.fail_on.is_some_and(|least| ranking.urgency() >= least);
        let least = self.output.min_severity;
        let ranking = ranking.only(RankingFilter { least, only_new: self.only_new, appliance });
        let fleet = Fleet::new(manifest, against.as_ref(), devices, &ranking, self.top);
        let mut fleet = fleet.with_groups(&contents.groups).with_line(self.q);
        let source = source(manifest, path);
        if let Some(to) = &self.reports {
            let reports = Reports {
                lake: &lake,
                contents: &contents,
                source: &source,
                policy: &policy,
                exclusions: &self.exclusions,
                output: &self.output,
            };
            let pages = reports.make(to)?;
            let viewpoint = AsOf { now: self.now, zone: &self.output.time_zone };
            let index = fleet.clone().with_reports(devices, |row| page_of(&pages, "", row));
            reports.index(to, index, viewpoint)?;
            let directory = address(to);
            fleet = fleet.with_reports(devices, |row| page_of(&pages, &directory, row));
        }
        let context = PrintContext {
            source,
            policy: Some(&policy),
            ..PrintContext::plain(&self.output, self.now)
        };
        let printed = print_one(Document::Fleet(fleet), context, None)?;
        Ok(if found { exit::FOUND } else { printed })
    }
}

impl Ranked {
    /// Tells what became of findings since it was last told, as events.
    fn print_updates(&self, lake: &Lake, contents: &RunContents) -> Result<u8> {
        let least = self.output.min_severity;
        let (mut printed, mut is_found) = (0, false);
        tell_updates(lake, contents, least, |told| -> Result<Delivery> {
            let identity = told.appliance.identity.as_str();
            let updates = told.updates.into_iter();
            let updates: Vec<FindingUpdate> =
                updates.map(|it| FindingUpdate::new(it, Some(identity))).collect();
            let goes_on = updates.iter().filter(|it| it.finding.state != FindingState::Ended);
            is_found |= self.fail_on <= goes_on.map(|it| it.finding.severity).max();
            // The demo appliance is gone.
            let address = Some(&*told.appliance.address).filter(|_| identity != "demo");
            let pages = address.map(AppliancePages::at);
            let context = PrintContext {
                appliance: Some(identity),
                pages: pages.as_ref(),
                ..PrintContext::plain(&self.output, self.now)
            };
            let answer = Answer::of_fleet(told.device, updates, told.left_out);
            let mut printer = Printer::one(context).after(printed);
            printer.print(&Document::Watch(Box::new(answer)))?;
            printed += 1;
            Ok(if printer.finish()? { Delivery::Delivered } else { Delivery::Refused })
        })?;
        Ok(if is_found && self.fail_on.is_some() { exit::FOUND } else { exit::DONE })
    }
}

/// Refuses an appliance that a run does not have.
fn known(manifest: &Manifest, name: &str) -> Result<()> {
    let names: Vec<&str> = manifest.appliances.iter().map(|it| it.name.as_str()).collect();
    if names.contains(&name) {
        return Ok(());
    }
    let list = format!("there are {}", names.join(", "));
    Err(Failure::usage(format!("the run {} has no appliance {name:?}", manifest.run))
        .hint(did_you_mean(name, names).unwrap_or(list)))
}

/// A directory as the beginning of the addresses of what is in it.
fn address(directory: &Path) -> String {
    let parts = directory.components().map(|part| match part {
        std::path::Component::RootDir => String::new(),
        part => {
            let bytes = part.as_os_str().as_encoded_bytes();
            percent_encoding::percent_encode(bytes, percent_encoding::NON_ALPHANUMERIC).to_string()
        }
    });
    parts.map(|part| part + "/").collect()
}

/// Where a ranking comes from, for readers.
fn source(manifest: &Manifest, path: &Path) -> String {
    format!("run {} of {}", manifest.run, path.display())
}
