//! The sweep of one appliance.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::{Mutex, MutexGuard, PoisonError};

use dt_analysis::plan::{AnalysisKind, Endpoints};
use dt_analysis::{AsOf, Level};
use dt_fleet::rows::{DeviceRow, Stage};
use dt_fleet::{Candidate, Prevalences, Promoted};
use dt_lake::{ApplianceSummary, DeviceLine, Lake, Line, RunId, RunWriter, Swept};
use dt_model::{
    Device, DeviceDetails, DeviceId, DeviceInfoQuery, InvalidParameter, ModelBreachesQuery,
};
use dt_store::{About, Archive, NotAnswered, Subject};
use dt_transport::{Recording, Transport};
use jiff::SignedDuration;

use super::before::Before;
use super::lines::{self, Looked};
use super::listing::{self, DeviceList};
use super::{Deep, FleetOptions, FleetSweep, Site, SiteProgress, blank};
use crate::{DeviceAnswer, DeviceError, Inquiry, NamedTarget, Progress, Sweep, SweepError};

/// After so many failures in a row that every further device would meet as well, an appliance is given up.
const MOST_FAILURES: u32 = 20;

/// How it is said that there is no full report of a device, before why.
const NO_REPORT: &str = "full report: ";

/// The appliance's own breaches count for so long.
const BREACHED_WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// So many lines may be lost by a crash of the machine.
const LINES_UNSYNCED: usize = 100;

/// One appliance, and all that its sweep needs.
pub(super) struct SiteSweep<'a, T> {
    pub(super) sweep: &'a FleetSweep<'a>,
    pub(super) site: &'a Site<'a, T>,
    pub(super) lake: &'a Lake,
    pub(super) run: RunId,
    pub(super) writer: &'a Mutex<RunWriter>,
    pub(super) before: &'a Before,
}

/// How the sweep of an appliance ended.
pub(super) struct SiteEnd {
    pub(super) summary: ApplianceSummary,
    /// Whether every device was looked at, or failed.
    pub(super) is_through: bool,
    pub(super) given_up: Option<SweepError>,
}

/// Devices that are under way.
struct UnderWay {
    stage: Stage,
    listed: HashMap<DeviceId, Device>,
    failures: u32,
    lines: usize,
    given_up: Option<SweepError>,
    broken: Option<dt_lake::Error>,
}

