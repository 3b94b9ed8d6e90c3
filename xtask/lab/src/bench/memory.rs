//! The program's peak memory over many devices: what is printed is not kept.

use std::path::Path;
use std::process::Command;

use anyhow::ensure;
use dt_appliance::{Appliance, Network, NetworkConfig};
use dt_auth::Credentials;
use dt_transport::{Clock, SystemClock};

use super::{Limit, build, programs, say, tell};

const FEW: u32 = 100;
const MANY: u32 = 1_000;

/// For how many devices each format may take so much.
const SOME: u32 = 240;
const MOST_MB: f64 = 40.0;
const FORMATS: [&str; 9] = ["table", "json", "ndjson", "csv", "md", "html", "ecs", "ocsf", "hec"];

const PUBLIC: &str = "public";
const PRIVATE: &str = "private";

pub(super) fn memory() -> anyhow::Result<()> {
    let (here, dt) = (std::env::current_exe()?, programs()?.join("dt"));
    build()?;
    let few = peak(&here, &dt, FEW, "ndjson")?;
    let many = peak(&here, &dt, MANY, "ndjson")?;
    let detail = format!("{:.1} MiB for {MANY}, {:.1} MiB for {FEW}", many / 1024.0, few / 1024.0);
    tell("peak memory, NDJSON of many devices", many / few, Limit::AtMost(1.1), &detail);
    for format in FORMATS {
        let megabytes = peak(&here, &dt, SOME, format)? * 1024.0 / 1e6;
        let what = format!("peak memory, {SOME} devices, {format}, MB");
        tell(&what, megabytes, Limit::AtMost(MOST_MB), "");
    }
    Ok(())
}

/// The peak in KiB of a report about every device of a network with so many.
fn peak(here: &Path, dt: &Path, devices: u32, format: &str) -> anyhow::Result<f64> {
    let config = NetworkConfig::new().devices(devices);
    let start = SystemClock.monotonic();
    let network = Network::generate_with(config, Appliance::SEED, SystemClock.now());
    let credentials = Credentials::new(PUBLIC, PRIVATE)?;
    let appliance = Appliance::new().network(network).credentials(credentials).start()?;
    let output = Command::new(here)
        .arg("peak")
        .arg(dt)
        .args(["report", "--type", "*", "-o", format])
        .env("DT_URL", appliance.url())
        .env("DT_PUBLIC_TOKEN", PUBLIC)
        .env("DT_PRIVATE_TOKEN", PRIVATE)
        .output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let took = SystemClock.monotonic().saturating_sub(start);
    say(&format!("    {devices} devices, {} requests, {took:.1?}", appliance.requests()));
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}
