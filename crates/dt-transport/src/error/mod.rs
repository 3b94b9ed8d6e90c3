//! What can go wrong between a question and its answer.

mod help;
mod refusal;
mod words;

use std::fmt;
use std::time::Duration;

use dt_auth::{RequestTarget, SignError};
use dt_model::redact::REDACTED;
use dt_model::{InvalidParameter, ReadError};
use http::StatusCode;
use jiff::SignedDuration;

use crate::{BaseUrl, BoxError, TransportError, TransportErrorKind};

/// A call that did not give what was asked for.
///
/// The predicates tell the kinds apart; [`host`](Self::host) and [`path`](Self::path) are always
/// there, and [`status`](Self::status), [`content_type`](Self::content_type) and
/// [`excerpt`](Self::excerpt) if there was a response. Neither `Display` nor `Debug` nor a source
/// holds a token or a signature.
///
/// | what the appliance does | predicate |
/// |---|---|
/// | 400 or 401 with `API SIGNATURE ERROR` | [`is_auth`](Self::is_auth) |
/// | 400 or 401 with `API DATE ERROR` | [`is_clock`](Self::is_clock) |
/// | another 400 | [`is_bad_parameter`](Self::is_bad_parameter) |
/// | redirect to `/login` | [`is_no_endpoint`](Self::is_no_endpoint) |
/// | redirect to `/403`, or 403 | [`is_permission`](Self::is_permission) |
/// | another redirect | [`redirect`](Self::redirect) |
/// | 404 | [`is_not_found`](Self::is_not_found) |
/// | 429 | [`is_rate_limited`](Self::is_rate_limited) |
/// | 5xx | [`is_server`](Self::is_server) |
/// | success, 400 or 404, but an HTML page | [`is_html`](Self::is_html) |
/// | success, but not the JSON that was asked for | [`is_unreadable`](Self::is_unreadable) |
/// | no answer at all | [`transport_error`](Self::transport_error) |
///
/// ```
/// use dt_auth::RequestTarget;
/// use jiff::SignedDuration;
///
/// let base = "https://appliance.example".parse()?;
/// let target = RequestTarget::new("/deviceinfo").param("did", 1);
/// let response = http::Response::builder()
///     .status(400)
///     .header("date", "Tue, 24 Nov 2026 02:45:00 GMT")
///     .body(br#"{"error": "API DATE ERROR"}"#.to_vec())?;
///
/// let now = "2026-11-24T02:00:00Z".parse()?;
/// let error = dt_transport::accept(&base, &target, response, now).unwrap_err();
/// assert!(error.is_clock());
/// assert_eq!(error.clock_offset(), Some(SignedDuration::from_mins(-45)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    context: Context,
    answer: Option<Answer>,
    attempts: u32,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Sign(SignError),
    TooLong(http::uri::InvalidUri),
    Transport(TransportError),
    Auth,
    Clock { offset: Option<SignedDuration> },
    BadParameter,
    NoEndpoint,
    Permission,
    Redirect { to: Option<String> },
    NotFound,
    RateLimited { retry_after: Option<Duration> },
    Server { retry_after: Option<Duration> },
    Html(Page),
    NeedsTls,
    Status,
    Read(BoxError),
    Unsendable(InvalidParameter),
    Cancelled,
}

/// Which request an error is about.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    host: String,
    path: String,
    is_plain_http: bool,
    prefix: String,
}

impl Context {
    pub(crate) fn new(base: &BaseUrl, target: &RequestTarget) -> Self {
        Self {
            host: base.authority().to_owned(),
            path: target.path().to_owned(),
            is_plain_http: base.is_plain_http(),
            prefix: base.prefix().to_owned(),
        }
    }
}

/// What is kept of a response that was no answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) content_type: Option<String>,
    pub(crate) excerpt: String,
    /// Whether the body is a web page, whatever the status.
    pub(crate) page: Option<Page>,
    /// The log-in that it asks for, in HTTP's own way, which an appliance does not use.
    pub(crate) log_in: Option<LogIn>,
}

/// A log-in that somebody on the way asks for.
#[derive(Debug)]
pub(crate) struct LogIn {
    pub(crate) scheme: String,
    pub(crate) realm: Option<String>,
}

/// A web page in place of JSON.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) title: Option<String>,
}

impl Error {
    pub(crate) fn new(kind: Kind, context: Context) -> Self {
        Self(Box::new(Inner { kind, context, answer: None, attempts: 1 }))
    }

    pub(crate) fn answered(mut self, answer: Answer) -> Self {
        self.0.answer = Some(answer);
        self
    }