impl<T: Transport> SiteSweep<'_, T> {
    pub(super) fn run(&self) -> Result<SiteEnd, dt_lake::Error> {
        let began = (self.sweep.now)();
        let mut end = SiteEnd { summary: blank(self.site), is_through: false, given_up: None };
        let DeviceList { devices, lost } = self.list()?;
        end.summary.devices_listed = devices.len() as u64;
        end.summary.list_error = lost.as_ref().map(ToString::to_string);
        match lost {
            Some(lost) if devices.is_empty() => end.given_up = Some(lost.error.into()),
            _ => self.look_at(devices, &mut end)?,
        }
        end.is_through &= end.summary.list_error.is_none();
        let seconds = (self.sweep.now)().duration_since(began).as_secs_f64();
        let traffic = self.site.client.traffic();
        let requests = traffic.requests;
        (end.summary.requests, end.summary.refused) = (requests, traffic.refused);
        end.summary.seconds = seconds;
        end.summary.rate = if seconds > 0.0 { requests as f64 / seconds } else { 0.0 };
        end.summary.given_up = end.given_up.as_ref().map(ToString::to_string);
        Ok(end)
    }

    /// Looks at all of these devices, and then again at those that deserve it.
    fn look_at(&self, listed: Vec<Device>, end: &mut SiteEnd) -> Result<(), dt_lake::Error> {
        let due: Vec<Device> = listed.into_iter().filter(|device| self.is_due(device)).collect();
        end.given_up = self.ask_all(due, Stage::One)?;
        if end.given_up.is_some() || self.sweep.is_over() {
            return Ok(());
        }
        let Deep::Promoted(_) = self.sweep.options.deep else {
            end.is_through = true;
            return Ok(());
        };
        let (promoted, cut) = self.promote()?;
        end.summary.deep_cut = cut;
        end.given_up = self.ask_all(promoted, Stage::Two)?;
        end.is_through = !self.sweep.is_over();
        Ok(())
    }

    /// The devices of the appliance that are chosen. Where a part of the list could not be had, those that the run
    /// before looked at are there as well.
    fn list(&self) -> Result<DeviceList, dt_lake::Error> {
        let FleetOptions { selection, seen_since, .. } = self.sweep.options;
        let mut search = selection.search();
        if let Some(since) = seen_since {
            search = search.seen_since(*since);
        }
        let step = |listed| {
            (self.sweep.progress)(self.site.name, SiteProgress::Listed(listed));
            !self.sweep.is_over()
        };
        let is_meant = |device: &Device| selection.holds_found(device);
        let mut list = listing::list(self.site.client, search, is_meant, step);
        if let Some(lost) = list.lost.as_ref().filter(|_| !list.devices.is_empty()) {
            (self.sweep.warn)(&format!("{}: {lost}", self.site.name));
            let mut known = Before::devices(self.lake, self.run, self.site.name)?;
            known.retain(|device| selection.holds(device));
            list.complete(known);
        }
        Ok(list)
    }

    /// Whether a device gets its first look in this run: it has had none yet, and is in the shard, was low or
    /// above, or is new.
    fn is_due(&self, device: &Device) -> bool {
        let Some(did) = device.did else { return false };
        // What failed is tried again.
        let swept = self.writer().swept(self.site.name, did);
        let is_left = !matches!(swept, Some(Swept::Stage(_)));
        let is_chosen = self.sweep.options.shard.is_none_or(|shard| {
            let before = self.before.level(self.site.name, did);
            shard.contains(self.site.name, did) || before.is_none_or(|level| level > Level::Minimal)
        });
        is_left && is_chosen
    }

    /// Asks about these devices, and notes what comes. What ends the appliance is given back.
    fn ask_all(
        &self,
        devices: Vec<Device>,
        stage: Stage,
    ) -> Result<Option<SweepError>, dt_lake::Error> {
        let targets: Vec<NamedTarget> =
            devices.iter().filter_map(|device| NamedTarget::listed(device.clone())).collect();
        let listed = devices.into_iter().filter_map(|device| Some((device.did?, device))).collect();
        let mut under_way =
            UnderWay { stage, listed, failures: 0, lines: 0, given_up: None, broken: None };
        let query = |did| self.query(did, stage);
        // A first look is at what goes outside, without asking who is there.
        let inquiry = Inquiry {
            kind: if stage == Stage::One { AnalysisKind::External } else { AnalysisKind::Report },
            query: &query,
            data_type: None,
            endpoints: if stage == Stage::One { Endpoints::Omitted } else { Endpoints::default() },
            policy: self.sweep.policy,
        };
        let as_of = AsOf { now: (self.sweep.now)(), zone: self.sweep.zone };
        let progress = |progress: Progress| {
            if let Progress::Devices { done, all } = progress {
                let step = match stage {
                    Stage::One => SiteProgress::FirstLook { done, all },
                    Stage::Two => SiteProgress::Reports { done, all },
                };
                (self.sweep.progress)(self.site.name, step);
            }
        };
        let recording = if stage == Stage::One { Recording::Nothing } else { Recording::Exchanges };
        let archive =
            if stage == Stage::One || targets.is_empty() { None } else { Some(self.archive()?) };
        Sweep::new(self.site.client, inquiry, as_of)
            .recording(recording)
            .cancel(self.sweep.cancel.clone())
            .progress(&progress)
            .each(targets, |outcome| self.note(outcome, &mut under_way, archive.as_ref()));
        self.writer().sync()?;
        match under_way.broken {
            Some(error) => Err(error),
            None => Ok(under_way.given_up),
        }
    }

    fn query(&self, did: DeviceId, stage: Stage) -> Result<DeviceInfoQuery, InvalidParameter> {
        let query = DeviceInfoQuery::new(did)?;
        Ok(match stage {
            Stage::One => query,
            Stage::Two => query
                .device_details(DeviceDetails::Full)
                .similar_devices(self.sweep.options.similar_devices),
        })
    }

    /// Notes what came of a device, and whether to go on.
    fn note(
        &self,
        outcome: Result<DeviceAnswer, DeviceError>,
        under_way: &mut UnderWay,
        archive: Option<&Archive>,
    ) -> ControlFlow<()> {
        let line = match outcome {
            Ok(answer) => {
                under_way.failures = 0;
                self.answered(answer, under_way, archive)
            }
            Err(error) => self.failed(error, under_way),
        };
        let noted = line.and_then(|line| {
            line.map_or(Ok(()), |line| self.writer().record(self.site.name, &line))?;
            under_way.lines += 1;
            if under_way.lines.is_multiple_of(LINES_UNSYNCED) {
                self.writer().sync()
            } else {
                Ok(())
            }
        });
        if let Err(error) = noted {
            under_way.broken = Some(error);
        }
        let is_ended = under_way.broken.is_some() || under_way.given_up.is_some();
        if is_ended || self.sweep.is_over() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    /// The line of a device that was answered about.
    fn answered(
        &self,
        mut answer: DeviceAnswer,
        under_way: &mut UnderWay,
        archive: Option<&Archive>,
    ) -> Result<Option<Line>, dt_lake::Error> {
        let (did, stage) = (answer.did, under_way.stage);
        let listed = under_way.listed.remove(&did).unwrap_or_else(|| Device::with_id(did));
        let asked = (self.sweep.now)();
        if let Some(archive) = archive {
            let about = About {
                device: Subject::new(did, &answer.evidence.device()),
                taken: asked,
                data_until: answer.evidence.complete_until(asked),
                appliance: self.site.identity.to_owned(),
                address: self.site.client.base_url().to_string(),
                dt_version: self.sweep.dt_version.to_owned(),
            };
            let exchanges = std::mem::take(&mut answer.exchanges);
            let exchanges = exchanges.into_iter().map(Into::into).collect();
            archive.keep(about, exchanges, NotAnswered::of(&answer.evidence))?;
        }
        let Site { name: appliance, identity, .. } = *self.site;
        let looked = Looked { appliance, identity, listed, stage, asked };
        let name = answer.name.clone();
        let line = lines::device(self.sweep, looked, answer, self.before.findings());
        Ok(Some(if let Some(line) = line {
            Line::Device(Box::new(line))
        } else {
            let error = SweepError::NothingAnswered;
            let error = DeviceError { name, did: Some(did), error, exchanges: Vec::new() };
            Line::Error(lines::error(appliance, stage, &error, asked))
        }))
    }

    /// The line of a device that failed, unless it is known already: then what is missing is noted there.
    fn failed(
        &self,
        error: DeviceError,
        under_way: &mut UnderWay,
    ) -> Result<Option<Line>, dt_lake::Error> {
        let row = lines::error(self.site.name, under_way.stage, &error, (self.sweep.now)());
        let line = match (under_way.stage, error.did) {
            (Stage::Two, Some(did)) => self.first_look(did)?.map(|mut line| {
                line.device.stage_wanted = Stage::Two;
                // Of a run that goes on, it may have failed before.
                line.device.missing.retain(|missing| !missing.starts_with(NO_REPORT));
                line.device.missing.push(format!("{NO_REPORT}{}", row.message));
                Line::Device(Box::new(line))
            }),
            _ => Some(Line::Error(row)),
        };
        if let SweepError::Asked(asked) = &error.error {
            let kind = lines::kind(asked.refusal_kind());
            let is_everywhere = matches!(
                kind,
                dt_fleet::rows::ErrorKind::Network | dt_fleet::rows::ErrorKind::Permission
            );
            under_way.failures = if is_everywhere { under_way.failures + 1 } else { 0 };
            if under_way.failures >= MOST_FAILURES {
                under_way.given_up = Some(error.error);
            }
        }
        Ok(line)
    }

    /// What the first look at a device gave.
    fn first_look(&self, did: DeviceId) -> Result<Option<DeviceLine>, dt_lake::Error> {
        self.writer().device(self.site.name, did)
    }

    /// The devices that get a full report, and how many others deserve one.
    fn promote(&self) -> Result<(Vec<Device>, u64), dt_lake::Error> {
        let Deep::Promoted(promotion) = self.sweep.options.deep else { return Ok((Vec::new(), 0)) };
        let mut prevalences = Prevalences::default();
        for line in self.writer().devices(self.site.name) {
            prevalences.add_device(&line?.domains);
        }
        let breached = self.breached();
        // Of the many that do not deserve a report, no more is kept than how many they are.
        let (mut devices, mut rows) = (0, Vec::new());
        for line in self.writer().devices(self.site.name) {
            let DeviceLine { device, domains, .. } = line?;
            let rare = domains.iter().filter(|row| prevalences.of(&row.domain).is_rare());
            let share = rare.map(dt_fleet::rows::DomainRow::share).fold(0.0, f64::max);
            devices += 1;
            let row = (device, share);
            if promotion.reason(&self.candidate(&row, &breached)).is_some() {
                rows.push(row);
            }
        }
        let candidates: Vec<Candidate<'_>> =
            rows.iter().map(|row| self.candidate(row, &breached)).collect();
        let Promoted { chosen, cut } = promotion.choose(devices, &candidates);
        for place in &cut {
            self.mark_cut(rows[*place].0.did)?;
        }
        // Of a run that goes on, some have their report.
        let left = chosen.iter().map(|(place, _)| &rows[*place].0);
        let left = left.filter(|row| row.stage == Stage::One);
        Ok((left.map(DeviceRow::device).collect(), cut.len() as u64))
    }

    /// A device after its first look, with the largest share that a domain has which is rare in the fleet.
    fn candidate<'r>(
        &self,
        (row, rare_share): &'r (DeviceRow, f64),
        breached: &HashSet<DeviceId>,
    ) -> Candidate<'r> {
        Candidate {
            row,
            rare_share: *rare_share,
            before: self.before.level(self.site.name, row.did),
            is_breached: breached.contains(&row.did),
        }
    }

    /// The devices about which the appliance itself breached a model lately; none if it does not say.
    fn breached(&self) -> HashSet<DeviceId> {
        let end = (self.sweep.now)();
        let query = ModelBreachesQuery::new(end - BREACHED_WITHIN, end);
        let breaches = self.site.client.ask(&query).map_or_else(|_| Vec::new(), |list| list.items);
        breaches.into_iter().filter_map(|breach| breach.did).collect()
    }

    /// Notes that a device deserved a full report and did not get one.
    fn mark_cut(&self, did: DeviceId) -> Result<(), dt_lake::Error> {
        let Some(mut line) = self.first_look(did)? else { return Ok(()) };
        line.device.stage_wanted = Stage::Two;
        self.writer().record(self.site.name, &Line::Device(Box::new(line)))
    }

    /// Where what is answered for full reports is kept.
    fn archive(&self) -> Result<Archive, dt_lake::Error> {
        self.lake.evidence_archive(self.run, self.site.name)
    }

    fn writer(&self) -> MutexGuard<'_, RunWriter> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
