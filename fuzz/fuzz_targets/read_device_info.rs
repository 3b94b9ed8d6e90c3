//! Any bytes, read as every answer the crate knows: a value that keeps its promises, or an error
//! that can be printed. Never a panic.

#![no_main]

use std::fmt::Display;

use dt_model::{
    Amount, Breakdown, DataType, Device, DeviceInfo, DeviceSearchPage, EndpointDetails,
    IntervalHours, Part, Peer, Port, Profile, ReadError, Series, SimilarDevice, Warning,
};
use libfuzzer_sys::fuzz_target;
use serde::de::IgnoredAny;

/// What the crate keeps of warnings: 100, and one that counts the rest.
const MOST_WARNINGS: usize = 101;

/// In characters. However long a name in the response is, a message about it can be read.
const LONGEST_MESSAGE: usize = 1000;

const DATA_TYPES: [DataType; 3] = [DataType::Connections, DataType::BytesOut, DataType::BytesIn];

fuzz_target!(|bytes: &[u8]| {
    let well_formed = is_well_formed(bytes);
    device_info(bytes, well_formed);
    list(Device::list_from_slice(bytes), well_formed, walk_device);
    list(SimilarDevice::list_from_slice(bytes), well_formed, |similar| {
        walk_device(&similar.device);
        assert!(similar.score.is_none_or(f64::is_finite));
    });
    list(EndpointDetails::list_from_slice(bytes), well_formed, endpoint);
    match DeviceSearchPage::from_slice(bytes) {
        Ok(page) => {
            page.devices.iter().for_each(walk_device);
            warnings(&page.warnings);
        }
        Err(error) => refused(&error, well_formed),
    }
});

/// By the grammar alone: whether values fit into any type is not asked.
fn is_well_formed(bytes: &[u8]) -> bool {
    let json = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    str::from_utf8(json).is_ok_and(|json| serde_json::from_str::<IgnoredAny>(json).is_ok())
}

fn device_info(bytes: &[u8], well_formed: bool) {
    let read = DeviceInfo::from_slice(bytes);
    match &read {
        Ok(info) => walk(info),
        Err(error) => refused(error, well_formed),
    }
    for data_type in DATA_TYPES {
        match DeviceInfo::from_slice_as(bytes, data_type) {
            Ok(info) => {
                walk(&info);
                assert_eq!(info.subject.series.measure(), Some(data_type));
                let unlabelled = read.as_ref().expect("a label makes nothing readable");
                assert_eq!(unlabelled.dialect, info.dialect);
            }
            Err(error) => {
                refused(&error, well_formed);
                assert!(read.is_err() || error.is_other_measure(), "{error}");
            }
        }
    }
}

fn walk(info: &DeviceInfo) {
    warnings(&info.warnings);
    info.devices.iter().for_each(walk_device);
    profile(&info.subject);
    for similar in &info.similar {
        profile(&similar.profile);
        assert!(similar.similarity.is_none_or(is_fraction), "{:?}", similar.similarity);
        assert_eq!(similar.profile.series.measure(), info.subject.series.measure());
    }
    if let Some(summary) = &info.summary {
        let _ = (summary.anomaly_indicators(), format!("{summary:?}"));
    }

    let starts: Vec<_> = info.subject.series.buckets().iter().map(|bucket| bucket.start).collect();
    let middle = starts.get(starts.len() / 2).copied();
    assert_eq!(&info.clone().between(None, None), info);
    let (before, after) = (info.clone().between(None, middle), info.clone().between(middle, None));
    if middle.is_some() {
        let halves = [&before, &after].map(|half| half.subject.series.buckets().len());
        assert_eq!(halves.iter().sum::<usize>(), starts.len());
    }
    let interval = IntervalHours::new(u32::MAX).expect("not zero");
    series(&info.clone().with_interval(interval).subject.series);
}

fn profile(profile: &Profile) {
    walk_device(&profile.device);
    series(&profile.series);
    for destination in profile.destinations.iter().flatten() {
        assert_ne!(destination.hostname.as_deref(), Some(""));
        destination.ports.iter().for_each(port);
    }
    if let Some(breakdown) = &profile.breakdown {
        walk_breakdown(breakdown);
    }
}

fn series(series: &Series) {
    let buckets = series.buckets();
    assert!(buckets.is_sorted_by(|a, b| a.start < b.start), "buckets out of order");
    assert_eq!(series.counts().len(), buckets.len());
    assert_eq!(series.start(), buckets.first().map(|bucket| bucket.start));
    assert!(series.width().is_none_or(|width| width.is_positive()));
    if let Some(end) = series.end() {
        assert!(buckets.iter().all(|bucket| bucket.start < end));
        assert_eq!(series.complete_until(end), Some(end));
    }
    for bucket in buckets {
        let _ = series.complete_until(bucket.start);
        if let Some(detail) = &bucket.detail {
            detail.ports.iter().for_each(|(key, _)| port(key));
            assert!(distinct(detail.ports.iter().map(|(key, _)| key.to_string())));
            assert!(distinct(detail.protocols.iter().map(|(key, _)| key.clone())));
        }
    }
}

