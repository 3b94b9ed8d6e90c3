//! The faults that HTTP can carry.

use std::time::Duration;

use dt_auth::DateFormat;
use dt_model::DeviceId;
use jiff::fmt::rfc2822::DateTimePrinter;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::FaultKind;
use crate::answer::{Answer, Refusal};

/// Something that goes wrong with a request, told in HTTP.
///
/// It befalls requests that would have been answered: one whose signature is wrong is refused for
/// that, whatever was planned, so that a client which does not sign its second attempt afresh
/// cannot pass for one that does.
///
/// Its text form is `KIND` or `KIND=VALUE`:
///
/// | text | what is sent |
/// |---|---|
/// | `signature` | 400 `API SIGNATURE ERROR` |
/// | `date` | 400 `API DATE ERROR`, although the clocks agree |
/// | `date=compact`, `date=spaced` | the same, if the date is not in this form |
/// | `input` | 400 `INPUT ERROR` |
/// | `endpoint` | 302 to `/login` |
/// | `permission` | 302 to `/403` |
/// | `redirect` | 302 to a login page on another host, with a session in its query |
/// | `404` | 404 |
/// | `429`, `429=5`, `429=date:5` | 429 without `Retry-After`, with one of 5 seconds, or with the date in 5 seconds |
/// | `500`, `502`, `504` | that status |
/// | `503`, `503=5`, `503=date:5` | 503, with `Retry-After` as for 429 |
/// | `html` | 200 with a login page |
/// | `empty` | 200 with nothing |
/// | `truncated` | 200 with the first half of the JSON, and the length of that half |
/// | `invalid-json` | 200 with something that only begins like JSON |
/// | `other-device` | 200; in an answer of `/deviceinfo`, the asked device has an id that no device has |
/// | `hang` | nothing, until the client hangs up or the appliance is dropped |
/// | `delay=2s` | the answer, later; other requests do not wait for it |
/// | `clock=45m` | what an appliance whose clock is 45 minutes ahead says; `clock=-45m` for behind |
///
/// With `@PART` behind it, it is limited to one [`FaultPart`](crate::FaultPart): the text form of a
/// [`FaultRule`](crate::FaultRule).
///
/// ```
/// use dt_appliance::{Appliance, Fault};
///
/// let fault: Fault = "clock=45m".parse()?;
/// assert_eq!(fault, Fault::ClockSkew(jiff::SignedDuration::from_mins(45)));
/// let appliance = Appliance::new().faults(fault).start()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The signature is refused.
    Signature,
    /// The date is refused, although the `Date` header shows that the clocks agree.
    Date,
    /// A date in any other form is refused, although the `Date` header shows that the clocks agree.
    DateForm(DateFormat),
    /// A parameter is refused.
    Input,
    /// There is no such endpoint: a redirect to the login page.
    NoEndpoint,
    /// The user lacks a permission: a redirect to `/403`.
    Permission,
    /// A redirect to a login page on another host, as a single sign-on sends. Its query holds a
    /// session, which a client must not print.
    Redirect,
    /// There is no such device, or no data.
    NotFound,
    /// 429: too many requests.
    RateLimited(RetryAfter),
    /// 500.
    InternalError,
    /// 502, from a gateway.
    BadGateway,
    /// 503, from a gateway.
    Unavailable(RetryAfter),
    /// 504, from a gateway.
    GatewayTimeout,
    /// A login page in place of JSON, with status 200.
    Html,
    /// No body, with status 200 and JSON's content type.
    Empty,
    /// The first half of the body, with status 200 and a length that fits.
    Truncated,
    /// A body that is no JSON, with status 200 and JSON's content type.
    InvalidJson,
    /// An answer of `/deviceinfo` is about another device: wherever the asked device's id stands for
    /// a device, there is [another one](Self::OTHER_DEVICE), and all else is as it was. Other
    /// answers are sound.
    OtherDevice,
    /// There is never an answer, and the connection stays open: until the client hangs up, or the
    /// appliance is dropped.
    Hang,
    /// The answer comes this long after its request, or later if it takes more to make it.
    Delay(Duration),
    /// The appliance's clock is ahead by this much, or behind if negative: dates of requests are
    /// judged by it, and the `Date` header shows it.
    ClockSkew(SignedDuration),
}

