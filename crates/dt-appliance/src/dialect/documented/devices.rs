//! Devices, in the documented dialect.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use serde::Serialize;

use super::Members;
use crate::dialect::view::{Subject, View};
use crate::network::{Device, Kind, Network, Remote, System};

/// The device an answer is about.
#[derive(Serialize)]
pub(super) struct Identity<'a> {
    did: i64,
    hostname: &'a str,
    ip: Ipv4Addr,
    mac: String,
    devicetype: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    os: Option<u8>,
    firstseen: i64,
    lastseen: i64,
    tags: Vec<&'static str>,
}

pub(super) fn identity<'a>(view: &View<'a>) -> Identity<'a> {
    let device = view.device;
    Identity {
        did: device.did.get(),
        hostname: &device.hostname,
        ip: device.ip,
        mac: device.mac(),
        devicetype: device.kind.code(),
        os: system_code(device.hardware.system),
        firstseen: device.first_seen,
        lastseen: view.network.last_seen(device),
        tags: device.tags().iter().map(|tag| tag.name).collect(),
    }
}

/// The document's codes; what it has none for is left out.
const fn system_code(system: System) -> Option<u8> {
    match system {
        System::Windows => Some(1),
        System::Linux => Some(2),
        System::Unknown => None,
    }
}

/// A device that an answer mentions.
#[derive(Serialize)]
pub(super) struct Details<'a> {
    hostname: &'a str,
    ip: Ipv4Addr,
    mac: String,
    devicetype: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    os: Option<u8>,
    vendor: &'static str,
    model: &'static str,
    location: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    compliance_tags: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    criticality: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    services: Vec<&'static str>,
    last_update: i64,
}

/// Every device that the answer mentions.
pub(super) fn details<'a>(subjects: &'a [Subject<'a>]) -> Members<String, Details<'a>> {
    let network = subjects[0].view.network;
    let mut devices: Vec<&Device> = subjects.iter().map(|subject| subject.view.device).collect();
    for slice in &subjects[0].view.flows {
        if let Remote::Device(index) = slice.flow.key.remote {
            devices.push(network.device(index));
        }
    }
    let mut seen = BTreeSet::new();
    devices.retain(|device| seen.insert(device.did));
    let details =
        devices.into_iter().map(|device| (device.did.to_string(), detail(network, device)));
    Members(details.collect())
}

fn detail<'a>(network: &Network, device: &'a Device) -> Details<'a> {
    let is_server = device.kind == Kind::Server;
    let department = device.department();
    Details {
        hostname: &device.hostname,
        ip: device.ip,
        mac: device.mac(),
        devicetype: device.kind.code(),
        os: system_code(device.hardware.system),
        vendor: device.hardware.vendor,
        model: device.hardware.model,
        location: format!("Site {}, subnet {}", device.site + 1, device.sid()),
        owner: department
            .filter(|_| !is_server)
            .map(|department| format!("{}@corp.example", department.name().to_lowercase())),
        compliance_tags: if department.is_some() { vec!["GDPR"] } else { Vec::new() },
        criticality: is_server.then_some("high"),
        services: device.services().to_vec(),
        last_update: network.last_seen(device),
    }
}
