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

/// A screen without what depends on when it is printed: how long ago the data ended, and the year,
/// which is told from the next one on, when the line it stands in gets too long.
fn timeless(screen: &str) -> String {
    let mut timeless = String::new();
    for line in screen.replace("\nNewest ", " Newest ").lines() {
        let freshness = [" ended ", "UTC, "].iter().find_map(|before| {
            let at = line.find(before)? + before.len();
            line.ends_with(" ago.").then_some(at)
        });
        match freshness {
            Some(at) => {
                timeless.push_str(&line[..at].replace(" 2026", ""));
                timeless.push_str("[..] ago.");
            }
            None => timeless.push_str(line),
        }
        timeless.push('\n');
    }
    timeless
}

#[test]
fn a_screen_looks_the_same_whenever_it_is_printed() {
    let now = "26 Oct 23:00 to 23 Nov 23:00 UTC, every 4 h. Newest interval ended 6 h ago.\n";
    let later = "26 Oct 2026 23:00 to 23 Nov 2026 23:00 UTC, every 4 h.\n\
                 Newest interval ended 60 days ago.\n";
    assert_eq!(timeless(now), timeless(later));
    let (now, later) =
        ("Data until 23 Nov 23:00 UTC, 6 h ago.", "Data until 23 Nov 2026 23:00 UTC, 60 days ago.");
    assert_eq!(timeless(now), timeless(later));
    assert!(timeless(now).contains("23 Nov 23:00") && !timeless(now).contains("6 h"));
}

#[test]
fn every_command_answers_from_a_recording() {
    for dialect in ["appliance", "documented"] {
        let folders = files(&exchanges().join(dialect));
        assert!(folders.len() >= 5, "{dialect}");
        for folder in folders {
            let screens: Vec<String> = COMMANDS
                .iter()
                .map(|command| {
                    let run = over(&folder, command).assert().code(0);
                    let said = text(&run.get_output().stderr);
                    format!("$ dt {command}\n{}{}", timeless(printed(&run)), timeless(said))
                })
                .collect();
            let event = folder.file_name().and_then(|name| name.to_str()).expect("a name");
            insta::with_settings!({ omit_expression => true }, {
                insta::assert_snapshot!(format!("{dialect}__{event}"), screens.join("\n"));
            });
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
