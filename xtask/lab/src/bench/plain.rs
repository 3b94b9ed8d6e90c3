//! The other side of the reading benchmark: what `serde_json` does at its best, with structs that own
//! the same strings and maps and fail on the first surprise.

#![expect(dead_code, reason = "the fields are read from JSON, and by nobody after that")]

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct Documented {
    device: Device,
    graphdata: Vec<Point>,
    destinations: Vec<Destination>,
    devicedetails: BTreeMap<String, Device>,
    similar_devices: Vec<Similar>,
    summary: serde_json::Map<String, serde_json::Value>,
}

#[derive(Deserialize)]
struct Device {
    did: Option<i64>,
    hostname: Option<String>,
    ip: Option<String>,
    mac: Option<String>,
    devicetype: Option<i64>,
    os: Option<i64>,
    firstseen: Option<i64>,
    lastseen: Option<i64>,
    tags: Option<Vec<String>>,
    vendor: Option<String>,
    model: Option<String>,
    location: Option<String>,
    owner: Option<String>,
    compliance_tags: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Point {
    timestamp: i64,
    connections: u64,
    unique_destinations: Option<u64>,
    internal_connections: Option<u64>,
    external_connections: Option<u64>,
    protocols: BTreeMap<String, u64>,
    ports: BTreeMap<String, u64>,
}

#[derive(Deserialize)]
struct Destination {
    ip: Option<String>,
    hostname: Option<String>,
    did: Option<i64>,
    connections: u64,
    first_connection: Option<i64>,
    last_connection: Option<i64>,
    bytes_sent: Option<u64>,
    bytes_received: Option<u64>,
    ports: Vec<u16>,
    protocols: Vec<String>,
    is_external: Option<bool>,
    country: Option<String>,
}

#[derive(Deserialize)]
struct Similar {
    did: Option<i64>,
    hostname: Option<String>,
    similarity_score: Option<f64>,
    graphdata: Vec<Point>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Appliance {
    device_info: Vec<Entry>,
    devices: Vec<ApplianceDevice>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    did: i64,
    similarity_score: Option<i64>,
    graph_data: Vec<Count>,
    info: Info,
}

#[derive(Deserialize)]
struct Count {
    time: i64,
    count: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Info {
    total_used: u64,
    total_served: u64,
    total_devices_and_ports: u64,
    devices_and_ports: Vec<serde_json::Value>,
    ports_used: Vec<PortSize>,
    ports_served: Vec<PortSize>,
    devices_used: Vec<DeviceSize>,
    devices_served: Vec<DeviceSize>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PortSize {
    /// A number, or `"others"`.
    port: serde_json::Value,
    size: u8,
    first_time: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeviceSize {
    /// As that of ports.
    did: serde_json::Value,
    size: u8,
    first_time: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ApplianceDevice {
    did: i64,
    macaddress: Option<String>,
    vendor: Option<String>,
    ip: String,
    #[serde(default)]
    ips: Vec<Address>,
    sid: Option<i64>,
    hostname: Option<String>,
    first_seen: i64,
    last_seen: i64,
    os: Option<String>,
    devicelabel: Option<String>,
    typename: Option<String>,
    typelabel: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

#[derive(Deserialize)]
struct Address {
    ip: String,
    timems: i64,
    sid: i64,
}

#[derive(Deserialize)]
struct Tag {
    tid: i64,
    name: String,
    restricted: bool,
    data: TagData,
}

#[derive(Deserialize)]
struct TagData {
    auto: bool,
    description: String,
}
