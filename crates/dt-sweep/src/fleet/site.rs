//! The sweep of one appliance.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::{Mutex, MutexGuard, PoisonError};

use dt_analysis::plan::{AnalysisKind, Endpoints};
use dt_analysis::{AsOf, Level};
use dt_fleet::rows::Stage;
use dt_fleet::{Prevalences, Promotion};
use dt_lake::{ApplianceSummary, DeviceLine, Lake, Line, RunId, RunWriter, Swept};
use dt_model::{Device, DeviceDetails, DeviceId, DeviceInfoParameters};
use dt_store::{About, Archive, NotAnswered, Subject};
use dt_transport::{Recording, SharedAnswers, Transport};

use super::before::Before;
use super::known::LookUps;
use super::lines::{self, Looked};
use super::listing::{self, DeviceList};
use super::{Deep, FleetOptions, FleetSweep, Site, SiteProgress, blank, carried};
use crate::{DeviceAnswer, DeviceError, Inquiry, NamedTarget, Progress, Sweep, SweepError};

/// After so many failures in a row that every further device would meet as well, an appliance is given up.
const MOST_FAILURES: u32 = 20;

/// How it is said that there is no full report of a device, before why.
const NO_REPORT: &str = "full report: ";

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
struct UnderWay<'w> {
    stage: Stage,
    listed: HashMap<DeviceId, Device>,
    /// Those that are not asked about yet, if answers about others may tell of them.
    waiting: Option<&'w mut HashMap<DeviceId, Device>>,
    failures: u32,
    lines: usize,
    given_up: Option<SweepError>,
    broken: Option<dt_lake::Error>,
}

/// What devices are asked for.
pub(super) enum Round<'w> {
    /// A first look.
    FirstLook,
    /// A first look with so many similar devices, of which those that wait need none of their own.
    Covering(u32, &'w mut HashMap<DeviceId, Device>),
    /// A full report, which shares what is known of domains.
    Report(&'w SharedAnswers),
}

impl<'w> Round<'w> {
    const fn stage(&self) -> Stage {
        match self {
            Self::FirstLook | Self::Covering(..) => Stage::One,
            Self::Report(_) => Stage::Two,
        }
    }

    const fn similar(&self, options: &FleetOptions) -> u32 {
        match self {
            Self::FirstLook => 0,
            Self::Covering(similar, _) => *similar,
            Self::Report(_) => options.similar_devices,
        }
    }

    fn shared(&self) -> SharedAnswers {
        match self {
            Self::Report(shared) => (*shared).clone(),
            Self::FirstLook | Self::Covering(..) => SharedAnswers::default(),
        }
    }

    fn waiting(self) -> Option<&'w mut HashMap<DeviceId, Device>> {
        match self {
            Self::Covering(_, waiting) => Some(waiting),
            Self::FirstLook | Self::Report(_) => None,
        }
    }
}

