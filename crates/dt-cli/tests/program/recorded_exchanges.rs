//! Every command over every recording in `fixtures/exchanges`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use snapbox::cmd::{Command, OutputAssert, cargo_bin};

const COMMANDS: [&str; 5] = ["report --all", "compare", "external", "transfers", "connections"];

fn exchanges() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/exchanges")
}

fn dt() -> Command {
    Command::new(cargo_bin!("dt")).env_remove("CLICOLOR_FORCE").env_remove("DT_URL")
}

/// A command that answers from everything in a folder. An exchange says itself what it holds.
fn over(folder: &Path, command: &str) -> Command {
    let inputs =
        files(folder).into_iter().flat_map(|file| ["--input".into(), file.into_os_string()]);
    dt().args(command.split(' ')).args(inputs)
}

/// What stands in a folder, by name.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the recordings are there");
    let mut files: Vec<PathBuf> =
        entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    files.sort();
    files
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("what is printed is text")
}

fn printed(run: &OutputAssert) -> &str {
    text(&run.get_output().stdout)
}

/// A recording: its dialect and its event, what is found, the most urgent first, and the priority
/// of the device, of 100.
type Recording = (&'static str, &'static str, &'static [(&'static str, &'static str)], u64);

const RECORDINGS: [Recording; 10] = [
    (
        "appliance",
        "internal-backup",
        &[("dt-internal-upload", "medium"), ("dt-download", "low")],
        46,
    ),
    (
        "appliance",
        "many-new-peers",
        &[
            ("dt-new-peers", "high"),
            ("dt-new-port", "medium"),
            ("dt-external-upload", "low"),
            ("dt-mix-from-peers", "low"),
        ],
        83,
    ),
    ("appliance", "new-country", &[("dt-new-domain", "medium")], 43),
    (
        "appliance",
        "night-upload",
        &[
            ("dt-external-upload", "high"),
            ("dt-new-port", "medium"),
            ("dt-external-upload", "low"),
            ("dt-change-from-peers", "low"),
        ],
        90,
    ),
    (
        "appliance",
        "regular-caller",
        &[("dt-regular-caller", "medium"), ("dt-mix-from-peers", "low")],
        48,
    ),
    ("documented", "internal-backup", &[("dt-upload", "low")], 17),
    ("documented", "many-new-peers", &[("dt-upload", "low"), ("dt-mix-from-peers", "low")], 20),
    ("documented", "new-country", &[], 14),
    (
        "documented",
        "night-upload",
        &[("dt-upload", "medium"), ("dt-download", "low"), ("dt-change-from-peers", "low")],
        45,
    ),
    ("documented", "regular-caller", &[], 14),
];

/// Every word of one text, but for where its lines were broken.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn json(folder: &Path, command: &str) -> serde_json::Value {
    let run = over(folder, &format!("{command} -o json")).assert().code(0);
    serde_json::from_str(printed(&run)).expect("JSON is printed")
}

#[test]
fn a_recording_of_an_event_is_answered_with_its_findings() {
    for (dialect, event, expected, priority) in RECORDINGS {
        let report = json(&exchanges().join(dialect).join(event), "report");
        let findings = report["findings"].as_array().expect("findings are listed");
        let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
        let found: Vec<(String, String)> = findings
            .iter()
            .map(|finding| (text(&finding["rule"]["id"]), text(&finding["severity"])))
            .collect();
        let owned = |(rule, severity): &(&str, &str)| ((*rule).to_owned(), (*severity).to_owned());
        let expected: Vec<(String, String)> = expected.iter().map(owned).collect();
        assert_eq!(found, expected, "{dialect} {event}");
        let score = report["priority"]["score"].as_f64().expect("a priority");
        assert_eq!(format!("{:.0}", 100.0 * score), priority.to_string(), "{dialect} {event}");
    }
    let recorded =
        ["appliance", "documented"].map(|dialect| files(&exchanges().join(dialect)).len());
    assert_eq!(recorded.iter().sum::<usize>(), RECORDINGS.len());
}

