//! Examines the way to an appliance step by step: from the host's name to what the token's user may ask.

mod describe;
mod finding;
mod help;
mod permission;
mod reach;
mod signature;

use std::time::Duration;

use dt_auth::{Credentials, RequestTarget, SigningPolicy};
use dt_model::RefusalKind;
use http::{HeaderMap, Request};
use jiff::{SignedDuration, Timestamp};

pub use finding::{Finding, FindingKind, NoAddress, Said, Skip, Step, Unconnected};

use crate::{
    BaseUrl, Client, Clock, Error, HttpOptions, RetryPolicy, SystemClock, TlsProblem, Transport,
    TransportError, TransportErrorKind, accept, clock_offset, peer_certificate, proxy_for,
};
use Finding as F;

/// The appliance that is examined, and how it is asked. What is not known is `None`: the way is then
/// examined as far as that.
#[derive(Debug, Clone)]
pub struct DiagnoseOptions<'a> {
    /// Its address.
    pub base: &'a BaseUrl,
    /// How to connect.
    pub http: Option<&'a HttpOptions>,
    /// Whether no certificate is verified, by these options.
    pub trusts_anyone: bool,
    /// How long looking up and connecting may take.
    pub connect_timeout: Duration,
    /// As whom to ask.
    pub credentials: Option<&'a Credentials>,
    /// How to sign.
    pub signing: SigningPolicy,
    /// When to ask again.
    pub retry: RetryPolicy,
    /// When it is examined, for how long certificates are valid.
    pub now: Timestamp,
}

/// Examines the way to an appliance, and tells each finding as it is found, until that is an error. A
/// step that cannot be taken is [skipped](Finding::Skipped), with the reason; nothing that is found ends
/// it early.
///
/// No token is sent before the other end is trusted, and the private one never is. `transport` is
/// called once, when it is first needed; if it fails, [`Finding::NoTransport`] has its error.
///
/// ```no_run
/// use dt_transport::diagnose::{DiagnoseOptions, diagnose};
/// use dt_transport::{BoxError, HttpOptions, RetryPolicy, UreqTransport};
///
/// # fn now() -> dt_model::jiff::Timestamp { dt_model::jiff::Timestamp::UNIX_EPOCH }
/// let base = "https://appliance.example".parse()?;
/// let http = HttpOptions::new();
/// let options = DiagnoseOptions {
///     base: &base,
///     http: Some(&http),
///     trusts_anyone: false,
///     connect_timeout: std::time::Duration::from_secs(10),
///     credentials: None,
///     signing: Default::default(),
///     retry: RetryPolicy::default(),
///     now: now(),
/// };
/// let transport = || Ok::<_, BoxError>(Box::new(UreqTransport::new(&http)?) as _);
/// diagnose(&options, transport, |finding| {
///     println!("{:?}: {:?}", finding.step(), finding.kind());
///     Ok::<(), std::convert::Infallible>(())
/// })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// What `tell` fails with.
pub fn diagnose<B, E>(
    options: &DiagnoseOptions<'_>,
    transport: impl FnOnce() -> Result<Box<dyn Transport>, B>,
    tell: impl FnMut(Finding<B>) -> Result<(), E>,
) -> Result<(), E> {
    Walk { options, tell, error: std::marker::PhantomData }.walk(transport)
}

struct Walk<'a, B, T> {
    options: &'a DiagnoseOptions<'a>,
    tell: T,
    error: std::marker::PhantomData<B>,
}

/// From when on the end of a certificate is near.
const SOON: SignedDuration = SignedDuration::from_hours(14 * 24);

