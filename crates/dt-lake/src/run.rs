//! A run that goes on.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use dt_fleet::rows::Stage;
use dt_model::DeviceId;
use dt_store::files;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use crate::journal::{Journal, Line};
use crate::{Error, Lake};

/// A run's name: when it began, in UTC and without colons, such as `2026-11-26T02-00-00Z`.
///
/// ```
/// use dt_lake::RunId;
///
/// let run = RunId::at("2026-11-26T02:00:00Z".parse()?);
/// assert_eq!(run.to_string(), "2026-11-26T02-00-00Z");
/// assert_eq!("2026-11-26T02-00-00Z".parse::<RunId>()?, run);
/// assert!("../etc".parse::<RunId>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(Timestamp);

/// Text that is no run's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunIdError(String);

const PATTERN: &str = "%Y-%m-%dT%H-%M-%SZ";

impl RunId {
    /// The run that begins at a time, of which whole seconds count.
    #[must_use]
    pub fn at(began: Timestamp) -> Self {
        Self(Timestamp::from_second(began.as_second()).unwrap_or(began))
    }

    /// When it began.
    #[must_use]
    pub const fn began(self) -> Timestamp {
        self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.strftime(PATTERN).fmt(f)
    }
}

impl FromStr for RunId {
    type Err = RunIdError;

    fn from_str(text: &str) -> Result<Self, RunIdError> {
        let parsed = jiff::civil::DateTime::strptime(PATTERN, text)
            .and_then(|time| TimeZone::UTC.to_timestamp(time))
            .map(Self);
        // What is read may be written in several ways, a name in one.
        parsed.ok().filter(|run| run.to_string() == text).ok_or_else(|| RunIdError(text.to_owned()))
    }
}

impl fmt::Display for RunIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no run: one is called like 2026-11-26T02-00-00Z", self.0)
    }
}

impl std::error::Error for RunIdError {}

/// By what a run chooses and judges devices. One that goes on must have the same.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RunPlan {
    /// The digest of the policy.
    pub policy: String,
    /// Which part of the fleet is swept.
    pub shard: Option<String>,
    /// Which devices are chosen, as options and their values.
    pub selection: serde_json::Map<String, serde_json::Value>,
}

impl RunPlan {
    /// The first thing in which another plan differs: what, before and now.
    fn difference(&self, now: &Self) -> Option<(&'static str, String, String)> {
        let shard = |plan: &Self| plan.shard.clone().unwrap_or_else(|| "all devices".to_owned());
        let selection = |plan: &Self| serde_json::Value::Object(plan.selection.clone()).to_string();
        [
            ("policy", self.policy.clone(), now.policy.clone()),
            ("shard", shard(self), shard(now)),
            ("selection", selection(self), selection(now)),
        ]
        .into_iter()
        .find(|(_, before, now)| before != now)
    }
}

/// What became of a device in a run that goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swept {
    /// It was looked at so far.
    Stage(Stage),
    /// It failed.
    Failed,
}

/// Writes a run. Nobody else can while it is there, and nobody sees the run before it is
/// [finished](Self::finish).
pub struct RunWriter {
    pub(crate) lake: Lake,
    pub(crate) run: RunId,
    pub(crate) plan: RunPlan,
    pub(crate) directory: PathBuf,
    pub(crate) journals: BTreeMap<String, Journal>,
    /// Held until the run is finished or let go.
    _lock: File,
}

const PLAN: &str = "run.json";
const LOCK: &str = "lock";
const JOURNAL: &str = "journal.ndjson";

/// What may stand in the name of a directory as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// The directory of an appliance, by what the run calls it.
pub(crate) fn appliance_directory(appliance: &str) -> String {
    format!("appliance={}", utf8_percent_encode(appliance, PLAIN))
}

/// The appliance of a directory.
pub(crate) fn appliance_of(directory: &str) -> Option<String> {
    let name = directory.strip_prefix("appliance=")?;
    Some(percent_decode_str(name).decode_utf8_lossy().into_owned())
}

impl RunWriter {
    /// Begins a run, or goes on with one that has the same plan.
    pub(crate) fn open(
        lake: Lake,
        run: RunId,
        plan: Option<RunPlan>,
        is_new: bool,
    ) -> Result<Self, Error> {
        let incoming = lake.incoming();
        files::create_directory(&incoming)?;
        let directory = incoming.join(run.to_string());
        if !is_new && !directory.is_dir() {
            return Err(Error::NoRun { run: run.to_string(), finished: false });
        }
        files::create_directory(&directory)?;
        let lock = files::lock(&directory.join(LOCK))?;
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
                let text = serde_json::to_vec_pretty(&plan).map_err(Error::damaged(&path))?;
                files::replace(&path, &text)?;
                plan
            }
        };
        let mut writer =
            Self { lake, run, plan, directory, journals: BTreeMap::new(), _lock: lock };
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
        let entries = fs::read_dir(&self.directory).map_err(Error::table(&self.directory))?;
        let names = entries
            .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()));
        Ok(names.filter_map(|name| appliance_of(&name)).collect())
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

    /// The devices of an appliance as they stand, by id, one at a time.
    pub fn devices(
        &self,
        appliance: &str,
    ) -> impl Iterator<Item = Result<crate::DeviceLine, Error>> {
        self.journals.get(appliance).into_iter().flat_map(Journal::devices)
    }
}

fn read_plan(path: &Path) -> Result<RunPlan, Error> {
    serde_json::from_slice(&files::read(path)?).map_err(Error::damaged(path))
}
