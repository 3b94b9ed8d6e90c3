//! The endpoints beside `/deviceinfo`.

use dt_appliance::{Network, Responder};
use dt_model::{Device, Dialect, EndpointDetails, SimilarDevice};
use jiff::Timestamp;
use serde_json::Value;

use crate::{get, json, responder};

fn endpoint(responder: &Responder, parameters: &str) -> EndpointDetails {
    let answer = get(responder, &format!("/endpointdetails?{parameters}"));
    let (mut endpoints, warnings) = EndpointDetails::list_from_slice(&answer.body).unwrap();
    assert!(warnings.is_empty(), "{warnings:?}");
    endpoints.remove(0)
}

#[test]
fn devices_are_one_by_id_and_many_otherwise() {
    let responder = responder(Dialect::Appliance);
    let read = |target| {
        let (devices, warnings) = Device::list_from_slice(&get(&responder, target).body).unwrap();
        assert!(warnings.is_empty(), "{warnings:?}");
        devices
    };
    assert!(json(&responder, "/devices?did=12345").is_object());
    let device = &read("/devices?did=12345")[0];
    assert_eq!(device.hostname.as_deref(), Some("workstation-01"));
    assert!(device.tags.is_none() && device.first_seen < device.last_seen);
    assert_eq!(
        read("/devices?did=12345&includetags=true")[0].tags.as_ref().unwrap()[0].name,
        "Finance"
    );
    for (target, count) in [
        ("/devices", 240),
        ("/devices?count=5", 5),
        ("/devices?ip=10.20.4.17", 1),
        ("/devices?mac=02:00:5E:00:30:39", 1),
        ("/devices?sid=2004", 23),
        ("/devices?ip=192.0.2.1", 0),
    ] {
        assert_eq!(read(target).len(), count, "{target}");
    }
}

#[test]
fn similar_devices_have_a_score_and_details_when_asked_for() {
    let responder = responder(Dialect::Appliance);
    let read = |target| SimilarDevice::list_from_slice(&get(&responder, target).body).unwrap();
    let (similar, warnings) = read("/similardevices?did=20001&count=3");
    assert!(warnings.is_empty(), "{warnings:?}");
    assert_eq!(similar.len(), 3);
    assert_eq!(similar[0].device.hostname.as_deref(), Some("dc-02"), "the other one of its role");
    assert!(similar.is_sorted_by(|one, next| one.score >= next.score));
    assert_eq!(similar[0].device.mac, None);
    let (full, _) = read("/similardevices?did=20001&count=3&fulldevicedetails=true");
    assert!(full[0].device.mac.is_some());
}

#[test]
fn a_name_is_described_as_far_as_it_was_asked() {
    let responder = responder(Dialect::Appliance);
    let bare = json(&responder, "/endpointdetails?hostname=google.com");
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&bare), ["hostname", "firsttime"]);
    let scored = json(&responder, "/endpointdetails?hostname=google.com&score=true");
    assert_eq!(keys(&scored), ["hostname", "firsttime", "popularity", "dgascore"]);
    let used = json(&responder, "/endpointdetails?hostname=google.com&devices=true");
    assert!(used["devices"].as_array().unwrap().len() > 100);

    let details = endpoint(&responder, "hostname=google.com&additionalinfo=true");
    assert_eq!(details.countries().collect::<Vec<_>>(), ["United States"]);
    assert!(details.popularity.unwrap() > 50.0);
    let both = endpoint(&responder, "hostname=microsoft.com&additionalinfo=true");
    assert_eq!(both.countries().collect::<Vec<_>>(), ["Ireland", "Netherlands"]);
}

#[test]
fn some_names_are_not_resolved_and_rare_ones_are_rare() {
    let responder = responder(Dialect::Appliance);
    let hidden = endpoint(&responder, "hostname=tracker.example&additionalinfo=true");
    assert_eq!((hidden.ips.len(), hidden.countries().count()), (0, 0));
    let rare = endpoint(&responder, "hostname=cdn-sync.example&additionalinfo=true");
    assert_eq!(rare.popularity, Some(1.0));
    assert!(rare.first_seen.unwrap() > responder.network().window_start());
    let generated = endpoint(&responder, "hostname=q7x2-relay.example&score=true");
    assert!(generated.dga_score.unwrap() > 50.0);
}

#[test]
fn an_address_is_outside_or_internal() {
    let responder = responder(Dialect::Appliance);
    let outside = endpoint(&responder, "ip=192.0.2.10");
    assert_eq!(outside.name.as_deref(), Some("www.google.com"));
    assert_eq!(outside.country.as_deref(), Some("United States"));
    assert_eq!(outside.asn.as_deref(), Some("AS15169 Google LLC"));
    let inside = endpoint(&responder, "ip=10.20.4.17");
    assert_eq!((inside.name.as_deref(), inside.country), (Some("internal_ip"), None));
}

#[test]
fn status_says_version_and_time() {
    let responder = responder(Dialect::Appliance);
    let status = json(&responder, "/status?format=json");
    assert_eq!(status["time"], "2026-11-23 23:10");
    assert_eq!(status["devices"], 240);
    assert!(json(&responder, "/status?fast=true").get("devices").is_none());
}

#[test]
fn a_network_at_the_end_of_time_answers_too() {
    for end in [Timestamp::MIN, Timestamp::MAX] {
        let responder = Responder::new(Network::generate(7, end), Dialect::Appliance);
        let targets = [
            "/devices?includetags=true",
            "/deviceinfo?did=12345",
            "/status",
            "/endpointdetails?hostname=cdn-sync.example&additionalinfo=true",
        ];
        for target in targets {
            let answer = responder.answer("GET", target, end);
            assert_eq!(answer.status, 200, "{target} at {end}");
        }
    }
}
