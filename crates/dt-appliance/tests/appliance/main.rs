//! The appliance as its clients meet it.

#![expect(clippy::unwrap_used, reason = "these are tests, their helper functions too")]

mod alerts;
mod bounds;
mod determinism;
mod device_info;
mod dialects;
mod endpoints;
mod errors;
mod external_domains;
mod faults;
mod forwarder;
mod ground_truth;
mod http;
mod search;
mod traffic;
mod version_two;

use dt_appliance::{Answer, Network, Responder};
use dt_model::{DataType, DeviceInfo, Dialect};
use jiff::Timestamp;
use serde_json::Value;

/// What the appliances here take for the time: a Monday evening.
fn now() -> Timestamp {
    "2026-11-23T23:10:00Z".parse().unwrap()
}

fn network() -> Network {
    Network::generate(7, now())
}

fn responder(dialect: Dialect) -> Responder {
    Responder::new(network(), dialect)
}

fn get(responder: &Responder, target: &str) -> Answer {
    responder.answer("GET", target, now())
}

/// The JSON of an answer that must be one.
fn json(responder: &Responder, target: &str) -> Value {
    let answer = get(responder, target);
    assert_eq!(answer.status, 200, "{target}: {}", String::from_utf8_lossy(&answer.body));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    serde_json::from_slice(&answer.body).unwrap()
}

/// A `/deviceinfo` answer, read; nothing about it may be odd.
fn device_info(responder: &Responder, query: &str) -> DeviceInfo {
    let data_type = match query {
        _ if query.contains("datatype=sizeout") => DataType::BytesOut,
        _ if query.contains("datatype=sizein") => DataType::BytesIn,
        _ => DataType::Connections,
    };
    let answer = get(responder, &format!("/deviceinfo?{query}"));
    assert_eq!(answer.status, 200, "{query}: {}", String::from_utf8_lossy(&answer.body));
    let info = DeviceInfo::from_slice_as(&answer.body, data_type).unwrap();
    assert!(info.warnings.is_empty(), "{query}: {:?}", info.warnings);
    info
}

fn counts(info: &DeviceInfo) -> Vec<u64> {
    info.subject.series.buckets().iter().map(|bucket| bucket.count).collect()
}

fn total(info: &DeviceInfo) -> u64 {
    counts(info).iter().sum()
}
