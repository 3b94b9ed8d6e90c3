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

use std::borrow::Cow;
use std::fmt;

use dt_model::{DataType, DeviceInfo, DomainQuestion, Evidence, EvidencePart, Series};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::change::{self, Answers, Changes};
use crate::counts::{self, Counts};
use crate::direction::{self, Direction};
use crate::finding::{self, Finding, Rule};
use crate::forecast::{self, Forecast};
use crate::mix::{self, Mix};
use crate::novelty::{self, Novelty};
use crate::priority::{self, Priority};
use crate::regularity::{self, Regularity};
use crate::timeline::{self, Baseline, Timeline};
use crate::trend::{self, Trend};
use crate::{Level, Policy};

/// From when and where a device is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Viewpoint<'a> {
    /// The time of the assessment: what had not ended then is left out.
    pub now: Timestamp,
    /// Where days begin, and what an hour of day is.
    pub zone: &'a TimeZone,
}

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
    /// Where its series are heading.
    pub outlook: Outlook,
    /// What should be looked at, the most severe first.
    pub findings: Vec<Finding>,
    /// How soon.
    pub priority: Priority,
    /// Which domains to ask about again, to know more.
    pub questions: Vec<DomainQuestion>,
}

/// A timeline of every series there is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Timelines {
    /// Of all connections.
    pub connections: Option<Timeline>,
    /// Of all bytes sent.
    pub bytes_out: Option<Timeline>,
    /// Of all bytes received.
    pub bytes_in: Option<Timeline>,
    /// Of the bytes sent outside.
    pub external_out: Option<Timeline>,
}

/// Where the series are heading that tell most of a device.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outlook {
    /// All connections.
    pub connections: Option<Heading>,
    /// The bytes sent outside.
    pub external_out: Option<Heading>,
}

/// Where a series is heading.
#[derive(Debug, Clone, PartialEq)]
pub struct Heading {
    /// How its level moved from day to day.
    pub trend: Trend,
    /// What is expected of it next.
    pub forecast: Forecast,
}

/// What findings are drawn from.
pub(crate) struct Ground<'a> {
    pub(crate) evidence: &'a Evidence,
    pub(crate) policy: &'a Policy,
    pub(crate) viewpoint: Viewpoint<'a>,
    pub(crate) timelines: Timelines,
    pub(crate) change: Changes,
    pub(crate) mix: Mix,
    pub(crate) novelty: Novelty,
}

impl Ground<'_> {
    /// A series without what was not over yet.
    pub(crate) fn whole<'s>(&self, series: &'s Series) -> Cow<'s, Series> {
        whole(series, self.viewpoint.now)
    }

    /// When the data about all begins.
    pub(crate) fn start(&self) -> Option<Timestamp> {
        self.evidence.answers().filter_map(|answer| answer.subject.series.start()).min()
    }

    /// Until when there is data.
    pub(crate) fn until(&self) -> Option<Timestamp> {
        self.evidence.whole_until(self.viewpoint.now)
    }

    /// A day, as a person says it.
    pub(crate) fn date(&self, at: Timestamp) -> String {
        self.viewpoint.zone.to_datetime(at).strftime("%-d %b").to_string()
    }
}

/// Runs every analysis.
#[must_use]
pub fn assess(evidence: &Evidence, viewpoint: Viewpoint<'_>, policy: &Policy) -> Assessment {
    let timeline = |answer: &Option<DeviceInfo>| {
        let series = whole(answer.as_ref()?.subject.longest_series(), viewpoint.now);
        Some(timeline::analyse(&series, viewpoint.zone, Baseline::Others, policy))
    };
    let end = evidence.whole_until(viewpoint.now);
    let ground = Ground {
        evidence,
        policy,
        viewpoint,
        timelines: Timelines {
            connections: timeline(&evidence.connections),
            bytes_out: timeline(&evidence.bytes_out),
            bytes_in: timeline(&evidence.bytes_in),
            external_out: timeline(&evidence.external_out),
        },
        change: changes(evidence, viewpoint.now, policy),
        mix: mix::analyse(evidence, policy),
        novelty: novelty::analyse(evidence, end, policy),
    };
    let mut findings = finding::rises(&ground);
    findings.extend(finding::drops(&ground));
    findings.extend(finding::newcomers(&ground));
    findings.extend(finding::callers(&ground));
    findings.extend(finding::differences(&ground));
    let findings = finding::joined(findings);
    let missing = evidence.missing().into_iter().map(|part| unseen(part).to_owned()).collect();
    let priority = priority::of_findings(&findings, end, missing, policy);
    let questions = questions(&ground, &findings);
    let (out, into) = (evidence.bytes_out.as_ref(), evidence.bytes_in.as_ref());
    let direction = out.zip(into).map(|(out, into)| {
        let (out, into) = (ground.whole(&out.subject.series), ground.whole(&into.subject.series));
        direction::analyse(&out, &into, policy)
    });
    let regularity = evidence
        .connections
        .as_ref()
        .map(|answer| regularity::analyse(&ground.whole(&answer.subject.series), policy));
    let counts = evidence.connections.as_ref().map(|answer| {
        counts::analyse(&ground.whole(&answer.subject.series), viewpoint.zone, policy)
    });
    let heading = |answer: &Option<DeviceInfo>| {
        let series = whole(&answer.as_ref()?.subject.series, viewpoint.now);
        Some(Heading {
            trend: trend::analyse(&series, viewpoint.zone, policy),
            forecast: forecast::analyse(&series, viewpoint.zone, policy),
        })
    };
    let outlook = Outlook {
        connections: heading(&evidence.connections),
        external_out: heading(&evidence.external_out),
    };
    let Ground { timelines, change, mix, novelty, .. } = ground;
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

fn whole(series: &Series, now: Timestamp) -> Cow<'_, Series> {
    let is_whole = series.end().is_none_or(|end| end <= now);
    if is_whole { Cow::Borrowed(series) } else { Cow::Owned(series.clone().over_at(now)) }
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
fn questions(ground: &Ground<'_>, findings: &[Finding]) -> Vec<DomainQuestion> {
    let most = ground.policy.finding.domains_asked;
    let upload = findings.iter().any(|finding| {
        finding.rule == Rule::ExternalUpload
            && (finding.severity > Level::Low
                || finding.observed >= Some(ground.policy.finding.least_bytes))
    });
    let mut largest: Vec<(&str, f64)> = match (&ground.evidence.external_out, upload) {
        (Some(answer), true) => {
            novelty::named(&answer.subject).map(|(name, part)| (name, part.share.value())).collect()
        }
        _ => Vec::new(),
    };
    largest.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let uploads = largest.into_iter().take(most).map(|(name, _)| (name, DataType::BytesOut));

    let policy = &ground.policy.novelty;
    let rare = ground
        .novelty
        .domains
        .iter()
        .filter(|domain| domain.is_rare(policy) && domain.share.value() >= policy.least_share);
    let rare = rare.take(most).map(|domain| (domain.name.as_str(), DataType::Connections));
    uploads
        .chain(rare)
        .filter(|(name, data_type)| ground.evidence.about_domain(name, *data_type).is_none())
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
