//! What an error says: what failed, where, what it means, and what can be done.
//!
//! "Probably" stands where the cause is inferred. No text repeats its source, which says more.

use std::fmt;
use std::time::Duration;

use dt_auth::{DATE_TOLERANCE, SignError};
use http::StatusCode;
use jiff::SignedDuration;

use super::{Answer, Context, Error, Inner, Kind, LogIn, Page};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, context: Context { host, path, .. }, answer, attempts } = &*self.0;
        match kind {
            Kind::Sign(_) | Kind::TooLong(_) | Kind::Unsendable(_) => {
                return write!(f, "failed to prepare the request for {path}");
            }
            Kind::Read(_) => write!(f, "failed to read the answer of {host} to {path}")?,
            _ => write!(f, "failed to get {path} from {host}")?,
        }
        if *attempts > 1 {
            write!(f, " after {attempts} attempts")?;
        }
        match kind {
            // The source says why.
            Kind::Sign(_)
            | Kind::TooLong(_)
            | Kind::Unsendable(_)
            | Kind::Transport(_)
            | Kind::Read(_) => Ok(()),
            told => {
                f.write_str(": ")?;
                self.explain(told, f)?;
                answer.as_ref().map_or(Ok(()), |answer| explain_answer(told, answer, f))
            }
        }
    }
}

impl Error {
    /// The web page that was answered, if it was one.
    pub(super) fn answer_page(&self) -> Option<&Page> {
        self.0.answer.as_ref().and_then(|answer| answer.page.as_ref())
    }

    /// The log-in that somebody on the way asks for.
    pub(super) fn log_in(&self) -> Option<&LogIn> {
        self.0.answer.as_ref().and_then(|answer| answer.log_in.as_ref())
    }

    fn explain(&self, kind: &Kind, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match kind {
            Kind::Sign(_)
            | Kind::TooLong(_)
            | Kind::Unsendable(_)
            | Kind::Transport(_)
            | Kind::Read(_) => Ok(()),
            Kind::Auth if self.wants_log_in() => {
                f.write_str("probably a gateway or a proxy on the way wants a log-in")?;
                if let Some(LogIn { scheme, realm }) = self.log_in() {
                    write!(f, " ({scheme}")?;
                    realm.iter().try_for_each(|realm| write!(f, ", realm {realm:?}"))?;
                    f.write_str(")")?;
                }
                explain_title(self.answer_page(), f)?;
                f.write_str("; an appliance asks for none")
            }
            Kind::Auth if self.is_refused_by_page() => {
                f.write_str("a web page asks to sign in")?;
                explain_title(self.answer_page(), f)?;
                f.write_str(
                    ": probably a gateway or a proxy on the way, else a token that is wrong",
                )
            }
            Kind::Auth => f.write_str(
                "the signature was refused, probably because a token is wrong or the two are \
                 swapped",
            ),
            Kind::Clock { offset: None } => f.write_str(
                "the date was refused: probably the clocks differ by more than 30 minutes, or its \
                 form is not the one that is accepted",
            ),
            Kind::Clock { offset: Some(offset) } if clocks_agree(*offset) => f.write_str(
                "the date was refused, and the clocks agree: probably its form is not the one that \
                 is accepted",
            ),
            Kind::Clock { offset: Some(offset) } => {
                let side = if offset.is_negative() { "behind" } else { "ahead of" };
                f.write_str("the date was refused: this clock is ")?;
                explain_offset(offset.abs(), f)?;
                write!(f, " {side} the appliance's")
            }
            Kind::BadParameter => f.write_str("a parameter was refused"),
            Kind::NoEndpoint => f.write_str(
                "it redirected to its login page, probably because it has no such endpoint",
            ),
            // An appliance refuses in JSON.
            Kind::Permission if self.is_refused_by_page() => {
                f.write_str("a web page refused access")?;
                explain_title(self.answer_page(), f)?;
                f.write_str(
                    ": probably a firewall or a proxy on the way, else a permission that ",
                )?;
                f.write_str("the token's user lacks")
            }
            Kind::Permission => match self.permission() {
                Some(permission) => {
                    write!(f, "the token's user lacks a permission; it needs {permission}")
                }
                None => f.write_str("the token's user lacks a permission"),
            },
            Kind::Redirect { to: Some(to) } => {
                write!(f, "it redirected to {to:?}, and redirects are never followed")
            }
            Kind::Redirect { to: None } => f.write_str("it redirected without saying where to"),
            Kind::NotFound => f.write_str("there is no such device, or no data about it"),
            Kind::RateLimited { retry_after } => {
                f.write_str("too many requests in a short time")?;
                explain_wait(*retry_after, f)
            }
            Kind::Server { retry_after } => {
                f.write_str("the appliance, or a gateway before it, failed")?;
                explain_wait(*retry_after, f)
            }
            Kind::Html(page) => {
                f.write_str("an HTML page came instead of JSON")?;
                explain_title(Some(page), f)?;
                f.write_str(match self.status() {
                    Some(status) if !status.is_success() => {
                        ", probably of a web server, a gateway or a proxy that is not the appliance"
                    }
                    _ => ", probably a login page or a proxy's message",
                })
            }
            Kind::NeedsTls => f.write_str("the port is one for https, and was asked by plain http"),
            Kind::Status if self.status() == Some(StatusCode::PROXY_AUTHENTICATION_REQUIRED) => {
                f.write_str("a proxy on the way asks for a user and a password")
            }
            Kind::Status => f.write_str("the status was unexpected"),
            Kind::Cancelled => f.write_str("the run was cancelled"),
        }
    }
}

