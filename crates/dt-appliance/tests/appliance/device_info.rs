//! Every parameter of `/deviceinfo` changes the answer as it should, in both dialects.

use std::collections::BTreeSet;

use dt_model::{Device, DeviceId, Dialect, NamedOrOthers, Peer, Port};
use serde_json::Value;

use crate::{counts, device_info, json, responder, total};

const BOTH: [Dialect; 2] = [Dialect::Appliance, Dialect::Documented];

#[test]
fn four_weeks_of_hours_are_the_default() {
    for dialect in BOTH {
        let info = device_info(&responder(dialect), "did=12345");
        let buckets = info.subject.series.buckets();
        assert_eq!(buckets.len(), 672);
        assert_eq!(buckets[0].start.to_string(), "2026-10-26T23:00:00Z");
        assert_eq!(buckets[671].start.to_string(), "2026-11-23T22:00:00Z");
        let explicit = "did=12345&datatype=co&fulldevicedetails=false&intervalhours=1\
                        &showallgraphdata=true";
        assert_eq!(device_info(&responder(dialect), explicit), info);
    }
}

#[test]
fn both_dialects_count_the_same() {
    let [appliance, documented] = BOTH.map(responder);
    for query in [
        "did=12345",
        "did=12345&datatype=sizeout",
        "did=12345&datatype=sizein&odid=0",
        "did=20005&port=445&intervalhours=6",
        "did=20011&externaldomain=vendor.example",
    ] {
        let one = counts(&device_info(&appliance, query));
        assert_eq!(one, counts(&device_info(&documented, query)), "{query}");
    }
}

#[test]
fn intervalhours_regroups_without_losing_anything() {
    for dialect in BOTH {
        let responder = responder(dialect);
        let hours = counts(&device_info(&responder, "did=12345"));
        for width in [4, 24, 100, 700] {
            let info = device_info(&responder, &format!("did=12345&intervalhours={width}"));
            let wide: Vec<u64> = hours.chunks(width).map(|chunk| chunk.iter().sum()).collect();
            assert_eq!(counts(&info), wide, "{width}");
        }
    }
}

#[test]
fn showallgraphdata_drops_what_is_empty_and_nothing_else() {
    for dialect in BOTH {
        let responder = responder(dialect);
        let all = counts(&device_info(&responder, "did=12345"));
        let shown = counts(&device_info(&responder, "did=12345&showallgraphdata=false"));
        assert!(all.contains(&0));
        assert_eq!(shown, all.into_iter().filter(|&count| count > 0).collect::<Vec<_>>());
    }
}

#[test]
fn similardevices_adds_entries_that_get_less_similar() {
    for dialect in BOTH {
        let responder = responder(dialect);
        let info = device_info(&responder, "did=12345&similardevices=10&fulldevicedetails=true");
        let scores: Vec<f64> = info.similar.iter().map(|one| one.similarity.unwrap()).collect();
        assert_eq!(scores.len(), 10);
        assert!(scores.is_sorted_by(|one, next| one >= next) && scores[0] < 1.0);
        for similar in &info.similar {
            let device = &similar.profile.device;
            assert_eq!(similar.profile.series.buckets().len(), 672);
            assert!(device.hostname.as_ref().unwrap().starts_with("workstation-"));
        }
        assert!(device_info(&responder, "did=12345").similar.is_empty());
    }
}

#[test]
fn fulldevicedetails_describes_everyone_who_is_mentioned() {
    let responder = responder(Dialect::Appliance);
    let info = device_info(&responder, "did=12345&similardevices=3&fulldevicedetails=true");
    let breakdown = info.subject.breakdown.as_ref().unwrap();
    let used = breakdown.devices_used.as_ref().unwrap().iter().filter_map(|part| match part.key {
        Peer::Device(did) => Some(did),
        _ => None,
    });
    for did in used.chain([DeviceId::new(12345)]) {
        assert!(info.device(did).is_some(), "{did}");
    }
    let ids: BTreeSet<_> = info.devices.iter().map(|device| device.did).collect();
    assert_eq!(ids.len(), info.devices.len(), "everyone is described once");
    assert!(device_info(&responder, "did=12345").devices.is_empty());
}

