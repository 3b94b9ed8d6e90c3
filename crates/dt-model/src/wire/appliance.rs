//! The appliance dialect: times in milliseconds, sizes in whole percent.

use jiff::Timestamp;
use serde::de::{MapAccess, SeqAccess};

use super::leaves::{Millis, PointMillis};
use super::lenient::{Lenient, List, Shape};
use super::object::object;
use crate::plain_json::whole;
use crate::{Bucket, DeviceId, Direction, JsonKind, NamedOrOthers, Peer, Port, Share};

object! {
    /// One device of an answer: the one asked for, or a similar one.
    Entry {
        did: DeviceId = "did",
        similarity_score: Share = "similarityScore",
        domain: String = "domain",
        graph_data: Points = "graphData",
        info: Info = "info",
    }
}

object! {
    Point {
        time: PointMillis = "time",
        count: u64 = "count",
    }
}

/// A series, point by point.
#[derive(Debug)]
pub(crate) enum Points {
    /// Each with a time and a count, in milliseconds.
    Plain(Vec<Bucket>),
    /// Some of which may be odd.
    Any(List<Point>),
}

impl Shape for Points {
    const EXPECTED: &'static str = "a list";
    const SCANS: bool = true;

    fn from_list<'de, A: SeqAccess<'de>>(list: A) -> Result<Lenient<Self>, A::Error> {
        List::from_list(list).map(|list| list.map(Self::Any))
    }

