//! `GET /endpointdetails`: what an appliance knows about a host outside.

use std::fmt;
use std::net::IpAddr;

use super::{ApiQuery, List, Pairs};
use crate::{EndpointDetails, ReadError};

/// A host outside, as it can be asked about.
///
/// ```
/// use dt_model::Endpoint;
///
/// assert!(matches!(Endpoint::from("192.0.2.7"), Endpoint::Address(_)));
/// assert_eq!(Endpoint::from("a.example").to_string(), "a.example");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// By its name, as it was listed.
    Name(String),
    /// By its address.
    Address(IpAddr),
}

impl From<&str> for Endpoint {
    fn from(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Name(text.to_owned()), Self::Address)
    }
}

impl From<String> for Endpoint {
    fn from(text: String) -> Self {
        match text.parse() {
            Ok(address) => Self::Address(address),
            Err(_) => Self::Name(text),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address(address) => address.fmt(f),
        }
    }
}

/// Asks about one host name or address.
///
/// ```
/// use dt_model::{ApiQuery, EndpointQuery};
///
/// let by_name = EndpointQuery::new("a.example");
/// assert_eq!(by_name.pairs(), [("additionalinfo", "true".into()), ("hostname", "a.example".into())]);
/// let by_address = EndpointQuery::new("192.0.2.7");
/// assert_eq!(by_address.pairs(), [("ip", "192.0.2.7".into())]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EndpointQuery {
    endpoint: Endpoint,
    devices: bool,
    score: bool,
}

impl EndpointQuery {
    /// Asks about a host name, or about an address if the text is one.
    ///
    /// Where a name's addresses are is part of what the appliance calls additional information,
    /// which is always asked for.
    #[must_use]
    pub fn new(endpoint: impl Into<Endpoint>) -> Self {
        Self { endpoint: endpoint.into(), devices: false, score: false }
    }

    /// What `pairs` ask about: the inverse of [`pairs`](ApiQuery::pairs). `None` if they name no
    /// host.
    #[must_use]
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<Self> {
        let mut query = None;
        let (mut devices, mut score) = (false, false);
        for (name, value) in pairs {
            match name {
                "hostname" => query = Some(Endpoint::Name(value.to_owned())),
                "ip" => query = Some(Endpoint::Address(value.parse().ok()?)),
                "devices" => devices = value == "true",
                "score" => score = value == "true",
                _ => {}
            }
        }
        Some(Self { endpoint: query?, devices, score })
    }

    /// The host that it asks about.
    #[must_use]
    pub const fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Also which devices connected to it recently.
    #[must_use]
    pub fn with_devices(self) -> Self {
        Self { devices: true, ..self }
    }

    /// Also how rare it is in this network.
    #[must_use]
    pub fn with_score(self) -> Self {
        Self { score: true, ..self }
    }
}

impl ApiQuery for EndpointQuery {
    type Answer = List<EndpointDetails>;

    fn path(&self) -> &'static str {
        "/endpointdetails"
    }

    fn pairs(&self) -> Pairs<'_> {
        let (name, address) = match &self.endpoint {
            Endpoint::Name(name) => (Some(name.as_str()), None),
            Endpoint::Address(address) => (None, Some(address)),
        };
        let pairs = [
            ("additionalinfo", name.map(|_| "true".into())),
            ("devices", self.devices.then(|| "true".into())),
            ("hostname", name.map(Into::into)),
            ("ip", address.map(|address| address.to_string().into())),
            ("score", self.score.then(|| "true".into())),
        ];
        pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// An answer about one endpoint that does not name it is about the one that was asked for.
    fn read(&self, body: &[u8]) -> Result<List<EndpointDetails>, ReadError> {
        let mut list = List::from(EndpointDetails::list_from_slice(body)?);
        if let [only] = list.items.as_mut_slice()
            && only.hostname.is_none()
            && only.ip.is_none()
        {
            match &self.endpoint {
                Endpoint::Name(name) => only.hostname = Some(name.clone()),
                Endpoint::Address(address) => only.ip = Some(address.to_string()),
            }
        }
        Ok(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_without_a_name_is_about_what_was_asked() {
        let read = |query: &str, body: &str| {
            EndpointQuery::new(query).read(body.as_bytes()).unwrap().items.remove(0)
        };
        let named = read("a.example", r#"{"country": "Norway"}"#);
        assert_eq!(named.hostname.as_deref(), Some("a.example"));
        let address = read("192.0.2.7", r#"{"country": "Norway"}"#);
        assert_eq!(address.ip.as_deref(), Some("192.0.2.7"));
        let kept = read("a.example", r#"{"hostname": "b.example"}"#);
        assert_eq!(kept.hostname.as_deref(), Some("b.example"));
    }
}
