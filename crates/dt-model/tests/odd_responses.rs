//! What responses may hold that they should not, and what becomes of it.

use dt_model::{Amount, DataType, DeviceId, DeviceInfo, DeviceSearchPage, Peer, Port, ReadError};

fn read(json: &str) -> DeviceInfo {
    DeviceInfo::from_slice(json.as_bytes()).expect("a response")
}

fn refuse(bytes: &[u8]) -> ReadError {
    DeviceInfo::from_slice(bytes).expect_err("no response")
}

fn counts(info: &DeviceInfo) -> Vec<u64> {
    info.subject.series.counts().collect()
}

fn warnings(info: &DeviceInfo) -> String {
    info.warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn odd_buckets_are_left_out_and_the_rest_is_kept() {
    let info = read(
        r#"{"deviceInfo":[{"did":230.0,"graphData":[
            {"time":7200000,"count":2.0},
            {"time":"soon","count":1},
            {"time":3600000,"count":"many"},
            {"time":3600000,"count":-1},
            {"time":3600000,"count":1.5},
            {"time":3600000},
            {"count":1},
            7,
            null,
            {"time":99999999999999999,"count":1},
            {"time":0,"count":18446744073709551615,"unknown":[{}]},
            {"time":10800000,"count":18446744073709551616},
            {"time":10800000,"count":3,"count":4},
            {"time":0.0,"count":9}
        ]}]}"#,
    );
    assert_eq!(counts(&info), [9, 2, 4]);
    insta::assert_snapshot!(warnings(&info));
}

#[test]
fn parts_say_what_they_are_of() {
    let info = read(
        r#"{"deviceInfo":[{"did":1,"info":{"totalUsed":1000,"portsUsed":[
            {"port":443,"size":44,"firstTime":1530000000000},
            {"port":"5001 - 10000","size":11.0},
            {"port":"others","size":1},
            {"port":70000,"size":1},
            {"port":80,"size":101},
            {"port":22}
        ],"portsServed":[{"port":22,"size":53}],"devicesUsed":[{"did":-6.0,"size":9},{"did":"others","size":1}],
        "externalDomains":[{"domain":"others","size":1}, {"domain":"google.com","size":26}]}}]}"#,
    );
    let breakdown = info.subject.breakdown.as_ref().unwrap();
    let ports = breakdown.ports_used.as_ref().unwrap();
    assert_eq!(ports.len(), 3);
    assert_eq!(ports[0].amount, Some(Amount::Estimate { value: 440.0, margin: 5.0 }));
    assert_eq!(ports[1].key, Port::Range { low: 5001, high: 10_000 });
    // No base, no amount: a share is all that is known.
    assert_eq!(breakdown.ports_served.as_ref().unwrap()[0].amount, None);
    assert_eq!(breakdown.devices_used.as_ref().unwrap()[1].key, Peer::Others);
    assert_eq!(breakdown.devices_served, None);
    insta::assert_snapshot!(warnings(&info), @r#"
    deviceInfo[0].info.portsUsed[3].port: expected a port, found a number out of range; left out
    deviceInfo[0].info.portsUsed[4].size: expected a percentage, found a number out of range; left out
    deviceInfo[0].info.portsUsed[5]: has no "size"; left out
    "#);
}

#[test]
fn the_documented_dialect_leaves_out_what_is_zero() {
    let info = read(
        r#"{"device":{"did":1,"hostname":"","devicetype":3,"os":9,"tags":["a",4]},
            "graphdata":[{"timestamp":0},{"timestamp":3600,"connections":5,
              "protocols":{"TCP":3,"UDP":null,"TCP":4,"X":"?"},"ports":{"443":2,"Other":1,"0443":1}}],
            "destinations":[{"ip":"10.0.0.1","is_external":null},{"connections":"no"},[]],
            "similar_devices":[{"did":2,"similarity_score":1.5,"graphdata":null}]}"#,
    );
    assert_eq!(counts(&info), [0, 5]);
    assert_eq!(info.subject.device.hostname, None);
    assert_eq!(info.subject.device.device_type.as_deref(), Some("laptop"));
    assert_eq!(info.subject.device.os.as_deref(), Some("9"));
    let detail = info.subject.series.buckets()[1].detail.as_ref().unwrap();
    assert_eq!(detail.protocols, [("TCP".to_owned(), 4)]);
    assert_eq!(detail.ports.len(), 3);
    assert_eq!(info.subject.destinations.as_ref().unwrap().len(), 1);
    assert_eq!(info.similar[0].similarity, None);
    insta::assert_snapshot!(warnings(&info), @r#"
    device.tags[1]: expected text, found a number; left out
    graphdata[1].protocols: holds "TCP" more than once; the last counts
    graphdata[1].protocols.X: expected a count, found text; left out
    destinations[1].connections: expected a count, found text; left out
    destinations[2]: expected an object, found a list; left out
    similar_devices[0].similarity_score: expected a number from 0 to 1, found a number out of range; left out
    "#);
}

