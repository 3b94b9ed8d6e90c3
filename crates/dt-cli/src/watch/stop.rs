//! When to end: at a signal.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use dt_transport::Clock;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::failure::{Failure, Result};

/// What a shell reports for a program that was interrupted.
const INTERRUPTED: i32 = 130;

/// How long a signal may go unnoticed.
const STEP: Duration = Duration::from_millis(100);

/// Hears of an interrupt or a termination. What was begun is then finished; whoever asks twice does
/// not want to wait for that.
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Listens from now on.
    pub(crate) fn listen() -> Result<Self> {
        let asked = Arc::new(AtomicBool::new(false));
        let listen = |signal| -> io::Result<()> {
            // They act in this order: the first signal does not find itself.
            flag::register_conditional_shutdown(signal, INTERRUPTED, Arc::clone(&asked))?;
            flag::register(signal, Arc::clone(&asked)).map(|_| ())
        };
        [SIGINT, SIGTERM]
            .into_iter()
            .try_for_each(listen)
            .map_err(|error| Failure::new("failed to listen for signals").because(&error))?;
        Ok(Self(asked))
    }

    /// Waits, and says whether to end instead.
    pub(crate) fn within(&self, duration: Duration, clock: &impl Clock) -> bool {
        let end = clock.monotonic().saturating_add(duration);
        loop {
            if self.is_asked() {
                return true;
            }
            let left = end.saturating_sub(clock.monotonic());
            if left.is_zero() {
                return false;
            }
            clock.sleep(left.min(STEP));
        }
    }

    /// Whether to end.
    pub(crate) fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
