//! What was told, across restarts: the tracker of findings, and where its steps are kept.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use dt_analysis::finding::{
    FindingOptions, FindingTracker, FindingUpdate, Observation, OptionDifference, TrackerChange,
    Untold, WatchState,
};
use dt_model::{DeviceId, Diagnostic, FailureKind, Help, Topic};
use dt_store::{Durability, Journaled, State, Versioned};
use serde::{Deserialize, Deserializer, Serialize};

/// What was told about the findings of an appliance's devices, and where that is kept, if anywhere.
///
/// A change is kept before it is handed out to be told, and that it was told after: whoever ends in
/// between tells it once more, rather than never.
#[derive(Debug)]
pub struct Memory {
    stored: StoredState,
    state: Option<State>,
    /// The steps that are kept once all is told, where that is told at once.
    held: Option<Vec<TrackerChange>>,
    /// Devices that were looked at and of which nothing is new, which are kept together. Whoever ends before
    /// they are looks at them once more.
    unchanged: Option<TrackerChange>,
}

/// Why what was told cannot be remembered in a directory.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MemoryError {
    /// It cannot be read or written to.
    #[error(transparent)]
    Store(#[from] dt_store::Error),
    /// It is about another appliance.
    #[error("{} is about {appliance}", directory.display())]
    OtherAppliance {
        /// The directory.
        directory: PathBuf,
        /// The appliance that it is about.
        appliance: String,
    },
    /// It was begun with other options: with these, other things are found though nothing happened.
    #[error("{} was begun with other options", directory.display())]
    OtherOptions {
        /// The directory.
        directory: PathBuf,
        /// Each option that differs.
        differences: Vec<OptionDifference>,
    },
}

impl Diagnostic for MemoryError {
    fn kind(&self) -> FailureKind {
        match self {
            Self::Store(error) => error.kind(),
            _ => FailureKind::Usage,
        }
    }

    fn details(&self) -> Vec<String> {
        let Self::OtherOptions { differences, .. } = self else { return Vec::new() };
        let told = differences.iter().map(|OptionDifference { name, before, now }| {
            format!("{name} was {before}, and is {now}")
        });
        told.collect()
    }

    fn help(&self) -> Option<Help> {
        Some(
            Help::new(match self {
                Self::Store(error) => return error.help(),
                Self::OtherAppliance { .. } => "give each appliance a directory of its own",
                Self::OtherOptions { .. } => {
                    "name a new directory for these, or leave them as they were"
                }
            })
            .about(Topic::WatchState),
        )
    }
}

/// The state as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
struct StoredState(WatchState);

impl Versioned for StoredState {
    const FORMAT: u32 = WatchState::FORMAT;

    fn upgrade<'de, D: Deserializer<'de>>(format: u32, older: D) -> Result<Self, D::Error> {
        WatchState::from_format(format, older).map(Self)
    }
}

impl Journaled for StoredState {
    type Change = TrackerChange;

    fn apply(&mut self, change: TrackerChange) {
        self.0.tracker.apply(change);
    }
}

impl Memory {
    /// Remembers nothing of earlier runs, and nothing after this one.
    #[must_use]
    pub fn of_this_run(appliance: &str) -> Self {
        let stored = StoredState(WatchState::new(appliance, FindingOptions::default()));
        Self { stored, state: None, held: None, unchanged: None }
    }

    /// Remembers what was told by other runs that kept it in this directory, about the same appliance and
    /// with the same options. Until it is dropped no other process can open it.
    ///
    /// # Errors
    ///
    /// If it cannot be read or written to, or was begun with something else.
    pub fn open(
        directory: &Path,
        appliance: &str,
        options: FindingOptions,
    ) -> Result<Self, MemoryError> {
        let mut state = State::open(directory)?;
        let found = state.load_journaled::<StoredState>()?;
        let begun = || StoredState(WatchState::new(appliance, options.clone()));
        let mut stored = found.clone().unwrap_or_else(begun);
        let directory = || directory.to_owned();
        if !stored.0.take_appliance(appliance) {
            let appliance = stored.0.appliance;
            return Err(MemoryError::OtherAppliance { directory: directory(), appliance });
        }
        stored.0.take_options(options).map_err(|differences| MemoryError::OtherOptions {
            directory: directory(),
            differences,
        })?;
        // A place that cannot be written to is told before anything is asked.
        if state.is_unsaved() || found.as_ref() != Some(&stored) {
            state.save(&stored)?;
        }
        Ok(Self { stored, state: Some(state), held: None, unchanged: None })
    }

    /// Keeps nothing from now on until [`keep_held`](Self::keep_held): for what is told as a whole, at the
    /// end of a run.
    pub fn hold(&mut self) {
        self.held = Some(Vec::new());
    }

