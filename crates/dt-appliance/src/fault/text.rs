//! Faults as people type them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::SignedDuration;

use super::{Fault, RetryAfter};

/// Every kind, as an error lists them.
const KINDS: &str = "signature, date, input, endpoint, permission, 404, 429[=SECONDS], 500, 502, \
                     503[=SECONDS], 504, html, truncated, invalid-json, delay=DURATION, \
                     clock=DURATION";

/// The text names no fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("failed to read {text:?} as a fault: {reason}")]
pub struct FaultTextError {
    text: String,
    reason: Reason,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    Kind,
    NoValue,
    Seconds,
    Duration,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind => write!(f, "the kinds are {KINDS}"),
            Self::NoValue => f.write_str("this kind takes no value"),
            Self::Seconds => f.write_str("its value is a number of seconds, or date:SECONDS"),
            Self::Duration => f.write_str("its value is a duration, such as 2s or 45m"),
        }
    }
}

impl FromStr for Fault {
    type Err = FaultTextError;

    fn from_str(text: &str) -> Result<Self, FaultTextError> {
        read(text).map_err(|reason| FaultTextError { text: text.to_owned(), reason })
    }
}

fn read(text: &str) -> Result<Fault, Reason> {
    let (kind, value) = match text.split_once('=') {
        Some((kind, value)) => (kind, Some(value)),
        None => (text, None),
    };
    let plain = match kind {
        "429" => return Ok(Fault::RateLimited(retry_after(value)?)),
        "503" => return Ok(Fault::Unavailable(retry_after(value)?)),
        "delay" => {
            let delay = Duration::try_from(duration(value)?).map_err(|_| Reason::Duration)?;
            return Ok(Fault::Delay(delay));
        }
        "clock" => return Ok(Fault::ClockSkew(duration(value)?)),
        "signature" => Fault::Signature,
        "date" => Fault::Date,
        "input" => Fault::Input,
        "endpoint" => Fault::NoEndpoint,
        "permission" => Fault::Permission,
        "404" => Fault::NotFound,
        "500" => Fault::InternalError,
        "502" => Fault::BadGateway,
        "504" => Fault::GatewayTimeout,
        "html" => Fault::Html,
        "truncated" => Fault::Truncated,
        "invalid-json" => Fault::InvalidJson,
        _ => return Err(Reason::Kind),
    };
    if value.is_some() { Err(Reason::NoValue) } else { Ok(plain) }
}

fn retry_after(value: Option<&str>) -> Result<RetryAfter, Reason> {
    let Some(value) = value else { return Ok(RetryAfter::Unsaid) };
    let seconds = |text: &str| text.parse().map_err(|_| Reason::Seconds);
    match value.strip_prefix("date:") {
        Some(text) => seconds(text).map(RetryAfter::Date),
        None => seconds(value).map(RetryAfter::Seconds),
    }
}

fn duration(value: Option<&str>) -> Result<SignedDuration, Reason> {
    value.and_then(|text| text.parse().ok()).ok_or(Reason::Duration)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Named;

    #[test]
    fn every_kind_has_a_text() {
        let texts = [
            "signature",
            "date",
            "input",
            "endpoint",
            "permission",
            "404",
            "429",
            "500",
            "502",
            "503",
            "504",
            "html",
            "truncated",
            "invalid-json",
            "delay=2s",
            "clock=45m",
        ];
        for text in texts {
            let fault: Fault = text.parse().unwrap();
            assert_eq!(Some(fault.name()), text.split('=').next());
        }
        let listed = KINDS.split(", ").map(|kind| kind.split(['=', '[']).next());
        assert!(listed.eq(texts.map(|text| text.split('=').next())));
    }

    #[test]
    fn values_are_read() {
        let read = |text: &str| text.parse::<Fault>().unwrap();
        assert_eq!(read("429=5"), Fault::RateLimited(RetryAfter::Seconds(5)));
        assert_eq!(read("503=date:7"), Fault::Unavailable(RetryAfter::Date(7)));
        assert_eq!(read("delay=1.5s"), Fault::Delay(Duration::from_millis(1500)));
        assert_eq!(read("clock=-1h30m"), Fault::ClockSkew(SignedDuration::from_mins(-90)));
    }

    #[test]
    fn what_is_no_fault_says_what_would_be_one() {
        let message = |text: &str| text.parse::<Fault>().unwrap_err().to_string();
        assert_eq!(
            message("coffee"),
            "failed to read \"coffee\" as a fault: the kinds are signature, date, input, \
             endpoint, permission, 404, 429[=SECONDS], 500, 502, 503[=SECONDS], 504, html, \
             truncated, invalid-json, delay=DURATION, clock=DURATION"
        );
        for (text, reason) in [
            ("html=1", "takes no value"),
            ("429=soon", "a number of seconds"),
            ("429=", "a number of seconds"),
            ("429=date:-1", "a number of seconds"),
            ("delay", "a duration"),
            ("delay=2", "a duration"),
            ("delay=-2s", "a duration"),
            ("clock=", "a duration"),
            ("", "the kinds are"),
        ] {
            assert!(message(text).contains(reason), "{text}: {}", message(text));
        }
    }
}
