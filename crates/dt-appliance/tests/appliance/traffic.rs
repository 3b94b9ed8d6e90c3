//! Whether the traffic is like that of a network: its rhythm, its noise, and who is like whom.

use dt_appliance::{Network, NetworkConfig, Responder};
use dt_model::{DataType, DeviceInfo, Dialect};

use jiff::tz::Offset;

use crate::{counts, device_info, now};

fn quiet() -> Responder {
    let config = NetworkConfig::new().incident_sets(0);
    Responder::new(Network::generate_with(config, 11, now()), Dialect::Appliance)
}

/// The mean of the buckets that begin in one of these hours, on weekdays or at the weekend.
fn mean_at(info: &DeviceInfo, hours: std::ops::Range<i8>, weekday: bool) -> f64 {
    let of_interest = info.subject.series.buckets().iter().filter(|bucket| {
        let time = Offset::UTC.to_datetime(bucket.start);
        let day = time.weekday().to_monday_zero_offset();
        hours.contains(&time.hour()) && (day < 5) == weekday
    });
    let counts: Vec<u64> = of_interest.map(|bucket| bucket.count).collect();
    counts.iter().sum::<u64>() as f64 / counts.len() as f64
}

#[test]
fn people_work_on_weekdays_and_machines_always() {
    let responder = quiet();
    for did in [12345, 12347, 20005, 50001] {
        let info = device_info(&responder, &format!("did={did}"));
        let (day, night) = (mean_at(&info, 9..12, true), mean_at(&info, 0..5, true));
        let weekend = mean_at(&info, 9..12, false);
        assert!(day > 1.5 * night && day > 1.5 * weekend, "{did} {day} {night} {weekend}");
    }
    let camera = device_info(&responder, "did=40001");
    let (day, night) = (mean_at(&camera, 9..12, true), mean_at(&camera, 0..5, false));
    assert!((0.8..1.25).contains(&(day / night)), "{day} {night}");
    // Mon to Fri around the clock, and switched off for the weekend.
    let docked = device_info(&responder, "did=12345");
    assert!(mean_at(&docked, 0..5, false).abs() < f64::EPSILON);
    // The public comes in the evening and at the weekend.
    let web = device_info(&responder, "did=20011&odid=0");
    assert!(mean_at(&web, 18..22, false) > 2.0 * mean_at(&web, 1..5, false));
}

#[test]
fn counts_vary_more_than_chance_alone_would_have_it() {
    let responder = quiet();
    for did in [12347, 20005, 40001] {
        let info = device_info(&responder, &format!("did={did}"));
        let hours = info.subject.series.buckets().iter().filter(|bucket| {
            let time = Offset::UTC.to_datetime(bucket.start);
            time.hour() == 10 && time.weekday().to_monday_zero_offset() < 5
        });
        let counts: Vec<f64> = hours.map(|bucket| bucket.count as f64).collect();
        let n = counts.len() as f64;
        let mean = counts.iter().sum::<f64>() / n;
        let variance = counts.iter().map(|count| (count - mean).powi(2)).sum::<f64>() / (n - 1.0);
        assert!(variance > 1.2 * mean, "{did} {mean} {variance}");
        assert!(variance < mean * mean, "{did} {mean} {variance}: not wild either");
    }
}

#[test]
fn bytes_follow_connections() {
    let responder = quiet();
    for did in [12345, 20005, 30001] {
        let of = |data_type: DataType| {
            counts(&device_info(&responder, &format!("did={did}&datatype={data_type}")))
        };
        let connections = of(DataType::Connections);
        let (out, into) = (of(DataType::BytesOut), of(DataType::BytesIn));
        for ((&connections, out), into) in connections.iter().zip(out).zip(into) {
            assert_eq!(connections == 0, out == 0, "{did}");
            assert!(connections > 0 || into == 0, "{did}");
        }
    }
}

#[test]
fn both_ends_of_a_connection_report_it() {
    let responder = quiet();
    let of = |did: i64, odid: i64, data_type: DataType| {
        let query = format!("did={did}&odid={odid}&datatype={data_type}");
        counts(&device_info(&responder, &query))
    };
    for (client, server) in [(12345, 20005), (20021, 40003), (50001, 20022), (20024, 12350)] {
        use DataType::{BytesIn, BytesOut, Connections};
        assert_eq!(of(client, server, Connections), of(server, client, Connections));
        assert_eq!(of(client, server, BytesOut), of(server, client, BytesIn));
        assert!(of(client, server, Connections).iter().sum::<u64>() > 0, "{client} {server}");
    }
}

/// The shares of a device's ports, as numbers that can be compared.
fn mix(info: &DeviceInfo) -> Vec<(String, f64)> {
    let ports = info.subject.breakdown.as_ref().unwrap().ports_used.as_ref().unwrap();
    ports.iter().map(|part| (part.key.to_string(), part.share.value())).collect()
}

/// Half the sum of the differences: 0 for equal mixes, 1 for disjoint ones.
fn apart(one: &[(String, f64)], other: &[(String, f64)]) -> f64 {
    let share = |mix: &[(String, f64)], key: &str| {
        mix.iter().find(|(known, _)| known == key).map_or(0.0, |(_, share)| *share)
    };
    let keys = one.iter().chain(other).map(|(key, _)| key.as_str());
    let keys: std::collections::BTreeSet<&str> = keys.collect();
    keys.into_iter().map(|key| (share(one, key) - share(other, key)).abs()).sum::<f64>() / 2.0
}

#[test]
fn similar_devices_have_similar_habits() {
    let responder = quiet();
    let strangers = [12345, 20001, 30001, 40001, 50001]
        .map(|did| (did, mix(&device_info(&responder, &format!("did={did}")))));
    for (did, own) in &strangers {
        let target = format!("/similardevices?did={did}&count=1");
        let similar = crate::json(&responder, &target)[0]["did"].as_i64().unwrap();
        let similar = apart(own, &mix(&device_info(&responder, &format!("did={similar}"))));
        for (other, mix) in strangers.iter().filter(|(other, _)| other != did) {
            let stranger = apart(own, mix);
            assert!(
                similar < 0.15 && stranger > 2.0 * similar,
                "{did} {other} {similar} {stranger}"
            );
        }
    }
}
