//! Ending at a signal, soon and in order, whatever a command is at.

use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;
use std::{io, thread};

use dt_transport::Cancel;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::exit;
use crate::failure::{Failure, Result};
use crate::ui::eprint_line;

/// How long requests under way may take to come back after a signal.
const GRACE: Duration = Duration::from_millis(900);
/// How long what is being printed may take to be printed whole. A reader that has stalled may never take
/// it.
const PRINTING: Duration = Duration::from_millis(90);

/// What asks, of which there is one at most.
static ACTIVE: Mutex<Option<(Cancel, Ends)>> = Mutex::new(None);
/// What is said when it is cancelled.
static NOTE: Mutex<Option<String>> = Mutex::new(None);
/// The signal that was heard, or 0.
static HEARD: AtomicI32 = AtomicI32::new(0);
/// Whether a pager has the terminal, and so its interrupts.
static PAGED: AtomicBool = AtomicBool::new(false);

/// Something that asks an appliance, which an interrupt or a termination cancels. Requests under way are
/// let finish for a moment; whoever signals twice does not want to wait for that.
pub(crate) struct Interrupt {
    cancel: Cancel,
    ends: Ends,
}

/// What it means that a command was interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ends {
    /// It did not do what it was asked for.
    Unfinished,
    /// It goes on until it is told to end.
    Done,
}

/// Listens to signals from now on: without anything that asks, they end the program at once, with whole
/// lines.
pub(crate) fn listen() -> Result<()> {
    let signals = Signals::new([SIGINT, SIGTERM])
        .map_err(|error| Failure::new("failed to listen for signals").because(&error))?;
    thread::spawn(move || hear(signals));
    Ok(())
}

fn hear(mut signals: Signals) {
    for signal in signals.forever() {
        if signal == SIGINT && PAGED.load(Ordering::SeqCst) {
            continue;
        }
        let is_again = HEARD.swap(signal, Ordering::SeqCst) != 0;
        match lock(&ACTIVE).clone() {
            Some((cancel, ends)) if !is_again => {
                thread::spawn(move || {
                    thread::sleep(GRACE);
                    end(ends.status(signal));
                });
                // Before what is cancelled can have ended the program.
                lock(&NOTE).iter().for_each(|note| eprint_line(note));
                cancel.cancel();
            }
            active => end(active.map_or(Ends::Unfinished, |(_, ends)| ends).status(signal)),
        }
    }
}

/// Ends the program. What is being printed is printed whole, if somebody reads it.
fn end(status: u8) -> ! {
    let (sender, printed) = mpsc::channel();
    thread::spawn(move || {
        let _whole = io::stdout().lock();
        // The receiver waits for it, and the program ends while nothing more can be printed.
        let _ = sender.send(());
        loop {
            thread::park();
        }
    });
    let _ = printed.recv_timeout(PRINTING);
    std::process::exit(status.into());
}

/// None of them can be left half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Interrupt {
    /// Begins to ask: signals cancel that from now on.
    pub(crate) fn begin(ends: Ends) -> Self {
        let cancel = Cancel::new();
        *lock(&ACTIVE) = Some((cancel.clone(), ends));
        Self { cancel, ends }
    }

    /// What ends what runs.
    pub(crate) fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// What somebody who ends it early should know.
    #[expect(clippy::unused_self, reason = "only what asks can be ended")]
    pub(crate) fn note(&self, text: String) {
        *lock(&NOTE) = Some(text);
    }

    /// Says that all was asked: what is left is to be printed, and a signal ends that at once.
    #[expect(clippy::unused_self, reason = "only what asks can have asked")]
    pub(crate) fn close(&self) {
        *lock(&ACTIVE) = None;
    }

    /// The exit status if there was a signal.
    pub(crate) fn status(&self) -> Option<u8> {
        match HEARD.load(Ordering::SeqCst) {
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

/// Leaves interrupts to a pager for as long as it shows something.
pub(crate) fn left_to_pager<T>(show: impl FnOnce() -> T) -> T {
    PAGED.store(true, Ordering::SeqCst);
    let shown = show();
    PAGED.store(false, Ordering::SeqCst);
    shown
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
