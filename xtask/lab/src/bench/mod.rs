//! Speed and memory beside their limits.
//!
//! Both sides of a comparison run in turn, in one process, and the median of the paired ratios is
//! printed: what else the machine does meets both alike. Nothing fails here; a limit that is missed
//! is said to be.

mod analysis;
mod client;
mod fleet;
mod latency;
mod memory;
mod plain;
mod reading;
mod report;
mod responses;
mod signing;
mod size;
mod start;

use std::hint::black_box;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, ensure};

use crate::say;

/// How many times both sides of a comparison run.
const ROUNDS: usize = 200;

/// Runs every benchmark whose name contains `name`.
pub(crate) fn run(name: &str) -> anyhow::Result<()> {
    let wanted = |benchmark: &str| benchmark.contains(name);
    if wanted("reading") {
        reading::reading()?;
    }
    if wanted("analysis") {
        analysis::analysis();
    }
    if wanted("signing") {
        signing::signing();
    }
    if wanted("client") {
        client::client()?;
    }
    if wanted("report") {
        report::report()?;
    }
    if wanted("latency") {
        latency::latency()?;
    }
    if wanted("start") {
        start::start()?;
    }
    if wanted("size") {
        size::size()?;
    }
    if wanted("fleet") {
        fleet::fleet()?;
    }
    if wanted("memory") {
        memory::memory()?;
    }
    Ok(())
}

/// What a ratio is held against.
#[derive(Clone, Copy)]
enum Limit {
    AtLeast(f64),
    AtMost(f64),
}

/// Prints a ratio beside its limit.
fn tell(what: &str, ratio: f64, limit: Limit, detail: &str) {
    let (bound, met) = match limit {
        Limit::AtLeast(bound) => (format!("at least {bound:.2}"), ratio >= bound),
        Limit::AtMost(bound) => (format!("at most {bound:.2}"), ratio <= bound),
    };
    let verdict = if met { "met" } else { "MISSED" };
    say(&format!("{what:<44} {ratio:>6.2}  {bound:<13} {verdict:<6}  {detail}"));
}

/// The times of both sides, run in turn.
struct Paired {
    ours: Vec<f64>,
    theirs: Vec<f64>,
}

impl Paired {
    fn run<A, B>(
        rounds: usize,
        mut ours: impl FnMut() -> A,
        mut theirs: impl FnMut() -> B,
    ) -> Self {
        let mut paired = Self { ours: Vec::new(), theirs: Vec::new() };
        for round in 0..rounds {
            // Who goes first changes, so that neither always finds the other's caches.
            if round % 2 == 0 {
                paired.ours.push(seconds(&mut ours));
                paired.theirs.push(seconds(&mut theirs));
            } else {
                paired.theirs.push(seconds(&mut theirs));
                paired.ours.push(seconds(&mut ours));
            }
        }
        paired
    }

    /// Our time in units of theirs.
    fn time(&self) -> f64 {
        median(self.ours.iter().zip(&self.theirs).map(|(ours, theirs)| ours / theirs))
    }

    /// Our rate in units of theirs.
    fn rate(&self) -> f64 {
        median(self.ours.iter().zip(&self.theirs).map(|(ours, theirs)| theirs / ours))
    }

    /// Our time in seconds.
    fn ours(&self) -> f64 {
        median(self.ours.iter().copied())
    }

    fn detail(&self) -> String {
        let (ours, theirs) = (self.ours(), median(self.theirs.iter().copied()));
        let (ours, theirs) = (Duration::from_secs_f64(ours), Duration::from_secs_f64(theirs));
        format!("{ours:.2?} against {theirs:.2?}, {} rounds", self.ours.len())
    }
}

/// A program of this project, built as users have it.
pub(crate) fn program(name: &str) -> anyhow::Result<PathBuf> {
    build()?;
    Ok(programs()?.join(name))
}

/// Where the programs are that are measured from start to exit.
fn programs() -> anyhow::Result<PathBuf> {
    let here = std::env::current_exe()?;
    Ok(here.parent().context("the program is in no folder")?.to_owned())
}

/// Builds them as this program was built: for users, if it was not said otherwise.
fn build() -> anyhow::Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let folder = programs()?;
    let profile = folder.file_name().and_then(|name| name.to_str()).unwrap_or("release");
    let status = Command::new(cargo)
        .args(["build", "--profile", if profile == "debug" { "dev" } else { profile }])
        .args(["--quiet", "-p", "dt-cli", "-p", "lab", "--bins"])
        .status()?;
    ensure!(status.success(), "failed to build the programs");
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "benchmarks are where time is measured")]
fn seconds<T>(work: &mut impl FnMut() -> T) -> f64 {
    let before = std::time::Instant::now();
    let result = black_box(work());
    let passed = before.elapsed().as_secs_f64();
    // What was built is torn down outside of the measurement, for both sides.
    drop(result);
    passed
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
