//! What answers the tools: the analyses, over appliances and files that were chosen beforehand.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use dt_analysis::plan::{AnalysisKind, Endpoints};
use dt_analysis::timeline::Baseline;
use dt_analysis::{AsOf, Level, Policy};
use dt_fleet::ranking::{By, RankingFilter, rank};
use dt_lake::{Lake, RunContents};
use dt_model::{AppliancePages, RefusalGroup};
use dt_report::contract::{Answer, Compared, Doctor, Document, Fleet, ReportOptions};
use dt_report::table::{self, Extent};
use dt_store::{SavedDevice, SnapshotPair};
use dt_sweep::{DeviceAnswer, ExclusionList, Inquiry, NamedTarget, Sweep};
use dt_transport::{Cancel, Client, Clock, SystemClock, Transport};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::call::{Call, Detail, DeviceCall, DiffArguments, FleetArguments};
use crate::{CallError, InvalidArgument, Root};

/// How wide a table is: nobody looks at it, so that little has to be cut.
const COLUMNS: usize = 120;

/// An appliance that may be asked. Its client keeps the pace of all calls together.
pub struct Site<T> {
    /// What it is called: the name of its profile.
    pub name: String,
    /// The appliance's own name, which is part of a finding's id.
    pub identity: String,
    /// Where its own pages are.
    pub pages: AppliancePages,
    /// What asks it.
    pub client: Arc<Client<T>>,
}

/// What only the program knows that serves the tools.
pub trait Program: Send + Sync {
    /// An error in the program's own words: what happened, and the next step.
    fn explain(&self, error: CallError) -> String;

    /// Examines the way to an appliance, by its place among the [sites](Analyst::sites).
    ///
    /// # Errors
    ///
    /// If it cannot be examined.
    fn examine(&self, site: usize) -> Result<Doctor, CallError>;

    /// The lake that is meant where none is named, if there is one.
    ///
    /// # Errors
    ///
    /// If there should be one and it cannot be made.
    fn lake(&self, cancel: &Cancel) -> Result<Option<PathBuf>, CallError>;
}

/// The analyses, over what was chosen when the server was started.
pub struct Analyst<T, P> {
    /// The appliances, of which there is at least one.
    pub sites: Vec<Site<T>>,
    /// The directory that names of lakes and snapshots are below.
    pub root: Option<Root>,
    /// By which thresholds devices are judged.
    pub policy: Policy,
    /// The zone of days and times.
    pub zone: TimeZone,
    /// What is excluded.
    pub exclusions: ExclusionList,
    /// Who serves it.
    pub program: P,
}

/// What was found, as text.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) text: String,
    /// Whether nothing was found that was asked for.
    pub(crate) is_error: bool,
}

impl<T: Transport, P: Program> Analyst<T, P> {
    /// Answers a call.
    pub(crate) fn answer(&self, call: Result<Call, InvalidArgument>, cancel: &Cancel) -> Found {
        let found = match call {
            Err(error) => Err(error.into()),
            Ok(Call::Report(call)) => self.devices(AnalysisKind::Report, call, cancel),
            Ok(Call::Compare(call)) => self.devices(AnalysisKind::Compare, call, cancel),
            Ok(Call::Timeline(call)) => {
                self.devices(AnalysisKind::Timeline(Baseline::Others), call, cancel)
            }
            Ok(Call::External(call)) => self.devices(AnalysisKind::External, call, cancel),
            Ok(Call::Fleet(call)) => self.fleet(&call, cancel),
            Ok(Call::Diff(call)) => self.difference(&call),
            Ok(Call::Doctor(call)) => self.examine(call.appliance),
        };
        found.unwrap_or_else(|error| Found { text: self.program.explain(error), is_error: true })
    }

    /// The appliance that is meant, and its place.
    fn site(&self, name: Option<String>) -> Result<(usize, &Site<T>), InvalidArgument> {
        let mut sites = self.sites.iter().enumerate();
        let site = match &name {
            None => sites.next().filter(|_| self.sites.len() == 1),
            Some(name) => sites.find(|(_, site)| site.name == *name),
        };
        site.ok_or_else(|| {
            let known = self.sites.iter().map(|site| site.name.clone()).collect();
            InvalidArgument::Appliance { name, known }
        })
    }