#[test]
fn workstation_01_is_who_examples_say_it_is() {
    for dialect in BOTH {
        let info = device_info(&responder(dialect), "did=12345&fulldevicedetails=true");
        let Device { hostname, ip, device_type, os, tags, mac, .. } = info.subject.device;
        assert_eq!(hostname.as_deref(), Some("workstation-01"));
        assert_eq!(ip.as_deref(), Some("10.20.4.17"));
        assert_eq!(device_type.as_deref(), Some("laptop"));
        assert!(os.unwrap().starts_with("Windows"));
        assert_eq!(mac.as_deref(), Some("02:00:5e:00:30:39"));
        assert_eq!(tags.unwrap()[0].name, "Finance");
    }
}

#[test]
fn odid_restricts_to_one_remote() {
    let responder = responder(Dialect::Appliance);
    let all = total(&device_info(&responder, "did=12345"));
    let ids = [0, -6, -3, -4, 20001, 20003, 20004, 20005, 20013, 20014, 20015, 20016];
    let parts: Vec<u64> = ids
        .iter()
        .map(|odid| total(&device_info(&responder, &format!("did=12345&odid={odid}"))))
        .collect();
    assert!(parts[0] > all / 2, "most is external");
    assert!(parts[4] > all / 20, "the domain controller answers for names");
    assert!(parts.iter().sum::<u64>() < all);
    assert_eq!(total(&device_info(&responder, "did=12345&odid=99999")), 0);
}

#[test]
fn odid_0_adds_domains_and_networks() {
    let responder = responder(Dialect::Appliance);
    let breakdown = |query| device_info(&responder, query).subject.breakdown.unwrap();
    let external = breakdown("did=12345&odid=0");
    let domains = external.external_domains.unwrap();
    assert!(domains.iter().any(|part| part.key == NamedOrOthers::One("google.com".to_owned())));
    assert!(domains.iter().any(|part| part.key == NamedOrOthers::Others));
    let networks = external.external_asns.unwrap();
    assert!(
        networks.iter().any(|part| part.key == NamedOrOthers::One("AS15169 Google LLC".to_owned()))
    );
    assert_eq!(external.devices_used.unwrap().len(), 1);

    let inside = breakdown("did=12345&odid=20001");
    assert_eq!((inside.external_domains, inside.external_asns), (None, None));
}

#[test]
fn port_restricts_series_totals_and_lists() {
    let responder = responder(Dialect::Appliance);
    let info = device_info(&responder, "did=12345&port=53");
    let breakdown = info.subject.breakdown.as_ref().unwrap();
    let ports = breakdown.ports_used.as_ref().unwrap();
    assert_eq!((&ports[0].key, ports.len()), (&Port::Number(53), 1));
    assert_eq!(breakdown.total_used, Some(total(&info)));
    assert!(total(&info) > 0);
    assert_eq!(total(&device_info(&responder, "did=12345&port=9")), 0);

    let documented = device_info(&super::responder(Dialect::Documented), "did=12345&port=53");
    let destinations = documented.subject.destinations.unwrap();
    assert!(destinations.iter().all(|destination| destination.ports == [Port::Number(53)]));
}

#[test]
fn externaldomain_takes_a_domain_or_a_host_and_is_named_in_the_answer() {
    let responder = responder(Dialect::Appliance);
    let info = |domain| device_info(&responder, &format!("did=12345&externaldomain={domain}"));
    let microsoft = info("microsoft.com");
    assert_eq!(microsoft.subject.domain.as_deref(), Some("microsoft.com"));
    let updates = total(&info("update.microsoft.com"));
    assert!(updates > 0 && updates < total(&microsoft));
    assert_eq!(total(&info("soft.com")), 0, "a suffix of a name is no domain");
    assert_eq!(total(&info("never.example")), 0);
    let external = device_info(&responder, "did=12345&odid=0");
    assert!(total(&microsoft) < total(&external));
}

