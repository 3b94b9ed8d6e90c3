//! Answers in the documented dialect.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{ReadPoints, items, read_points, required, sound_items, text, within};
use crate::error::{Kind, ReadError};
use crate::series::BucketDetails;
use crate::warning::{Path, WarningLog};
use crate::wire::Response;
use crate::wire::documented as wire;
use crate::wire::entries::Entries;
use crate::wire::leaves::Seconds;
use crate::wire::lenient::{Lenient, List, Shape};
use crate::{
    Bucket, BucketDetail, DataType, Destination, Device, DeviceId, DeviceInfo, Dialect, Problem,
    Profile, Scope, Series, SimilarProfile, Summary, Tag, TrafficPeer,
};

pub(super) fn device_info(
    response: Response,
    asked: Option<DataType>,
    log: &mut WarningLog,
) -> Result<DeviceInfo, ReadError> {
    let root = Path::ROOT;
    let devices = details(response.devicedetails, root.key("devicedetails"), log);
    let mut by_id = HashMap::new();
    for device in &devices {
        if let Some(did) = device.did {
            by_id.entry(did).or_insert(device);
        }
    }
    let described = |device: Device| match device.did.and_then(|did| by_id.get(&did)) {
        Some(known) => device.completed_by(known),
        None => device,
    };

    let measure = measure(&response.graphdata, &response.similar_devices, asked, log)?;
    let subject = Profile {
        device: response
            .device
            .accept(root.key("device"), log)
            .map(|subject| described(device(subject, root.key("device"), log)))
            .unwrap_or_default(),
        series: series(response.graphdata, measure, root.key("graphdata"), log),
        destinations: sound_items(
            response.destinations,
            root.key("destinations"),
            log,
            destination,
        ),
        ..Profile::default()
    };
    let similar = items(
        response.similar_devices,
        root.key("similar_devices"),
        log,
        |entry: wire::Similar, at: Path<'_>, log: &mut WarningLog| {
            let device = Device {
                did: entry.did.accept(at.key("did"), log),
                hostname: text(entry.hostname, at.key("hostname"), log),
                ip: text(entry.ip, at.key("ip"), log),
                ..Device::default()
            };
            SimilarProfile {
                similarity: fraction(entry.similarity_score, at.key("similarity_score"), log),
                profile: Profile {
                    device: described(device),
                    series: series(entry.graphdata, measure, at.key("graphdata"), log),
                    ..Profile::default()
                },
            }
        },
    );
    Ok(DeviceInfo {
        dialect: Dialect::Documented,
        subject,
        similar: similar.unwrap_or_default(),
        devices,
        summary: response
            .summary
            .accept(root.key("summary"), log)
            .map(|wire::Verbatim(summary)| Summary(summary)),
        warnings: Vec::new(),
    })
}

/// Every data type the buckets of a response hold.
#[derive(Default)]
struct Measures {
    connections: bool,
    bytes_out: bool,
    bytes_in: bool,
}

impl Measures {
    fn see(&mut self, points: &Lenient<wire::Points>) {
        let points = match points.value() {
            Some(wire::Points::Any(List(points))) => points,
            Some(wire::Points::Plain(_)) => {
                self.connections = true;
                return;
            }
            None => return,
        };
        for point in points.iter().filter_map(Lenient::value) {
            self.connections |= !point.connections.is_missing();
            self.bytes_out |= !point.bytes_out.is_missing();
            self.bytes_in |= !point.bytes_in.is_missing();
        }
    }

    fn present(&self) -> impl Iterator<Item = DataType> {
        [
            (self.connections, DataType::Connections),
            (self.bytes_out, DataType::BytesOut),
            (self.bytes_in, DataType::BytesIn),
        ]
        .into_iter()
        .filter_map(|(present, measure)| present.then_some(measure))
    }
}

/// What the response counts, which in this dialect its buckets tell.
fn measure(
    own: &Lenient<wire::Points>,
    similar: &Lenient<List<wire::Similar>>,
    asked: Option<DataType>,
    log: &mut WarningLog,
) -> Result<Option<DataType>, ReadError> {
    let mut measures = Measures::default();
    measures.see(own);
    if let Some(List(similar)) = similar.value() {
        for entry in similar.iter().filter_map(Lenient::value) {
            measures.see(&entry.graphdata);
        }
    }
    let mut present = measures.present();
    match (present.next(), asked) {
        (None, asked) => Ok(asked),
        (Some(found), Some(asked)) => match measures.present().find(|&measure| measure == asked) {
            Some(asked) => Ok(Some(asked)),
            None => Err(Kind::OtherMeasure { asked, found }.into()),
        },
        (Some(found), None) => {
            if present.next().is_some() {
                let what = "counts several things at once; the first of co, sizeout and sizein \
                            was read (label the response to choose)";
                log.note(Path::ROOT.key("graphdata"), Problem::Contradiction(what));
            }
            Ok(Some(found))
        }
    }
}

