//! Events for SIEMs, as a shipper would take them.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use snapbox::cmd::{Command, OutputAssert, cargo_bin};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn dt(line: &str) -> OutputAssert {
    let run = Command::new(cargo_bin!("dt")).env_clear().args(line.split_whitespace());
    run.current_dir(root()).assert()
}

fn events(line: &str) -> Vec<Value> {
    let run = dt(line).code(0);
    let printed = std::str::from_utf8(&run.get_output().stdout).unwrap();
    printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn findings_are_told_unless_traffic_is_wanted() {
    for dialect in ["appliance", "documented"] {
        for (format, id) in [("ecs", "/event/id"), ("ocsf", "/metadata/uid"), ("hec", "/event/id")]
        {
            let ask = |more: &str| {
                events(&format!(
                    "--demo={dialect} report 12345 --interval-hours 4 -o {format} {more}"
                ))
            };
            let found = ask("");
            let went = ask("--events traffic");
            assert!(!found.is_empty() && went.len() > 3, "{dialect} {format}");
            let ids: HashSet<&str> = found
                .iter()
                .chain(&went)
                .map(|event| event.pointer(id).and_then(Value::as_str).unwrap())
                .collect();
            assert_eq!(ids.len(), found.len() + went.len(), "{dialect} {format}");
            assert_eq!(ask("--events findings").len(), found.len());
        }
    }
}

#[test]
fn external_tells_the_same_traffic() {
    let saved = "--input external=fixtures/appliance/ordinary.external.json \
                 --input external-out=fixtures/appliance/ordinary.external-out.json \
                 --input endpoints=fixtures/appliance/ordinary.endpoints.json";
    let ask = |command: &str| {
        let mut events = events(&format!("{command} {saved} -o ecs --events traffic"));
        // Only the time of telling is another.
        for event in &mut events {
            event["@timestamp"] = Value::Null;
        }
        events
    };
    let (external, report) = (ask("external"), ask("report"));
    assert!(external.len() > 3 && external == report, "{} {}", external.len(), report.len());
}

#[test]
fn an_event_names_the_appliance_that_answered() {
    let live = events("--demo report 12345 -o hec").remove(0);
    assert_eq!(live["host"], "demo");
    let saved = events(
        "report --input fixtures/appliance/ordinary.co.json \
         --input external=fixtures/appliance/ordinary.external.json -o hec",
    )
    .remove(0);
    assert!(saved["host"].is_null());
}

#[test]
fn several_devices_are_told_one_after_another() {
    let together = events("--demo report 12345 12346 -o ecs --events traffic");
    let hosts: HashSet<&str> =
        together.iter().map(|event| event["host"]["id"].as_str().unwrap()).collect();
    assert_eq!(hosts, HashSet::from(["12345", "12346"]));
}

fn demand(class: &str, events: &[Value]) {
    let schema = fs::read(root().join(format!("fixtures/events/ocsf-1.8.0/{class}.json")));
    let schema: Value = serde_json::from_slice(&schema.unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for event in events {
        let faults: Vec<String> =
            validator.iter_errors(event).map(|error| error.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?} {event:#}");
    }
}

#[test]
fn devices_are_an_inventory() {
    for dialect in ["appliance", "documented"] {
        let devices = events(&format!("--demo={dialect} devices -o ocsf"));
        assert!(devices.len() > 50, "{dialect}: {}", devices.len());
        demand("inventory_info", &devices);
        let known = events(&format!("--demo={dialect} devices -o ndjson"));
        assert_eq!(known.len(), devices.len());
    }
}

#[test]
fn every_recording_gives_valid_events() {
    let inside = |folder: PathBuf| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    for dialect in ["appliance", "documented"] {
        let mut found = 0;
        for folder in inside(root().join("fixtures/exchanges").join(dialect)) {
            let inputs: Vec<String> =
                inside(folder).map(|file| format!("--input {}", file.display())).collect();
            let report = format!("report {} -o ocsf --min-severity low", inputs.join(" "));
            let findings = events(&report);
            found += findings.len();
            demand("detection_finding", &findings);
            demand("network_activity", &events(&format!("{report} --events traffic")));
        }
        assert!(found >= 5, "{dialect}: {found}");
    }
}

#[test]
fn findings_still_decide_the_exit_status() {
    dt("--demo report 12345 -o ecs --fail-on medium").code(3);
}

#[test]
fn what_cannot_be_told_is_a_mistake_and_says_what_can() {
    for (line, hint) in [
        ("--demo external 12345 -o ecs", "--events traffic"),
        ("--demo connections 12345 -o ocsf", "dt report"),
        ("--demo timeline 12345 -o hec", "dt external"),
        ("--demo timeline 12345 --events traffic", "has no --events"),
        ("--demo get 12345 -o ecs", "possible values: json"),
        ("--demo devices -o ecs", "-o ocsf"),
        ("--demo devices -o ocsf --events traffic", "has no --events"),
        ("--demo doctor -o hec", "dt report"),
        ("config show -o ecs", "dt report"),
        ("--demo report 12345 -o json --events traffic", "-o ecs"),
        ("--demo report 12345 --events findings", "-o ecs"),
        ("--demo report 12345 -o ecs --rules documented", "--events traffic"),
    ] {
        let run = dt(line).code(2);
        let output = run.get_output();
        assert!(output.stdout.is_empty(), "{line}");
        let said = std::str::from_utf8(&output.stderr).unwrap();
        assert!(said.contains(hint), "{line}: {said}");
    }
}
