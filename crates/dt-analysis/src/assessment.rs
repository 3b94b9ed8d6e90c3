//! What is unusual about this device, when, against whom, and why?
//!
//! The one call that runs every extended analysis over the evidence about a device and draws
//! [findings](mod@crate::finding) and a [priority](mod@crate::priority) from them. Buckets that were
//! not over at `now` are left out of all of them. What was unusual is told of the longest time that is
//! known, everything else of the newest answers, which are about four weeks.
//!
//! It takes two rounds where the answers do not say which domain an hour's traffic went to:
//! [`Assessment::questions`] lists the domains to ask about again, [`Evidence::by_domain`] takes the
//! answers, and a second assessment uses them.

use std::fmt;

use dt_model::{DataType, DeviceInfo, DomainQuestion, Evidence, EvidencePart};
use jiff::Timestamp;

use crate::change::{self, Answers, Changes};
use crate::counts::{self, Counts};
use crate::direction::{self, Direction};
use crate::finding::{self, Analysed, Finding, Rule, RuleInput};
use crate::forecast::{self, Forecast};
use crate::mix::{self, Mix};
use crate::novelty::{self, Novelty};
use crate::priority::{self, Priority};
use crate::regularity::{self, Regularity};
use crate::timeline::{self, Baseline, Timelines};
use crate::trend::{self, Trend};
use crate::window::completed;
use crate::{AsOf, Level, Policy};

/// Everything that the extended analyses say about a device.
#[derive(Debug, Clone, PartialEq)]
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
    /// How soon.
    pub priority: Priority,
    /// Which domains to ask about again, to know more.
    pub questions: Vec<DomainQuestion>,
}

/// What is expected of the series that tell most of a device.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outlook {
    /// All connections.
    pub connections: Option<SeriesOutlook>,
    /// The bytes sent outside.
    pub external_out: Option<SeriesOutlook>,
}

/// The trend of a series, and its forecast.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesOutlook {
    /// How its level moved from day to day.
    pub trend: Trend,
    /// What is expected of it next.
    pub forecast: Forecast,
}

/// Runs every analysis.
#[must_use]
pub fn assess(evidence: &Evidence, as_of: AsOf<'_>, policy: &Policy) -> Assessment {
    let timeline = |answer: &Option<DeviceInfo>| {
        let series = completed(answer.as_ref()?.subject.longest_series(), as_of.now);
        Some(timeline::analyse(&series, as_of.zone, Baseline::Others, policy))
    };
    let end = evidence.whole_until(as_of.now);
    let timelines = Timelines {
        connections: timeline(&evidence.connections),
        bytes_out: timeline(&evidence.bytes_out),
        bytes_in: timeline(&evidence.bytes_in),
        external_out: timeline(&evidence.external_out),
    };
    let change = changes(evidence, as_of.now, policy);
    let mix = mix::analyse(evidence, policy);
    let novelty = novelty::analyse(evidence, end, policy);
    let analysed =
        Analysed { timelines: &timelines, change: &change, mix: &mix, novelty: &novelty };
    let findings = finding::find(&RuleInput::new(evidence, analysed, as_of, policy));
    let missing = evidence.missing().into_iter().map(|part| unseen(part).to_owned()).collect();
    let priority = priority::of_findings(&findings, end, missing, policy);
    let questions = questions(evidence, &novelty, &findings, policy);
    let (out, into) = (evidence.bytes_out.as_ref(), evidence.bytes_in.as_ref());
    let direction = out.zip(into).map(|(out, into)| {
        let (out, into) =
            (completed(&out.subject.series, as_of.now), completed(&into.subject.series, as_of.now));
        direction::analyse(&out, &into, policy)
    });
    let regularity = evidence
        .connections
        .as_ref()
        .map(|answer| regularity::analyse(&completed(&answer.subject.series, as_of.now), policy));
    let counts = evidence.connections.as_ref().map(|answer| {
        counts::analyse(&completed(&answer.subject.series, as_of.now), as_of.zone, policy)
    });
    let outlook_of = |answer: &Option<DeviceInfo>| {
        let series = completed(&answer.as_ref()?.subject.series, as_of.now);
        Some(SeriesOutlook {
            trend: trend::analyse(&series, as_of.zone, policy),
            forecast: forecast::analyse(&series, as_of.zone, policy),
        })
    };
    let outlook = Outlook {
        connections: outlook_of(&evidence.connections),
        external_out: outlook_of(&evidence.external_out),
    };
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
        priority,
        questions,
    }
}

/// The change of each series, without what was not over yet.
fn changes(evidence: &Evidence, now: Timestamp, policy: &Policy) -> Changes {
    let connections = evidence.connections.as_ref().map(|answer| answer.over_at(now));
    let bytes_out = evidence.bytes_out.as_ref().map(|answer| answer.over_at(now));
    let bytes_in = evidence.bytes_in.as_ref().map(|answer| answer.over_at(now));
    let answers = Answers {
        connections: connections.as_deref(),
        bytes_out: bytes_out.as_deref(),
        bytes_in: bytes_in.as_deref(),
    };
    change::analyse(answers, policy)
}

fn unseen(part: EvidencePart) -> &'static str {
    match part {
        EvidencePart::Connections => "connections (co)",
        EvidencePart::BytesOut => "bytes sent (sizeout)",
        EvidencePart::BytesIn => "bytes received (sizein)",
        EvidencePart::External => "domains outside (external)",
        EvidencePart::ExternalOut => "bytes sent outside (external-out)",
        EvidencePart::Endpoints => "what is known about the domains (endpoints)",
    }
}

/// The domains that may explain an upload, and the rare ones that may be called regularly. What was
/// asked already is not asked again.
fn questions(
    evidence: &Evidence,
    novelty: &Novelty,
    findings: &[Finding],
    policy: &Policy,
) -> Vec<DomainQuestion> {
    let most = policy.finding.domains_asked;
    let upload = findings.iter().any(|finding| {
        finding.rule == Rule::ExternalUpload
            && (finding.severity > Level::Low
                || finding.observed >= Some(policy.finding.least_bytes))
    });
    let mut largest: Vec<(&str, f64)> = match (&evidence.external_out, upload) {
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
        .filter(|(name, data_type)| evidence.about_domain(name, *data_type).is_none())
        .map(|(name, data_type)| DomainQuestion { domain: name.to_owned(), data_type })
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
