//! What a priority and a severity mean: the share of devices with a planted incident, by decile of the
//! score and by level, and of each family of findings by severity. A level should mean about the same in
//! each family. Devices with a benign event are left out: nobody could tell it from an incident.

use std::collections::{BTreeMap, BTreeSet};

use dt_analysis::Level;
use dt_analysis::finding::{Family, Finding, Rule};
use dt_appliance::NetworkVersion;
use dt_model::DeviceId;

use super::say;
use super::survey::{Device, Networks, Surveyed, in_all_networks};

/// None of those of `incidents`.
const FIRST_SEED: u64 = 9_201;

pub(super) fn run(networks: Networks) -> anyhow::Result<()> {
    for version in [NetworkVersion::One, NetworkVersion::Two] {
        networks.announce(version, FIRST_SEED);
        let judged = in_all_networks(version, networks, FIRST_SEED, judge)?;
        let mut judged: Vec<Judged> = judged.into_iter().flatten().collect();
        judged.sort_by(|a, b| b.score.total_cmp(&a.score));
        by_decile(&judged);
        by_level(&judged);
        by_finding(&judged, "family", Family::ALL.iter().map(|it| it.as_str()));
        by_finding(&judged, "rule", Rule::ALL.iter().map(|it| it.id()));
    }
    Ok(())
}

/// A device, and whether something was planted there.
struct Judged {
    score: f64,
    level: Level,
    is_guilty: bool,
    /// How severe the most severe finding of each family and of each rule is.
    most_severe: BTreeMap<&'static str, Level>,
}

fn judge(network: &Surveyed<'_>) -> Vec<Judged> {
    let guilty: BTreeSet<DeviceId> = network.incidents().iter().map(|it| it.did).collect();
    let of_device = |device: &Device| {
        let mut most_severe = BTreeMap::new();
        for Finding { rule, severity, .. } in &device.assessment.findings {
            for name in [rule.family().as_str(), rule.id()] {
                let most = most_severe.entry(name).or_insert(*severity);
                *most = (*most).max(*severity);
            }
        }
        Judged {
            score: device.assessment.priority.score,
            level: device.assessment.priority.level,
            is_guilty: guilty.contains(&device.did),
            most_severe,
        }
    };
    let benign: BTreeSet<DeviceId> = network.benign().iter().map(|it| it.did).collect();
    let judged = network.devices.iter().filter(|device| !benign.contains(&device.did));
    judged.map(of_device).collect()
}

/// Of devices from the highest score on.
fn by_decile(judged: &[Judged]) {
    say("of the devices by score, with an incident:");
    for (decile, devices) in judged.chunks(judged.len().div_ceil(10)).enumerate() {
        let scores = devices.first().zip(devices.last());
        let (most, least) = scores.map_or((0.0, 0.0), |(most, least)| (most.score, least.score));
        let share = Share::of(devices.iter());
        say(&format!("  decile {:>2}, {most:.2} to {least:.2}  {share}", decile + 1));
    }
}

fn by_level(judged: &[Judged]) {
    say("by the level of the priority:");
    for level in [Level::High, Level::Medium, Level::Low, Level::Minimal] {
        let share = Share::of(judged.iter().filter(|device| device.level == level));
        say(&format!("  {:<10} {share}", level.as_str()));
    }
}

/// By the most severe finding of each of these.
fn by_finding(judged: &[Judged], what: &str, names: impl Iterator<Item = &'static str>) {
    say(&format!("by the most severe finding of a {what}:"));
    for name in names {
        let of = |level: Level| {
            let devices = judged.iter().filter(|it| it.most_severe.get(name) == Some(&level));
            Share::of(devices).to_string()
        };
        let [high, medium, low] = [Level::High, Level::Medium, Level::Low].map(of);
        say(&format!("  {name:<21} high {high:<14} medium {medium:<14} low {low}"));
    }
}

/// How many of some devices have an incident.
#[derive(Default)]
struct Share {
    guilty: usize,
    all: usize,
}

impl Share {
    fn of<'a>(devices: impl Iterator<Item = &'a Judged>) -> Self {
        devices.fold(Self::default(), |share, device| Self {
            guilty: share.guilty + usize::from(device.is_guilty),
            all: share.all + 1,
        })
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.all == 0 {
            return f.pad("-");
        }
        let share = self.guilty as f64 / self.all as f64;
        f.pad(&format!("{share:.2} of {}", self.all))
    }
}
