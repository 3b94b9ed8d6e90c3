//! `dt sweep`: every device once, into a lake.

use std::path::PathBuf;
use std::sync::Mutex;

use dt_analysis::{Level, Policy};
use dt_fleet::rows::DeviceRow;
use dt_fleet::{Importance, Promotion, Shard};
use dt_lake::{KeepSeries, Lake, Manifest, RunId, RunPlan, RunWriter};
use dt_model::{SeenSince, Selection};
use dt_report::contract::{Document, SweepRun};
use dt_report::schema::Object;
use dt_sweep::fleet::{Deep, FleetSweep, Site, SiteProgress, Swept};
use dt_transport::{Clock, SystemClock};
use jiff::SignedDuration;

use super::{Context, Request};
use crate::choice::{Choice, choice};
use crate::connect::{Client, ask};
use crate::documents::print_one;
use crate::exit;
use crate::failure::{Failure, Result};
use crate::interrupt::Interrupt;
use crate::options::{ApplianceOptions, FailOnOptions, OutputOptions, SELECTION, SelectionOptions};
use crate::session::Session;
use crate::source::Connection;
use crate::ui::{Output, Progress, Verbosity, eprint_line};

/// How many similar devices a full report takes.
const SIMILAR_DEVICES: u32 = 5;

/// Which devices get a full report.
const DEEP: [Choice<bool>; 2] =
    [("auto", Some("Those that deserve one, at most 5 %"), true), ("none", None, false)];

/// Whose series are kept.
const KEEP: [Choice<KeepSeries>; 3] = [
    ("all", None, KeepSeries::All),
    ("deep", Some("Of devices with a full report"), KeepSeries::Deep),
    ("none", None, KeepSeries::None),
];

/// Arguments of `dt sweep`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dt --demo sweep --to lake
  dt sweep --to /var/lib/dt/lake --rate 5 --time-limit 4h
  dt sweep --to /var/lib/dt/lake --resume")]
pub(crate) struct Args {
    /// The lake: a directory, which is made if it is not there
    #[arg(long, value_name = "LAKE")]
    to: PathBuf,

    /// Go on with a run that was stopped: the newest one, or the one of this name
    #[arg(long, value_name = "RUN", num_args = 0..=1, require_equals = true)]
    #[expect(
        clippy::option_option,
        reason = "an option whose value may be left out, as clap has it"
    )]
    resume: Option<Option<RunId>>,

    /// Say how many devices and requests there are, and how long that takes, and stop
    #[arg(long)]
    dry_run: bool,

    /// Stop after this long, such as 4h; --resume goes on
    #[arg(long, value_name = "DURATION")]
    time_limit: Option<SignedDuration>,

    /// Which devices get a full report after the first look
    #[arg(long, value_parser = choice(&DEEP), default_value = "auto", value_name = "WHICH")]
    deep: bool,

    /// Whose series are kept, to be assessed again by other rules
    #[arg(long, value_parser = choice(&KEEP), default_value = "all", value_name = "WHOSE")]
    keep_series: KeepSeries,

    /// One of M equal parts of the devices, such as 3/7; devices that are new or were urgent always belong
    #[arg(long, value_name = "N/M", help_heading = SELECTION)]
    shard: Option<Shard>,

    /// Devices that the appliance saw since then, such as 7d, 12h or 30min
    #[arg(long, value_name = "AGE", help_heading = SELECTION)]
    seen_since: Option<SeenSince>,

    #[command(flatten)]
    selection: SelectionOptions,
    #[command(flatten)]
    appliance: ApplianceOptions,
    #[command(flatten)]
    fail_on: FailOnOptions,
    #[command(flatten)]
    output: OutputOptions,
}

/// A sweep with everything decided.
#[derive(Debug)]
pub(super) struct SweepRequest {
    to: PathBuf,
    /// Whether to go on with a run: with which, if it was named.
    #[expect(clippy::option_option, reason = "as it was typed")]
    resume: Option<Option<RunId>>,
    dry_run: bool,
    time_limit: Option<SignedDuration>,
    options: Sweeping,
    fail_on: Option<Level>,
    connection: Connection,
    session: Session,
}

