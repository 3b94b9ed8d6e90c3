//! What responses may hold that they should not, and what becomes of it.

use dt_model::{
    Amount, BreakdownEntry, DataType, Device, DeviceId, DeviceInfo, DeviceSearchPage, Endpoint,
    EndpointDetails, EndpointQuery, Evidence, IncidentGroup, ModelBreach, Peer, Port, Question,
    ReadError, Share, Warning,
};
use jiff::Timestamp;

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
    assert_eq!(ports.len(), 4);
    assert_eq!(ports[0].amount, Some(Amount::Estimate { value: 440.0, margin: 5.0 }));
    assert_eq!(ports[1].key, Port::Range { low: 5001, high: 10_000 });
    // No base, no amount: a share is all that is known.
    assert_eq!(breakdown.ports_served.as_ref().unwrap()[0].amount, None);
    assert_eq!(breakdown.devices_used.as_ref().unwrap()[1].key, Peer::Others);
    assert_eq!(breakdown.devices_served, None);
    insta::assert_snapshot!(warnings(&info), @r#"
    deviceInfo[0].info.portsUsed[3].port: expected a port, found a number out of range; left out
    deviceInfo[0].info.portsUsed[5]: has no "size"; left out
    deviceInfo[0].info.portsUsed: its shares add up to 156 %; each was taken as it is
    deviceInfo[0].info.portsUsed[4].size: a share beyond 100 %; read as 100 %
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
    assert_eq!(detail.protocols(), [("TCP".into(), 4)]);
    assert_eq!(detail.ports().len(), 3);
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
    let cases: [(&str, &[u8]); 29] = [
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
        ("gzip", b"\x1f\x8b\x08\0"),
        ("zip", b"PK\x03\x04\x14\0"),
        ("wide, without a mark", b"{\0\"\0d\0"),
        ("python", b"{'deviceInfo': [{'did': 7}]}"),
        ("powershell", b"@{deviceInfo=System.Object[]}"),
        ("curl -i", b"HTTP/2 200\r\ncontent-type: application/json\r\n\r\n{}"),
        ("quoted", br#""{\"deviceInfo\": []}""#),
        ("within", br#"{"status": 200, "data": {"deviceInfo": []}}"#),
        ("responses", br#"[{"deviceInfo": []}, {"deviceInfo": []}]"#),
        ("har", br#"{"log": {"version": "1.2", "entries": []}}"#),
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

#[test]
fn numbers_as_text_are_numbers() {
    let info = read(
        r#"{"deviceInfo":[{"did":"230","graphData":[
            {"time":"1580000000000","count":"355"},{"time":"1580003600000","count":" 7 "}],
            "info":{"totalUsed":"362","portsUsed":[{"port":"443","size":"100"}],
                    "devicesUsed":[{"did":"0","size":"9"}]}}]}"#,
    );
    assert_eq!(info.subject.device.did, Some(DeviceId::new(230)));
    assert_eq!(counts(&info), [355, 7]);
    let breakdown = info.subject.breakdown.as_ref().unwrap();
    assert_eq!(breakdown.devices_used.as_ref().unwrap()[0].key, Peer::External);
    insta::assert_snapshot!(warnings(&info), @"deviceInfo[0].did: a number as text; read as a number; in 8 other places, too");
}

#[test]
fn times_in_another_unit_or_as_text_are_times() {
    let ours = [1_580_000_000, 1_580_003_600];
    let starts = |json: &str| {
        let info = read(json);
        let starts = info.subject.series.buckets().iter().map(|bucket| bucket.start.as_second());
        assert_eq!(starts.collect::<Vec<_>>(), ours, "{json}");
        warnings(&info)
    };
    let appliance = |a: &str, b: &str| {
        starts(&format!(
            r#"{{"deviceInfo":[{{"graphData":[{{"time":{a},"count":1}},{{"time":{b},"count":2}}]}}]}}"#
        ))
    };
    let documented =
        starts(r#"{"graphdata":[{"timestamp":1580000000000},{"timestamp":1580003600000}]}"#);
    let warnings = [
        appliance("1580000000", "1580003600"),
        appliance("\"1580000000\"", "1580003600.0"),
        appliance("\"2020-01-26T00:53:20Z\"", "\"2020-01-26 01:53:20\""),
        documented,
    ];
    insta::assert_snapshot!(warnings.join("\n"), @"
    deviceInfo[0].graphData[0].time: seconds in place of milliseconds; read as seconds; in one other place, too
    deviceInfo[0].graphData[0].time: a number as text; read as a number
    deviceInfo[0].graphData[0].time: seconds in place of milliseconds; read as seconds; in one other place, too
    deviceInfo[0].graphData[0].time: a time as text; read as ISO 8601, in UTC where it names no zone; in one other place, too
    graphdata[0].timestamp: milliseconds in place of seconds; read as milliseconds; in one other place, too
    ");
}

#[test]
fn an_entry_that_stands_alone_is_a_list_of_one() {
    let info = read(r#"{"deviceInfo":{"did":7,"graphData":[{"time":0,"count":3}]}}"#);
    assert_eq!(counts(&info), [3]);
    assert_eq!(warnings(&info), "deviceInfo: an object in place of a list; read as a list of one");
}

#[test]
fn bytes_of_latin_1_do_not_lose_the_response() {
    let mut body = br#"{"deviceInfo":[{"did":7}],"devices":[{"did":7,"hostname":"b"#.to_vec();
    body.extend([0xfc, b'r', b'o']);
    body.extend("-größe\"}]}".as_bytes());
    let info = DeviceInfo::from_slice(&body).unwrap();
    assert_eq!(info.subject.device.hostname.as_deref(), Some("büro-größe"));
    assert_eq!(warnings(&info), "is not UTF-8; read as Latin-1 where it is not");
}

#[test]
fn shares_beyond_everything_are_told() {
    let info = read(
        r#"{"deviceInfo":[{"info":{"totalUsed":10,
            "portsUsed":[{"port":1,"size":140}],
            "devicesUsed":[{"did":1,"size":70},{"did":2,"size":60}],
            "externalDomains":[{"domain":"a","size":34},{"domain":"b","size":33},{"domain":"c","size":34}]}}]}"#,
    );
    let breakdown = info.subject.breakdown.as_ref().unwrap();
    assert_eq!(
        breakdown.ports_used.as_ref().unwrap()[0].share,
        Share::from_percent(100.0).unwrap()
    );
    insta::assert_snapshot!(warnings(&info), @"
    deviceInfo[0].info.devicesUsed: its shares add up to 130 %; each was taken as it is
    deviceInfo[0].info.portsUsed[0].size: a share beyond 100 %; read as 100 %
    ");
}

#[test]
fn anonymised_devices_are_told_as_that() {
    let body = br##"[{"id":6,"ip":"192.168.16.#54818"},{"id":9,"hostname":"#39911"}]"##;
    let (devices, warnings) = Device::list_from_slice(body).unwrap();
    assert!(devices.iter().all(Device::is_anonymised));
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    let page = [br#"{"totalCount":2,"devices":"#.as_slice(), body, b"}"].concat();
    assert_eq!(DeviceSearchPage::from_slice(&page).unwrap().warnings, warnings);

    let named = Device { hostname: Some("c#-build".to_owned()), ..Device::default() };
    assert!(!named.is_anonymised());
}

#[test]
fn null_is_no_device() {
    assert_eq!(Device::list_from_slice(b"null").unwrap(), (Vec::new(), Vec::new()));
}

#[test]
fn a_tag_is_called_by_its_label_where_it_has_no_name() {
    let (devices, _) =
        Device::list_from_slice(br#"{"did":1,"tags":[{"label":"Finance","count":3}]}"#).unwrap();
    assert_eq!(devices[0].tags.as_ref().unwrap()[0].name, "Finance");
}

#[test]
fn memory_follows_the_size_of_a_response_not_its_times() {
    let with = |own: &str, similar: &str| {
        let json = format!(
            r#"{{"deviceInfo":[{{"did":1,"graphData":[{own}]}},{{"did":2,"graphData":[{similar}]}}]}}"#
        );
        DeviceInfo::from_slice(json.as_bytes())
    };
    let hours = r#"{"time":0,"count":1},{"time":3600000,"count":1}"#;
    let close = r#"{"time":0,"count":1},{"time":1,"count":1},{"time":600000000,"count":1}"#;
    let refused = with(close, hours).unwrap_err();
    insta::assert_snapshot!(refused, @"the series' buckets reach over 600000001 intervals of their smallest distance; at most 20000 are read");

    let info = with(hours, close).unwrap();
    assert_eq!(info.similar[0].profile.series.buckets().len(), 0);
    insta::assert_snapshot!(warnings(&info), @"the series of did 2 reaches over 600000001 intervals, too many; left out");
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

#[test]
fn a_series_that_is_missing_or_unreadable_is_not_reported() {
    for series in ["", r#", "graphData": null"#, r#", "graphData": 3"#, r#", "graphData": [{}, 1]"#]
    {
        let info = read(&format!(r#"{{"deviceInfo": [{{"did": 1{series}}}]}}"#));
        assert!(!info.subject.series.is_reported(), "{series}");
        assert!(info.subject.series.buckets().is_empty());
    }
    let empty = read(r#"{"deviceInfo": [{"did": 1, "graphData": []}]}"#);
    assert!(empty.subject.series.is_reported());
    let partly = r#"{"deviceInfo": [{"did": 1, "graphData": [{}, {"time": 1, "count": 2}]}]}"#;
    assert!(read(partly).subject.series.is_reported());
}

/// The one public sample of an answer has totals that are a tenth of its series.
#[test]
fn totals_that_contradict_the_series_are_told_and_shares_follow_the_series() {
    let answer = |used: u64, served: u64| {
        read(&format!(
            r#"{{"deviceInfo": [{{"did": 1, "graphData": [{{"time": 0, "count": 15893}}], "info":
               {{"totalUsed": {used}, "totalServed": {served},
                 "portsUsed": [{{"port": 53, "size": 44}}]}}}}]}}"#
        ))
    };
    let port = |info: &DeviceInfo| {
        let breakdown = info.subject.breakdown.as_ref().unwrap();
        let ports = breakdown.ports_used.as_ref().unwrap();
        (breakdown.total_used, breakdown.used_base, ports[0].amount.unwrap().value().round())
    };
    let odd = answer(1589, 0);
    assert_eq!(port(&odd), (Some(1589), Some(15_893), 6993.0));
    assert!(warnings(&odd).contains("totals of 1589"), "{}", warnings(&odd));

    // The series counts both sides of a server.
    let server = answer(893, 15_000);
    assert_eq!(port(&server), (Some(893), Some(893), 393.0));
    assert_eq!(warnings(&server), "");
    assert_eq!(warnings(&answer(9_000, 0)), "");
}

#[test]
fn a_total_or_a_series_of_zero_beside_the_other_is_told_and_counts_follow_the_series() {
    let answer = |count: u64, used: u64, served: u64| {
        let info = read(&format!(
            r#"{{"deviceInfo": [{{"did": 1, "graphData": [{{"time": 0, "count": {count}}}], "info":
               {{"totalUsed": {used}, "totalServed": {served},
                 "portsUsed": [{{"port": 443, "size": 60}}],
                 "portsServed": [{{"port": 22, "size": 60}}]}}}}]}}"#
        ));
        let breakdown = info.subject.breakdown.as_ref().unwrap();
        let of = |ports: &Option<Vec<BreakdownEntry<Port>>>| {
            ports.as_ref().unwrap()[0].amount.unwrap().value().round()
        };
        (of(&breakdown.ports_used), of(&breakdown.ports_served), warnings(&info))
    };
    let told = |totals, series| {
        format!(
            "deviceInfo[0].info.totalUsed: totals of {totals} beside a series that sums up to \
             {series}; shares were counted by the series"
        )
    };
    assert_eq!(answer(0, 34_904, 0), (0.0, 0.0, told(34_904, 0)));
    assert_eq!(answer(34_904, 0, 0), (20_942.0, 20_942.0, told(0, 34_904)));
    // The side of a server follows the series, too.
    assert_eq!(answer(10_000, 600, 400), (3_600.0, 2_400.0, told(1_000, 10_000)));
    assert_eq!(answer(0, 0, 0), (0.0, 0.0, String::new()));
    assert_eq!(answer(34_904, 0, 34_000), (0.0, 20_400.0, String::new()));
}

