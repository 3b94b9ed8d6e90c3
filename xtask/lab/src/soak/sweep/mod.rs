//! A sweep of many devices, of whose requests a part meets with a fault; and one that is killed again and again.
//!
//! Is every device a row or an error, and each once? Is nothing asked while the appliance wants to be left alone? Does
//! memory stay where it is? And does a run that goes on end as one that nobody stopped?

mod faulty;
mod killed;
mod served;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::ensure;
use clap::Args;
use dt_fleet::rows::{DeviceRow, ErrorRow};
use dt_lake::{Lake, Manifest, Totals};
use dt_model::DeviceId;
use dt_sweep::fleet::SiteProgress;
use dt_transport::{Clock, Limits, RetryPolicy, SystemClock};

use self::faulty::Faulty;
use self::served::Served;
pub(super) use self::served::serve;
use super::memory::resident;
use crate::{say, sweeping};

const SEED: u64 = 4_711;

/// From so many devices on memory must not grow: buffers are made by then.
const SETTLED: usize = 1_000;

/// The most that memory may grow by afterwards, in MiB.
const MOST_GROWTH: f64 = 20.0;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// How many devices are swept while requests fail
    #[arg(long, default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(100..=10_000))]
    devices: u32,
    /// Which part of the requests meets with a fault
    #[arg(long, default_value_t = 0.1, value_parser = super::part)]
    faults: f64,
    /// How often a sweep is killed; 0 for not at all
    #[arg(long, default_value_t = 50)]
    kills: u32,
    /// How many devices are swept by the one that is killed
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(80..=10_000))]
    killed_devices: u32,
    /// The program that is killed, if it is not the one beside this
    #[arg(long)]
    program: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let with_faults = with_faults(arguments)?;
    let killed = if arguments.kills == 0 { true } else { killed::run(arguments)? };
    ensure!(with_faults && killed, "a limit was missed");
    Ok(())
}

/// Says whether a limit is met, and gives it back.
fn told(what: &str, limit: &str, is_met: bool) -> bool {
    say(&format!("{what}; {limit}: {}", if is_met { "met" } else { "MISSED" }));
    is_met
}

/// Sweeps devices while requests fail.
fn with_faults(arguments: &Arguments) -> anyhow::Result<bool> {
    let served = Served::start(arguments.devices)?;
    // The same network, to know of it what there is to sweep.
    let network = served::network(arguments.devices);
    let listed: Vec<DeviceId> = network.device_ids().collect();
    let now = network.window_end();
    drop(network);
    // Short waits, so that it ends soon; the pauses are those that the appliance asks for.
    let retry = RetryPolicy::default().base(Duration::from_millis(2));
    let client = served.client(arguments.faults)?.limits(Limits::new()).retry(retry);
    let scratch = tempfile::tempdir()?;
    let lake = Lake::create(&scratch.path().join("lake"))?;

    let memory: Mutex<BTreeMap<usize, u64>> = Mutex::default();
    let begin = SystemClock.monotonic();
    let manifest = sweeping::sweep(&lake, &client, now, &|step| {
        if let SiteProgress::FirstLook { done, .. } = step
            && done % 100 == 0
            && let (Some(resident), Ok(mut memory)) = (resident(), memory.lock())
        {
            memory.insert(done, resident);
        }
    })?;
    let took = SystemClock.monotonic().saturating_sub(begin);

    let once = each_once(&lake, &manifest, &listed)?;
    let counts = client.transport().counts();
    let Totals { swept, deep, failed, .. } = manifest.totals();
    say(&format!(
        "{} devices in {} s: {} requests, {} of them with a fault, {} refused with Retry-After; {swept} looked at, \
         {deep} in full, {failed} failed",
        listed.len(),
        took.as_secs(),
        counts.requests,
        counts.faults,
        counts.refused,
    ));
    let memory = memory.into_inner().unwrap_or_default();
    let least = memory.range(SETTLED.min(listed.len() / 5)..).map(|(_, resident)| *resident);
    let (first, most) = (least.clone().next().unwrap_or_default(), least.max().unwrap_or_default());
    let growth = most.saturating_sub(first) as f64 / 1024.0;
    let met = [
        told(
            &format!("{once} devices are neither a row nor an error, or more than one"),
            "at most 0",
            once == 0,
        ),
        told(
            &format!("{} requests began while the appliance wanted none", counts.while_paused),
            "at most 0",
            counts.while_paused == 0,
        ),
        told(
            &format!(
                "{:.1} MiB after {SETTLED} devices, {:.1} at most afterwards: {growth:.1} more",
                first as f64 / 1024.0,
                most as f64 / 1024.0
            ),
            &format!("at most {MOST_GROWTH} more"),
            growth <= MOST_GROWTH,
        ),
    ];
    Ok(met.into_iter().all(|met| met))
}

/// How many devices are neither a row nor an error, or more than one.
fn each_once(lake: &Lake, manifest: &Manifest, listed: &[DeviceId]) -> anyhow::Result<usize> {
    let mut seen: BTreeMap<i64, u32> = listed.iter().map(|did| (did.get(), 0)).collect();
    lake.read(manifest, |row: DeviceRow| *seen.entry(row.did.get()).or_default() += 1)?;
    lake.read(manifest, |row: ErrorRow| {
        if let Some(did) = row.did {
            *seen.entry(did).or_default() += 1;
        }
    })?;
    // What was not listed was not there before, and is counted as well.
    let strangers = seen.len() - listed.len();
    Ok(seen.values().filter(|count| **count != 1).count() + strangers)
}
