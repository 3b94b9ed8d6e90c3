//! `dt sweep`: every device once, into a lake.

use std::path::PathBuf;

use dt_fleet::Shard;
use dt_lake::{KeepSeries, Lake, RunId, ScratchLake};
use dt_model::SeenSince;
use dt_report::contract::{Document, SweepRun};
use dt_report::schema::Object;
use dt_sweep::fleet::{Deep, FleetOptions, FleetSweep, Site, Swept};
use dt_transport::{Cancel, Clock, SystemClock};
use jiff::{SignedDuration, Timestamp};

use super::{Context, Run};
use crate::asking::{Connected, Connection, Session, ask_several};
use crate::choice::{Choice, choice};
use crate::config::importance;
use crate::documents::print_one;
use crate::exit::{self, ExitSummary};
use crate::failure::{Failure, Result};
use crate::options::{
    ApplianceListOptions, ExclusionOptions, FailOnOptions, OutputOptions, SELECTION,
    SelectionOptions,
};
use crate::ui::{FleetBar, eprint_line, print_failure};

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
  dt sweep --to /var/lib/dt/lake --all-profiles --time-limit 4h
  dt sweep --to /var/lib/dt/lake --resume")]
pub(crate) struct Args {
    /// The lake: a directory, which is made if it is not there
    #[arg(long, value_name = "LAKE")]
    to: PathBuf,

    /// Go on with a run that was stopped: the newest one, or the one of this name
    #[arg(long, value_name = "RUN", num_args = 0..=1, require_equals = true)]
    #[expect(clippy::option_option, reason = "an option whose value may be left out")]
    resume: Option<Option<RunId>>,

    /// Say how many devices and requests there are, and how long that takes, and stop
    #[arg(long)]
    dry_run: bool,

    /// Stop after this long, such as 4h; --resume goes on
    #[arg(long, value_name = "DURATION", value_parser = time_limit)]
    time_limit: Option<SignedDuration>,

    /// Which devices get a full report: auto for those that deserve one, at most 5 %; none; or at most
    /// so many, or such a share, of those that deserve one
    #[arg(long, default_value = "auto", value_name = "auto|none|N|P%")]
    deep: Deep,

    /// Look domains up again that were looked up within a day
    #[arg(long)]
    fresh: bool,

    /// Ask for K similar devices with each first look, and not again for those, if that is faster
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..))]
    cover: Option<u32>,

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
    appliances: ApplianceListOptions,
    #[command(flatten)]
    fail_on: FailOnOptions,
    #[command(flatten)]
    exclusions: ExclusionOptions,
    #[command(flatten)]
    output: OutputOptions,
}

/// How devices are swept, and how that is shown.
pub(super) struct Sweeping {
    options: FleetOptions,
    pub(super) session: Session,
}

/// A time that is not over yet when it begins.
fn time_limit(text: &str) -> std::result::Result<SignedDuration, String> {
    let limit = text.parse::<SignedDuration>().map_err(|error| error.to_string())?;
    let is_time = limit > SignedDuration::ZERO;
    is_time.then_some(limit).ok_or_else(|| "a time limit is more than nothing".to_owned())
}

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Run> {
        let mut sweeping = Sweeping::resolve(&self.output, self.exclusions, context)?;
        sweeping.session.output.fail_on = self.fail_on.fail_on;
        sweeping.options = FleetOptions {
            deep: self.deep,
            is_fresh: self.fresh,
            cover: self.cover,
            keep_series: self.keep_series,
            shard: self.shard,
            seen_since: self.seen_since,
            selection: self.selection.into(),
            ..sweeping.options
        };
        let connections = Connection::resolve_several(self.appliances, context.environment)?;
        Ok(Box::new(move || {
            let Session { output, now, .. } = &sweeping.session;
            ask_several(&connections, output.verbosity, |connected, interrupt| {
                if self.dry_run {
                    return Ok(sweeping.estimate(&connections, connected));
                }
                let lake = Lake::create(&self.to)?;
                let resumed = self.resume.map(|run| unfinished(&lake, run)).transpose()?;
                interrupt.note(if_stopped(&lake));
                // A limit beyond the end of time is none.
                let deadline = self.time_limit.and_then(|limit| now.checked_add(limit).ok());
                let swept =
                    sweeping.run(connected, &lake, resumed, deadline, interrupt.cancel())?;
                // What a signal stops from here on is printing.
                interrupt.close();
                sweeping.print(&lake, swept)
            })
        }))
    }
}