    /// Asks about each device, and tells what was found or why nothing was.
    fn devices(
        &self,
        kind: AnalysisKind,
        call: DeviceCall,
        cancel: &Cancel,
    ) -> Result<Found, CallError> {
        let (_, site) = self.site(call.appliance)?;
        let now = SystemClock.now();
        let viewpoint = AsOf { now, zone: &self.zone };
        let is_two = kind == AnalysisKind::Compare && call.names.len() == 2;
        let mut parameters = kind.parameters();
        if is_two {
            parameters.similar_devices = 0;
        }
        let (policy, endpoints) = (&self.policy, Endpoints::default());
        let inquiry = Inquiry { kind, parameters: &parameters, endpoints, policy };
        let sweep = Sweep::new(&site.client, inquiry, viewpoint).cancel(cancel.clone());
        let targets: Vec<NamedTarget> = call.names.into_iter().map(NamedTarget::from).collect();
        let mut outcomes = Vec::with_capacity(targets.len());
        sweep.each(targets, |outcome| {
            outcomes.push(outcome.map_err(|error| CallError::Device(Box::new(error))));
            ControlFlow::Continue(())
        });
        if cancel.is_cancelled() {
            return Err(CallError::Cancelled);
        }
        let options = ReportOptions {
            appliance: Some(&site.identity),
            pages: Some(&site.pages),
            exclusions: self.exclusions.at(now),
            ..ReportOptions::new(policy, viewpoint)
        };
        if is_two {
            return self.compared(outcomes, options);
        }
        let is_one = outcomes.len() == 1;
        let found = outcomes.into_iter().map(|outcome| {
            let mut answer = outcome?;
            let remarks = remarks(kind, &answer);
            let (series, evidence) = (answer.series.take(), &answer.evidence);
            let document = Document::of_analysis(kind, &parameters, evidence, series, options);
            let document = document
                .ok_or_else(|| missing(kind, &answer, (!is_one).then(|| answer.name.clone())))?;
            Ok(remarks + &self.rendered(&document, call.detail, now))
        });
        Ok(self.together(found))
    }

    /// What was found about several devices; an error if that is nothing.
    fn together(&self, found: impl Iterator<Item = Result<String, CallError>>) -> Found {
        let mut is_error = true;
        let texts = found.map(|found| match found {
            Ok(text) => {
                is_error = false;
                text
            }
            Err(error) => self.program.explain(error),
        });
        let texts: Vec<String> = texts.collect();
        Found { text: texts.join("\n"), is_error }
    }

    /// Two devices beside each other, of which both have to answer.
    fn compared(
        &self,
        outcomes: Vec<Result<DeviceAnswer, CallError>>,
        options: ReportOptions<'_>,
    ) -> Result<Found, CallError> {
        let answers = outcomes.into_iter().collect::<Result<Vec<_>, _>>()?;
        let [first, second] = &*answers else { return Err(CallError::SameDevice) };
        let evidence = [first, second].map(|answer| &answer.evidence);
        let now = options.viewpoint.now;
        let compared = Answer::compare_two(evidence[0], evidence[1], options.policy, now);
        let compared = compared.ok_or_else(|| {
            let failed = answers.iter().find(|it| it.evidence.connections.answer().is_none());
            let failed = failed.unwrap_or(first);
            missing(AnalysisKind::Compare, failed, Some(failed.name.clone()))
        })?;
        Ok(self.found(&Document::Compare(Box::new(compared)), now))
    }

