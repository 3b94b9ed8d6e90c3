//! How far a long answer is, for somebody who waits for it.

use std::io::{self, IsTerminal};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use dt_model::DeviceSearchPage;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output::Verbosity;

/// How long nothing is shown: what is over by then needs no progress.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the time that has passed is shown anew.
const TICK: Duration = Duration::from_millis(200);
/// What is shown until it is known how many there are, and then.
const WAITING: &str = "  {msg}  {elapsed}";
const COUNTING: &str = "  {pos} of {len} {msg}  {wide_bar}  {elapsed}";

/// A bar on standard error, while it is there. Only a terminal shows it, and not before a second has
/// passed; somebody who is told every request sees how far it is.
pub(crate) struct Progress {
    bar: ProgressBar,
    /// Shows the bar unless the sender is dropped before.
    later: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Begins; `what` is counted.
    pub(crate) fn start(what: &'static str, verbosity: Verbosity) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        bar.set_message(what);
        bar.set_style(style(WAITING));
        let somebody_waits = verbosity == Verbosity::FirstWarnings && io::stderr().is_terminal();
        Self { later: somebody_waits.then(|| show_later(bar.clone())), bar }
    }

    /// A page of a list of devices is there, which may say how many there are in all.
    pub(crate) fn page(&self, page: &DeviceSearchPage) {
        if let Some(total) = page.total_count {
            self.bar.set_style(style(COUNTING));
            self.bar.set_length(total);
        }
        self.bar.inc(page.devices.len() as u64);
    }

    /// So many of so many are done, of which there may be more later.
    pub(crate) fn at(&self, done: usize, of: usize) {
        self.bar.set_style(style(COUNTING));
        self.bar.set_length(of as u64);
        self.bar.set_position(done as u64);
    }

    /// Does something while the bar is not on the terminal: it may print there, too.
    pub(crate) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }
}

/// How far a sweep is, or one round of watching after the other: there while one is under way.
pub(crate) struct SweepProgress {
    pub(super) verbosity: Verbosity,
    /// The bar, with what it counts.
    shown: Mutex<Option<(&'static str, Progress)>>,
}

impl SweepProgress {
    pub(crate) fn new(verbosity: Verbosity) -> Self {
        Self { verbosity, shown: Mutex::default() }
    }

    /// A sweep is a step further.
    pub(crate) fn at(&self, step: dt_sweep::Progress) {
        let (what, done, of) = match step {
            dt_sweep::Progress::Questions { answered, known } => ("questions", answered, known),
            dt_sweep::Progress::Devices { done, all } => ("devices", done, all),
            _ => return,
        };
        self.show(what, done, of);
    }

    /// So many of so many are done. One bar ends before another begins.
    pub(super) fn show(&self, what: &'static str, done: usize, of: usize) {
        let mut shown = self.shown();
        drop(shown.take_if(|(counted, _)| *counted != what));
        shown.get_or_insert_with(|| (what, Progress::start(what, self.verbosity))).1.at(done, of);
    }

    /// Does something while nothing of it is on the terminal.
    pub(crate) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        match &*self.shown() {
            Some((_, shown)) => shown.aside(print),
            None => print(),
        }
    }

    /// It is over.
    pub(crate) fn end(&self) {
        self.shown().take();
    }

    fn shown(&self) -> MutexGuard<'_, Option<(&'static str, Progress)>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn show_later(bar: ProgressBar) -> (Sender<()>, JoinHandle<()>) {
    let (sender, over) = mpsc::channel();
    let shower = thread::spawn(move || {
        if over.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            bar.set_draw_target(ProgressDrawTarget::stderr());
            bar.enable_steady_tick(TICK);
        }
    });
    (sender, shower)
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, shower)) = self.later.take() {
            drop(sender);
            // It ends at once, and cannot show anything after this.
            let _ = shower.join();
        }
        self.bar.finish_and_clear();
    }
}