#[test]
fn the_documented_dialect_says_what_it_counts() {
    let bytes = br#"{"graphdata":[{"timestamp":0,"bytes_out":5}]}"#;
    let info = DeviceInfo::from_slice(bytes).unwrap();
    assert_eq!(info.subject.series.measure(), Some(DataType::BytesOut));
    let error = DeviceInfo::from_slice_as(bytes, DataType::Connections).unwrap_err();
    assert!(error.is_other_measure());
    insta::assert_snapshot!(error, @"the response counts sizeout, but co was expected");

    let both = br#"{"graphdata":[{"timestamp":0,"connections":1,"bytes_in":5}]}"#;
    let info = DeviceInfo::from_slice_as(both, DataType::BytesIn).unwrap();
    assert_eq!((counts(&info), info.warnings.len()), (vec![5], 0));
    let info = DeviceInfo::from_slice(both).unwrap();
    assert_eq!((counts(&info), info.warnings.len()), (vec![1], 1));
}

#[test]
fn what_is_no_response_is_called_by_its_name() {
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let cases: [(&str, &[u8]); 20] = [
        ("empty", b""),
        ("blank", b" \n"),
        ("html", b"<html><head><TITLE lang=en>\n Log\x1b[31m in </title>"),
        ("xml", b"<?xml version='1.0'?>"),
        ("utf-16", b"\xff\xfe{\0}\0"),
        ("text", b"upstream connect error\nor disconnect"),
        ("null", b"null"),
        ("number", b"12"),
        ("string", b"\"x\""),
        ("array", br#"[{"did":1,"ip":"10.0.0.1"}]"#),
        ("empty object", b"{}"),
        ("devices", br#"{"did":1,"ip":"10.0.0.1"}"#),
        ("search", br#"{"totalCount":0,"devices":[]}"#),
        ("error", br#"{"error":"API SIGNATURE ERROR"}"#),
        ("model breach", br#"{"pbid":1,"device":{"did":1},"model":{}}"#),
        ("no entry", br#"{"deviceInfo":[]}"#),
        ("truncated", br#"{"deviceInfo":[{"did":1,"graphData":[{"time":1,"co"#),
        ("deep", deep.as_bytes()),
        ("trailing", br#"{"graphdata":[]} {}"#),
        ("invalid UTF-8", b"{\"graphdata\":[{\"timestamp\":\"\xff\"}]}"),
    ];
    let messages = cases.map(|(name, bytes)| format!("{name}: {}", refuse(bytes)));
    insta::assert_snapshot!(messages.join("\n"));

    assert!(refuse(br#"{"graphdata":["#).is_truncated());
    assert!(!refuse(b"{]").is_truncated());
}

#[test]
fn depth_is_no_obstacle_where_nothing_is_read() {
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let info = read(&format!(r#"{{"new":{deep},"graphdata":[{{"timestamp":0,"x":{deep}}}]}}"#));
    assert_eq!(counts(&info), [0]);
}

#[test]
fn a_byte_order_mark_is_no_obstacle() {
    let info = DeviceInfo::from_slice(b"\xef\xbb\xbf{\"graphdata\":[]}").unwrap();
    assert!(counts(&info).is_empty());
}

#[test]
fn a_cut_drops_what_cannot_be_cut() {
    let info = read(
        r#"{"graphdata":[{"timestamp":0,"connections":1},{"timestamp":3600,"connections":2},
            {"timestamp":7200,"connections":3}],"destinations":[]}"#,
    );
    let at = |second| Some(jiff::Timestamp::from_second(second).unwrap());
    assert_eq!(info.clone().between(None, None), info);
    let cut = info.between(at(3600), at(7200));
    assert_eq!(counts(&cut), [2]);
    assert_eq!(cut.subject.destinations, None);
}

#[test]
fn an_answer_that_names_only_others_is_about_another_device() {
    let asked = |json: &str| {
        DeviceInfo::from_slice_about(json.as_bytes(), None, DeviceId::new(7)).map(|info| {
            (info.subject.device.did.map(DeviceId::get), info.similar.len(), warnings(&info))
        })
    };
    // The first entry names nobody, the second one somebody else.
    let other = r#"{"deviceInfo":[{"similarityScore":100},{"did":9,"similarityScore":98}]}"#;
    assert!(asked(other).unwrap_err().is_other_device());

    let behind = r#"{"deviceInfo":[{"similarityScore":100},{"did":7,"similarityScore":98}]}"#;
    assert_eq!(asked(behind).unwrap().0, Some(7));

    let nobody = r#"{"deviceInfo":[{"similarityScore":100},{"similarityScore":98}]}"#;
    let (did, similar, warnings) = asked(nobody).unwrap();
    assert_eq!((did, similar), (None, 1));
    assert!(warnings.contains("names no device"), "{warnings}");
}

/// A client sensor's device has no address but at its interfaces.
#[test]
fn addresses_of_interfaces_are_read() {
    let body = br#"{"totalCount": 2, "devices": [{"did": 9, "interfaces": [
        {"mac": "00:ff:38:e0:0c:0b", "ips": [{"ip": "100.64.0.2", "sid": -11}]},
        {"ips": [{"ip": "192.168.0.88"}]}]}, {"hostname": "nobody"}]}"#;
    let page = DeviceSearchPage::from_slice(body).unwrap();
    assert_eq!((page.entries, page.devices.len()), (2, 1), "what is left out was sent");
    let device = &page.devices[0];
    assert_eq!(device.ip.as_deref(), Some("100.64.0.2"));
    assert_eq!(device.mac.as_deref(), Some("00:ff:38:e0:0c:0b"));
    assert!(device.addresses().any(|ip| ip.to_string() == "192.168.0.88"));
}
