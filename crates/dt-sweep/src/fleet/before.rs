//! What former runs knew.

use std::collections::{HashMap, HashSet};

use dt_analysis::Level;
use dt_analysis::finding::FindingId;
use dt_fleet::Chance;
use dt_fleet::rows::{DeviceRow, DeviceStanding, DomainRow, FindingRow};
use dt_lake::{Lake, RunId};
use dt_model::{Device, DeviceId};

/// How many runs are looked through for a device, where a run has only some: two weeks of nights.
const MOST_RUNS: usize = 14;

/// What former runs knew of the devices.
#[derive(Debug, Default)]
pub(super) struct Before {
    levels: HashMap<(String, DeviceId), Level>,
    findings: HashSet<FindingId>,
    /// The group of each device in the newest run.
    #[cfg(feature = "groups")]
    pub(super) groups: HashMap<(String, DeviceId), i32>,
    /// What ordinary days bring.
    pub(super) chance: Chance,
}

impl Before {
    /// Of the newest run; if runs have only `some` of the devices, of the last run that has each.
    pub(super) fn read(lake: &Lake, now: RunId, some: bool) -> Result<Self, dt_lake::Error> {
        let mut before = Self::default();
        let mut runs = lake.runs()?;
        // What of this run is there already, as its time ran out.
        runs.retain(|run| *run < now);
        for (place, run) in
            runs.into_iter().rev().take(if some { MOST_RUNS } else { 1 }).enumerate()
        {
            let manifest = lake.manifest(run)?;
            if place == 0 {
                before.chance = manifest.chance.clone();
            }
            lake.read(&manifest, |row: DeviceStanding| {
                #[cfg(feature = "groups")]
                if let Some(group) = row.group.filter(|_| place == 0) {
                    before.groups.insert((row.appliance.clone(), row.did), group);
                }
                before.levels.entry((row.appliance, row.did)).or_insert(row.level);
            })?;
            lake.read(&manifest, |row: FindingRow| {
                // What was excluded then is new once it is not.
                if row.counts() {
                    before.findings.insert(row.record.id);
                }
            })?;
        }
        Ok(before)
    }

    /// The devices of an appliance that the run before looked at, as it had them.
    pub(super) fn devices(
        lake: &Lake,
        now: RunId,
        appliance: &str,
    ) -> Result<Vec<Device>, dt_lake::Error> {
        let mut devices = Vec::new();
        if let Some(run) = lake.runs()?.into_iter().rfind(|run| *run < now) {
            lake.read(&lake.manifest(run)?, |row: DeviceRow| {
                if row.appliance == appliance {
                    devices.push(row.device());
                }
            })?;
        }
        Ok(devices)
    }

    /// Hands on the domains of each device of an appliance as the run before had them.
    pub(super) fn domains(
        lake: &Lake,
        now: RunId,
        appliance: &str,
        mut take: impl FnMut(DeviceId, &[DomainRow]),
    ) -> Result<(), dt_lake::Error> {
        let Some(run) = lake.runs()?.into_iter().rfind(|run| *run < now) else { return Ok(()) };
        let mut of_device: Vec<DomainRow> = Vec::new();
        lake.read(&lake.manifest(run)?, |row: DomainRow| {
            if row.appliance != appliance {
                return;
            }
            if let Some(first) = of_device.first().filter(|first| first.did != row.did) {
                take(first.did, &of_device);
                of_device.clear();
            }
            of_device.push(row);
        })?;
        of_device.first().into_iter().for_each(|first| take(first.did, &of_device));
        Ok(())
    }

    /// The level that a device had.
    pub(super) fn level(&self, appliance: &str, did: DeviceId) -> Option<Level> {
        self.levels.get(&(appliance.to_owned(), did)).copied()
    }

    /// The findings that were there.
    pub(super) fn findings(&self) -> &HashSet<FindingId> {
        &self.findings
    }
}