/// Which devices are swept, and how far.
#[derive(Debug)]
pub(super) struct Sweeping {
    pub(super) deep: Deep,
    pub(super) keep_series: KeepSeries,
    pub(super) shard: Option<Shard>,
    pub(super) seen_since: Option<SeenSince>,
    pub(super) selection: Selection,
}

impl Default for Sweeping {
    fn default() -> Self {
        Self {
            deep: Deep::Promoted(Promotion::default()),
            keep_series: KeepSeries::All,
            shard: None,
            seen_since: None,
            selection: Selection::default(),
        }
    }
}

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<SweepRequest> {
        let output = Output::resolve(Object::Sweep, &self.output, None, context.environment)?;
        let options = Sweeping {
            deep: if self.deep { Deep::Promoted(Promotion::default()) } else { Deep::None },
            keep_series: self.keep_series,
            shard: self.shard,
            seen_since: self.seen_since,
            selection: self.selection.into(),
        };
        let connection = Connection::resolve(self.appliance, context.environment)?.unhurried();
        let session = Session::with(&connection, Policy::default(), output, context.now);
        Ok(SweepRequest {
            to: self.to,
            resume: self.resume,
            dry_run: self.dry_run,
            time_limit: self.time_limit,
            options,
            fail_on: self.fail_on.fail_on,
            connection,
            session,
        })
    }
}

impl Request for SweepRequest {
    fn run(self: Box<Self>) -> Result<u8> {
        let verbosity = self.session.output.verbosity;
        ask(&self.connection, verbosity, |client, interrupt| {
            if self.dry_run {
                return self.estimate(client);
            }
            let lake = Lake::create(&self.to)?;
            let plan = self.options.plan(&self.session.policy);
            let writer = match &self.resume {
                None => lake.begin(RunId::at(self.session.now), plan)?,
                Some(run) => lake.resume(self.unfinished(&lake, *run)?, Some(plan))?,
            };
            // A limit beyond the end of time is none.
            let deadline =
                self.time_limit.and_then(|limit| self.session.now.checked_add(limit).ok());
            let appliance = self.connection.appliance();
            let Session { output, policy, .. } = &self.session;
            let site = (appliance.as_str(), client, interrupt);
            let swept = self.options.run(site, output, policy, deadline, (&lake, writer))?;
            self.print(&lake, swept)
        })
    }
}

impl SweepRequest {
    /// The run that goes on.
    fn unfinished(&self, lake: &Lake, run: Option<RunId>) -> Result<RunId> {
        let newest = || lake.unfinished().map(|runs| runs.last().copied());
        run.map_or_else(newest, |run| Ok(Some(run)))?.ok_or_else(|| {
            let failure = Failure::usage("there is no run to go on with");
            failure.at(self.to.display().to_string()).hint("leave --resume out to begin one")
        })
    }

    /// Prints how a run went.
    fn print(&self, lake: &Lake, swept: Swept) -> Result<u8> {
        let Some(manifest) = swept.manifest else {
            let to = shlex::try_quote(&self.to.to_string_lossy())
                .map_or_else(|_| "LAKE".to_owned(), Into::into);
            return Err(Failure::new("the sweep was stopped; what was answered is kept")
                .hint(format!("dt sweep --to {to} --resume goes on")));
        };
        let found = print_one(
            Document::Sweep(SweepRun::new(&manifest)),
            self.session.print_context(),
            None,
        )?;
        let given_up = swept.given_up.into_iter().next();
        if manifest.totals()[1] == 0
            && let Some((_, error)) = given_up
        {
            return Err(error.into());
        }
        Ok(match manifest.complete && manifest.totals()[3] == 0 {
            false => exit::FAILED,
            true if self.is_found(lake, &manifest)? => exit::FOUND,
            true => found,
        })
    }

    /// Whether a device is as urgent as makes the command fail.
    fn is_found(&self, lake: &Lake, manifest: &Manifest) -> Result<bool> {
        let Some(least) = self.fail_on else { return Ok(false) };
        let mut is_found = false;
        lake.read(manifest, |row: DeviceRow| is_found |= row.level >= least)?;
        Ok(is_found)
    }

