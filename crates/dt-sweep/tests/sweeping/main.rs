//! Devices of the demo appliance, asked about once, and again and again.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod sweep;
mod watch;

use std::sync::LazyLock;

use dt_analysis::Policy;
use dt_analysis::plan::{AnalysisKind, Endpoints};
use dt_appliance::{Appliance, Fault, FaultPlan, RunningAppliance};
use dt_model::DeviceInfoParameters;
use dt_sweep::Inquiry;
use dt_transport::{Client, HttpOptions, RetryPolicy, UreqTransport};
use jiff::tz::TimeZone;

/// Where days begin.
static ZONE: TimeZone = TimeZone::UTC;

/// An appliance with faults, and a client that asks each question once.
fn demo(faults: &[&str]) -> (RunningAppliance, Client<UreqTransport>) {
    let faults = faults.iter().map(|fault| fault.parse().unwrap());
    let appliance = Appliance::new().faults(faults.collect::<FaultPlan<Fault>>()).start().unwrap();
    let transport = UreqTransport::new(&HttpOptions::new()).unwrap();
    let base = appliance.url().parse().unwrap();
    let client = Client::new(transport, base, appliance.credentials().clone());
    (appliance, client.retry(RetryPolicy::default().retries(0)))
}

/// What a report takes, without similar devices and hosts outside.
fn inquiry(policy: &Policy) -> Inquiry<'_> {
    static PARAMETERS: LazyLock<DeviceInfoParameters> = LazyLock::new(Default::default);
    Inquiry {
        kind: AnalysisKind::Report,
        parameters: &PARAMETERS,
        endpoints: Endpoints::Omitted,
        policy,
    }
}
