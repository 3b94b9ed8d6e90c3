//! A device as every endpoint of the API describes it.

use std::net::Ipv4Addr;

use jiff::Timestamp;
use serde::Serialize;

use crate::network::{Device, Network, System};

/// What an answer says about a device. Endpoints differ in what they leave out, and `/devices` in
/// the names of two keys.
#[derive(Serialize)]
pub(crate) struct DeviceFacts<'a> {
    did: i64,
    /// `/similardevices` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    macaddress: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vendor: Option<&'static str>,
    ip: Ipv4Addr,
    ips: [SeenIp; 1],
    sid: i64,
    hostname: &'a str,
    #[serde(rename = "firstSeen", skip_serializing_if = "Option::is_none")]
    first_seen: Option<i64>,
    #[serde(rename = "lastSeen", skip_serializing_if = "Option::is_none")]
    last_seen: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    endtime: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    os: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    devicelabel: Option<&'a str>,
    typename: &'static str,
    typelabel: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Vec<Tag>>,
}

#[derive(Serialize)]
struct SeenIp {
    ip: Ipv4Addr,
    timems: i64,
    time: String,
    sid: i64,
}

#[derive(Serialize)]
struct Tag {
    tid: i64,
    name: &'static str,
    expiry: u32,
    restricted: bool,
    data: TagData,
}

#[derive(Serialize)]
struct TagData {
    auto: bool,
    color: u32,
    description: &'static str,
}

impl<'a> DeviceFacts<'a> {
    /// Everything, as `/devicesearch` and `fulldevicedetails` give it.
    pub(crate) fn full(network: &'a Network, index: usize) -> Self {
        let device = network.device(index);
        let last_seen = network.last_seen(device);
        Self {
            did: device.did.get(),
            score: None,
            macaddress: Some(device.mac()),
            vendor: Some(device.hardware.vendor),
            ip: device.ip,
            ips: [SeenIp {
                ip: device.ip,
                timems: last_seen * 1000,
                time: written(last_seen),
                sid: device.sid(),
            }],
            sid: device.sid(),
            hostname: &device.hostname,
            first_seen: Some(device.first_seen * 1000),
            last_seen: Some(last_seen * 1000),
            time: None,
            endtime: None,
            os: system(device),
            devicelabel: (!device.label.is_empty()).then_some(device.label.as_str()),
            typename: device.kind.name(),
            typelabel: device.kind.label(),
            tags: Some(tags(device)),
        }
    }

    /// As `/devices` gives it, which has names of its own for two times.
    pub(crate) fn with_devices_keys(self) -> Self {
        let Self { first_seen, last_seen, .. } = self;
        Self { first_seen: None, last_seen: None, time: first_seen, endtime: last_seen, ..self }
    }

    /// As `/similardevices` gives it, with how similar it is in percent.
    pub(crate) fn with_score(self, score: u8) -> Self {
        Self { score: Some(score), ..self }
    }

    pub(crate) fn without_tags(self) -> Self {
        Self { tags: None, ..self }
    }

    /// As `/similardevices` gives it unless it is asked for more.
    pub(crate) fn brief(self) -> Self {
        Self { macaddress: None, vendor: None, os: None, devicelabel: None, tags: None, ..self }
    }
}

pub(super) const fn system(device: &Device) -> Option<&'static str> {
    match device.hardware.system {
        System::Windows => Some("Windows 10 and newer"),
        System::Linux => Some("Linux 3.11 and newer"),
        System::Unknown => None,
    }
}

fn tags(device: &Device) -> Vec<Tag> {
    let tag = |tag: crate::network::Tag| Tag {
        tid: tag.tid,
        name: tag.name,
        expiry: 0,
        restricted: false,
        data: TagData { auto: false, color: 200, description: tag.description },
    };
    device.tags().into_iter().map(tag).collect()
}

fn written(seconds: i64) -> String {
    let time = Timestamp::from_second(seconds).expect("within the network's window");
    time.strftime("%Y-%m-%d %H:%M:%S").to_string()
}
