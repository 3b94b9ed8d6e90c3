//! What is unusual about this device, when, against whom, and why?
//!
//! The one call that runs every extended analysis over the evidence about a device and draws
//! [findings](mod@crate::finding) and a [priority](mod@crate::priority) from them. Buckets that were
//! not over at `now` are left out of all of them. What was unusual is told of the longest time that is
//! known, everything else of the newest answers, which are about four weeks.
//!
//! Where the answers do not say which domain an hour's traffic went to, a
//! [`ReportPlan`](crate::plan::ReportPlan) asks about single domains; [`Evidence::by_domain`] takes the
//! answers, and the assessment uses them.

use std::fmt;

use dt_model::{DataType, DomainQuestion, Evidence, EvidencePart};

use crate::alerts::ApplianceAlerts;
use crate::change::{self, Answers, Changes};
use crate::counts::Counts;
use crate::direction::Direction;
use crate::exclusions::{ExcludedFinding, ExclusionsAt};
use crate::finding::{self, Analysed, Finding, Rule, RuleInput};
use crate::mix::{self, Mix};
use crate::novelty::{self, Novelty};
use crate::priority::{self, Priority};
use crate::regularity::Regularity;
use crate::timeline::{self, Baseline, Timelines};
use crate::window::completed;
use crate::{AsOf, Level, Outlook, Policy, SeriesAnalysis};

/// Everything that the extended analyses say about a device.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Assessment {
    /// When each series was unusual.
    pub timelines: Timelines,
    /// How it changed, beside its similar devices.
    pub change: Changes,
    /// Which way its traffic goes.
    pub direction: Option<Direction>,
    /// Whether its connections are regular.
    pub regularity: Option<Regularity>,
    /// What its traffic is made of.
    pub mix: Mix,
    /// What is new about it.
    pub novelty: Novelty,
    /// Whether its connections are more than chance explains.
    pub counts: Option<Counts>,
    /// What is expected of its series.
    pub outlook: Outlook,
    /// What should be looked at, the most severe first.
    pub findings: Vec<Finding>,
    /// What the appliance itself says.
    pub alerts: ApplianceAlerts,
    /// How soon.
    pub priority: Priority,
    /// What each rule found by itself, of which [`findings`](Self::findings) were merged.
    unmerged: Vec<Finding>,
}

/// Runs every analysis.
#[must_use]
pub fn assess(evidence: &Evidence, as_of: AsOf<'_>, policy: &Policy) -> Assessment {
    assess_with(SeriesAnalysis::of(evidence, as_of, policy), evidence, as_of, policy)
}

/// The same, of series that were analysed before.
#[must_use]
pub fn assess_with(
    series: SeriesAnalysis,
    evidence: &Evidence,
    as_of: AsOf<'_>,
    policy: &Policy,
) -> Assessment {
    let end = evidence.complete_until(as_of.now);
    let Found { mix, novelty, unmerged } = find(&series, evidence, as_of, policy);
    let (findings, alerts) = merged(&unmerged, ApplianceAlerts::of(evidence));
    let missing = evidence
        .missing()
        .into_iter()
        .map(|missing| format!("{}: {missing}", missing.part.in_words()))
        .collect();
    let said = priority::of_alerts(&alerts, end, policy);
    let priority = priority::of_findings(&findings, end, missing, policy).and(said, policy);
    let SeriesAnalysis { timelines, change, direction, regularity, counts, outlook } = series;
    Assessment {
        timelines,
        change,
        direction,
        regularity,
        mix,
        novelty,
        counts,
        outlook,
        findings,
        alerts,
        priority,
        unmerged,
    }
}

/// Findings of one incident as one, beside what the appliance says about the same time.
fn merged(unmerged: &[Finding], mut alerts: ApplianceAlerts) -> (Vec<Finding>, ApplianceAlerts) {
    let mut findings = finding::merge(unmerged.to_vec());
    alerts.relate_to(&mut findings);
    (findings, alerts)
}

impl Assessment {
    /// What is left of it without what somebody expects, and that.
    pub(crate) fn excluding(
        self,
        exclusions: ExclusionsAt<'_>,
        evidence: &Evidence,
        as_of: AsOf<'_>,
        policy: &Policy,
    ) -> (Self, Vec<ExcludedFinding>) {
        let (unmerged, excluded) = exclusions.divide(self.unmerged, evidence);
        let (findings, alerts) = merged(&unmerged, self.alerts);
        let end = evidence.complete_until(as_of.now);
        let missing = self.priority.missing;
        let said = priority::of_alerts(&alerts, end, policy);
        let priority = priority::of_findings(&findings, end, missing, policy).and(said, policy);
        (Self { findings, alerts, priority, unmerged, ..self }, excluded)
    }
}

