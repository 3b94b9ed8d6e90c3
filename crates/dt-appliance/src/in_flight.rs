//! Requests that an appliance is at work on.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Counts requests between their arrival and their answers.
#[derive(Debug, Default)]
pub(crate) struct InFlight {
    now: AtomicU64,
    most: AtomicU64,
    answered: AtomicU64,
}

/// A request in flight, until it is dropped.
#[derive(Debug)]
pub(crate) struct Entered<'a>(&'a InFlight);

impl InFlight {
    /// Counts a request in.
    pub(crate) fn enter(&self) -> Entered<'_> {
        let now = self.now.fetch_add(1, Relaxed) + 1;
        self.most.fetch_max(now, Relaxed);
        Entered(self)
    }

    pub(crate) fn now(&self) -> u64 {
        self.now.load(Relaxed)
    }

    pub(crate) fn most(&self) -> u64 {
        self.most.load(Relaxed)
    }

    pub(crate) fn answered(&self) -> u64 {
        self.answered.load(Relaxed)
    }
}

impl Entered<'_> {
    /// Counts the request out, with an answer.
    pub(crate) fn answered(self) {
        self.0.answered.fetch_add(1, Relaxed);
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Relaxed);
    }
}