/// The lines of a command that a report has as well: facts and tables, but for what a report tells among
/// its findings, once for all series, or beside the bytes that were sent.
fn lines_of_a_report(body: &str) -> impl Iterator<Item = &str> {
    let (body, _) = body.split_once("DOMAIN DETAILS").unwrap_or((body, ""));
    let facts = body.find("\n  Connections ").unwrap_or(0);
    body[facts..].lines().filter(|line| !line.contains(", max "))
}

/// A report has the sections of the single commands, and the findings of its JSON.
#[test]
fn every_command_answers_from_a_recording() {
    let headings = [
        ("compare", "COMPARISON"),
        ("external", "EXTERNAL TRAFFIC"),
        ("transfers", "TRANSFERS"),
        ("connections", "CONNECTIONS"),
    ];
    for dialect in ["appliance", "documented"] {
        for folder in files(&exchanges().join(dialect)) {
            let screen = |command: &str| {
                let run = over(&folder, command).assert().code(0);
                words(printed(&run))
            };
            let report = screen("report --all");
            for finding in json(&folder, "report")["findings"].as_array().expect("a list") {
                for value in [&finding["message"], &finding["id"]] {
                    let value = words(value.as_str().expect("a text"));
                    assert!(report.contains(&value), "{value}: {report}");
                }
            }
            for (command, heading) in headings {
                let run = over(&folder, command).assert().code(0);
                let (device, body) = printed(&run).split_once(heading).expect("its heading");
                let device = words(device.split(" did ").next().unwrap_or(device));
                assert!(report.starts_with(&device), "{device}: {report}");
                for line in lines_of_a_report(body) {
                    assert!(report.contains(&words(line)), "{command}: {line}");
                }
            }
        }
    }
}

#[test]
fn json_answers_hold_numbers_only_where_there_are_some() {
    for dialect in ["appliance", "documented"] {
        for folder in files(&exchanges().join(dialect)) {
            for command in COMMANDS {
                let run = over(&folder, &format!("{command} -o json")).assert().code(0);
                let printed = printed(&run);
                let answer: serde_json::Value =
                    serde_json::from_str(printed).expect("JSON is printed");
                assert_eq!(answer["dialect"], dialect, "{command} {}", folder.display());
                // JSON has no such numbers; as texts they would be no better.
                for wrong in ["\"NaN", "\"inf", "\"-inf"] {
                    assert!(!printed.contains(wrong), "{command} {}", folder.display());
                }
            }
        }
    }
}

/// The recorder asks what the program asks, or the recordings would be of something else.
#[test]
fn a_recording_holds_what_the_program_asks() {
    for (dialect, interval) in [("appliance", 1), ("documented", 4)] {
        let line = format!("--demo={dialect} -v report 12345 --interval-hours {interval}");
        let run = dt().args(line.split(' ')).assert().code(0);
        let said = text(&run.get_output().stderr);
        let asked: BTreeSet<&str> = said
            .split_whitespace()
            .filter_map(|word| word.find("/deviceinfo?").map(|at| &word[at..]))
            .collect();
        let recorded: Vec<String> = files(&exchanges().join(dialect).join("night-upload"))
            .iter()
            .map(|file| fs::read_to_string(file).expect("the recording can be read"))
            .collect();
        let recorded: BTreeSet<&str> = recorded
            .iter()
            .filter_map(|text| text.split('"').find(|word| word.starts_with("/deviceinfo?")))
            .collect();
        assert!(recorded.len() >= 3, "{recorded:?}");
        assert_eq!(asked, recorded, "{dialect}");
    }
}

#[test]
fn refusals_and_answers_of_other_endpoints_are_no_evidence() {
    for file in files(&exchanges().join("other")) {
        let name = file.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
        let run = dt().arg("report").arg("--input").arg(&file).assert();
        // Knowing one endpoint is evidence, though not enough of it.
        let status = match name.as_str() {
            "endpoint-by-ip" => 2,
            // As when it was asked.
            "missing-permission" => 4,
            _ => 1,
        };
        let run = run.code(status);
        assert!(printed(&run).is_empty() && !run.get_output().stderr.is_empty(), "{name}");
    }
}
