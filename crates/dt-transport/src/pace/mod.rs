//! How much an appliance is asked at once: the one place where requests are held back.

mod bucket;
mod controller;
mod latency;
mod limits;
mod rate_limits;
mod wake;

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dt_auth::RequestTarget;
use event_listener::{Event, EventListener, IntoNotification, Listener};
use futures_util::future::select;

pub use limits::Limits;
pub use wake::Wake;

use crate::{Cancel, Clock};
use bucket::TokenBucket;
use controller::Controller;
use rate_limits::RateLimits;

/// Holds requests to one appliance back: so many at once, so many in a second, and none while the
/// appliance has asked for a pause.
///
/// A turn is waited for before a request is signed, since a signature has its time in it.
#[derive(Debug)]
pub(crate) struct Pace {
    window: usize,
    state: Mutex<State>,
    /// Notified when a turn may have become free, and by a [`Cancel`].
    freed: Arc<Event>,
}

#[derive(Debug)]
struct State {
    in_flight: usize,
    bucket: Option<TokenBucket>,
    paused_until: Duration,
    rate_limits: RateLimits,
    controller: Option<Controller>,
    begun: u64,
    refused: u64,
    most_in_flight: usize,
}

/// How much an appliance was asked so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Traffic {
    /// How many requests were begun, each attempt counted.
    pub requests: u64,
    /// How many of them the appliance refused, as it was asked too much.
    pub refused: u64,
    /// How many were under way at once at most.
    pub most_in_flight: usize,
    /// How many may be.
    pub bound: usize,
}

/// Why a request cannot begin now.
enum Held {
    /// Until one that is under way is done.
    Full,
    /// For this long.
    For(Duration),
}

/// The right to have one request under way, given back when dropped.
pub(crate) struct Turn<'a>(&'a Pace);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.state().in_flight -= 1;
        // Additional: of two turns that are given back together, each wakes somebody.
        self.0.freed.notify(1.additional());
    }
}

/// The run was cancelled while something waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cancelled;