fn series(
    points: Lenient<wire::Points>,
    measure: Option<DataType>,
    at: Path<'_>,
    log: &mut WarningLog,
) -> Series {
    let mut details = BucketDetails::default();
    let read = match points {
        Lenient::Value(wire::Points::Plain(plain)) => {
            details = plain.details;
            Some(plain_points(plain.buckets, measure))
        }
        points => {
            let mut position = 0;
            read_points(any(points), at, log, |point: Box<wire::Point>, at, log| {
                position += 1;
                bucket(*point, measure, position, &mut details, at, log)
            })
        }
    };
    let read = read.map(|mut read| {
        details.hand_to(&mut read.buckets);
        read
    });
    super::series(read, measure, at, log)
}

/// Buckets that count connections. Where bytes are asked for, they say of those what this dialect leaves
/// out: none.
fn plain_points(mut buckets: Vec<Bucket>, measure: Option<DataType>) -> ReadPoints {
    if measure.is_some_and(|it| it != DataType::Connections) {
        for bucket in &mut buckets {
            bucket.count = 0;
        }
    }
    ReadPoints { buckets, left_out: 0, without_count: Vec::new() }
}

fn any(points: Lenient<wire::Points>) -> Lenient<List<Box<wire::Point>>> {
    match points {
        Lenient::Value(wire::Points::Any(list)) => Lenient::Value(list),
        Lenient::Odd(found) => Lenient::Odd(found),
        _ => Lenient::Missing,
    }
}

fn bucket(
    point: wire::Point,
    measure: Option<DataType>,
    position: usize,
    details: &mut BucketDetails,
    at: Path<'_>,
    log: &mut WarningLog,
) -> (Option<Timestamp>, Option<u64>) {
    let time = required(point.timestamp, "timestamp", at, log);
    let (key, count, packets, sessions, peers) = match measure {
        Some(DataType::Connections) | None => {
            ("connections", point.connections, Lenient::Missing, Lenient::Missing, None)
        }
        Some(DataType::BytesOut) => (
            "bytes_out",
            point.bytes_out,
            point.packets_out,
            point.sessions_out,
            Some(("top_destinations", point.top_destinations)),
        ),
        Some(DataType::BytesIn) => (
            "bytes_in",
            point.bytes_in,
            point.packets_in,
            point.sessions_in,
            Some(("top_sources", point.top_sources)),
        ),
    };
    // This dialect leaves out what is zero.
    let count = if count.is_missing() { Some(0) } else { count.accept(at.key(key), log) };
    let peers = peers.and_then(|(key, peers)| items(peers, at.key(key), log, traffic_peer));
    let (unique, inside, outside) =
        ("unique_destinations", "internal_connections", "external_connections");
    let unique_destinations = point.unique_destinations.accept(at.key(unique), log);
    let internal_connections = point.internal_connections.accept(at.key(inside), log);
    let external_connections = point.external_connections.accept(at.key(outside), log);
    let by_protocol = tally(point.protocols, at.key("protocols"), log);
    let by_port = tally(point.ports, at.key("ports"), log);
    let detail = BucketDetail {
        position,
        unique_destinations,
        internal_connections,
        external_connections,
        packets: packets.accept(at.key("packets"), log),
        sessions: sessions.accept(at.key("sessions"), log),
        peers: peers.unwrap_or_default(),
        ..BucketDetail::default()
    };
    if time.is_some() && count.is_some() {
        let (protocols, ports) = details.tallies();
        protocols.extend(by_protocol);
        ports.extend(by_port);
        details.add(detail);
    }
    (time.map(|Seconds(time)| time), count)
}

/// Counts by key, in the response's order.
fn tally<K: ToString>(
    entries: Lenient<Entries<K, u64>>,
    at: Path<'_>,
    log: &mut WarningLog,
) -> Vec<(K, u64)>
where
    Entries<K, u64>: Shape,
{
    let Some(Entries { entries, .. }) = entries.accept(at, log) else {
        return Vec::new();
    };
    let sound = entries.into_iter().filter_map(|(key, count)| match count {
        Lenient::Value(count) => Some((key, count)),
        odd => odd.accept(at.key(&key.to_string()), log).map(|count| (key, count)),
    });
    sound.collect()
}

