//! Devices and the other ends of traffic, as OCSF describes them.

use std::net::IpAddr;

use serde_json::{Value, json};

use super::millis;
use crate::contract::{DeviceView, KnownDevice};
use crate::event::address::with_colons;
use crate::event::end::{RemoteEndpoint, SourceDevice};

/// A device, with what a list of devices says about it if it is in one.
pub(super) fn device(near: &SourceDevice<'_>, known: Option<&KnownDevice>) -> Value {
    json!({
        "uid": uid(near.view),
        "name": near.name,
        "hostname": near.view.hostname,
        "ip": near.ip,
        "mac": near.mac.map(with_colons),
        "type_id": kind(near.view.kind.as_deref()),
        "type": near.view.kind,
        "os": near.view.os.as_deref().map(|name| json!({ "name": name, "type_id": os(name) })),
        "mac_vendor": known.map(|known| &known.vendor),
        "subnet_uid": known.and_then(|known| Some(known.subnet?.to_string())),
        "first_seen_time": known.and_then(|known| known.first_seen.map(millis)),
        "last_seen_time": known.and_then(|known| known.last_seen.map(millis)),
    })
}

/// OCSF's number of a kind of device: one that it names, any other or none.
fn kind(name: Option<&str>) -> u8 {
    match name {
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
    }
}

/// OCSF's number of an operating system, which is named in any way.
fn os(name: &str) -> u16 {
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
    known.iter().find(|(start, _)| lowered.starts_with(start)).map_or(99, |(_, id)| *id)
}

/// The device as one end of traffic.
pub(super) fn source(near: &SourceDevice<'_>) -> Value {
    json!({
        "uid": uid(near.view),
        "name": near.name,
        "hostname": near.view.hostname,
        "ip": near.ip,
        "mac": near.mac.map(with_colons),
    })
}

/// The other end of traffic; `None` for a port alone, which is no endpoint.
pub(super) fn remote(far: &RemoteEndpoint<'_>) -> Option<Value> {
    (far.domain.is_some() || far.ip.is_some()).then(|| {
        json!({
            "hostname": far.domain,
            "domain": far.registered_domain,
            "ip": far.ip,
            "port": far.port,
            // OCSF has no place for the name of a country.
            "location": { "country": far.country_code() },
            "autonomous_system": {
                "number": far.network.map(|network| network.number),
                "name": far.network.and_then(|network| network.name),
            },
        })
    })
}

/// The names and addresses of both ends, `device` and `far` being where they stand in the event.
pub(super) fn observables(
    near: &SourceDevice<'_>,
    device: [&'static str; 2],
    far: Option<&RemoteEndpoint<'_>>,
    other: [&'static str; 2],
) -> Vec<Value> {
    let hostname = |name, value: Option<&str>| {
        value.map(|value| json!({ "name": name, "type_id": 1, "type": "Hostname", "value": value }))
    };
    let ip = |name, value: Option<IpAddr>| {
        value.map(
            |value| json!({ "name": name, "type_id": 2, "type": "IP Address", "value": value }),
        )
    };
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
