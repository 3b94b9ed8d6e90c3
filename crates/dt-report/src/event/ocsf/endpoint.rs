//! Devices and the other ends of traffic, as OCSF describes them.

use std::net::IpAddr;

use serde_json::{Value, json};

use super::millis;
use crate::contract::KnownDevice;
use crate::event::address::with_colons;
use crate::event::end::{RemoteEndpoint, SourceDevice};
use crate::event::with;

/// A device, with what a list of devices says about it if it is in one.
pub(super) fn device(near: &SourceDevice<'_>, known: Option<&KnownDevice>) -> Value {
    let (type_id, caption) = kind(near.kind);
    let more = json!({
        "type_id": type_id,
        "type": caption,
        "os": near.system.map(|name| json!({ "name": name, "type_id": os(name) })),
        "mac_vendor": known.map(|known| &known.vendor),
        "subnet_uid": known.and_then(|known| Some(known.subnet?.to_string())),
        "first_seen_time": known.and_then(|known| known.first_seen.map(millis)),
        "last_seen_time": known.and_then(|known| known.last_seen.map(millis)),
    });
    with(source(near), more)
}

/// OCSF's number of a kind of device, with its caption: one that it names, any other or none. Only what
/// it does not name is called as the appliance calls it.
fn kind(name: Option<&str>) -> (u8, &str) {
    let Some(name) = name else { return (0, "Unknown") };
    match name {
        "server" => (1, "Server"),
        "desktop" => (2, "Desktop"),
        "laptop" => (3, "Laptop"),
        "tablet" => (4, "Tablet"),
        "mobile" => (5, "Mobile"),
        "virtual" => (6, "Virtual"),
        "iot" | "iotdevice" | "camera" => (7, "IOT"),
        "firewall" => (9, "Firewall"),
        "switch" => (10, "Switch"),
        "router" => (12, "Router"),
        "loadbalancer" => (15, "Load Balancer"),
        other => (99, other),
    }
}

/// The device as what is affected.
pub(super) fn resource(near: &SourceDevice<'_>) -> Value {
    with(identity(near), json!({ "type": "Device", "role_id": 3, "role": "Affected" }))
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
    with(identity(near), json!({ "mac": near.mac.map(with_colons) }))
}

/// What is said of a device wherever it stands.
fn identity(near: &SourceDevice<'_>) -> Value {
    json!({
        "uid": near.view.did.map(|did| did.to_string()),
        "name": near.name,
        "hostname": near.view.hostname,
        "ip": near.ip,
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
