//! Sweeping a fleet: every device of some appliances once, into a lake.
//!
//! Each device gets three questions. Then it is known how common each domain is, and the appliance is asked about the
//! rare ones. Those devices that
//! [deserve it](dt_fleet::Promotion) get all that a report takes. What is learned is in the journal of the run at
//! once: a sweep that is stopped goes on where it ended.

mod before;
mod carried;
mod cover;
mod estimate;
mod known;
mod lines;
mod listing;
mod look_ups;
mod options;
mod progress;
mod promote;
mod site;
mod updates;

use std::sync::{Mutex, PoisonError};
use std::thread;

use dt_analysis::{Level, Policy};
use dt_fleet::rows::DeviceRow;
use dt_lake::{ApplianceSummary, Grouping, Lake, Manifest, RunEnd, RunId, RunPlan, RunWriter};
use dt_transport::{Cancel, Client, FindError, Transport};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::{ExclusionList, SweepError};
use before::Before;
pub use estimate::Estimate;
pub use options::{Deep, DeepError, FleetOptions};
pub use progress::{FleetProgress, SiteProgress};
use site::{SiteEnd, SiteSweep};
pub use updates::{DeviceUpdates, tell_updates};

/// An appliance that is swept.
#[derive(Debug, Clone, Copy)]
pub struct Site<'a, T> {
    /// What the run calls it.
    pub name: &'a str,
    /// The appliance as findings name it: their ids are made of it.
    pub identity: &'a str,
    /// Asks it.
    pub client: &'a Client<T>,
}

/// How a fleet is swept.
#[derive(Clone)]
pub struct FleetSweep<'a> {
    /// Which devices, and how far.
    pub options: &'a FleetOptions,
    /// By what devices are assessed.
    pub policy: &'a Policy,
    /// What is found and kept, but counts for nothing.
    pub exclusions: &'a ExclusionList,
    /// The zone in which hours of the day are told apart.
    pub zone: &'a TimeZone,
    /// What time it is.
    pub now: &'a (dyn Fn() -> Timestamp + Sync),
    /// When the sweep ends, whether it is through or not.
    pub deadline: Option<Timestamp>,
    /// What ends it early.
    pub cancel: Cancel,
    /// Told whenever it is a step further, from whichever thread; it must be quick.
    pub progress: &'a (dyn Fn(&str, SiteProgress) + Sync),
    /// Told what somebody should know who reads no tables, as a sentence, from whichever thread.
    pub warn: &'a (dyn Fn(&str) + Sync),
    /// The version of the program.
    pub dt_version: &'a str,
}

/// How a sweep ended.
#[derive(Debug)]
pub struct Swept {
    /// The run as it was written; `None` if it was cancelled before it could be, and goes on from its journal, or if
    /// no device was looked at: then there is no run.
    pub manifest: Option<Manifest>,
    /// The appliances that were given up, and why.
    pub given_up: Vec<(String, SweepError)>,
}

impl Swept {
    /// Whether every device was looked at: the run is complete, none failed, and no answer was refused for each of them.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let is_whole = |manifest: &Manifest| {
            let is_refused = manifest.appliances.iter().any(|it| !it.refused_for_all.is_empty());
            manifest.complete && manifest.totals().failed == 0 && !is_refused
        };
        self.manifest.as_ref().is_some_and(is_whole)
    }

    /// The level of the most urgent device.
    ///
    /// # Errors
    ///
    /// If the devices cannot be read again.
    pub fn urgency(&self, lake: &Lake) -> Result<Level, dt_lake::Error> {
        let mut most = Level::Minimal;
        if let Some(manifest) = &self.manifest {
            lake.read(manifest, |row: DeviceRow| most = most.max(row.level))?;
        }
        Ok(most)
    }
}

