//! `dt.report-summary/1`

use dt_analysis::finding::{Confidence, FindingId, Object, Technique, Unit};
use dt_analysis::{Concern, Level, Measured};
use dt_model::{Amount, EvidencePart, PartState};

use super::finding::{ObjectView, object};
use super::prelude::*;
use super::quantity::{IfKnown, name};
use super::rounded::Rounded;
use super::{
    Answer, Body, Finding, Header, Judged, Priority, Report, ReportOptions, Rule, Unreported,
};

/// How many reasons a summary gives for a priority.
const REASONS: usize = 3;

/// What matters most about one of several devices: a report without its lists, hours and forecasts.
///
/// What is not known is absent, never `null`; but for `data_until` and `device`, which every object
/// has. Numbers are whole from 1,000 up, and have four digits that count below.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ReportSummary {
    /// In which order to look at devices; absent under documented rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<PriorityReasons>,
    /// What was found; absent under documented rules.
    #[serde(flatten)]
    pub judged: Option<Judged<FindingSummary>>,
    /// Over all that the entries say by which findings are excluded; absent without any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclusions: Option<String>,
    /// How many models the appliance breached; absent if it did not say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub breaches: Option<usize>,
    /// How many incidents its analyst put together; absent if it did not say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub analyst: Option<usize>,
    /// The destinations that it watches; absent without any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub watched: Vec<String>,
    /// Its page about the device; absent where nobody knows where that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What stands out by documented rules, the most urgent first; absent under others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stands_out: Option<Vec<Concern>>,
    /// How much there is of everything.
    pub totals: ReportTotals,
    /// The parts of the evidence that are missing, and why.
    pub not_answered: Vec<UnansweredPart>,
    /// The appliance that answered; absent for saved responses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appliance: Option<String>,
    /// Which thresholds were used.
    pub policy: String,
}

/// In which order to look at devices, and what counts most for that.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PriorityReasons {
    /// From 0 to 1.
    pub score: Rounded,
    /// `minimal`, `low`, `medium` or `high`.
    pub level: Level,
    /// What raises it most, the largest first: at most three.
    pub reasons: Vec<String>,
}

/// Something about a device that should be looked at, under the names that it has in a report.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FindingSummary {
    /// The same for the same finding, whatever becomes of it.
    pub id: FindingId,
    /// By which rule it was found.
    pub rule: Rule,
    /// `low`, `medium` or `high`.
    #[schemars(extend("enum" = ["low", "medium", "high"]))]
    pub severity: Level,
    /// What it is, as a sentence.
    pub message: String,
    /// What it is about.
    #[serde(serialize_with = "object")]
    #[schemars(with = "ObjectView")]
    pub object: Object,
    /// When it began.
    #[schemars(with = "Time")]
    pub first_time: Timestamp,
    /// Until when it was seen.
    #[schemars(with = "Time")]
    pub last_time: Timestamp,
    /// What was counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed: Option<Rounded>,
    /// What is usual.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<Rounded>,
    /// The least that is usual.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<Rounded>,
    /// The most that is usual.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<Rounded>,
    /// In which unit these are.
    pub unit: Unit,
    /// The probability of this by chance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<Rounded>,
    /// `low`, `medium` or `high`.
    pub confidence: Confidence,
    /// What speaks for it.
    pub reasons: Vec<String>,
    /// What speaks against it, or is not known.
    pub doubts: Vec<String>,
    /// What it might be: ids of MITRE ATT&CK techniques.
    pub attack_candidates: Vec<Technique>,
    /// The numbers of the breaches of the appliance's models within it; absent without any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub breaches: Vec<i64>,
}

/// How much there is of everything, as far as it is known.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ReportTotals {
    /// Connections.
    #[serde(flatten, with = "IfKnown::<name::TotalConnections, Amount>")]
    pub total_connections: Option<Amount>,
    /// Destinations.
    #[serde(flatten, with = "IfKnown::<name::UniqueDestinations, Amount>")]
    pub unique_destinations: Option<Amount>,
    /// The share of connections that went outside.
    #[serde(flatten, with = "IfKnown::<name::ExternalRatio, Measured>")]
    pub external_ratio: Option<Measured>,
    /// Bytes sent, to anyone.
    #[serde(flatten, with = "IfKnown::<name::BytesOut, Amount>")]
    pub bytes_out: Option<Amount>,
    /// Bytes received, from anyone.
    #[serde(flatten, with = "IfKnown::<name::BytesIn, Amount>")]
    pub bytes_in: Option<Amount>,
    /// With external destinations alone; absent where these are not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external: Option<ExternalTotals>,
}

