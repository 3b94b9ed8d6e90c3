//! `dt-query bench`: how long questions take over many devices and nights, beside plain decoding of the same columns,
//! and how long on a cluster of this machine.
//!
//! Figures are printed with the limits that the project has for some of them. Nothing fails for being slow.

mod cluster;
mod decode;
mod figures;
mod lake;
mod measure;
mod questions;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;
use dt_lake::Lake;

use crate::Failure;
use crate::cluster::stopped;
use crate::output::line;
use cluster::Cluster;
pub use figures::{Limit, grouped, median, mib, peak_of};
pub(crate) use measure::MeasureArgs;
use measure::{Measurement, seconds};
use questions::Question;

#[derive(Debug, Clone, Args)]
pub(crate) struct BenchArgs {
    /// Devices of a run
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(100..))]
    devices: u32,
    /// Runs, a night each; the questions are asked after the first and after the last
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// Devices of the first run whose series are kept, to be judged again
    #[arg(long, value_name = "N", default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..))]
    series: u32,
    /// How often each question is asked; the median is told
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Ask no cluster
    #[arg(long)]
    no_cluster: bool,
    /// Where the lake is made, to be removed afterwards; the temporary folder without it
    #[arg(long, value_name = "DIR")]
    directory: Option<PathBuf>,
}

impl BenchArgs {
    /// Measures, and removes what was made for it, also if it is stopped meanwhile.
    ///
    /// # Errors
    ///
    /// If the lake cannot be made, or a question has no answer.
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let is_stopped = Arc::new(AtomicBool::new(false));
        let of_work = Arc::clone(&is_stopped);
        let mut work = tokio::task::spawn_blocking(move || self.measure(&of_work));
        let ended = tokio::select! {
            ended = &mut work => ended,
            () = stopped() => {
                is_stopped.store(true, Ordering::Relaxed);
                work.await
            }
        };
        ended.unwrap_or_else(|error| {
            Err(Failure::new("measuring broke off").because(&error.to_string()))
        })
    }

    fn measure(&self, is_stopped: &AtomicBool) -> Result<(), Failure> {
        let mut scratch = tempfile::Builder::new();
        scratch.prefix("dt-query-bench-");
        let scratch = match &self.directory {
            Some(directory) => scratch.tempdir_in(directory),
            None => scratch.tempdir(),
        };
        let scratch = scratch.map_err(|error| {
            Failure::new("no directory for the lake can be had").because(&error.to_string())
        })?;
        let lake = Lake::create(&scratch.path().join("lake"))?;
        let plan = lake::Plan { devices: self.devices, runs: self.runs, series: self.series };
        let write = |runs: std::ops::Range<u32>| {
            let (written, seconds) = seconds(|| plan.write(&lake, runs.clone(), is_stopped));
            written?;
            let peak = figures::peak("self").map_or_else(|| "-".to_owned(), mib);
            line(&format!("{} run(s) written in {seconds:.0} s, peak {peak} MiB", runs.len()))
        };
        write(0..1)?;
        self.ask(&lake, 1, Question::ALL, is_stopped)?;
        if self.runs > 1 {
            write(1..self.runs)?;
            // Series are those of the first run still.
            let of_nights = |question: &&Question| !question.judges();
            let questions: Vec<Question> =
                Question::ALL.iter().filter(of_nights).copied().collect();
            self.ask(&lake, self.runs, &questions, is_stopped)?;
        }
        Ok(())
    }

    /// Asks everything, and prints a line a question.
    fn ask(
        &self,
        lake: &Lake,
        runs: u32,
        questions: &[Question],
        is_stopped: &AtomicBool,
    ) -> Result<(), Failure> {
        let days = u64::from(self.devices) * u64::from(runs);
        line(&format!("\n{}", describe(lake, self.devices, days)?))?;
        let cluster = if self.no_cluster { None } else { Some(Cluster::start()?) };
        line(&format!(
            "{:<26} {:>8} {:>13} {:>8} {:>8} {:>8} {:>7}  limits",
            "question", "seconds", "rows/s", "decoding", "ratio", "MiB", "cluster"
        ))?;
        for question in questions {
            let asked = |options: &[&str]| -> Result<Measurement, Failure> {
                if is_stopped.load(Ordering::Relaxed) {
                    return Err(Failure::new("measuring was stopped"));
                }
                measured(lake.path(), question.name(), options)
            };
            let rounds = self.rounds.to_string();
            let alone = asked(&["--rounds", "1"])?;
            let paired = asked(&["--rounds", &rounds, "--decode"])?;
            let on_cluster = match &cluster {
                Some(cluster) => {
                    Some(asked(&["--rounds", &rounds, "--engine", cluster.url()])?.seconds)
                }
                None => None,
            };
            line(&row(*question, days, &alone, &paired, on_cluster))?;
        }
        match cluster {
            Some(cluster) => line(&cluster.peaks()),
            None => Ok(()),
        }
    }
}

