//! `dt fleet` over a lake of 100,000 devices: how long it takes, how much memory, and how far reading is from decoding
//! the same columns.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use dt_analysis::Policy;
use dt_appliance::{Network, NetworkConfig};
use dt_fleet::Chance;
use dt_fleet::rows::{DeviceRow, FindingRow};
use dt_lake::{DeviceLine, Grouping, KeepSeries, Lake, Line, Manifest, RunEnd, RunId, RunPlan};
use dt_model::DeviceId;
use jiff::{SignedDuration, Timestamp};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::{Limit, Paired, build, programs, tell};
use crate::in_process::{self, InProcess};
use crate::{say, sweeping};

const DEVICES: i64 = 100_000;
const ROUNDS: usize = 5;
const MOST_SECONDS: f64 = 1.0;
const MOST_MIB: f64 = 300.0;

pub(super) fn fleet() -> anyhow::Result<()> {
    let scratch = tempfile::tempdir()?;
    let lake = Lake::create(&scratch.path().join("lake"))?;
    let night: Timestamp = "2026-11-26T02:00:00Z".parse()?;
    let few = few(&scratch.path().join("few"), night)?;
    for run in [night - SignedDuration::from_hours(24), night] {
        write(&lake, run, &few)?;
    }
    let manifest = lake.manifest(RunId::at(night))?;
    let bytes: u64 = manifest.files.iter().map(|file| file.bytes).sum();
    say(&format!("    {DEVICES} devices a run, {:.1} MB each", bytes as f64 / 1e6));

    build()?;
    let dt = programs()?.join("dt");
    let run = || {
        let mut command = Command::new(&dt);
        command.arg("fleet").arg(lake.path()).args(["-o", "json"]).stdout(Stdio::null());
        let status = command.status().expect("it was built");
        assert!(status.success(), "dt fleet failed");
    };
    let whole = Paired::run(ROUNDS, run, || ());
    let seconds = whole.ours();
    let rows = 2.0 * DEVICES as f64 / seconds;
    let detail = format!("{rows:.0} devices/s of two runs, {ROUNDS} rounds");
    tell("dt fleet, seconds", seconds, Limit::AtMost(MOST_SECONDS), &detail);

    let peak = Command::new(std::env::current_exe()?)
        .arg("peak")
        .arg(&dt)
        .arg("fleet")
        .arg(lake.path())
        .args(["-o", "json"])
        .output()?;
    ensure!(peak.status.success(), "{}", String::from_utf8_lossy(&peak.stderr));
    let mib = String::from_utf8(peak.stdout)?.trim().parse::<f64>()? / 1024.0;
    tell("dt fleet, peak MiB", mib, Limit::AtMost(MOST_MIB), "");

    let read = || lake.contents(None, None).expect("there is a run");
    let decoded = || decode(&lake, night).expect("it was written");
    let paired = Paired::run(ROUNDS, read, decoded);
    tell(
        "rows, by plain decoding of the columns",
        paired.rate(),
        Limit::AtLeast(0.5),
        &paired.detail(),
    );
    Ok(())
}

/// The rows of the demo network, as a sweep leaves them.
fn few(path: &Path, night: Timestamp) -> anyhow::Result<Vec<DeviceLine>> {
    let network = Network::generate_with(NetworkConfig::new(), 7, night);
    let client = in_process::client(InProcess::new(network))?;
    let lake = Lake::create(path)?;
    let manifest = sweeping::sweep(&lake, &client, night, &|_| ())?;
    let mut findings: Vec<FindingRow> = lake.rows(&manifest)?;
    let mut lines = Vec::new();
    lake.read(&manifest, |device: DeviceRow| {
        let (own, others) = findings.drain(..).partition(|row| row.did == device.did);
        findings = others;
        lines.push(DeviceLine {
            device,
            findings: own,
            domains: Vec::new(),
            series: None,
            ports: Vec::new(),
        });
    })?;
    Ok(lines)
}

/// Writes a run in which these devices are there again and again.
fn write(lake: &Lake, night: Timestamp, few: &[DeviceLine]) -> anyhow::Result<Manifest> {
    let mut writer = lake.begin(RunId::at(night), RunPlan::default())?;
    for (place, line) in (0..DEVICES).zip(few.iter().cycle()) {
        let mut line = line.clone();
        let did = DeviceId::new(place + 1);
        line.device.did = did;
        line.device.hostname = Some(format!("host-{place}"));
        // What is wrong is wrong once.
        if place >= i64::try_from(few.len())? {
            line.findings.clear();
            (line.device.findings, line.device.findings_new) = (0, 0);
            (line.device.score, line.device.rank_score) = (0.1, 0.1);
            line.device.level = dt_analysis::Level::Minimal;
        }
        line.findings.iter_mut().for_each(|row| row.did = did);
        writer.record(sweeping::NAME, &Line::Device(Box::new(line)))?;
    }
    let manifest = writer.finish(RunEnd {
        ended: night,
        complete: true,
        dt_version: env!("CARGO_PKG_VERSION"),
        policy: &Policy::default(),
        appliances: Vec::new(),
        groups: Grouping::default(),
        chance: Chance::default(),
        keep_series: KeepSeries::None,
    })?;
    Ok(manifest)
}

/// Decodes the columns that a ranking reads, and makes nothing of them.
fn decode(lake: &Lake, night: Timestamp) -> anyhow::Result<usize> {
    let before = RunId::at(night - SignedDuration::from_hours(24));
    let mut rows = 0;
    for (run, tables) in
        [(RunId::at(night), &["devices/", "findings/"][..]), (before, &["devices/"])]
    {
        for file in lake.manifest(run)?.files {
            if !tables.iter().any(|table| file.path.starts_with(table)) {
                continue;
            }
            let path = lake.path().join(&file.path);
            let file = File::open(&path).with_context(|| path.display().to_string())?;
            let reader = ParquetRecordBatchReaderBuilder::try_new(file)?.with_batch_size(8_192);
            for batch in reader.build()? {
                rows += batch?.num_rows();
            }
        }
    }
    Ok(rows)
}
