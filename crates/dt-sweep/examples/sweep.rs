//! Sweeps all devices of the demo appliance into a lake, and tells which to look at first.
//!
//! `cargo run -p dt-sweep --features fleet --example sweep [LAKE]`

use std::error::Error;
use std::path::PathBuf;

use dt_analysis::Policy;
use dt_appliance::Appliance;
use dt_fleet::ranking::{By, Subject, rank};
use dt_lake::{Lake, Totals};
use dt_sweep::ExclusionList;
use dt_sweep::fleet::{FleetOptions, FleetSweep, Site};
use dt_transport::{Cancel, Client, Clock, HttpOptions, SystemClock, UreqTransport};
use jiff::tz::TimeZone;

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "an example prints")]
fn main() -> Result<(), Box<dyn Error>> {
    let scratch = tempfile::tempdir()?;
    let path =
        std::env::args_os().nth(1).map_or_else(|| scratch.path().join("lake"), PathBuf::from);

    let appliance = Appliance::new().start()?; // or one of your own
    let transport = UreqTransport::new(&HttpOptions::new())?;
    let client = Client::new(transport, appliance.url().parse()?, appliance.credentials().clone());

    let (policy, options, exclusions) =
        (Policy::default(), FleetOptions::default(), ExclusionList::default());
    let clock = SystemClock;
    let sweep = FleetSweep {
        options: &options,
        policy: &policy,
        exclusions: &exclusions,
        zone: &TimeZone::UTC,
        now: &|| clock.now(),
        deadline: None,
        cancel: Cancel::new(),
        progress: &|_, _| (),
        warn: &|warning| eprintln!("{warning}"),
        dt_version: env!("CARGO_PKG_VERSION"),
    };
    let lake = Lake::create(&path)?;
    let site = Site { name: "demo", identity: "demo", client: &client };
    let swept = sweep.begin(&[site], &lake)?;
    let manifest = swept.manifest.ok_or("the sweep was cancelled")?;

    let Totals { listed, swept, deep, failed, .. } = manifest.totals();
    println!("{swept} of {listed} devices, {deep} in full; {failed} failed");
    println!("{} requests", manifest.appliances[0].requests);
    let contents = lake.contents(None, None)?;
    for row in rank(contents.rows(), None, By::Both, &policy).rows.iter().take(10) {
        let (name, what) = match &row.subject {
            Subject::Device(row) => (row.name(), row.top_reason.clone().unwrap_or_default()),
            Subject::Thing(thing) => {
                (format!("{} devices", thing.members.len()), thing.key.as_str().to_owned())
            }
            Subject::Several(several) => (several.name.to_owned(), String::new()),
        };
        println!("{:3.0} {:7} {name:20} {what}", 100.0 * row.score, row.level);
    }
    Ok(())
}
