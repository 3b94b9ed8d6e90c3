//! Why there is no answer to a question.

use std::fmt;

use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::error::{LooksLike, ReadError, html_page};

/// Why a question has no answer: what came instead, or what kept it from being asked.
///
/// It is what is kept of a failure once it is decided that the rest goes on without this answer: small,
/// comparable, and free of secrets.
///
/// ```
/// use dt_model::{Refusal, RefusalKind};
///
/// let refusal = Refusal::new(RefusalKind::Server, Some(500), "the appliance failed");
/// assert_eq!(refusal.to_string(), "refused: HTTP 500, the appliance failed");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Refusal {
    /// What kind of failure it is.
    pub kind: RefusalKind,
    /// The HTTP status of the response, if one came.
    pub status: Option<u16>,
    /// What happened, in a few words.
    pub message: String,
}

/// The ways in which a question can stay without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RefusalKind {
    /// The signature was not accepted: a token is wrong.
    Auth,
    /// The date was not accepted: the clocks differ by more than half an hour.
    Clock,
    /// The token's user lacks a permission.
    Permission,
    /// The appliance has no such endpoint.
    NoEndpoint,
    /// A parameter was not accepted.
    BadParameter,
    /// There is no such device, or no data about it.
    NotFound,
    /// Too many requests in a short time.
    RateLimited,
    /// The appliance, or a gateway before it, failed (5xx).
    Server,
    /// A redirect, which is never followed.
    Redirect,
    /// A web page in place of JSON.
    Html,
    /// Another status that is no success.
    Status,
    /// A success, but its body is not what was asked for.
    Unreadable,
    /// The answer is about another device.
    OtherDevice,
    /// The question cannot be signed or sent as it is; it was not asked.
    Unsendable,
    /// No whole answer came in time, though the appliance was reached.
    Timeout,
    /// The connection did not hold, or what came is not HTTP.
    Interrupted,
    /// The appliance could not be reached, its name resolved, or the proxy passed.
    Unreachable,
    /// TLS failed.
    Tls,
    /// The answer is larger than allowed.
    TooLarge,
    /// It was not asked any more, since the run was cancelled.
    Cancelled,
    /// Anything else, such as what a later version names.
    #[serde(other)]
    Other,
}

impl RefusalKind {
    /// Whether every further question to this appliance would fail for the same reason, so that the
    /// rest cannot go on either.
    #[must_use]
    pub const fn concerns_all(self) -> bool {
        matches!(self, Self::Auth | Self::Clock | Self::Unreachable | Self::Tls | Self::Cancelled)
    }

    /// Whether every further question to the same endpoint would.
    #[must_use]
    pub const fn concerns_endpoint(self) -> bool {
        self.concerns_all() || matches!(self, Self::Permission | Self::NoEndpoint)
    }

    /// Whether whoever asks may not: something has to be done about tokens, permissions or clocks.
    #[must_use]
    pub const fn is_access(self) -> bool {
        matches!(self, Self::Auth | Self::Clock | Self::Permission)
    }

    /// Whether the network is in the way, or TLS.
    #[must_use]
    pub const fn is_network(self) -> bool {
        matches!(self, Self::Unreachable | Self::Tls | Self::Timeout | Self::Interrupted)
    }

    /// What happened in a few words, which stand after the status where there is one; nothing where
    /// that says it all. `detail` is the title of a web page, or where a redirect leads.
    ///
    /// ```
    /// use dt_model::RefusalKind;
    ///
    /// assert_eq!(RefusalKind::RateLimited.in_words(None), "too many requests");
    /// let page = RefusalKind::Html.in_words(Some("Log in"));
    /// assert_eq!(page, r#"an HTML page titled "Log in""#);
    /// ```
    #[must_use]
    pub fn in_words(self, detail: Option<&str>) -> String {
        let words = match (self, detail) {
            (Self::Html, Some(title)) => return format!("an HTML page titled {title:?}"),
            (Self::Redirect, Some(to)) => return format!("a redirect to {to:?}"),
            (Self::Html, None) => "an HTML page instead of JSON",
            (Self::Redirect, None) => "a redirect",
            (Self::Auth, _) => "the signature was not accepted",
            (Self::Clock, _) => "the date was not accepted",
            (Self::Permission, _) => "the token's user lacks a permission",
            (Self::NoEndpoint, _) => "no such endpoint",
            (Self::NotFound, _) => "no such device, or no data",
            (Self::RateLimited, _) => "too many requests",
            (Self::Cancelled, _) => "the run was cancelled",
            // The status says it, a gateway's page adds nothing, or an error has its own words.
            _ => "",
        };
        words.to_owned()
    }