/// Every instant of the appliance dialect is in milliseconds, of whichever endpoint.
#[test]
fn seconds_in_place_of_milliseconds_are_read_as_seconds_wherever_a_time_stands() {
    const THEN: &str = "2026-11-26T02:00:00Z";
    let is_then = |time: Option<Timestamp>| assert_eq!(time, Some(THEN.parse().unwrap()));
    let told = |warnings: &[Warning], path: &str| {
        let told: Vec<String> = warnings.iter().map(ToString::to_string).collect();
        let expected = "seconds in place of milliseconds; read as seconds";
        assert_eq!(told, [format!("{path}: {expected}")]);
    };

    let (breaches, odd) =
        ModelBreach::list_from_slice(br#"[{"pbid": 1, "time": 1795658400}]"#).unwrap();
    is_then(breaches.first().map(|it| it.time));
    told(&odd, "[0].time");

    let group = br#"{"id": "a", "end": "1795658400"}"#;
    let (groups, odd) = IncidentGroup::list_from_slice(group).unwrap();
    is_then(groups[0].end);
    assert!(odd.iter().any(|odd| odd.path == "end"), "{odd:?}");

    let host = br#"{"hostname": "a.example", "firsttime": 1795658400.0}"#;
    let (hosts, odd) = EndpointDetails::list_from_slice(host).unwrap();
    is_then(hosts[0].first_seen);
    told(&odd, "firsttime");

    let (devices, odd) = Device::list_from_slice(br#"{"did": 7, "endtime": 1795658400}"#).unwrap();
    is_then(devices[0].last_seen);
    told(&odd, "endtime");

    let info = read(
        r#"{"deviceInfo": [{"did": 1, "graphData": [{"time": 0, "count": 1}], "info":
           {"portsUsed": [{"port": 443, "size": 60, "firstTime": 1795658400},
                          {"port": 22, "size": 40, "firstTime": 1795658400000}]}}]}"#,
    );
    let ports = info.subject.breakdown.as_ref().unwrap().ports_used.as_ref().unwrap();
    is_then(ports[0].first_seen);
    is_then(ports[1].first_seen);
    told(&info.warnings, "deviceInfo[0].info.portsUsed[0].firstTime");
}

