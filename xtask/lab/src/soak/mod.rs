//! Many queries through the asynchronous client, while a part of them meets with faults: is any
//! answer lost or given twice, and does memory stay where it is?
//!
//! Client, faults and appliance share this process, so the memory is that of all three.

mod faults;
mod ledger;
mod memory;
mod questions;
mod sweep;
mod watch;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

use anyhow::ensure;
use clap::{Args, Subcommand};
use dt_appliance::{Appliance, Forwarder};
use dt_transport::{
    AsyncClient, Clock, HttpOptions, Limits, ReqwestTransport, RetryPolicy, SystemClock,
};
use futures_util::{StreamExt, TryStreamExt, stream};
use tokio::runtime;

use self::ledger::Ledger;
use self::memory::Peaks;
use self::questions::Questions;

/// How many requests are under way at once, and how many begin in a second.
const IN_FLIGHT: NonZeroU32 = NonZeroU32::new(32).unwrap();
const PER_SECOND: NonZeroU32 = NonZeroU32::new(1000).unwrap();
/// How many calls are: more, so that one that waits for its next attempt is made up for.
const CALLS: usize = 48;
/// The most that memory may grow by, from the second tenth of the queries to the last.
const MOST_GROWTH: f64 = 1.1;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    other: Option<Other>,
    /// How many queries
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1_000..=50_000))]
    queries: u32,
    /// Which part of the requests meets with a fault
    #[arg(long, default_value_t = 0.1, value_parser = part)]
    faults: f64,
}

/// What else is soaked.
#[derive(Debug, Subcommand)]
enum Other {
    /// Watch many devices while the watcher is killed, its disk full and its clock set
    Watch(watch::Arguments),
    /// Sweep many devices while requests fail, and a sweep that is killed and goes on
    Sweep(sweep::Arguments),
    /// Serve the network that is swept until the input ends; used by `sweep`
    #[command(hide = true)]
    Appliance {
        #[arg(long)]
        devices: u32,
    },
}

fn part(text: &str) -> anyhow::Result<f64> {
    let part = text.parse()?;
    ensure!((0.0..=0.5).contains(&part), "it must be between 0 and 0.5");
    Ok(part)
}

/// What a soak came to.
struct Outcome {
    ledger: Ledger,
    peaks: Peaks,
    requests: u64,
    connections: u64,
    injected: BTreeMap<String, u64>,
    took: Duration,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    match &arguments.other {
        Some(Other::Watch(arguments)) => return watch::run(arguments),
        Some(Other::Sweep(arguments)) => return sweep::run(arguments),
        Some(Other::Appliance { devices }) => return sweep::serve(*devices),
        None => {}
    }
    let outcome = soak(arguments)?;
    print(arguments, &outcome);
    let Outcome { ledger, peaks, .. } = outcome;
    ensure!(
        ledger.lost() == 0 && ledger.duplicated() == 0 && ledger.unknown() == 0,
        "answers were lost, given twice, or are nobody's"
    );
    ensure!(ledger.told() == 0, "queries failed: {}", ledger.first_told().unwrap_or_default());
    let growth = peaks.growth().unwrap_or_default();
    ensure!(growth <= MOST_GROWTH, "memory grew by {growth:.3}, more than {MOST_GROWTH}");
    Ok(())
}

fn soak(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let questions = Questions::new(arguments.queries)?;
    let appliance = Appliance::new()
        .network(questions.network())
        .faults(faults::by_http(arguments.faults / 2.0))
        .start()?;
    let forwarder = Forwarder::to(appliance.address())
        .faults(faults::below_http(arguments.faults / 2.0))
        .start()?;

    let options = HttpOptions::new().timeout(faults::TIMEOUT);
    let limits = Limits::new().in_flight(IN_FLIGHT).per_second(PER_SECOND).burst(IN_FLIGHT);
    let transport = ReqwestTransport::new(&options)?;
    // Short waits, so that it ends soon; and so many attempts that none of them runs out.
    let retry = RetryPolicy::default()
        .retries(12)
        .base(Duration::from_millis(5))
        .longest_wait(Duration::from_millis(200));
    let client =
        AsyncClient::new(transport, forwarder.url().parse()?, appliance.credentials().clone())
            .limits(limits)
            .retry(retry);

    let mut ledger = Ledger::new(arguments.queries);
    let mut peaks = Peaks::new(arguments.queries);
    let start = SystemClock.monotonic();
    runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let mut outcomes = stream::iter(0..arguments.queries)
            .map(async |index| {
                let target = questions.target(index)?;
                anyhow::Ok((index, client.raw(&target).await))
            })
            .buffer_unordered(CALLS);
        while let Some((index, outcome)) = outcomes.try_next().await? {
            match outcome {
                Ok(response) => ledger.answered(questions.whose(response.body())),
                Err(error) => ledger.failed(index, &error),
            }
            peaks.sample();
        }
        anyhow::Ok(())
    })?;
    let took = SystemClock.monotonic().saturating_sub(start);

    let named = |(kind, count): (&str, u64)| (kind.to_owned(), count);
    Ok(Outcome {
        ledger,
        peaks,
        requests: forwarder.requests(),
        connections: forwarder.connections(),
        injected: appliance.faults().into_iter().chain(forwarder.faults()).map(named).collect(),
        took,
    })
}

#[expect(clippy::print_stdout, reason = "the figures are what a soak is for")]
fn print(arguments: &Arguments, outcome: &Outcome) {
    let Outcome { ledger, peaks, requests, connections, injected, took } = outcome;
    println!(
        "{} queries, {IN_FLIGHT} requests at once, at most {PER_SECOND} a second; {:.1} s",
        arguments.queries,
        took.as_secs_f64()
    );
    println!("requests on the wire  {requests:>8}  over {connections} connections");
    let faults: u64 = injected.values().sum();
    let share = 100.0 * faults as f64 / (*requests).max(1) as f64;
    println!("faults injected       {faults:>8}  {share:.1} % of the requests");
    for (kind, count) in injected {
        println!("  {kind:<30} {count:>6}");
    }
    println!("right answers         {:>8}", ledger.right());
    for (what, count) in [
        ("lost", ledger.lost()),
        ("duplicated", ledger.duplicated()),
        ("nobody's answer", ledger.unknown()),
        ("errors told", ledger.told()),
    ] {
        println!("{what:<22}{count:>8}  limit 0");
    }
    println!("{peaks}");
    match peaks.growth() {
        Some(growth) => {
            let verdict = if growth <= MOST_GROWTH { "met" } else { "MISSED" };
            println!("last / second tenth   {growth:>8.3}  limit {MOST_GROWTH:.2}  {verdict}");
        }
        None => println!("memory is not measured on this system"),
    }
}
