//! What an appliance sends back, and the ways in which it refuses.

use serde::Serialize;

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

    pub(crate) fn redirect(location: &str) -> Self {
        Self { status: 302, headers: vec![("location", location.to_owned())], body: Vec::new() }
    }
}

/// Why a request is not answered. Each is a row of the errors that appliances were seen to send.
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
            Refusal::Internal => error(500, "INTERNAL SERVER ERROR", None),
        }
    }
}