/// What a response says about when to come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryAfter {
    /// Nothing.
    Unsaid,
    /// So many seconds.
    Seconds(u32),
    /// The date so many seconds after the appliance's time.
    Date(u32),
}

impl RetryAfter {
    fn header(self, now: Timestamp) -> Option<String> {
        match self {
            Self::Unsaid => None,
            Self::Seconds(seconds) => Some(seconds.to_string()),
            Self::Date(seconds) => {
                let date = now.saturating_add(SignedDuration::from_secs(seconds.into())).ok()?;
                DateTimePrinter::new().timestamp_to_rfc9110_string(&date).ok()
            }
        }
    }
}

impl FaultKind for Fault {
    fn name(&self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Date | Self::DateForm(_) => "date",
            Self::Input => "input",
            Self::NoEndpoint => "endpoint",
            Self::Permission => "permission",
            Self::Redirect => "redirect",
            Self::NotFound => "404",
            Self::RateLimited(_) => "429",
            Self::InternalError => "500",
            Self::BadGateway => "502",
            Self::Unavailable(_) => "503",
            Self::GatewayTimeout => "504",
            Self::Html => "html",
            Self::Empty => "empty",
            Self::Truncated => "truncated",
            Self::InvalidJson => "invalid-json",
            Self::OtherDevice => "other-device",
            Self::Hang => "hang",
            Self::Delay(_) => "delay",
            Self::ClockSkew(_) => "clock",
        }
    }

    fn combines_with(&self, other: &Self) -> bool {
        self.aspect() != other.aspect()
    }
}

/// What a fault changes about an answer. Faults of different aspects combine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aspect {
    /// What the appliance takes for the time.
    Clock,
    /// Which forms of a date it accepts.
    Form,
    /// When it is sent.
    Time,
    /// What is sent, if anything.
    Content,
}

impl Fault {
    /// The id by which [`OtherDevice`](Self::OtherDevice) replaces that of the asked device. No
    /// device of a [`Network`](crate::Network) has it.
    pub const OTHER_DEVICE: DeviceId = DeviceId::new(999_999);

    /// Where [`Redirect`](Self::Redirect) leads to.
    pub const REDIRECT: &str = "https://sso.example/login?session=5e55105ec7e7";

    pub(crate) const fn aspect(self) -> Aspect {
        match self {
            Self::ClockSkew(_) => Aspect::Clock,
            Self::DateForm(_) => Aspect::Form,
            Self::Delay(_) => Aspect::Time,
            _ => Aspect::Content,
        }
    }

    /// How far the appliance's clock is ahead because of it.
    pub(crate) const fn skew(self) -> SignedDuration {
        match self {
            Self::ClockSkew(by) => by,
            _ => SignedDuration::ZERO,
        }
    }

    /// Whether it refuses a request with this date for its form.
    pub(crate) fn refuses_date(self, date: Option<&str>) -> bool {
        match self {
            Self::DateForm(accepted) => date.and_then(DateFormat::of) != Some(accepted),
            _ => false,
        }
    }

    /// How long the answer waits because of it.
    pub(crate) const fn delay(self) -> Duration {
        match self {
            Self::Delay(by) => by,
            _ => Duration::ZERO,
        }
    }

