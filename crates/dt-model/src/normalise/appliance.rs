//! Answers in the appliance dialect, and the API's other lists of devices.

use std::collections::HashMap;

use super::{
    items, note_anonymised, one_or_many, parse, read_points, required, sound_items, strip_bom, text,
};
use crate::error::{Kind, LooksLike, ReadError};
use crate::warning::{Path, WarningLog};
use crate::wire::Response;
use crate::wire::appliance::{self as wire, SizedPart};
use crate::wire::leaves::{Millis, PointMillis};
use crate::wire::lenient::{Lenient, List, OneOrMany};
use crate::{
    Breakdown, BreakdownEntry, Conversion, DataType, Device, DeviceId, DeviceInfo,
    DeviceSearchPage, Dialect, NetworkInterface, PeerAndPort, Problem, Profile, SeenIp, Series,
    Share, SimilarDevice, SimilarProfile, Tag, Warning,
};

pub(super) fn device_info(
    response: Response,
    measure: Option<DataType>,
    about: Option<DeviceId>,
    log: &mut WarningLog,
) -> Result<DeviceInfo, ReadError> {
    let root = Path::ROOT;
    let devices = items(response.devices, root.key("devices"), log, device).unwrap_or_default();
    let mut by_id = HashMap::new();
    for device in &devices {
        if let Some(did) = device.did {
            by_id.entry(did).or_insert(device);
        }
    }

    // Most similar first, so the device itself is, as a rule. Where the first entry is none, no other
    // one stands in for it.
    let entries = entries(response.device_info);
    if let Some(List(entries)) = entries.value()
        && let Some(found) = entries.first().and_then(Lenient::found)
    {
        return Err(Kind::OddSubject { found }.into());
    }
    let make = |entry, at: Path<'_>, log: &mut WarningLog| profile(entry, measure, &by_id, at, log);
    let entries = items(entries, root.key("deviceInfo"), log, make);
    let mut similar = entries.filter(|entries| !entries.is_empty()).ok_or(Kind::NoDevice)?;
    let asked = |entry: &SimilarProfile| about.is_some() && entry.profile.device.did == about;
    let place = similar.iter().position(asked).unwrap_or(0);
    let subject = similar.remove(place).profile;
    Ok(DeviceInfo {
        dialect: Dialect::Appliance,
        subject,
        similar,
        devices,
        summary: None,
        warnings: Vec::new(),
    })
}

/// The entries; one that stands alone is a list of one.
fn entries(device_info: Lenient<OneOrMany<wire::Entry>>) -> Lenient<List<wire::Entry>> {
    match device_info {
        Lenient::Value(OneOrMany::Many(list)) => list,
        Lenient::Value(OneOrMany::One(one)) => {
            Lenient::Converted(List(vec![one]), Conversion::ObjectForList)
        }
        Lenient::Odd(found) => Lenient::Odd(found),
        Lenient::Missing | Lenient::Converted(..) => Lenient::Missing,
    }
}

/// An entry: the device asked for, or a similar one.
fn profile(
    entry: wire::Entry,
    measure: Option<DataType>,
    devices: &HashMap<DeviceId, &Device>,
    at: Path<'_>,
    log: &mut WarningLog,
) -> SimilarProfile {
    let device = match entry.did.accept(at.key("did"), log) {
        Some(did) => devices.get(&did).map_or_else(|| Device::with_id(did), |&d| d.clone()),
        None => Device::default(),
    };
    let similarity = entry.similarity_score.accept(at.key("similarityScore"), log);
    let domain = text(entry.domain, at.key("domain"), log);
    let series = series(entry.graph_data, measure, at.key("graphData"), log);
    let info = entry.info.accept(at.key("info"), log);
    let profile = Profile {
        device,
        domain,
        breakdown: info.map(|info| breakdown(info, &series, at.key("info"), log)),
        series,
        ..Profile::default()
    };
    SimilarProfile { similarity: similarity.map(Share::value), profile }
}

