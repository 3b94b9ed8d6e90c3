//! One call, without the sending: what the blocking and the asynchronous client have in common.

use std::sync::Arc;
use std::time::Duration;

use dt_auth::{Credentials, RequestTarget, SigningPolicy};
use dt_model::Exchange;
use dt_model::redact::{blank, blank_hashes};
use http::{Request, Response};
use jiff::Timestamp;

use crate::accept::{accept, unreadable};
use crate::error::{Context, Error, Kind};
use crate::pace::Pace;
use crate::retry::TellWait;
use crate::{
    BaseUrl, BoxError, Cancel, Clock, Decision, Limits, Query, RetryPolicy, SystemClock,
    TransportError, Wait, prepare,
};

/// All of a client but its transport. Clones share the pace.
#[derive(Clone)]
pub(crate) struct ClientCore {
    pub(crate) base: BaseUrl,
    pub(crate) credentials: Credentials,
    pub(crate) signing: SigningPolicy,
    pub(crate) retry: RetryPolicy,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) pace: Arc<Pace>,
    pub(crate) tell_wait: Option<TellWait>,
}

/// An exchange, and when its response came.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recorded {
    /// What was asked and what came.
    pub exchange: Exchange,
    /// When the response came.
    pub at: Timestamp,
}

impl Recorded {
    /// An exchange of which the response came then.
    #[must_use]
    pub const fn new(exchange: Exchange, at: Timestamp) -> Self {
        Self { exchange, at }
    }
}

/// An exchange with the time of its response, as it is kept on disk.
impl From<Recorded> for (Exchange, Option<Timestamp>) {
    fn from(Recorded { exchange, at }: Recorded) -> Self {
        (exchange, Some(at))
    }
}

/// Whether exchanges are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Recording {
    /// Only what was read from them.
    #[default]
    Nothing,
    /// All of them: refusals, and answers that could not be read, included.
    Exchanges,
}

/// How one call is made.
#[derive(Clone, Copy)]
pub(crate) struct CallOptions<'a> {
    pub(crate) cancel: &'a Cancel,
    pub(crate) recording: Recording,
    pub(crate) retry: RetryPolicy,
}

impl<'a> CallOptions<'a> {
    /// A call of which nothing is kept.
    pub(crate) fn new(cancel: &'a Cancel, retry: RetryPolicy) -> Self {
        Self { cancel, recording: Recording::Nothing, retry }
    }
}

impl ClientCore {
    pub(crate) fn new(base: BaseUrl, credentials: Credentials) -> Self {
        Self {
            base,
            credentials,
            signing: SigningPolicy::default(),
            retry: RetryPolicy::default(),
            clock: Arc::new(SystemClock),
            pace: Arc::new(Pace::new(Limits::default())),
            tell_wait: None,
        }
    }

    pub(crate) fn call<'a>(
        &'a self,
        target: &'a RequestTarget,
        options: CallOptions<'a>,
    ) -> Call<'a> {
        Call {
            core: self,
            target,
            options,
            attempts: 0,
            rate_limited: 0,
            started: None,
            sent: Duration::ZERO,
            secrets: Vec::new(),
            recorded: Vec::new(),
        }
    }

    pub(crate) fn read<Q: Query + ?Sized>(
        &self,
        query: &Q,
        target: &RequestTarget,
        response: &Response<Vec<u8>>,
    ) -> Result<Q::Answer, Error> {
        self.read_by(|body| query.read(body), target, response)
    }

    pub(crate) fn read_by<A>(
        &self,
        read: impl Fn(&[u8]) -> Result<A, BoxError>,
        target: &RequestTarget,
        response: &Response<Vec<u8>>,
    ) -> Result<A, Error> {
        read(response.body()).map_err(|source| {
            // The reason may quote the body, and the body the request: it is read once more,
            // without what must not be quoted.
            let mut body = response.body().clone();
            blank(&mut body, self.credentials.public().as_bytes());
            blank_hashes(&mut body);
            let source = read(&body).err().unwrap_or(source);
            unreadable(&self.base, target, response, source).without(self.credentials.public())
        })
    }
}

/// A call under way.
pub(crate) struct Call<'a> {
    core: &'a ClientCore,
    target: &'a RequestTarget,
    options: CallOptions<'a>,
    attempts: u32,
    /// How many of the attempts met with a 429.
    rate_limited: u32,
    /// When the first attempt began, by the monotonic clock. Waiting for a turn comes before that.
    started: Option<Duration>,
    /// When the last one began.
    sent: Duration,
    /// What of the last request must not be kept where a response echoes it.
    secrets: Vec<Vec<u8>>,
    recorded: Vec<Recorded>,
}