/// What a lake is.
fn describe(lake: &Lake, devices: u32, days: u64) -> Result<String, Failure> {
    let manifests = lake.manifests()?;
    let runs = manifests.len();
    let files: Vec<_> = manifests.iter().flat_map(|manifest| &manifest.files).collect();
    let of = |table: &str| {
        let of_table = files.iter().filter(|file| file.path.starts_with(table));
        let (bytes, rows) = of_table
            .fold((0_u64, 0_u64), |(bytes, rows), file| (bytes + file.bytes, rows + file.rows));
        format!("{table} {} rows, {:.1} MB", grouped(rows), bytes as f64 / 1e6)
    };
    Ok(format!(
        "{} device-days: {} devices, {runs} run(s), {} files: {}; {}; {}",
        grouped(days),
        grouped(devices.into()),
        files.len(),
        of("devices"),
        of("domains"),
        of("series"),
    ))
}

/// A question's figures beside its limits.
fn row(
    question: Question,
    days: u64,
    alone: &Measurement,
    paired: &Measurement,
    on_cluster: Option<f64>,
) -> String {
    let or_dash = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
    let ratio = paired.decoding.map(|decoding| decoding / paired.seconds);
    let limits: Vec<String> = [
        question.most_seconds(days).map(|limit| limit.told(paired.seconds, "s")),
        question.least_ratio().zip(ratio).map(|(limit, ratio)| limit.told(ratio, "of decoding")),
    ]
    .into_iter()
    .flatten()
    .collect();
    format!(
        "{:<26} {:>8.3} {:>13} {:>8} {:>8} {:>8} {:>7}  {}",
        question.name(),
        paired.seconds,
        grouped(rate(paired.scanned, paired.seconds)),
        or_dash(paired.decoding.map(|decoding| format!("{decoding:.3}"))),
        or_dash(ratio.map(|ratio| format!("{ratio:.2}"))),
        or_dash(alone.peak_kib.map(mib)),
        or_dash(on_cluster.map(|seconds| format!("{seconds:.3}"))),
        if limits.is_empty() { "-".to_owned() } else { limits.join("; ") },
    )
}

/// Whole rows a second.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded and not negative; the cast saturates"
)]
fn rate(rows: u64, seconds: f64) -> u64 {
    (rows as f64 / seconds).round() as u64
}

/// This program again.
fn this_program() -> Result<Command, Failure> {
    let program = std::env::current_exe().map_err(|error| {
        Failure::new("this program does not know where it is").because(&error.to_string())
    })?;
    Ok(Command::new(program))
}

/// What a process of its own measures, whose memory is that of one question alone.
fn measured(lake: &Path, question: &str, options: &[&str]) -> Result<Measurement, Failure> {
    let failed = |why: &str| Failure::new(format!("{question} was not measured")).because(why);
    let mut command = this_program()?;
    command.arg("measure").arg(lake).arg(question).args(options).stderr(Stdio::inherit());
    let output = command.output().map_err(|error| failed(&error.to_string()))?;
    if !output.status.success() {
        return Err(failed(&format!("the process that asked it ended with {}", output.status)));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| failed(&error.to_string()))
}