fn series(
    points: Lenient<wire::Points>,
    measure: Option<DataType>,
    at: Path<'_>,
    log: &mut WarningLog,
) -> Series {
    let points = match points {
        Lenient::Value(wire::Points::Plain(buckets)) => {
            return super::noting_repeats(measure, buckets, at, log);
        }
        Lenient::Value(wire::Points::Any(list)) => Lenient::Value(list),
        Lenient::Odd(found) => Lenient::Odd(found),
        Lenient::Missing | Lenient::Converted(..) => Lenient::Missing,
    };
    let is_in_seconds = are_seconds(&points);
    let read = read_points(points, at, log, |point: wire::Point, at, log| {
        let time = required(point.time, "time", at, log);
        let seconds = time.filter(|_| is_in_seconds).and_then(PointMillis::seconds);
        if seconds.is_some() {
            log.note_converted(at.key("time"), Conversion::SecondsForMilliseconds);
        }
        let start = seconds.or(time.map(|PointMillis(time)| time));
        (start, required(point.count, "count", at, log))
    });
    super::series(read, measure, at, log)
}

/// Whether the times of a series are seconds: all of them are days of 1970 else.
fn are_seconds(points: &Lenient<List<wire::Point>>) -> bool {
    let points = points.value().into_iter().flat_map(|List(points)| points);
    let mut times = points.filter_map(|point| point.value()?.time.value()).peekable();
    times.peek().is_some() && times.all(|time| time.seconds().is_some())
}

fn breakdown(info: wire::Info, series: &Series, at: Path<'_>, log: &mut WarningLog) -> Breakdown {
    let total_used = info.total_used.accept(at.key("totalUsed"), log);
    let total_served = info.total_served.accept(at.key("totalServed"), log);
    let both = info.total_devices_and_ports.accept(at.key("totalDevicesAndPorts"), log);
    let differing = differing_totals(total_used, total_served, series);
    if let Some((totals, sum)) = differing {
        log.note(at.key("totalUsed"), Problem::TotalsDiffer { totals, series: sum });
    }
    let base_of = |total: Option<u64>| match (total, differing) {
        (Some(_), Some((0, sum))) => Some(sum),
        (Some(total), Some((totals, sum))) => {
            let base = u128::from(sum).saturating_mul(total.into()) / u128::from(totals);
            Some(u64::try_from(base).unwrap_or(u64::MAX))
        }
        (total, _) => total,
    };
    let [used, served, both_base] = [total_used, total_served, both].map(base_of);

    Breakdown {
        total_used,
        used_base: used,
        total_served,
        served_base: served,
        total_devices_and_ports: both,
        ports_used: parts(info.ports_used, used, at.key("portsUsed"), log),
        ports_served: parts(info.ports_served, served, at.key("portsServed"), log),
        devices_used: parts(info.devices_used, used, at.key("devicesUsed"), log),
        devices_served: parts(info.devices_served, served, at.key("devicesServed"), log),
        devices_and_ports: parts_by(
            info.devices_and_ports,
            both_base,
            at.key("devicesAndPorts"),
            log,
            peer_and_port,
        ),
        external_domains: parts(info.external_domains, used, at.key("externalDomains"), log),
        external_asns: parts(info.external_asns, used, at.key("externalASNs"), log),
    }
}

/// The totals of both sides and the sum of the series, where these contradict each other. An answer is
/// known whose totals are a tenth of its series, which is the one of the two that says for each hour
/// what it counts; counts follow that.
fn differing_totals(used: Option<u64>, served: Option<u64>, series: &Series) -> Option<(u64, u64)> {
    let used = used?;
    let sum: u128 = series.counts().map(u128::from).sum();
    let totals = used.saturating_add(served.unwrap_or(0));
    let is_near = |total: u64| {
        let total = u128::from(total);
        total == sum || sum < total.saturating_mul(2) && total < sum.saturating_mul(2)
    };
    // A series counts one side or both, as the device is a client or a server, too. One without
    // buckets, or with some left out, contradicts nothing.
    let is_whole = series.left_out() == 0 && !series.buckets().is_empty();
    let differs = is_whole && !is_near(used) && !is_near(totals);
    differs.then(|| (totals, u64::try_from(sum).unwrap_or(u64::MAX)))
}

