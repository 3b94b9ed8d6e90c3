//! What is remembered is whole, and nobody else's.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use dt_store::{State, Versioned};
use serde::{Deserialize, Deserializer, Serialize};
use tempfile::TempDir;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Counter {
    count: u64,
}

impl Versioned for Counter {
    const FORMAT: u32 = 2;
}

fn place() -> (TempDir, std::path::PathBuf) {
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("state");
    (parent, directory)
}

fn write(directory: &Path, content: &str) {
    fs::write(directory.join("state.json"), content).unwrap();
}

#[test]
fn what_is_saved_last_is_loaded_by_the_next_run() {
    let (_parent, directory) = place();
    let mut state = State::open(&directory).unwrap();
    assert_eq!(state.load::<Counter>().unwrap(), None);
    state.save(&Counter { count: 1 }).unwrap();
    state.save(&Counter { count: 2 }).unwrap();
    drop(state);
    let state = State::open(&directory).unwrap();
    assert_eq!(state.load::<Counter>().unwrap(), Some(Counter { count: 2 }));
}

#[test]
fn a_directory_has_one_owner_at_a_time() {
    let (_parent, directory) = place();
    let state = State::open(&directory).unwrap();
    let error = State::open(&directory).unwrap_err();
    assert!(error.is_locked());
    assert_eq!(error.path(), directory);
    drop(state);
    State::open(&directory).unwrap();
}

#[test]
fn a_newer_format_is_refused_and_an_older_one_read() {
    let (_parent, directory) = place();
    let state = State::open(&directory).unwrap();
    write(&directory, r#"{"format": 3, "state": ["whatever it is"]}"#);
    let error = state.load::<Counter>().unwrap_err();
    assert!(error.is_newer());
    let text = error.to_string();
    assert!(text.ends_with("its format is 3, and formats up to 2 are known here"), "{text}");
    write(&directory, r#"{"format": 1, "state": {"count": 7}}"#);
    assert_eq!(state.load().unwrap(), Some(Counter { count: 7 }));
}

/// What a program called a `Counter` when its format was 2.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Total {
    total: u64,
}

impl Versioned for Total {
    const FORMAT: u32 = 3;

    fn upgrade<'de, D: Deserializer<'de>>(format: u32, older: D) -> Result<Self, D::Error> {
        assert_eq!(format, Counter::FORMAT);
        Counter::deserialize(older).map(|Counter { count }| Self { total: count })
    }
}

#[test]
fn an_older_form_is_upgraded_and_saved_in_the_present_one() {
    let (_parent, directory) = place();
    let mut state = State::open(&directory).unwrap();
    state.save(&Counter { count: 5 }).unwrap();
    let total: Total = state.load().unwrap().unwrap();
    assert_eq!(total, Total { total: 5 });
    state.save(&total).unwrap();
    assert_eq!(state.load().unwrap(), Some(total));
    assert!(state.load::<Counter>().unwrap_err().is_newer());
    write(&directory, r#"{"format": 2, "state": {"total": 5}}"#);
    assert!(state.load::<Total>().unwrap_err().is_damaged());
}

#[test]
fn what_is_damaged_is_told_and_can_be_replaced() {
    let (_parent, directory) = place();
    let mut state = State::open(&directory).unwrap();
    for damaged in ["", "{", r#"{"format": 2, "state": {"cou"#, r#"{"format": 2}"#, "[]", "\u{0}"] {
        write(&directory, damaged);
        let error = state.load::<Counter>().unwrap_err();
        assert!(error.is_damaged(), "{damaged:?}: {error}");
        assert!(error.to_string().contains("state.json"), "{error}");
    }
    state.save(&Counter { count: 3 }).unwrap();
    assert_eq!(state.load().unwrap(), Some(Counter { count: 3 }));
}

#[test]
fn only_the_last_part_of_a_path_is_created() {
    let (parent, _) = place();
    let error = State::open(parent.path().join("no/such")).unwrap_err();
    assert!(error.is_not_found());
    assert!(!parent.path().join("no").exists());
    fs::write(parent.path().join("file"), "").unwrap();
    assert!(State::open(parent.path().join("file")).is_err());
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_it() {
    use std::os::unix::fs::PermissionsExt;

    let (_parent, directory) = place();
    let mut state = State::open(&directory).unwrap();
    state.save(&Counter { count: 1 }).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&directory), 0o700);
    assert_eq!(mode(&directory.join("state.json")), 0o600);
}

#[test]
fn what_cannot_be_written_leaves_nothing_behind() {
    let (_parent, directory) = place();
    let mut state = State::open(&directory).unwrap();
    // Nothing can be renamed onto this.
    fs::create_dir_all(directory.join("state.json/occupied")).unwrap();
    let error = state.save(&Counter { count: 1 }).unwrap_err();
    assert!(error.to_string().starts_with("failed to write"), "{error}");
    let mut left: Vec<_> =
        fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["state.json", "state.lock"]);
}

#[test]
fn what_a_killed_process_left_is_removed_by_the_next() {
    let (_parent, directory) = place();
    drop(State::open(&directory).unwrap());
    fs::write(directory.join(".unfinished-state-abc"), "half of it").unwrap();
    fs::write(directory.join("of somebody else"), "").unwrap();
    drop(State::open(&directory).unwrap());
    assert!(!directory.join(".unfinished-state-abc").exists());
    assert!(directory.join("of somebody else").exists());
}