impl<T: Transport> SiteSweep<'_, T> {
    pub(super) fn run(&self) -> Result<SiteEnd, dt_lake::Error> {
        let began = (self.sweep.now)();
        let mut end = SiteEnd { summary: blank(self.site), is_through: false, given_up: None };
        let DeviceList { devices, lost } = self.list()?;
        end.summary.devices_listed = devices.len() as u64;
        end.summary.list_error = lost.as_ref().map(ToString::to_string);
        match lost {
            Some(lost) if devices.is_empty() => end.given_up = Some(lost.reason.into()),
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
        let (due, others): (Vec<Device>, Vec<Device>) =
            listed.into_iter().partition(|device| self.is_due(device));
        end.given_up = match self.sweep.options.cover {
            Some(similar) => self.cover(due, similar)?,
            None => self.ask_all(due, Round::FirstLook)?,
        };
        if end.given_up.is_some() || self.sweep.is_over() {
            return Ok(());
        }
        let prevalences = self.prevalences()?;
        let look_ups = self.look_up(&prevalences)?;
        self.note_look_ups(&look_ups)?;
        if let Deep::Promoted(promotion) = self.sweep.options.deep {
            let (mut promoted, cut) = self.promote(promotion, &prevalences, &look_ups)?;
            end.summary.deep_cut = cut;
            promoted.extend(self.users_elsewhere(others, &look_ups, promotion));
            end.given_up = self.ask_all(promoted, Round::Report(&look_ups.shared))?;
        }
        end.is_through = !self.sweep.is_over();
        Ok(())
    }

    /// Of the devices that are not swept this time, those that use a domain which is new to the network and rare; at
    /// most so many as may be promoted of them.
    fn users_elsewhere(
        &self,
        mut others: Vec<Device>,
        look_ups: &LookUps,
        promotion: Promotion,
    ) -> Vec<Device> {
        // What failed is tried again.
        let is_left =
            |did| !matches!(self.writer().swept(self.site.name, did), Some(Swept::Stage(_)));
        others.retain(|device| device.did.is_some_and(is_left));
        if others.is_empty() {
            return others;
        }
        let (most, users) = (promotion.most(others.len()), self.users_of_new(look_ups));
        others.retain(|device| device.did.is_some_and(|did| users.contains(&did)));
        others.truncate(most);
        others
    }

    /// How common domains are: of a part of the fleet, with what the run before knew of the other devices.
    fn prevalences(&self) -> Result<Prevalences, dt_lake::Error> {
        let mut prevalences = Prevalences::default();
        for line in self.writer().devices(self.site.name) {
            prevalences.add_device(&line?.domains);
        }
        if self.sweep.options.shard.is_some() {
            Before::domains(self.lake, self.run, self.site.name, |did, domains| {
                if self.writer().swept(self.site.name, did).is_none() {
                    prevalences.add_device(domains);
                }
            })?;
        }
        Ok(prevalences)
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
    pub(super) fn ask_all(
        &self,
        devices: Vec<Device>,
        round: Round<'_>,
    ) -> Result<Option<SweepError>, dt_lake::Error> {
        let (stage, similar) = (round.stage(), round.similar(self.sweep.options));
        let shared = round.shared();
        let targets: Vec<NamedTarget> =
            devices.iter().filter_map(|device| NamedTarget::listed(device.clone())).collect();
        let listed = devices.into_iter().filter_map(|device| Some((device.did?, device))).collect();
        let (waiting, failures) = (round.waiting(), 0);
        let is_counted = waiting.is_none();
        let mut under_way =
            UnderWay { stage, listed, waiting, failures, lines: 0, given_up: None, broken: None };
        let device_details = match stage {
            Stage::One => DeviceDetails::Omitted,
            Stage::Two => DeviceDetails::Full,
        };
        let parameters = DeviceInfoParameters {
            similar_devices: similar,
            device_details,
            ..DeviceInfoParameters::default()
        };
        // A first look is at what goes outside, without asking who is there.
        let inquiry = Inquiry {
            kind: if stage == Stage::One { AnalysisKind::External } else { AnalysisKind::Report },
            parameters: &parameters,
            endpoints: if stage == Stage::One { Endpoints::Omitted } else { Endpoints::default() },
            policy: self.sweep.policy,
        };
        let as_of = AsOf { now: (self.sweep.now)(), zone: self.sweep.zone };
        let progress = |progress: Progress| {
            if let Progress::Devices { done, all } = progress
                && is_counted
            {
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
            .sharing(shared)
            .cancel(self.sweep.cancel.clone())
            .progress(&progress)
            .each(targets, |outcome| self.note(outcome, &mut under_way, archive.as_ref()));
        self.writer().sync()?;
        match under_way.broken {
            Some(error) => Err(error),
            None => Ok(under_way.given_up),
        }
    }

    /// Notes what came of a device, and whether to go on.
    fn note(
        &self,
        outcome: Result<DeviceAnswer, DeviceError>,
        under_way: &mut UnderWay<'_>,
        archive: Option<&Archive>,
    ) -> ControlFlow<()> {
        let line = match outcome {
            Ok(mut answer) => {
                under_way.failures = 0;
                let carried = self.note_carried(&mut answer, under_way);
                carried.and_then(|()| self.answered(answer, under_way, archive))
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

    /// Notes the devices that wait and that an answer about another tells of; they need not be asked about any more.
    fn note_carried(
        &self,
        answer: &mut DeviceAnswer,
        under_way: &mut UnderWay<'_>,
    ) -> Result<(), dt_lake::Error> {
        let Some(waiting) = under_way.waiting.as_deref_mut() else { return Ok(()) };
        let asked = (self.sweep.now)();
        for (did, evidence) in carried::carried(&mut answer.evidence) {
            let Some(listed) = waiting.get(&did) else { continue };
            let Site { name: appliance, identity, .. } = *self.site;
            let looked =
                Looked { appliance, identity, listed: listed.clone(), stage: Stage::One, asked };
            let told = DeviceAnswer {
                name: listed.hostname.clone().unwrap_or_else(|| did.to_string()),
                did,
                evidence,
                series: None,
                exchanges: Vec::new(),
                is_only: false,
            };
            if let Some(line) = lines::device(self.sweep, looked, told, self.before.findings()) {
                self.writer().record(appliance, &Line::Device(Box::new(line)))?;
                waiting.remove(&did);
            }
        }
        Ok(())
    }

    /// The line of a device that was answered about.
    fn answered(
        &self,
        mut answer: DeviceAnswer,
        under_way: &mut UnderWay<'_>,
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
        under_way: &mut UnderWay<'_>,
    ) -> Result<Option<Line>, dt_lake::Error> {
        let row = lines::error(self.site.name, under_way.stage, &error, (self.sweep.now)());
        let line = match (under_way.stage, error.did) {
            (Stage::Two, Some(did)) => {
                Some(self.first_look(did)?.map_or(Line::Error(row.clone()), |mut line| {
                    line.device.stage_wanted = Stage::Two;
                    // Of a run that goes on, it may have failed before.
                    line.device.missing.retain(|missing| !missing.starts_with(NO_REPORT));
                    line.device.missing.push(format!("{NO_REPORT}{}", row.message));
                    Line::Device(Box::new(line))
                }))
            }
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
    pub(super) fn first_look(&self, did: DeviceId) -> Result<Option<DeviceLine>, dt_lake::Error> {
        self.writer().device(self.site.name, did)
    }

    /// Where what is answered for full reports is kept.
    fn archive(&self) -> Result<Archive, dt_lake::Error> {
        self.lake.evidence_archive(self.run, self.site.name)
    }

    pub(super) fn writer(&self) -> MutexGuard<'_, RunWriter> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
