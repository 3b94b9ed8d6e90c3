//! `dt fleet`: which of all devices first.

mod reports;

use std::path::{Path, PathBuf};

use dt_analysis::Level;
use dt_appliance::NetworkVersion;
use dt_fleet::ranking::{By, RankingFilter, rank};
use dt_lake::{Lake, RunContents, RunId};
use dt_model::{AppliancePages, Dialect};
use dt_report::contract::{Answer, Document, FindingState, FindingUpdate, Fleet};
use dt_report::schema::Object;
use dt_sweep::fleet::tell_updates;
use dt_sweep::watch::Delivery;

use self::reports::{Reports, page_of};
use super::sweep::Sweeping;
use super::{Context, Run};
use crate::asking::{Connection, Session, ask_several};
use crate::choice::{Choice, choice};
use crate::documents::print_one;
use crate::exit;
use crate::failure::{Failure, Result};
use crate::options::{
    ApplianceOptions, DemoOptions, ExclusionOptions, FailOnOptions, LEVELS, OUTPUT, OutputOptions,
};
use crate::ui::{PrintContext, Printer};

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

    #[command(flatten)]
    ranking: RankingOptions,

    /// Rows of this level or above [default: low]
    #[arg(long, value_parser = choice(&LEVELS), value_name = "LEVEL", help_heading = OUTPUT)]
    min_severity: Option<Level>,

    #[command(flatten)]
    fail_on: FailOnOptions,
    #[command(flatten)]
    output: OutputOptions,
}

/// Which run is ranked, which rows are shown of that, and in which order.
#[derive(Debug, Default, PartialEq, clap::Args)]
struct RankingOptions {
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
}

/// A part of 1.
fn share(text: &str) -> std::result::Result<f64, String> {
    let share = text.parse().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "it is a number from 0 to 1".to_owned())
}

/// A ranking with everything decided.
struct Ranked {
    options: RankingOptions,
    session: Session,
}

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Run> {
        let mut session = Session::new(Object::Fleet, &self.output, context)?;
        if session.output.format.standard().is_some() && self.ranking != RankingOptions::default() {
            return Err(Failure::usage(
                "events tell what became of findings, each once, in no order: the newest run's",
            )
            .hint(
                "leave out --run, --against, --top, --by, --new, --q, --reports and --appliance",
            ));
        }
        let output = &mut session.output;
        output.min_severity = self.min_severity.unwrap_or(output.min_severity);
        output.fail_on = self.fail_on.fail_on;
        session.exclusions = ExclusionOptions::default().resolve(context, output.verbosity)?;
        let ranked = Ranked { options: self.ranking, session };
        match (self.lake, self.demo) {
            (Some(lake), false) => Ok(Box::new(move || ranked.rank(&lake))),
            (None, true) => {
                let demo = Some((Dialect::Appliance, NetworkVersion::One));
                let demo = DemoOptions { demo, ..DemoOptions::default() };
                let options = ApplianceOptions { demo, ..ApplianceOptions::default() };
                let connection = Connection::resolve(options, context.environment)?;
                let sweeping =
                    Sweeping::resolve(&self.output, ExclusionOptions::default(), context)?;
                Ok(Box::new(move || ranked.sweep_demo(&connection, &sweeping)))
            }
            _ => Err(Failure::usage("a fleet is ranked from one lake, or with --demo")
                .hint("dt sweep --to LAKE makes one; dt fleet LAKE ranks it")),
        }
    }
}

impl Ranked {
    /// Sweeps the demo appliance into a lake that is gone afterwards.
    fn sweep_demo(&self, connection: &Connection, sweeping: &Sweeping) -> Result<u8> {
        let demo = std::slice::from_ref(connection);
        ask_several(demo, self.session.output.verbosity, |connected, interrupt| {
            match sweeping.in_scratch(connected, interrupt.cancel())? {
                Some(lake) => self.rank(lake.path()),
                None => Ok(exit::FAILED),
            }
        })
    }

    /// Ranks a run of a lake.
    fn rank(&self, path: &Path) -> Result<u8> {
        let Self { options, session, .. } = self;
        let lake = Lake::open(path)?;
        let contents = lake.contents(options.run, options.against)?;
        if session.output.format.standard().is_some() {
            return self.print_updates(&lake, &contents);
        }
        let RunContents { manifest, against, devices, former, .. } = &contents;
        let appliance = options.appliance.as_deref();
        if let Some(name) = appliance {
            manifest.appliance(name)?;
        }
        let by = options.by.unwrap_or_default();
        let ranking = rank(contents.rows(), former.as_ref(), by, &session.policy);
        let ranking = ranking.only(RankingFilter { appliance, ..RankingFilter::default() });
        // Told or not.
        let mut status = session.output.status(Some(ranking.urgency()));
        let least = session.output.min_severity;
        let ranking = ranking.only(RankingFilter { least, only_new: options.new, appliance });
        let top = options.top.unwrap_or(TOP);
        let fleet = Fleet::new(manifest, against.as_ref(), devices, &ranking, top);
        let mut fleet = Fleet { line: options.q, ..fleet.with_groups(&contents.groups) };
        let source = format!("run {} of {}", manifest.run, path.display());
        if let Some(to) = &options.reports {
            let reports = Reports { lake: &lake, contents: &contents, source: &source, session };
            let (pages, is_whole) = reports.make(to)?;
            if !is_whole {
                status = exit::FAILED;
            }
            let index = fleet.clone().with_reports(devices, |row| page_of(&pages, "", row));
            reports.index(to, index)?;
            let directory = address(to);
            fleet = fleet.with_reports(devices, |row| page_of(&pages, &directory, row));
        }
        print_one(Document::Fleet(fleet), PrintContext { source, ..session.print_context() })?;
        Ok(status)
    }

    /// Tells what became of findings since it was last told, as events.
    fn print_updates(&self, lake: &Lake, contents: &RunContents) -> Result<u8> {
        let session = &self.session;
        let least = session.output.min_severity;
        let (mut printed, mut urgency) = (0, None);
        tell_updates(lake, contents, least, |told| -> Result<Delivery> {
            let identity = told.appliance.identity.as_str();
            let updates = told.updates.into_iter();
            let updates: Vec<FindingUpdate> =
                updates.map(|it| FindingUpdate::new(it, Some(identity))).collect();
            let goes_on = updates.iter().filter(|it| it.finding.state != FindingState::Ended);
            urgency = urgency.max(goes_on.map(|it| it.finding.severity).max());
            // The demo appliance is gone.
            let address = Some(&*told.appliance.address).filter(|_| identity != "demo");
            let pages = address.map(AppliancePages::at);
            let context = PrintContext {
                appliance: Some(identity),
                pages: pages.as_ref(),
                ..session.print_context_unjudged()
            };
            let answer = Answer::of_fleet(told.device, updates, told.left_out);
            let mut printer = Printer::one(context).after(printed);
            printer.print(&Document::Watch(Box::new(answer)))?;
            printed += 1;
            Ok(if printer.finish()? { Delivery::Delivered } else { Delivery::Refused })
        })?;
        Ok(session.output.status(urgency))
    }
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
