//! What was refused: told once, of whom it is, and with the status that it had when it was asked for.

use serde_json::Value;
use snapbox::cmd::{Command, cargo_bin};

/// What `dt` ends with, prints and says.
fn dt(line: &str) -> (i32, String, String) {
    let mut command = Command::new(cargo_bin!("dt")).env_clear().env("HOME", "/nowhere");
    command = command.args(line.split_whitespace());
    let run = command.assert();
    let output = run.get_output();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn warnings_name_the_device_where_there_are_several() {
    let line = "--demo --demo-fault 500@sizein --retries 0 transfers";
    let (_, _, said) = dt(&format!("{line} 12345"));
    assert_eq!(said, "warning: sizein: refused: HTTP 500\n");
    let (_, _, said) = dt(&format!("{line} 12345 20001"));
    let lines =
        ["12345", "20001"].map(|did| format!("warning: {did}: sizein: refused: HTTP 500\n"));
    assert_eq!(said, lines.concat());
}

#[test]
fn single_domains_that_fail_in_one_way_are_one_warning() {
    let (status, _, said) = dt("--demo --demo-fault 500@domain --retries 0 report 12345");
    assert_eq!(status, 0);
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.starts_with("warning: domain, \"cdn-sync.example\" and "), "{said}");
    assert!(said.ends_with(" more: refused: HTTP 500\n"), "{said}");
}

#[test]
fn a_replay_fails_as_the_question_did() {
    for (fault, expected) in [("500", 1), ("permission", 4), ("hang", 5)] {
        let parent = tempfile::tempdir().unwrap();
        let place = parent.path().join("snaps").to_str().unwrap().to_owned();
        let fault = format!("--demo --demo-fault {fault}@co --retries 0 --timeout 1");
        assert_eq!(dt(&format!("{fault} snapshot 12345 --to {place}")).0, 0);
        for command in ["connections", "compare", "timeline"] {
            let live = dt(&format!("{fault} {command} 12345"));
            let (status, printed, said) = dt(&format!("{command} --input {place}"));
            assert_eq!((live.0, status), (expected, expected), "{command} {fault}: {said}");
            assert_eq!(printed, "");
            assert_eq!(said.matches("co: refused: ").count(), 1, "{said}");
            assert!(!said.contains("--input"), "{said}");
        }
        // Another series is told without it.
        let (status, _, said) = dt(&format!("timeline --datatype sizeout --input {place}"));
        assert_eq!((status, said.as_str()), (0, ""));
    }
}

#[test]
fn a_device_has_its_name_even_if_one_direction_is_refused() {
    for part in ["sizeout", "sizein"] {
        let line = format!("--demo --demo-fault 500@{part} --retries 0 transfers 12345 -o json");
        let (_, printed, _) = dt(&line);
        let printed: Value = serde_json::from_str(&printed).unwrap();
        assert_eq!(printed["device"]["hostname"], "workstation-01", "{part}");
    }
}

#[test]
fn the_documented_dialect_warns_of_nothing_that_it_does_not_need() {
    let faults = "--demo-fault 500@external --demo-fault 500@external-out --retries 0";
    let (status, _, said) = dt(&format!("--demo=documented {faults} report 12345"));
    assert_eq!((status, said.as_str()), (0, ""));
}