/// The run that goes on: the one that was named, or the newest.
fn unfinished(lake: &Lake, run: Option<RunId>) -> Result<RunId> {
    let newest = || lake.unfinished().map(|runs| runs.last().copied());
    run.map_or_else(newest, |run| Ok(Some(run)))?.ok_or_else(|| {
        let failure = Failure::usage("there is no run to go on with");
        failure.at(lake.path().display()).hint("leave --resume out to begin one")
    })
}

/// What is said of a sweep that a signal stops.
fn if_stopped(lake: &Lake) -> String {
    let to = lake.path().to_string_lossy();
    let to = shlex::try_quote(&to).unwrap_or_else(|_| "LAKE".into());
    format!("stopped: what was answered is kept, and dt sweep --to {to} --resume goes on")
}

impl Sweeping {
    /// Prints how a run went, and why appliances were given up.
    fn print(&self, lake: &Lake, swept: Swept) -> Result<u8> {
        let session = &self.session;
        let (mut summary, mut looked_at) = (ExitSummary::default(), 0);
        if let Some(manifest) = &swept.manifest {
            // The rows are read again only for whoever wants to know.
            let urgency = session.output.fail_on.and_then(|_| swept.urgency(lake).ok());
            let run = SweepRun { bytes: lake.bytes(manifest), ..SweepRun::new(manifest) };
            print_one(Document::Sweep(run), session.print_context())?;
            looked_at = manifest.appliances.iter().filter(|it| it.swept > 0).count();
            (0..looked_at).for_each(|_| summary.add(session.output.status(urgency)));
        }
        // If nothing was looked at, why appliances were given up says it.
        if !swept.is_whole() && (looked_at > 0 || swept.given_up.is_empty()) {
            summary.fail(exit::FAILED);
        }
        for (name, error) in swept.given_up {
            let failure = Failure::from(error).about(&name);
            summary.fail(failure.status);
            print_failure(&failure, false);
        }
        Ok(summary.status())
    }

    /// Says what a sweep would ask of each appliance.
    fn estimate(&self, connections: &[Connection], connected: &[Connected]) -> u8 {
        let mut summary = ExitSummary::default();
        for (connection, Connected { name, client, .. }) in connections.iter().zip(connected) {
            let failure = match self.options.estimate(client) {
                Ok(Some(estimate)) => {
                    let rate = connection.link.limits.rate();
                    eprint_line(&format!("{name}: {}", estimate.at_rate(rate)));
                    summary.add(exit::DONE);
                    continue;
                }
                Ok(None) => Failure::new("the appliance does not say how many devices it has"),
                Err(error) => Failure::from(*error),
            };
            summary.fail(failure.status);
            print_failure(&failure.about(name), false);
        }
        summary.status()
    }

    /// As nothing but how it is printed, and what is excluded, was said.
    pub(super) fn resolve(
        output: &OutputOptions,
        exclusions: ExclusionOptions,
        context: &Context<'_>,
    ) -> Result<Self> {
        let mut session = Session::new(Object::Sweep, output, context)?;
        session.exclusions = exclusions.resolve(context, session.output.verbosity)?;
        let importance = importance(context.environment)?;
        let options = FleetOptions { importance, ..FleetOptions::default() };
        Ok(Self { options, session })
    }

    /// Sweeps these appliances into a lake, or goes on with a run there, and shows how far it is.
    fn run(
        &self,
        connected: &[Connected],
        lake: &Lake,
        resumed: Option<RunId>,
        deadline: Option<Timestamp>,
        cancel: &Cancel,
    ) -> Result<Swept> {
        let Session { policy, output, exclusions, .. } = &self.session;
        let bar = FleetBar::new(output.verbosity);
        let sites: Vec<_> = connected
            .iter()
            .map(|it| Site { name: &it.name, identity: &it.identity, client: &it.client })
            .collect();
        let sweep = FleetSweep {
            options: &self.options,
            policy,
            exclusions,
            zone: &output.time_zone,
            now: &|| SystemClock.now(),
            deadline,
            cancel: cancel.clone(),
            progress: &|name, step| bar.at(name, step),
            warn: &|text| output.verbosity.warn(text),
            dt_version: env!("CARGO_PKG_VERSION"),
        };
        Ok(match resumed {
            None => sweep.begin(&sites, lake)?,
            Some(run) => sweep.resume(&sites, lake, run)?,
        })
    }

    /// Sweeps appliances into a lake for the time being; `None` if that was cancelled.
    pub(super) fn in_scratch(
        &self,
        connected: &[Connected],
        cancel: &Cancel,
    ) -> Result<Option<ScratchLake>> {
        let lake = ScratchLake::create()?;
        let swept = self.run(connected, &lake, None, None, cancel)?;
        Ok(swept.manifest.is_some().then_some(lake))
    }
}
