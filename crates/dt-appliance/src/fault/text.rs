//! Faults as people type them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use dt_auth::DateFormat;
use jiff::SignedDuration;

use super::{Fault, FaultPart, FaultRule, RetryAfter};

/// Every kind, as an error lists them.
const KINDS: &str = "signature, date[=FORM], input, endpoint, permission, redirect, 404, \
                     429[=SECONDS], 500, 502, 503[=SECONDS], 504, html, empty, truncated, \
                     invalid-json, other-device, hang, delay=DURATION, clock=DURATION";

/// The text names no fault, or no part.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct FaultTextError {
    reason: Reason,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Reason {
    Kind(String),
    Part(String),
    Value(String, WrongValue),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WrongValue {
    Unwanted,
    Seconds,
    Duration,
    DateForm,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind(kind) => write!(f, "unknown fault {kind:?}; known are {KINDS}"),
            Self::Part(part) => {
                let known = FaultPart::ALL.map(FaultPart::name).join(", ");
                write!(f, "unknown part {part:?}; known are {known}")
            }
            Self::Value(text, wrong) => write!(f, "invalid fault {text:?}: {wrong}"),
        }
    }
}

impl fmt::Display for WrongValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unwanted => "this kind takes no value",
            Self::Seconds => "its value is a number of seconds, or date:SECONDS",
            Self::DateForm => "its value is spaced or compact",
            Self::Duration => "its value is a duration, such as 2s or 45m",
        })
    }
}

impl FromStr for Fault {
    type Err = FaultTextError;

    fn from_str(text: &str) -> Result<Self, FaultTextError> {
        let (kind, value) = match text.split_once('=') {
            Some((kind, value)) => (kind, Some(value)),
            None => (text, None),
        };
        let fault = read(kind, value).map_err(|wrong| Reason::Value(text.to_owned(), wrong));
        let fault = fault.and_then(|known| known.ok_or_else(|| Reason::Kind(kind.to_owned())));
        fault.map_err(|reason| FaultTextError { reason })
    }
}

impl FromStr for FaultPart {
    type Err = FaultTextError;

    fn from_str(text: &str) -> Result<Self, FaultTextError> {
        let found = Self::ALL.into_iter().find(|part| part.name() == text);
        found.ok_or_else(|| FaultTextError { reason: Reason::Part(text.to_owned()) })
    }
}

impl FromStr for FaultRule<Fault> {
    type Err = FaultTextError;

    fn from_str(text: &str) -> Result<Self, FaultTextError> {
        let Some((fault, part)) = text.split_once('@') else {
            return Ok(Self::always([text.parse()?]));
        };
        Ok(Self::always([fault.parse()?]).part(part.parse()?))
    }
}

/// `None` if there is no such kind.
fn read(kind: &str, value: Option<&str>) -> Result<Option<Fault>, WrongValue> {
    let plain = match kind {
        "429" => return Ok(Some(Fault::RateLimited(retry_after(value)?))),
        "503" => return Ok(Some(Fault::Unavailable(retry_after(value)?))),
        "delay" => {
            let delay = Duration::try_from(duration(value)?).map_err(|_| WrongValue::Duration)?;
            return Ok(Some(Fault::Delay(delay)));
        }
        "clock" => return Ok(Some(Fault::ClockSkew(duration(value)?))),
        "signature" => Fault::Signature,
        "date" => return Ok(Some(date(value)?)),
        "input" => Fault::Input,
        "endpoint" => Fault::NoEndpoint,
        "permission" => Fault::Permission,
        "redirect" => Fault::Redirect,
        "404" => Fault::NotFound,
        "500" => Fault::InternalError,
        "502" => Fault::BadGateway,
        "504" => Fault::GatewayTimeout,
        "html" => Fault::Html,
        "empty" => Fault::Empty,
        "truncated" => Fault::Truncated,
        "invalid-json" => Fault::InvalidJson,
        "other-device" => Fault::OtherDevice,
        "hang" => Fault::Hang,
        _ => return Ok(None),
    };
    if value.is_some() { Err(WrongValue::Unwanted) } else { Ok(Some(plain)) }
}

fn retry_after(value: Option<&str>) -> Result<RetryAfter, WrongValue> {
    let Some(value) = value else { return Ok(RetryAfter::Unsaid) };
    let seconds = |text: &str| text.parse().map_err(|_| WrongValue::Seconds);
    match value.strip_prefix("date:") {
        Some(text) => seconds(text).map(RetryAfter::Date),
        None => seconds(value).map(RetryAfter::Seconds),
    }
}

fn date(value: Option<&str>) -> Result<Fault, WrongValue> {
    Ok(match value {
        None => Fault::Date,
        Some("spaced") => Fault::DateForm(DateFormat::Spaced),
        Some("compact") => Fault::DateForm(DateFormat::Compact),
        Some(_) => return Err(WrongValue::DateForm),
    })
}

fn duration(value: Option<&str>) -> Result<SignedDuration, WrongValue> {
    value.and_then(|text| text.parse().ok()).ok_or(WrongValue::Duration)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::FaultKind;

    #[test]
    fn every_kind_has_a_text() {
        let texts = [
            "signature",
            "date",
            "input",
            "endpoint",
            "permission",
            "redirect",
            "404",
            "429",
            "500",
            "502",
            "503",
            "504",
            "html",
            "empty",
            "truncated",
            "invalid-json",
            "other-device",
            "hang",
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
        assert_eq!(read("date=compact"), Fault::DateForm(DateFormat::Compact));
        assert_eq!(read("delay=1.5s"), Fault::Delay(Duration::from_millis(1500)));
        assert_eq!(read("clock=-1h30m"), Fault::ClockSkew(SignedDuration::from_mins(-90)));
    }

    #[test]
    fn a_rule_is_limited_by_what_stands_behind_the_at_sign() {
        let read = |text: &str| text.parse::<FaultRule<Fault>>().unwrap();
        assert_eq!(read("500"), FaultRule::always([Fault::InternalError]));
        assert_eq!(
            read("503=date:7@external-out"),
            FaultRule::always([Fault::Unavailable(RetryAfter::Date(7))])
                .part(FaultPart::ExternalOut)
        );
    }

    #[test]
    fn what_is_no_fault_says_what_would_be_one() {
        let message = |text: &str| text.parse::<FaultRule<Fault>>().unwrap_err().to_string();
        assert_eq!(
            message("coffee@co"),
            "unknown fault \"coffee\"; known are signature, date[=FORM], input, endpoint, permission, \
             redirect, 404, 429[=SECONDS], 500, 502, 503[=SECONDS], 504, html, empty, truncated, \
             invalid-json, other-device, hang, delay=DURATION, clock=DURATION"
        );
        assert_eq!(
            message("500@x"),
            "unknown part \"x\"; known are co, sizeout, sizein, external, external-out, domain, \
             endpoints, devices, status, breaches, analyst, watched"
        );
        for (text, reason) in [
            ("html=1", "takes no value"),
            ("429=soon", "a number of seconds"),
            ("429=", "a number of seconds"),
            ("429=date:-1", "a number of seconds"),
            ("date=iso", "spaced or compact"),
            ("delay", "a duration"),
            ("delay=2", "a duration"),
            ("delay=-2s", "a duration"),
            ("clock=", "a duration"),
            ("delay@co", "invalid fault \"delay\": its value is a duration"),
            ("", "unknown fault \"\""),
            ("@co", "unknown fault \"\""),
            ("500@", "unknown part \"\""),
            ("500@co@status", "unknown part \"co@status\""),
        ] {
            assert!(message(text).contains(reason), "{text}: {}", message(text));
        }
    }
}
