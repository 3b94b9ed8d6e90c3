//! A watcher of many devices, which is killed, meets a full disk and a clock that was set: is anything lost,
//! does an event's id ever come with another content, and what does it cost?
//!
//! Beside it runs one that nothing happens to. Whatever that tells has to be told by the other as well.
//! The memory and the bytes are those of the one that nothing happens to.

mod events;
mod run;
mod site;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::ensure;
use clap::Args;
use nix::sys::resource::{UsageWho, getrusage};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use self::events::Events;
use self::run::{Disturbance, Runner};
use self::site::Site;

/// The most that may be written for a finding, in bytes.
const MOST_WRITTEN: u64 = 2_000;
/// How far a clock is set, in hours: beyond the data and what is remembered of it, a little, and ahead.
const CLOCK_JUMPS: [i64; 3] = [-24 * 400, -3, 24 * 40];

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// How many devices are watched
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    devices: u32,
    /// How many hours of new data they are looked at for
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(2..=500))]
    rounds: u32,
    /// How often the watcher is killed
    #[arg(long, default_value_t = 200)]
    kills: u32,
    /// The program, if it is not the one beside this
    #[arg(long)]
    program: Option<PathBuf>,
}

/// What a soak came to.
#[derive(Default)]
struct Outcome {
    /// What was told while nothing happened.
    quiet: Events,
    /// What was told in spite of everything.
    disturbed: Events,
    kills: u32,
    full_disks: u32,
    clock_jumps: u32,
    /// What the quiet watcher wrote, but for what it printed.
    written: u64,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let program = match &arguments.program {
        Some(program) => program.clone(),
        None => crate::bench::program("dt")?,
    };
    let outcome = soak(arguments, &program)?;
    print(arguments, &outcome)?;
    let Outcome { quiet, disturbed, written, .. } = outcome;
    ensure!(quiet.ids() > 0, "nothing was found: there is nothing to lose");
    ensure!(disturbed.lost(&quiet) == 0, "findings were lost");
    ensure!(disturbed.with_two_contents() == 0, "an id came with two contents");
    ensure!(written <= MOST_WRITTEN * quiet.told(), "state costs more than what changed");
    Ok(())
}

fn soak(arguments: &Arguments, program: &Path) -> anyhow::Result<Outcome> {
    let site = Site::start(arguments.devices)?;
    let scratch = Scratch::new()?;
    let quiet = Runner::new(program, &site, scratch.0.join("quiet"))?;
    let disturbed = Runner::new(program, &site, scratch.0.join("disturbed"))?;
    let mut chance = Pcg64Mcg::seed_from_u64(1);
    let mut outcome = Outcome::default();
    for round in 0..arguments.rounds {
        site.go_on();
        let whole = quiet.whole()?;
        outcome.written += whole.written;
        outcome.quiet.take(&whole.printed)?;
        for disturbance in disturbances(round, arguments, whole.took, &mut chance) {
            match disturbance {
                Disturbance::Kill(_) => outcome.kills += 1,
                Disturbance::FullDisk => outcome.full_disks += 1,
                Disturbance::Clock(_) => outcome.clock_jumps += 1,
            }
            outcome.disturbed.take(&disturbed.disturbed(disturbance)?)?;
        }
        outcome.disturbed.take(&disturbed.whole()?.printed)?;
    }
    Ok(outcome)
}

/// What happens in a round, before a watcher comes to its end: the kills are spread evenly over the rounds
/// and by chance over the time that one takes.
fn disturbances(
    round: u32,
    arguments: &Arguments,
    took: Duration,
    chance: &mut Pcg64Mcg,
) -> Vec<Disturbance> {
    let until =
        |round: u32| u64::from(round) * u64::from(arguments.kills) / u64::from(arguments.rounds);
    let kills = until(round)..until(round + 1);
    let mut all: Vec<Disturbance> = Vec::new();
    for _ in kills {
        all.push(Disturbance::Kill(took.mul_f64(chance.random_range(0.0..1.0))));
    }
    if round % 4 == 1 {
        all.push(Disturbance::FullDisk);
    }
    if round % 6 == 2 {
        let jump = CLOCK_JUMPS[round as usize / 6 % CLOCK_JUMPS.len()];
        all.push(Disturbance::Clock(jump));
    }
    all
}

/// A directory that is removed afterwards.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> anyhow::Result<Self> {
        let path = std::env::temp_dir().join(format!("dt-soak-watch-{}", std::process::id()));
        std::fs::create_dir(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left of it is in a place for what is left.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[expect(clippy::print_stdout, reason = "the figures are what a soak is for")]
fn print(arguments: &Arguments, outcome: &Outcome) -> anyhow::Result<()> {
    let Outcome { quiet, disturbed, kills, full_disks, clock_jumps, written } = outcome;
    println!("{} devices, {} rounds", arguments.devices, arguments.rounds);
    println!("killed                {kills:>8}");
    println!("full disks            {full_disks:>8}");
    println!("clocks set            {clock_jumps:>8}");
    println!("told, nothing happened{:>8}  {} ids", quiet.told(), quiet.ids());
    println!("told in spite of it   {:>8}  {} ids", disturbed.told(), disturbed.ids());
    println!("lost                  {:>8}  limit 0", disturbed.lost(quiet));
    println!("ids with two contents {:>8}  limit 0", disturbed.with_two_contents());
    for content in disturbed.two_contents().unwrap_or_default() {
        println!("    {content}");
    }
    println!(
        "bytes written         {written:>8}  {} a finding told, limit {MOST_WRITTEN}",
        written / quiet.told().max(1)
    );
    let peak = getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss();
    println!("peak memory, MiB      {:>8.1}", peak as f64 / 1024.0);
    Ok(())
}