#[test]
fn restrictions_add_up() {
    for dialect in BOTH {
        let responder = responder(dialect);
        let of = |query: &str| total(&device_info(&responder, &format!("did=12345{query}")));
        let both = of("&odid=0&port=80");
        assert!(both > 0 && both < of("&odid=0"));
        assert_eq!(both, of("&port=80"), "plain HTTP goes outside only");
        assert_eq!(of("&odid=20001&externaldomain=google.com"), 0);
    }
}

#[test]
fn totals_are_the_sum_of_the_series() {
    let responder = responder(Dialect::Appliance);
    for did in [12345, 20001, 20005, 30001, 40001, 50001] {
        for data_type in ["co", "sizeout", "sizein"] {
            let info = device_info(&responder, &format!("did={did}&datatype={data_type}"));
            let breakdown = info.subject.breakdown.as_ref().unwrap();
            let used = breakdown.total_used.unwrap();
            let served = breakdown.total_served.unwrap();
            assert_eq!(breakdown.total_devices_and_ports, Some(used + served));
            assert_eq!(total(&info), used + served, "{did} {data_type}");
        }
    }
}

#[test]
fn parts_are_whole_percent_and_only_named_ones_have_a_first_time() {
    let info = json(&responder(Dialect::Appliance), "/deviceinfo?did=12345&odid=0");
    let info = &info["deviceInfo"][0]["info"];
    for list in ["portsUsed", "devicesUsed", "externalDomains", "externalASNs", "devicesAndPorts"] {
        let parts = info[list].as_array().unwrap();
        let sizes: Vec<u64> = parts.iter().map(|part| part["size"].as_u64().unwrap()).collect();
        let sum: u64 = sizes.iter().sum();
        assert!((85..=110).contains(&sum) && !sizes.contains(&0), "{list} {sizes:?}");
    }
    let info = json(&responder(Dialect::Appliance), "/deviceinfo?did=12345");
    for part in info["deviceInfo"][0]["info"]["portsUsed"].as_array().unwrap() {
        assert_eq!(part["port"] == "others", part.get("firstTime").is_none(), "{part}");
    }
}

#[test]
fn small_high_ports_share_a_range() {
    let responder = responder(Dialect::Appliance);
    let is_range = |port: &Value| port.as_str().is_some_and(|text| text.contains(" - "));
    let found = (50_001..50_010).any(|did| {
        let info = json(&responder, &format!("/deviceinfo?did={did}"));
        let ports = info["deviceInfo"][0]["info"]["portsUsed"].as_array().unwrap().clone();
        ports.iter().any(|part| is_range(&part["port"]))
    });
    assert!(found);
}

#[test]
fn the_documented_answer_agrees_with_itself() {
    let responder = responder(Dialect::Documented);
    let answer = json(&responder, "/deviceinfo?did=12345&fulldevicedetails=true");
    let sum = |values: &Value, key: &str| -> u64 {
        values.as_array().unwrap().iter().map(|value| value[key].as_u64().unwrap()).sum()
    };
    let connections = sum(&answer["graphdata"], "connections");
    assert_eq!(answer["summary"]["total_connections"], connections);
    assert_eq!(sum(&answer["destinations"], "connections"), connections);
    let destinations = answer["destinations"].as_array().unwrap();
    assert_eq!(answer["summary"]["unique_destinations"], destinations.len());
    for bucket in answer["graphdata"].as_array().unwrap() {
        let members = |key: &str| -> u64 {
            bucket[key].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum()
        };
        assert_eq!(bucket["connections"], members("protocols"));
        assert_eq!(bucket["connections"], members("ports"));
    }
    let sent = json(&responder, "/deviceinfo?did=12345&datatype=sizeout");
    let bytes = sum(&sent["graphdata"], "bytes_out");
    assert_eq!(answer["summary"]["data_transfer"]["total_bytes_out"], bytes);
    assert_eq!(sum(&answer["destinations"], "bytes_sent"), bytes);
    for bucket in sent["graphdata"].as_array().unwrap() {
        let peers = bucket["top_destinations"].as_array().unwrap();
        assert!(peers.len() <= 3);
        assert!(sum(&bucket["top_destinations"], "bytes") <= bucket["bytes_out"].as_u64().unwrap());
    }
}