/// What to do after an attempt.
pub(crate) enum Step {
    Done(Response<Vec<u8>>),
    Retry(Duration),
}

impl Call<'_> {
    /// The signed request for the next attempt.
    pub(crate) fn prepare(&mut self) -> Result<Request<Vec<u8>>, Error> {
        let ClientCore { base, credentials, signing, clock, .. } = self.core;
        self.attempts += 1;
        self.sent = clock.monotonic();
        self.started.get_or_insert(self.sent);
        let request = prepare(base, self.target, credentials, clock.now(), *signing)?;
        if self.options.recording == Recording::Exchanges {
            let sensitive = request.headers().values().filter(|value| value.is_sensitive());
            self.secrets = sensitive.map(|value| value.as_bytes().to_vec()).collect();
        }
        Ok(request)
    }

    /// Tells what came of an attempt.
    pub(crate) fn judge(
        &mut self,
        outcome: Result<Response<Vec<u8>>, TransportError>,
    ) -> Result<Step, Error> {
        let ClientCore { base, credentials, clock, pace, .. } = self.core;
        let now = clock.now();
        let answer = match outcome {
            Ok(response) => {
                if self.options.recording == Recording::Exchanges {
                    self.record(response.clone(), now);
                }
                accept(base, self.target, response, now)
            }
            Err(source) => {
                Err(Error::new(Kind::Transport(source), Context::new(base, self.target)))
            }
        };
        let error = match answer {
            Ok(response) => {
                pace.answered(self.target.path());
                let now = clock.monotonic();
                pace.took(self.target, now.saturating_sub(self.sent), now);
                return Ok(Step::Done(response));
            }
            Err(error) => error.after(self.attempts).without(credentials.public()),
        };
        let now = clock.monotonic();
        let pause = error.retry_after().map(|pause| pause.min(self.options.retry.budget()));
        if let Some(pause) = pause {
            // The appliance asks for it, so nothing else begins either.
            pace.pause(now.saturating_add(pause));
        }
        if error.is_rate_limited() || pause.is_some() {
            pace.refused(now);
        }
        let (attempts, since) = self.failed_alike(&error, now);
        let elapsed = now.saturating_sub(since);
        let decision = self.options.retry.decide(&error, attempts, elapsed, clock.jitter());
        if let (Some(time), Some(tell)) = (pause.max(decision.wait()), &self.core.tell_wait) {
            tell(Wait { error: &error, time });
        }
        match decision {
            Decision::Retry { after } => Ok(Step::Retry(after)),
            Decision::GiveUp => Err(error),
        }
    }

    /// How many attempts failed that count with this one, and since when.
    fn failed_alike(&mut self, error: &Error, now: Duration) -> (u32, Duration) {
        let started = self.started.unwrap_or(now);
        let ClientCore { pace, .. } = self.core;
        if error.is_rate_limited() {
            self.rate_limited += 1;
            let within = self.options.retry.budget();
            let since = pace.rate_limited(self.target.path(), started, now, within);
            (self.rate_limited, since)
        } else {
            pace.answered(self.target.path());
            (self.attempts - self.rate_limited, started)
        }
    }

    /// Keeps what may be kept of a response.
    fn record(&mut self, response: Response<Vec<u8>>, at: Timestamp) {
        let target = format!("{}{}", self.core.base.prefix(), self.target.wire());
        let secrets: Vec<&[u8]> = self.secrets.iter().map(Vec::as_slice).collect();
        let exchange = Exchange::recorded(target, response, &secrets);
        self.recorded.push(Recorded { exchange, at });
    }

    /// Reads what came in the end, and gives what was recorded on the way.
    pub(crate) fn finish<A>(
        self,
        outcome: Result<Response<Vec<u8>>, Error>,
        read: impl Fn(&[u8]) -> Result<A, BoxError>,
    ) -> (Result<A, Error>, Vec<Recorded>) {
        let answer = outcome.and_then(|response| self.core.read_by(read, self.target, &response));
        (answer, self.recorded)
    }

    pub(crate) fn cancelled(&self) -> Error {
        let context = Context::new(&self.core.base, self.target);
        Error::new(Kind::Cancelled, context).after(self.attempts.max(1))
    }
}
