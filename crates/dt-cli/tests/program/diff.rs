//! `dt diff`, as its users run it.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use snapbox::cmd::{Command, OutputAssert, cargo_bin};

const OLD: &str = "12345-20261026T230400Z";
const NEW: &str = "12345-20261123T230400Z";

/// Runs `dt` where the snapshots of the appliance dialect are.
fn dt(line: &str) -> Command {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    Command::new(cargo_bin!("dt"))
        .current_dir(project.join("../../fixtures/snapshots/appliance"))
        .env_clear()
        .args(line.split_whitespace())
}

fn printed(run: &OutputAssert) -> Value {
    serde_json::from_slice(&run.get_output().stdout).unwrap()
}

fn said(run: &OutputAssert) -> String {
    String::from_utf8(run.get_output().stderr.clone()).unwrap()
}

fn values(entries: &Value) -> Vec<&str> {
    entries.as_array().unwrap().iter().map(|entry| entry["value"].as_str().unwrap()).collect()
}

#[test]
fn what_happened_between_two_snapshots_is_told() {
    let run = dt(&format!("diff {OLD} {NEW} -o json")).assert().code(0);
    assert_eq!(said(&run), "");
    let diff = printed(&run);
    assert_eq!(diff["schema"], "dt.diff/1");
    assert_eq!((&diff["old"]["path"], &diff["new"]["path"]), (&json!(OLD), &json!(NEW)));
    let summary = diff["summary"].as_str().unwrap();
    assert!(summary.starts_with("priority rose from 16 to 91 of 100"), "{summary}");
    assert!(summary.contains("sent externally"), "{summary}");
    assert!(diff["priority"]["change"].as_f64().unwrap() > 0.7);
    assert_eq!(diff["findings"]["new"][0]["rule"]["id"], "dt-external-upload");
    let gone = diff["findings"]["gone"].as_array().unwrap();
    assert!(gone.iter().all(|finding| finding["why"] == "passed"), "{gone:?}");

    assert_eq!(values(&diff["ports"]["new"]), ["8443"]);
    // Small ports are merged, but it began since: that is certain.
    assert_eq!(diff["ports"]["new"][0]["certainty"], "certain");
    assert_eq!(values(&diff["domains"]["new"]), ["cdn-sync.example"]);
    assert_eq!(diff["domains"]["new"][0]["certainty"], "certain");
    for entry in diff["countries"]["gone"].as_array().unwrap() {
        assert_eq!(entry["certainty"], "listed");
    }
    assert_eq!(diff["similar_devices"]["same"], 3);
    assert_eq!(diff["not_reported"], json!([]));
}

#[test]
fn findings_have_the_ids_that_reports_give_them() {
    let ids = |run: &OutputAssert, pointer: &str| -> Vec<Value> {
        let printed = printed(run);
        let findings = printed.pointer(pointer).unwrap().as_array().unwrap().clone();
        findings.into_iter().map(|finding| finding["id"].clone()).collect()
    };
    let report = dt(&format!("report --input {NEW} -o json")).assert().code(0);
    let diff = dt(&format!("diff {OLD} {NEW} -o json")).assert().code(0);
    assert_eq!(ids(&report, "/findings"), ids(&diff, "/findings/new"));
    let back = dt(&format!("diff {NEW} {OLD} -o json")).assert().code(0);
    assert!(said(&back).contains("the first snapshot is the newer one"));
    assert_eq!(ids(&report, "/findings"), ids(&back, "/findings/gone"));
    assert_eq!(printed(&back)["findings"]["gone"][0]["state"], "ended");
}

#[test]
fn a_snapshot_does_not_differ_from_itself() {
    let run = dt(&format!("diff {NEW} {NEW} -o json")).assert().code(0);
    let diff = printed(&run);
    assert!(diff["summary"].as_str().unwrap().starts_with("priority is the same"));
    for list in ["ports", "served_ports", "peers", "similar_devices", "domains", "countries"] {
        assert_eq!((&diff[list]["new"], &diff[list]["gone"]), (&json!([]), &json!([])), "{list}");
    }
    assert_eq!((&diff["findings"]["new"], &diff["findings"]["gone"]), (&json!([]), &json!([])));
    assert!(diff["findings"]["same"].as_u64().unwrap() > 1);
}

#[test]
fn a_directory_stands_for_the_oldest_and_the_newest_in_it() {
    let named = dt(&format!("diff {OLD} {NEW} -o ndjson")).assert().code(0);
    for line in ["diff . -o ndjson", "diff --input . -o ndjson"] {
        let run = dt(line).assert().code(0);
        let (mut one, mut other) = (printed(&named), printed(&run));
        for side in ["old", "new"] {
            one[side]["path"] = Value::Null;
            other[side]["path"] = Value::Null;
        }
        assert_eq!(one, other, "{line}");
    }
    let run = dt(&format!("diff --input {OLD} --input {NEW} -o ndjson")).assert().code(0);
    assert_eq!(printed(&named), printed(&run));
}

#[test]
fn the_screen_says_how_sure_it_is() {
    let run = dt(&format!("diff {OLD} {NEW}")).assert().code(0);
    let screen = String::from_utf8(run.get_output().stdout.clone()).unwrap();
    for part in ["Priority rose from 16 to 91 of 100", "no longer listed", "8443 (≈ 4 %)"] {
        assert!(screen.contains(part), "{screen}");
    }
    let priority = screen.lines().position(|line| line.starts_with("WHAT CHANGED"));
    assert_eq!(priority, Some(3), "{screen}");
}