    /// What is sent where `sound` gives what would have been; `None` if nothing ever is.
    pub(crate) fn spoil(self, sound: impl FnOnce() -> Answer, now: Timestamp) -> Option<Answer> {
        Some(match self {
            Self::Signature => Refusal::Signature.into(),
            Self::Date => Refusal::Date.into(),
            Self::Input => Refusal::Input("did".to_owned()).into(),
            Self::NoEndpoint => Refusal::NoSuchEndpoint.into(),
            Self::Permission => Refusal::Forbidden.into(),
            Self::Redirect => Answer::redirect(Self::REDIRECT),
            Self::NotFound => Refusal::NotFound.into(),
            Self::RateLimited(retry) => page(429, "429 Too Many Requests", retry.header(now)),
            Self::InternalError => Refusal::Internal.into(),
            Self::BadGateway => page(502, "502 Bad Gateway", None),
            Self::Unavailable(retry) => page(503, "503 Service Unavailable", retry.header(now)),
            Self::GatewayTimeout => page(504, "504 Gateway Time-out", None),
            Self::Html => page(200, "Log in", None),
            Self::Empty => {
                let mut answer = sound();
                answer.body.clear();
                answer
            }
            Self::Truncated => {
                let mut answer = sound();
                answer.body.truncate(answer.body.len() / 2);
                answer
            }
            Self::InvalidJson => {
                let mut answer = sound();
                answer.body = br#"{"deviceInfo": [}"#.to_vec();
                answer
            }
            Self::OtherDevice => {
                let mut answer = sound();
                if let Some(body) = about_other_device(&answer.body) {
                    answer.body = body;
                }
                answer
            }
            Self::Hang => return None,
            Self::Delay(_) | Self::ClockSkew(_) | Self::DateForm(_) => sound(),
        })
    }
}

/// An answer of `/deviceinfo` in either dialect, with another id for the device it is about; `None`
/// for any other.
fn about_other_device(body: &[u8]) -> Option<Vec<u8>> {
    let mut body: Value = serde_json::from_slice(body).ok()?;
    let asked = body.pointer("/deviceInfo/0/did").or_else(|| body.pointer("/device/did"))?;
    let asked = asked.as_i64()?;
    replace_device(&mut body, asked);
    serde_json::to_vec(&body).ok()
}

fn replace_device(value: &mut Value, asked: i64) {
    let other = Fault::OTHER_DEVICE.get();
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| replace_device(item, asked)),
        Value::Object(members) => {
            // Ids are names in the documented dialect's `devicedetails`.
            if let Some(details) = members.remove(&asked.to_string()) {
                members.insert(other.to_string(), details);
            }
            for (name, member) in members {
                if matches!(name.as_str(), "did" | "device") && member.as_i64() == Some(asked) {
                    *member = other.into();
                } else {
                    replace_device(member, asked);
                }
            }
        }
        _ => {}
    }
}

/// A page, as gateways send.
fn page(status: u16, title: &str, retry_after: Option<String>) -> Answer {
    let body = format!(
        "<!DOCTYPE html>\n<html><head><title>{title}</title></head>\
         <body><h1>{title}</h1></body></html>\n"
    );
    let mut headers = vec![("content-type", "text/html".to_owned())];
    headers.extend(retry_after.map(|value| ("retry-after", value)));
    Answer { status, headers, body: body.into_bytes() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_said_in_either_form() {
        let now = "2026-11-24T02:00:00Z".parse().unwrap();
        let header = |retry| {
            let sound = || Answer::json(&());
            let answer = Fault::RateLimited(retry).spoil(sound, now).unwrap();
            answer.header("retry-after").map(ToOwned::to_owned)
        };
        assert_eq!(header(RetryAfter::Unsaid), None);
        assert_eq!(header(RetryAfter::Seconds(5)).as_deref(), Some("5"));
        let date = "Tue, 24 Nov 2026 02:00:05 GMT";
        assert_eq!(header(RetryAfter::Date(5)).as_deref(), Some(date));
    }

    #[test]
    fn half_a_body_is_half_of_the_sound_one() {
        let sound = || Answer::json(&["one", "two"]);
        let answer = Fault::Truncated.spoil(sound, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!((answer.status, &*answer.body), (200, &br#"["one""#[..]));
    }
}