/// How much external communication there is, as far as it is known.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ExternalTotals {
    /// Connections.
    #[serde(flatten, with = "IfKnown::<name::Connections, Amount>")]
    pub connections: Option<Amount>,
    /// Destinations.
    #[serde(flatten, with = "IfKnown::<name::Destinations, Amount>")]
    pub destinations: Option<Amount>,
    /// Bytes sent.
    #[serde(flatten, with = "IfKnown::<name::BytesOut, Amount>")]
    pub bytes_out: Option<Amount>,
    /// Bytes received.
    #[serde(flatten, with = "IfKnown::<name::BytesIn, Amount>")]
    pub bytes_in: Option<Amount>,
}

/// A part of the evidence that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UnansweredPart {
    /// Which one.
    #[schemars(with = "String")]
    pub part: EvidencePart,
    /// `refused`, `not_asked` or `not_given`.
    #[schemars(extend("enum" = ["refused", "not_asked", "not_given"]))]
    pub state: PartState,
    /// Why it was refused, or could not be asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Nothing but what is printed.
impl Body for ReportSummary {
    type Facts = ();
}

impl Answer<Report> {
    /// What of it matters most, among the reports about other devices. It was made with these options.
    #[must_use]
    pub fn summarized(self, options: ReportOptions<'_>) -> Answer<ReportSummary> {
        let Self { header, body, concerns, facts } = self;
        let not_answered = body.unanswered(&facts.missing).map(UnansweredPart::from).collect();
        let totals = ReportTotals::new(&body);
        let is_judged = body.judged.findings.is_some();
        let body = ReportSummary {
            priority: body.priority.as_ref().map(PriorityReasons::from),
            stands_out: (!is_judged).then(|| concerns.clone()),
            appliance: options.appliance.map(str::to_owned),
            policy: options.policy.digest(),
            judged: is_judged.then(|| body.judged.map(FindingSummary::from)),
            breaches: body.breaches.map(|told| told.len() + body.breaches_left_out),
            analyst: body.analyst.as_ref().map(Vec::len),
            watched: body.watched.into_iter().flatten().map(|it| it.domain).collect(),
            url: body.url,
            exclusions: body.exclusions,
            totals,
            not_answered,
        };
        Answer {
            header: Header { schema: "dt.report-summary/1", ..header },
            body,
            concerns,
            facts: (),
        }
    }
}

impl From<&Priority> for PriorityReasons {
    fn from(priority: &Priority) -> Self {
        let mut terms: Vec<_> =
            priority.contributions.iter().filter(|term| term.weight > 0.0).collect();
        terms.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        let reasons = terms.into_iter().take(REASONS).map(|term| term.message.clone());
        Self { score: priority.score.into(), level: priority.level, reasons: reasons.collect() }
    }
}

impl From<Finding> for FindingSummary {
    fn from(found: Finding) -> Self {
        let rounded = |number: Option<f64>| number.map(Rounded::from);
        Self {
            id: found.id,
            rule: found.rule,
            severity: found.severity,
            message: found.message,
            object: found.object,
            first_time: found.first_time,
            last_time: found.last_time,
            observed: rounded(found.observed),
            expected: rounded(found.expected),
            low: rounded(found.low),
            high: rounded(found.high),
            unit: found.unit,
            p: rounded(found.p),
            confidence: found.confidence,
            reasons: found.reasons,
            doubts: found.doubts,
            attack_candidates: found.attack_candidates,
            breaches: found.breaches.iter().map(|breach| breach.pbid).collect(),
        }
    }
}

impl From<Unreported> for UnansweredPart {
    fn from(Unreported { part, state, reason }: Unreported) -> Self {
        Self { part, state, reason }
    }
}

impl ReportTotals {
    fn new(report: &Report) -> Self {
        let metrics = report.connections.as_ref().map(|found| &found.metrics);
        let transfers = report.transfers.as_ref();
        let external = report.external.as_ref().map(|found| &found.totals);
        Self {
            total_connections: metrics.and_then(|found| found.total_connections),
            unique_destinations: metrics.and_then(|found| found.unique_destinations),
            external_ratio: metrics.and_then(|found| Some(rounded(found.external_ratio?.into()))),
            bytes_out: transfers.and_then(|found| found.outbound.as_ref()?.total_bytes),
            bytes_in: transfers.and_then(|found| found.inbound.as_ref()?.total_bytes),
            external: external.map(|totals| ExternalTotals {
                connections: totals.connections,
                destinations: totals.destinations,
                bytes_out: totals.bytes_out,
                bytes_in: totals.bytes_in,
            }),
        }
    }
}

fn rounded(Measured { value, margin }: Measured) -> Measured {
    Measured { value: Rounded::from(value).get(), margin: Rounded::from(margin).get() }
}
