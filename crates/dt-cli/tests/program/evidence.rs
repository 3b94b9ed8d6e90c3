//! Evidence: who was looked at, what was found, and on what that rests.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use dt_appliance::{Appliance, Fault, FaultPlan, FaultRule};
use dt_auth::Credentials;
use dt_model::Exchange;
use serde_json::Value;
use snapbox::cmd::{Command, OutputAssert, cargo_bin};

const PUBLIC: &str = "pub-4b1f";
const PRIVATE: &str = "prv-9c2e";

fn dt(line: &str) -> Command {
    Command::new(cargo_bin!("dt")).env_clear().args(line.split_whitespace())
}

fn printed(run: &OutputAssert) -> String {
    String::from_utf8(run.get_output().stdout.clone()).unwrap()
}

fn json(run: &OutputAssert) -> Value {
    serde_json::from_str(&printed(run)).unwrap()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().unwrap()
}

#[test]
fn every_device_is_inside_or_outside_or_failed() {
    let run = dt("--demo evidence 12345 nobody printer-03 -o json").assert().code(1);
    let evidence = json(&run);
    let did = |device: &Value| device["device"]["did"].as_i64().unwrap();
    let inside: HashSet<i64> = list(&evidence, "devices").iter().map(did).collect();
    assert_eq!(inside.len(), 2);
    assert!(inside.contains(&12345));
    // The most urgent is first.
    assert_eq!(did(&evidence["devices"][0]), 12345);
    let failed = list(&evidence, "failed");
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0]["name"], "nobody");
    let scope = &evidence["scope"];
    assert_eq!(scope["asked"], serde_json::json!(["12345", "nobody", "printer-03"]));
    assert_eq!((&scope["known"], &scope["inside"]), (&240.into(), &3.into()));
    let outside: HashSet<i64> =
        list(scope, "outside").iter().map(|device| device["did"].as_i64().unwrap()).collect();
    assert_eq!(outside.len(), 238);
    assert!(outside.is_disjoint(&inside));
}

#[test]
fn what_was_answered_is_kept_and_can_be_checked() {
    let directory = tempfile::tempdir().unwrap();
    let to = directory.path().join("audit");
    let run = dt("--demo evidence 12345 -o json").arg("--to").arg(&to).assert().code(0);
    let evidence = json(&run);
    let device = &evidence["devices"][0];
    let exchanges = list(device, "exchanges");
    assert!(exchanges.len() > 10);
    for row in exchanges {
        let kept = fs::read(row["file"].as_str().unwrap()).unwrap();
        let exchange: Exchange = serde_json::from_slice(&kept).unwrap();
        assert_eq!(row["target"], exchange.target);
        assert_eq!(row["status"], exchange.status.as_u16());
        assert_eq!(row["bytes"], exchange.body.len());
        assert_eq!(row["sha256"], dt_store::sha256(&exchange.body));
    }
    // Looking again, at what was kept, finds the same.
    let snapshot = Path::new(device["snapshot"].as_str().unwrap());
    let again = json(&dt("report -o json --input").arg(snapshot).assert().code(0));
    let message = |finding: &Value| finding["message"].as_str().unwrap().to_owned();
    let found: Vec<String> = list(device, "findings").iter().map(message).collect();
    let found_again: Vec<String> = list(&again, "findings").iter().map(message).collect();
    assert_eq!(found, found_again);
}

#[test]
fn it_is_filed_with_its_thresholds_in_every_format() {
    let digest = json(&dt("--demo evidence printer-03 -o json").assert())["policy"].clone();
    for format in ["table", "json", "ndjson", "csv", "md", "html"] {
        let run = dt(&format!("--demo evidence printer-03 -o {format}")).assert().code(0);
        let text = printed(&run);
        assert!(text.contains("printer-03"), "{format}");
        let names_thresholds = text.contains(digest.as_str().unwrap());
        assert_eq!(names_thresholds, format != "csv", "{format}");
    }
    let run = dt("--demo evidence 12345 -o ecs").assert().code(2);
    assert!(printed(&run).is_empty());
}

#[test]
fn a_page_that_is_filed_has_every_threshold() {
    for format in ["md", "html"] {
        let run = dt(&format!("--demo evidence printer-03 -o {format}")).assert().code(0);
        let text = printed(&run);
        assert!(text.contains("a notice from surprise"), "{format}");
    }
}

