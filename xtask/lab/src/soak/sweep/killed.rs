//! A sweep that is killed at random and goes on, beside one that nobody stops.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

use anyhow::{Context, ensure};
use dt_appliance::{Appliance, Network, NetworkConfig, RunningAppliance};
use dt_fleet::rows::{DeviceRow, FindingRow};
use dt_lake::Lake;
use dt_transport::{Clock, SystemClock};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::{Arguments, SEED, told};
use crate::say;

/// The most requests that a kill may cost: the devices that were under way, the list, and what is not about one
/// device.
const MOST_REPEATED: u64 = 100;

/// A device by its id: how far it was looked at, what it is told for, and how many findings there are.
type Rows = BTreeMap<i64, (u8, String, Option<String>, usize)>;

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<bool> {
    let program = match &arguments.program {
        Some(program) => program.clone(),
        None => crate::bench::program("dt")?,
    };
    let config = NetworkConfig::new().devices(arguments.killed_devices);
    let network = Network::generate_with(config, SEED, SystemClock.now());
    let appliance = Appliance::new().network(network).start()?;
    let scratch = tempfile::tempdir()?;
    let quiet =
        Runner { program: &program, appliance: &appliance, lake: scratch.path().join("quiet") };
    let begin = SystemClock.monotonic();
    ensure!(quiet.start(false)?.wait()?.success(), "the sweep that nobody stops failed");
    let took = SystemClock.monotonic().saturating_sub(begin);
    let (expected, usual) =
        quiet.rows()?.context("a sweep came to its end, and there is no run")?;

    let mut chance = Pcg64Mcg::seed_from_u64(1);
    let (mut kills, mut ends, mut other_rows, mut seen_early, mut repeated) = (0, 0, 0, 0, 0);
    while kills < arguments.kills {
        let lake = scratch.path().join(format!("killed-{ends}"));
        let killed = Runner { lake, ..quiet };
        let before = appliance.requests();
        let mut goes_on = false;
        // A sweep is killed some twenty times before its end.
        while kills < arguments.kills {
            let mut child = killed.start(goes_on)?;
            thread::sleep(took.mul_f64(chance.random_range(0.0..0.1)));
            if child.try_wait()?.is_some() {
                break;
            }
            child.kill()?;
            child.wait()?;
            kills += 1;
            goes_on = killed.has_begun();
            seen_early += u32::from(killed.rows()?.is_some());
        }
        if killed.rows()?.is_none() {
            ensure!(killed.start(goes_on)?.wait()?.success(), "a sweep that went on failed");
        }
        ends += 1;
        let (rows, _) = killed.rows()?.context("a sweep came to its end, and there is no run")?;
        other_rows += expected.iter().filter(|(did, row)| rows.get(did) != Some(row)).count();
        other_rows += rows.keys().filter(|did| !expected.contains_key(did)).count();
        repeated += (appliance.requests() - before).saturating_sub(usual);
    }
    say(&format!(
        "{} devices in {:.1} s; killed {kills} times in {ends} sweeps",
        expected.len(),
        took.as_secs_f64()
    ));
    let most = MOST_REPEATED * u64::from(kills);
    let met = [
        told(
            &format!("{other_rows} rows are others than without kills"),
            "at most 0",
            other_rows == 0,
        ),
        told(
            &format!("{seen_early} times a run was seen before its end"),
            "at most 0",
            seen_early == 0,
        ),
        told(
            &format!("{repeated} requests were repeated"),
            &format!("at most {MOST_REPEATED} a kill, {most}"),
            repeated <= most,
        ),
    ];
    Ok(met.into_iter().all(|met| met))
}

/// Sweeps an appliance into a lake by the program.
struct Runner<'a> {
    program: &'a Path,
    appliance: &'a RunningAppliance,
    lake: PathBuf,
}

impl Runner<'_> {
    fn start(&self, goes_on: bool) -> anyhow::Result<Child> {
        let mut command = Command::new(self.program);
        command
            .env_clear()
            .env("DT_URL", self.appliance.url())
            .env("DT_PUBLIC_TOKEN", Appliance::PUBLIC_TOKEN)
            .env("DT_PRIVATE_TOKEN", Appliance::PRIVATE_TOKEN)
            .args(["sweep", "--rate", "1000", "--in-flight", "8", "--quiet", "--to"])
            .arg(&self.lake)
            .args(goes_on.then_some("--resume"))
            .stdout(Stdio::null());
        Ok(command.spawn()?)
    }

    /// Whether there is a run to go on with.
    fn has_begun(&self) -> bool {
        Lake::open(&self.lake)
            .is_ok_and(|lake| lake.unfinished().is_ok_and(|runs| !runs.is_empty()))
    }

    /// What a reader sees of the lake, which is whole, and how many requests that took.
    fn rows(&self) -> anyhow::Result<Option<(Rows, u64)>> {
        let Ok(lake) = Lake::open(&self.lake) else { return Ok(None) };
        let Some(run) = lake.runs()?.pop() else { return Ok(None) };
        ensure!(lake.check(run)?.is_empty(), "a run is not as its manifest says");
        let manifest = lake.manifest(run)?;
        let mut findings = BTreeMap::<i64, usize>::new();
        lake.read(&manifest, |row: FindingRow| *findings.entry(row.did.get()).or_default() += 1)?;
        let mut rows = Rows::new();
        lake.read(&manifest, |row: DeviceRow| {
            let did = row.did.get();
            let found = findings.get(&did).copied().unwrap_or_default();
            rows.insert(did, (row.stage.into(), row.level.to_string(), row.top_rule, found));
        })?;
        Ok(Some((rows, manifest.appliances.iter().map(|it| it.requests).sum())))
    }
}
