//! What holds for a whole run.

use dt_analysis::{AsOf, Policy};
use dt_model::{DeviceId, Evidence};
use dt_report::contract::ReportOptions;
use dt_store::{About, Subject};
use jiff::Timestamp;

use crate::connect::Client;
use crate::source::Connection;
use crate::ui::{Output, PrintContext};

/// What holds for a whole run: who answers, by which thresholds and as of when it is judged, and how it is
/// printed.
#[derive(Debug)]
pub(crate) struct Session {
    /// The appliance that answers; saved responses do not say it.
    pub(crate) appliance: Option<String>,
    /// Where answers come from, for readers.
    pub(crate) source: String,
    pub(crate) policy: Policy,
    pub(crate) output: Output,
    /// When the program was started, or a round of it.
    pub(crate) now: Timestamp,
}

impl Session {
    /// With an appliance.
    pub(crate) fn with(
        connection: &Connection,
        policy: Policy,
        output: Output,
        now: Timestamp,
    ) -> Self {
        Self {
            appliance: Some(connection.appliance()),
            source: connection.description(),
            policy,
            output,
            now,
        }
    }

    /// How a report is made.
    pub(crate) fn perspective(&self) -> ReportOptions<'_> {
        let viewpoint = AsOf { now: self.now, zone: &self.output.time_zone };
        ReportOptions { policy: &self.policy, viewpoint, appliance: self.appliance.as_deref() }
    }

    /// What a snapshot says of itself besides what was answered.
    pub(crate) fn about(&self, client: &Client, did: DeviceId, evidence: &Evidence) -> About {
        About {
            device: Subject::new(did, &evidence.device()),
            taken: self.now,
            data_until: evidence.complete_until(self.now),
            appliance: self.appliance.clone().unwrap_or_default(),
            address: client.base_url().to_string(),
            dt_version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// How what is judged is printed.
    pub(crate) fn print_context(&self) -> PrintContext<'_> {
        PrintContext {
            output: &self.output,
            now: self.now,
            appliance: self.appliance.as_deref(),
            source: self.source.clone(),
            policy: Some(&self.policy),
        }
    }

    /// How what is not judged is printed.
    pub(crate) fn print_context_unjudged(&self) -> PrintContext<'_> {
        PrintContext { policy: None, ..self.print_context() }
    }
}