impl Error {
    /// What happened in a few words, which stand after the status where there is one.
    pub(super) fn brief(&self) -> String {
        let Inner { kind, attempts, .. } = &*self.0;
        let words = match kind {
            Kind::Sign(SignError::Ambiguous { character, .. }) => {
                format!("{character:?} in it cannot be signed in the decoded form")
            }
            Kind::Sign(source) => source.to_string(),
            Kind::Unsendable(source) => source.to_string(),
            Kind::TooLong(_) => "it is too long for a request".to_owned(),
            Kind::Transport(source) => source.to_string(),
            Kind::Read(source) => source.to_string(),
            Kind::Html(Page { title }) => self.refusal_kind().in_words(title.as_deref()),
            Kind::Redirect { to } => self.refusal_kind().in_words(to.as_deref()),
            _ => self.refusal_kind().in_words(None),
        };
        match (*attempts, words.is_empty()) {
            (1, _) => words,
            (attempts, true) => format!("after {attempts} attempts"),
            (attempts, false) => format!("{words}, after {attempts} attempts"),
        }
    }
}

/// Whether clocks this far apart are no reason to refuse a date.
pub(super) fn clocks_agree(offset: SignedDuration) -> bool {
    offset.abs() < DATE_TOLERANCE
}

/// In minutes, since those are what a tolerance of half an hour is counted in.
fn explain_offset(offset: SignedDuration, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match (offset.as_secs() + 30) / 60 {
        0 => write!(f, "{:.1} s", offset.as_secs_f64()),
        1 => f.write_str("1 minute"),
        minutes @ 2..60 => write!(f, "{minutes} minutes"),
        minutes => write!(f, "{minutes} minutes ({:#})", SignedDuration::from_mins(minutes)),
    }
}

fn explain_title(page: Option<&Page>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let title = page.and_then(|page| page.title.as_ref());
    title.into_iter().try_for_each(|title| write!(f, ", titled {title:?}"))
}

fn explain_wait(wait: Option<Duration>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match wait {
        Some(wait) => write!(f, "; it asks to wait {} s", wait.as_secs()),
        None => Ok(()),
    }
}

fn explain_answer(kind: &Kind, answer: &Answer, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, " (HTTP {}", answer.status.as_u16())?;
    // Where the kind says it all, the body adds nothing.
    let wanted = matches!(kind, Kind::BadParameter | Kind::Server { .. } | Kind::Status);
    match &answer.page {
        _ if !wanted || answer.excerpt.is_empty() => {}
        Some(Page { title: Some(title) }) => write!(f, ", an HTML page titled {title:?}")?,
        Some(Page { title: None }) => f.write_str(", an HTML page")?,
        None => write!(f, ": {:?}", answer.excerpt)?,
    }
    f.write_str(")")
}
