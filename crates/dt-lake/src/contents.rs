//! What a ranking is made of: a finished run, beside the one before it.

use std::collections::HashSet;
use std::panic::resume_unwind;
use std::thread;

use dt_analysis::Level;
use dt_fleet::ranking::{Former, RunRows};
use dt_fleet::rows::{DeviceRow, DeviceStanding, FindingRow, GroupRow};
use dt_fleet::{FormerRun, former_runs};

use crate::lake::Lake;
use crate::paths::is_of;
use crate::run_id::RunId;
use crate::schema::Table;
use crate::{Error, Manifest, table};

/// What a finished run kept, and what is compared with it.
#[derive(Debug, Clone, PartialEq)]
pub struct RunContents {
    /// The run.
    pub manifest: Manifest,
    /// The run that it is compared with.
    pub against: Option<Manifest>,
    /// Its devices.
    pub devices: Vec<DeviceRow>,
    /// What was found about them.
    pub findings: Vec<FindingRow>,
    /// Its groups of devices.
    pub groups: Vec<GroupRow>,
    /// The devices as they were before, if there is a run before. Where that had only some devices, each is there
    /// as the last run had it.
    pub former: Option<Former>,
}

impl Lake {
    /// What a run kept: the newest, or the one that is named, beside the run before, or the one that is named.
    ///
    /// # Errors
    ///
    /// If no run is finished, or one is not there, or cannot be read.
    pub fn contents(
        &self,
        run: Option<RunId>,
        against: Option<RunId>,
    ) -> Result<RunContents, Error> {
        let runs = self.runs()?;
        let run = run.or_else(|| runs.last().copied());
        let Some(run) = run else {
            let is_begun = !self.unfinished()?.is_empty();
            return Err(Error::NothingFinished { path: self.path().to_owned(), is_begun });
        };
        let manifest = self.manifest(run)?;
        let before = match against {
            Some(against) => vec![FormerRun::whole(self.manifest(against)?)],
            None => self.before(run, manifest.appliances.iter().map(|it| it.name.as_str()))?,
        };
        self.compare(&manifest, &[Table::Devices, Table::Findings, Table::Groups])?;
        before.iter().try_for_each(|it| self.compare(&it.manifest, &[Table::Devices]))?;
        let against = before.first().map(|it| it.manifest.clone());
        thread::scope(|scope| {
            // Two runs are read at once: most of the time goes to decoding.
            let former = against.is_some().then(|| scope.spawn(|| self.former(&before)));
            let (devices, findings) = (self.rows(&manifest)?, self.rows(&manifest)?);
            let groups = self.rows(&manifest)?;
            let former = former.map(|it| it.join().unwrap_or_else(|it| resume_unwind(it)));
            let former = former.transpose()?;
            Ok(RunContents { manifest, against, devices, findings, groups, former })
        })
    }

    /// Whether tables are those that a manifest lists, by their size and rows: with others in their place, a device
    /// that is not there would be one with which nothing is the matter.
    fn compare(&self, manifest: &Manifest, tables: &[Table]) -> Result<(), Error> {
        let is_read = |path: &str| tables.iter().any(|table| is_of(path, *table));
        for file in manifest.files.iter().filter(|file| is_read(&file.path)) {
            if !table::is_as_listed(self.path(), file)? {
                return Err(Error::OtherTable { path: self.path().join(&file.path) });
            }
        }
        Ok(())
    }

    /// The runs before one that tell how devices of these appliances were, the newest first.
    ///
    /// # Errors
    ///
    /// If one cannot be read.
    pub fn before<'a>(
        &self,
        run: RunId,
        appliances: impl IntoIterator<Item = &'a str>,
    ) -> Result<Vec<FormerRun<Manifest>>, Error> {
        let mut runs = self.runs()?;
        runs.retain(|it| *it < run);
        // Only those that are needed are read: an old one that is damaged is nothing to a run after a whole one.
        let mut failed = None;
        let newest_first = runs.into_iter().rev().map(|run| self.manifest(run));
        let manifests = newest_first.map_while(|it| it.map_err(|error| failed = Some(error)).ok());
        let former = former_runs(manifests, appliances);
        failed.map_or(Ok(former), Err)
    }

    /// The devices of runs, the newest first, each as the newest of them has it.
    fn former(&self, runs: &[FormerRun<Manifest>]) -> Result<Former, Error> {
        let (mut former, mut known) = (Former::default(), HashSet::new());
        for run in runs {
            let mut urgent = HashSet::new();
            self.read(&run.manifest, |row: DeviceStanding| {
                let key = (row.appliance.clone(), row.did);
                if run.tells_of(&row.appliance) && known.insert(key.clone()) {
                    if row.level > Level::Minimal {
                        urgent.insert(key);
                    }
                    former.standings.push(row);
                }
            })?;
            self.read_urgent(&run.manifest, |row| {
                if urgent.contains(&(row.appliance.clone(), row.did)) {
                    former.urgent.push(row);
                }
            })?;
        }
        Ok(former)
    }
}

impl RunContents {
    /// What is ranked.
    #[must_use]
    pub fn rows(&self) -> RunRows<'_> {
        RunRows {
            began: self.manifest.began,
            devices: &self.devices,
            findings: &self.findings,
            groups: &self.groups,
            chance: &self.manifest.chance,
        }
    }
}
