//! Reading a response.

use std::process::Command;

use anyhow::{Context, ensure};
use dt_model::{DataType, DeviceInfo};
use serde::de::DeserializeOwned;

use super::plain::{Appliance, Documented};
use super::responses::{BUCKETS, SIMILAR};
use super::{Limit, Paired, ROUNDS, program, responses, say, tell};

/// How often reading the documented dialect may ask for memory.
const MOST_ALLOCATIONS: f64 = 5_000.0;

pub(super) fn reading() -> anyhow::Result<()> {
    let (documented, appliance) = (responses::documented(), responses::appliance(BUCKETS, SIMILAR));
    compare::<Documented>("reading, documented dialect", &documented);
    compare::<Appliance>("reading, appliance dialect", &appliance);
    compare_sonic::<Documented>("documented dialect, by sonic-rs", &documented, 1.0);
    compare_sonic::<Appliance>("appliance dialect, by sonic-rs", &appliance, 1.5);
    compare_copy("appliance dialect, by copying", &appliance);
    allocations()
}

fn compare<Plain: DeserializeOwned>(what: &str, json: &str) {
    let ours = || read(json);
    let theirs = || serde_json::from_slice::<Plain>(json.as_bytes()).expect("a response");
    let paired = Paired::run(ROUNDS, ours, theirs);
    let what = format!("{what} ({} KB)", json.len() / 1000);
    tell(&what, paired.rate(), Limit::AtLeast(0.6), &paired.detail());
}

/// The same structs, by a parser that uses vector instructions.
fn compare_sonic<Plain: DeserializeOwned>(what: &str, json: &str, least: f64) {
    let ours = || read(json);
    let theirs = || sonic_rs::from_slice::<Plain>(json.as_bytes()).expect("a response");
    let paired = Paired::run(ROUNDS, ours, theirs);
    tell(what, paired.rate(), Limit::AtLeast(least), &paired.detail());
}

/// Against copying the same bytes, which no reader can undercut: 1.2 GB/s where that is 13 GB/s.
fn compare_copy(what: &str, json: &str) {
    let paired = Paired::run(ROUNDS, || read(json), || json.as_bytes().to_vec());
    let rate = json.len() as f64 / paired.ours() / 1e9;
    let detail = format!("{rate:.2} GB/s; {}", paired.detail());
    tell(what, paired.rate(), Limit::AtLeast(1.2 / 13.0), &detail);
}

fn allocations() -> anyhow::Result<()> {
    let counted = Command::new(program("count-allocations")?).output()?;
    ensure!(counted.status.success(), "{}", String::from_utf8_lossy(&counted.stderr));
    let counted = String::from_utf8(counted.stdout)?;
    let mut lines = counted.lines().filter_map(|line| line.split_once(' '));
    let (documented, peak) = lines.next().context("nothing was counted")?;
    let detail = format!("allocations; {peak} KiB at once");
    let share = documented.parse::<f64>()? / MOST_ALLOCATIONS;
    tell(
        "documented dialect, of 5000 allocations",
        share,
        Limit::AtMost(1.0),
        &format!("{documented} {detail}"),
    );
    let (appliance, peak) = lines.next().context("only one was counted")?;
    say(&format!("    appliance dialect: {appliance} allocations; {peak} KiB at once"));
    Ok(())
}

fn read(json: &str) -> DeviceInfo {
    let info = DeviceInfo::from_slice_as(json.as_bytes(), DataType::Connections);
    info.expect("a response")
}
