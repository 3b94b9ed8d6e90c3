//! What was told, across restarts.

use std::path::Path;

use dt_report::contract::Told;
use dt_report::ledger::{Ledger, Look};
use dt_store::{Remembered, State};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::failure::{Failure, Result};

/// What was told, and where that is kept, if anywhere.
pub(crate) struct Memory {
    kept: Kept,
    state: Option<State>,
    /// Whether it has changed since it was last kept.
    changed: bool,
}

/// What is kept.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    /// Ids of devices are those of one appliance.
    appliance: String,
    ledger: Ledger,
}

impl Remembered for Kept {
    const FORMAT: u32 = 1;
}

impl Memory {
    /// Remembers what was told by another run that kept it here.
    pub(crate) fn open(directory: Option<&Path>, appliance: &str) -> Result<Self> {
        let nothing = || Kept { appliance: appliance.to_owned(), ledger: Ledger::default() };
        let Some(directory) = directory else {
            return Ok(Self { kept: nothing(), state: None, changed: false });
        };
        let state = State::open(directory)?;
        let kept = state.load::<Kept>()?.unwrap_or_else(nothing);
        if kept.appliance != appliance {
            let place = directory.display();
            return Err(Failure::usage(format!("{place} is about {}", kept.appliance))
                .hint("give each appliance a --state of its own"));
        }
        Ok(Self { kept, state: Some(state), changed: false })
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.kept.ledger
    }

    /// What there is to tell after a look. What cannot be told must not be kept.
    pub(crate) fn news(&mut self, look: Look<'_>) -> Vec<Told> {
        self.changed = true;
        self.kept.ledger.news(look)
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
        self.kept.ledger.forget(now);
        if self.changed { self.keep() } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use dt_analysis::finding::{Rule, Technique, Unit};

    use super::*;

    /// Written by the demo's watcher of two devices.
    const FORMAT_1: &str = include_str!("../../tests/states/format-1.json");

    #[test]
    fn what_was_kept_before_is_still_read() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("state.json"), FORMAT_1).unwrap();
        let memory = Memory::open(Some(directory.path()), "demo").unwrap();
        let until = Some("2026-11-26T09:00:00Z".parse().unwrap());
        assert_eq!(memory.ledger().until(12345), until);
        let kept: serde_json::Value = serde_json::from_str(FORMAT_1).unwrap();
        assert_eq!(serde_json::to_value(memory.ledger()).unwrap(), kept["state"]["ledger"]);
    }

    /// What is kept is read by these names. When there are more of them, an older program must be told
    /// by the format that it cannot read it, not that it is damaged.
    #[test]
    fn a_name_that_older_programs_do_not_know_needs_another_format() {
        let names = (Rule::ALL.len(), Unit::ALL.len(), Technique::ALL.len());
        assert_eq!((names, Kept::FORMAT), ((13, 6, 12), 1));
    }
}