fn walk_breakdown(breakdown: &Breakdown) {
    let Breakdown {
        total_used: used,
        total_served: served,
        total_devices_and_ports: both,
        ports_used,
        ports_served,
        devices_used,
        devices_served,
        devices_and_ports,
        external_domains,
        external_asns,
    } = breakdown;
    parts(ports_used.as_ref(), *used, port);
    parts(ports_served.as_ref(), *served, port);
    parts(devices_used.as_ref(), *used, |peer: &Peer| drop(peer.to_string()));
    parts(devices_served.as_ref(), *served, |peer: &Peer| drop(peer.to_string()));
    parts(devices_and_ports.as_ref(), *both, |pair| drop(format!("{pair:?}")));
    parts(external_domains.as_ref(), *used, |name| drop(name.to_string()));
    parts(external_asns.as_ref(), *used, |name| drop(name.to_string()));
}

fn parts<K>(parts: Option<&Vec<Part<K>>>, base: Option<u64>, key: impl Fn(&K)) {
    for part in parts.into_iter().flatten() {
        key(&part.key);
        assert!(is_fraction(part.share.value()), "{:?}", part.share);
        assert!(part.share.margin() > 0.0, "a rounded share that claims to be exact");
        assert_eq!(part.amount.is_some(), base.is_some());
        if let (Some(amount), Some(base)) = (part.amount, base) {
            assert!(matches!(amount, Amount::Estimate { .. }), "{amount}");
            // A rounded share of a count is itself rounded.
            assert!((0.0..=base as f64).contains(&amount.value()), "{amount} of {base}");
        }
    }
}

/// A port is printed as it was read.
fn port(port: &Port) {
    assert_eq!(port.to_string().parse().as_ref(), Ok(port));
    if let Port::Range { low, high } = port {
        assert!(low <= high);
    }
}

fn walk_device(device: &Device) {
    let texts = [
        &device.hostname,
        &device.ip,
        &device.mac,
        &device.vendor,
        &device.label,
        &device.model,
        &device.location,
        &device.owner,
        &device.criticality,
    ];
    assert!(texts.iter().all(|text| text.as_deref() != Some("")), "{device:?}");
    assert_eq!(&device.clone().completed_by(device), device);
}

fn endpoint(endpoint: &EndpointDetails) {
    assert_ne!(endpoint, &EndpointDetails::default(), "says nothing");
    assert!(distinct(endpoint.countries().map(ToOwned::to_owned)));
    assert!(endpoint.popularity.is_none_or(|value| (0.0..=100.0).contains(&value)), "{endpoint:?}");
    assert!(endpoint.dga_score.is_none_or(f64::is_finite));
}

fn list<T>(read: Result<(Vec<T>, Vec<Warning>), ReadError>, well_formed: bool, walk: impl Fn(&T)) {
    match read {
        Ok((items, noted)) => {
            items.iter().for_each(walk);
            warnings(&noted);
        }
        Err(error) => refused(&error, well_formed),
    }
}

fn warnings(warnings: &[Warning]) {
    assert!(warnings.len() <= MOST_WARNINGS, "{} warnings", warnings.len());
    warnings.iter().for_each(printable);
}

/// What is well-formed is read, or told as what it is.
fn refused(error: &ReadError, well_formed: bool) {
    printable(error);
    if well_formed {
        let text = error.to_string();
        assert!(!text.starts_with("failed to read the JSON"), "well-formed, but: {text}");
        assert!(!error.is_truncated(), "well-formed, but truncated: {text}");
    }
}

/// Errors go to a terminal as they are, so nothing of the response in them may act there.
fn printable(message: &impl Display) {
    let text = message.to_string();
    let length = text.chars().count();
    assert!(length <= LONGEST_MESSAGE, "a message of {length} characters");
    assert!(!text.contains(acts), "acts on a terminal: {text:?}");
}

/// Controls, line breaks, marks that change the direction of what follows, and what is invisible.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{2028}' | '\u{2029}'
            | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            | '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}'
        )
}

fn is_fraction(value: f64) -> bool {
    (0.0..=1.0).contains(&value)
}

fn distinct(keys: impl Iterator<Item = String>) -> bool {
    let mut seen = std::collections::HashSet::new();
    keys.into_iter().all(|key| seen.insert(key))
}
