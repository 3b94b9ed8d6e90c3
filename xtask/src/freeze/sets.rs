//! The sets of fixtures, each as one input of the program.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::silent;
use super::staging::{self, File};

/// What belongs together: the parts of a case, or the exchanges about a device.
pub(super) struct Set {
    pub(super) name: String,
    pub(super) directory: PathBuf,
    /// Names of files or directories in `directory`, or labelled ones.
    pub(super) inputs: Vec<OsString>,
}

const DIALECTS: [&str; 2] = ["appliance", "documented"];

/// Every set: bodies and exchanges as snapshots below `scratch`, snapshots where they are.
pub(super) fn all(fixtures: &Path, scratch: &Path) -> anyhow::Result<Vec<Set>> {
    let mut sets = Vec::new();
    for dialect in DIALECTS {
        for (stem, parts) in bodies(&fixtures.join(dialect))? {
            let name = format!("{dialect}/{stem}");
            sets.push(saved(&name, fixtures, dialect, &parts));
            let files = parts.iter().map(|(part, path)| (part.as_str(), path.as_path()));
            sets.push(staged(name, scratch, &answers(files)?)?);
        }
        for folder in entries(&fixtures.join("exchanges").join(dialect))? {
            let name = format!("exchanges/{dialect}/{}", file_name(&folder)?);
            sets.push(staged(name, scratch, &exchanges(&folder)?)?);
        }
        sets.extend(snapshots(fixtures, dialect)?);
    }
    sets.push(staged("made/silent".to_owned(), scratch, &silent::exchanges(fixtures)?)?);
    Ok(sets)
}

/// Exchanges about a device as a snapshot.
fn staged(name: String, scratch: &Path, (did, files): &(i64, Vec<File>)) -> anyhow::Result<Set> {
    staging::snapshot(&scratch.join(&name), *did, files)?;
    Ok(Set { directory: scratch.into(), inputs: vec![name.clone().into()], name })
}

/// The snapshots of a dialect, each by itself and both together.
fn snapshots(fixtures: &Path, dialect: &str) -> anyhow::Result<Vec<Set>> {
    let directory = fixtures.join("snapshots");
    let mut names = vec![dialect.to_owned()];
    for path in entries(&directory.join(dialect))?.into_iter().filter(|path| path.is_dir()) {
        names.push(format!("{dialect}/{}", file_name(&path)?));
    }
    let set = |name: String| Set {
        name: format!("snapshots/{name}"),
        directory: directory.clone(),
        inputs: vec![name.into()],
    };
    Ok(names.into_iter().map(set).collect())
}

/// The parts of every case in a folder, by the case's name.
fn bodies(folder: &Path) -> anyhow::Result<BTreeMap<String, Vec<(String, PathBuf)>>> {
    let mut cases: BTreeMap<String, Vec<(String, PathBuf)>> = BTreeMap::new();
    for path in entries(folder)?.into_iter().filter(|path| path.is_file()) {
        let name = file_name(&path)?;
        let stem = name.strip_suffix(".json").and_then(|name| name.split_once('.'));
        let (stem, part) = stem.with_context(|| format!("{name} is no CASE.PART.json"))?;
        cases.entry(stem.to_owned()).or_default().push((part.to_owned(), path));
    }
    Ok(cases)
}

/// The parts of a case as labelled files, as a reader of the documentation names them.
fn saved(name: &str, fixtures: &Path, dialect: &str, parts: &[(String, PathBuf)]) -> Set {
    let stem = name.rsplit('/').next().unwrap_or(name);
    let input = |(part, _): &(String, PathBuf)| format!("{part}={dialect}/{stem}.{part}.json");
    Set {
        name: format!("saved/{name}"),
        directory: fixtures.into(),
        inputs: parts.iter().map(input).map(OsString::from).collect(),
    }
}

fn answers<'a>(
    parts: impl Iterator<Item = (&'a str, &'a Path)>,
) -> anyhow::Result<(i64, Vec<File>)> {
    let mut did = None;
    let mut files = Vec::new();
    for (part, path) in parts {
        let body = fs::read_to_string(path)
            .with_context(|| format!("failed to read {}", path.display()))?;
        let did = *did.get_or_insert_with(|| staging::device(&body));
        files.push(staging::exchange(part, did, &body)?);
    }
    Ok((did.context("a case without parts")?, files))
}

fn exchanges(folder: &Path) -> anyhow::Result<(i64, Vec<File>)> {
    let mut files = Vec::new();
    for path in entries(folder)? {
        files.push((file_name(&path)?.to_owned(), fs::read(&path)?));
    }
    let connections = folder.join("co.json");
    let exchange: serde_json::Value = serde_json::from_slice(&fs::read(connections)?)?;
    Ok((staging::device(&exchange["body"].to_string()), files))
}

/// What stands in a folder, in the order of the names.
fn entries(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let entries = entries.with_context(|| format!("failed to read {}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
    paths.sort();
    Ok(paths)
}

fn file_name(path: &Path) -> anyhow::Result<&str> {
    let name = path.file_name().and_then(|name| name.to_str());
    name.with_context(|| format!("{} has no usable name", path.display()))
}
