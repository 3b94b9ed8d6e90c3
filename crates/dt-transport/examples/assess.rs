//! Gathers and assesses all about one device: `cargo run -p dt-transport --example assess --features ureq`

use dt_analysis::jiff::tz::TimeZone;
use dt_analysis::{AsOf, Policy, plan::ReportPlan};
use dt_model::{DeviceId, DeviceInfoQuery};
use dt_transport::{Client, Clock, HttpOptions, SystemClock, UreqTransport};

#[expect(clippy::print_stdout, reason = "an example is a program")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    // In place of `https://your-appliance` and your tokens.
    let appliance = dt_appliance::Appliance::new().start()?;
    let transport = UreqTransport::new(&HttpOptions::new())?;
    let client = Client::new(transport, appliance.url().parse()?, appliance.credentials().clone());

    let query = DeviceInfoQuery::new(DeviceId::new(12345))?.similar_devices(5);
    let policy = Policy::default();
    let as_of = AsOf { now: SystemClock.now(), zone: &TimeZone::UTC };
    let mut plan = ReportPlan::new(query, as_of, &policy);
    let gathered = client.gather(&mut plan)?;
    let assessment = plan.assess(&gathered.evidence);

    println!("{}", assessment.priority);
    assessment.findings.iter().for_each(|finding| println!("  {finding}"));
    for (subject, refusal) in gathered.evidence.refusals() {
        println!("  {subject}: {refusal}");
    }
    Ok(())
}