/// The parts of a list whose keys need no second look.
fn parts<W: SizedPart>(
    list: Lenient<List<W>>,
    base: Option<u64>,
    at: Path<'_>,
    log: &mut WarningLog,
) -> Option<Vec<BreakdownEntry<W::Key>>> {
    parts_by(list, base, at, log, |key, _, _| Some(key))
}

fn parts_by<W: SizedPart, K>(
    list: Lenient<List<W>>,
    base: Option<u64>,
    at: Path<'_>,
    log: &mut WarningLog,
    read_key: impl Fn(W::Key, Path<'_>, &mut WarningLog) -> Option<K>,
) -> Option<Vec<BreakdownEntry<K>>> {
    let parts = sound_items(list, at, log, |entry: W, at, log| {
        let (key, size, first_time) = entry.into_fields();
        let key = required(key, W::KEY, at, log)?;
        let key = read_key(key, at.key(W::KEY), log)?;
        let share = required(size, "size", at, log)?;
        let first_seen = first_time.accept(at.key("firstTime"), log).map(|Millis(time)| time);
        let amount = base.map(|base| share.of(base));
        Some(BreakdownEntry { key, share, amount, first_seen })
    })?;
    note_shares_beyond_all(&parts, at, log);
    Some(parts)
}

/// Each share is rounded to a whole percentage, so that many may add up to a little more than all.
fn note_shares_beyond_all<K>(parts: &[BreakdownEntry<K>], at: Path<'_>, log: &mut WarningLog) {
    let (sum, margin) = parts.iter().fold((0.0, 0.0), |(sum, margin), part| {
        (sum + part.share.value(), margin + part.share.margin())
    });
    if sum - margin > 1.0 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a sum of shares, none of which is negative; the cast saturates"
        )]
        let percent = (100.0 * sum).round() as u64;
        log.note(at, Problem::SharesBeyondAll { percent });
    }
}

fn peer_and_port(
    pair: wire::DeviceAndPort,
    at: Path<'_>,
    log: &mut WarningLog,
) -> Option<PeerAndPort> {
    let wire::DeviceAndPort::One(one) = pair else {
        return Some(PeerAndPort::Others);
    };
    Some(PeerAndPort::One {
        direction: one.direction.accept(at.key("direction"), log),
        peer: required(one.device, "device", at, log)?,
        port: required(one.port, "port", at, log)?,
    })
}

fn device(device: wire::Device, at: Path<'_>, log: &mut WarningLog) -> Device {
    let type_label = text(device.type_label, at.key("typelabel"), log);
    // `/devices` has other names for these.
    let id = device.id.accept(at.key("id"), log);
    let mac = text(device.mac, at.key("mac"), log);
    let time = device.time.accept(at.key("time"), log);
    let endtime = device.endtime.accept(at.key("endtime"), log);
    let time_of = |Millis(time): Millis| time;
    let at_interfaces = at.key("interfaces");
    let interfaces = items(device.interfaces, at_interfaces, log, interface).unwrap_or_default();
    let of_interfaces = interfaces.iter().flat_map(|it| &it.ips).map(|seen| seen.ip.clone()).next();
    let mac = mac.or_else(|| interfaces.iter().find_map(|it| it.mac.clone()));
    Device {
        did: device.did.accept(at.key("did"), log).or(id),
        hostname: text(device.hostname, at.key("hostname"), log),
        // A client sensor's device has addresses at its interfaces only.
        ip: text(device.ip, at.key("ip"), log).or(of_interfaces),
        ips: sound_items(device.ips, at.key("ips"), log, seen_ip).unwrap_or_default(),
        mac: text(device.macaddress, at.key("macaddress"), log).or(mac),
        interfaces,
        vendor: text(device.vendor, at.key("vendor"), log),
        device_type: text(device.type_name, at.key("typename"), log).or(type_label),
        os: text(device.os, at.key("os"), log),
        label: text(device.label, at.key("devicelabel"), log),
        tags: sound_items(device.tags, at.key("tags"), log, tag),
        sid: device.sid.accept(at.key("sid"), log),
        first_seen: device.first_seen.accept(at.key("firstSeen"), log).or(time).map(time_of),
        last_seen: device.last_seen.accept(at.key("lastSeen"), log).or(endtime).map(time_of),
        ..Device::default()
    }
}