    /// Says what a sweep would ask.
    fn estimate(&self, client: &Client) -> Result<u8> {
        let search = self.options.selection.search().count(1);
        let search = match self.options.seen_since {
            Some(since) => search.seen_since(since),
            None => search,
        };
        let listed = client.ask(&search)?.total_count;
        let name = self.connection.appliance();
        let devices = listed.ok_or_else(|| {
            Failure::new("the appliance does not say how many devices it has").of(&name)
        })?;
        eprint_line(&estimate(&name, devices, self.connection.link.limits.rate()));
        Ok(exit::DONE)
    }
}

/// How many requests a sweep of so many devices takes, and how long at a rate.
fn estimate(name: &str, devices: u64, rate: Option<u32>) -> String {
    /// A full report takes about eleven requests, and about one device in thirty gets one.
    const REPORTS: f64 = 11.2 / 30.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an estimate of a count"
    )]
    let reports = (devices as f64 * REPORTS).round() as u64;
    let looks = devices.saturating_mul(3);
    let requests = format!("{name}: {devices} devices, {looks} + about {reports} requests");
    match rate {
        None => requests,
        Some(rate) => {
            let minutes = looks.saturating_add(reports).div_ceil(u64::from(rate)).div_ceil(60);
            format!("{requests}, about {minutes} min at {rate}/s")
        }
    }
}

impl Sweeping {
    /// By what the devices are chosen and judged: a run that goes on must have the same.
    pub(super) fn plan(&self, policy: &Policy) -> RunPlan {
        let Self { selection, seen_since, shard, .. } = self;
        let options = [
            ("tag", selection.tags.join(", ")),
            ("type", selection.types.join(", ")),
            (
                "subnet",
                selection.subnets.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            ),
            ("seen_since", seen_since.map_or_else(String::new, |since| since.to_string())),
        ];
        let given = options.into_iter().filter(|(_, value)| !value.is_empty());
        RunPlan {
            policy: policy.digest(),
            shard: shard.map(|shard| shard.to_string()),
            selection: given.map(|(name, value)| (name.to_owned(), value)).collect(),
        }
    }

    /// Sweeps one appliance.
    pub(super) fn run(
        &self,
        (name, client, interrupt): (&str, &Client, &Interrupt),
        output: &Output,
        policy: &Policy,
        deadline: Option<jiff::Timestamp>,
        (lake, writer): (&Lake, RunWriter),
    ) -> Result<Swept> {
        let clock = SystemClock;
        let shown = Shown { verbosity: output.verbosity, bar: Mutex::default() };
        let progress = |name: &str, step| shown.at(name, step);
        let sweep = FleetSweep {
            policy,
            zone: &output.time_zone,
            importance: &Importance::default(),
            deep: self.deep,
            selection: &self.selection,
            seen_since: self.seen_since,
            shard: self.shard,
            similar_devices: SIMILAR_DEVICES,
            keep_series: self.keep_series,
            now: &|| clock.now(),
            deadline,
            cancel: interrupt.cancel().clone(),
            progress: &progress,
            dt_version: env!("CARGO_PKG_VERSION"),
        };
        Ok(sweep.run(&[Site { name, identity: name, client }], lake, writer)?)
    }
}

/// How far a sweep is, for somebody who waits.
struct Shown {
    verbosity: Verbosity,
    bar: Mutex<Option<(&'static str, Progress)>>,
}

impl Shown {
    fn at(&self, name: &str, step: SiteProgress) {
        let (what, done, all) = match step {
            SiteProgress::FirstLook { done, all } => ("devices", done, all),
            SiteProgress::Reports { done, all } => ("full reports", done, all),
            _ => return,
        };
        if done == 0 && what == "devices" && self.verbosity == Verbosity::Everything {
            eprint_line(&estimate(name, all as u64, None));
        }
        let mut bar = self.bar.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if bar.as_ref().is_none_or(|(shown, _)| *shown != what) {
            *bar = None;
            *bar = Some((what, Progress::start(what, self.verbosity)));
        }
        if let Some((_, bar)) = &*bar {
            bar.at(done, all);
        }
    }
}
