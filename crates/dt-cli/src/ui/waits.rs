//! Why nothing comes for a while.

use std::io::{self, IsTerminal};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use dt_transport::{Clock, SystemClock, Wait};

use super::notes::eprint_line;

/// What is over by then needs no explanation.
const PATIENCE: Duration = Duration::from_secs(2);
/// Several requests wait for one pause, and one request may wait often.
const SELDOM: Duration = Duration::from_secs(30);

/// Says on standard error why nothing is asked.
#[derive(Default)]
pub(crate) struct WaitNotes {
    /// When it was last said.
    said: Mutex<Option<Duration>>,
}

impl WaitNotes {
    /// Says it, unless it is over soon or was just said.
    pub(crate) fn note(&self, wait: Wait<'_>) {
        let now = SystemClock.monotonic();
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if wait.time < PATIENCE || said.is_some_and(|said| now.saturating_sub(said) < SELDOM) {
            return;
        }
        *said = Some(now);
        // A bar that shows how far it is may stand there, and comes back below.
        let start = if io::stderr().is_terminal() { "\r\x1b[2K" } else { "" };
        let seconds = wait.time.as_secs_f64().ceil();
        eprint_line(&format!("{start}note: nothing is asked for {seconds} s: {}", wait.error));
    }
}
