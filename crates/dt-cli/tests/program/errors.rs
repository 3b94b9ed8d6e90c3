//! What a failure says to people, and to programs.

use serde_json::Value;
use snapbox::cmd::{Command, cargo_bin};

/// What is said on standard error, after ending with this status.
fn said(line: &str, status: i32) -> String {
    let run = Command::new(cargo_bin!("dt")).env_clear().args(line.split_whitespace());
    let run = run.assert().code(status);
    assert!(run.get_output().stdout.is_empty(), "{line}");
    String::from_utf8(run.get_output().stderr.clone()).unwrap()
}

fn last_line(line: &str, status: i32) -> Value {
    serde_json::from_str(said(line, status).lines().last().unwrap()).unwrap()
}

#[test]
fn with_json_the_last_line_of_a_failure_is_for_programs() {
    for (line, status, kind, device) in [
        ("--demo report nobody -o json", 1, "failed", Some("nobody")),
        ("--demo report 12345 -o json --retries 0 --demo-fault 500", 1, "server", Some("12345")),
        ("--demo --demo-fault signature get 12345 --format=json", 4, "auth", Some("12345")),
        ("devices -ondjson", 2, "usage", None),
        ("-o json devices --port 443", 2, "usage", None),
        ("report -o json --rules none 1", 2, "usage", None),
    ] {
        let error = last_line(line, status);
        assert_eq!(error["schema"], "dt.error/1", "{line}");
        assert_eq!((&error["exit"], &error["kind"]), (&status.into(), &kind.into()), "{line}");
        assert_eq!(error["device"].as_str(), device, "{line}");
        assert!(!error["message"].as_str().unwrap().is_empty(), "{line}");
    }
    let error = last_line("--demo --demo-fault 500 get 12345 --retries 0 -o json", 1);
    assert!(error["host"].as_str().unwrap().starts_with("127.0.0.1:"), "{error}");
}

#[test]
fn people_get_no_json() {
    for line in ["--demo report nobody", "--demo report nobody -o html"] {
        assert!(!said(line, 1).contains("dt.error/1"), "{line}");
    }
}

#[test]
fn each_of_several_devices_that_fails_is_told_to_programs() {
    let run = Command::new(cargo_bin!("dt")).env_clear();
    let run = run.args("--demo connections 12345 nobody noone -o ndjson".split(' '));
    let run = run.assert().code(1);
    let told = String::from_utf8(run.get_output().stderr.clone()).unwrap();
    let lines = told.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let devices: Vec<String> = lines.map(|it| it["device"].as_str().unwrap().to_owned()).collect();
    assert_eq!(devices, ["nobody", "noone"]);
}

#[test]
fn no_command_and_no_such_command_say_what_there_is() {
    assert!(said("--demo", 2).contains("dt --help lists them"));
    assert!(said("--demo reprot 12345", 2).contains("'report'"));
}

#[test]
fn what_programs_read_of_a_failure_acts_on_no_terminal() {
    let run = Command::new(cargo_bin!("dt")).env_clear();
    let run = run.args([
        "--demo",
        "external",
        "12345",
        "--external-domain",
        "a\u{202e}b\u{9b}",
        "-o",
        "json",
    ]);
    let told = String::from_utf8(run.assert().get_output().stderr.clone()).unwrap();
    assert!(!told.contains(['\u{202e}', '\u{9b}']), "{told:?}");
}

#[test]
fn line_ends_of_another_system_are_no_part_of_a_variable() {
    let run = Command::new(cargo_bin!("dt")).env_clear();
    let run = run.args(["config", "show"]).envs([
        ("DT_URL", "https://appliance.example\r"),
        ("DT_RETRIES", "2\r\n"),
        ("DT_BACKEND", "ureq\r"),
    ]);
    run.assert().code(0);
}

#[cfg(target_os = "linux")]
#[test]
fn help_that_cannot_be_printed_is_a_failure() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let run =
        std::process::Command::new(cargo_bin!("dt")).arg("--help").stdout(full).output().unwrap();
    assert_eq!(run.status.code(), Some(1));
}
