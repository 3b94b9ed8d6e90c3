//! Devices: what an appliance knows about who they are.

use std::net::IpAddr;

use jiff::Timestamp;

use crate::{DeviceId, MacAddress, Warning};

/// A device, as far as a response describes it. `None` and empty lists mean "not reported".
///
/// All text comes from the monitored network and may be hostile: it is kept as it is, and must be
/// cleaned by whoever prints it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Device {
    /// The appliance's number for it.
    pub did: Option<DeviceId>,
    /// Its host name.
    pub hostname: Option<String>,
    /// Its latest address.
    pub ip: Option<String>,
    /// Addresses it had.
    pub ips: Vec<SeenIp>,
    /// Its hardware address.
    pub mac: Option<String>,
    /// Its network interfaces, as client sensors report them.
    pub interfaces: Vec<NetworkInterface>,
    /// Who made its network interface, by the hardware address.
    pub vendor: Option<String>,
    /// What kind of device it is, such as `desktop`. A documented code without a known meaning is
    /// given as the number.
    pub device_type: Option<String>,
    /// Its operating system; codes as in `device_type`.
    pub os: Option<String>,
    /// The name an operator gave it.
    pub label: Option<String>,
    /// What operators and the appliance marked it with.
    pub tags: Option<Vec<Tag>>,
    /// The subnet it is in.
    pub sid: Option<i64>,
    /// When it was first seen.
    pub first_seen: Option<Timestamp>,
    /// When it was last seen.
    pub last_seen: Option<Timestamp>,
    /// Its model. Like the fields below, the documented dialect's only.
    pub model: Option<String>,
    /// Where it stands.
    pub location: Option<String>,
    /// Whom it belongs to.
    pub owner: Option<String>,
    /// How much depends on it.
    pub criticality: Option<String>,
    /// Which regulations it falls under.
    pub compliance_tags: Vec<String>,
    /// What it serves.
    pub services: Vec<String>,
}

/// A mark on a device.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tag {
    /// Its name.
    pub name: String,
    /// The appliance's number for it.
    pub tid: Option<i64>,
    /// Whether only some users see it.
    pub restricted: Option<bool>,
    /// Whether the appliance sets it by itself.
    pub automatic: Option<bool>,
    /// What it is for.
    pub description: Option<String>,
}

impl Device {
    /// Whether its name or address is a stand-in such as `#39911` or `10.1.2.#771`: what an appliance
    /// sends to a token whose user lacks the permission Unrestricted Devices.
    ///
    /// ```
    /// let device = dt_model::Device { ip: Some("10.1.2.#771".to_owned()), ..Default::default() };
    /// assert!(device.is_anonymised());
    /// ```
    #[must_use]
    pub fn is_anonymised(&self) -> bool {
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let has_number = |text: &str| text.rsplit_once('#').is_some_and(|(_, end)| is_number(end));
        let name = self.hostname.as_deref().filter(|name| name.starts_with('#'));
        name.into_iter().chain(self.ip.as_deref()).any(has_number)
    }
}

impl Tag {
    /// A tag of which only the name is known.
    #[must_use]
    pub fn named(name: String) -> Self {
        Self { name, ..Self::default() }
    }
}

/// An address and when the device had it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenIp {
    /// The address.
    pub ip: String,
    /// When it was last seen with it.
    pub time: Option<Timestamp>,
    /// The subnet of the address.
    pub sid: Option<i64>,
}

/// A network interface of a device.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NetworkInterface {
    /// Its hardware address.
    pub mac: Option<String>,
    /// Its addresses.
    pub ips: Vec<SeenIp>,
}

impl Device {
    /// A device of which only the id is known.
    #[must_use]
    pub fn with_id(did: DeviceId) -> Self {
        Self { did: Some(did), ..Self::default() }
    }

    /// Its addresses, as far as they can be read: the latest one, and those of its interfaces.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        let of_interfaces = self.interfaces.iter().flat_map(|it| &it.ips).map(|seen| &seen.ip);
        self.ip.iter().chain(of_interfaces).filter_map(|ip| address(ip))
    }

    /// Its hardware addresses, as far as they can be read.
    pub fn hardware_addresses(&self) -> impl Iterator<Item = MacAddress> {
        let of_interfaces = self.interfaces.iter().filter_map(|it| it.mac.as_ref());
        self.mac.iter().chain(of_interfaces).filter_map(|mac| mac.parse().ok())
    }

    /// What is known here, completed by what `other` knows.
    #[must_use]
    pub fn completed_by(self, other: &Self) -> Self {
        fn text(mine: Option<String>, other: Option<&String>) -> Option<String> {
            mine.or_else(|| other.cloned())
        }
        fn list<T: Clone>(mine: Vec<T>, other: &[T]) -> Vec<T> {
            if mine.is_empty() { other.to_vec() } else { mine }
        }
        Self {
            did: self.did.or(other.did),
            hostname: text(self.hostname, other.hostname.as_ref()),
            ip: text(self.ip, other.ip.as_ref()),
            ips: list(self.ips, &other.ips),
            mac: text(self.mac, other.mac.as_ref()),
            interfaces: list(self.interfaces, &other.interfaces),
            vendor: text(self.vendor, other.vendor.as_ref()),
            device_type: text(self.device_type, other.device_type.as_ref()),
            os: text(self.os, other.os.as_ref()),
            label: text(self.label, other.label.as_ref()),
            tags: self.tags.or_else(|| other.tags.clone()),
            sid: self.sid.or(other.sid),
            first_seen: self.first_seen.or(other.first_seen),
            last_seen: self.last_seen.or(other.last_seen),
            model: text(self.model, other.model.as_ref()),
            location: text(self.location, other.location.as_ref()),
            owner: text(self.owner, other.owner.as_ref()),
            criticality: text(self.criticality, other.criticality.as_ref()),
            compliance_tags: list(self.compliance_tags, &other.compliance_tags),
            services: list(self.services, &other.services),
        }
    }
}

/// A device that behaves like another one, as `/similardevices` lists them.
#[derive(Debug, Clone, PartialEq)]
pub struct SimilarDevice {
    /// Who it is.
    pub device: Device,
    /// How similar it is, as the appliance scores it.
    pub score: Option<f64>,
}

/// An address in any written form; one of IPv4 within IPv6 is the one of IPv4, and the zone of one that is
/// local to a link says nothing elsewhere.
pub(crate) fn address(text: &str) -> Option<IpAddr> {
    let text = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let text = text.split_once('%').map_or(text, |(address, _zone)| address);
    text.parse::<IpAddr>().ok().map(|ip| ip.to_canonical())
}

/// One page of `/devicesearch`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeviceSearchPage {
    /// How many devices match in all; `None` if the page does not say.
    pub total_count: Option<u64>,
    /// How many entries the page has, those that cannot be read included.
    pub entries: u64,
    /// The devices of this page.
    pub devices: Vec<Device>,
    /// What was odd about the page.
    pub warnings: Vec<Warning>,
}
