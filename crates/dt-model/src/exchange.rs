//! A request and its response, recorded.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::header::{CONTENT_TYPE, DATE, LOCATION, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Refusal;
use crate::redact::blank;
use crate::refusal::of_response;

/// One exchange with an appliance, in the form in which fixtures are kept:
///
/// ```json
/// {
///   "target": "/deviceinfo?datatype=co&did=230&...",
///   "status": 200,
///   "headers": {"content-type": "application/json", "date": "Tue, 24 Nov 2026 02:00:00 GMT"},
///   "body": {"deviceInfo": [...]}
/// }
/// ```
///
/// The body is given back byte for byte. It is written as JSON where writing that without white
/// space gives exactly those bytes, so that a fixture can be read and compared; else as text; and
/// as `body_base64` if it is no UTF-8. A file may also be laid out by hand: a body that is JSON
/// stands for its form without white space.
///
/// # What is kept
///
/// Nothing of the request but its target, so neither token nor signature. Of the response's
/// headers, only those that mean something: content type, date, location (without its query) and
/// retry-after. A cookie is never among them.
///
/// Addresses, names and hardware addresses in target and body are those of the network. `cargo
/// xtask fixtures` replaces them, consistently over all exchanges of a recording, before anything
/// recorded from a real appliance is kept.
///
/// ```
/// use dt_model::Exchange;
///
/// let exchange: Exchange = serde_json::from_str(
///     r#"{"target": "/devices?did=7", "status": 200, "body": {"did": 7}}"#,
/// )?;
/// assert_eq!(exchange.body, br#"{"did":7}"#);
/// assert_eq!(
///     serde_json::to_string(&exchange)?,
///     r#"{"target":"/devices?did=7","status":200,"body":{"did":7}}"#,
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Stored", try_from = "Stored")]
pub struct Exchange {
    /// Path and query as they were sent.
    pub target: String,
    /// The status of the response.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, decompressed.
    pub body: Vec<u8>,
}

/// The headers that mean something.
const KEPT: [HeaderName; 4] = [CONTENT_TYPE, DATE, LOCATION, RETRY_AFTER];

impl Exchange {
    /// An exchange without headers.
    #[must_use]
    pub fn new(target: impl Into<String>, status: StatusCode, body: impl Into<Vec<u8>>) -> Self {
        Self { target: target.into(), status, headers: HeaderMap::new(), body: body.into() }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Keeps what may be kept of a response to `target`. Its body is the same but for `secrets`, which
    /// are overwritten wherever the response echoes them.
    ///
    /// ```
    /// use dt_model::Exchange;
    ///
    /// let response = http::Response::builder().header("set-cookie", "a=b").body(b"[\"pub\"]".to_vec())?;
    /// let exchange = Exchange::recorded("/status", response, &[b"pub"]);
    /// assert_eq!(exchange.body, b"[\"***\"]");
    /// assert!(exchange.headers.is_empty());
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn recorded(
        target: impl Into<String>,
        response: Response<Vec<u8>>,
        secrets: &[&[u8]],
    ) -> Self {
        let (parts, mut body) = response.into_parts();
        let mut headers = HeaderMap::new();
        for name in KEPT {
            let Some(value) = parts.headers.get(&name) else { continue };
            let kept = if name == LOCATION { without_query(value) } else { value.clone() };
            headers.insert(name, kept);
        }
        for secret in secrets {
            blank(&mut body, secret);
        }
        Self { target: target.into(), status: parts.status, headers, body }
    }

    /// Why the response is no answer; `None` if it is one, as far as status and first byte tell.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        let location = self.headers.get(LOCATION).and_then(|value| value.to_str().ok());
        // An exchange does not say where its appliance is; its pages are the same everywhere.
        let page = location.and_then(|location| {
            ["/login", "/403"].into_iter().find(|page| location.ends_with(page))
        });
        of_response(self.status, page, location, &self.body)
    }

    /// The response that was recorded.
    #[must_use]
    pub fn response(&self) -> Response<Vec<u8>> {
        let mut response = Response::new(self.body.clone());
        *response.status_mut() = self.status;
        response.headers_mut().clone_from(&self.headers);
        response
    }
}

fn without_query(location: &HeaderValue) -> HeaderValue {
    let bytes = location.as_bytes();
    let end = bytes.iter().position(|&byte| byte == b'?').unwrap_or(bytes.len());
    HeaderValue::from_bytes(&bytes[..end]).expect("a part of a header's value is one, too")
}