    /// Nearly all of an answer are these points, and nearly always they look just like this.
    fn scan(text: &str) -> Option<(Self, usize)> {
        // Below, they may be seconds: that shows only when all of them are known.
        const SECONDS: i64 = 10_000_000_000;
        let mut buckets = Vec::with_capacity(WEEKS_OF_HOURS);
        let mut rest = text.as_bytes().strip_prefix(b"[")?;
        loop {
            let (time, after) = whole(rest.strip_prefix(br#"{"time":"#)?)?;
            let (count, after) = whole(after.strip_prefix(br#","count":"#)?)?;
            let time = i64::try_from(time).ok().filter(|time| *time >= SECONDS)?;
            let start = Timestamp::from_millisecond(time).ok()?;
            buckets.push(Bucket { start, count, detail: None });
            match after {
                [b'}', b',', after @ ..] => rest = after,
                [b'}', b']', after @ ..] => {
                    return Some((Self::Plain(buckets), text.len() - after.len()));
                }
                _ => return None,
            }
        }
    }
}

/// As many buckets as an answer has for each device, where nobody asks for others.
const WEEKS_OF_HOURS: usize = 4 * 7 * 24;

object! {
    Info {
        total_used: u64 = "totalUsed",
        total_served: u64 = "totalServed",
        total_devices_and_ports: u64 = "totalDevicesAndPorts",
        devices_and_ports: List<DeviceAndPortSize> = "devicesAndPorts",
        external_domains: List<DomainSize> = "externalDomains",
        external_asns: List<AsnSize> = "externalASNs",
        ports_used: List<PortSize> = "portsUsed",
        ports_served: List<PortSize> = "portsServed",
        devices_used: List<DeviceSize> = "devicesUsed",
        devices_served: List<DeviceSize> = "devicesServed",
    }
}

/// An entry of one of the lists that tell what traffic consists of.
pub(crate) trait SizedPart: Shape {
    /// What the entry is about.
    type Key: Shape;
    /// The name of the key that says so.
    const KEY: &'static str;

    fn into_fields(self) -> (Lenient<Self::Key>, Lenient<Share>, Lenient<Millis>);
}

macro_rules! part {
    ($name:ident { $key:literal: $type:ty }) => {
        object! {
            $name {
                key: $type = $key,
                size: Share = "size",
                first_time: Millis = "firstTime",
            }
        }

        impl SizedPart for $name {
            type Key = $type;
            const KEY: &'static str = $key;

            fn into_fields(self) -> (Lenient<$type>, Lenient<Share>, Lenient<Millis>) {
                (self.key, self.size, self.first_time)
            }
        }
    };
}

part!(PortSize { "port": Port });
part!(DeviceSize { "did": Peer });
part!(DomainSize { "domain": NamedOrOthers });
part!(AsnSize { "asn": NamedOrOthers });
part!(DeviceAndPortSize { "deviceAndPort": DeviceAndPort });

impl Shape for NamedOrOthers {
    const EXPECTED: &'static str = "a name";

    fn from_text(text: &str) -> Result<Self, JsonKind> {
        Ok(match text {
            "others" => Self::Others,
            // No host has such a name: it is how answers say that there was none.
            "" | "Unknown" | "unknown" => Self::Unnamed,
            name => Self::One(name.to_owned()),
        })
    }
}

/// An object, or the word `others` in its place.
#[derive(Debug)]
pub(crate) enum DeviceAndPort {
    One(Box<DirectedPort>),
    Others,
}

object! {
    DirectedPort {
        direction: Direction = "direction",
        device: Peer = "device",
        port: Port = "port",
    }
}

impl Shape for Direction {
    const EXPECTED: &'static str = "\"in\" or \"out\"";

    fn from_text(text: &str) -> Result<Self, JsonKind> {
        match text {
            "in" => Ok(Self::In),
            "out" => Ok(Self::Out),
            _ => Err(JsonKind::Text),
        }
    }
}

impl Shape for DeviceAndPort {
    const EXPECTED: &'static str = "a device and port, or \"others\"";

    fn from_text(text: &str) -> Result<Self, JsonKind> {
        if text == "others" { Ok(Self::Others) } else { Err(JsonKind::Text) }
    }

    fn from_object<'de, A: MapAccess<'de>>(object: A) -> Result<Lenient<Self>, A::Error> {
        DirectedPort::from_object(object).map(|read| read.map(|one| Self::One(Box::new(one))))
    }
}

object! {
    /// A device as every endpoint of the API describes it; `/devices` uses some other names.
    Device {
        did: DeviceId = "did",
        id: DeviceId = "id",
        hostname: String = "hostname",
        ip: String = "ip",
        ips: List<DeviceIp> = "ips",
        macaddress: String = "macaddress",
        mac: String = "mac",
        interfaces: List<Interface> = "interfaces",
        vendor: String = "vendor",
        os: String = "os",
        label: String = "devicelabel",
        type_name: String = "typename",
        type_label: String = "typelabel",
        sid: i64 = "sid",
        tags: List<Tag> = "tags",
        first_seen: Millis = "firstSeen",
        time: Millis = "time",
        last_seen: Millis = "lastSeen",
        endtime: Millis = "endtime",
        // `/similardevices` only.
        score: f64 = "score",
    }
}

object! {
    /// What a client sensor reports of a device.
    Interface {
        mac: String = "mac",
        ips: List<DeviceIp> = "ips",
    }
}

object! {
    DeviceIp {
        ip: String = "ip",
        time: Millis = "timems",
        sid: i64 = "sid",
    }
}

object! {
    Tag {
        name: String = "name",
        // As some clients write it.
        label: String = "label",
        tid: i64 = "tid",
        restricted: bool = "restricted",
        data: TagData = "data",
    }
}

object! {
    TagData {
        auto: bool = "auto",
        description: String = "description",
    }
}

object! {
    /// A page of `/devicesearch`.
    SearchPage {
        total_count: u64 = "totalCount",
        devices: List<Device> = "devices",
    }
}

object! {
    /// An answer of `/endpointdetails`, by name or by address.
    Endpoint {
        hostname: String = "hostname",
        ip: String = "ip",
        first_time: Millis = "firsttime",
        country: String = "country",
        city: String = "city",
        region: String = "region",
        asn: String = "asn",
        name: String = "name",
        longitude: f64 = "longitude",
        latitude: f64 = "latitude",
        popularity: f64 = "popularity",
        dga_score: f64 = "dgascore",
        ips: List<EndpointIp> = "ips",
        locations: List<Location> = "locations",
        devices: List<Device> = "devices",
    }
}

object! {
    EndpointIp {
        ip: String = "ip",
        first_time: Millis = "firsttime",
        last_time: Millis = "lasttime",
    }
}

object! {
    Location {
        country: String = "country",
        city: String = "city",
        longitude: f64 = "longitude",
        latitude: f64 = "latitude",
    }
}