    pub(crate) fn after(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// Leaves out `secret`, should the answer have echoed it.
    pub(crate) fn without(mut self, secret: &str) -> Self {
        let Inner { kind, answer, .. } = &mut *self.0;
        let title = match kind {
            Kind::Html(page) => page.title.as_mut(),
            Kind::Redirect { to } => to.as_mut(),
            _ => None,
        };
        let quoted = answer.as_mut().map(|answer| {
            let title = answer.page.as_mut().and_then(|page| page.title.as_mut());
            let realm = answer.log_in.as_mut().and_then(|log_in| log_in.realm.as_mut());
            title.into_iter().chain(realm).chain([&mut answer.excerpt])
        });
        for text in title.into_iter().chain(quoted.into_iter().flatten()) {
            if text.contains(secret) {
                *text = text.replace(secret, REDACTED);
            }
        }
        self
    }

    /// The host that was asked, with its port if the base URL has one.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.0.context.host
    }

    /// The path that was asked for, without parameters and without the path of the base URL.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.context.path
    }

    /// How often the request was sent before giving up; at least 1.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The status of the response, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.answer.as_ref().map(|answer| answer.status)
    }

    /// The content type of the response, if there was one.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.0.answer.as_ref()?.content_type.as_deref()
    }

    /// The beginning of the response's body: one line, at most 200 characters, without control
    /// characters and without anything that looks like a token or a signature.
    #[must_use]
    pub fn excerpt(&self) -> Option<&str> {
        self.0.answer.as_ref().map(|answer| answer.excerpt.as_str())
    }

    /// The appliance did not accept the signature: a token is wrong, or both are swapped.
    #[must_use]
    pub fn is_auth(&self) -> bool {
        matches!(self.0.kind, Kind::Auth)
    }

    /// The appliance did not accept the date: the clocks differ by more than half an hour.
    #[must_use]
    pub fn is_clock(&self) -> bool {
        matches!(self.0.kind, Kind::Clock { .. })
    }

    /// This clock minus the appliance's, for a clock error whose response had a date: positive if
    /// this clock is ahead. To within a second and the time the response took.
    #[must_use]
    pub fn clock_offset(&self) -> Option<SignedDuration> {
        match self.0.kind {
            Kind::Clock { offset } => offset,
            _ => None,
        }
    }

    /// Whether the response itself shows that the clocks are too far apart. If a date is refused and
    /// they are not, it is probably its form that is not accepted.
    #[must_use]
    pub fn clocks_differ(&self) -> bool {
        self.clock_offset().is_some_and(|offset| !words::clocks_agree(offset))
    }

    /// The token's user lacks a permission.
    #[must_use]
    pub fn is_permission(&self) -> bool {
        matches!(self.0.kind, Kind::Permission)
    }

    /// What the token's user must be allowed, where that is known for the endpoint.
    #[must_use]
    pub fn permission(&self) -> Option<&'static str> {
        if !self.is_permission() {
            return None;
        }
        match self.path() {
            "/deviceinfo" => Some("Visualizer and Unrestricted Devices"),
            "/status" => Some("Status"),
            _ => None,
        }
    }

    /// There is no such device, or no data about it.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self.0.kind, Kind::NotFound)
    }

    /// The appliance has no such endpoint, which it shows by a redirect to its login page.
    #[must_use]
    pub fn is_no_endpoint(&self) -> bool {
        matches!(self.0.kind, Kind::NoEndpoint)
    }

    /// The appliance did not accept a parameter.
    #[must_use]
    pub fn is_bad_parameter(&self) -> bool {
        matches!(self.0.kind, Kind::BadParameter)
    }

    /// Too many requests in a short time.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        matches!(self.0.kind, Kind::RateLimited { .. })
    }

    /// The appliance, or a gateway before it, failed (5xx).
    #[must_use]
    pub fn is_server(&self) -> bool {
        matches!(self.0.kind, Kind::Server { .. })
    }

    /// How long the response asked to wait before another attempt.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self.0.kind {
            Kind::RateLimited { retry_after } | Kind::Server { retry_after } => retry_after,
            _ => None,
        }
    }

    /// The answer was a web page, with a success, 400 or 404: probably a login page or a proxy's message.
    #[must_use]
    pub fn is_html(&self) -> bool {
        matches!(self.0.kind, Kind::Html(_))
    }

    /// The title of the web page, if it has one.
    #[must_use]
    pub fn html_title(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Html(page) => page.title.as_deref(),
            _ => None,
        }
    }

    /// Where an unexpected redirect led, without its query.
    #[must_use]
    pub fn redirect(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Redirect { to } => to.as_deref(),
            _ => None,
        }
    }

    /// The base URL over https, if it was plain http, and the same endpoint was redirected there, or
    /// the port turned out to be one for https.
    #[must_use]
    pub fn https_instead(&self) -> Option<String> {
        if self.needs_tls() {
            return Some(format!("https://{}{}", self.host(), self.0.context.prefix));
        }
        let secure = self.redirect().filter(|_| self.0.context.is_plain_http)?;
        let (authority, path) = secure.strip_prefix("https://")?.split_once('/')?;
        let is_same = self.path().strip_prefix('/').is_some_and(|own| path.ends_with(own));
        (is_same && !authority.is_empty()).then(|| format!("https://{authority}"))
    }

    /// The path in front of every endpoint in the base URL, if it has one.
    #[must_use]
    pub fn base_path(&self) -> Option<&str> {
        Some(self.0.context.prefix.as_str()).filter(|prefix| !prefix.is_empty())
    }

    /// Access was refused by a web page: an appliance refuses in JSON, so that it was probably a firewall,
    /// a gateway or a proxy on the way.
    #[must_use]
    pub fn is_refused_by_page(&self) -> bool {
        (self.is_permission() || self.is_auth()) && self.answer_page().is_some()
    }

    /// Somebody on the way wants a log-in, in HTTP's own way: an appliance asks for none.
    #[must_use]
    pub fn wants_log_in(&self) -> bool {
        self.is_auth() && self.log_in().is_some()
    }

    /// Plain http was sent to a port for https.
    #[must_use]
    pub fn needs_tls(&self) -> bool {
        matches!(self.0.kind, Kind::NeedsTls)
    }

    /// Something else than an appliance answered, as far as the answer shows: a web page, a redirect
    /// elsewhere, a log-in.
    #[must_use]
    pub fn is_of_another(&self) -> bool {
        self.is_html()
            || self.needs_tls()
            || self.is_refused_by_page()
            || self.wants_log_in()
            || matches!(self.0.kind, Kind::Redirect { .. })
    }

    /// The request could not be built or signed; nothing was sent.
    #[must_use]
    pub fn is_unsendable(&self) -> bool {
        matches!(self.0.kind, Kind::Sign(_) | Kind::TooLong(_) | Kind::Unsendable(_))
    }

    /// The run was cancelled before there was an answer.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        matches!(self.0.kind, Kind::Cancelled)
    }

    /// The answer is about another device than the one that was asked about.
    #[must_use]
    pub fn is_other_device(&self) -> bool {
        self.read_error().is_some_and(ReadError::is_other_device)
    }

    /// The body is not what was asked for; the source says where it is broken, or what it looks like
    /// instead.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        matches!(self.0.kind, Kind::Read(_))
    }

    /// Why the body could not be read. Its text has the JSON path.
    #[must_use]
    pub fn read_error(&self) -> Option<&ReadError> {
        match &self.0.kind {
            Kind::Read(source) => source.downcast_ref(),
            _ => None,
        }
    }

    /// Why no whole response came.
    #[must_use]
    pub fn transport_error(&self) -> Option<&TransportError> {
        match &self.0.kind {
            Kind::Transport(source) => Some(source),
            _ => None,
        }
    }

    /// The appliance could not be reached, or the connection did not hold; TLS included.
    #[must_use]
    pub fn is_network(&self) -> bool {
        use TransportErrorKind::{
            Connect, ConnectTimeout, Protocol, Proxy, Reset, Resolve, Timeout, Tls,
        };
        matches!(
            self.transport_kind(),
            Some(Connect | ConnectTimeout | Protocol | Proxy | Reset | Resolve | Timeout | Tls(_))
        )
    }

    /// TLS failed; see [`TlsProblem`](crate::TlsProblem) in the
    /// [`transport_error`](Self::transport_error).
    #[must_use]
    pub fn is_tls(&self) -> bool {
        matches!(self.transport_kind(), Some(TransportErrorKind::Tls(_)))
    }

    /// It took too long.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(
            self.transport_kind(),
            Some(TransportErrorKind::Timeout | TransportErrorKind::ConnectTimeout)
        )
    }

    pub(super) fn transport_kind(&self) -> Option<&TransportErrorKind> {
        self.transport_error().map(TransportError::kind)
    }

    /// Whether the same request may well succeed later: 429, 500, 502, 503, 504, a time-out, or a
    /// connection that was closed under it.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match &self.0.kind {
            Kind::RateLimited { .. } => true,
            Kind::Server { .. } => {
                matches!(self.status().map(|status| status.as_u16()), Some(500 | 502 | 503 | 504))
            }
            Kind::Transport(source) => source.is_retryable(),
            _ => false,
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, context, answer, attempts } = &*self.0;
        f.debug_struct("Error")
            .field("kind", kind)
            .field("host", &context.host)
            .field("path", &context.path)
            .field("answer", answer)
            .field("attempts", attempts)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.kind {
            Kind::Sign(source) => Some(source),
            Kind::TooLong(source) => Some(source),
            Kind::Unsendable(source) => Some(source),
            Kind::Transport(source) => Some(source),
            Kind::Read(source) => Some(&**source),
            _ => None,
        }
    }
}

/// An error and its sources, as a program prints them.
#[cfg(test)]
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(Some(error), |error| error.source());
    sources.map(ToString::to_string).collect::<Vec<_>>().join("\n  ")
}
