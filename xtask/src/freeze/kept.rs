//! What the program kept when the baseline was made: snapshots and states of watching, which it must
//! still read whatever it becomes. They are written once and never again.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use anyhow::{Context, ensure};
use dt_appliance::Appliance;
use dt_model::Dialect;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::json;

use super::Cases;
use super::live::Site;
use super::program::{Program, Run};

const SNAPSHOTS: &str = "snapshot-1";
const STATES: &str = "state-1";
/// All of it, as the baseline has it.
const WATCH: [&str; 11] = [
    "watch",
    "12345",
    "printer-03",
    "--rounds",
    "1",
    "--min-severity",
    "low",
    "--since",
    "2020-01-01",
    "-o",
    "ndjson",
];
/// A file of an exchange is kept compressed.
const COMPRESSED: &str = "gz";
const MANIFEST: &str = "snapshot.json";
/// Files that only lock, and are made anew.
const LOCKS: [&str; 2] = [".lock", "state.lock"];

/// Makes what is not there yet.
pub(super) fn make(program: &Program, frozen: &Path) -> anyhow::Result<()> {
    let scratch = tempfile::tempdir()?;
    let snapshots = frozen.join(SNAPSHOTS);
    if !snapshots.exists() {
        for dialect in ["appliance", "documented"] {
            let demo = format!("--demo={dialect}");
            let line = [&demo, "snapshot", "12345", "--interval-hours", "4", "--to", dialect];
            program.succeed(&run(scratch.path(), &line))?;
            copy(&scratch.path().join(dialect), &snapshots.join(dialect), Copying::Packed)?;
        }
    }
    let states = frozen.join(STATES);
    if !states.exists() {
        let demo = [&["--demo"][..], &WATCH, &["--state", "demo"]].concat();
        program.succeed(&run(scratch.path(), &demo))?;
        let site = site(0)?;
        let line = [&WATCH[..], &["--state", "network"]].concat();
        program.succeed(&site.run(scratch.path(), &line))?;
        for state in ["demo", "network"] {
            copy(&scratch.path().join(state), &states.join(state), Copying::AsTheyAre)?;
        }
    }
    Ok(())
}

/// Reads the snapshots, and watches on from the states: with the demo, whose findings depend on the
/// day, and with a network whose data goes on for two hours.
pub(super) fn cases(program: &Program, frozen: &Path, cases: &mut Cases) -> anyhow::Result<()> {
    let scratch = tempfile::tempdir()?;
    copy(&frozen.join(SNAPSHOTS), &scratch.path().join(SNAPSHOTS), Copying::Unpacked)?;
    copy(&frozen.join(STATES), &scratch.path().join(STATES), Copying::AsTheyAre)?;
    for dialect in ["appliance", "documented"] {
        let input = format!("{SNAPSHOTS}/{dialect}");
        let line = ["report", "--input", &input, "-o", "json"];
        let report = program.output(&run(scratch.path(), &line))?;
        cases.insert(format!("frozen/{input} report json extended"), report);
    }
    let demo = [&["--demo"][..], &WATCH, &["--state", "state-1/demo"]].concat();
    let watched = program.output(&run(scratch.path(), &demo))?;
    let status = watched.get("exit status").unwrap_or(&json!(0)).clone();
    cases.insert("frozen/state-1/demo watch".to_owned(), json!({"exit status": status}));
    let line = [&WATCH[..], &["--state", "state-1/network"]].concat();
    let told = program.output(&site(2)?.run(scratch.path(), &line))?;
    cases.insert("frozen/state-1/network watch ndjson".to_owned(), told);
    let line = [&WATCH[..], &["--state", "nothing"]].concat();
    let told = program.output(&site(2)?.run(scratch.path(), &line))?;
    cases.insert("frozen/nothing/network watch ndjson".to_owned(), told);
    Ok(())
}

fn site(hours_later: i64) -> anyhow::Result<Site> {
    Site::start(Appliance::SEED, Dialect::Appliance, hours_later)
}

fn run(directory: &Path, arguments: &[&str]) -> Run {
    Run {
        directory: directory.into(),
        arguments: arguments.iter().map(Into::into).collect(),
        environment: Vec::new(),
    }
}

/// How the files of a snapshot or a state are copied.
#[derive(Debug, Clone, Copy)]
enum Copying {
    AsTheyAre,
    /// Exchanges compressed.
    Packed,
    /// What is compressed as it was.
    Unpacked,
}

impl Copying {
    /// The name of a file, and what it holds, there.
    fn file(self, name: String, content: Vec<u8>) -> anyhow::Result<(String, Vec<u8>)> {
        match (self, name.rsplit_once('.')) {
            (Self::Packed, _) if name != MANIFEST => {
                Ok((format!("{name}.{COMPRESSED}"), compress(&content)?))
            }
            (Self::Unpacked, Some((inner, COMPRESSED))) => {
                Ok((inner.to_owned(), decompress(&content)?))
            }
            _ => Ok((name, content)),
        }
    }
}

/// Copies a folder and all below it, but for the files that only lock.
fn copy(from: &Path, to: &Path, copying: Copying) -> anyhow::Result<()> {
    fs::create_dir_all(to).with_context(|| format!("failed to make {}", to.display()))?;
    let entries = fs::read_dir(from).with_context(|| format!("nothing in {}", from.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().into_string().ok().context("a file without a usable name")?;
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to.join(name), copying)?;
        } else if !LOCKS.contains(&name.as_str()) {
            let (name, content) = copying.file(name, fs::read(entry.path())?)?;
            fs::write(to.join(name), content)?;
        }
    }
    Ok(())
}

pub(super) fn compress(content: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

pub(super) fn decompress(content: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut whole = Vec::new();
    let read = GzDecoder::new(content).read_to_end(&mut whole)?;
    ensure!(read > 0, "a compressed file holds nothing");
    Ok(whole)
}
