//! The Open Cybersecurity Schema Framework, by its own JSON Schema.

use std::fs;

use dt_report::contract::Document;
use dt_report::event::{Standard, Subject};
use jsonschema::Validator;
use serde_json::{Value, json};

use super::{events, fixtures, ordinary, over_everything};

/// The classes of OCSF, by what they are about and their number.
fn ocsf_classes() -> [(Subject, u64, Validator); 3] {
    let classes = [
        (Subject::Findings, 2004, "detection_finding"),
        (Subject::Traffic, 4001, "network_activity"),
        (Subject::Devices, 5001, "inventory_info"),
    ];
    classes.map(|(subject, class, file)| {
        let path = fixtures().join(format!("events/ocsf-1.8.0/{file}.json"));
        let schema: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        (subject, class, jsonschema::validator_for(&schema).unwrap())
    })
}

#[test]
fn every_ocsf_event_is_valid() {
    let classes = ocsf_classes();
    over_everything(Standard::Ocsf, |subject, event| {
        let (_, class, validator) = classes.iter().find(|(of, ..)| *of == subject).unwrap();
        assert_eq!(event["class_uid"], json!(class));
        let faults: Vec<String> = validator
            .iter_errors(event)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{faults:?}\n{event:#}");
        let activity = event["activity_id"].as_u64().unwrap();
        assert_eq!(event["type_uid"].as_u64(), Some(class * 100 + activity));
    });
}

#[test]
fn another_attribute_or_type_would_be_no_ocsf() {
    let [(.., finding), (.., traffic), _] = ocsf_classes();
    let document = Document::Report(Box::new(ordinary()));
    let found = events(&document, Standard::Ocsf, Subject::Findings).remove(0);
    let went = events(&document, Standard::Ocsf, Subject::Traffic).remove(0);
    let changed = |event: &Value, pointer: &str, value: Value| {
        let mut event = event.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        event.pointer_mut(parent).unwrap()[name] = value;
        event
    };
    assert!(finding.is_valid(&found) && traffic.is_valid(&went));
    assert!(!finding.is_valid(&went) && !traffic.is_valid(&found));
    for (pointer, value) in [
        ("/time", json!("2026-11-23T23:40:00Z")),
        ("/finding_info/uid", json!(7)),
        ("/finding_info/colour", json!("red")),
        ("/device/mac", json!("02-00-5E")),
        ("/device", json!({ "type_id": 3 })),
        ("/severity_id", json!(7)),
    ] {
        assert!(!finding.is_valid(&changed(&found, pointer, value)), "{pointer}");
    }
    assert!(!traffic.is_valid(&changed(&went, "/dst_endpoint/port", json!(65_536))));
}