    /// Ranks the newest run of a lake.
    fn fleet(&self, call: &FleetArguments, cancel: &Cancel) -> Result<Found, CallError> {
        let path = match &call.lake {
            Some(name) => self.root()?.find(name)?,
            None => self.program.lake(cancel)?.ok_or(InvalidArgument::NoLake)?,
        };
        let contents = Lake::open(&path)?.contents(None, None)?;
        let RunContents { manifest, against, devices, former, .. } = &contents;
        let ranking = rank(contents.rows(), former.as_ref(), By::Both, &self.policy);
        let filter = RankingFilter { least: Level::Low, only_new: call.only_new, appliance: None };
        let ranking = ranking.only(filter);
        let top = usize::try_from(call.top).unwrap_or(usize::MAX);
        let fleet = Fleet::new(manifest, against.as_ref(), devices, &ranking, top);
        let fleet = fleet.with_groups(&contents.groups);
        Ok(self.found(&Document::Fleet(fleet), SystemClock.now()))
    }

    /// Lays two snapshots beside each other, as of when the newer one was taken.
    fn difference(&self, call: &DiffArguments) -> Result<Found, CallError> {
        let root = self.root()?;
        let named = [Some(&call.old), call.new.as_ref()].into_iter().flatten();
        let paths = named.map(|name| root.find(name)).collect::<Result<Vec<_>, _>>()?;
        let pair = SnapshotPair::read(&paths, None)?;
        let remarks = lines(pair.remarks().into_iter().map(|it| format!("note: {it}")));
        let [before, after] = pair.snapshots.each_ref().map(SavedDevice::about);
        let shown = pair.paths();
        let [old, new] = &pair.evidence;
        let now = after.taken;
        let viewpoint = AsOf { now, zone: &self.zone };
        let options = ReportOptions {
            appliance: Some(&after.appliance),
            exclusions: self.exclusions.at(SystemClock.now()),
            ..ReportOptions::new(&self.policy, viewpoint)
        };
        let answer = Answer::diff(
            Compared { evidence: &old.evidence, taken: before.taken, path: &shown[0] },
            Compared { evidence: &new.evidence, taken: after.taken, path: &shown[1] },
            options,
        );
        let answer = answer.ok_or(CallError::NothingSaved)?;
        let found = self.found(&Document::Diff(Box::new(answer)), now);
        Ok(Found { text: remarks + &found.text, ..found })
    }

    fn examine(&self, appliance: Option<String>) -> Result<Found, CallError> {
        let (place, _) = self.site(appliance)?;
        let doctor = self.program.examine(place)?;
        Ok(self.found(&Document::Doctor(doctor), SystemClock.now()))
    }

    fn root(&self) -> Result<&Root, InvalidArgument> {
        self.root.as_ref().ok_or(InvalidArgument::NoRoot)
    }

    fn found(&self, document: &Document, now: Timestamp) -> Found {
        Found { text: self.rendered(document, Detail::Screen, now), is_error: false }
    }

    /// As on a wide terminal without colour and links.
    fn rendered(&self, document: &Document, detail: Detail, now: Timestamp) -> String {
        let extent = match detail {
            Detail::Screen => Extent::Screen,
            Detail::Full => Extent::Whole,
        };
        let options = table::Options {
            extent,
            columns: COLUMNS,
            ..table::Options::new(AsOf { now, zone: &self.zone })
        };
        let screen = table::render(document, &options);
        let screen = anstream::adapter::strip_str(&table::without_links(&screen)).to_string();
        // What a terminal's user may type next is no tool.
        screen.split_inclusive('\n').filter(|line| !line.starts_with("next  ")).collect()
    }
}

/// What was refused of that which matters here, a line each.
fn remarks(kind: AnalysisKind, answer: &DeviceAnswer) -> String {
    let refused = RefusalGroup::list(kind.refusals(&answer.evidence, None));
    let refused = refused.iter().map(ToString::to_string);
    let silent = answer.evidence.no_traffic().map(|why| why.to_string());
    lines(refused.chain(silent).map(|it| format!("warning: {it}")))
}

/// Texts, a line each.
fn lines(texts: impl Iterator<Item = String>) -> String {
    texts.fold(String::new(), |lines, text| lines + &dt_report::clean(&text) + "\n")
}

fn missing(kind: AnalysisKind, answer: &DeviceAnswer, device: Option<String>) -> CallError {
    CallError::Evidence { device, missing: kind.missing(&answer.evidence, None) }
}
