//! Plans driven by a blocking client: the questions of a round are asked by threads.
//!
//! As many threads as requests may be under way at once work through one queue of questions. Whoever
//! settles the last question of a round asks the plan for the next one. Threads are started when there
//! is work for them, and end with the call.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::ControlFlow;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Scope};

use dt_model::{Plan, Question};

use super::cache::Known;
use super::run::{Outcome, Run};
use super::{GatherError, Gathered, Gatherer};
use crate::{Cancel, Client, Transport};

impl<T: Transport> Client<T> {
    /// Gathers the evidence that a plan wants about one device; a [`Gatherer`] can do more.
    ///
    /// # Errors
    ///
    /// If nothing can be said about the device, as [`Gatherer`] tells.
    pub fn gather<P: Plan + Send>(&self, plan: P) -> Result<Gathered, GatherError> {
        Gatherer::new(self).gather(plan)
    }
}

impl<T: Transport> Gatherer<'_, Client<T>> {
    /// Gathers the evidence that a plan wants about one device.
    ///
    /// # Errors
    ///
    /// If nothing can be said about the device, as [`Gatherer`] tells.
    pub fn gather<P: Plan + Send>(&self, plan: P) -> Result<Gathered, GatherError> {
        let mut result = None;
        self.each(
            [plan],
            |plan| ((), Ok(plan)),
            |(), gathered| {
                result = Some(gathered);
                ControlFlow::Continue(())
            },
        );
        // Without a result it was cancelled before anything was asked.
        result.map_or_else(
            || Ok(Gathered { is_cancelled: true, ..Gathered::default() }),
            |gathered: Result<(P, Gathered), GatherError>| gathered.map(|(_, gathered)| gathered),
        )
    }

    /// Gathers the evidence about several devices. `start` names a device and makes its plan, from
    /// whichever thread, and may ask the client for that; `done` gets the name, and plan and evidence,
    /// device after device in their order, on the calling thread. It may break, and then nothing
    /// further is asked. After a [`Cancel`] no further device is begun; those that were are handed out
    /// with what they have.
    ///
    /// `devices` must not wait, least of all for `done`: nothing goes on meanwhile.
    ///
    /// At most twice as many devices are begun ahead of the one that `done` gets as requests may be
    /// under way at once.
    pub fn each<D, K, P, E>(
        &self,
        devices: impl IntoIterator<Item = D, IntoIter: Send>,
        start: impl Fn(D) -> (K, Result<P, E>) + Sync,
        mut done: impl FnMut(K, Result<(P, Gathered), E>) -> ControlFlow<()>,
    ) where
        K: Send,
        P: Plan + Send,
        E: From<GatherError> + Send,
    {
        let pool = Pool {
            gatherer: self,
            start,
            bound: self.client.core().pace.window(),
            cancel: self.options.cancel.child(),
            state: Mutex::new(State::new(devices.into_iter())),
            changed: Condvar::new(),
        };
        thread::scope(|scope| {
            let _stop_on_panic = StopOnPanic(&pool);
            pool.enlist(&mut pool.lock(), scope);
            while let Some((name, result)) = pool.next_result() {
                if done(name, result).is_break() {
                    break;
                }
            }
            pool.stop();
        });
    }

    fn ask(&self, question: &Question, cancel: &Cancel) -> Outcome {
        if question.did().is_some() {
            return self.send(question, cancel);
        }
        let entry = self.shared.entry(question, self.client.core().clock.monotonic());
        match entry.get_or_try_init_blocking(|| Known::of(self.send(question, cancel))) {
            Ok(known) => known.outcome(),
            Err(outcome) => outcome,
        }
    }

    fn send(&self, question: &Question, cancel: &Cancel) -> Outcome {
        match self.ready(question, self.client.core(), cancel) {
            Ok((target, options)) => {
                let read = |body: &[u8]| Ok(question.read(body)?);
                self.done(question, self.client.exchange(&target, options, read))
            }
            Err(outcome) => outcome,
        }
    }
}

/// The name of a device, and what became of it.
type Finished<K, P, E> = (K, Result<(P, Gathered), E>);

/// What the threads share.
struct Pool<'a, T, I, K, P, E, S> {
    gatherer: &'a Gatherer<'a, Client<T>>,
    start: S,
    bound: usize,
    /// Ends the waits of what nobody will look at any more.
    cancel: Cancel,
    state: Mutex<State<I, K, P, E>>,
    changed: Condvar,
}

