//! What a ranking is made of: a finished run, beside the one before it.

use std::collections::HashSet;

use dt_fleet::ranking::RunRows;
use dt_fleet::rows::{DeviceRow, FindingRow, GroupRow};
use dt_model::DeviceId;

use crate::lake::Lake;
use crate::run_id::RunId;
use crate::{Error, Manifest};

/// How many runs before are looked through for a device, where a run has only some: two weeks of nights.
const MOST_RUNS: usize = 14;

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
    /// The devices as they were before, if there is a run before. Where that had only a part of the fleet, each
    /// device is there as the last run had it.
    pub former: Option<Vec<DeviceRow>>,
}

impl Lake {
    /// What a run kept: the newest, or the one that is named, beside the run before, or the one that is named;
    /// `None` if no run is finished.
    ///
    /// # Errors
    ///
    /// If a run is not there, or cannot be read.
    pub fn contents(
        &self,
        run: Option<RunId>,
        against: Option<RunId>,
    ) -> Result<Option<RunContents>, Error> {
        let runs = self.runs()?;
        let Some(run) = run.or_else(|| runs.last().copied()) else { return Ok(None) };
        let manifest = self.manifest(run)?;
        let before: Vec<RunId> = match against {
            Some(against) => vec![against],
            None => runs.into_iter().rev().filter(|it| *it < run).take(MOST_RUNS).collect(),
        };
        let against = before.first().map(|run| self.manifest(*run)).transpose()?;
        let former = against.is_some().then(|| self.former(&before)).transpose()?;
        Ok(Some(RunContents {
            devices: self.rows(&manifest)?,
            findings: self.rows(&manifest)?,
            groups: self.rows(&manifest)?,
            manifest,
            against,
            former,
        }))
    }

    /// The devices of runs, the newest first, each as the newest of them has it. What is older than a run of the whole
    /// fleet is not looked at.
    fn former(&self, runs: &[RunId]) -> Result<Vec<DeviceRow>, Error> {
        let (mut rows, mut known) = (Vec::new(), HashSet::<(String, DeviceId)>::new());
        for run in runs {
            let manifest = self.manifest(*run)?;
            let is_whole = manifest.shard.is_none();
            if is_whole && rows.is_empty() {
                return self.rows(&manifest);
            }
            self.read(&manifest, |row: DeviceRow| {
                if known.insert((row.appliance.clone(), row.did)) {
                    rows.push(row);
                }
            })?;
            if is_whole {
                break;
            }
        }
        Ok(rows)
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
