//! A snapshot is read as it was written, or refused with what is wrong about it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use dt_model::{Device, DeviceId, Exchange};
use dt_store::{About, Archive, EvidenceBundle, Snapshot, State, Subject, sha256, verify};
use http::StatusCode;
use jiff::Timestamp;
use tempfile::TempDir;

fn about(did: i64) -> About {
    let device = Device { hostname: Some("ws \u{1b}[31m".to_owned()), ..Device::default() };
    About {
        device: Subject::new(DeviceId::new(did), &device),
        taken: "2026-11-24T12:00:00.25Z".parse().unwrap(),
        data_until: Some("2026-11-24T12:00:00Z".parse().unwrap()),
        appliance: "appliance.example".to_owned(),
        address: "https://appliance.example/".to_owned(),
        dt_version: "0.1.0".to_owned(),
    }
}

/// A second after they were begun to be asked for.
fn answered() -> Timestamp {
    "2026-11-24T12:00:01.25Z".parse().unwrap()
}

fn exchanges() -> Vec<(Exchange, Option<Timestamp>)> {
    let exchanges = [
        Exchange::new("/deviceinfo?datatype=co&did=7", StatusCode::OK, r#"{"deviceInfo":[]}"#),
        Exchange::new("/endpointdetails?hostname=..%2F..", StatusCode::NOT_FOUND, b"\xff\x00"),
    ];
    exchanges.map(|exchange| (exchange, Some(answered()))).into()
}

/// A directory for snapshots with one of device 7 in it.
fn one() -> (TempDir, Archive, Snapshot) {
    let parent = tempfile::tempdir().unwrap();
    let archive = Archive::open(parent.path().join("snaps")).unwrap();
    let snapshot = archive.keep(about(7), exchanges(), Vec::new()).unwrap();
    (parent, archive, snapshot)
}

fn change(path: &Path, change: impl FnOnce(String) -> String) {
    fs::write(path, change(fs::read_to_string(path).unwrap())).unwrap();
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn what_is_kept_is_read_again() {
    let (parent, _archive, snapshot) = one();
    let directory = parent.path().join("snaps");
    assert_eq!(snapshot.path, directory.join("7-20261124T120000Z"));
    assert_eq!(names(&snapshot.path), ["exchanges", "snapshot.json"]);
    let files = ["001-deviceinfo-co.json", "002-endpointdetails.json"];
    assert_eq!(names(&snapshot.path.join("exchanges")), files);
    let read = Snapshot::open(&snapshot.path).unwrap();
    assert_eq!(read, snapshot);
    assert_eq!(read.about, about(7));
    let kept = read.exchanges.into_iter().map(|kept| (kept.exchange, kept.answered_at));
    assert!(kept.eq(exchanges()));
}

#[test]
fn two_of_the_same_second_are_two() {
    let (parent, archive, first) = one();
    let second = archive.keep(about(7), exchanges(), Vec::new()).unwrap();
    let third = archive.keep(about(7), Vec::new(), Vec::new()).unwrap();
    let other = archive.keep(about(8), exchanges(), Vec::new()).unwrap();
    assert_eq!(second.path.file_name().unwrap(), "7-20261124T120000Z-2");
    assert_eq!(third.path.file_name().unwrap(), "7-20261124T120000Z-3");
    let list = Snapshot::list(&parent.path().join("snaps")).unwrap();
    assert_eq!(list, [first.path, second.path, third.path, other.path]);
}

#[test]
fn a_file_that_was_changed_is_told() {
    let (_parent, _archive, snapshot) = one();
    let file = snapshot.path.join("exchanges/001-deviceinfo-co.json");
    // Of the same length, and still an exchange.
    change(&file, |text| text.replace("did=7", "did=8"));
    let error = Snapshot::open(&snapshot.path).unwrap_err();
    assert!(error.is_damaged(), "{error}");
    assert_eq!(error.path(), file);
    fs::remove_file(&file).unwrap();
    assert!(Snapshot::open(&snapshot.path).unwrap_err().is_not_found());
}

#[test]
fn a_newer_format_is_refused_whatever_it_looks_like() {
    let (_parent, _archive, snapshot) = one();
    fs::write(snapshot.path.join("snapshot.json"), r#"{"format": 2, "files": 3}"#).unwrap();
    let error = Snapshot::open(&snapshot.path).unwrap_err();
    assert!(error.is_newer(), "{error}");
}

#[test]
fn a_manifest_leads_nowhere_else() {
    let (parent, _archive, snapshot) = one();
    fs::write(parent.path().join("secret"), "").unwrap();
    for name in ["../../../secret", "/etc/hostname", "..", "..\\\\secret", "c:secret"] {
        change(&snapshot.path.join("snapshot.json"), |text| {
            let start = text.find("\"file\": \"").unwrap() + 9;
            let end = start + text[start..].find("\",").unwrap();
            format!("{}{name}{}", &text[..start], &text[end..])
        });
        let error = Snapshot::open(&snapshot.path).unwrap_err();
        assert!(error.is_damaged(), "{name}: {error}");
        assert!(error.path().ends_with("snapshot.json"), "{name}: {error}");
    }
}

#[test]
fn what_is_unfinished_is_no_snapshot_and_is_removed_once_nobody_writes() {
    let (parent, archive, snapshot) = one();
    let directory = parent.path().join("snaps");
    let unfinished: PathBuf = directory.join(".unfinished-snapshot-1");
    fs::create_dir_all(unfinished.join("exchanges")).unwrap();
    fs::copy(snapshot.path.join("snapshot.json"), unfinished.join("snapshot.json")).unwrap();
    assert_eq!(Snapshot::list(&directory).unwrap(), [snapshot.path]);
    // As long as one writes, it might be that one's.
    drop(Archive::open(&directory).unwrap());
    assert!(unfinished.exists());
    drop(archive);
    drop(Archive::open(&directory).unwrap());
    assert!(!unfinished.exists());
}

#[test]
fn snapshots_and_a_state_in_one_directory_leave_each_other_alone() {
    let (parent, archive, _snapshot) = one();
    let directory = parent.path().join("snaps");
    let [snapshot, state] = ["snapshot", "state"].map(|kind| {
        let unfinished = directory.join(format!(".unfinished-{kind}-1"));
        fs::write(&unfinished, "being written").unwrap();
        unfinished
    });
    let _state = State::open(&directory).unwrap();
    assert!(snapshot.exists() && !state.exists());
    drop(archive);
    fs::write(&state, "being written").unwrap();
    drop(Archive::open(&directory).unwrap());
    assert!(!snapshot.exists() && state.exists());
}

#[test]
fn an_exchange_is_listed_once() {
    let (_parent, _archive, snapshot) = one();
    change(&snapshot.path.join("snapshot.json"), |text| {
        text.replace("002-endpointdetails.json", "001-deviceinfo-co.json")
    });
    assert!(Snapshot::open(&snapshot.path).unwrap_err().is_damaged());
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_read() {
    let (_parent, _archive, snapshot) = one();
    let file = snapshot.path.join("exchanges/001-deviceinfo-co.json");
    fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &file).unwrap();
    let error = Snapshot::open(&snapshot.path).unwrap_err();
    assert_eq!(error.path(), file);
    let reason = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(reason, "it is not a regular file");
}

#[test]
fn what_cannot_be_kept_leaves_nothing_behind() {
    let (parent, archive, _snapshot) = one();
    let directory = parent.path().join("snaps");
    fs::remove_dir_all(&directory).unwrap();
    assert!(archive.keep(about(7), exchanges(), Vec::new()).unwrap_err().is_not_found());
    fs::create_dir(&directory).unwrap();
    // A file is not replaced either.
    fs::write(directory.join("7-20261124T120000Z"), "mine").unwrap();
    archive.keep(about(7), exchanges(), Vec::new()).unwrap();
    assert_eq!(names(&directory), ["7-20261124T120000Z", "7-20261124T120000Z-2"]);
    assert_eq!(fs::read(directory.join("7-20261124T120000Z")).unwrap(), b"mine");
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_it() {
    use std::os::unix::fs::PermissionsExt;

    let (parent, _archive, snapshot) = one();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for directory in [&parent.path().join("snaps"), &snapshot.path] {
        assert_eq!(mode(directory), 0o700);
    }
    assert_eq!(mode(&snapshot.path.join("exchanges")), 0o700);
    assert_eq!(mode(&snapshot.path.join("snapshot.json")), 0o600);
    assert_eq!(mode(&snapshot.path.join("exchanges/001-deviceinfo-co.json")), 0o600);
}

#[test]
fn a_bundle_lists_every_file_that_was_written() {
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("audit");
    let mut bundle = EvidenceBundle::create(&directory).unwrap();
    let first = bundle.keep(about(7), exchanges(), Vec::new()).unwrap();
    bundle.keep(about(7), exchanges(), Vec::new()).unwrap();
    // Until it is finished, it is not whole.
    assert!(!verify(&directory).unwrap().problems.is_empty());
    bundle.finish(b"{}\n").unwrap();
    let found = verify(&directory).unwrap();
    assert_eq!((found.intact, found.problems), (7, Vec::new()));
    for exchange in &first.exchanges {
        assert_eq!(exchange.sha256, sha256(&fs::read(&exchange.file).unwrap()));
    }
    let list = fs::read_to_string(directory.join("SHA256SUMS")).unwrap();
    let paths: Vec<&str> = list.lines().map(|line| line.split_once("  ").unwrap().1).collect();
    assert!(paths.is_sorted());
    assert_eq!(paths[0], "7-20261124T120000Z-2/exchanges/001-deviceinfo-co.json");
}

#[test]
fn a_bundle_takes_no_directory_that_holds_something() {
    let (parent, archive, _snapshot) = one();
    drop(archive);
    let directory = parent.path().join("snaps");
    let error = EvidenceBundle::create(&directory).unwrap_err();
    assert!(error.is_not_empty(), "{error}");
    fs::remove_dir_all(directory.join("7-20261124T120000Z")).unwrap();
    // What a killed writer left is removed.
    fs::create_dir(directory.join(".unfinished-snapshot-1")).unwrap();
    let bundle = EvidenceBundle::create(&directory).unwrap();
    let error = EvidenceBundle::create(&directory).unwrap_err();
    assert!(error.is_locked(), "two would take each other's files for their own: {error}");
    bundle.finish(b"{}").unwrap();
    assert!(EvidenceBundle::create(&directory).unwrap_err().is_not_empty());
}
