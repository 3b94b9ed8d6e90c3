//! Everything about a device, typed: what a report tells, before anybody words it.

use dt_model::Evidence;

use crate::assessment::{Assessment, assess_with};
use crate::exclusions::{ExcludedFinding, ExclusionsAt};
use crate::external::{self, External};
use crate::finding::{FindingRecord, Origin};
use crate::peers::{self, Comparison};
use crate::transfers::{self, Transfers};
use crate::{Analyses, AsOf, Concern, Policy, SeriesAnalysis, concerns};

/// Everything that the evidence about a device says.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DeviceReport {
    /// What it sent and received.
    pub transfers: Option<Transfers>,
    /// Beside its similar devices.
    pub comparison: Option<Comparison>,
    /// Its communication with the outside.
    pub external: Option<External>,
    /// What the extended analyses found; `None` under documented rules.
    pub assessment: Option<Assessment>,
    /// What should be looked at, the most urgent first: findings, or what the document's rules say.
    pub concerns: Vec<Concern>,
    /// What was found and somebody expects, so that it counts for nothing.
    pub excluded: Vec<ExcludedFinding>,
}

/// Analyses the evidence about a device, each part of it once. `series` is what its series say, if they
/// were analysed before.
///
/// ```
/// use dt_analysis::{AsOf, Policy, device_report};
/// use dt_model::{DeviceInfo, Evidence, Part};
/// use jiff::tz::TimeZone;
///
/// let body = br#"{"deviceInfo":[{"did":230,"graphData":[{"time":1580000000000,"count":355}]}]}"#;
/// let connections = Part::Answered(DeviceInfo::from_slice(body)?);
/// let evidence = Evidence { connections, ..Evidence::given() };
/// let as_of = AsOf { now: "2020-01-26T12:00:00Z".parse()?, zone: &TimeZone::UTC };
/// let report = device_report(&evidence, None, as_of, &Policy::default());
/// assert!(report.assessment.is_some() && report.transfers.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn device_report(
    evidence: &Evidence,
    series: Option<SeriesAnalysis>,
    as_of: AsOf<'_>,
    policy: &Policy,
) -> DeviceReport {
    let (out, into) = (evidence.bytes_out.answer(), evidence.bytes_in.answer());
    let transfers = out.or(into).map(|_| transfers::analyse(out, into, policy));
    let comparison = evidence.connections.answer().map(|info| peers::compare(info, policy));
    let external = external::analyse(evidence, policy);
    let assessment = (policy.analyses == Analyses::All).then(|| {
        let series = series.unwrap_or_else(|| SeriesAnalysis::of(evidence, as_of, policy));
        assess_with(series, evidence, as_of, policy)
    });
    let concerns = match &assessment {
        Some(assessment) => assessment.findings.iter().map(Concern::from).collect(),
        None => concerns(transfers.as_ref(), comparison.as_ref(), external.as_ref()),
    };
    let excluded = Vec::new();
    DeviceReport { transfers, comparison, external, assessment, concerns, excluded }
}

impl DeviceReport {
    /// Without what is excluded: it is told beside the findings, and neither raises the priority nor is a
    /// concern. The evidence is that of the report, and so are `as_of` and the policy.
    #[must_use]
    pub fn excluding(
        self,
        exclusions: ExclusionsAt<'_>,
        evidence: &Evidence,
        as_of: AsOf<'_>,
        policy: &Policy,
    ) -> Self {
        // The documented rules have no findings.
        let Some(assessment) = self.assessment else { return self };
        let (assessment, excluded) = assessment.excluding(exclusions, evidence, as_of, policy);
        let concerns = assessment.findings.iter().map(Concern::from).collect();
        Self { assessment: Some(assessment), concerns, excluded, ..self }
    }

    /// What was found, under the ids that a report gives it: `policy` is the one by which it was, `origin`
    /// the device. Nothing under documented rules.
    #[must_use]
    pub fn records(&self, origin: Origin<'_>, policy: &Policy) -> Vec<FindingRecord> {
        let policy = policy.digest();
        let findings = self.assessment.iter().flat_map(|assessment| &assessment.findings);
        findings.map(|finding| FindingRecord::new(finding.clone(), origin, &policy)).collect()
    }

    /// What is excluded, under the ids that it would have; the last of its reasons is why.
    #[must_use]
    pub fn excluded_records(&self, origin: Origin<'_>, policy: &Policy) -> Vec<FindingRecord> {
        let policy = policy.digest();
        let findings = self.excluded.iter().map(|ExcludedFinding { finding, by }| {
            let mut finding = finding.clone();
            let why = by.iter().take(1).map(|entry| format!("excluded: {}", entry.terms().reason));
            finding.reasons.extend(why);
            finding
        });
        findings.map(|finding| FindingRecord::new(finding, origin, &policy)).collect()
    }
}
