//! What fourteen nights are like for somebody whose fleet nothing is wrong with, and what of twelve devices with
//! planted incidents stands above the line that is drawn against such nights.
//!
//! Each night is a first sweep of a quiet fleet of its own, as a synthetic network does not go on: what counts is what
//! began within the last day, against the chance of the nights before it. What is planted is judged by these nights.
//! Rows that stand above the line for nothing are told, each with what it was held against.

use std::collections::{BTreeSet, HashMap};

use dt_analysis::finding::Finding;
use dt_analysis::{Level, Policy};
use dt_appliance::{Network, NetworkConfig, NetworkVersion};
use dt_fleet::ranking::{By, RankedRow, RunRows, rank};
use dt_fleet::rows::DeviceRow;
use dt_fleet::{Chance, Night, score_of_night};
use dt_lake::{Lake, RunContents};
use dt_model::DeviceId;
use jiff::{SignedDuration, Timestamp};

use super::say;
use crate::in_process::{self, InProcess};
use crate::sweeping;

const SEED: u64 = 3_001;
/// Five incidents each.
const SETS: u32 = 3;
/// How many devices are planted, of those of all sets.
const PLANTED: usize = 12;
/// Up to which share of chance rows stand above the line.
const LINE: f64 = 0.2;
const DAY: SignedDuration = SignedDuration::from_hours(24);

const MOST_QUIET: usize = 3;
const LEAST_FOUND: usize = 10;
const MOST_FALSE: f64 = 0.25;

/// Which fleets are looked at.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct Fleets {
    /// How many devices each night of `fleet` has
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(80..=10_000))]
    devices: u32,

    /// How many nights `fleet` has
    #[arg(long, default_value_t = 14, value_parser = clap::value_parser!(u64).range(5..=14))]
    nights: u64,

    /// Whether `fleet` is of version 2 of the network, with incidents down to what cannot be found
    #[arg(long)]
    hard: bool,
}

impl Fleets {
    fn config(self, sets: u32) -> NetworkConfig {
        let version = if self.hard { NetworkVersion::Two } else { NetworkVersion::One };
        NetworkConfig::new().version(version).devices(self.devices).incident_sets(sets)
    }
}

pub(super) fn run(of: Fleets, first_seed: Option<u64>) -> anyhow::Result<()> {
    let end: Timestamp = "2026-11-23T23:00:00Z".parse()?;
    let (policy, first_seed) = (Policy::default(), first_seed.unwrap_or(SEED));
    let (mut above, mut low, mut before, mut usual) = (0, 0, 0.0, Vec::new());
    for seed in first_seed..first_seed + of.nights {
        let contents = swept(of.config(0), seed, end)?;
        let chance = &contents.manifest.chance;
        let rows = ranked(&contents, chance);
        let new: Vec<&RankedRow<'_>> = rows.iter().filter(|row| is_new(row, end)).collect();
        low += new.iter().filter(|row| row.level >= Level::Low).count();
        for row in new.into_iter().filter(|row| is_above(row)) {
            above += 1;
            say(&format!("  seed {seed}, {}", described(row)));
        }
        before += chance.of(policy.priority.low_from).unwrap_or_default();
        usual.push(tonight(&contents, &policy));
    }
    say(&format!(
        "{} nights of {} quiet devices: {low} rows of low or above began within the last day; of what began in one \
         night alone, the nights before let expect {before:.1}",
        of.nights, of.devices
    ));
    told(
        &format!("rows above the line of {LINE}: {above}"),
        &format!("at most {MOST_QUIET}"),
        above <= MOST_QUIET,
    );

    let network = Network::generate_with(of.config(SETS), first_seed, end);
    let guilty: BTreeSet<DeviceId> = network.incidents().iter().map(|it| it.did).collect();
    let planted: BTreeSet<DeviceId> = guilty.iter().copied().take(PLANTED).collect();
    let benign: BTreeSet<DeviceId> = network.benign().iter().map(|it| it.did).collect();
    let contents = swept(of.config(SETS), first_seed, end)?;
    for (whose, chance) in [
        ("the quiet nights", Chance::new(usual)),
        ("a first run", contents.manifest.chance.clone()),
    ] {
        let rows = ranked(&contents, &chance);
        let above: Vec<&RankedRow<'_>> =
            rows.iter().filter(|row| row.level > Level::Minimal && is_above(row)).collect();
        let of_row = |row: &&RankedRow<'_>| row.subject.device().map(|row| row.did);
        let (hits, others): (Vec<DeviceId>, Vec<DeviceId>) =
            above.iter().filter_map(of_row).partition(|did| guilty.contains(did));
        let found = hits.iter().filter(|did| planted.contains(did)).count();
        let share = others.len() as f64 / (hits.len() + others.len()).max(1) as f64;
        say(&format!("by {whose}: {} rows above the line", above.len()));
        let is_none = |row: &&&RankedRow<'_>| of_row(row).is_some_and(|did| !guilty.contains(&did));
        above.iter().filter(is_none).for_each(|row| say(&format!("  {}", described(row))));
        told(
            &format!("  {found} of {} planted devices stand above it", planted.len()),
            &format!("at least {LEAST_FOUND}"),
            found >= LEAST_FOUND,
        );
        let alike = others.iter().filter(|did| benign.contains(did)).count();
        told(
            &format!("  {share:.2} of them are none, {alike} of which only look like one"),
            &format!("at most {MOST_FALSE}"),
            share <= MOST_FALSE,
        );
    }
    Ok(())
}

