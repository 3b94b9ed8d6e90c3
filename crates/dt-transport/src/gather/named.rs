//! Several devices by their names: each is found, asked about once, and told from one that is there twice.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};

use dt_model::{DeviceId, DeviceName, Plan};

use super::{GatherError, Gathered, Gatherer};
use crate::{Client, FindError, Transport};

/// A device that evidence is gathered about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// By its name, under which it is looked up.
    Named(DeviceName),
    /// By its id.
    Known(DeviceId),
}

/// What became of one of several devices.
#[derive(Debug)]
pub enum TargetOutcome<P, E> {
    /// It was asked about.
    Gathered {
        /// Its id.
        did: DeviceId,
        /// Its plan, as it was at the end.
        plan: P,
        /// What was gathered.
        gathered: Box<Gathered>,
    },
    /// It was named before, perhaps in another way, and has its outcome there.
    Repeated(DeviceId),
    /// It was not found, or nothing can be said about it.
    Failed {
        /// Its id, if it was found.
        did: Option<DeviceId>,
        /// Why.
        error: E,
    },
}

/// Why there is no evidence in this place.
enum Ended<E> {
    Repeated,
    Failed(E),
}

impl<E: From<GatherError>> From<GatherError> for Ended<E> {
    fn from(error: GatherError) -> Self {
        Self::Failed(error.into())
    }
}

impl<T: Transport> Gatherer<'_, Client<T>> {
    /// Gathers the evidence about devices that are named, each by the plan that `plan` makes for it. A
    /// device that is named in two ways is asked about once. `done` gets what each was called, and what
    /// became of it; a target may be an error from the beginning, which has its place among the others.
    ///
    /// Order, cancellation and how many are under way are those of [`each`](Self::each).
    pub fn each_target<K, P, E>(
        &self,
        targets: impl IntoIterator<Item = (K, Result<Target, E>), IntoIter: Send>,
        plan: impl Fn(DeviceId) -> Result<P, E> + Sync,
        mut done: impl FnMut(K, TargetOutcome<P, E>) -> ControlFlow<()>,
    ) where
        K: Send,
        P: Plan + Send,
        E: From<GatherError> + From<FindError> + Send,
    {
        let seen = Mutex::new(HashSet::new());
        let is_new =
            |did: DeviceId| seen.lock().unwrap_or_else(PoisonError::into_inner).insert(did);
        let find = |target| match target {
            Target::Named(name) => Ok(self.client.find_device(&name)?),
            Target::Known(did) => Ok(did),
        };
        let start = |(key, target): (K, Result<Target, E>)| match target.and_then(find) {
            Ok(did) if is_new(did) => ((key, Some(did)), plan(did).map_err(Ended::Failed)),
            Ok(did) => ((key, Some(did)), Err(Ended::Repeated)),
            Err(error) => ((key, None), Err(Ended::Failed(error))),
        };
        self.each(targets, start, |(key, did), result| match (did, result) {
            (Some(did), Ok((plan, gathered))) => {
                done(key, TargetOutcome::Gathered { did, plan, gathered: Box::new(gathered) })
            }
            (Some(did), Err(Ended::Repeated)) => done(key, TargetOutcome::Repeated(did)),
            (did, Err(Ended::Failed(error))) => done(key, TargetOutcome::Failed { did, error }),
            // What has neither an id nor an error was never begun.
            (None, Ok(_) | Err(Ended::Repeated)) => ControlFlow::Continue(()),
        });
    }
}