#[test]
fn a_device_that_is_named_twice_is_looked_at_once() {
    let run = dt("--demo evidence 12345 12345 10.20.4.17 -o json").assert().code(0);
    let evidence = json(&run);
    assert_eq!(list(&evidence, "devices").len(), 1);
    assert_eq!(evidence["scope"]["inside"], 1);
}

#[test]
fn what_a_device_answered_that_failed_is_told_too() {
    let fault = FaultRule::always([Fault::InternalError]).path("/deviceinfo");
    let credentials = Credentials::new(PUBLIC, PRIVATE).unwrap();
    let appliance = Appliance::new().credentials(credentials);
    let running = appliance.faults(FaultPlan::new(7).rule(fault)).start().unwrap();
    let run = dt("evidence 12345 -o json --retries 0")
        .env("DT_URL", running.url())
        .env("DT_PUBLIC_TOKEN", PUBLIC)
        .env("DT_PRIVATE_TOKEN", PRIVATE)
        .assert()
        .code(1);
    let evidence = json(&run);
    assert_eq!(evidence["failed"][0]["exchanges"][0]["status"], 500);
}

#[test]
fn findings_decide_the_status() {
    dt("--demo evidence 12345 --fail-on high").assert().code(3);
    dt("--demo evidence 12346 --fail-on high").assert().code(0);
    dt("--demo evidence").assert().code(2);
}

#[test]
fn devices_that_are_not_listed_are_not_reported_and_no_token_is_shown() {
    let unlisted = FaultRule::always([Fault::NoEndpoint]).path("/devicesearch");
    let credentials = Credentials::new(PUBLIC, PRIVATE).unwrap();
    let appliance = Appliance::new().credentials(credentials);
    let running = appliance.faults(FaultPlan::new(7).rule(unlisted)).start().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let run = dt("evidence 12345 -o json")
        .env("DT_URL", running.url())
        .env("DT_PUBLIC_TOKEN", PUBLIC)
        .env("DT_PRIVATE_TOKEN", PRIVATE)
        .arg("--to")
        .arg(directory.path())
        .assert()
        .code(0);
    let evidence = json(&run);
    assert_eq!(evidence["scope"]["known"], Value::Null);
    assert_eq!(evidence["scope"]["outside"], Value::Null);
    let mut texts = vec![printed(&run)];
    for row in list(&evidence["devices"][0], "exchanges") {
        texts.push(fs::read_to_string(row["file"].as_str().unwrap()).unwrap());
    }
    for text in texts {
        assert!(!text.contains(PUBLIC) && !text.contains(PRIVATE), "{text}");
    }
}

/// Evidence about a device, in a directory of its own.
fn filed(more: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let parent = tempfile::tempdir().unwrap();
    let to = parent.path().join("audit");
    dt(&format!("--demo evidence printer-03 {more}")).arg("--to").arg(&to).assert().code(0);
    (parent, to)
}

#[test]
fn what_was_filed_can_be_checked_by_this_program_and_by_others() {
    let (_parent, to) = filed("");
    let run = dt("evidence verify").arg(&to).assert().code(0);
    assert!(printed(&run).contains("files are as they were written"));
    assert!(printed(&run).contains("proves no authorship"));
    #[cfg(target_os = "linux")]
    {
        let check = std::process::Command::new("sha256sum")
            .args(["--strict", "-c", "SHA256SUMS"])
            .current_dir(&to)
            .output()
            .unwrap();
        assert!(check.status.success(), "{check:?}");
    }
    let evidence: Value =
        serde_json::from_slice(&fs::read(to.join("evidence.json")).unwrap()).unwrap();
    for row in list(&evidence["devices"][0], "exchanges") {
        let file = fs::read(row["file"].as_str().unwrap()).unwrap();
        assert_eq!(row["file_sha256"], dt_store::sha256(&file));
        assert_ne!(row["file_sha256"], row["sha256"]);
    }
}

