//! A client that is watched: what it sends, and how long it waits.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use dt_auth::{Credentials, DATE_HEADER, SIGNATURE_HEADER};
use dt_model::{Status, StatusQuery};
use dt_transport::{Client, Clock, Error, RetryPolicy, SystemClock, Transport, TransportError};
use http::{Request, Response};
use jiff::{SignedDuration, Timestamp};

use crate::verdict::{Verdict, equal, holds};

/// Asks for the status, which is little, and as good as anything else for trying out faults.
pub(crate) struct Asker {
    transport: Box<dyn Transport>,
}

/// One call, and what it did.
pub(crate) struct Call {
    pub(crate) outcome: Result<Status, Error>,
    /// Date and signature of each attempt.
    attempts: Vec<(String, String)>,
    /// The waits between them.
    pub(crate) waits: Vec<Duration>,
}

/// How an error is to be told.
pub(crate) type ErrorCheck = fn(&Error) -> bool;

/// Whether a call may try again, three times as by default.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Patience {
    Once,
    Patient,
}

impl Asker {
    pub(crate) fn new(transport: Box<dyn Transport>) -> Self {
        Self { transport }
    }

    pub(crate) fn ask(&self, url: &str, credentials: &Credentials, patience: Patience) -> Call {
        let spy = Spy { inner: &*self.transport, sent: Mutex::default() };
        let clock = std::sync::Arc::new(Skipping::default());
        let retry = match patience {
            Patience::Once => RetryPolicy::never(),
            Patience::Patient => RetryPolicy::default(),
        };
        let client = Client::new(&spy, url.parse().unwrap(), credentials.clone())
            .clock(std::sync::Arc::clone(&clock))
            .retry(retry);
        let outcome = client.ask(&StatusQuery);
        drop(client);
        let waits = clock.waits.lock().unwrap().clone();
        Call { outcome, attempts: spy.sent.into_inner().unwrap(), waits }
    }
}

impl Call {
    pub(crate) fn attempts(&self) -> usize {
        self.attempts.len()
    }

    /// It was answered, by attempt number `attempt`, and every attempt was signed afresh.
    pub(crate) fn answered_by(&self, attempt: usize) -> Verdict {
        let status = self.outcome.as_ref().map_err(|error| format!("not answered: {error:?}"))?;
        equal("the version", status.version.as_deref(), Some("7.1.0 (demo)"))?;
        equal("the number of attempts", self.attempts(), attempt)?;
        let dates: BTreeSet<_> = self.attempts.iter().map(|(date, _)| date).collect();
        let signatures: BTreeSet<_> =
            self.attempts.iter().map(|(_, signature)| signature).collect();
        holds((dates.len(), signatures.len()) == (attempt, attempt), || {
            format!("a date or a signature was sent twice: {:?}", self.attempts)
        })
    }

    /// It failed at the first attempt, as `is` says; its text names the host and shows no secret.
    pub(crate) fn failed_once(&self, is: ErrorCheck) -> Verdict {
        let Err(error) = &self.outcome else { return Err("it was answered".to_owned()) };
        equal("the number of attempts", (self.attempts(), error.attempts()), (1, 1))?;
        holds(is(error), || format!("told as {error:?}"))?;
        let chain = std::iter::successors(Some(error as &dyn std::error::Error), |e| e.source());
        let texts: Vec<_> = chain.map(ToString::to_string).collect();
        let all = format!("{texts:?} {error:?}");
        let signature = &self.attempts[0].1;
        holds(!all.contains("demo-") && !all.contains(signature), || {
            format!("a secret is shown: {all}")
        })?;
        holds(texts[0].starts_with("failed to ") && texts[0].contains(error.host()), || {
            texts[0].clone()
        })
    }
}

/// Notes how each attempt was signed.
struct Spy<'t> {
    inner: &'t dyn Transport,
    sent: Mutex<Vec<(String, String)>>,
}

impl Transport for Spy<'_> {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let header = |name| request.headers()[name].to_str().unwrap().to_owned();
        self.sent.lock().unwrap().push((header(DATE_HEADER), header(SIGNATURE_HEADER)));
        self.inner.send(request)
    }
}

/// The system's clock, but a wait only moves it: attempts have different dates although no time
/// passes. Chance always chooses the longest wait.
#[derive(Debug, Default)]
struct Skipping {
    /// In nanoseconds; a second more for each wait, since dates have whole seconds.
    skipped: AtomicU64,
    waits: Mutex<Vec<Duration>>,
}

impl Skipping {
    fn skipped(&self) -> Duration {
        Duration::from_nanos(self.skipped.load(Ordering::SeqCst))
    }
}

impl Clock for Skipping {
    fn now(&self) -> Timestamp {
        SystemClock.now() + SignedDuration::try_from(self.skipped()).unwrap()
    }

    fn monotonic(&self) -> Duration {
        SystemClock.monotonic() + self.skipped()
    }

    fn sleep(&self, duration: Duration) {
        self.waits.lock().unwrap().push(duration);
        let duration = duration.max(Duration::from_secs(1));
        let nanoseconds = u64::try_from(duration.as_nanos()).unwrap();
        self.skipped.fetch_add(nanoseconds, Ordering::SeqCst);
    }

    fn jitter(&self) -> f64 {
        1.0
    }
}
