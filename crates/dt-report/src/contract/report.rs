//! `dt.report/1`

use dt_analysis::alerts::ApplianceAlerts;
use dt_analysis::finding::Origin;
use dt_analysis::timeline::Timelines;
use dt_analysis::{DeviceReport, SeriesAnalysis, device_report};
use dt_model::{DeviceId, DeviceInfo, Evidence, EvidencePart, MissingPart, Part};

use super::finding::Context;
use super::prelude::*;
use super::{
    AnalystIncident, Answer, BelowLevel, Body, Breach, Compare, Connections, Excluded, Extended,
    ExtendedExternal, External, Finding, Flow, Header, Judged, OutsideDomain, PartView, Priority,
    ReportFacts, ReportOptions, Timeline, TransferFacts, Transfers, Unreported, WatchedDestination,
};
use crate::samples::Samples;

/// Everything about one device.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Report {
    /// Its connections.
    pub connections: Option<Connections>,
    /// What it sent and received.
    pub transfers: Option<Transfers>,
    /// Beside its similar devices.
    pub compare: Option<Compare>,
    /// Its communication with the outside.
    pub external: Option<External>,
    /// When its connections were unusual; `null` under documented rules, as all that follows.
    pub timeline: Option<Timeline>,
    /// What was found.
    #[serde(flatten)]
    pub judged: Judged<Finding>,
    /// Over all that the entries say by which findings are excluded; `null` without any.
    pub exclusions: Option<String>,
    /// In which order to look at devices.
    pub priority: Option<Priority>,
    /// Models that the appliance breached in the four weeks before, the newest first and at most 200;
    /// `null` if it did not say so, as the other things that it says of its own accord.
    pub breaches: Option<Vec<Breach>>,
    /// How many older ones there are.
    pub breaches_left_out: usize,
    /// What its analyst put together, the newest first.
    pub analyst: Option<Vec<AnalystIncident>>,
    /// The destinations that it watches.
    pub watched: Option<Vec<WatchedDestination>>,
    /// Its page about the device; `null` where nobody knows where that is.
    pub url: Option<String>,
    /// What the other extended analyses say.
    pub extended: Option<Extended>,
    /// Each part of the evidence: whether it was answered, refused or not asked.
    pub parts: Vec<PartView>,
}

impl Body for Report {
    type Facts = ReportFacts;
}

impl Report {
    /// Which parts of the evidence are missing, and why.
    pub(super) fn unanswered(&self, missing: &[MissingPart]) -> impl Iterator<Item = Unreported> {
        let is_missing = |part: &&PartView| missing.iter().any(|it| it.part == part.part);
        self.parts.iter().filter(is_missing).cloned().map(Unreported::from)
    }
}

impl Answer<Report> {
    /// The object of `dt report`; `None` without any answer.
    #[must_use]
    pub fn report(evidence: &Evidence, perspective: ReportOptions<'_>) -> Option<Self> {
        Self::report_of(evidence, None, perspective)
    }

    /// The same, of evidence whose series were analysed before, as by the plan that gathered it.
    #[must_use]
    pub fn report_of(
        evidence: &Evidence,
        series: Option<SeriesAnalysis>,
        perspective: ReportOptions<'_>,
    ) -> Option<Self> {
        let ReportOptions { policy, viewpoint, exclusions, .. } = perspective;
        let report = device_report(evidence, series, viewpoint, policy);
        let report = report.excluding(exclusions, evidence, viewpoint, policy);
        Self::of(evidence, report, perspective)
    }

    /// The same, of what was analysed.
    #[must_use]
    pub fn of(
        evidence: &Evidence,
        report: DeviceReport,
        perspective: ReportOptions<'_>,
    ) -> Option<Self> {
        let ReportOptions { policy, viewpoint, appliance, pages, exclusions, .. } = perspective;
        let until = evidence.complete_until(viewpoint.now);
        let header = Header::new("dt.report/1", evidence.dialect()?, until, &evidence.device())
            .knowing(evidence.no_traffic());
        let did = header.device.did.map(DeviceId::new);
        let context = Context { origin: Origin { appliance, did }, policy };

        let assessment = report.assessment.as_ref();
        let timeline = |answer: &Part<DeviceInfo>, of: fn(&Timelines) -> &Option<_>| {
            let found = of(&assessment?.timelines).as_ref()?;
            Some(Timeline::of(answer.answer()?, found, viewpoint))
        };
        let known =
            assessment.and_then(|found| ExtendedExternal::new(evidence, &found.novelty, policy));
        let connections = evidence.connections.answer();
        let findings = assessment.map(|found| Finding::list(found, context));
        let named = findings.as_deref().unwrap_or_default();
        let ids = named.iter().map(|finding| finding.id);
        let ids: Vec<_> = ids.zip(assessment.iter().flat_map(|found| &found.findings)).collect();
        let counted = timeline(&evidence.connections, |all| &all.connections);
        let none = ApplianceAlerts::default();
        let alerts = assessment.map_or(&none, |found| &found.alerts);
        let (outside_by, outside) = OutsideDomain::list(evidence, &report);
        let body = Report {
            connections: connections.map(|info| Connections::new(info, policy)),
            transfers: report.transfers.map(|found| Transfers::new(found, evidence)),
            compare: connections.zip(report.comparison).map(|(info, found)| {
                let changes = assessment.map(|found| &found.change);
                Compare::new(info, found).with(evidence, policy, changes)
            }),
            external: report
                .external
                .map(|found| External { extended: known, ..External::new(found, evidence) }),
            timeline: counted.map(|it| it.named_by(&ids, EvidencePart::Connections)),
            breaches: Breach::list(alerts, named, pages),
            breaches_left_out: alerts.left_out,
            analyst: alerts.incidents.clone(),
            watched: alerts.watched.clone(),
            url: pages.zip(did).map(|(pages, did)| pages.device(did)),
            exclusions: findings.as_ref().and_then(|_| exclusions.digest()),
            judged: Judged {
                below_level: findings.as_ref().map(|_| BelowLevel::default()),
                excluded: findings.as_ref().map(|_| Excluded::list(&report.excluded, context)),
                findings,
            },
            priority: assessment.map(|found| found.priority.clone()),
            extended: assessment.map(Extended::from),
            parts: PartView::list(evidence),
        };
        let trace = |part: &Part<DeviceInfo>| {
            part.answer().map(|info| Samples::of(&info.subject.series)).unwrap_or_default()
        };
        let facts = ReportFacts {
            connections: trace(&evidence.connections),
            outbound: trace(&evidence.external_out),
            transfers: TransferFacts::of(evidence),
            flows: Flow::list(evidence),
            sent_outside: timeline(&evidence.external_out, |all| &all.external_out),
            sent: timeline(&evidence.bytes_out, |all| &all.bytes_out),
            outside,
            outside_by,
            missing: evidence.missing(),
            appliance: appliance.map(str::to_owned),
            pages: pages.cloned(),
            repeated_options: perspective.repeated.options.to_owned(),
            is_partial: perspective.repeated.is_partial,
        };
        Some(Self { header, body, concerns: report.concerns, facts })
    }
}