/// What the rules find in the traffic outside alone, for whoever looks at nothing else: what was sent
/// there, and the domains; and what of that is excluded. Severities are those of this evidence; an
/// [assessment](assess) has more, and may judge the same finding otherwise.
#[must_use]
pub fn findings_outside(
    evidence: &Evidence,
    as_of: AsOf<'_>,
    policy: &Policy,
    exclusions: ExclusionsAt<'_>,
) -> (Vec<Finding>, Vec<ExcludedFinding>) {
    let sent = evidence.external_out.answer().map(|answer| {
        let series = completed(answer.subject.longest_series(), as_of.now);
        timeline::analyse(&series, as_of.zone, Baseline::Others, policy)
    });
    let timelines = Timelines { external_out: sent, ..Timelines::default() };
    let change = change::analyse(Answers::default(), policy);
    let Found { unmerged, .. } = find_in(&timelines, &change, evidence, as_of, policy);
    let is_outside = |finding: &Finding| {
        let mut parts = finding.required_evidence();
        parts.any(|part| matches!(part, EvidencePart::External | EvidencePart::ExternalOut))
    };
    let (others, excluded) = exclusions.divide(unmerged, evidence);
    let findings = finding::merge(others).into_iter().filter(is_outside).collect();
    let mut excluded = excluded;
    excluded.retain(|it| is_outside(&it.finding));
    (findings, excluded)
}

/// What is found in series that were analysed before, and in what is known besides.
struct Found {
    mix: Mix,
    novelty: Novelty,
    unmerged: Vec<Finding>,
}

fn find(series: &SeriesAnalysis, evidence: &Evidence, as_of: AsOf<'_>, policy: &Policy) -> Found {
    find_in(&series.timelines, &series.change, evidence, as_of, policy)
}

fn find_in(
    timelines: &Timelines,
    change: &Changes,
    evidence: &Evidence,
    as_of: AsOf<'_>,
    policy: &Policy,
) -> Found {
    let mix = mix::analyse(evidence, policy);
    let novelty = novelty::analyse(evidence, evidence.complete_until(as_of.now), policy);
    let analysed = Analysed { timelines, change, mix: &mix, novelty: &novelty };
    let unmerged = finding::find(&RuleInput::new(evidence, analysed, as_of, policy));
    Found { mix, novelty, unmerged }
}

/// The domains to ask about again, to know more: those that may explain an upload, and the rare ones
/// that may be called regularly. What was asked already is not asked again, whatever came of it.
pub(crate) fn domain_questions(
    series: &SeriesAnalysis,
    evidence: &Evidence,
    as_of: AsOf<'_>,
    policy: &Policy,
) -> Vec<DomainQuestion> {
    let Found { novelty, unmerged, .. } = find(series, evidence, as_of, policy);
    let most = policy.finding.domains_asked;
    let upload = unmerged.iter().any(|finding| {
        finding.rule == Rule::ExternalUpload
            && (finding.severity > Level::Low
                || finding.observed >= Some(policy.finding.least_bytes))
    });
    let mut largest: Vec<(&str, f64)> = match (evidence.external_out.answer(), upload) {
        (Some(answer), true) => {
            novelty::named(&answer.subject).map(|(name, part)| (name, part.share.value())).collect()
        }
        _ => Vec::new(),
    };
    largest.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let uploads = largest.into_iter().take(most).map(|(name, _)| (name, DataType::BytesOut));

    let thresholds = &policy.novelty;
    let rare = novelty.domains.iter().filter(|domain| {
        domain.is_rare(thresholds) && domain.share.value() >= thresholds.least_share
    });
    let rare = rare.take(most).map(|domain| (domain.name.as_str(), DataType::Connections));
    uploads
        .chain(rare)
        .map(|(name, data_type)| DomainQuestion { domain: name.to_owned(), data_type })
        .filter(|question| !evidence.by_domain.iter().any(|(asked, _)| asked == question))
        .collect()
}

impl fmt::Display for Assessment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.priority)?;
        for finding in &self.findings {
            write!(f, "\n{finding}")?;
        }
        Ok(())
    }
}
