//! What former runs knew.

use std::collections::{HashMap, HashSet};

use dt_analysis::Level;
use dt_analysis::finding::FindingId;
use dt_fleet::rows::{DeviceRow, DeviceStanding, DomainRow, FindingRow};
use dt_fleet::{Chance, FormerRun};
use dt_lake::{Lake, Manifest, RunId, RunPlan, RunWriter};
use dt_model::{Device, DeviceId};

/// What former runs knew of the devices.
#[derive(Debug, Default)]
pub(super) struct Before {
    levels: HashMap<(String, DeviceId), Level>,
    findings: HashSet<FindingId>,
    /// The group of each device, in the newest run that has all of them; without one, in the newest.
    #[cfg(feature = "groups")]
    pub(super) groups: HashMap<(String, DeviceId), i32>,
    /// What ordinary days bring.
    pub(super) chance: Chance,
}

impl Before {
    /// What they knew of devices of these appliances: each as the last run had it that looked at it.
    pub(super) fn read<'a>(
        lake: &Lake,
        writer: &RunWriter,
        appliances: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, dt_lake::Error> {
        let runs = lake.before(writer.run(), appliances)?;
        let mut before = Self { chance: chance(&runs, writer.plan()), ..Self::default() };
        for run in &runs {
            lake.read(&run.manifest, |row: DeviceStanding| {
                if run.tells_of(&row.appliance) {
                    before.levels.entry((row.appliance, row.did)).or_insert(row.level);
                }
            })?;
            lake.read(&run.manifest, |row: FindingRow| {
                // What was excluded then is new once it is not.
                if row.counts() && run.tells_of(&row.appliance) {
                    before.findings.insert(row.record.id);
                }
            })?;
        }
        #[cfg(feature = "groups")]
        if let Some(run) = runs.iter().find(|run| is_of_all(&run.manifest)).or(runs.first()) {
            lake.read(&run.manifest, |row: DeviceStanding| {
                let group = row.group.map(|group| ((row.appliance, row.did), group));
                before.groups.extend(group);
            })?;
        }
        Ok(before)
    }

    /// The devices of an appliance that runs before looked at, as the last of them had each.
    pub(super) fn devices(
        lake: &Lake,
        now: RunId,
        appliance: &str,
    ) -> Result<Vec<Device>, dt_lake::Error> {
        let (mut devices, mut known) = (Vec::new(), HashSet::new());
        for run in lake.before(now, [appliance])? {
            lake.read(&run.manifest, |row: DeviceRow| {
                if row.appliance == appliance && known.insert(row.did) {
                    devices.push(row.device());
                }
            })?;
        }
        Ok(devices)
    }

    /// Hands on the domains of each device of an appliance as the last run before had them that looked at it.
    pub(super) fn domains(
        lake: &Lake,
        now: RunId,
        appliance: &str,
        mut take: impl FnMut(DeviceId, &[DomainRow]),
    ) -> Result<(), dt_lake::Error> {
        let mut known = HashSet::new();
        for run in lake.before(now, [appliance])? {
            let mut of_run = HashSet::new();
            lake.read(&run.manifest, |row: DeviceStanding| {
                if row.appliance == appliance && known.insert(row.did) {
                    of_run.insert(row.did);
                }
            })?;
            let mut of_device: Vec<DomainRow> = Vec::new();
            lake.read(&run.manifest, |row: DomainRow| {
                if row.appliance != appliance || !of_run.contains(&row.did) {
                    return;
                }
                if let Some(first) = of_device.first().filter(|first| first.did != row.did) {
                    take(first.did, &of_device);
                    of_device.clear();
                }
                of_device.push(row);
            })?;
            of_device.first().into_iter().for_each(|first| take(first.did, &of_device));
        }
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

/// What ordinary days bring where devices are chosen by such a plan: those of other devices are others.
fn chance(newest_first: &[FormerRun<Manifest>], plan: &RunPlan) -> Chance {
    let is_alike = |run: &&FormerRun<Manifest>| {
        let Manifest { appliances, shard, selection, .. } = &run.manifest;
        let has_all = appliances.len() == plan.appliances.len()
            && appliances.iter().all(|it| plan.appliances.contains(&it.name));
        has_all && shard.is_some() == plan.shard.is_some() && *selection == plan.selection
    };
    newest_first.iter().find(is_alike).map(|run| run.manifest.chance.clone()).unwrap_or_default()
}

/// Whether a run has every device of its appliances.
#[cfg(feature = "groups")]
fn is_of_all(manifest: &Manifest) -> bool {
    manifest.appliances.iter().all(|it| manifest.has_all_of(&it.name))
}
