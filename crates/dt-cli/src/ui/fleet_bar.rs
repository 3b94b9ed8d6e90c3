//! How far the sweep of a fleet is, for somebody who waits for it.

use std::io::{self, IsTerminal};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use dt_sweep::fleet::{FleetProgress, SiteProgress};
use dt_transport::{Clock, SystemClock};

use super::notes::eprint_line;
use super::output::Verbosity;
use super::progress::SweepProgress;

/// How often it is said how far a sweep is where no bar is.
const MINUTE: Duration = Duration::from_secs(60);

/// How far the sweep of a fleet is: a bar on a terminal, elsewhere a line a minute.
pub(crate) struct FleetBar {
    bar: SweepProgress,
    /// How far it is, and when that was last said in a line.
    told: Mutex<(FleetProgress, Duration)>,
}

impl FleetBar {
    pub(crate) fn new(verbosity: Verbosity) -> Self {
        let told = Mutex::new((FleetProgress::default(), SystemClock.monotonic()));
        Self { bar: SweepProgress::new(verbosity), told }
    }

    /// The sweep of an appliance is a step further.
    pub(crate) fn at(&self, name: &str, step: SiteProgress) {
        let mut guard = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let (progress, told) = &mut *guard;
        progress.at(name, step);
        let (what, done, all) = progress.together();
        self.bar.show(what, done, all);
        let now = SystemClock.monotonic();
        let is_due = now.saturating_sub(*told) >= MINUTE && !io::stderr().is_terminal();
        if is_due && self.bar.verbosity != Verbosity::ErrorsOnly {
            *told = now;
            eprint_line(&format!("{done} of {all} {what}"));
        }
    }
}
