//! Faults on the way to an appliance, and who asks it while it wants to be left alone.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use dt_transport::{Clock, SystemClock, Transport, TransportError, TransportErrorKind};
use http::{Request, Response, StatusCode, header};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// How long it wants to be left alone.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// A request that was let go when the refusal came is no disregard of it.
const UNDER_WAY: Duration = Duration::from_millis(20);

/// Of so many faults one is a refusal: each stops everything for a second.
const REFUSED_OF: u32 = 50;

/// A transport of which a part of the requests meets with a fault.
pub(super) struct Faulty<T> {
    inner: T,
    probability: f64,
    state: Mutex<State>,
}

struct State {
    chance: Pcg64Mcg,
    /// From when to when, by the monotonic clock, nothing may be asked.
    paused: Option<(Duration, Duration)>,
    counts: Counts,
}

/// What was asked, and what became of it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) requests: u64,
    pub(super) faults: u64,
    /// Refusals with `Retry-After`.
    pub(super) refused: u64,
    /// Requests that began in spite of one.
    pub(super) while_paused: u64,
}

#[derive(Clone, Copy)]
enum Fault {
    Refused,
    Status(StatusCode),
    Cut,
    Timeout,
}

impl<T> Faulty<T> {
    pub(super) fn new(inner: T, probability: f64) -> Self {
        let chance = Pcg64Mcg::seed_from_u64(1);
        let state = State { chance, paused: None, counts: Counts::default() };
        Self { inner, probability, state: Mutex::new(state) }
    }

    pub(super) fn counts(&self) -> Counts {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).counts
    }

    /// What becomes of the next request, which may be about one device. The list of devices meets with faults that
    /// pass alone: without it there is nothing to sweep.
    fn draw(&self, is_about_device: bool) -> Option<Fault> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = SystemClock.monotonic();
        state.counts.requests += 1;
        if state.paused.is_some_and(|(from, until)| (from + UNDER_WAY..until).contains(&now)) {
            state.counts.while_paused += 1;
        }
        if !state.chance.random_bool(self.probability) {
            return None;
        }
        state.counts.faults += 1;
        let fault = match state.chance.random_range(0..REFUSED_OF) {
            0 => Fault::Refused,
            of if of % 5 == 0 => Fault::Status(StatusCode::INTERNAL_SERVER_ERROR),
            of if of % 5 == 1 => Fault::Status(StatusCode::BAD_GATEWAY),
            of if of % 5 == 2 && is_about_device => Fault::Status(StatusCode::NOT_FOUND),
            of if of % 5 == 3 && is_about_device => Fault::Cut,
            _ => Fault::Timeout,
        };
        if matches!(fault, Fault::Refused) {
            state.counts.refused += 1;
            state.paused = Some((now, now + RETRY_AFTER));
        }
        Some(fault)
    }
}

impl<T: Transport> Transport for Faulty<T> {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let status = |status| {
            let mut response = Response::new(Vec::new());
            *response.status_mut() = status;
            response
        };
        match self.draw(request.uri().path() == "/deviceinfo") {
            None => self.inner.send(request),
            Some(Fault::Refused) => {
                let mut response = status(StatusCode::TOO_MANY_REQUESTS);
                let wait = header::HeaderValue::from(RETRY_AFTER.as_secs());
                response.headers_mut().insert(header::RETRY_AFTER, wait);
                Ok(response)
            }
            Some(Fault::Status(code)) => Ok(status(code)),
            Some(Fault::Cut) => {
                let mut response = self.inner.send(request)?;
                let half = response.body().len() / 2;
                response.body_mut().truncate(half);
                Ok(response)
            }
            Some(Fault::Timeout) => Err(TransportError::new(TransportErrorKind::Timeout)),
        }
    }
}
