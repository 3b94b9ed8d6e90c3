//! Watches two devices of the demo appliance for two rounds: `cargo run -p dt-sweep --example watch`

use std::time::Duration;

use dt_analysis::finding::{FindingOptions, FindingUpdate};
use dt_analysis::plan::{AnalysisKind, Endpoints};
use dt_analysis::{DeviceReport, Level, Policy};
use dt_model::Selection;
use dt_sweep::watch::{
    AnsweredDevice, Delivery, Memory, MemoryError, Notice, Schedule, Sink, WatchOptions,
};
use dt_sweep::{Inquiry, SweepError, Watcher};
use dt_transport::{Cancel, Client, HttpOptions, SystemClock, UreqTransport};
use jiff::tz::TimeZone;

/// Prints whatever happens.
struct Print;

#[expect(clippy::print_stdout, reason = "an example is a program")]
impl Sink for Print {
    type Error = dt_store::Error;

    fn notice(&mut self, notice: Notice) {
        println!("{notice}");
    }

    fn failed(&mut self, name: Option<&str>, error: SweepError) {
        println!("{}: {error}", name.unwrap_or("failed"));
    }

    fn updates(
        &mut self,
        device: &AnsweredDevice<'_>,
        report: &DeviceReport,
        updates: Vec<FindingUpdate>,
    ) -> Result<Delivery, dt_store::Error> {
        println!(
            "{}: {} updates of {} findings",
            device.name,
            updates.len(),
            report.concerns.len()
        );
        Ok(Delivery::Delivered)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // In place of `https://your-appliance` and your tokens.
    let appliance = dt_appliance::Appliance::new().start()?;
    let transport = UreqTransport::new(&HttpOptions::new())?;
    let client = Client::new(transport, appliance.url().parse()?, appliance.credentials().clone());

    let (policy, parameters) = (Policy::default(), AnalysisKind::Report.parameters());
    let options = WatchOptions {
        names: vec!["12345".parse()?, "printer-03".parse()?],
        selection: Selection::default(),
        inquiry: Inquiry {
            kind: AnalysisKind::Report,
            parameters: &parameters,
            endpoints: Endpoints::default(),
            policy: &policy,
        },
        appliance: Some("demo"),
        zone: &TimeZone::UTC,
        since: None,
        min_severity: Level::Low,
        exclusions: &[],
    };
    let schedule = Schedule { every: Duration::from_secs(1), rounds: Some(2) };
    let memory = memory()?;
    Watcher::new(&client, options, memory).run(
        schedule,
        &SystemClock,
        &Cancel::new(),
        &mut Print,
    )?;
    Ok(())
}

/// In a directory that is named, or of this run alone.
fn memory() -> Result<Memory, MemoryError> {
    match std::env::args_os().nth(1) {
        Some(directory) => Memory::open(directory.as_ref(), "demo", FindingOptions::default()),
        None => Ok(Memory::of_this_run("demo")),
    }
}