impl<B, E, T: FnMut(Finding<B>) -> Result<(), E>> Walk<'_, B, T> {
    fn tell(&mut self, finding: Finding<B>) -> Result<(), E> {
        (self.tell)(finding)
    }

    /// Skips a step and all that follow.
    fn skip_from(&mut self, first: Step, why: Skip) -> Result<(), E> {
        let steps = Step::ALL.into_iter().skip_while(|step| *step != first);
        steps.into_iter().try_for_each(|step| self.tell(F::Skipped(step, why)))
    }

    fn walk(mut self, transport: impl FnOnce() -> Result<Box<dyn Transport>, B>) -> Result<(), E> {
        let DiagnoseOptions { base, credentials, .. } = *self.options;
        let Some(http) = self.options.http else {
            self.reach()?;
            return self.skip_from(Step::Tls, Skip::NoSettings);
        };
        let is_reached = match proxy_for(base, http) {
            Ok(None) => self.reach()?,
            Ok(Some(_)) => {
                self.tell(F::Skipped(Step::Name, Skip::Proxy))?;
                self.tell(F::Skipped(Step::Connect, Skip::Proxy))?;
                true
            }
            Err(error) => {
                self.tell(F::NoProxy(error))?;
                false
            }
        };
        if !is_reached {
            return self.skip_from(Step::Tls, Skip::Unreached);
        }
        let transport = match transport() {
            Ok(transport) => transport,
            Err(error) => {
                self.tell(F::NoTransport(error))?;
                return self.skip_from(Step::Answer, Skip::NoTransport);
            }
        };
        let Some((headers, now, unsigned)) = self.answer(&*transport, http)? else { return Ok(()) };
        self.clock(&headers, now)?;
        let Some(credentials) = credentials else {
            return self.skip_from(Step::Signature, Skip::NoCredentials);
        };
        let client = Client::new(&*transport, base.clone(), credentials.clone())
            .signing(self.options.signing)
            .retry(self.options.retry);
        if !self.signature(&client, unsigned)? {
            return self.skip_from(Step::Permission, Skip::NoSignature);
        }
        self.permissions(&client)
    }

    /// Sends a request without a signature: whether the other end is trusted is not known yet. Its headers,
    /// when they came, and how it was refused; `None` if nothing further is to be sent.
    fn answer(
        &mut self,
        transport: &dyn Transport,
        http: &HttpOptions,
    ) -> Result<Option<(HeaderMap, Timestamp, Option<RefusalKind>)>, E> {
        let base = self.options.base;
        let target = RequestTarget::new("/status");
        let request = Request::get(format!("{base}{}", target.wire())).body(Vec::new());
        let request =
            request.map_err(|error| TransportError::new(TransportErrorKind::Other).because(error));
        let answer = request.and_then(|request| transport.send(request));
        let now = SystemClock.now();
        if !self.tls(http, answer.as_ref().err())? {
            self.skip_from(Step::Answer, Skip::Untrusted)?;
            return Ok(None);
        }
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                self.tell(F::NoAnswer(error))?;
                self.skip_from(Step::Clock, Skip::NoAnswer)?;
                return Ok(None);
            }
        };
        let (headers, status) = (answer.headers().clone(), answer.status());
        let answer = accept(base, &target, answer, now);
        let unsigned = answer.as_ref().err().map(Error::refusal_kind);
        self.tell(match answer {
            Err(error) if error.is_of_another() || error.is_server() => F::OddAnswer(error),
            Err(error) if error.is_auth() || error.is_clock() => F::Answered(None),
            _ => F::Answered(Some(status)),
        })?;
        Ok(Some((headers, now, unsigned)))
    }

    /// Judges by how the first request went. Whether the other end is trusted, or does not have to be.
    fn tls(&mut self, http: &HttpOptions, error: Option<&TransportError>) -> Result<bool, E> {
        let DiagnoseOptions { base, trusts_anyone, now, .. } = *self.options;
        if base.is_plain_http() {
            self.tell(if base.is_loopback() {
                F::Skipped(Step::Tls, Skip::Loopback)
            } else {
                F::Unencrypted
            })?;
            return Ok(true);
        }
        let problem: Option<TlsProblem> = match error.map(TransportError::kind) {
            Some(TransportErrorKind::Tls(problem)) => Some(*problem),
            Some(_) => {
                self.tell(F::Skipped(Step::Tls, Skip::NoAnswer))?;
                return Ok(true);
            }
            None => None,
        };
        let certificate = peer_certificate(base, http).ok().map(Box::new);
        let left = certificate.as_ref().and_then(|it| Some(it.not_after?.duration_since(now)));
        self.tell(match problem {
            Some(problem) => F::Untrusted { problem, certificate },
            None if trusts_anyone => F::Unverified(certificate),
            None if left.is_some_and(|left| left < SOON) => F::ExpiresSoon(certificate),
            None => F::Trusted(certificate),
        })?;
        Ok(problem.is_none())
    }

    fn clock(&mut self, headers: &HeaderMap, now: Timestamp) -> Result<(), E> {
        let Some(offset) = clock_offset(headers, now) else {
            return self.tell(F::Skipped(Step::Clock, Skip::NoDate));
        };
        // A date is rounded down, so the offset is up to a second too large: rounded down, too, it is
        // off by half a second at most.
        let whole = SignedDuration::from_secs(offset.as_secs());
        let second = SignedDuration::from_secs(1);
        self.tell(F::Clock(if whole > offset { whole - second } else { whole }))
    }
}