struct State<I, K, P, E> {
    /// The devices that are not begun.
    devices: I,
    exhausted: bool,
    begun: usize,
    handed_out: usize,
    /// Questions that nobody asks yet, in the order in which they were wanted.
    queue: VecDeque<Job>,
    /// What is being asked and is the same for every device, with those who wait for the same answer: a
    /// thread that waited with them could not ask anything else.
    asking: HashMap<Question, Vec<Job>>,
    /// Devices with open questions, by their place in the order.
    open: BTreeMap<usize, Device<K, P>>,
    /// How many devices a thread is busy with apart from their questions.
    busy: usize,
    /// What `done` has not got yet, by its place in the order.
    finished: BTreeMap<usize, Finished<K, P, E>>,
    workers: usize,
    idle: usize,
    stopped: bool,
}

/// A question, and where its answer belongs.
struct Job {
    device: usize,
    place: usize,
    question: Question,
    /// Ends its waits once its device has ended.
    cancel: Cancel,
}

/// A device and the questions of its present round.
struct Device<K, P> {
    name: K,
    run: Run<P>,
    questions: Vec<Question>,
    outcomes: Vec<Option<Outcome>>,
    unsettled: usize,
}

impl<I, K, P, E> State<I, K, P, E> {
    fn new(devices: I) -> Self {
        Self {
            devices,
            exhausted: false,
            begun: 0,
            handed_out: 0,
            queue: VecDeque::new(),
            asking: HashMap::new(),
            open: BTreeMap::new(),
            busy: 0,
            finished: BTreeMap::new(),
            workers: 0,
            idle: 0,
            stopped: false,
        }
    }

    /// The next question that no other thread asks at present.
    fn next_job(&mut self) -> Option<Job> {
        loop {
            let job = self.queue.pop_front()?;
            if job.question.did().is_some() {
                return Some(job);
            }
            let Some(waiting) = self.asking.get_mut(&job.question) else {
                self.asking.insert(job.question.clone(), Vec::new());
                return Some(job);
            };
            waiting.push(job);
        }
    }

    /// Lets those go on that waited for what was asked, and tells whether there were any.
    fn asked(&mut self, question: &Question) -> bool {
        let waited = self.asking.remove(question).unwrap_or_default();
        let is_any = !waited.is_empty();
        waited.into_iter().rev().for_each(|job| self.queue.push_front(job));
        is_any
    }

    /// Takes back the questions of a device that nobody asks yet, and tells how many they were.
    fn withdraw(&mut self, device: usize) -> usize {
        let mut withdrawn = 0;
        let mut stays = |job: &Job| {
            withdrawn += usize::from(job.device == device);
            job.device != device
        };
        self.queue.retain(&mut stays);
        self.asking.values_mut().for_each(|jobs| jobs.retain(&mut stays));
        withdrawn
    }

    /// Whether nothing more will be finished.
    fn is_over(&self) -> bool {
        self.stopped || (self.exhausted && self.open.is_empty() && self.busy == 0)
    }
}