    /// Keeps what was held: it was told.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn keep_held(&mut self) -> Result<(), dt_store::Error> {
        for change in self.held.take().unwrap_or_default() {
            self.append(change, Durability::Later)?;
        }
        self.bring_to_disk()
    }

    /// What was told so far.
    #[must_use]
    pub fn tracker(&self) -> &FindingTracker {
        &self.stored.0.tracker
    }

    /// Takes what was found about a device, and gives what there is to tell of it, which is kept once this
    /// returns; and what was left out.
    pub(crate) fn observe(
        &mut self,
        observation: Observation<'_>,
    ) -> Result<(Vec<FindingUpdate>, Untold), dt_store::Error> {
        let did = observation.did;
        let (change, left_out) = self.stored.0.tracker.observe(observation);
        let durability = if change.has_pending() { Durability::Now } else { Durability::Later };
        self.append(change, durability)?;
        Ok((self.tracker().pending(did), left_out))
    }

    /// Remembers that it was told. If a crash of the machine takes that back, it is told once more.
    pub(crate) fn confirm(&mut self, did: DeviceId) -> Result<(), dt_store::Error> {
        let change = self.stored.0.tracker.confirm(did);
        self.append(change, Durability::Later)
    }

    /// Brings to the disk what a round has changed, and forgets what is long gone.
    pub(crate) fn end_round(
        &mut self,
        observed: &BTreeSet<DeviceId>,
    ) -> Result<(), dt_store::Error> {
        if let Some(change) = self.stored.0.tracker.end_round(observed) {
            self.append(change, Durability::Later)?;
        }
        if self.held.is_some() { Ok(()) } else { self.bring_to_disk() }
    }

    fn bring_to_disk(&mut self) -> Result<(), dt_store::Error> {
        self.append_unchanged()?;
        match &mut self.state {
            Some(state) => state.settle(&self.stored),
            None => Ok(()),
        }
    }

    fn append(
        &mut self,
        change: TrackerChange,
        durability: Durability,
    ) -> Result<(), dt_store::Error> {
        if let Some(held) = &mut self.held {
            held.push(change);
            return Ok(());
        }
        if self.unchanged.as_mut().is_some_and(|unchanged| unchanged.join(&change)) {
            return Ok(());
        }
        // What is learned of one device goes before what was of another, or after it: it comes to the same.
        let is_unchanged = matches!(change, TrackerChange::Unchanged(_));
        if is_unchanged || matches!(change, TrackerChange::Ended { .. }) {
            self.append_unchanged()?;
        }
        match &mut self.state {
            Some(_) if is_unchanged => {
                self.unchanged = Some(change);
                Ok(())
            }
            Some(state) => state.append(&change, durability),
            None => Ok(()),
        }
    }

    fn append_unchanged(&mut self) -> Result<(), dt_store::Error> {
        match (self.unchanged.take(), &mut self.state) {
            (Some(unchanged), Some(state)) => state.append(&unchanged, Durability::Later),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use dt_analysis::finding::FindingState;
    use dt_report::contract;
    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::*;

    /// Written by the demo's watcher of two devices.
    const FORMAT_1: &str = include_str!("../../tests/states/format-1.json");
    /// Written by the one that came after it, of the same devices.
    const FORMAT_2: &str = include_str!("../../tests/states/format-2.json");

    fn open(directory: &Path, options: &FindingOptions) -> Result<Memory, MemoryError> {
        Memory::open(directory, "demo", options.clone())
    }

    fn options(zone: &str) -> FindingOptions {
        [("--timezone", zone.to_owned())].into_iter().collect()
    }

    /// What the first format has about a device.
    fn stored(did: DeviceId) -> Vec<Value> {
        let kept: Value = serde_json::from_str(FORMAT_1).unwrap();
        kept["state"]["ledger"]["devices"][did.to_string()]["entries"].as_array().unwrap().clone()
    }

    #[test]
    fn what_was_kept_in_the_first_format_ends_as_it_was_told() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("state.json"), FORMAT_1).unwrap();
        let read = open(directory.path(), &options("UTC")).unwrap().tracker().clone();
        // It is kept in the present format.
        let mut memory = open(directory.path(), &options("UTC")).unwrap();
        assert_eq!(*memory.tracker(), read);

        let until: Timestamp = "2026-11-26T09:00:00Z".parse().unwrap();
        let did = DeviceId::new(12345);
        assert_eq!(memory.tracker().until(did), Some(until));
        let nothing = Observation {
            did,
            findings: &[],
            excluded: &[],
            min_severity: dt_analysis::Level::Low,
            until: Some(until + jiff::SignedDuration::from_hours(24)),
            missing: &[],
            since: None,
        };
        let ended = memory.observe(nothing).unwrap().0.into_iter().map(|update| {
            assert_eq!((update.state, update.revision), (FindingState::Ended, 2));
            let update = contract::FindingUpdate::new(update, Some("demo"));
            serde_json::to_value(update.finding).unwrap()
        });
        let mut ended: Vec<Value> = ended.collect();
        let told = stored(did).into_iter().map(|mut entry| {
            let mut finding = entry["finding"].take();
            finding["state"] = json!("ended");
            finding
        });
        let mut told: Vec<Value> = told.collect();
        for findings in [&mut ended, &mut told] {
            findings.sort_by_key(|finding| finding["id"].to_string());
            // A rule is called by its name of today, and what was not asked then is empty.
            for finding in findings.iter_mut() {
                finding["rule"]["name"] = Value::Null;
                finding["breaches"] = json!([]);
            }
        }
        assert_eq!(ended, told);
    }

    #[test]
    fn a_state_of_an_older_version_takes_the_options_of_its_first_run() {
        for older in [FORMAT_1, FORMAT_2] {
            let directory = tempfile::tempdir().unwrap();
            std::fs::write(directory.path().join("state.json"), older).unwrap();
            assert!(open(directory.path(), &options("Asia/Tokyo")).is_ok());
            assert!(open(directory.path(), &options("Asia/Tokyo")).is_ok());
            let error = open(directory.path(), &options("UTC")).err().unwrap();
            let MemoryError::OtherOptions { differences, .. } = error else {
                panic!("{error}");
            };
            let [OptionDifference { name, before, now }] = &*differences else {
                panic!("{differences:?}");
            };
            assert_eq!([name, before, now], ["--timezone", "Asia/Tokyo", "UTC"]);
        }
    }

    /// What was found again had a line of its own in format 4, which later ones do not write.
    #[test]
    fn a_journal_of_format_4_is_read() {
        let directory = tempfile::tempdir().unwrap();
        let mut older: Value = serde_json::from_str(FORMAT_2).unwrap();
        (older["format"], older["journal"]) = (json!(4), json!(1));
        let (did, device) =
            older["state"]["tracker"]["devices"].as_object().unwrap().iter().next().unwrap();
        let id = &device["findings"][0]["record"]["id"];
        let (did, seen): (i64, _) = (did.parse().unwrap(), "2026-11-27T09:00:00Z");
        let change = json!({ "until": seen, "looked": seen, "seen": [[id, seen]] });
        let line = format!("{}\n", json!({ "observed": [did, change] }));
        std::fs::write(directory.path().join("state.json"), older.to_string()).unwrap();
        std::fs::write(directory.path().join("state-1.journal"), line).unwrap();
        let memory = open(directory.path(), &options("UTC")).unwrap();
        let stored = serde_json::to_value(memory.tracker()).unwrap();
        let findings = stored["devices"][did.to_string()]["findings"].as_array().unwrap();
        let finding = findings.iter().find(|finding| finding["record"]["id"] == *id).unwrap();
        assert_eq!(finding["seen"], seen);
    }

    #[test]
    fn devices_of_which_nothing_is_new_share_a_line() {
        let directory = tempfile::tempdir().unwrap();
        let mut memory = open(directory.path(), &options("UTC")).unwrap();
        let until: Timestamp = "2026-11-26T09:00:00Z".parse().unwrap();
        let look = |did| Observation {
            did,
            findings: &[],
            excluded: &[],
            min_severity: dt_analysis::Level::Low,
            until: Some(until),
            missing: &[],
            since: None,
        };
        let devices: BTreeSet<DeviceId> = (1..=150).map(DeviceId::new).collect();
        for did in &devices {
            memory.observe(look(*did)).unwrap();
        }
        memory.end_round(&devices).unwrap();
        let files = std::fs::read_dir(directory.path()).unwrap().map(|file| file.unwrap().path());
        let journal = files.filter(|path| path.extension().is_some_and(|end| end == "journal"));
        let journal = journal.map(|path| std::fs::read_to_string(path).unwrap());
        let journal = journal.collect::<String>();
        assert!(journal.lines().count() == 2 && journal.len() < 2_000, "{journal}");
        let before = memory.tracker().clone();
        drop(memory);
        assert_eq!(*open(directory.path(), &options("UTC")).unwrap().tracker(), before);
    }

    #[test]
    fn a_state_is_about_one_appliance() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("state.json"), FORMAT_2).unwrap();
        let error = Memory::open(directory.path(), "other", options("UTC")).err().unwrap();
        assert!(
            matches!(&error, MemoryError::OtherAppliance { appliance, .. } if appliance == "demo")
        );
    }
}