#[test]
fn a_priority_that_stays_is_said_to() {
    let run = dt(&format!("diff {NEW} {NEW}")).assert().code(0);
    let screen = String::from_utf8(run.get_output().stdout.clone()).unwrap();
    assert!(screen.contains("Priority is the same, 91 of 100"), "{screen}");
}

#[test]
fn new_findings_can_make_it_fail() {
    dt(&format!("diff {OLD} {NEW} --fail-on high")).assert().code(3);
    dt(&format!("diff {NEW} {OLD} --fail-on medium")).assert().code(0);
    dt(&format!("diff {NEW} {NEW} --fail-on low")).assert().code(0);
}

#[test]
fn the_other_dialect_is_compared_too_but_not_with_this_one() {
    let (old, new) = (format!("../documented/{OLD}"), format!("../documented/{NEW}"));
    let run = dt(&format!("diff {old} {new} -o json")).assert().code(0);
    let diff = printed(&run);
    assert_eq!(diff["dialect"], "documented");
    assert_eq!(diff["served_ports"], Value::Null);
    assert_eq!(
        diff["not_reported"],
        json!([{"list": "served_ports", "side": "both", "reason": null}])
    );
    assert!(values(&diff["domains"]["new"]).contains(&"cdn-sync.example"));

    let run = dt(&format!("diff {OLD} {new}")).assert().code(2);
    assert!(said(&run).contains("different dialects"), "{}", said(&run));
}

/// A copy of a snapshot without the exchanges about something, as if nobody had been allowed to ask.
fn without(about: &str, snapshot: &str, place: &Path) -> String {
    let snapshots =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/snapshots/appliance");
    let dt_store::Snapshot { about: whole, exchanges, .. } =
        dt_store::Snapshot::open(snapshots.join(snapshot)).unwrap();
    let exchanges = exchanges.into_iter().map(|kept| (kept.exchange, kept.answered_at));
    let exchanges = exchanges.filter(|(it, _)| !it.target.contains(about)).collect();
    let archive = dt_store::Archive::open(place).unwrap();
    let kept = archive.keep(whole, exchanges, Vec::new()).unwrap();
    kept.path.display().to_string()
}

#[test]
fn what_only_one_snapshot_reports_is_not_new() {
    let place = tempfile::tempdir().unwrap();
    let old = without("/endpointdetails", OLD, &place.path().join("copy"));
    let run = dt(&format!("diff {old} {NEW} -o json")).assert().code(0);
    let diff = printed(&run);
    assert_eq!(diff["countries"], Value::Null);
    assert_eq!(diff["not_reported"], json!([{"list": "countries", "side": "old", "reason": null}]));
    assert_eq!(diff["priority"]["change"], Value::Null);
    assert_eq!(
        diff["priority"]["not_reported"],
        json!([{"part": "endpoints", "side": "old", "reason": null}])
    );
    let summary = diff["summary"].as_str().unwrap();
    assert!(summary.contains("by other answers; endpoints not in the old ones"), "{summary}");
    // The upload began since: that is new whatever was known before.
    assert_eq!(diff["findings"]["new"][0]["rule"]["id"], "dt-external-upload");
}

#[test]
fn what_the_other_snapshot_cannot_show_does_not_make_it_fail() {
    let place = tempfile::tempdir().unwrap();
    let part = without("odid=0", NEW, &place.path().join("copy"));
    for (line, side) in [(format!("{part} {NEW}"), "old"), (format!("{NEW} {part}"), "new")] {
        let run = dt(&format!("diff {line} -o json --fail-on low")).assert().code(0);
        let findings = &printed(&run)["findings"];
        assert_eq!((&findings["new"], &findings["gone"]), (&json!([]), &json!([])), "{line}");
        let unreported = findings["not_reported"].as_array().unwrap();
        let upload = unreported.iter().find(|it| it["rule"]["id"] == "dt-external-upload");
        let upload = upload.unwrap();
        assert_eq!((&upload["side"], &upload["missing"]), (&json!(side), &json!(["external-out"])));
    }
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let snaps = place.path().join("snaps");
    let snaps = snaps.to_str().unwrap();
    dt(&format!("--demo snapshot printer-03 --to {snaps}")).assert().code(0);
    for line in [
        "diff".to_owned(),
        format!("diff {OLD}"),
        format!("diff {OLD} {NEW} --input {OLD}"),
        format!("diff {OLD} {NEW} -o ecs"),
        format!("diff {OLD} {NEW} --datatype sizeout"),
        format!("diff {OLD} {NEW} --since 7d"),
        format!("diff {OLD} {NEW} --tag Finance"),
        format!("--demo diff {OLD} {NEW}"),
        format!("diff {OLD} {snaps}"),
    ] {
        let run = dt(&line).assert().code(2);
        assert!(run.get_output().stdout.is_empty(), "{line}");
    }
    let missing = dt(&format!("diff {OLD} nowhere")).assert().code(1);
    assert!(said(&missing).contains("nowhere"), "{}", said(&missing));
    fs::create_dir(place.path().join("empty")).unwrap();
    let empty = place.path().join("empty");
    let run = dt(&format!("diff {OLD} {}", empty.display())).assert().code(1);
    assert!(said(&run).contains("there is no snapshot"), "{}", said(&run));
}
