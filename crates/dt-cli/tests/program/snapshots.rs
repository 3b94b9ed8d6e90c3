//! What `dt snapshot` keeps, and what every command reads from it.

use std::fs;
use std::path::{Path, PathBuf};

use dt_model::{Device, DeviceId, Exchange};
use dt_store::{About, Archive, Snapshot, StoredExchange, Subject};
use http::StatusCode;
use serde_json::Value;
use snapbox::cmd::{Command, OutputAssert, cargo_bin};
use snapbox::str;
use tempfile::TempDir;

/// Runs `dt` at the top of the repository.
fn dt(line: &str) -> Command {
    Command::new(cargo_bin!("dt"))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .env_clear()
        .env("HOME", "/nowhere")
        .args(line.split_whitespace())
}

fn printed(run: &OutputAssert) -> Value {
    serde_json::from_slice(&run.get_output().stdout).unwrap()
}

fn said(run: &OutputAssert) -> String {
    String::from_utf8(run.get_output().stderr.clone()).unwrap()
}

/// A directory for snapshots that does not exist yet, and its name.
fn place() -> (TempDir, String) {
    let parent = tempfile::tempdir().unwrap();
    let place = parent.path().join("snaps").to_str().unwrap().to_owned();
    (parent, place)
}

/// Keeps an answer for each of these targets, asked for at that hour of 1 November.
fn keep(place: &str, hour: u32, answers: &[(&str, StatusCode, &str)]) -> PathBuf {
    let about = About {
        device: Subject::new(DeviceId::new(7), &Device::default()),
        taken: format!("2026-11-01T{hour:02}:10:00Z").parse().unwrap(),
        data_until: None,
        appliance: "appliance.example".to_owned(),
        address: "https://appliance.example".to_owned(),
        dt_version: "0.1.0".to_owned(),
    };
    let exchanges = answers.iter().map(|(target, status, body)| {
        let target = format!("/deviceinfo?{target}&intervalhours=1");
        (Exchange::new(target, *status, *body), None)
    });
    Archive::open(place).unwrap().keep(about, exchanges.collect(), Vec::new()).unwrap().path
}