    /// Whether it was never sent.
    #[must_use]
    pub const fn is_unasked(self) -> bool {
        matches!(self, Self::Unsendable | Self::Cancelled)
    }
}

impl Refusal {
    /// A refusal in a few words, which come after the status.
    #[must_use]
    pub fn new(kind: RefusalKind, status: Option<u16>, message: impl Into<String>) -> Self {
        Self { kind, status, message: message.into() }
    }

    /// The same of what is asked about no device: what is not found there is no device, but the endpoint.
    pub(crate) fn of_whole_appliance(self) -> Self {
        match self.kind {
            RefusalKind::NotFound => {
                let kind = RefusalKind::NoEndpoint;
                Self::new(kind, self.status, kind.in_words(None))
            }
            _ => self,
        }
    }
}

/// A success whose body is not what was asked for. It needs no number.
impl From<&ReadError> for Refusal {
    fn from(error: &ReadError) -> Self {
        Self::new(error.into(), None, error.to_string())
    }
}

impl From<&ReadError> for RefusalKind {
    fn from(error: &ReadError) -> Self {
        if error.is_other_device() { Self::OtherDevice } else { Self::Unreadable }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.kind.is_unasked() { "not asked: " } else { "refused: " })?;
        if let Some(status) = self.status {
            write!(f, "HTTP {status}")?;
            if self.message.is_empty() {
                return Ok(());
            }
            f.write_str(", ")?;
        }
        f.write_str(&self.message)
    }
}

/// What a response means that is no answer; `None` if it is one, as far as status and first byte tell.
///
/// `location` is where it redirects to: the path on the same appliance, without the prefix that its
/// base URL has; `None` if it leads elsewhere or nowhere.
///
/// ```
/// use dt_model::{RefusalKind, classify};
/// use http::StatusCode;
///
/// let denied = classify(StatusCode::FOUND, Some("/403"), b"");
/// assert_eq!(denied, Some(RefusalKind::Permission));
/// assert_eq!(classify(StatusCode::OK, None, b"{}"), None);
/// ```
#[must_use]
pub fn classify(status: StatusCode, location: Option<&str>, body: &[u8]) -> Option<RefusalKind> {
    Some(match status.as_u16() {
        200..=299 => return html_page(body).map(|_| RefusalKind::Html),
        400 | 401 if says(body, b"API DATE ERROR") => RefusalKind::Clock,
        400 if says(body, b"API SIGNATURE ERROR") => RefusalKind::Auth,
        // An appliance refuses in JSON: a page is of something that answers in its place.
        400 | 404 if html_page(body).is_some() => RefusalKind::Html,
        400 => RefusalKind::BadParameter,
        401 => RefusalKind::Auth,
        403 => RefusalKind::Permission,
        404 => RefusalKind::NotFound,
        429 => RefusalKind::RateLimited,
        500..=599 => RefusalKind::Server,
        // The other 3xx do not lead elsewhere.
        301 | 302 | 303 | 307 | 308 => match location {
            Some("/login") => RefusalKind::NoEndpoint,
            Some("/403") => RefusalKind::Permission,
            _ => RefusalKind::Redirect,
        },
        _ => RefusalKind::Status,
    })
}

/// What a response means that is no answer, as a refusal.
///
/// `location` is as [`classify`] takes it, and `redirect` is where it leads in full.
pub(crate) fn of_response(
    status: StatusCode,
    location: Option<&str>,
    redirect: Option<&str>,
    body: &[u8],
) -> Option<Refusal> {
    let kind = classify(status, location, body)?;
    let title = match html_page(body) {
        Some(LooksLike::Html { title }) => title,
        _ => None,
    };
    let detail = match kind {
        RefusalKind::Html => title.as_deref(),
        RefusalKind::Redirect => redirect,
        _ => None,
    };
    // A success with a body that is none needs no number.
    let number = (!status.is_success()).then_some(status.as_u16());
    Some(Refusal::new(kind, number, kind.in_words(detail)))
}

/// Whether the body has this text anywhere: which key holds it differs between versions.
fn says(body: &[u8], text: &[u8]) -> bool {
    body.windows(text.len()).any(|part| part == text)
}