#[test]
fn what_is_wrong_with_it_is_told_line_by_line() {
    let (_parent, to) = filed("");
    fs::write(to.join("evidence.json"), "{}").unwrap();
    fs::write(to.join("no\u{1b}te\n"), "").unwrap();
    let run = dt("evidence verify").arg(&to).assert().code(1);
    let text = printed(&run);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[..2],
        [
            "evidence.json: changed: its SHA-256 is not the one that is listed",
            "no\u{fffd}te\u{fffd}: extra: it is not listed",
        ]
    );
    assert!(lines[2].contains("2 problems"), "{text}");
    assert_eq!(lines.len(), 4);
    dt("evidence verify nowhere").assert().code(1);
    dt("evidence verify").assert().code(2);
}

#[test]
fn nothing_is_filed_among_other_things() {
    let (_parent, to) = filed("");
    let run = dt("--demo evidence 12345").arg("--to").arg(&to).assert().code(1);
    let told = String::from_utf8(run.get_output().stderr.clone()).unwrap();
    assert!(told.contains("choose an empty directory"), "{told}");
    dt("evidence verify").arg(&to).assert().code(0);
}

#[test]
fn it_says_who_had_it_made_and_how_in_every_format() {
    let line = "--demo evidence printer-03 --case 2026-117 --proxy http://me:pa55word@127.0.0.1:1";
    for format in ["table", "json", "csv", "md", "html"] {
        let run = dt(&format!("{line} -o {format}")).env("LOGNAME", "alice").assert().code(0);
        let text = printed(&run);
        assert!(text.contains("2026-117") && text.contains("alice"), "{format}: {text}");
        assert!(text.contains("evidence") && !text.contains("pa55word"), "{format}");
        if format == "json" {
            let evidence: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(
                (&evidence["operator"], &evidence["case"]),
                (&"alice".into(), &"2026-117".into())
            );
            assert!(evidence["host"].as_str().is_some_and(|host| !host.is_empty()));
            let command = evidence["command"].as_str().unwrap();
            assert!(command.starts_with("dt --demo evidence printer-03 --case 2026-117"));
            let exchange = &evidence["devices"][0]["exchanges"][0];
            assert!(exchange["at"].as_str().unwrap().ends_with('Z'));
            assert_eq!(exchange["file_sha256"], Value::Null);
        }
    }
    let evidence = json(&dt("--demo evidence printer-03 -o json").assert().code(0));
    assert_eq!((&evidence["operator"], &evidence["case"]), (&Value::Null, &Value::Null));
}

#[test]
fn a_screen_has_a_row_for_each_device_and_something_below_each_heading() {
    let run = dt("--demo evidence 12345 printer-03 nobody").assert().code(1);
    let screen = printed(&run);
    assert!(screen.starts_with("EVIDENCE  Assessed 2 of the "), "{screen}");
    let row = |name: &str| screen.lines().find(|line| line.trim_start().starts_with(name));
    assert!(row("workstation-01").is_some_and(|row| row.contains("high")), "{screen}");
    assert!(row("nobody").is_some_and(|row| row.contains("no device")), "{screen}");
    let lines: Vec<&str> = screen.lines().collect();
    let is_heading = |line: &str| !line.is_empty() && !line.contains(char::is_lowercase);
    for pair in lines.windows(2).filter(|pair| is_heading(pair[0])) {
        assert!(!pair[1].is_empty(), "{}:\n{screen}", pair[0]);
    }
}

#[test]
fn a_page_has_low_findings_as_rows() {
    let evidence = json(&dt("--demo evidence 12345 -o json").assert().code(0));
    let findings = list(&evidence["devices"][0], "findings");
    let low = findings.iter().filter(|finding| finding["severity"] == "low").count();
    let page = printed(&dt("--demo evidence 12345 -o html").assert().code(0));
    assert_eq!(page.contains("Findings of low severity"), low > 0);
    assert_eq!(page.matches("class=\"finding ").count(), findings.len() - low);
    assert!(page.contains("class=\"finding high\""));
}

#[test]
fn findings_are_in_the_table_for_spreadsheets() {
    let run = dt("--demo evidence 12345 -o csv").assert().code(0);
    let mut rows = printed(&run).lines().map(str::to_owned).collect::<Vec<_>>().into_iter();
    assert!(rows.next().unwrap().ends_with("snapshot,found,case,operator,host,command"));
    assert!(rows.next().unwrap().contains("high: "));
}
