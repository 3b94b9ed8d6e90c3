//! `dt timeline`, over appliances and saved responses.

use std::path::Path;

use serde_json::Value;
use snapbox::cmd::{Command, OutputAssert, cargo_bin};

/// Runs `dt` at the top of the repository, with nothing in its environment.
fn dt(line: &str) -> Command {
    Command::new(cargo_bin!("dt"))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .env_clear()
        .args(line.split_whitespace())
}

fn stdout(run: &OutputAssert) -> String {
    String::from_utf8(run.get_output().stdout.clone()).unwrap()
}

fn stderr(run: &OutputAssert) -> String {
    String::from_utf8(run.get_output().stderr.clone()).unwrap()
}

fn json(line: &str) -> Value {
    serde_json::from_str(&stdout(&dt(line).assert().code(0))).unwrap()
}

fn lines(line: &str) -> Vec<Value> {
    let printed = stdout(&dt(line).assert().code(0));
    printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_demo_has_a_night_upload_and_says_so() {
    for demo in ["--demo", "--demo=documented"] {
        let run = dt(&format!("{demo} timeline 12345 --datatype sizeout")).assert().code(0);
        let screen = stdout(&run);
        assert!(screen.starts_with("workstation-01"), "{screen}");
        let alert = screen.lines().find(|line| line.contains(" 02:00-05:00 "));
        assert!(alert.is_some_and(|line| line.contains(" alert ")), "{screen}");
        assert!(screen.lines().count() <= 24, "{screen}");
        assert!(screen.lines().all(|line| line.chars().count() <= 80), "{screen}");
    }
    let sizeout = "--demo timeline 12345 --datatype sizeout";
    dt(&format!("{sizeout} --fail-on medium")).assert().code(3);
    dt(&format!("{sizeout} --fail-on high")).assert().code(0);
    // Nothing of it was three weeks ago.
    dt(&format!("{sizeout} --fail-on medium --until 21d")).assert().code(0);
}

#[test]
fn the_hours_of_the_upload_are_one_incident_with_a_peak() {
    let found = json("--demo timeline 12345 --datatype sizeout --odid 0 -o json");
    assert_eq!((&found["schema"], &found["scope"]), (&"dt.timeline/2".into(), &"external".into()));
    let incidents = found["incidents"].as_array().unwrap().iter();
    let incident = incidents.max_by_key(|incident| incident["count"].as_u64()).unwrap();
    let buckets = found["buckets"].as_array().unwrap().iter();
    let marked: Vec<&Value> =
        buckets.clone().filter(|it| it["incident"] == incident["id"]).collect();
    // Beside it an hour of the demo's chance may be unusual, too: which hours there are depends on the time of day.
    assert_eq!(incident["hours"], marked.len() as f64);
    let uploads: Vec<&Value> =
        buckets.filter(|it| it["count"].as_u64() > Some(100_000_000)).collect();
    assert_eq!(uploads.len(), 3);
    assert!(uploads.iter().all(|bucket| marked.contains(bucket)), "{marked:#?}");
    assert!(marked.iter().all(|bucket| bucket["flagged"] == true && bucket["severity"] == "alert"));
    assert_eq!(marked.iter().filter(|bucket| bucket["told"] == true).count(), 1);
    let most = marked.iter().map(|bucket| bucket["count"].as_u64()).max().unwrap();
    assert_eq!(incident["peak"]["count"].as_u64(), most);
    // The report names it by its finding.
    let report = json("--demo report 12345 -o json");
    let findings = report["findings"].as_array().unwrap();
    let ids: Vec<&Value> = findings.iter().map(|finding| &finding["id"]).collect();
    let named = report["timeline"]["incidents"].as_array().unwrap();
    assert!(named.iter().all(|incident| ids.contains(&&incident["id"])), "{named:?}");
}

#[test]
fn the_bytes_sent_outside_are_beside_connections_unless_one_series_is_asked_for() {
    let screen = stdout(&dt("--demo timeline 12345").assert().code(0));
    let told = screen.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("TIMELINE Connections: "), "{screen}");
    assert!(told.contains("Bytes sent externally: ") && told.contains(" GB where "), "{screen}");
    assert!(screen.lines().count() <= 24, "{screen}");
    let sent =
        |line: &str| json(&format!("--demo timeline 12345 -o json {line}"))["sent_outside"].clone();
    assert_eq!(sent("")["datatype"], "sizeout");
    for one in ["--datatype co", "--datatype sizeout", "--odid 0"] {
        assert_eq!(sent(one), Value::Null, "{one}");
    }
    // What is found in either counts.
    dt("--demo timeline 12345 --fail-on medium").assert().code(3);
}

