//! Several devices by their names: each is found, asked about once, and told from one that is there twice.

use std::collections::{BTreeSet, HashSet};
use std::ops::ControlFlow;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

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
        let order = Order::default();
        let targets = targets.into_iter().enumerate();
        let targets = targets.map(|(place, (key, target))| (order.turn(place), key, target));
        let find = |target| match target {
            Target::Named(name) => Ok(self.client.find_device(&name)?),
            Target::Known(did) => Ok(did),
        };
        let start =
            |(turn, key, target): (Turn<'_>, K, Result<Target, E>)| match target.and_then(find) {
                Ok(did) if turn.is_new(did) => ((key, Some(did)), plan(did).map_err(Ended::Failed)),
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

/// Devices in the order in which they are named. Whichever is found first, the first one of two names for a device is
/// what it is called.
#[derive(Default)]
struct Order {
    state: Mutex<Found>,
    changed: Condvar,
}

#[derive(Default)]
struct Found {
    dids: HashSet<DeviceId>,
    /// The places of which it is not known yet which device they are.
    open: BTreeSet<usize>,
}

impl Order {
    fn lock(&self) -> MutexGuard<'_, Found> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// That of a place, which comes after those that were given out before.
    fn turn(&self, place: usize) -> Turn<'_> {
        self.lock().open.insert(place);
        Turn { order: self, place }
    }
}

/// A place whose turn comes once it is known which devices those before it are, or that they are none. It is over when
/// this is dropped, whatever became of it: the others must not wait for ever.
struct Turn<'a> {
    order: &'a Order,
    place: usize,
}

impl Turn<'_> {
    /// Whether no place before it has this device. Waits for its turn.
    fn is_new(&self, did: DeviceId) -> bool {
        let is_early = |found: &mut Found| found.open.first().is_some_and(|it| *it < self.place);
        let found = self.order.changed.wait_while(self.order.lock(), is_early);
        found.unwrap_or_else(PoisonError::into_inner).dids.insert(did)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.order.lock().open.remove(&self.place);
        self.order.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn the_first_of_two_names_is_what_a_device_is_called_whichever_is_found_first() {
        let order = Order::default();
        let [first, other, again] = [0, 1, 2].map(|place| order.turn(place));
        let did = DeviceId::new(7);
        thread::scope(|scope| {
            let late = scope.spawn(move || again.is_new(did));
            let between = scope.spawn(move || other.is_new(DeviceId::new(8)));
            assert!(first.is_new(did));
            drop(first);
            assert!(between.join().is_ok_and(|is_new| is_new));
            assert!(late.join().is_ok_and(|is_new| !is_new));
        });
    }

    #[test]
    fn nobody_waits_for_a_place_that_was_given_up() {
        let order = Order::default();
        let [given_up, next] = [0, 1].map(|place| order.turn(place));
        drop(given_up);
        assert!(next.is_new(DeviceId::new(7)));
    }
}
