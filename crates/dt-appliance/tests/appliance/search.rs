//! `/devicesearch`: what is found, and in pages.

use dt_appliance::Responder;
use dt_model::{DeviceSearchPage, Dialect};

use crate::{get, responder};

fn search(responder: &Responder, parameters: &str) -> DeviceSearchPage {
    let answer = get(responder, &format!("/devicesearch?{parameters}"));
    assert_eq!(answer.status, 200, "{parameters}");
    let page = DeviceSearchPage::from_slice(&answer.body).unwrap();
    assert!(page.warnings.is_empty());
    page
}

fn names(page: DeviceSearchPage) -> Vec<String> {
    page.devices.into_iter().map(|device| device.hostname.unwrap()).collect()
}

#[test]
fn fields_find_by_pattern_and_words_find_anywhere() {
    let responder = responder(Dialect::Appliance);
    for (query, expected) in [
        ("hostname:%22workstation-01%22", 1),
        ("hostname:%22WORKSTATION-0*%22", 9),
        ("hostname:workstation", 0),
        ("ip:%2210.20.4.17%22", 1),
        ("ip:10.20.4.*", 23),
        ("mac:%2202:00:5e:00:30:39%22", 1),
        ("02:00:5e:00:30:39", 1),
        ("tag:Finance", 23),
        ("tag:finance%20type:laptop", 16),
        ("type:laptop%20type:desktop", 133),
        ("label:%22Finance%20files%22", 1),
        ("vendor:Axis", 36),
        ("printer-0", 9),
        ("workstation-01%20tag:Sales", 0),
    ] {
        let page = search(&responder, &format!("query={query}&count=300"));
        assert_eq!(page.total_count, Some(expected), "{query}");
        assert_eq!(page.devices.len() as u64, expected);
    }
}

#[test]
fn pages_are_a_hundred_devices_and_do_not_overlap() {
    let responder = responder(Dialect::Appliance);
    let first = search(&responder, "");
    assert_eq!((first.total_count, first.devices.len()), (Some(240), 100));
    let mut all = names(first);
    for offset in [100, 200, 300] {
        all.extend(names(search(&responder, &format!("offset={offset}"))));
    }
    assert_eq!(all.len(), 240);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 240);
}

#[test]
fn order_is_by_what_was_asked() {
    let responder = responder(Dialect::Appliance);
    let ascending = names(search(&responder, "orderBy=hostname&order=asc&count=300"));
    assert!(ascending.is_sorted());
    let descending = names(search(&responder, "orderBy=hostname&order=desc&count=300"));
    assert!(descending.iter().rev().eq(&ascending));
    let latest = search(&responder, "count=300");
    let seen: Vec<_> = latest.devices.iter().map(|device| device.last_seen.unwrap()).collect();
    assert!(seen.is_sorted_by(|one, next| one >= next), "the last seen come first by default");
}

#[test]
fn seensince_leaves_out_who_is_switched_off() {
    let responder = responder(Dialect::Appliance);
    let awake = search(&responder, "seensince=1hour&count=300").total_count.unwrap();
    assert!((150..200).contains(&awake), "{awake}: it is late in the evening");
}
