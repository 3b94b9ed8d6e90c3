//! What was told, across restarts.

use std::path::Path;

use dt_report::ledger::Ledger;
use dt_store::{Remembered, State};
use serde::{Deserialize, Serialize};

use crate::failure::{Failure, Result};

/// What was told, and where that is kept, if anywhere.
pub(crate) struct Memory {
    kept: Kept,
    state: Option<State>,
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
        let Some(directory) = directory else { return Ok(Self { kept: nothing(), state: None }) };
        let state = State::open(directory)?;
        let kept = state.load::<Kept>()?.unwrap_or_else(nothing);
        if kept.appliance != appliance {
            let place = directory.display();
            return Err(Failure::usage(format!("{place} is about {}", kept.appliance))
                .hint("give each appliance a --state of its own"));
        }
        Ok(Self { kept, state: Some(state) })
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.kept.ledger
    }

    /// Keeps what was told, before anything else is.
    pub(crate) fn keep(&mut self, ledger: Ledger) -> Result<()> {
        self.kept.ledger = ledger;
        match &mut self.state {
            Some(state) => Ok(state.save(&self.kept)?),
            None => Ok(()),
        }
    }
}
