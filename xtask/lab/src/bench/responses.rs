//! Responses large enough to be measured: four weeks by the hour, ten similar devices, full details,
//! and as much more or less of these as is asked for.

use std::fmt::Write;

pub(super) const BUCKETS: u64 = 672;
pub(super) const SIMILAR: u64 = 10;
const START: u64 = 1_793_055_600;

/// A count that looks like traffic: different in every bucket, larger by day.
fn count(device: u64, bucket: u64) -> u64 {
    let day = if (8..18).contains(&(bucket % 24)) { 40 } else { 3 };
    day + (device * 31 + bucket * 17) % 29
}

/// Puts `items` between brackets, separated by commas.
fn list(json: &mut String, items: impl Iterator<Item = String>) {
    json.push('[');
    for (place, item) in items.enumerate() {
        if place > 0 {
            json.push(',');
        }
        json.push_str(&item);
    }
    json.push(']');
}

pub(super) fn documented() -> String {
    let graph = |device: u64| {
        let mut points = String::new();
        list(
            &mut points,
            (0..BUCKETS).map(|bucket| {
                let (time, all) = (START + bucket * 3600, count(device, bucket));
                let (outside, udp) = (all / 3, all / 9);
                format!(
                    r#"{{"timestamp":{time},"connections":{all},"unique_destinations":{udp},"internal_connections":{},"external_connections":{outside},"protocols":{{"TCP":{},"UDP":{udp}}},"ports":{{"443":{},"80":{outside},"53":{udp},"22":1,"Other":2}}}}"#,
                    all - outside,
                    all - udp,
                    all - outside,
                )
            }),
        );
        points
    };
    let mut json = format!(
        r#"{{"device":{{"did":12345,"hostname":"workstation-01","ip":"10.20.4.17","mac":"02:00:5e:00:30:39","devicetype":3,"os":1,"firstseen":1788247800,"lastseen":1795474800,"tags":["Finance","corporate"]}},"graphdata":{},"destinations":"#,
        graph(0)
    );
    list(
        &mut json,
        (0..100).map(|place| {
            format!(
                r#"{{"ip":"192.0.2.{place}","hostname":"host-{place}.service.example","did":null,"connections":{},"first_connection":{START},"last_connection":1795474800,"bytes_sent":{},"bytes_received":1048576,"ports":[53,443],"protocols":["UDP","TCP"],"is_external":true,"country":"Ireland"}}"#,
                1000 - place,
                place * 4096
            )
        }),
    );
    json.push_str(r#","devicedetails":{"#);
    for device in 0..=SIMILAR {
        let comma = if device == 0 { "" } else { "," };
        let _ = write!(
            json,
            r#"{comma}"{}":{{"hostname":"workstation-{device}","ip":"10.20.4.{device}","mac":"02:00:5e:00:30:{device:02x}","devicetype":3,"os":1,"vendor":"Dell Inc.","model":"OptiPlex 7090","location":"Building A, Floor 2","owner":"finance","compliance_tags":["SOX","GDPR"],"last_update":1795474800}}"#,
            12345 + device
        );
    }
    json.push_str(r#"},"similar_devices":"#);
    list(
        &mut json,
        (1..=SIMILAR).map(|device| {
            format!(
                r#"{{"did":{},"hostname":"workstation-{device}","similarity_score":0.{},"graphdata":{}}}"#,
                12345 + device,
                99 - device,
                graph(device)
            )
        }),
    );
    json.push_str(
        r#","summary":{"total_connections":1247,"unique_destinations":89,"external_ratio":0.15,"top_protocols":["TCP","UDP"],"top_ports":[443,80,53],"peak_activity_hour":14,"data_transfer":{"total_bytes_out":104857600,"total_bytes_in":209715200,"avg_session_size":1048576},"anomaly_indicators":[]}}"#,
    );
    json
}

/// The appliance dialect's answer. The device itself is busy for three hours of its last night, so
/// that there is something to be found.
pub(super) fn appliance(buckets: u64, similar: u64) -> String {
    let night = buckets - 22..buckets - 19;
    let count = |device: u64, bucket: u64| {
        let busy = device == 0 && night.contains(&bucket);
        if busy { 90_000_000 } else { count(device, bucket) }
    };
    let mut json = r#"{"deviceInfo":"#.to_owned();
    list(
        &mut json,
        (0..=similar).map(|device| {
            let mut points = String::new();
            list(
                &mut points,
                (0..buckets).map(|bucket| {
                    let time = (START + bucket * 3600) * 1000;
                    format!(r#"{{"time":{time},"count":{}}}"#, count(device, bucket))
                }),
            );
            let mut info = String::new();
            for (key, entry) in [
                ("portsUsed", r#""port":443"#),
                ("portsServed", r#""port":22"#),
                ("devicesUsed", r#""did":354"#),
                ("devicesServed", r#""did":12"#),
            ] {
                let _ = write!(info, r#","{key}":"#);
                list(
                    &mut info,
                    (0..20).map(|size| {
                        format!(r#"{{{entry},"size":{size},"firstTime":1530000000000}}"#)
                    }),
                );
            }
            format!(
                r#"{{"did":{},"similarityScore":{},"graphData":{points},"info":{{"totalUsed":374112,"totalServed":45,"totalDevicesAndPorts":374157,"devicesAndPorts":[{{"deviceAndPort":{{"direction":"out","device":-6,"port":443}},"size":27}},{{"deviceAndPort":"others","size":1}}]{info}}}}}"#,
                12345 + device,
                100 - device
            )
        }),
    );
    json.push_str(r#","devices":"#);
    list(
        &mut json,
        (0..=similar).map(|device| {
            format!(
                r#"{{"did":{},"macaddress":"02:00:5e:00:30:{device:02x}","vendor":"Dell Inc.","ip":"10.20.4.{device}","ips":[{{"ip":"10.20.4.{device}","timems":1795474800000,"time":"2026-11-23 23:00:00","sid":10}}],"sid":10,"hostname":"workstation-{device}","firstSeen":1788247800000,"lastSeen":1795474800000,"os":"Windows 10 and newer","devicelabel":"Finance {device}","typename":"laptop","typelabel":"Laptop","tags":[{{"tid":180,"name":"Finance","expiry":0,"restricted":false,"data":{{"auto":false,"color":200,"description":"Finance department"}}}}]}}"#,
                12345 + device
            )
        }),
    );
    json.push('}');
    json
}