#[test]
fn a_restriction_changes_what_is_counted() {
    let total = |more: &str| -> u64 {
        let buckets = lines(&format!("--demo timeline 12345 -o ndjson {more}"));
        buckets.iter().map(|bucket| bucket["count"].as_u64().unwrap()).sum()
    };
    let all = total("");
    for restriction in ["--odid 0", "--port 443", "--external-domain google.com"] {
        assert!((1..all).contains(&total(restriction)), "{restriction}");
    }
    let wide = json("--demo timeline 12345 -o json --interval-hours 4");
    assert!(wide["buckets"].as_array().unwrap().len() <= 168);
}

#[test]
fn several_devices_are_told_apart_in_every_line() {
    let one = lines("--demo timeline 12345 -o ndjson");
    assert!(one.iter().all(|bucket| bucket.get("did").is_none()));
    let both = lines("--demo timeline 12345 printer-03 -o ndjson");
    let mut dids: Vec<i64> = both.iter().map(|bucket| bucket["did"].as_i64().unwrap()).collect();
    dids.dedup();
    assert_eq!((dids.len(), dids[0]), (2, 12345));
    assert_eq!(json("--demo timeline 12345 printer-03 -o json").as_array().unwrap().len(), 2);
}

#[test]
fn a_cut_shows_less_and_expects_the_same() {
    let input = "timeline --input co=fixtures/appliance/ordinary.co.json -o ndjson";
    let cut = lines(&format!("{input} --since 2026-11-19T02:00Z --until 2026-11-19T05:00Z"));
    assert_eq!(cut.len(), 3);
    let whole = lines(input);
    assert!(whole.windows(3).any(|buckets| buckets == cut));
    assert!(cut.iter().all(|bucket| bucket["expected"].is_number()));
}

#[test]
fn a_saved_response_is_what_is_said_about_it() {
    let co = "fixtures/appliance/ordinary.co.json";
    let sizeout = "fixtures/appliance/ordinary.sizeout.json";
    let datatype = |line: &str| json(&format!("timeline {line} -o json"))["datatype"].clone();

    // A bare body says nothing, and is taken as connections; that is told.
    let run = dt(&format!("timeline --input {co} -o json")).assert().code(0);
    assert!(stderr(&run).contains("taken as connections"), "{}", stderr(&run));
    let run = dt(&format!("timeline --input {sizeout} --datatype sizeout -o json"));
    assert_eq!(stderr(&run.assert().code(0)), "");

    assert_eq!(datatype(&format!("--input {sizeout} --datatype sizeout")), "sizeout");
    assert_eq!(datatype(&format!("--input sizeout={sizeout}")), "sizeout");
    let both = format!("--input co={co} --input sizeout={sizeout}");
    assert_eq!(datatype(&both), "co");
    assert_eq!(datatype(&format!("{both} --datatype sizeout")), "sizeout");

    let run = dt(&format!("timeline --input co={co} --datatype sizein")).assert().code(2);
    assert!(stderr(&run).contains("--datatype"), "{}", stderr(&run));
    // The documented dialect says what it counts.
    let run = dt("timeline --input fixtures/documented/ordinary.co.json --datatype sizein");
    assert!(stderr(&run.assert().code(1)).contains("counts co"));
}

#[test]
fn a_series_of_years_is_read_causally() {
    let count = |hour: u64| if hour == 9000 { 90_000 } else { 50 + hour % 24 };
    let buckets: Vec<String> = (0..9010)
        .map(|hour| format!(r#"{{"time":{},"count":{}}}"#, hour * 3_600_000, count(hour)))
        .collect();
    let body = format!(r#"{{"deviceInfo":[{{"did":1,"graphData":[{}]}}]}}"#, buckets.join(","));
    let run = dt("timeline --input - --causal -o ndjson").stdin(body).assert().code(0);
    let printed = stdout(&run);
    let buckets: Vec<Value> =
        printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(buckets[0]["expected"], Value::Null, "nothing came before it");
    let flagged: Vec<&Value> = buckets.iter().filter(|bucket| bucket["flagged"] == true).collect();
    assert_eq!(flagged.len(), 1);
    assert_eq!(flagged[0]["time"], "1971-01-11T00:00:00Z");
}

#[test]
fn the_time_zone_decides_the_hour_of_day() {
    let method = |zone: &str| {
        let input = "timeline --input co=fixtures/appliance/ordinary.co.json -o json --timezone";
        json(&format!("{input} {zone}"))["buckets"].clone()
    };
    // Where it is Saturday when, decides which hours are a weekend's.
    assert_ne!(method("UTC"), method("Pacific/Auckland"));
}