/// What a row is told for, and what it was held against.
fn described(row: &RankedRow<'_>) -> String {
    let Some(device) = row.subject.device() else { return String::new() };
    let reason = [&device.top_rule, &device.top_reason].map(|it| it.as_deref().unwrap_or("?"));
    let number = |it: Option<f64>| it.map_or_else(|| "-".to_owned(), |it| format!("{it:.2}"));
    let since = row.since.map_or_else(|| "-".to_owned(), |it| it.to_string());
    format!(
        "device {}: {} since {since}, priority {:.2}, chance {}, q {}",
        device.did,
        reason.join(", "),
        row.rank_score,
        number(row.chance),
        number(row.q)
    )
}

fn told(what: &str, limit: &str, is_met: bool) {
    say(&format!("{what}, {limit}: {}", if is_met { "met" } else { "MISSED" }));
}

/// A fleet after its first sweep.
fn swept(config: NetworkConfig, seed: u64, end: Timestamp) -> anyhow::Result<RunContents> {
    let client = in_process::client(InProcess::new(Network::generate_with(config, seed, end)))?;
    let scratch = tempfile::tempdir()?;
    let lake = Lake::create(&scratch.path().join("lake"))?;
    sweeping::sweep(&lake, &client, end, &|_| ())?;
    Ok(lake.contents(None, None)?)
}

fn ranked<'a>(contents: &'a RunContents, chance: &'a Chance) -> Vec<RankedRow<'a>> {
    let run = RunRows { chance, ..contents.rows() };
    rank(run, None, By::Device, &Policy::default()).rows
}

fn is_new(row: &RankedRow<'_>, end: Timestamp) -> bool {
    row.since.is_some_and(|since| end.duration_since(since) <= DAY)
}

fn is_above(row: &RankedRow<'_>) -> bool {
    row.q.is_some_and(|q| q <= LINE)
}

/// What a night brought that a run after it finds new.
fn tonight(contents: &RunContents, policy: &Policy) -> Night {
    let mut findings: HashMap<DeviceId, Vec<&Finding>> = HashMap::new();
    for row in contents.findings.iter().filter(|row| row.counts()) {
        findings.entry(row.did).or_default().push(&row.record.finding);
    }
    let began = contents.manifest.began;
    let score = |row: &DeviceRow| {
        let found = findings.get(&row.did)?.iter().copied();
        score_of_night(found, began, 0, row.importance, policy)
    };
    // Of other fleets: none of them is the night that is judged.
    Night { scores: contents.devices.iter().filter_map(score).collect(), until: None }
}
