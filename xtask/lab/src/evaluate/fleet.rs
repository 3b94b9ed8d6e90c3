//! What a day looks like for somebody who watches 5,000 devices: how many findings of medium or above
//! the last day brings on devices with which nothing is wrong, and where ten devices with planted
//! incidents rank among them.

use std::collections::BTreeSet;
use std::thread;

use dt_analysis::{Level, Policy};
use dt_appliance::{Network, NetworkConfig};
use dt_model::DeviceId;
use jiff::{SignedDuration, Timestamp};

use super::say;
use super::site::Site;

const DEVICES: u32 = 5_000;
/// A set has incidents on five devices.
const SETS: u32 = 2;
const SEED: u64 = 9_101;
const MOST_FINDINGS: usize = 5;

pub(super) fn run() -> anyhow::Result<()> {
    let end: Timestamp = "2026-11-23T23:00:00Z".parse()?;
    let config = NetworkConfig::new().devices(DEVICES).incident_sets(SETS);
    let site = Site::new(Network::generate_with(config, SEED, end))?;
    let guilty: BTreeSet<DeviceId> =
        site.network().incidents().iter().map(|incident| incident.did).collect();
    let devices: Vec<DeviceId> = site.network().device_ids().collect();
    let last_day = end - SignedDuration::from_hours(24);

    let looked_at = thread::scope(|scope| {
        let halves: Vec<_> = devices
            .chunks(devices.len().div_ceil(2))
            .map(|some| {
                scope.spawn(|| some.iter().map(|did| look(&site, *did, last_day)).collect())
            })
            .collect();
        halves.into_iter().map(thread::ScopedJoinHandle::join).collect::<Vec<_>>()
    });
    let mut seen: Vec<Seen> = Vec::new();
    for half in looked_at {
        let half: anyhow::Result<Vec<Seen>> =
            half.map_err(|_| anyhow::anyhow!("an evaluation panicked"))?;
        seen.extend(half?);
    }

    let quiet = seen.iter().filter(|seen| !guilty.contains(&seen.did));
    let alarms: Vec<&String> = quiet.flat_map(|seen| &seen.alarms).collect();
    for alarm in &alarms {
        say(&format!("  {alarm}"));
    }
    let met = if alarms.len() <= MOST_FINDINGS { "met" } else { "MISSED" };
    say(&format!(
        "{} quiet devices: {} findings of medium or above in the last day, at most \
         {MOST_FINDINGS}: {met}",
        devices.len() - guilty.len(),
        alarms.len()
    ));
    seen.sort_by(|a, b| b.score.total_cmp(&a.score));
    let ranks: Vec<String> = seen
        .iter()
        .enumerate()
        .filter(|(_, seen)| guilty.contains(&seen.did))
        .map(|(place, _)| (place + 1).to_string())
        .collect();
    say(&format!(
        "the {} devices with incidents rank {} of {}",
        guilty.len(),
        ranks.join(", "),
        devices.len()
    ));
    Ok(())
}

/// What was seen of one device.
struct Seen {
    did: DeviceId,
    score: f64,
    /// Its findings of the last day that are at least medium.
    alarms: Vec<String>,
}

fn look(site: &Site, did: DeviceId, last_day: Timestamp) -> anyhow::Result<Seen> {
    let (_, assessment) = site.assess(did, &Policy::default())?;
    let recent = assessment
        .findings
        .iter()
        .filter(|finding| finding.severity >= Level::Medium && finding.last_time >= last_day);
    let alarms = recent.map(|finding| format!("device {did}: {finding}")).collect();
    Ok(Seen { did, score: assessment.priority.score, alarms })
}
