//! What was told, across restarts: the tracker of findings, and where its steps are kept.

use std::collections::BTreeSet;
use std::path::Path;

use dt_analysis::finding::{
    FindingOptions, FindingTracker, FindingUpdate, Observation, OptionDifference, TrackerChange,
    WatchState,
};
use dt_model::DeviceId;
use dt_store::{Durability, Journaled, State, Versioned};
use serde::{Deserialize, Deserializer, Serialize};

use crate::failure::{Failure, Result};

/// What was told, and where that is kept, if anywhere.
pub(crate) struct Memory {
    kept: StoredState,
    state: Option<State>,
    /// The steps that are kept once all is printed, where that is one document.
    held: Option<Vec<TrackerChange>>,
}

/// The state as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
struct StoredState(WatchState);

impl Versioned for StoredState {
    const FORMAT: u32 = WatchState::FORMAT;

    fn upgrade<'de, D: Deserializer<'de>>(
        format: u32,
        older: D,
    ) -> std::result::Result<Self, D::Error> {
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
    /// Remembers what was told by another run that kept it here, about the same appliance and with the
    /// same options.
    pub(crate) fn open(
        directory: Option<&Path>,
        appliance: &str,
        options: FindingOptions,
    ) -> Result<Self> {
        let nothing = || StoredState(WatchState::new(appliance, options.clone()));
        let Some(directory) = directory else {
            return Ok(Self { kept: nothing(), state: None, held: None });
        };
        let mut state = State::open(directory)?;
        let found = state.load_journaled::<StoredState>()?;
        let mut kept = found.clone().unwrap_or_else(nothing);
        if !kept.0.take_appliance(appliance) {
            let place = directory.display();
            return Err(Failure::usage(format!("{place} is about {}", kept.0.appliance))
                .hint("give each appliance a --state of its own"));
        }
        let differences = kept.0.take_options(options);
        differences.map_err(|differences| other_options(directory, &differences))?;
        // A place that cannot be written to is told before anything is asked.
        if state.is_due() || found.as_ref() != Some(&kept) {
            state.save(&kept)?;
        }
        Ok(Self { kept, state: Some(state), held: None })
    }

    /// Keeps nothing from now on until all of it [was printed](Self::keep_held).
    pub(crate) fn hold(&mut self) {
        self.held = Some(Vec::new());
    }

    /// Keeps what was held: it was printed.
    pub(crate) fn keep_held(&mut self) -> Result<()> {
        for change in self.held.take().unwrap_or_default() {
            self.append(change, Durability::Later)?;
        }
        self.bring_to_disk()
    }

    pub(crate) fn tracker(&self) -> &FindingTracker {
        &self.kept.0.tracker
    }

    /// Takes what was found about a device. What there is to tell of it is kept once this returns, and is
    /// told again by another run if this one ends before it is [confirmed](Self::confirm).
    pub(crate) fn observe(&mut self, observation: Observation<'_>) -> Result<()> {
        let change = self.kept.0.tracker.observe(observation);
        let durability = if change.has_pending() { Durability::Now } else { Durability::Later };
        self.append(change, durability)
    }

    /// What is to be told about a device.
    pub(crate) fn pending(&self, did: DeviceId) -> Vec<FindingUpdate> {
        self.tracker().pending(did)
    }

    /// Remembers that it was told. If a crash of the machine takes that back, it is told once more.
    pub(crate) fn confirm(&mut self, did: DeviceId) -> Result<()> {
        let change = self.kept.0.tracker.confirm(did);
        self.append(change, Durability::Later)
    }

    /// Brings to the disk what a round has changed, and forgets what is long gone.
    pub(crate) fn end_round(&mut self, looked_at: &BTreeSet<DeviceId>) -> Result<()> {
        if let Some(change) = self.kept.0.tracker.end_round(looked_at) {
            self.append(change, Durability::Later)?;
        }
        if self.held.is_some() { Ok(()) } else { self.bring_to_disk() }
    }

    fn bring_to_disk(&mut self) -> Result<()> {
        match &mut self.state {
            Some(state) if state.is_due() => Ok(state.save(&self.kept)?),
            Some(state) => Ok(state.sync()?),
            None => Ok(()),
        }
    }

    fn append(&mut self, change: TrackerChange, durability: Durability) -> Result<()> {
        match (&mut self.held, &mut self.state) {
            (Some(held), _) => held.push(change),
            (None, Some(state)) => state.append(&change, durability)?,
            (None, None) => {}
        }
        Ok(())
    }
}

/// With other options, other things are found though nothing happened.
fn other_options(directory: &Path, differences: &[OptionDifference]) -> Failure {
    let place = directory.display();
    let failure = Failure::usage(format!("{place} was begun with other options"));
    let failure =
        differences.iter().fold(failure, |failure, OptionDifference { name, before, now }| {
            failure.also(format!("{name} was {before}, and is {now}"))
        });
    failure.hint("name a new --state for these, or leave them as they were")
}

#[cfg(test)]
mod tests {
    use dt_analysis::finding::FindingState;
    use dt_report::contract;
    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::*;

    /// Written by the demo's watcher of two devices.
    const FORMAT_1: &str = include_str!("../../../tests/states/format-1.json");
    /// Written by the one that came after it, of the same devices.
    const FORMAT_2: &str = include_str!("../../../tests/states/format-2.json");

    fn open(directory: &Path, options: &FindingOptions) -> Result<Memory> {
        Memory::open(Some(directory), "demo", options.clone())
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
            until: Some(until + jiff::SignedDuration::from_hours(24)),
            missing: &[],
            since: None,
        };
        memory.observe(nothing).unwrap();
        let ended = memory.pending(did).into_iter().map(|update| {
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
            // A rule is called by its name of today.
            for finding in findings.iter_mut() {
                finding["rule"]["name"] = Value::Null;
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
            let failure = open(directory.path(), &options("UTC")).err().unwrap();
            assert_eq!(failure.status, crate::exit::USAGE);
            let said = failure.to_string();
            assert!(said.contains("--timezone was Asia/Tokyo, and is UTC"), "{said}");
            assert!(said.contains("--state"), "{said}");
        }
    }
}