#[test]
fn what_was_odd_about_lists_is_told_with_their_endpoint_once() {
    let host = |name: &str| Question::Endpoint(EndpointQuery::new(Endpoint::from(name)));
    let mut evidence = Evidence::default();
    for name in ["a.example", "b.example"] {
        let question = host(name);
        let body = br#"{"hostname": "a.example", "firsttime": 1795658400}"#;
        let answer = question.read(body).unwrap();
        evidence.take(question, Ok(answer));
    }
    let told: Vec<String> =
        evidence.warnings().map(|(part, odd)| format!("{}: {odd}", part.source())).collect();
    let expected = "/endpointdetails: firsttime: seconds in place of milliseconds; read as seconds";
    assert_eq!(told, [expected]);
}

#[test]
fn a_page_without_a_list_of_devices_has_none() {
    let page = |body: &str| DeviceSearchPage::from_slice(body.as_bytes());
    let empty = page(r#"{"totalCount": 0, "devices": null}"#).unwrap();
    assert_eq!((empty.total_count, empty.devices.len()), (Some(0), 0));
    let says_more = page(r#"{"totalCount": 5, "devices": null}"#).unwrap();
    assert_eq!((says_more.total_count, says_more.entries), (Some(5), 0));
    let odd = page(r#"{"totalCount": null, "devices": null}"#).unwrap_err();
    assert_eq!(odd.to_string(), "not a /devicesearch response: an object with totalCount, devices");
}

#[test]
fn no_sentence_says_that_an_answer_is_none_and_is_one() {
    for body in [r#"[{"ip": "10.0.0.1"}]"#, r#"{"id": null, "ip": "10.0.0.1"}"#] {
        let refused = Device::list_from_slice(body.as_bytes()).unwrap_err().to_string();
        assert_eq!(refused, "not a /devices response: nothing in it has a device id");
    }
}