impl Pace {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            window: limits.window(),
            state: Mutex::new(State {
                in_flight: 0,
                bucket: limits.bucket(),
                paused_until: Duration::ZERO,
                rate_limits: RateLimits::default(),
                controller: limits.controller(),
                begun: 0,
                refused: 0,
                most_in_flight: 0,
            }),
            freed: Arc::default(),
        }
    }

    pub(crate) fn window(&self) -> usize {
        self.window
    }

    pub(crate) fn traffic(&self) -> Traffic {
        let state = self.state();
        Traffic {
            requests: state.begun,
            refused: state.refused,
            most_in_flight: state.most_in_flight,
            bound: self.window,
        }
    }

    /// Lets no request begin before `until`, by the monotonic clock.
    pub(crate) fn pause(&self, until: Duration) {
        let mut state = self.state();
        state.paused_until = state.paused_until.max(until);
    }

    /// An attempt at `path` met with a 429, in a call that `started` then: since when the path has
    /// given nothing else.
    pub(crate) fn rate_limited(
        &self,
        path: &str,
        started: Duration,
        now: Duration,
        within: Duration,
    ) -> Duration {
        self.state().rate_limits.met(path, started, now, within)
    }

    /// An attempt at `path` met with anything but a 429.
    pub(crate) fn answered(&self, path: &str) {
        let mut state = self.state();
        state.rate_limits.over(path);
        let Some(controller) = &mut state.controller else { return };
        let before = controller.in_flight();
        controller.answered();
        let has_more = controller.in_flight() > before;
        drop(state);
        if has_more {
            // Who waits for a turn that is given back would not learn of it.
            self.freed.notify(1.additional());
        }
    }

    /// An attempt was answered after so long.
    pub(crate) fn took(&self, target: &RequestTarget, took: Duration, now: Duration) {
        if let Some(controller) = &mut self.state().controller {
            controller.took(target, took, now);
        }
    }

    /// The appliance refused an attempt, as it is asked too much.
    pub(crate) fn refused(&self, now: Duration) {
        let mut state = self.state();
        state.refused += 1;
        if let Some(controller) = &mut state.controller {
            controller.refused(now);
        }
    }

    /// Waits for a turn, blocking the thread.
    pub(crate) fn turn(&self, clock: &dyn Clock, cancel: &Cancel) -> Result<Turn<'_>, Cancelled> {
        cancel.wakes(&self.freed);
        let mut now = clock.monotonic();
        loop {
            // Listening comes first: what is freed or cancelled from here on is not missed.
            let (freed, cancelled) = (self.freed.listen(), cancel.listen());
            match self.try_begin(now, cancel)? {
                Ok(turn) => return Ok(turn),
                Err(Held::Full) => freed.wait(),
                Err(Held::For(time)) => {
                    // What is freed meanwhile is for somebody who can take it.
                    drop(freed);
                    clock.wait(time, Wake(cancelled));
                    // A timer that is early, or a clock that does not move, must not hold for ever.
                    now = now.saturating_add(time);
                }
            }
            now = now.max(clock.monotonic());
        }
    }

    /// Waits for a turn without blocking. `sleep` waits by the timer of whichever runtime it is.
    pub(crate) async fn turn_async<S: Future<Output = ()>>(
        &self,
        clock: &dyn Clock,
        cancel: &Cancel,
        sleep: impl Fn(Duration) -> S,
    ) -> Result<Turn<'_>, Cancelled> {
        cancel.wakes(&self.freed);
        let mut now = clock.monotonic();
        loop {
            let (freed, cancelled) = (self.freed.listen(), cancel.listen());
            match self.try_begin(now, cancel)? {
                Ok(turn) => return Ok(turn),
                Err(Held::Full) => freed.await,
                Err(Held::For(time)) => {
                    drop(freed);
                    first(cancelled, sleep(time)).await;
                    now = now.saturating_add(time);
                }
            }
            now = now.max(clock.monotonic());
        }
    }

    fn try_begin(
        &self,
        now: Duration,
        cancel: &Cancel,
    ) -> Result<Result<Turn<'_>, Held>, Cancelled> {
        if cancel.is_cancelled() {
            return Err(Cancelled);
        }
        let mut state = self.state();
        let window = state.controller.as_ref().map_or(self.window, Controller::in_flight);
        if state.in_flight >= window {
            return Ok(Err(Held::Full));
        }
        let pause = state.paused_until.saturating_sub(now);
        let rate = state.bucket.as_ref().map_or(Duration::ZERO, |bucket| bucket.wait(now));
        let held = pause.max(rate);
        if !held.is_zero() {
            return Ok(Err(Held::For(held)));
        }
        let slower = state.controller.as_ref().map_or(1.0, Controller::slower);
        if let Some(bucket) = &mut state.bucket {
            bucket.take(now, slower);
        }
        state.in_flight += 1;
        state.begun += 1;
        state.most_in_flight = state.most_in_flight.max(state.in_flight);
        Ok(Ok(Turn(self)))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits before another attempt, blocking the thread.
pub(crate) fn wait(time: Duration, clock: &dyn Clock, cancel: &Cancel) -> Result<(), Cancelled> {
    let cancelled = cancel.listen();
    if !cancel.is_cancelled() {
        clock.wait(time, Wake(cancelled));
    }
    if cancel.is_cancelled() { Err(Cancelled) } else { Ok(()) }
}

/// Waits before another attempt without blocking.
pub(crate) async fn wait_async(
    sleep: impl Future<Output = ()>,
    cancel: &Cancel,
) -> Result<(), Cancelled> {
    let cancelled = cancel.listen();
    if !cancel.is_cancelled() {
        first(cancelled, sleep).await;
    }
    if cancel.is_cancelled() { Err(Cancelled) } else { Ok(()) }
}

/// Waits for whichever is first.
async fn first(listener: EventListener, sleep: impl Future<Output = ()>) {
    select(listener, std::pin::pin!(sleep)).await;
}