impl<T, I, D, K, P, E, S> Pool<'_, T, I, K, P, E, S>
where
    T: Transport,
    I: Iterator<Item = D> + Send,
    K: Send,
    P: Plan + Send,
    E: From<GatherError> + Send,
    S: Fn(D) -> (K, Result<P, E>) + Sync,
{
    fn lock(&self) -> MutexGuard<'_, State<I, K, P, E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a thread if there may be work that nobody waits for.
    fn enlist<'scope, 'env: 'scope>(
        &'env self,
        state: &mut State<I, K, P, E>,
        scope: &'scope Scope<'scope, 'env>,
    ) {
        let is_work = state.queue.len() > state.idle || (!state.exhausted && state.idle == 0);
        if state.workers < self.bound && is_work {
            state.workers += 1;
            scope.spawn(move || self.work(scope));
        }
    }

    fn work<'scope, 'env: 'scope>(&'env self, scope: &'scope Scope<'scope, 'env>) {
        // Whoever waits for what this thread will not finish any more must not wait for ever.
        let _stop_on_panic = StopOnPanic(self);
        let mut state = self.lock();
        while !state.is_over() {
            self.enlist(&mut state, scope);
            if let Some(job) = state.next_job() {
                drop(state);
                let outcome = self.gatherer.ask(&job.question, &job.cancel);
                state = self.settle(&job, outcome);
            } else if let Some((place, device)) = self.next_device(&mut state) {
                drop(state);
                let (name, plan) = (self.start)(device);
                state = self.begin(place, name, plan);
            } else {
                state.idle += 1;
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                state.idle -= 1;
            }
        }
        drop(state);
        self.changed.notify_all();
    }

    /// The next device, if there is room for one more.
    fn next_device(&self, state: &mut State<I, K, P, E>) -> Option<(usize, D)> {
        let is_cancelled = self.gatherer.options.cancel.is_cancelled();
        if state.exhausted || state.begun >= state.handed_out + 2 * self.bound {
            return None;
        }
        let Some(device) = (if is_cancelled { None } else { state.devices.next() }) else {
            state.exhausted = true;
            self.changed.notify_all();
            return None;
        };
        let place = state.begun;
        state.begun += 1;
        state.busy += 1;
        Some((place, device))
    }

    fn begin(
        &self,
        place: usize,
        name: K,
        plan: Result<P, E>,
    ) -> MutexGuard<'_, State<I, K, P, E>> {
        match plan {
            Ok(plan) => self.go_on(place, name, Run::new(plan)),
            Err(error) => self.finish(place, name, Err(error)),
        }
    }

    /// Asks the plan for its next round; nobody else may wait for that.
    fn go_on(&self, place: usize, name: K, mut run: Run<P>) -> MutexGuard<'_, State<I, K, P, E>> {
        let questions = run.next_round(&self.gatherer.options);
        if questions.is_empty() {
            return self.finish(place, name, Ok(run.finish()));
        }
        let mut state = self.lock();
        state.busy -= 1;
        let cancel = self.cancel.child();
        state.queue.extend(questions.iter().cloned().enumerate().map(|(at, question)| Job {
            device: place,
            place: at,
            question,
            cancel: cancel.clone(),
        }));
        let unsettled = questions.len();
        let outcomes = std::iter::repeat_with(|| None).take(unsettled).collect();
        state.open.insert(place, Device { name, run, questions, outcomes, unsettled });
        self.changed.notify_all();
        state
    }

    fn settle(&self, job: &Job, outcome: Outcome) -> MutexGuard<'_, State<I, K, P, E>> {
        let mut state = self.lock();
        if state.asked(&job.question) {
            self.changed.notify_all();
        }
        let withdrawn = if outcome.ends_device() {
            job.cancel.cancel();
            state.withdraw(job.device)
        } else {
            0
        };
        let Some(device) = state.open.get_mut(&job.device) else { return state };
        device.run.settled(&self.gatherer.options);
        device.unsettled -= 1 + withdrawn;
        device.outcomes[job.place] = Some(outcome);
        if device.unsettled > 0 {
            return state;
        }
        let Some(device) = state.open.remove(&job.device) else { return state };
        state.busy += 1;
        drop(state);
        let Device { name, mut run, questions, outcomes, .. } = device;
        match run.end_round(questions.into_iter().zip(outcomes)) {
            Ok(()) => self.go_on(job.device, name, run),
            Err(error) => self.finish(job.device, name, Err(error.into())),
        }
    }

    fn finish(
        &self,
        place: usize,
        name: K,
        result: Result<(P, Gathered), E>,
    ) -> MutexGuard<'_, State<I, K, P, E>> {
        let mut state = self.lock();
        state.busy -= 1;
        state.finished.insert(place, (name, result));
        self.changed.notify_all();
        state
    }

    /// The result of the next device in the order, once it is there; `None` after the last one.
    fn next_result(&self) -> Option<Finished<K, P, E>> {
        let mut state = self.lock();
        loop {
            let next = state.handed_out;
            if let Some(result) = state.finished.remove(&next) {
                state.handed_out += 1;
                self.changed.notify_all();
                return Some(result);
            }
            if state.is_over() {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl<T, I, K, P, E, S> Pool<'_, T, I, K, P, E, S> {
    fn stop(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).stopped = true;
        self.changed.notify_all();
        self.cancel.cancel();
    }
}

/// Ends the pool if the thread that holds it panics.
struct StopOnPanic<'p, 'a, T, I, K, P, E, S>(&'p Pool<'a, T, I, K, P, E, S>);

impl<T, I, K, P, E, S> Drop for StopOnPanic<'_, '_, T, I, K, P, E, S> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.stop();
        }
    }
}
