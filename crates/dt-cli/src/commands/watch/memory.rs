//! What was told, across restarts.

use std::path::Path;

use dt_analysis::finding::{FindingTracker, FindingUpdate, Observation};
use dt_store::{State, Versioned};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

use super::format_1::Format1;
use crate::failure::{Failure, Result};

/// What was told, and where that is kept, if anywhere.
pub(crate) struct Memory {
    kept: WatchState,
    state: Option<State>,
    /// Whether it has changed since it was last kept.
    changed: bool,
}

/// What is kept.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct WatchState {
    /// Ids of devices are those of one appliance.
    pub(super) appliance: String,
    pub(super) tracker: FindingTracker,
}

impl Versioned for WatchState {
    const FORMAT: u32 = 2;

    fn upgrade<'de, D: Deserializer<'de>>(
        _format: u32,
        older: D,
    ) -> std::result::Result<Self, D::Error> {
        let (appliance, tracker) = Format1::deserialize(older)?.into_parts();
        Ok(Self { appliance, tracker })
    }
}

impl Memory {
    /// Remembers what was told by another run that kept it here.
    pub(crate) fn open(directory: Option<&Path>, appliance: &str) -> Result<Self> {
        let nothing =
            || WatchState { appliance: appliance.to_owned(), tracker: FindingTracker::default() };
        let Some(directory) = directory else {
            return Ok(Self { kept: nothing(), state: None, changed: false });
        };
        let state = State::open(directory)?;
        let kept = state.load::<WatchState>()?.unwrap_or_else(nothing);
        if kept.appliance != appliance {
            let place = directory.display();
            return Err(Failure::usage(format!("{place} is about {}", kept.appliance))
                .hint("give each appliance a --state of its own"));
        }
        Ok(Self { kept, state: Some(state), changed: false })
    }

    pub(crate) fn tracker(&self) -> &FindingTracker {
        &self.kept.tracker
    }

    /// What there is to tell after an observation. What cannot be told must not be kept.
    pub(crate) fn updates(&mut self, observation: Observation<'_>) -> Vec<FindingUpdate> {
        self.changed = true;
        self.kept.tracker.updates(observation)
    }

    /// Keeps what was told, before anything else is.
    pub(crate) fn keep(&mut self) -> Result<()> {
        if let Some(state) = &mut self.state {
            state.save(&self.kept)?;
        }
        self.changed = false;
        Ok(())
    }

    /// Keeps what was looked at without anything to tell, and forgets what is long gone.
    pub(crate) fn end_round(&mut self, now: Timestamp) -> Result<()> {
        self.kept.tracker.forget(now);
        if self.changed { self.keep() } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use dt_analysis::finding::{FindingState, Rule, Technique, Unit};
    use dt_model::DeviceId;
    use dt_report::contract;
    use serde_json::{Value, json};

    use super::*;

    /// Written by the demo's watcher of two devices.
    const FORMAT_1: &str = include_str!("../../../tests/states/format-1.json");

    /// What the first format has about a device.
    fn stored(did: DeviceId) -> Vec<Value> {
        let kept: Value = serde_json::from_str(FORMAT_1).unwrap();
        kept["state"]["ledger"]["devices"][did.to_string()]["entries"].as_array().unwrap().clone()
    }

    #[test]
    fn what_was_kept_in_the_first_format_ends_as_it_was_told() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("state.json"), FORMAT_1).unwrap();
        let open = || Memory::open(Some(directory.path()), "demo").unwrap();
        let mut memory = open();
        let read = memory.tracker().clone();
        // It is kept in the present format.
        memory.keep().unwrap();
        drop(memory);
        let mut memory = open();
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
        let ended = memory.updates(nothing).into_iter().map(|update| {
            assert_eq!((update.state, update.revision), (FindingState::Ended, 2));
            serde_json::to_value(contract::FindingUpdate::new(update, Some("demo"))).unwrap()
        });
        let told = stored(did).into_iter().map(|mut entry| {
            let mut finding = entry["finding"].take();
            let id = finding["id"].as_str().unwrap();
            let mut update = json!({"event_id": format!("{id}:2"), "revision": 2});
            finding["state"] = json!("ended");
            update.as_object_mut().unwrap().append(finding.as_object_mut().unwrap());
            update
        });
        assert_eq!(ended.collect::<Vec<_>>(), told.collect::<Vec<_>>());
    }

    /// What is kept is read by these names. When there are more of them, an older program must be told
    /// by the format that it cannot read it, not that it is damaged.
    #[test]
    fn a_name_that_older_programs_do_not_know_needs_another_format() {
        let names = (Rule::ALL.len(), Unit::ALL.len(), Technique::ALL.len());
        assert_eq!((names, WatchState::FORMAT), ((13, 6, 12), 2));
    }
}
