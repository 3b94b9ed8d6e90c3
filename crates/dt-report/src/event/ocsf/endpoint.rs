//! Devices and the other ends of traffic, as OCSF describes them.

use std::net::IpAddr;

use serde::Serialize;

use super::{Millis, Observable};
use crate::contract::{DeviceView, KnownDevice};
use crate::event::address::{Mac, MacWith};
use crate::event::end::{RemoteEndpoint, SourceDevice};

/// A device.
#[derive(Debug, Serialize)]
pub(super) struct Device<'a> {
    uid: Option<String>,
    name: String,
    hostname: Option<&'a str>,
    ip: Option<IpAddr>,
    mac: Option<MacWith<':'>>,
    #[serde(flatten)]
    kind: Kind<'a>,
    os: Option<Os<'a>>,
    mac_vendor: Option<&'a str>,
    subnet_uid: Option<String>,
    first_seen_time: Option<Millis>,
    last_seen_time: Option<Millis>,
}

/// What kind of device it is: one that OCSF numbers, or any other by its name.
#[derive(Debug, Serialize)]
struct Kind<'a> {
    type_id: u8,
    #[serde(rename = "type")]
    name: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Os<'a> {
    name: &'a str,
    type_id: u16,
}

/// One end of traffic.
#[derive(Debug, Serialize)]
pub(super) struct Endpoint<'a> {
    uid: Option<String>,
    name: Option<String>,
    hostname: Option<&'a str>,
    domain: Option<String>,
    ip: Option<IpAddr>,
    mac: Option<MacWith<':'>>,
    port: Option<u16>,
    location: Option<Location>,
    autonomous_system: Option<AutonomousSystem<'a>>,
}

#[derive(Debug, Serialize)]
struct Location {
    /// OCSF has no place for the name of a country.
    country: &'static str,
}

#[derive(Debug, Serialize)]
struct AutonomousSystem<'a> {
    number: u32,
    name: Option<&'a str>,
}

impl<'a> Device<'a> {
    pub(super) fn new(near: &SourceDevice<'a>) -> Self {
        Self {
            uid: uid(near.view),
            name: near.name.clone(),
            hostname: near.view.hostname.as_deref(),
            ip: near.ip,
            mac: near.mac.map(Mac::with_colons),
            kind: Kind::of(near.view.kind.as_deref()),
            os: near.view.os.as_deref().map(Os::of),
            mac_vendor: None,
            subnet_uid: None,
            first_seen_time: None,
            last_seen_time: None,
        }
    }

    /// The same, with what a list of devices says about it.
    pub(super) fn known(known: &'a KnownDevice, near: &SourceDevice<'a>) -> Self {
        Self {
            mac_vendor: known.vendor.as_deref(),
            subnet_uid: known.subnet.map(|subnet| subnet.to_string()),
            first_seen_time: known.first_seen.map(Millis),
            last_seen_time: known.last_seen.map(Millis),
            ..Self::new(near)
        }
    }
}

impl<'a> Kind<'a> {
    fn of(name: Option<&'a str>) -> Self {
        let type_id = match name {
            None => 0,
            Some("server") => 1,
            Some("desktop") => 2,
            Some("laptop") => 3,
            Some("tablet") => 4,
            Some("mobile") => 5,
            Some("virtual") => 6,
            Some("iot" | "iotdevice" | "camera") => 7,
            Some("firewall") => 9,
            Some("switch") => 10,
            Some("router") => 12,
            Some("loadbalancer") => 15,
            Some(_) => 99,
        };
        Self { type_id, name }
    }
}

impl<'a> Os<'a> {
    fn of(name: &'a str) -> Self {
        let known = [
            ("windows", 100),
            ("linux", 200),
            ("android", 201),
            ("macos", 300),
            ("mac os", 300),
            ("ipados", 302),
            ("ios", 301),
            ("solaris", 400),
            ("aix", 401),
            ("hp-ux", 402),
        ];
        let lowered = name.to_ascii_lowercase();
        let type_id = known.iter().find(|(start, _)| lowered.starts_with(start));
        Self { name, type_id: type_id.map_or(99, |(_, id)| *id) }
    }
}

impl<'a> Endpoint<'a> {
    pub(super) fn near(near: &SourceDevice<'a>) -> Self {
        Self {
            uid: uid(near.view),
            name: Some(near.name.clone()),
            hostname: near.view.hostname.as_deref(),
            domain: None,
            ip: near.ip,
            mac: near.mac.map(Mac::with_colons),
            port: None,
            location: None,
            autonomous_system: None,
        }
    }

    /// `None` for a port alone, which is no endpoint.
    pub(super) fn far(far: &RemoteEndpoint<'a>) -> Option<Self> {
        (far.domain.is_some() || far.ip.is_some()).then(|| Self {
            uid: None,
            name: None,
            hostname: far.domain,
            domain: far.registered_domain.clone(),
            ip: far.ip,
            mac: None,
            port: far.port,
            location: far.country_code().map(|country| Location { country }),
            autonomous_system: far
                .network
                .map(|network| AutonomousSystem { number: network.number, name: network.name }),
        })
    }
}

/// The names and addresses of both ends, `device` and `far` being where they stand in the event.
pub(super) fn observables(
    near: &SourceDevice<'_>,
    device: [&'static str; 2],
    far: Option<&RemoteEndpoint<'_>>,
    other: [&'static str; 2],
) -> Vec<Observable> {
    let hostname = |name, text: Option<&str>| text.map(|text| Observable::hostname(name, text));
    let ip = |name, ip: Option<IpAddr>| ip.map(|ip| Observable::ip(name, ip));
    let observables = [
        hostname(device[0], near.view.hostname.as_deref()),
        ip(device[1], near.ip),
        hostname(other[0], far.and_then(|far| far.domain)),
        ip(other[1], far.and_then(|far| far.ip)),
    ];
    observables.into_iter().flatten().collect()
}

fn uid(device: &DeviceView) -> Option<String> {
    device.did.map(|did| did.to_string())
}
