//! Asking a synthetic network as the program asks an appliance, without HTTP.

use anyhow::Context;
use dt_analysis::assessment::Assessment;
use dt_analysis::plan::{Alerts, ReportPlan};
use dt_analysis::{AsOf, Policy};
use dt_appliance::Network;
use dt_model::{DeviceId, DeviceInfoQuery, Evidence};
use dt_transport::Client;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::in_process::{self, InProcess};

/// How many similar devices are asked for: what `dt report` asks for.
const SIMILAR: u32 = 5;

/// A synthetic network that can be asked.
pub(super) struct Site {
    client: Client<InProcess>,
    now: Timestamp,
}

impl Site {
    pub(super) fn new(network: Network) -> anyhow::Result<Self> {
        let now = network.window_end();
        Ok(Self { client: in_process::client(InProcess::new(network))?, now })
    }

    pub(super) fn network(&self) -> &Network {
        self.client.transport().network()
    }

    /// Asks what a report asks about a device, and assesses it; but for what the appliance says of its own
    /// accord. The demo appliance knows what was planted, and says nothing else: with that, every rank would
    /// look better than it is.
    pub(super) fn assess(
        &self,
        did: DeviceId,
        policy: &Policy,
    ) -> anyhow::Result<(Evidence, Assessment)> {
        let query = DeviceInfoQuery::new(did)?.similar_devices(SIMILAR);
        let viewpoint = AsOf { now: self.now, zone: &TimeZone::UTC };
        let mut plan = ReportPlan::new(query, viewpoint, policy).alerts(Alerts::Omitted);
        let gathered = self.client.gather(&mut plan);
        let evidence =
            gathered.with_context(|| format!("failed to ask about device {did}"))?.evidence;
        let assessment = plan.assess(&evidence);
        Ok((evidence, assessment))
    }
}
