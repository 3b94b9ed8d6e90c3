//! `GET /endpointdetails`: what an appliance knows about a host outside.

use std::net::IpAddr;

use dt_auth::RequestTarget;
use dt_model::EndpointDetails;

use super::{BoxError, List, Query};

/// Asks about one host name or address.
///
/// ```
/// use dt_transport::{EndpointQuery, Query};
///
/// let by_name = EndpointQuery::new("a.example");
/// assert_eq!(by_name.target().wire(), "/endpointdetails?additionalinfo=true&hostname=a.example");
/// let by_address = EndpointQuery::new("192.0.2.7");
/// assert_eq!(by_address.target().wire(), "/endpointdetails?ip=192.0.2.7");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointQuery {
    endpoint: Endpoint,
    devices: bool,
    score: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Endpoint {
    Name(String),
    Address(IpAddr),
}

impl EndpointQuery {
    /// Asks about a host name, or about an address if the text is one.
    ///
    /// Where a name's addresses are is part of what the appliance calls additional information,
    /// which is always asked for.
    #[must_use]
    pub fn new(endpoint: impl Into<String>) -> Self {
        let endpoint = endpoint.into();
        let endpoint = match endpoint.parse() {
            Ok(address) => Endpoint::Address(address),
            Err(_) => Endpoint::Name(endpoint),
        };
        Self { endpoint, devices: false, score: false }
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

impl Query for EndpointQuery {
    type Answer = List<EndpointDetails>;

    fn target(&self) -> RequestTarget {
        let target = RequestTarget::new("/endpointdetails");
        let mut target = match &self.endpoint {
            Endpoint::Name(name) => target.param("hostname", name).param("additionalinfo", true),
            Endpoint::Address(address) => target.param("ip", address),
        };
        if self.devices {
            target = target.param("devices", true);
        }
        if self.score {
            target = target.param("score", true);
        }
        target
    }

    /// An answer about one endpoint that does not name it is about the one that was asked for.
    fn read(&self, body: &[u8]) -> Result<List<EndpointDetails>, BoxError> {
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