fn interface(interface: wire::Interface, at: Path<'_>, log: &mut WarningLog) -> NetworkInterface {
    NetworkInterface {
        mac: text(interface.mac, at.key("mac"), log),
        ips: sound_items(interface.ips, at.key("ips"), log, seen_ip).unwrap_or_default(),
    }
}

fn seen_ip(entry: wire::DeviceIp, at: Path<'_>, log: &mut WarningLog) -> Option<SeenIp> {
    Some(SeenIp {
        ip: required(entry.ip, "ip", at, log)?,
        time: entry.time.accept(at.key("timems"), log).map(|Millis(time)| time),
        sid: entry.sid.accept(at.key("sid"), log),
    })
}

fn tag(tag: wire::Tag, at: Path<'_>, log: &mut WarningLog) -> Option<Tag> {
    let data = tag.data.accept(at.key("data"), log).unwrap_or_default();
    let in_data = at.key("data");
    Some(Tag {
        name: required(tag.name.or(tag.label), "name", at, log)?,
        tid: tag.tid.accept(at.key("tid"), log),
        restricted: tag.restricted.accept(at.key("restricted"), log),
        automatic: data.auto.accept(in_data.key("auto"), log),
        description: text(data.description, in_data.key("description"), log),
    })
}

/// A device of a list that is about devices: without an id it cannot be asked about.
fn known_device(read: wire::Device, at: Path<'_>, log: &mut WarningLog) -> Option<Device> {
    let device = device(read, at, log);
    if device.did.is_none() {
        log.note(at, Problem::WithoutKey("did"));
        return None;
    }
    Some(device)
}

pub(crate) fn devices(bytes: &[u8]) -> Result<(Vec<Device>, Vec<Warning>), ReadError> {
    let (devices, mut warnings) = one_or_many(bytes, "/devices", known_device)?;
    let mut log = WarningLog::default();
    note_anonymised(&devices, &mut log);
    warnings.extend(log.finish());
    Ok((devices, warnings))
}

pub(crate) fn similar_devices(
    bytes: &[u8],
) -> Result<(Vec<SimilarDevice>, Vec<Warning>), ReadError> {
    one_or_many(bytes, "/similardevices", |mut entry: wire::Device, at, log| {
        let score = std::mem::take(&mut entry.score).accept(at.key("score"), log);
        Some(SimilarDevice { device: known_device(entry, at, log)?, score })
    })
}

pub(crate) fn search_page(bytes: &[u8]) -> Result<DeviceSearchPage, ReadError> {
    const ENDPOINT: &str = "/devicesearch";
    let mut log = WarningLog::default();
    let root = Path::ROOT;
    match parse::<wire::SearchPage>(bytes, ENDPOINT, &mut log)? {
        // `null` is how some answers say that there is none.
        Lenient::Value(page) if !(page.devices.is_missing() && page.total_count.is_missing()) => {
            let entries = page.devices.value().map_or(0, |List(entries)| entries.len() as u64);
            let total_count = page.total_count.accept(root.key("totalCount"), &mut log);
            let devices = sound_items(page.devices, root.key("devices"), &mut log, known_device)
                .unwrap_or_default();
            note_anonymised(&devices, &mut log);
            Ok(DeviceSearchPage { entries, total_count, devices, warnings: log.finish() })
        }
        _ => Err(ReadError::not_a_response(ENDPOINT, LooksLike::json(strip_bom(bytes)))),
    }
}