fn traffic_peer(peer: wire::TrafficPeer, at: Path<'_>, log: &mut WarningLog) -> TrafficPeer {
    TrafficPeer {
        ip: text(peer.ip, at.key("ip"), log),
        bytes: peer.bytes.accept(at.key("bytes"), log),
        packets: peer.packets.accept(at.key("packets"), log),
    }
}

fn destination(
    destination: wire::Destination,
    at: Path<'_>,
    log: &mut WarningLog,
) -> Option<Destination> {
    let connections = destination.connections;
    let time = |Seconds(time): Seconds| time;
    Some(Destination {
        hostname: text(destination.hostname, at.key("hostname"), log),
        ip: text(destination.ip, at.key("ip"), log),
        did: destination.did.accept(at.key("did"), log),
        connections: match connections {
            Lenient::Missing => 0,
            present => present.accept(at.key("connections"), log)?,
        },
        first_seen: destination.first_connection.accept(at.key("first_connection"), log).map(time),
        last_seen: destination.last_connection.accept(at.key("last_connection"), log).map(time),
        bytes_sent: destination.bytes_sent.accept(at.key("bytes_sent"), log),
        bytes_received: destination.bytes_received.accept(at.key("bytes_received"), log),
        ports: values(destination.ports, at.key("ports"), log),
        protocols: values(destination.protocols, at.key("protocols"), log),
        scope: destination
            .is_external
            .accept(at.key("is_external"), log)
            .map(|external| if external { Scope::External } else { Scope::Internal }),
        country: text(destination.country, at.key("country"), log),
    })
}

/// The sound values of a list; none if there is no list.
fn values<T: Shape>(list: Lenient<List<T>>, at: Path<'_>, log: &mut WarningLog) -> Vec<T> {
    items(list, at, log, |value, _, _| value).unwrap_or_default()
}

/// A score from 0 to 1.
fn fraction(score: Lenient<f64>, at: Path<'_>, log: &mut WarningLog) -> Option<f64> {
    within(score, &(0.0..=1.0), "a number from 0 to 1", at, log)
}

fn details(
    details: Lenient<wire::DeviceDetails>,
    at: Path<'_>,
    log: &mut WarningLog,
) -> Vec<Device> {
    let Some(Entries { entries, .. }) = details.accept(at, log) else {
        return Vec::new();
    };
    let mut devices = Vec::with_capacity(entries.len());
    for (did, details) in entries {
        let at = at.key(&did);
        if let Some(details) = details.accept_item(at, log) {
            let described = device(details, at, log);
            let did = did.parse().ok().map(DeviceId::new).or(described.did);
            devices.push(Device { did, ..described });
        }
    }
    devices
}

fn device(device: wire::Device, at: Path<'_>, log: &mut WarningLog) -> Device {
    let device_type = device.kind.accept(at.key("devicetype"), log);
    let os = device.os.accept(at.key("os"), log);
    let tags = items(device.tags, at.key("tags"), log, |name, _, _| name);
    Device {
        did: device.did.accept(at.key("did"), log),
        hostname: text(device.hostname, at.key("hostname"), log),
        ip: text(device.ip, at.key("ip"), log),
        mac: text(device.mac, at.key("mac"), log),
        vendor: text(device.vendor, at.key("vendor"), log),
        device_type: device_type.map(|code| name(code, &[(1, "server"), (3, "laptop")])),
        os: os.map(|code| name(code, &[(1, "Windows"), (2, "Linux")])),
        label: text(device.label, at.key("label"), log),
        tags: tags.map(|names| names.into_iter().map(Tag::named).collect()),
        first_seen: device.first_seen.accept(at.key("firstseen"), log).map(|Seconds(time)| time),
        last_seen: device.last_seen.accept(at.key("lastseen"), log).map(|Seconds(time)| time),
        model: text(device.model, at.key("model"), log),
        location: text(device.location, at.key("location"), log),
        owner: text(device.owner, at.key("owner"), log),
        criticality: text(device.criticality, at.key("criticality"), log),
        compliance_tags: values(device.compliance_tags, at.key("compliance_tags"), log),
        services: values(device.services, at.key("services"), log),
        ..Device::default()
    }
}

/// A code by its name. Only the codes the documentation explains have one; the others stay numbers.
fn name(code: wire::Code, names: &[(i64, &str)]) -> String {
    match code {
        wire::Code::Name(name) => name,
        wire::Code::Number(number) => names
            .iter()
            .find(|(known, _)| *known == number)
            .map_or_else(|| number.to_string(), |(_, name)| (*name).to_owned()),
    }
}
