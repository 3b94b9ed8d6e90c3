//! A run that goes on.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs::File;
use std::path::{Path, PathBuf};

use dt_model::DeviceId;
use dt_store::files;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::journal::{DeviceLine, Journal, Line, Swept};
use crate::lake::Lake;
use crate::paths::{appliance_directory, appliance_of};
use crate::run_id::RunId;

/// By what a run chooses and judges devices. One that goes on must have the same.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RunPlan {
    /// The digest of the policy.
    pub policy: String,
    /// The appliances, by the names that the run has for them.
    #[serde(default)]
    pub appliances: Vec<String>,
    /// Which part of the fleet is swept.
    pub shard: Option<String>,
    /// Which devices are chosen, as options and their values.
    pub selection: BTreeMap<String, String>,
}

impl RunPlan {
    /// The first thing in which another plan differs: what, before and now.
    fn difference(&self, now: &Self) -> Option<(&'static str, String, String)> {
        let shard = |plan: &Self| plan.shard.clone().unwrap_or_else(|| "all devices".to_owned());
        let selection = |plan: &Self| {
            let options = plan.selection.iter().map(|(name, value)| format!("{name} {value}"));
            options.collect::<Vec<_>>().join(", ")
        };
        [
            ("policy", self.policy.clone(), now.policy.clone()),
            ("set of appliances", self.appliances.join(", "), now.appliances.join(", ")),
            ("shard", shard(self), shard(now)),
            ("selection", selection(self), selection(now)),
        ]
        .into_iter()
        .find(|(_, before, now)| before != now)
    }
}

/// Writes a run. Nobody else can while it is there, and nobody sees the run before it is
/// [finished](Self::finish).
pub struct RunWriter {
    pub(crate) lake: Lake,
    pub(crate) run: RunId,
    pub(crate) plan: RunPlan,
    pub(crate) directory: PathBuf,
    pub(crate) journals: BTreeMap<String, Journal>,
    /// Held until the run is finished or let go: the run's, and the lake's, which all writers share.
    _locks: [File; 2],
}

const PLAN: &str = "run.json";
pub(crate) const LOCK: &str = "lock";
const JOURNAL: &str = "journal.ndjson";

impl Lake {
    /// Begins a run.
    ///
    /// # Errors
    ///
    /// If another process has it, or it cannot be written.
    pub fn begin(&self, run: RunId, plan: RunPlan) -> Result<RunWriter, Error> {
        RunWriter::open(self.clone(), run, Some(plan), true)
    }

    /// Goes on with a run that was not finished, by the plan that it was begun with; with `plan`, which must be that.
    ///
    /// # Errors
    ///
    /// If there is none, another process has it, or the plan is another.
    pub fn resume(&self, run: RunId, plan: Option<RunPlan>) -> Result<RunWriter, Error> {
        RunWriter::open(self.clone(), run, plan, false)
    }
}

impl RunWriter {
    /// Begins a run, or goes on with one that has the same plan.
    pub(crate) fn open(
        lake: Lake,
        run: RunId,
        plan: Option<RunPlan>,
        is_new: bool,
    ) -> Result<Self, Error> {
        // What cannot be added to in the end is told before anything is asked.
        lake.read_known(drop)?;
        files::create_directory(&lake.incoming())?;
        let directory = lake.unfinished_directory(run);
        if !is_new && !directory.is_dir() {
            return Err(Error::NoRun { run: run.to_string(), finished: false });
        }
        files::create_directory(&directory)?;
        let locks = [files::lock(&directory.join(LOCK))?, lake.share()?];
        files::clean(&directory)?;
        let path = directory.join(PLAN);
        let before = if path.exists() { Some(read_plan(&path)?) } else { None };
        let plan = match (before, plan) {
            (Some(before), Some(now)) => match before.difference(&now) {
                Some((what, before, now)) => {
                    let run = run.to_string();
                    return Err(Error::OtherPlan { run, what, before, now });
                }
                None => now,
            },
            (Some(plan), None) => plan,
            (None, plan) => {
                let plan = plan.unwrap_or_default();
                files::replace_json(&path, &plan)?;
                plan
            }
        };
        let mut writer =
            Self { lake, run, plan, directory, journals: BTreeMap::new(), _locks: locks };
        for appliance in writer.begun()? {
            writer.journal(&appliance)?;
        }
        Ok(writer)
    }

    /// The run.
    #[must_use]
    pub const fn run(&self) -> RunId {
        self.run
    }

    /// The plan by which it was begun.
    #[must_use]
    pub const fn plan(&self) -> &RunPlan {
        &self.plan
    }

    /// The appliances that have a journal.
    fn begun(&self) -> Result<Vec<String>, Error> {
        let names = files::names(&self.directory)?;
        Ok(names.iter().filter_map(|name| appliance_of(name.to_str()?)).collect())
    }

    fn journal(&mut self, appliance: &str) -> Result<&mut Journal, Error> {
        match self.journals.entry(appliance.to_owned()) {
            Entry::Occupied(entry) => Ok(entry.into_mut()),
            Entry::Vacant(entry) => {
                let directory = self.directory.join(appliance_directory(appliance));
                files::create_directory(&directory)?;
                Ok(entry.insert(Journal::open(directory.join(JOURNAL))?))
            }
        }
    }

    /// Notes a line about an appliance. It outlives this process at once, and the machine after [`sync`](Self::sync).
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn record(&mut self, appliance: &str, line: &Line) -> Result<(), Error> {
        self.journal(appliance)?.append(line)
    }

    /// Brings to the disk what was noted.
    ///
    /// # Errors
    ///
    /// If it cannot be.
    pub fn sync(&mut self) -> Result<(), Error> {
        self.journals.values_mut().try_for_each(Journal::sync)
    }

    /// What became of a device so far.
    #[must_use]
    pub fn swept(&self, appliance: &str, did: DeviceId) -> Option<Swept> {
        self.journals.get(appliance)?.swept(did)
    }

    /// A device as it stands, if it was looked at.
    ///
    /// # Errors
    ///
    /// If its line cannot be read.
    pub fn device(&self, appliance: &str, did: DeviceId) -> Result<Option<DeviceLine>, Error> {
        self.journals.get(appliance).map_or(Ok(None), |journal| journal.device(did))
    }

    /// The devices of an appliance as they stand, by id, one at a time.
    pub fn devices(&self, appliance: &str) -> impl Iterator<Item = Result<DeviceLine, Error>> {
        self.journals.get(appliance).into_iter().flat_map(Journal::devices)
    }
}

fn read_plan(path: &Path) -> Result<RunPlan, Error> {
    serde_json::from_slice(&files::read(path)?).map_err(Error::damaged(path))
}
