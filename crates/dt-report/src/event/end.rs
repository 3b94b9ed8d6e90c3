//! The two ends of traffic: the device, and whom it talked to.

use std::net::IpAddr;

use dt_analysis::finding::Object;
use dt_analysis::registrable_domain;
use dt_model::{MacAddress, Port};

use super::address::ip;
use super::country;
use crate::contract::{DeviceView, Flow, Outside};

/// The device, in the forms that standards want.
#[derive(Debug, Clone)]
pub(super) struct SourceDevice<'a> {
    pub(super) view: &'a DeviceView,
    /// The first name that is known; there is always one.
    pub(super) name: String,
    pub(super) ip: Option<IpAddr>,
    pub(super) mac: Option<MacAddress>,
    /// What kind of device it is, and which system it runs, in words: the documented dialect says both by
    /// numbers that it does not explain.
    pub(super) kind: Option<&'a str>,
    pub(super) system: Option<&'a str>,
    /// Who it is, if it is an identity of a cloud service rather than a device.
    pub(super) user: Option<&'a str>,
}

impl<'a> SourceDevice<'a> {
    pub(super) fn new(view: &'a DeviceView) -> Self {
        Self {
            view,
            name: view.name(),
            ip: ip(view.ip.as_deref()),
            mac: view.mac.as_deref().and_then(|mac| mac.parse().ok()),
            kind: view.kind.as_deref().filter(in_words),
            system: view.os.as_deref().filter(in_words),
            user: view.hostname.as_deref().and_then(identity),
        }
    }
}

fn in_words(text: &&str) -> bool {
    !text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The user of a name such as `SaaS::Office365: ann@example.com`.
fn identity(name: &str) -> Option<&str> {
    let (_, user) = name.strip_prefix("SaaS::")?.split_once(": ")?;
    Some(user.trim()).filter(|user| !user.is_empty())
}

/// Whom the device talked to. Something of it is known.
#[derive(Debug, Clone, Default)]
pub(super) struct RemoteEndpoint<'a> {
    pub(super) domain: Option<&'a str>,
    pub(super) registered_domain: Option<String>,
    pub(super) ip: Option<IpAddr>,
    pub(super) port: Option<u16>,
    /// The country, if there is one only.
    pub(super) country: Option<&'a str>,
    pub(super) network: Option<AutonomousSystem<'a>>,
}

/// A network of the Internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AutonomousSystem<'a> {
    pub(super) number: u32,
    pub(super) name: Option<&'a str>,
}

impl<'a> RemoteEndpoint<'a> {
    /// What a finding is about, with what is known about it.
    pub(super) fn of_object(object: &'a Object, flows: &'a [Flow]) -> Option<Self> {
        match object {
            Object::Port(Port::Number(port)) => Some(Self { port: Some(*port), ..Self::default() }),
            Object::Domain(domain) => {
                let outside = || flows.iter().filter_map(|flow| flow.destination.as_ref());
                let known = outside().find(|it| it.name.as_ref() == Some(domain));
                let known = known.map(Self::of_outside).unwrap_or_default();
                Some(Self { ip: None, ..known }.named(domain))
            }
            _ => None,
        }
    }

    /// Where traffic went; `None` if nothing tells it.
    pub(super) fn of_flow(flow: &'a Flow) -> Option<Self> {
        let outside = flow.destination.as_ref()?;
        let far = Self { port: flow.port, ..Self::of_outside(outside) };
        (far.domain.is_some() || far.ip.is_some()).then_some(far)
    }

    fn of_outside(outside: &'a Outside) -> Self {
        let far = Self {
            ip: ip(outside.ip.as_deref()),
            country: match outside.countries.as_slice() {
                [country] if !country.eq_ignore_ascii_case("unknown") => Some(country),
                _ => None,
            },
            network: outside.asn.as_deref().and_then(AutonomousSystem::read),
            ..Self::default()
        };
        match &outside.name {
            Some(name) => far.named(name),
            None => far,
        }
    }

    fn named(self, name: &'a str) -> Self {
        Self { domain: Some(name), registered_domain: registrable_domain(name), ..self }
    }

    /// The code of the country.
    pub(super) fn country_code(&self) -> Option<&'static str> {
        country::code(self.country?)
    }
}

impl<'a> AutonomousSystem<'a> {
    /// Reads a text such as `AS64511 Example Cloud`.
    fn read(text: &'a str) -> Option<Self> {
        let (number, name) = text.split_once(' ').unwrap_or((text, ""));
        let number = number.strip_prefix("AS")?.parse().ok()?;
        let name = name.trim();
        Some(Self { number, name: (!name.is_empty()).then_some(name) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_of_a_cloud_service_is_a_user() {
        assert_eq!(identity("SaaS::Office365: a+b@example.com"), Some("a+b@example.com"));
        for name in ["workstation-01", "SaaS::Office365", "SaaS::Office365: ", "a: b"] {
            assert_eq!(identity(name), None, "{name}");
        }
    }

    #[test]
    fn a_number_is_no_kind_of_device() {
        let view = DeviceView {
            kind: Some("2".to_owned()),
            os: Some("1".to_owned()),
            ..DeviceView::default()
        };
        let device = SourceDevice::new(&view);
        assert_eq!((device.kind, device.system), (None, None));
        let view = DeviceView { kind: Some("laptop2".to_owned()), ..view };
        assert_eq!(SourceDevice::new(&view).kind, Some("laptop2"));
    }

    #[test]
    fn a_network_has_a_number_and_perhaps_a_name() {
        let read = AutonomousSystem::read;
        let named = AutonomousSystem { number: 64511, name: Some("Example Cloud") };
        assert_eq!(read("AS64511 Example Cloud"), Some(named));
        assert_eq!(read("AS64511"), Some(AutonomousSystem { number: 64511, name: None }));
        for text in ["", "Example Cloud", "AS", "AS99999999999 x", "64511"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
