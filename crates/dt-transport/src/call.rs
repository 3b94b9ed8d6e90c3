//! One call, without the sending: what the blocking and the asynchronous client have in common.

use std::sync::Arc;
use std::time::Duration;

use dt_auth::{Credentials, RequestTarget, SigningPolicy};
use http::{Request, Response};

use crate::accept::{accept, unreadable};
use crate::error::{Context, Error, Kind};
use crate::redact::{blank, blank_hashes};
use crate::{BaseUrl, Clock, Decision, Query, RetryPolicy, SystemClock, TransportError, prepare};

/// Whom to ask, as whom, and how patiently.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) base: BaseUrl,
    pub(crate) credentials: Credentials,
    pub(crate) signing: SigningPolicy,
    pub(crate) retry: RetryPolicy,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Caller {
    pub(crate) fn new(base: BaseUrl, credentials: Credentials) -> Self {
        Self {
            base,
            credentials,
            signing: SigningPolicy::default(),
            retry: RetryPolicy::default(),
            clock: Arc::new(SystemClock),
        }
    }

    pub(crate) fn call<'a>(&'a self, target: &'a RequestTarget) -> Call<'a> {
        Call { caller: self, target, attempts: 0, started: self.clock.monotonic() }
    }

    pub(crate) fn read<Q: Query + ?Sized>(
        &self,
        query: &Q,
        target: &RequestTarget,
        response: &Response<Vec<u8>>,
    ) -> Result<Q::Answer, Error> {
        query.read(response.body()).map_err(|source| {
            // The reason may quote the body, and the body the request: it is read once more,
            // without what must not be quoted.
            let mut body = response.body().clone();
            blank(&mut body, self.credentials.public().as_bytes());
            blank_hashes(&mut body);
            let source = query.read(&body).err().unwrap_or(source);
            unreadable(&self.base, target, response, source).without(self.credentials.public())
        })
    }
}

/// A call under way. Whoever drives it sends what [`prepare`](Self::prepare) gives, hands the
/// outcome to [`judge`](Self::judge), and does what that says until it is done.
pub(crate) struct Call<'a> {
    caller: &'a Caller,
    target: &'a RequestTarget,
    attempts: u32,
    started: Duration,
}

pub(crate) enum Step {
    Done(Response<Vec<u8>>),
    /// Wait, then prepare and send again.
    Again(Duration),
}

impl Call<'_> {
    pub(crate) fn prepare(&mut self) -> Result<Request<Vec<u8>>, Error> {
        let Caller { base, credentials, signing, clock, .. } = self.caller;
        self.attempts += 1;
        prepare(base, self.target, credentials, clock.now(), *signing)
    }

    pub(crate) fn judge(
        &self,
        outcome: Result<Response<Vec<u8>>, TransportError>,
    ) -> Result<Step, Error> {
        let Caller { base, credentials, retry, clock, .. } = self.caller;
        let answer = match outcome {
            Ok(response) => accept(base, self.target, response, clock.now()),
            Err(source) => {
                Err(Error::new(Kind::Transport(source), Context::new(base, self.target)))
            }
        };
        let error = match answer {
            Ok(response) => return Ok(Step::Done(response)),
            Err(error) => error,
        };
        let elapsed = clock.monotonic().saturating_sub(self.started);
        match retry.decide(&error, self.attempts, elapsed, clock.jitter()) {
            Decision::Retry { after } => Ok(Step::Again(after)),
            Decision::GiveUp => Err(error.after(self.attempts).without(credentials.public())),
        }
    }
}
