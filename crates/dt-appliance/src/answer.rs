//! What an appliance sends back, and the ways in which it refuses.

use serde::Serialize;
use serde_json::Value;

/// A response, before it becomes HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers; their names are lowercase.
    pub headers: Vec<(&'static str, String)>,
    /// The body: JSON, or nothing; with a [`Fault`](crate::Fault), whatever that makes of it.
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header by its lowercase name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(body: &impl Serialize) -> Self {
        Self::json_with(200, body)
    }

    fn json_with(status: u16, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).expect("the crate's own types have text keys only");
        Self { status, headers: vec![("content-type", "application/json".to_owned())], body }
    }

    /// Restricts a JSON answer to these top-level fields, separated by commas; a list, each of its
    /// objects. An object that has none of them becomes an empty one.
    pub(crate) fn with_fields(self, fields: &str) -> Self {
        let fields: Vec<&str> = fields.split(',').map(str::trim).collect();
        let restrict = |value: &mut Value| {
            if let Value::Object(object) = value {
                object.retain(|name, _| fields.contains(&name.as_str()));
            }
        };
        match serde_json::from_slice(&self.body) {
            Ok(Value::Array(mut entries)) => {
                entries.iter_mut().for_each(restrict);
                Self::json(&entries)
            }
            Ok(mut value) => {
                restrict(&mut value);
                Self::json(&value)
            }
            Err(_) => self,
        }
    }

    pub(crate) fn redirect(location: &str) -> Self {
        Self { status: 302, headers: vec![("location", location.to_owned())], body: Vec::new() }
    }
}

/// Why a request is not answered. Those about a request's host, its page and its length are this
/// server's own; each of the others is a row of the errors that appliances were seen to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The signature, a token or a header is wrong.
    Signature,
    /// The date is too far from the clock.
    Date,
    /// A parameter is missing, unknown, empty or not understood.
    Input(String),
    /// The signature was right, but there is no such endpoint.
    NoSuchEndpoint,
    /// The token's user may not do this.
    Forbidden,
    /// There is no such device, or no data.
    NotFound,
    /// Something else than GET.
    Method,
    /// It is addressed to no host, or to several.
    NoHost,
    /// It is addressed to another machine.
    ForeignHost,
    /// A page in a browser sent it.
    FromPage,
    /// Path and query are longer than any question.
    TargetTooLong,
    /// Something broke.
    Internal,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    error: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<&'a str>,
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        let error =
            |status, error, parameter| Self::json_with(status, &ErrorBody { error, parameter });
        match refusal {
            Refusal::Signature => error(400, "API SIGNATURE ERROR", None),
            Refusal::Date => error(400, "API DATE ERROR", None),
            Refusal::Input(parameter) => error(400, "INPUT ERROR", Some(&parameter)),
            Refusal::NoSuchEndpoint => Self::redirect("/login"),
            Refusal::Forbidden => Self::redirect("/403"),
            Refusal::NotFound => error(404, "NOT FOUND", None),
            Refusal::Method => error(405, "METHOD NOT ALLOWED", None),
            Refusal::NoHost => error(400, "NO HOST", None),
            Refusal::ForeignHost => error(421, "FOREIGN HOST", None),
            Refusal::FromPage => error(403, "FOREIGN ORIGIN", None),
            Refusal::TargetTooLong => error(414, "URI TOO LONG", None),
            Refusal::Internal => error(500, "INTERNAL SERVER ERROR", None),
        }
    }
}
