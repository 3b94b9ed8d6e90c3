//! A plan being carried out.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::kind::FaultKind;
use super::plan::{FaultPlan, Seen};

/// Hands out a plan's faults in the order in which requests come, and counts.
#[derive(Debug)]
pub(crate) struct Injector<F> {
    plan: FaultPlan<F>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    seen: Seen,
    requests: u64,
    injected: BTreeMap<&'static str, u64>,
}

impl<F: Copy + FaultKind> Injector<F> {
    pub(crate) fn new(plan: FaultPlan<F>) -> Self {
        Self { plan, state: Mutex::default() }
    }

    /// What is planned for the next request. `target` is its path and query.
    pub(crate) fn next(&self, target: &str) -> Vec<F> {
        let mut state = self.state();
        state.requests += 1;
        self.plan.decide(target, &mut state.seen)
    }

    /// Notes that a planned fault did befall its request.
    pub(crate) fn note(&self, fault: F) {
        *self.state().injected.entry(fault.name()).or_default() += 1;
    }

    /// How many requests there were.
    pub(crate) fn requests(&self) -> u64 {
        self.state().requests
    }

    /// How often each kind of fault befell one.
    pub(crate) fn injected(&self) -> BTreeMap<&'static str, u64> {
        self.state().injected.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
