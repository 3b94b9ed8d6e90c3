//! Ending at a signal, soon and in order.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::thread;
use std::time::Duration;

use dt_transport::Cancel;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use signal_hook::iterator::{Handle, Signals};

use crate::exit;
use crate::failure::{Failure, Result};

/// How long requests under way may take to come back after a signal.
const GRACE: Duration = Duration::from_millis(900);

/// Hears of an interrupt or a termination, and cancels what runs. Requests under way are let finish for
/// a moment; whoever signals twice does not want to wait for that.
pub(crate) struct Interrupt {
    cancel: Cancel,
    heard: Arc<AtomicI32>,
    ends: Ends,
    handle: Handle,
}

/// What it means that a command was interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ends {
    /// It did not do what it was asked for.
    Unfinished,
    /// It goes on until it is told to end.
    Done,
}

impl Interrupt {
    /// Listens from now on.
    pub(crate) fn listen(ends: Ends) -> Result<Self> {
        let mut signals = Signals::new([SIGINT, SIGTERM])
            .map_err(|error| Failure::new("failed to listen for signals").because(&error))?;
        let (cancel, heard, handle) =
            (Cancel::new(), Arc::new(AtomicI32::new(0)), signals.handle());
        let listening = (cancel.clone(), Arc::clone(&heard), handle.clone());
        thread::spawn(move || {
            let (cancel, heard, handle) = listening;
            let Some(signal) = signals.forever().next() else { return };
            heard.store(signal, Ordering::SeqCst);
            cancel.cancel();
            // Another signal ends the wait.
            let again = thread::spawn(move || signals.forever().next());
            for _ in 0..9 {
                thread::sleep(GRACE / 9);
                if again.is_finished() || handle.is_closed() {
                    break;
                }
            }
            if !handle.is_closed() {
                // What is being printed is printed whole.
                let _whole = io::stdout().lock();
                std::process::exit(ends.status(signal).into());
            }
        });
        Ok(Self { cancel, heard, ends, handle })
    }

    /// What ends what runs.
    pub(crate) fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// Leaves signals to others once all was asked: an interrupt to a pager, a termination to the
    /// system.
    pub(crate) fn close(&self) {
        if !self.handle.is_closed() {
            self.handle.close();
            // Without this, a signal that was once listened to would be ignored. Where it fails, the
            // program ends a little later.
            let _ = flag::register_conditional_default(SIGTERM, Arc::new(AtomicBool::new(true)));
        }
    }

    /// Waits, and says whether to end instead.
    pub(crate) fn within(&self, time: Duration) -> bool {
        self.cancel.wait(time)
    }

    /// The exit status if there was a signal.
    pub(crate) fn status(&self) -> Option<u8> {
        match self.heard.load(Ordering::SeqCst) {
            0 => None,
            signal => Some(self.ends.status(signal)),
        }
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        self.close();
    }
}

impl Ends {
    /// As a shell reports it.
    fn status(self, signal: i32) -> u8 {
        match self {
            Self::Done => exit::DONE,
            Self::Unfinished => u8::try_from(128 + signal).unwrap_or(exit::FAILED),
        }
    }
}
