//! The README's commands do what it shows.

use std::fs;
use std::path::{Path, PathBuf};

use snapbox::cmd::{Command, cargo_bin};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The fenced blocks of a kind.
fn blocks(readme: &str, kind: &str) -> Vec<String> {
    let fence = format!("```{kind}\n");
    readme.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

/// The sections of a report. Its numbers change with the hour: the synthetic network ends now.
fn sections(screen: &str) -> Vec<&str> {
    let names = ["PRIORITY", "WHY", "OUTBOUND:", "CONNECTIONS", "TRANSFERS", "next"];
    let first_words = screen.lines().filter_map(|line| line.split(' ').next());
    first_words.filter(|word| names.contains(word)).collect()
}

#[test]
fn the_report_is_the_one_the_program_prints() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let shown = &blocks(&readme, "text")[0];
    let run = Command::new(cargo_bin!("dt")).env_clear().args(["--demo", "report", "12345"]);
    let printed = String::from_utf8(run.assert().code(0).get_output().stdout.clone()).unwrap();

    assert_eq!(printed.lines().next(), shown.lines().next());
    assert_eq!(sections(&printed), sections(shown));
    assert!(printed.lines().count() <= 24, "{printed}");
}

#[test]
fn every_command_it_names_exists() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let named = readme.lines().filter_map(|line| line.strip_prefix("| `dt "));
    let named: Vec<&str> = named.filter_map(|line| line.split([' ', '`']).next()).collect();
    assert!(named.len() >= 7, "{named:?}");
    for command in named {
        Command::new(cargo_bin!("dt")).env_clear().args([command, "--help"]).assert().code(0);
    }
}

#[test]
fn the_test_command_is_the_one_the_check_runs() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let check = fs::read_to_string(root().join(".ci/run")).unwrap();
    let command = blocks(&readme, "console").into_iter().find(|block| block.contains("cargo test"));
    let command = command.unwrap().trim().trim_start_matches("$ ").to_owned();
    assert!(check.contains(&command), "{command}");
}
