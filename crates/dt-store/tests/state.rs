//! What is remembered is whole, and nobody else's.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use dt_store::{Durability, Journaled, State, Versioned};
use serde::{Deserialize, Deserializer, Serialize};
use tempfile::TempDir;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Counter {
    count: u64,
}

impl Versioned for Counter {
    const FORMAT: u32 = 2;
}

#[derive(Serialize, Deserialize)]
struct Text(String);

impl Versioned for Text {
    const FORMAT: u32 = 1;
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

impl Journaled for Counter {
    type Change = u64;

    fn apply(&mut self, change: u64) {
        self.count += change;
    }
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn journaled(directory: &Path) -> Option<u64> {
    let mut state = State::open(directory).unwrap();
    state.load_journaled::<Counter>().unwrap().map(|counter| counter.count)
}

#[test]
fn what_is_appended_is_loaded_until_all_is_saved_again() {
    let (_parent, directory) = place();
    let mut state = State::open(&directory).unwrap();
    assert!(state.is_unsaved());
    assert_eq!(state.load_journaled::<Counter>().unwrap(), None);
    state.save(&Counter { count: 1 }).unwrap();
    assert!(!state.is_unsaved());
    state.append(&10, Durability::Now).unwrap();
    state.append(&100, Durability::Later).unwrap();
    state.settle(&Counter { count: 111 }).unwrap();
    drop(state);
    assert_eq!(journaled(&directory), Some(111));
    assert_eq!(names(&directory), ["state-1.journal", "state.json", "state.lock"]);
    let mut state = State::open(&directory).unwrap();
    assert_eq!(state.load_journaled().unwrap(), Some(Counter { count: 111 }));
    state.append(&1000, Durability::Now).unwrap();
    state.save(&Counter { count: 1111 }).unwrap();
    drop(state);
    assert_eq!(names(&directory), ["state.json", "state.lock"]);
    assert_eq!(journaled(&directory), Some(1111));
}

#[test]
fn a_line_that_was_cut_short_was_never_there() {
    let (_parent, directory) = place();
    let mut state = State::open(&directory).unwrap();
    state.save(&Counter { count: 1 }).unwrap();
    state.append(&10, Durability::Now).unwrap();
    drop(state);
    let journal = directory.join("state-1.journal");
    for cut in ["10", "{\"1", "\u{0}\u{0}\u{0}\u{0}", "\u{0}\n\u{0}\n"] {
        fs::write(&journal, format!("10\n{cut}")).unwrap();
        assert_eq!(journaled(&directory), Some(11), "{cut:?}");
        // What is appended next takes its place.
        let mut state = State::open(&directory).unwrap();
        state.load_journaled::<Counter>().unwrap();
        state.append(&5, Durability::Now).unwrap();
        drop(state);
        assert_eq!(fs::read_to_string(&journal).unwrap(), "10\n5\n", "{cut:?}");
    }
    // A line before others was written whole once.
    fs::write(&journal, "10\nhalf\n5\n").unwrap();
    let mut state = State::open(&directory).unwrap();
    assert!(state.load_journaled::<Counter>().unwrap_err().is_damaged());
}

/// The state was written, and then the process was killed before it could remove the journal.
#[test]
fn a_journal_of_a_former_state_is_not_read() {
    let (_parent, directory) = place();
    let mut state = State::open(&directory).unwrap();
    state.save(&Counter { count: 1 }).unwrap();
    state.append(&10, Durability::Now).unwrap();
    let journal = fs::read(directory.join("state-1.journal")).unwrap();
    state.save(&Counter { count: 11 }).unwrap();
    drop(state);
    fs::write(directory.join("state-1.journal"), journal).unwrap();
    assert_eq!(journaled(&directory), Some(11));
    assert_eq!(names(&directory), ["state.json", "state.lock"]);
}

#[test]
fn an_older_format_has_to_be_saved_before_anything_is_appended() {
    let (_parent, directory) = place();
    let mut state = State::open(&directory).unwrap();
    write(&directory, r#"{"format": 1, "state": {"count": 7}}"#);
    assert_eq!(state.load_journaled::<Counter>().unwrap().unwrap().count, 7);
    assert!(state.is_unsaved());
    assert!(state.append(&1, Durability::Now).is_err());
    assert_eq!(names(&directory), ["state.json", "state.lock"]);
}

#[test]
fn nothing_is_appended_to_what_was_not_loaded() {
    let (_parent, directory) = place();
    let mut state = State::open(&directory).unwrap();
    let error = state.append(&10, Durability::Now).unwrap_err().to_string();
    assert!(error.ends_with("what is to change was neither saved nor loaded"), "{error}");
    state.save(&Counter { count: 1 }).unwrap();
    state.append(&10, Durability::Now).unwrap();
    drop(state);
    State::open(&directory).unwrap().append(&100, Durability::Now).unwrap_err();
    assert_eq!(journaled(&directory), Some(11));
}

/// A journal that cannot be removed, which stands here for any.
#[test]
fn what_is_left_of_a_former_state_is_in_nobodys_way() {
    let (_parent, directory) = place();
    let mut state = State::open(&directory).unwrap();
    state.save(&Counter { count: 1 }).unwrap();
    fs::create_dir(directory.join("state-7.journal")).unwrap();
    state.save(&Counter { count: 2 }).unwrap();
    state.append(&10, Durability::Now).unwrap();
    drop(state);
    assert_eq!(journaled(&directory), Some(12));
    let mut state = State::open(&directory).unwrap();
    state.load_journaled::<Counter>().unwrap();
    // None is ever gone on with that was there already.
    state.save(&Counter { count: 3 }).unwrap();
    assert!(fs::read_to_string(directory.join("state.json")).unwrap().contains("\"journal\":8"));
    state.append(&10, Durability::Now).unwrap();
    drop(state);
    assert_eq!(journaled(&directory), Some(13));
}

/// Each change costs what it is, however much was saved before.
#[test]
fn what_was_appended_is_saved_as_a_whole_when_it_is_much_more_than_that() {
    let journal_of_two_mebibytes = |size: usize| {
        let (_parent, directory) = place();
        let mut state = State::open(&directory).unwrap();
        state.save(&Text(String::new())).unwrap();
        for _ in 0..2_100 {
            state.append(&"x".repeat(1_000), Durability::Later).unwrap();
        }
        state.settle(&Text("x".repeat(size))).unwrap();
        names(&directory).iter().any(|name| name.ends_with(".journal"))
    };
    assert!(!journal_of_two_mebibytes(1_000), "saved");
    assert!(journal_of_two_mebibytes(1 << 20), "it would be half as much again");
}

#[cfg(unix)]
#[test]
fn a_deleted_lock_lets_no_second_process_in() {
    let (_parent, directory) = place();
    let state = State::open(&directory).unwrap();
    fs::remove_file(directory.join("state.lock")).unwrap();
    assert!(State::open(&directory).unwrap_err().is_locked());
    drop(state);
    State::open(&directory).unwrap();
}

#[cfg(unix)]
#[test]
fn a_directory_that_was_replaced_is_not_written_to() {
    let (parent, directory) = place();
    let mut state = State::open(&directory).unwrap();
    state.save(&Counter { count: 1 }).unwrap();
    fs::rename(&directory, parent.path().join("moved")).unwrap();
    assert!(state.append(&1, Durability::Now).unwrap_err().is_replaced());
    let mut other = State::open(&directory).unwrap();
    assert!(state.save(&Counter { count: 2 }).unwrap_err().is_replaced());
    assert_eq!(other.load_journaled::<Counter>().unwrap(), None);
}

#[cfg(unix)]
#[test]
fn only_regular_files_are_read_and_written() {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    let (parent, directory) = place();
    drop(State::open(&directory).unwrap());
    let elsewhere = parent.path().join("elsewhere");
    fs::write(&elsewhere, r#"{"format": 2, "journal": 1, "state": {"count": 1}}"#).unwrap();
    for name in ["state.json", "state-1.journal", "state.lock"] {
        let path = directory.join(name);
        let _ = fs::remove_file(&path);
        if name == "state-1.journal" {
            fs::copy(&elsewhere, directory.join("state.json")).unwrap();
        }
        let fails = |what: &str| {
            let loaded =
                State::open(&directory).and_then(|mut state| state.load_journaled::<Counter>());
            let error = loaded.unwrap_err();
            let reason = std::error::Error::source(&error).unwrap().to_string();
            assert_eq!(reason, "it is not a regular file", "{name}: {what}");
            assert_eq!(error.path(), path);
            if path.is_dir() { fs::remove_dir(&path) } else { fs::remove_file(&path) }.unwrap();
        };
        symlink(&elsewhere, &path).unwrap();
        fails("a link");
        symlink("/dev/zero", &path).unwrap();
        fails("a link to a device");
        symlink(parent.path().join("nothing"), &path).unwrap();
        fails("a link to nothing");
        fs::create_dir(&path).unwrap();
        fails("a directory");
        drop(UnixListener::bind(&path).unwrap());
        fails("a socket");
        nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).unwrap();
        fails("a pipe");
        assert!(!parent.path().join("nothing").exists());
    }
}

#[cfg(unix)]
#[test]
fn everything_that_is_written_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;

    let (_parent, directory) = place();
    let mut state = State::open(&directory).unwrap();
    state.save(&Counter { count: 1 }).unwrap();
    state.append(&1, Durability::Now).unwrap();
    for name in names(&directory) {
        let mode = fs::metadata(directory.join(&name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}
