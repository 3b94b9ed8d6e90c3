//! What holds for a whole run.

use dt_analysis::exclusions::ExclusionId;
use dt_analysis::finding::FindingId;
use dt_analysis::{AsOf, Policy};
use dt_model::{AppliancePages, Device, Evidence};
use dt_report::contract::{Report, ReportOptions};
use dt_sweep::{ExclusionList, SnapshotOrigin};
use jiff::Timestamp;

use super::{Client, Connection};
use crate::exclusions::print_warnings;
use crate::ui::{Output, PrintContext};

/// What holds for a whole run: who answers, by which thresholds and as of when it is judged, and how it is
/// printed.
#[derive(Debug)]
pub(crate) struct Session {
    /// The appliance that answers; saved responses do not say it.
    pub(crate) appliance: Option<String>,
    /// Where its own pages are, if anybody knows.
    pub(crate) pages: Option<AppliancePages>,
    /// Where answers come from, for readers.
    pub(crate) source: String,
    pub(crate) policy: Policy,
    pub(crate) output: Output,
    /// When the program was started, or a round of it.
    pub(crate) now: Timestamp,
    pub(crate) exclusions: ExclusionList,
}

impl Session {
    /// With an appliance, or with nobody.
    pub(crate) fn new(
        connection: Option<&Connection>,
        policy: Policy,
        output: Output,
        now: Timestamp,
    ) -> Self {
        Self {
            appliance: connection.map(Connection::appliance),
            pages: connection.map(|it| it.pages.clone()),
            source: connection.map(Connection::description).unwrap_or_default(),
            policy,
            output,
            now,
            exclusions: ExclusionList::default(),
        }
    }

    /// Without what these exclude.
    pub(crate) fn excluding(self, exclusions: ExclusionList) -> Self {
        Self { exclusions, ..self }
    }

    /// Notes what was excluded of a device, and says which entries are not about it any more.
    pub(crate) fn note_excluded(
        &self,
        device: &Device,
        excluded: impl Iterator<Item = (ExclusionId, FindingId)>,
        now: Timestamp,
    ) {
        excluded.for_each(|(entry, finding)| self.exclusions.note(entry, finding, now));
        print_warnings(&self.exclusions.parted(device, now), self.output.verbosity);
    }

    /// The same of a report.
    pub(crate) fn note_report(&self, evidence: &Evidence, report: &Report) {
        let excluded = report.excluded.iter().flatten();
        let excluded = excluded.map(|it| (it.exclusion.id, it.finding.id));
        self.note_excluded(&evidence.device(), excluded, self.now);
    }

    /// How a report is made.
    pub(crate) fn perspective(&self) -> ReportOptions<'_> {
        let viewpoint = AsOf { now: self.now, zone: &self.output.time_zone };
        ReportOptions {
            policy: &self.policy,
            viewpoint,
            appliance: self.appliance.as_deref(),
            pages: self.pages.as_ref(),
            exclusions: self.exclusions.at(self.now),
        }
    }

    /// What a snapshot says of itself besides what was answered.
    pub(crate) fn snapshot_origin<'a>(&'a self, client: &'a Client) -> SnapshotOrigin<'a> {
        SnapshotOrigin {
            appliance: self.appliance.as_deref().unwrap_or_default(),
            address: client.base_url(),
            taken: self.now,
            dt_version: env!("CARGO_PKG_VERSION"),
        }
    }

    /// How what is judged is printed.
    pub(crate) fn print_context(&self) -> PrintContext<'_> {
        PrintContext {
            output: &self.output,
            now: self.now,
            appliance: self.appliance.as_deref(),
            pages: self.pages.as_ref(),
            source: self.source.clone(),
            policy: Some(&self.policy),
        }
    }

    /// How what is not judged is printed.
    pub(crate) fn print_context_unjudged(&self) -> PrintContext<'_> {
        PrintContext { policy: None, ..self.print_context() }
    }
}
