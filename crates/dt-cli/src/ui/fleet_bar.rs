//! How far the sweep of a fleet is, for somebody who waits for it.

use std::io::{self, IsTerminal};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use dt_sweep::fleet::{FleetProgress, SiteProgress};
use dt_transport::{Clock, SystemClock};

use super::notes::eprint_line;
use super::output::Verbosity;
use super::progress::Progress;

/// How often it is said how far a sweep is where no bar is.
const MINUTE: Duration = Duration::from_secs(60);

/// How far the sweep of a fleet is: a bar on a terminal, elsewhere a line a minute.
pub(crate) struct FleetBar {
    verbosity: Verbosity,
    shown: Mutex<FleetShown>,
}

/// How far it is, when that was last said in a line, and the bar with what it counts.
type FleetShown = (FleetProgress, Duration, Option<(&'static str, Progress)>);

impl FleetBar {
    pub(crate) fn new(verbosity: Verbosity) -> Self {
        let shown = (FleetProgress::default(), SystemClock.monotonic(), None);
        Self { verbosity, shown: Mutex::new(shown) }
    }

    /// The sweep of an appliance is a step further.
    pub(crate) fn at(&self, name: &str, step: SiteProgress) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let (progress, told, bar) = &mut *shown;
        progress.at(name, step);
        let (what, done, all) = progress.together();
        if bar.as_ref().is_none_or(|(shown, _)| *shown != what) {
            // One bar ends before the other begins.
            *bar = None;
            *bar = Some((what, Progress::start(what, self.verbosity)));
        }
        if let Some((_, bar)) = bar {
            bar.at(done, all);
        }
        let now = SystemClock.monotonic();
        let is_due = now.saturating_sub(*told) >= MINUTE && !io::stderr().is_terminal();
        if is_due && self.verbosity != Verbosity::ErrorsOnly {
            *told = now;
            eprint_line(&format!("{done} of {all} {what}"));
        }
    }
}
