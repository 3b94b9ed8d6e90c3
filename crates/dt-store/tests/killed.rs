//! Whatever moment a process is killed at: what it has written is whole, and what it was told to be
//! kept is there.
//!
//! This test starts itself as the process that writes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, thread};

use dt_model::{Device, DeviceId, Exchange};
use dt_store::{About, Archive, Durability, Journaled, Snapshot, State, Subject, Versioned};
use http::StatusCode;
use jiff::Timestamp;
use libtest_mimic::{Arguments, Failed, Trial};
use serde::{Deserialize, Serialize};

/// Makes this program write into that directory until it is killed.
const WRITES_STATE: &str = "TEST_WRITES_STATE";
const WRITES_JOURNAL: &str = "TEST_WRITES_JOURNAL";
const WRITES_SNAPSHOTS: &str = "TEST_WRITES_SNAPSHOTS";

const KILLS: usize = 50;

fn main() {
    if let Some(directory) = env::var_os(WRITES_STATE) {
        return remember_for_ever(Path::new(&directory));
    }
    if let Some(directory) = env::var_os(WRITES_JOURNAL) {
        return append_for_ever(Path::new(&directory));
    }
    if let Some(directory) = env::var_os(WRITES_SNAPSHOTS) {
        return take_for_ever(Path::new(&directory));
    }
    let trials = vec![
        Trial::test("a_state_is_one_that_was_saved_and_no_former_one", state),
        Trial::test("what_was_appended_is_there_and_nothing_else", journal),
        Trial::test("a_snapshot_that_can_be_seen_is_whole", snapshots),
    ];
    // One after the other: a process that one of them starts has the locks of the others until it runs.
    let arguments = Arguments { test_threads: Some(1), ..Arguments::from_args() };
    libtest_mimic::run(&arguments, trials).exit();
}

/// A number, so often that a part of it shows.
#[derive(Serialize, Deserialize)]
struct Numbers(Vec<u64>);

impl Versioned for Numbers {
    const FORMAT: u32 = 1;
}

impl Numbers {
    fn of(number: u64) -> Self {
        Self(vec![number; 20_000])
    }

    fn number(&self) -> u64 {
        let first = self.0[0];
        assert!(self.0.len() == 20_000 && self.0.iter().all(|number| *number == first));
        first
    }
}

impl Journaled for Numbers {
    type Change = u64;

    fn apply(&mut self, change: u64) {
        assert_eq!(self.0.last().copied().unwrap_or(0) + 1, change, "one was lost, or came twice");
        self.0.push(change);
    }
}

/// Appends each number after the one before, and now and then writes all of them.
fn append_for_ever(directory: &Path) {
    let mut state = State::open(directory).unwrap();
    let Numbers(mut numbers) = state.load_journaled().unwrap().unwrap_or(Numbers(Vec::new()));
    loop {
        let next = numbers.last().copied().unwrap_or(0) + 1;
        if state.is_unsaved() || fastrand::u8(..10) == 0 {
            state.save(&Numbers(numbers.clone())).unwrap();
        }
        state.append(&next, Durability::Later).unwrap();
        numbers.push(next);
        acknowledge(&next.to_string());
    }
}

fn remember_for_ever(directory: &Path) {
    let mut state = State::open(directory).unwrap();
    let last = state.load::<Numbers>().unwrap().map_or(0, |numbers| numbers.number());
    for number in last + 1.. {
        state.save(&Numbers::of(number)).unwrap();
        acknowledge(&number.to_string());
    }
}

/// Says what has been kept. Nobody may be there any more.
fn acknowledge(what: &str) {
    let _ = writeln!(io::stdout(), "{what}");
}

/// Starts this program as a writer, kills it at some moment, and gives what it acknowledged.
fn killed(role: &str, directory: &Path) -> Vec<String> {
    let mut writer = Command::new(env::current_exe().unwrap())
        .env(role, directory)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(writer.stdout.take().unwrap()).lines();
    // Sometimes before anything was written, else somewhere within a later round.
    let mut acknowledged: Vec<String> =
        if fastrand::u8(..8) > 0 { lines.next().into_iter().flatten().collect() } else { vec![] };
    thread::sleep(Duration::from_micros(fastrand::u64(..20_000)));
    writer.kill().unwrap();
    writer.wait().unwrap();
    acknowledged.extend(lines.map_while(Result::ok));
    acknowledged
}