/// The form of the file.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    target: String,
    status: u16,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body_base64: Option<String>,
}

impl From<Exchange> for Stored {
    fn from(exchange: Exchange) -> Self {
        let headers = exchange.headers.iter().filter_map(|(name, value)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        });
        let mut stored = Self {
            target: exchange.target,
            status: exchange.status.as_u16(),
            headers: headers.collect(),
            body: None,
            body_base64: None,
        };
        match String::from_utf8(exchange.body) {
            Ok(text) => stored.body = Some(json(&text).unwrap_or(Value::String(text))),
            Err(error) => stored.body_base64 = Some(BASE64_STANDARD.encode(error.as_bytes())),
        }
        stored
    }
}

/// The text as JSON, if that can stand for exactly this text. A string cannot, as it stands for
/// itself.
fn json(text: &str) -> Option<Value> {
    let value: Value = serde_json::from_str(text).ok()?;
    let written = value.to_string();
    (!value.is_string() && written == text).then_some(value)
}

impl TryFrom<Stored> for Exchange {
    type Error = ExchangeError;

    fn try_from(stored: Stored) -> Result<Self, ExchangeError> {
        let body = match (stored.body, stored.body_base64) {
            (Some(Value::String(text)), None) => text.into_bytes(),
            (Some(json), None) => json.to_string().into_bytes(),
            (None, Some(text)) => {
                BASE64_STANDARD.decode(text).map_err(|_| ExchangeError("its body_base64"))?
            }
            (None, None) => Vec::new(),
            (Some(_), Some(_)) => return Err(ExchangeError("that it has two bodies")),
        };
        let status =
            StatusCode::from_u16(stored.status).map_err(|_| ExchangeError("its status"))?;
        let mut headers = HeaderMap::new();
        for (name, value) in stored.headers {
            let name = name.parse::<HeaderName>().map_err(|_| ExchangeError("a header's name"))?;
            let value = value.parse().map_err(|_| ExchangeError("a header's value"))?;
            headers.insert(name, value);
        }
        Ok(Self { target: stored.target, status, headers, body })
    }
}

#[derive(Debug, thiserror::Error)]
#[error("failed to read the recorded exchange because of {0}")]
struct ExchangeError(&'static str);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn exchange(body: &[u8]) -> Exchange {
        Exchange::new("/status", StatusCode::OK, body)
    }

    fn stored(body: &[u8]) -> String {
        serde_json::to_string(&exchange(body)).unwrap()
    }

    #[test]
    fn bodies_are_written_in_the_most_readable_form_that_is_exact() {
        let bodies: [&[u8]; 8] = [
            br#"{"b":1,"a":[1.5,null]}"#,
            br#"{"b": 1}"#,
            br#"{"a":1,"a":2}"#,
            b"1e3",
            br#""text""#,
            b"<html>",
            b"",
            b"\xff\x00",
        ];
        let lines: Vec<String> = bodies.into_iter().map(stored).collect();
        insta::assert_snapshot!(lines.join("\n"), @r#"
        {"target":"/status","status":200,"body":{"b":1,"a":[1.5,null]}}
        {"target":"/status","status":200,"body":"{\"b\": 1}"}
        {"target":"/status","status":200,"body":"{\"a\":1,\"a\":2}"}
        {"target":"/status","status":200,"body":"1e3"}
        {"target":"/status","status":200,"body":"\"text\""}
        {"target":"/status","status":200,"body":"<html>"}
        {"target":"/status","status":200,"body":""}
        {"target":"/status","status":200,"body_base64":"/wA="}
        "#);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for text in [
            r#"{"target": "/", "status": 99}"#,
            r#"{"target": "/", "status": 200, "body": 1, "body_base64": "AA=="}"#,
            r#"{"target": "/", "status": 200, "body_base64": "?"}"#,
            r#"{"target": "/", "status": 200, "headers": {"a b": "c"}}"#,
            r#"{"target": "/", "status": 200, "header": {}}"#,
        ] {
            assert!(serde_json::from_str::<Exchange>(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_body_comes_back(body: Vec<u8>) {
            let read: Exchange = serde_json::from_str(&stored(&body)).unwrap();
            prop_assert_eq!(read.body, body);
        }

        #[test]
        fn every_text_comes_back(body: String) {
            let read: Exchange = serde_json::from_str(&stored(body.as_bytes())).unwrap();
            prop_assert_eq!(read.body, body.into_bytes());
        }
    }
}