/// A body with these counts from an hour of 1 November on.
fn body(first: i64, counts: &[u64]) -> String {
    let bucket = |(place, count): (usize, &u64)| {
        let hour = first + i64::try_from(place).unwrap();
        format!(r#"{{"time":{},"count":{count}}}"#, 1_793_491_200_000 + hour * 3_600_000)
    };
    let buckets: Vec<String> = counts.iter().enumerate().map(bucket).collect();
    format!(r#"{{"deviceInfo":[{{"did":7,"graphData":[{}]}}]}}"#, buckets.join(","))
}

#[test]
fn two_snapshots_are_two_directories_and_hold_no_token() {
    let (_parent, place) = place();
    for _ in 0..2 {
        dt(&format!("--demo snapshot 12345 --to {place}"))
            .assert()
            .code(0)
            .stderr_eq("")
            .stdout_eq(str![[r#"
workstation-01 [..]
Data until [..] UTC[..].

SNAPSHOT  [..] exchanges saved.
  Directory  [..]/snaps/12345-[..]Z[..]
  Taken      [..] UTC
  Appliance  demo
  Size       [..]

"#]]);
    }
    let snapshots = Snapshot::list(Path::new(&place)).unwrap();
    assert_eq!(snapshots.len(), 2);
    let appliance = dt_appliance::Appliance::new().start().unwrap();
    let token = appliance.credentials().public().to_owned();
    assert!(token.len() > 8);
    for path in snapshots {
        let snapshot = Snapshot::open(&path).unwrap();
        assert!(snapshot.exchanges.len() > 5);
        assert_eq!((snapshot.about.device.did, snapshot.about.appliance.as_str()), (12345, "demo"));
        for StoredExchange { file, .. } in snapshot.exchanges {
            assert!(!fs::read_to_string(file).unwrap().contains(&token));
        }
    }
}

#[test]
fn a_report_over_a_snapshot_is_the_report_of_that_time() {
    for dialect in ["appliance", "documented"] {
        // The demo's data ends with the hour, which may end meanwhile.
        let same = (0..2).find_map(|_| {
            let (_parent, place) = place();
            dt(&format!("--demo={dialect} snapshot 12345 --to {place}")).assert().code(0);
            let live = dt(&format!("--demo={dialect} report 12345 -o json")).assert().code(0);
            let kept = dt(&format!("report --input {place} -o json")).assert().code(0);
            assert_eq!(said(&kept), "");
            let (mut live, kept) = (printed(&live), printed(&kept));
            // Only whoever asks the demo appliance knows where it would have its pages.
            without_links(&mut live);
            (live == kept).then_some(())
        });
        assert_eq!(same, Some(()), "{dialect}");
    }
}

#[test]
fn a_report_over_a_snapshot_links_to_the_appliance_that_it_names() {
    let (_parent, place) = place();
    let kept = keep(&place, 3, &[("datatype=co&did=7", StatusCode::OK, &body(0, &[5, 6, 7, 1]))]);
    let manifest = kept.join("snapshot.json");
    let mut about: Value = serde_json::from_slice(&fs::read(&manifest).unwrap()).unwrap();
    for (address, page) in [
        ("https://site.example/gw", "https://site.example/gw/#device/7".into()),
        ("http://127.0.0.1:8443", Value::Null),
        ("javascript://site.example/%0aalert(1)//", Value::Null),
        ("https://user:secret@site.example", Value::Null),
    ] {
        about["address"] = address.into();
        fs::write(&manifest, about.to_string()).unwrap();
        let run = dt(&format!("report --input {place} -o json")).assert().code(0);
        assert_eq!(printed(&run)["url"], page, "{address}");
    }
}

#[test]
fn events_over_a_snapshot_name_its_appliance_and_link_to_it() {
    let (_parent, place) = place();
    dt(&format!("--demo snapshot 12345 --to {place}")).assert().code(0);
    let kept =
        fs::read_dir(&place).unwrap().map(|entry| entry.unwrap().path().join("snapshot.json"));
    let manifest = kept.into_iter().find(|path| path.is_file()).unwrap();
    let mut about: Value = serde_json::from_slice(&fs::read(&manifest).unwrap()).unwrap();
    about["address"] = "https://site.example/gw".into();
    about["appliance"] = "site.example".into();
    fs::write(&manifest, about.to_string()).unwrap();
    for about in ["findings", "traffic"] {
        let run = dt(&format!("report --input {place} -o hec --events {about}")).assert().code(0);
        let text = String::from_utf8(run.get_output().stdout.clone()).unwrap();
        let events: Vec<Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(!events.is_empty(), "{about}");
        for event in events {
            assert_eq!(event["host"], "site.example", "{event}");
            if about == "findings" {
                assert_eq!(
                    event["event"]["url"], "https://site.example/gw/#device/12345",
                    "{event}"
                );
            }
        }
    }
}

/// Takes the links away, wherever they stand.
fn without_links(report: &mut Value) {
    report["url"] = Value::Null;
    for breach in report["breaches"].as_array_mut().into_iter().flatten() {
        breach["url"] = Value::Null;
    }
}

#[test]
fn every_command_that_reads_responses_reads_snapshots() {
    for dialect in ["appliance", "documented"] {
        let place = format!("fixtures/snapshots/{dialect}/12345-20261123T230400Z");
        for command in ["report --all", "connections", "compare", "external", "transfers"] {
            let run = dt(&format!("{command} 12345 --input {place} -o json")).assert().code(0);
            assert_eq!(said(&run), "");
            assert_eq!(printed(&run)["data_until"], "2026-11-23T23:00:00Z", "{command}");
        }
        let line = format!("report --input {place} -o hec");
        let run = dt(&line).assert();
        let events = String::from_utf8(run.get_output().stdout.clone()).unwrap();
        assert!(events.lines().count() >= 1 && events.contains("demo"), "{events}");
    }
}

#[test]
fn snapshots_of_a_device_join_into_one_series() {
    for dialect in ["appliance", "documented"] {
        let over = |command: &str| {
            dt(&format!("{command} --input fixtures/snapshots/{dialect} -o json")).assert().code(0)
        };
        let run = over("timeline");
        assert!(said(&run).starts_with("note: 2 snapshots are joined"), "{}", said(&run));
        let buckets = printed(&run)["buckets"].as_array().unwrap().clone();
        assert_eq!(buckets.len(), 2 * 28 * 6);
        assert_eq!(buckets[0]["time"], "2026-09-28T23:00:00Z");
        assert!(buckets.iter().all(|bucket| !bucket["expected"].is_null()));
        let cut = over("transfers --since 2026-10-20 --until 2026-11-01");
        assert_eq!(printed(&cut)["outbound"]["total_bytes"], sum(dialect));

        // What is a total over four weeks is the newest's, whatever else is there.
        let newest = format!("fixtures/snapshots/{dialect}/12345-20261123T230400Z");
        let newest = dt(&format!("report --input {newest} -o json")).assert().code(0);
        let (newest, all) = (printed(&newest), printed(&over("report")));
        for part in ["connections", "transfers", "compare", "external"] {
            assert_eq!(newest[part], all[part], "{part}");
        }
        assert!(newest["timeline"] != all["timeline"]);
    }
}

/// The bytes sent from 20 October to the end of it, as both snapshots together tell them.
fn sum(dialect: &str) -> u64 {
    let place = Path::new(env!("CARGO_MANIFEST_DIR"));
    let place = place.join("../../fixtures/snapshots").join(dialect);
    let mut sum = 0;
    for path in Snapshot::list(&place).unwrap() {
        for StoredExchange { exchange, .. } in Snapshot::open(path).unwrap().exchanges {
            let target = &exchange.target;
            if !target.contains("datatype=sizeout") || target.contains("odid=0") {
                continue;
            }
            let info = dt_model::DeviceInfo::from_slice(&exchange.body).unwrap();
            let within = info.subject.series.between(
                Some("2026-10-20T00:00:00Z".parse().unwrap()),
                Some("2026-11-01T00:00:00Z".parse().unwrap()),
            );
            sum += within.counts().sum::<u64>();
        }
    }
    sum
}

#[test]
fn where_two_snapshots_disagree_the_later_counts_and_it_is_told() {
    let (_parent, place) = place();
    let ok = StatusCode::OK;
    // At ten past three the interval from three on was still running.
    keep(&place, 3, &[("datatype=co&did=7", ok, &body(0, &[5, 6, 7, 1]))]);
    keep(&place, 5, &[("datatype=co&did=7", ok, &body(2, &[9, 8, 4]))]);
    let run = dt(&format!("timeline --input {place} -o ndjson")).assert().code(0);
    let said = said(&run);
    assert!(
        said.contains(
            "warning: co: 1 of 1 intervals that several answers hold differ, most of all at \
             2026-11-01T02:00:00Z: 7, and later 9; the later one counts"
        ),
        "{said}"
    );
    let lines = String::from_utf8(run.get_output().stdout.clone()).unwrap();
    let counts: Vec<u64> = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["count"].as_u64().unwrap())
        .collect();
    assert_eq!(counts, [5, 6, 9, 8, 4]);
}

#[test]
fn what_was_running_when_a_snapshot_was_taken_is_never_whole() {
    let (_parent, place) = place();
    let path = keep(&place, 3, &[("datatype=co&did=7", StatusCode::OK, &body(0, &[5, 6, 7, 1]))]);
    // The hour from three on is over now, but was not then.
    let run = dt(&format!("timeline --input {} -o json", path.display())).assert().code(0);
    assert_eq!(printed(&run)["buckets"].as_array().unwrap().len(), 3);
    assert_eq!(printed(&run)["data_until"], "2026-11-01T03:00:00Z");
}

#[test]
fn snapshots_taken_in_other_ways_are_not_joined() {
    let (_parent, place) = place();
    let ok = StatusCode::OK;
    keep(&place, 3, &[("datatype=co&did=7", ok, &body(0, &[5, 6]))]);
    let documented =
        r#"{"graphdata":[{"timestamp":1793498400,"connections":5}],"device":{"did":7}}"#;
    keep(&place, 4, &[("datatype=co&did=7", ok, documented)]);
    let run = dt(&format!("timeline --input {place}")).assert().code(2);
    let refused = "failed to join answers in the appliance and the documented dialect";
    assert!(said(&run).contains(refused), "{}", said(&run));
}

#[test]
fn what_was_not_answered_is_not_reported_and_what_was_tried_again_is_answered() {
    let (_parent, place) = place();
    let path = keep(
        &place,
        3,
        &[
            ("datatype=sizeout&did=7", StatusCode::FOUND, ""),
            ("datatype=sizein&did=7", StatusCode::TOO_MANY_REQUESTS, "<html>"),
            ("datatype=sizein&did=7", StatusCode::OK, &body(0, &[5, 6])),
            ("datatype=co&did=7&externaldomain=a.example&odid=0", StatusCode::BAD_REQUEST, "{}"),
        ],
    );
    let run = dt(&format!("transfers --input {} -o json", path.display())).assert().code(0);
    assert_eq!(said(&run), "warning: sizeout: refused: HTTP 302, a redirect\n");
    assert_eq!(printed(&run)["outbound"], Value::Null);
    assert_eq!(printed(&run)["inbound"]["total_bytes"], 11);
}

#[test]
fn of_several_devices_some_are_named_or_all_are_meant() {
    let (_parent, place) = place();
    let line = format!("--demo snapshot 12345 printer-03 --to {place} -o ndjson");
    let run = dt(&line).assert().code(0);
    assert_eq!(String::from_utf8(run.get_output().stdout.clone()).unwrap().lines().count(), 2);
    let answered = |command: &str, more: &str| -> Vec<i64> {
        let run = dt(&format!("{command} --input {place} -o json {more}")).assert().code(0);
        let answers = printed(&run).as_array().expect("several are an array").clone();
        answers.iter().map(|it| it["device"]["did"].as_i64().unwrap()).collect()
    };
    for command in ["report", "connections", "external", "transfers", "compare", "timeline"] {
        assert_eq!(answered(command, ""), [12345, 30003], "{command}");
    }
    for (more, devices) in [
        ("--type printer", &[30003][..]),
        ("--tag fin*", &[12345]),
        ("--subnet 10.20.0.0/16", &[12345, 30003]),
        ("printer-* 12345", &[30003, 12345]),
        ("12345 workstation-01", &[12345]),
    ] {
        assert_eq!(answered("connections", more), devices, "{more}");
    }
    for name in ["30003", "Printer-03", "printer-03.corp.example", "10.20.10.22"] {
        let run = dt(&format!("connections {name} --input {place} -o json")).assert().code(0);
        assert_eq!(printed(&run)["device"]["did"], 30003);
    }
    for (more, told) in [
        ("nobody", "workstation-01 (did 12345, demo), printer-03 (did 30003, demo)"),
        ("printer-3", "did you mean \"printer-03\"?"),
        ("--tag nobody", "no snapshot is about a device that matches the selection"),
    ] {
        let run = dt(&format!("connections --input {place} {more}")).assert().code(1);
        assert!(said(&run).contains(told), "{}", said(&run));
    }
    let some = dt(&format!("connections 12345 nobody -o json --input {place}")).assert().code(1);
    assert_eq!(printed(&some).as_array().unwrap().len(), 1);
    let two = dt(&format!("compare 12345 30003 -o json --input {place}")).assert().code(0);
    assert_eq!(printed(&two)["comparisons"][0]["device"]["did"], 30003);
}

#[test]
fn of_many_devices_the_first_are_listed() {
    let (_parent, place) = place();
    let archive = Archive::open(&place).unwrap();
    for did in 1..=13 {
        let about = About {
            device: Subject::new(DeviceId::new(did), &Device::default()),
            taken: "2026-11-01T03:10:00Z".parse().unwrap(),
            data_until: None,
            appliance: "appliance.example".to_owned(),
            address: "https://appliance.example".to_owned(),
            dt_version: "0.1.0".to_owned(),
        };
        archive.keep(about, Vec::new(), Vec::new()).unwrap();
    }
    let said = said(&dt(&format!("report nobody --input {place}")).assert().code(1));
    assert!(said.contains("(did 10, appliance.example), and 3 more"), "{said}");
    assert!(!said.contains("did 11"), "{said}");
}

#[test]
fn a_device_that_is_named_can_do_without_what_cannot_be_read() {
    let (_parent, place) = place();
    keep(&place, 3, &[("did=7&datatype=co", StatusCode::OK, &body(0, &[1, 2, 3]))]);
    let newer = Path::new(&place).join("8-20261101T000000Z");
    fs::create_dir(&newer).unwrap();
    fs::write(newer.join("snapshot.json"), r#"{"format": 2}"#).unwrap();
    let run = dt(&format!("timeline 7 -o json --input {place}")).assert().code(0);
    assert!(said(&run).contains("8-20261101T000000Z"), "{}", said(&run));
    // Whose it is, is not known: without a name it may be the one that is meant.
    dt(&format!("timeline -o json --input {place}")).assert().code(1);
}

#[test]
fn intervals_are_as_they_were_asked_for() {
    let (_parent, place) = place();
    keep(&place, 3, &[("did=7&datatype=co", StatusCode::OK, &body(0, &[1, 2, 3]))]);
    let run = dt(&format!("timeline --interval-hours 4 --input {place}")).assert().code(2);
    assert!(said(&run).contains("1 h"), "{}", said(&run));
    dt(&format!("timeline --interval-hours 1 --input {place}")).assert().code(0);
}

#[test]
fn a_snapshot_that_is_not_as_it_was_written_is_refused() {
    let (_parent, place) = place();
    let path = keep(&place, 3, &[("datatype=co&did=7", StatusCode::OK, &body(0, &[5, 6]))]);
    let file = path.join("exchanges/001-deviceinfo-co.json");
    let sound = fs::read_to_string(&file).unwrap();
    fs::write(&file, sound.replace("\"count\":6", "\"count\":9")).unwrap();
    let run = dt(&format!("connections --input {place}")).assert().code(1);
    assert!(said(&run).contains("001-deviceinfo-co.json: it is not what was written there"));
    fs::write(&file, sound).unwrap();
    let manifest = path.join("snapshot.json");
    let newer = fs::read_to_string(&manifest).unwrap().replace("\"format\": 1", "\"format\": 2");
    fs::write(&manifest, newer).unwrap();
    let run = dt(&format!("connections --input {place}")).assert().code(1);
    let said = said(&run);
    assert!(said.contains("its format is 2") && said.contains("a newer one"), "{said}");
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let (parent, place) = place();
    let snapshot = "fixtures/snapshots/appliance";
    let file = "co=fixtures/appliance/ordinary.co.json";
    for line in [
        format!("connections --input co={snapshot}"),
        format!("connections --input {snapshot} --input {file}"),
        format!("--demo snapshot 12345 --to {place} --port 443"),
        format!("--demo snapshot 12345 --to {place} --odid 0"),
        format!("--demo snapshot 12345 --to {place} -o ecs"),
        format!("--demo snapshot --to {place}"),
        format!("snapshot 12345 --input {snapshot} --to {place}"),
        "--demo snapshot 12345".to_owned(),
    ] {
        let run = dt(&line).assert().code(2);
        assert!(run.get_output().stdout.is_empty(), "{line}");
    }
    assert!(!Path::new(&place).exists());
    let nowhere = parent.path().join("no/such");
    let run = dt(&format!("--demo snapshot 12345 --to {}", nowhere.display())).assert().code(1);
    assert!(said(&run).contains("failed to create"), "{}", said(&run));
    let run = dt(&format!("report --input {}", parent.path().display())).assert().code(1);
    assert!(said(&run).contains("there is no snapshot"), "{}", said(&run));
}

#[test]
fn a_device_that_cannot_be_asked_about_leaves_no_snapshot() {
    let (_parent, place) = place();
    let run = dt(&format!("--demo snapshot 12345 nobody --to {place} -o json")).assert().code(1);
    assert_eq!(printed(&run).as_array().unwrap().len(), 1);
    assert!(said(&run).contains("\"nobody\""), "{}", said(&run));
    assert_eq!(Snapshot::list(Path::new(&place)).unwrap().len(), 1);
}
