//! What the appliance itself says about a device, as the program tells it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::Value;
use snapbox::cmd::{Command, cargo_bin};

/// What was printed, on standard output and on standard error.
fn dt(line: &str) -> (String, String) {
    let run = Command::new(cargo_bin!("dt")).env_clear().args(line.split_whitespace());
    let output = run.assert().code(0).get_output().clone();
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn json(line: &str) -> Value {
    serde_json::from_str(&dt(&format!("{line} -o json")).0).unwrap()
}

/// The state of a part of the evidence.
fn state<'r>(report: &'r Value, part: &str) -> &'r str {
    let parts = report["parts"].as_array().unwrap();
    parts.iter().find(|it| it["part"] == part).unwrap()["state"].as_str().unwrap()
}

#[test]
fn a_report_tells_what_the_appliance_breached_and_where_its_pages_are() {
    let report = json("--demo report 12345");
    let breaches = report["breaches"].as_array().unwrap();
    assert_eq!(breaches.len(), 4);
    assert_eq!(breaches.iter().filter(|it| it["acknowledged"] == true).count(), 1);
    let upload = &report["findings"][0];
    let within = breaches.iter().filter(|it| it["finding"] == upload["id"]);
    assert_eq!(within.count(), upload["breaches"].as_array().unwrap().len());
    assert!(!upload["breaches"].as_array().unwrap().is_empty());
    assert!(breaches.iter().any(|it| it["finding"].is_null()), "one without a finding is told");
    assert_eq!(report["watched"][0]["domain"], "cdn-sync.example");
    assert_eq!(report["analyst"].as_array().unwrap().len(), 1);
    let terms = report["priority"]["contributions"].as_array().unwrap();
    let said = terms.iter().find(|it| it["family"] == "appliance").unwrap();
    assert!((0.0..=1.0).contains(&said["weight"].as_f64().unwrap()));

    let (screen, _) = dt("--demo report 12345");
    let told: Vec<&str> = screen.split_whitespace().collect();
    let told = told.join(" ");
    assert!(told.contains(r#"Darktrace breached ""#), "{screen}");
    assert!(told.contains("and 2 more"), "{screen}");
    assert!(screen.ends_with("open  https://darktrace.example/#device/12345\n"), "{screen}");
    assert!(!screen.contains('\u{1b}'), "nothing acts where nobody looks at a terminal");

    let page = format!("https://darktrace.example/#modelbreach/{}", breaches[0]["pbid"]);
    assert!(dt("--demo report 12345 -o md").0.contains(&format!("](<{page}>)")));
    assert!(dt("--demo report 12345 -o html").0.contains(&format!(r#"<a href="{page}""#)));
    assert!(dt("--demo report 12345 -o ecs").0.contains(&format!(r#""url":"{page}""#)));
}

#[test]
fn what_is_not_asked_or_refused_is_said_and_the_report_goes_on() {
    let quiet = json("--demo report 12345 --no-enrich");
    for part in ["breaches", "analyst", "watched", "endpoints"] {
        assert_eq!(state(&quiet, part), "not_asked");
    }
    assert!(quiet["breaches"].is_null() && quiet["analyst"].is_null());

    let line = "--demo report 12345 --demo-fault permission@breaches";
    let refused = json(line);
    assert_eq!((state(&refused, "breaches"), state(&refused, "analyst")), ("refused", "answered"));
    assert!(refused["breaches"].is_null());
    assert_eq!(refused["findings"][0]["rule"]["id"], "dt-external-upload");
    let said = dt(line).1;
    assert!(said.contains("breaches: refused: HTTP") && said.contains("permission"), "{said}");
}

#[test]
fn several_devices_share_one_answer() {
    let devices = json("--demo devices");
    let mut ids = devices["devices"].as_array().unwrap().iter().map(|it| it["did"].as_i64());
    let other = ids.find(|did| *did != Some(12345)).unwrap().unwrap();
    let (text, said) = dt(&format!("--demo report 12345 {other} -v -o json"));
    let reports: Value = serde_json::from_str(&text).unwrap();
    let breaches = |place: usize| reports[place]["breaches"].as_u64().unwrap();
    assert!(breaches(0) == 4 && breaches(1) < 4, "each has its own of it: {text}");
    assert_eq!(said.matches("/modelbreaches").count(), 1, "{said}");
}
