//! Snapshots of many devices in one place, found by name and by what the devices are.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dt_model::{DeviceId, Exchange, Selection};
use dt_store::{About, Archive, NotAnswered, SavedError, SavedSnapshots, SnapshotPair, Subject};
use http::StatusCode;
use tempfile::TempDir;

/// A directory with a snapshot of each of these devices at each hour of 1 November.
fn archive(devices: &[(i64, &str, &str, u32)]) -> TempDir {
    let parent = tempfile::tempdir().unwrap();
    let archive = Archive::open(parent.path().join("snaps")).unwrap();
    for (did, hostname, tag, hour) in devices {
        let device = dt_model::Device {
            hostname: Some((*hostname).to_owned()),
            ip: Some(format!("10.0.0.{did}")),
            ..dt_model::Device::default()
        };
        let about = About {
            device: Subject::new(DeviceId::new(*did), &device),
            taken: format!("2026-11-01T{hour:02}:10:00Z").parse().unwrap(),
            data_until: None,
            appliance: "appliance.example".to_owned(),
            address: "https://appliance.example".to_owned(),
            dt_version: "0.1.0".to_owned(),
        };
        let tags = match *tag {
            "" => String::new(),
            tag => format!(r#","tags":[{{"name":"{tag}"}}]"#),
        };
        let body = format!(
            r#"{{"deviceInfo":[{{"did":{did},"graphData":[{{"time":1793491200000,"count":5}}]}}],
                "devices":[{{"did":{did},"devicelabel":"label {did}","typename":"laptop"{tags}}}]}}"#
        );
        let target = format!("/deviceinfo?datatype=co&did={did}&intervalhours=1");
        let exchange = Exchange::new(target, StatusCode::OK, body);
        archive.keep(about, vec![(exchange, None)], Vec::<NotAnswered>::new()).unwrap();
    }
    parent
}

fn open(parent: &TempDir) -> SavedSnapshots {
    SavedSnapshots::in_directories(&[parent.path().join("snaps")]).unwrap()
}

fn ids(found: Vec<&dt_store::SavedDevice>) -> Vec<i64> {
    found.into_iter().map(|device| device.about().device.did).collect()
}

#[test]
fn devices_are_found_by_every_name_they_have() {
    let parent = archive(&[
        (7, "ws-07.corp.example", "", 3),
        (7, "ws-07.corp.example", "", 5),
        (8, "ws-08", "", 3),
    ]);
    let saved = open(&parent);
    assert_eq!(saved.devices().len(), 2);
    assert_eq!(saved.devices()[0].paths().len(), 2);
    for (name, devices) in [
        ("7", &[7][..]),
        ("WS-07", &[7]),
        ("ws-08.corp.example", &[8]),
        ("10.0.0.8", &[8]),
        ("label:label 8", &[8]),
        ("ws-*", &[7, 8]),
    ] {
        let found = saved.find(&name.parse().unwrap()).unwrap();
        assert_eq!(ids(found), devices, "{name}");
    }
    let error = saved.find(&"ws-80".parse().unwrap()).unwrap_err();
    let SavedError::Unknown { near, known, .. } = error else { panic!("{error}") };
    assert_eq!((near[0].as_str(), known.len()), ("ws-08", 2));
    assert!(matches!(saved.only(), Err(SavedError::Several { .. })));
}

#[test]
fn one_name_of_two_devices_is_refused_with_both() {
    let parent = archive(&[(7, "ws-07", "", 3), (8, "WS-07", "", 3)]);
    let error = open(&parent).find(&"ws-07".parse().unwrap()).unwrap_err();
    let SavedError::Ambiguous { devices, .. } = error else { panic!("{error}") };
    assert_eq!(devices.iter().map(|about| about.device.did).collect::<Vec<_>>(), [7, 8]);
}

#[test]
fn devices_are_selected_by_what_their_answers_say() {
    let parent = archive(&[(7, "ws-07", "Finance", 3), (8, "ws-08", "Sales", 3)]);
    let saved = open(&parent);
    let select = |selection: &Selection| saved.select(selection).map(ids);
    let tags = |tag: &str| Selection { tags: vec![tag.to_owned()], ..Selection::default() };
    assert_eq!(select(&tags("fin*")).unwrap(), [7]);
    let subnets = vec!["10.0.0.8/32".parse().unwrap()];
    assert_eq!(select(&Selection { subnets, ..Selection::default() }).unwrap(), [8]);
    let types = vec!["laptop".to_owned()];
    assert_eq!(select(&Selection { types, ..Selection::default() }).unwrap(), [7, 8]);
    assert!(matches!(select(&tags("Research")), Err(SavedError::NoneSelected)));

    let untold = archive(&[(7, "ws-07", "", 3)]);
    let error = open(&untold).select(&tags("Finance")).unwrap_err();
    assert_eq!(error.to_string(), "none of the snapshots says which tags its device has");
}

#[test]
fn what_cannot_be_read_beside_others_is_left_out() {
    let parent = archive(&[(7, "ws-07", "", 3)]);
    let newer = parent.path().join("snaps/8-20261101T000000Z");
    std::fs::create_dir(&newer).unwrap();
    std::fs::write(newer.join("snapshot.json"), r#"{"format": 2}"#).unwrap();
    let saved = open(&parent);
    assert_eq!((saved.devices().len(), saved.unreadable().len()), (1, 1));
    assert!(SavedSnapshots::in_directories(&[newer]).is_err());
}

#[test]
fn a_pair_is_what_was_named_or_the_oldest_and_the_newest() {
    let parent = archive(&[(7, "a", "", 3), (7, "a", "", 4), (7, "a", "", 5)]);
    let all = open(&parent).devices()[0].paths().to_vec();
    let hours = |pair: &SnapshotPair| {
        pair.snapshots.each_ref().map(|it| it.about().taken.strftime("%H").to_string())
    };
    let pair = SnapshotPair::read(&[parent.path().join("snaps")], None).unwrap();
    assert_eq!((hours(&pair), pair.between), (["03".to_owned(), "05".to_owned()], 1));
    assert!(pair.evidence.iter().all(|it| it.evidence.connections.is_answered()));
    let pair = SnapshotPair::read(&[&all[2], &all[1]], None).unwrap();
    assert_eq!((hours(&pair), pair.between), (["05".to_owned(), "04".to_owned()], 0));
}

#[test]
fn a_pair_is_of_one_device() {
    let parent = archive(&[(7, "a", "", 3), (8, "b", "", 3)]);
    let saved = open(&parent);
    let [one, other] = saved.devices() else { panic!("{saved:?}") };
    let error = SnapshotPair::read(&[&one.paths()[0], &other.paths()[0]], None).unwrap_err();
    assert!(matches!(error, SavedError::DifferentDevices { .. }) && error.is_usage(), "{error}");
    let error = SnapshotPair::read(&[&one.paths()[0]], None).unwrap_err();
    assert!(matches!(error, SavedError::OneSnapshot), "{error}");
    let error = SnapshotPair::read(&[parent.path().join("snaps")], None).unwrap_err();
    assert!(matches!(error, SavedError::Several { .. }), "{error}");
}
