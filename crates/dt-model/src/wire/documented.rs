//! The documented dialect: times in seconds, everything counted.

use serde::de::{Deserialize, MapAccess};
use serde_json::{Map, Value};

use super::entries::Entries;
use super::leaves::Seconds;
use super::lenient::{Lenient, List, Shape};
use super::object::object;
use crate::{DeviceId, JsonKind, Port};

object! {
    Device {
        did: DeviceId = "did",
        hostname: String = "hostname",
        ip: String = "ip",
        mac: String = "mac",
        kind: Code = "devicetype",
        os: Code = "os",
        label: String = "label",
        first_seen: Seconds = "firstseen",
        last_seen: Seconds = "lastseen",
        tags: List<String> = "tags",
        // Only in `devicedetails`.
        vendor: String = "vendor",
        model: String = "model",
        location: String = "location",
        owner: String = "owner",
        criticality: String = "criticality",
        compliance_tags: List<String> = "compliance_tags",
        services: List<String> = "services",
    }
}

/// Devices by their id.
pub(crate) type DeviceDetails = Entries<String, Device>;

object! {
    /// One bucket. The data type asked for decides which of the keys are there.
    Point {
        timestamp: Seconds = "timestamp",
        connections: u64 = "connections",
        unique_destinations: u64 = "unique_destinations",
        internal_connections: u64 = "internal_connections",
        external_connections: u64 = "external_connections",
        protocols: Entries<String, u64> = "protocols",
        ports: Entries<Port, u64> = "ports",
        bytes_out: u64 = "bytes_out",
        bytes_in: u64 = "bytes_in",
        packets_out: u64 = "packets_out",
        packets_in: u64 = "packets_in",
        sessions_out: u64 = "sessions_out",
        sessions_in: u64 = "sessions_in",
        top_destinations: List<TrafficPeer> = "top_destinations",
        top_sources: List<TrafficPeer> = "top_sources",
    }
}

object! {
    TrafficPeer {
        ip: String = "ip",
        bytes: u64 = "bytes",
        packets: u64 = "packets",
    }
}

object! {
    Destination {
        ip: String = "ip",
        hostname: String = "hostname",
        did: DeviceId = "did",
        connections: u64 = "connections",
        first_connection: Seconds = "first_connection",
        last_connection: Seconds = "last_connection",
        bytes_sent: u64 = "bytes_sent",
        bytes_received: u64 = "bytes_received",
        ports: List<Port> = "ports",
        protocols: List<String> = "protocols",
        is_external: bool = "is_external",
        country: String = "country",
    }
}

object! {
    Similar {
        did: DeviceId = "did",
        hostname: String = "hostname",
        ip: String = "ip",
        similarity_score: f64 = "similarity_score",
        graphdata: List<Box<Point>> = "graphdata",
    }
}

/// A device type or operating system: a code, or its name.
#[derive(Debug)]
pub(crate) enum Code {
    Number(i64),
    Name(String),
}

impl Shape for Code {
    const EXPECTED: &'static str = "a code or a name";

    fn from_u64(value: u64) -> Result<Self, JsonKind> {
        <i64 as Shape>::from_u64(value).map(Self::Number)
    }

    fn from_negative(value: i64) -> Result<Self, JsonKind> {
        Ok(Self::Number(value))
    }

    fn from_f64(value: f64) -> Result<Self, JsonKind> {
        <i64 as Shape>::from_f64(value).map(Self::Number)
    }

    fn from_text(text: &str) -> Result<Self, JsonKind> {
        Ok(Self::Name(text.to_owned()))
    }
}

/// An object kept as it came: the appliance's own summary is passed on, not interpreted.
#[derive(Debug)]
pub(crate) struct Verbatim(pub(crate) Map<String, Value>);

impl Shape for Verbatim {
    const EXPECTED: &'static str = "an object";

    fn from_object<'de, A: MapAccess<'de>>(object: A) -> Result<Lenient<Self>, A::Error> {
        let object = serde::de::value::MapAccessDeserializer::new(object);
        Map::deserialize(object).map(Self).map(Lenient::Value)
    }
}
