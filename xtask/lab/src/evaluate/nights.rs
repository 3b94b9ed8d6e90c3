//! What fourteen nights are like for somebody whose fleet nothing is wrong with, and what of twelve devices with
//! planted incidents stands above the line that is drawn against such nights.
//!
//! Each night is a first sweep of a quiet fleet of its own, as a synthetic network does not go on: what counts is what
//! began within the last day, against the chance of the nights before it. What is planted is judged by these nights.

use std::collections::BTreeSet;

use anyhow::Context;
use dt_analysis::{Level, Policy};
use dt_appliance::{Network, NetworkConfig};
use dt_fleet::ranking::{By, RankedRow, RunRows, rank};
use dt_fleet::{Chance, Night};
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

pub(super) fn run(devices: u32, nights: u64) -> anyhow::Result<()> {
    let end: Timestamp = "2026-11-23T23:00:00Z".parse()?;
    let (mut above, mut low, mut before, mut usual) = (0, 0, 0.0, Vec::new());
    for night in 0..nights {
        let contents =
            swept(NetworkConfig::new().devices(devices).incident_sets(0), SEED + night, end)?;
        let chance = &contents.manifest.chance;
        let rows = ranked(&contents, chance);
        let new = rows.iter().filter(|row| is_new(row, end));
        low += new.clone().filter(|row| row.level >= Level::Low).count();
        above += new.filter(|row| is_above(row)).count();
        before += chance.of(Policy::default().priority.low_from).unwrap_or_default();
        usual.push(tonight(&contents, end));
    }
    say(&format!(
        "{nights} nights of {devices} quiet devices: {low} rows of low or above began within the last day, where the \
         nights before let expect {before:.1}"
    ));
    told(
        &format!("rows above the line of {LINE}: {above}"),
        &format!("at most {MOST_QUIET}"),
        above <= MOST_QUIET,
    );

    let config = NetworkConfig::new().devices(devices).incident_sets(SETS);
    let network = Network::generate_with(config, SEED, end);
    let guilty: Vec<DeviceId> = network.incidents().iter().map(|incident| incident.did).collect();
    let guilty: BTreeSet<DeviceId> = guilty.into_iter().collect();
    let planted: BTreeSet<DeviceId> = guilty.iter().copied().take(PLANTED).collect();
    let contents = swept(config, SEED, end)?;
    for (whose, chance) in [
        ("the quiet nights", Chance::new(usual)),
        ("a first run", contents.manifest.chance.clone()),
    ] {
        let rows = ranked(&contents, &chance);
        let above: Vec<&RankedRow<'_>> =
            rows.iter().filter(|row| row.level > Level::Minimal && is_above(row)).collect();
        let devices = above.iter().filter_map(|row| row.subject.device());
        let (hits, others): (Vec<DeviceId>, Vec<DeviceId>) =
            devices.map(|row| row.did).partition(|did| guilty.contains(did));
        let found = hits.iter().filter(|did| planted.contains(did)).count();
        let share = others.len() as f64 / (hits.len() + others.len()).max(1) as f64;
        say(&format!("by {whose}: {} rows above the line", above.len()));
        told(
            &format!("  {found} of {} planted devices stand above it", planted.len()),
            &format!("at least {LEAST_FOUND}"),
            found >= LEAST_FOUND,
        );
        told(
            &format!("  {share:.2} of them are none"),
            &format!("at most {MOST_FALSE}"),
            share <= MOST_FALSE,
        );
    }
    Ok(())
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
    lake.contents(None, None)?.context("the sweep left no run")
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
fn tonight(contents: &RunContents, end: Timestamp) -> Night {
    let rows = contents
        .devices
        .iter()
        .filter(|row| row.top_since.is_some_and(|since| end.duration_since(since) <= DAY));
    Night { scores: rows.map(|row| row.rank_score).collect(), scale: 1.0 }
}
