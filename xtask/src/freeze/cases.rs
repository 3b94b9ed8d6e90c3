//! All cases: the sets of fixtures, snapshots compared, what was kept, and networks.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use anyhow::{Context, anyhow};
use serde_json::Value;

use super::lines::{EXTENDED, Line, PLAIN};
use super::program::{Program, Run};
use super::sets::{self, Set};
use super::{Cases, findings, kept, live};
use crate::project;

/// Runs the program for every case.
pub(super) fn all(program: &Program, fixtures: &Path) -> anyhow::Result<Cases> {
    let scratch = tempfile::tempdir()?;
    let mut runs: Vec<(String, Run)> = Vec::new();
    for set in sets::all(fixtures, scratch.path())? {
        let lines = if set.name.starts_with("saved/") { PLAIN } else { EXTENDED };
        runs.extend(lines.iter().flat_map(|line| over(&set, line, "extended")));
        runs.extend(PLAIN.iter().flat_map(|line| over(&set, line, "documented")));
    }
    runs.extend(diffs(fixtures));
    let mut cases = parallel(program, runs)?;
    kept::cases(program, &fixtures.join("frozen"), &mut cases)?;
    live::cases(program, scratch.path(), &mut cases)?;
    cases.insert(findings::NAME.to_owned(), findings::ids(&cases));
    Ok(cases)
}

/// A line over a set, in each of its formats.
fn over<'a>(set: &'a Set, line: &'a Line, rules: &'a str) -> impl Iterator<Item = (String, Run)> {
    line.formats.iter().map(move |format| {
        let inputs = set.inputs.iter().flat_map(|input| ["--input".into(), input.clone()]);
        let rest = ["--rules", rules, "-o", format];
        // The baseline has findings of every severity.
        let is_report = line.arguments.first() == Some(&"report");
        let level: &[&str] = if is_report { &["--min-severity", "low"] } else { &[] };
        let words = line.arguments.iter().chain(&rest).chain(level);
        let arguments = words.map(OsString::from).chain(inputs);
        let run = Run {
            directory: set.directory.clone(),
            arguments: arguments.collect(),
            environment: Vec::new(),
        };
        (format!("{} {} {format} {rules}", set.name, line.name), run)
    })
}

/// Snapshots of both dialects compared, in both orders.
fn diffs(fixtures: &Path) -> Vec<(String, Run)> {
    let (old, new) = ("12345-20261026T230400Z", "12345-20261123T230400Z");
    let mut runs = Vec::new();
    for dialect in ["appliance", "documented"] {
        for (name, first, second) in [("forth", old, new), ("back", new, old), ("same", new, new)] {
            let run = Run {
                directory: fixtures.join("snapshots").join(dialect),
                arguments: ["diff", first, second, "-o", "json"].map(OsString::from).into(),
                environment: Vec::new(),
            };
            runs.push((format!("snapshots/{dialect} diff {name} json extended"), run));
        }
    }
    runs
}

/// Runs them all, on every processor.
fn parallel(program: &Program, runs: Vec<(String, Run)>) -> anyhow::Result<Cases> {
    let workers = thread::available_parallelism()?.get();
    let waiting = Mutex::new(runs);
    let next = || waiting.lock().ok()?.pop();
    let work = || {
        let mut printed: Vec<(String, Value)> = Vec::new();
        while let Some((name, run)) = next() {
            let output = program.output(&run).with_context(|| format!("{name} gave nothing"))?;
            printed.push((name, output));
        }
        anyhow::Ok(printed)
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let mut cases = Cases::new();
        for thread in threads {
            cases.extend(thread.join().map_err(|_| anyhow!("a thread panicked"))??);
        }
        Ok(cases)
    })
}

/// Where the fixtures are.
pub(super) fn fixtures() -> anyhow::Result<PathBuf> {
    let project = project::root()?;
    Ok(project.join("fixtures"))
}
