//! The documented dialect: times in seconds, everything counted.

use std::convert::Infallible;
use std::str::FromStr;

use compact_str::CompactString;
use jiff::Timestamp;
use serde::de::{Deserialize, MapAccess, SeqAccess};
use serde_json::{Map, Value};

use super::entries::Entries;
use super::leaves::Seconds;
use super::lenient::{Lenient, List, Shape};
use super::object::object;
use crate::plain_json::whole;
use crate::series::BucketDetails;
use crate::{Bucket, BucketDetail, DeviceId, JsonKind, Port};

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
        protocols: Entries<CompactString, u64> = "protocols",
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

/// A series, bucket by bucket.
#[derive(Debug)]
pub(crate) enum Points {
    /// Each counts connections, and says what they were, as the documentation shows it.
    Plain(PlainPoints),
    /// Some may be odd, or count something else.
    Any(List<Box<Point>>),
}

/// Buckets, and what else is known about each of them.
#[derive(Debug, Default)]
pub(crate) struct PlainPoints {
    pub(crate) buckets: Vec<Bucket>,
    pub(crate) details: BucketDetails,
}

impl Shape for Points {
    const EXPECTED: &'static str = "a list";
    const SCANS: bool = true;

    fn from_list<'de, A: SeqAccess<'de>>(list: A) -> Result<Lenient<Self>, A::Error> {
        List::from_list(list).map(|list| list.map(Self::Any))
    }

    fn scan(text: &str) -> Option<(Self, usize)> {
        let mut plain = PlainPoints::default();
        let mut rest = text.as_bytes().strip_prefix(b"[")?;
        loop {
            match plain.scan_point(rest)? {
                [b',', after @ ..] => rest = after,
                [b']', after @ ..] => return Some((Self::Plain(plain), text.len() - after.len())),
                _ => return None,
            }
        }
    }
}

impl PlainPoints {
    /// Reads one, in the documentation's order, and gives what is behind it.
    fn scan_point<'t>(&mut self, text: &'t [u8]) -> Option<&'t [u8]> {
        let (time, rest) = whole(text.strip_prefix(br#"{"timestamp":"#)?)?;
        let start = Timestamp::from_second(i64::try_from(time).ok()?).ok()?;
        let (count, rest) = whole(rest.strip_prefix(br#","connections":"#)?)?;
        let (unique_destinations, rest) = whole(rest.strip_prefix(br#","unique_destinations":"#)?)?;
        let (inside, rest) = whole(rest.strip_prefix(br#","internal_connections":"#)?)?;
        let (outside, rest) = whole(rest.strip_prefix(br#","external_connections":"#)?)?;
        let (protocols, ports) = self.details.tallies();
        let rest = scan_tally(rest.strip_prefix(br#","protocols":{"#)?, protocols)?;
        let rest = scan_tally(rest.strip_prefix(br#","ports":{"#)?, ports)?;
        self.buckets.push(Bucket { start, count, detail: None });
        self.details.add(BucketDetail {
            position: self.buckets.len(),
            unique_destinations: Some(unique_destinations),
            internal_connections: Some(inside),
            external_connections: Some(outside),
            ..BucketDetail::default()
        });
        rest.strip_prefix(b"}")
    }
}

/// Reads counts by key up to the end of their object, and gives what is behind it.
fn scan_tally<'t, K: FromStr<Err = Infallible> + PartialEq>(
    text: &'t [u8],
    into: &mut Vec<(K, u64)>,
) -> Option<&'t [u8]> {
    // With more keys, looking for repeated ones is for somebody with an index.
    const MOST_KEYS: usize = 32;
    let first = into.len();
    let mut rest = text;
    while into.len() - first < MOST_KEYS {
        let name = rest.strip_prefix(b"\"")?;
        let length = name.iter().position(|byte| matches!(byte, b'"' | b'\\' | ..b' '))?;
        let (name, after) = name.split_at(length);
        let Ok(key) = std::str::from_utf8(name).ok()?.parse();
        let (count, after) = whole(after.strip_prefix(b"\":")?)?;
        if into[first..].iter().any(|(known, _)| *known == key) {
            return None;
        }
        into.push((key, count));
        match after {
            [b',', after @ ..] => rest = after,
            [b'}', after @ ..] => return Some(after),
            _ => return None,
        }
    }
    None
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
        graphdata: Points = "graphdata",
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