impl FleetSweep<'_> {
    /// Begins a run in a lake, and [runs](Self::run) it.
    ///
    /// # Errors
    ///
    /// As of [`run`](Self::run), or if another process has the run.
    pub fn begin<T: Transport>(
        &self,
        sites: &[Site<'_, T>],
        lake: &Lake,
    ) -> Result<Swept, dt_lake::Error> {
        self.run(sites, lake, lake.begin(RunId::at((self.now)()), self.plan(sites))?)
    }

    /// Goes on with a run that was stopped.
    ///
    /// # Errors
    ///
    /// As of [`run`](Self::run), or if there is no such run, another process has it, or it was begun by
    /// another plan.
    pub fn resume<T: Transport>(
        &self,
        sites: &[Site<'_, T>],
        lake: &Lake,
        run: RunId,
    ) -> Result<Swept, dt_lake::Error> {
        self.run(sites, lake, lake.resume(run, Some(self.plan(sites)))?)
    }

    fn plan<T>(&self, sites: &[Site<'_, T>]) -> RunPlan {
        self.options.plan(sites.iter().map(|site| site.name), self.policy)
    }

    /// Sweeps these appliances, all at once, and finishes the run.
    ///
    /// # Errors
    ///
    /// If something cannot be read from the lake or written to it. What an appliance refuses is no error: it is
    /// told of the appliance or the device.
    pub fn run<T: Transport>(
        &self,
        sites: &[Site<'_, T>],
        lake: &Lake,
        writer: RunWriter,
    ) -> Result<Swept, dt_lake::Error> {
        let run = writer.run();
        let before = Before::read(lake, &writer, sites.iter().map(|site| site.name))?;
        let writer = Mutex::new(writer);
        let ends: Vec<Result<SiteEnd, dt_lake::Error>> = thread::scope(|scope| {
            let sweep = |site| {
                let site =
                    SiteSweep { sweep: self, site, lake, run, writer: &writer, before: &before };
                scope.spawn(move || site.run())
            };
            let threads: Vec<_> = sites.iter().map(sweep).collect();
            threads
                .into_iter()
                .map(|it| it.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        });
        let mut ends = ends.into_iter().collect::<Result<Vec<SiteEnd>, _>>()?;
        let mut writer = writer.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.exclusions.keep();
        if self.cancel.is_cancelled() {
            writer.sync()?;
            return Ok(Swept { manifest: None, given_up: Vec::new() });
        }
        if let Some(given_up) = self.nothing_swept(sites, &writer, &mut ends) {
            // As a run, it would be the newest, in which nothing is urgent.
            writer.discard()?;
            return Ok(Swept { manifest: None, given_up });
        }
        let complete = ends.iter().all(|end| end.is_through && end.given_up.is_none());
        let groups = groups(&writer, sites.iter().map(|site| site.name), &before)?;
        let (mut appliances, mut given_up) = (Vec::new(), Vec::new());
        for SiteEnd { summary, given_up: error, .. } in ends {
            given_up.extend(error.map(|error| (summary.name.clone(), error)));
            appliances.push(summary);
        }
        let manifest = writer.finish(RunEnd {
            ended: (self.now)(),
            complete,
            dt_version: self.dt_version,
            policy: self.policy,
            appliances,
            groups,
            chance: before.chance,
            keep_series: self.options.keep_series,
        })?;
        let refusals = manifest.appliances.iter().flat_map(ApplianceSummary::refusals);
        refusals.for_each(|text| (self.warn)(&text));
        Ok(Swept { manifest: Some(manifest), given_up })
    }

    /// Why each appliance was given up, if no device of any was looked at, and not for want of time.
    fn nothing_swept<T: Transport>(
        &self,
        sites: &[Site<'_, T>],
        writer: &RunWriter,
        ends: &mut [SiteEnd],
    ) -> Option<Vec<(String, SweepError)>> {
        let is_none_chosen = |end: &SiteEnd| {
            end.is_through && end.summary.devices_listed == 0 && end.given_up.is_none()
        };
        let is_nothing = |end: &SiteEnd| end.given_up.is_some() || is_none_chosen(end);
        // What failed in a process before this one is kept where nobody is chosen any more.
        let is_kept = !writer.is_blank() && ends.iter().any(is_none_chosen);
        if is_kept || !writer.is_of_nobody() || !ends.iter().all(is_nothing) {
            return None;
        }
        let why = |(site, end): (&Site<'_, T>, &mut SiteEnd)| {
            let error = end.given_up.take().unwrap_or_else(|| {
                if !self.options.is_narrowed() {
                    return SweepError::NothingListed;
                }
                let near = site.client.near_selection(&self.options.selection);
                FindError::NoneSelected { near: Box::new(near) }.into()
            });
            (site.name.to_owned(), error)
        };
        Some(sites.iter().zip(ends).map(why).collect())
    }

    /// Whether nothing more is to be asked.
    fn is_over(&self) -> bool {
        self.cancel.is_cancelled() || self.deadline.is_some_and(|deadline| (self.now)() >= deadline)
    }
}

/// Groups of all devices that were looked at.
#[cfg(feature = "groups")]
fn groups<'a>(
    writer: &RunWriter,
    names: impl Iterator<Item = &'a str>,
    before: &Before,
) -> Result<Grouping, dt_lake::Error> {
    lines::groups(writer, names, &before.groups)
}

/// Without the feature there are none.
#[cfg(not(feature = "groups"))]
#[expect(clippy::unnecessary_wraps, reason = "with the feature it may fail")]
fn groups<'a>(
    _: &RunWriter,
    _: impl Iterator<Item = &'a str>,
    _: &Before,
) -> Result<Grouping, dt_lake::Error> {
    Ok(Grouping::default())
}

/// A summary in which nothing happened yet.
fn blank<T: Transport>(site: &Site<'_, T>) -> ApplianceSummary {
    ApplianceSummary {
        name: site.name.to_owned(),
        identity: site.identity.to_owned(),
        address: site.client.base_url().to_string(),
        ..ApplianceSummary::default()
    }
}