fn state() -> Result<(), Failed> {
    let parent = tempfile::tempdir()?;
    let directory = parent.path().join("state");
    let (mut last, mut rounds) = (0, 0);
    for _ in 0..KILLS {
        let acknowledged = killed(WRITES_STATE, &directory);
        rounds += acknowledged.len();
        if let Some(number) = acknowledged.last() {
            last = number.parse()?;
        }
        let state = State::open(&directory)?;
        let kept = state.load::<Numbers>()?.map_or(0, |numbers| numbers.number());
        // One more may have been written and not been told.
        assert!(kept == last || kept == last + 1, "{kept} is kept, {last} was acknowledged");
        last = kept;
    }
    assert!(rounds >= KILLS / 2, "the writer wrote only {rounds} times");
    Ok(())
}

fn journal() -> Result<(), Failed> {
    let parent = tempfile::tempdir()?;
    let directory = parent.path().join("state");
    let (mut last, mut rounds) = (0, 0);
    for _ in 0..KILLS {
        let acknowledged = killed(WRITES_JOURNAL, &directory);
        rounds += acknowledged.len();
        if let Some(number) = acknowledged.last() {
            last = number.parse()?;
        }
        let kept = State::open(&directory)?.load_journaled::<Numbers>()?;
        let kept = kept.and_then(|numbers| numbers.0.last().copied()).unwrap_or(0);
        // One more may have been appended and not been told.
        assert!(kept == last || kept == last + 1, "{kept} is kept, {last} was acknowledged");
        last = kept;
    }
    assert!(rounds >= KILLS / 2, "the writer wrote only {rounds} times");
    Ok(())
}

fn take_for_ever(directory: &Path) {
    let archive = Archive::open(directory).unwrap();
    let body = format!("{{\"deviceInfo\":[{}]}}", vec!["0"; 20_000].join(","));
    loop {
        let about = About {
            device: Subject::new(DeviceId::new(7), &Device::default()),
            taken: Timestamp::UNIX_EPOCH,
            data_until: None,
            appliance: "demo".to_owned(),
            address: "http://localhost".to_owned(),
            dt_version: "0".to_owned(),
        };
        let exchange =
            |of| Exchange::new(format!("/deviceinfo?datatype={of}"), StatusCode::OK, &*body);
        let exchanges = ["co", "sizeout"].map(|part| (exchange(part), None)).into();
        let kept = archive.keep(about, exchanges, Vec::new()).unwrap();
        acknowledge(&kept.path.display().to_string());
    }
}

fn snapshots() -> Result<(), Failed> {
    let parent = tempfile::tempdir()?;
    let directory = parent.path().join("snaps");
    let mut kept: Vec<PathBuf> = Vec::new();
    for _ in 0..KILLS {
        let acknowledged = killed(WRITES_SNAPSHOTS, &directory);
        // Killed before it had even a place to write to.
        if !directory.exists() {
            continue;
        }
        let seen = Snapshot::list(&directory)?;
        let lost = |path: &&PathBuf| !seen.contains(path);
        let known = kept.clone();
        kept.extend(acknowledged.into_iter().map(PathBuf::from));
        assert_eq!(kept.iter().find(lost), None);
        // One more may have been finished and not been told.
        assert!(seen.len() <= kept.len() + 1, "{seen:?} {kept:?}");
        for path in seen.iter().filter(|path| !known.contains(path)) {
            let snapshot = Snapshot::open(path)?;
            assert_eq!(snapshot.exchanges.len(), 2);
        }
        kept = seen;
    }
    assert!(kept.len() >= KILLS / 2, "the writer wrote only {} times", kept.len());
    drop(Archive::open(&directory)?);
    let entries = std::fs::read_dir(&directory)?.count();
    assert_eq!(entries, kept.len() + 1, "something else than snapshots and the lock was left");
    Ok(())
}
