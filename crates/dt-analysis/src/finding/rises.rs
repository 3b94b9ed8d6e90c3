//! Hours in which much more than usual was sent, received or opened.

use dt_model::{Amount, DataType, DeviceInfo, Series};
use jiff::{SignedDuration, Timestamp};

use super::company::{Company, company};
use super::{Confidence, Finding, Object, Rule, Technique, Unit};
use crate::assessment::Ground;
use crate::direction::Pcr;
use crate::episode::{Episode, episodes};
use crate::timeline::{Severity, Timeline};
use crate::{ByteSize, Level};

/// Every rise of every series. Of bytes sent, those that left the network are told from the rest,
/// where the answers say which is which.
pub(crate) fn rises(ground: &Ground<'_>) -> Vec<Finding> {
    let (evidence, timelines) = (ground.evidence, &ground.timelines);
    let outside =
        Rises::of(ground, evidence.external_out.as_ref(), timelines.external_out.as_ref());
    let mut sent = Rises::of(ground, evidence.bytes_out.as_ref(), timelines.bytes_out.as_ref());
    let received = Rises::of(ground, evidence.bytes_in.as_ref(), timelines.bytes_in.as_ref());
    let opened = Rises::of(ground, evidence.connections.as_ref(), timelines.connections.as_ref());

    // What left the network is told as that, not again among all that was sent.
    sent.episodes.retain(|episode| !outside.episodes.iter().any(|other| other.overlaps(episode)));
    let rest = |episode: &Episode| match sent_outside(ground, episode) {
        Some(outside) if outside < 0.5 * episode.observed => Rule::InternalUpload,
        _ => Rule::Upload,
    };
    let mut findings = outside.findings(|episode| bytes(ground, Rule::ExternalUpload, episode));
    findings.extend(sent.findings(|episode| bytes(ground, rest(episode), episode)));
    findings.extend(received.findings(|episode| bytes(ground, Rule::Download, episode)));
    findings.extend(opened.findings(|episode| connections(ground, episode)));
    findings
}

/// The episodes of one series, and how they were found.
#[derive(Default)]
struct Rises {
    episodes: Vec<Episode>,
    n_used: usize,
    method: &'static str,
    /// Whether it is too short to know every day of the week: a first day at work beside a weekend
    /// stands out.
    is_short: bool,
}

/// How long a series has to be to know every day of the week.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

impl Rises {
    fn of(ground: &Ground<'_>, answer: Option<&DeviceInfo>, timeline: Option<&Timeline>) -> Self {
        let Some((answer, timeline)) = answer.zip(timeline) else { return Self::default() };
        let policy = ground.policy;
        let series = ground.whole(answer.subject.longest_series());
        Self {
            episodes: episodes(&series, timeline, &policy.timeline, &policy.finding),
            n_used: timeline.n_used,
            method: timeline.method,
            is_short: series
                .start()
                .zip(series.end())
                .is_some_and(|(start, end)| end.duration_since(start) < WEEK),
        }
    }

    fn findings(&self, finding: impl Fn(&Episode) -> Finding) -> Vec<Finding> {
        let (n_used, method) = (self.n_used, self.method);
        let findings = self.episodes.iter().map(|episode| {
            let mut finding = Finding { n_used, method, ..finding(episode) };
            if self.is_short {
                finding.confidence = Confidence::Low;
                finding.doubts.push("less than a week is known".to_owned());
            }
            finding
        });
        findings.collect()
    }
}

fn bytes(ground: &Ground<'_>, rule: Rule, episode: &Episode) -> Finding {
    let what = match rule {
        Rule::ExternalUpload => "sent outside",
        Rule::InternalUpload => "sent within the network",
        Rule::Download => "received",
        _ => "sent",
    };
    let (observed, expected) = (size(episode.observed), size(episode.expected));
    let mut finding = finding(rule, Unit::Bytes, episode);
    finding.message = format!("{observed} {what}; usually {expected}");
    let policy = &ground.policy.finding;
    let is_far = is_far(ground, episode) && episode.excess() >= policy.least_bytes;
    if let Rule::ExternalUpload | Rule::Upload = rule {
        finding.attack_candidates = vec![
            Technique::EXFILTRATION_OVER_C2,
            Technique::EXFILTRATION_OVER_OTHER,
            Technique::EXFILTRATION_TO_CLOUD,
        ];
        finding.doubts.push("a backup or a cloud sync is not ruled out".to_owned());
    }
    match rule {
        Rule::ExternalUpload => {
            let where_to = destinations(ground, episode, &mut finding);
            direction(ground, episode, &mut finding);
            let alone = alone(ground, ground.evidence.external_out.as_ref(), episode, &mut finding);
            let is_large = episode.excess() >= policy.many_bytes;
            finding.severity = match (where_to, alone) {
                _ if !is_far => Level::Low,
                (Destination::Rare, _) | (_, Company::Alone) if is_large => Level::High,
                (Destination::Other, Company::Together) => Level::Low,
                _ => Level::Medium,
            };
            finding.confidence = match (where_to, alone) {
                (Destination::Rare, Company::Alone) => Confidence::High,
                (_, Company::Together) => Confidence::Low,
                _ => Confidence::Medium,
            };
        }
        Rule::Upload => {
            let told = outside(ground, episode, &mut finding);
            direction(ground, episode, &mut finding);
            let alone = alone(ground, ground.evidence.bytes_out.as_ref(), episode, &mut finding);
            // Of what went outside it is known that it does not stand out by itself.
            if is_far && alone != Company::Together && told == Told::No {
                finding.severity = Level::Medium;
            }
        }
        Rule::InternalUpload => {
            outside(ground, episode, &mut finding);
        }
        _ => {}
    }
    finding
}

/// What was sent outside during an episode; `None` if that is not known from its beginning on.
fn sent_outside(ground: &Ground<'_>, episode: &Episode) -> Option<f64> {
    let series = ground.evidence.external_out.as_ref()?.subject.longest_series();
    let is_known = series.start()? <= episode.start;
    is_known.then(|| sum(series, episode.start, episode.end))
}

/// Whether answers told how much went outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Yes,
    No,
}

/// Says how much of what was sent went outside, where that by itself did not stand out.
fn outside(ground: &Ground<'_>, episode: &Episode, finding: &mut Finding) -> Told {
    /// Above this share, the message has to say it.
    const LITTLE: f64 = 0.05;
    let Some(sent) = sent_outside(ground, episode) else {
        finding.doubts.push("whether it left the network is not reported".to_owned());
        return Told::No;
    };
    let (observed, expected, part) = (size(episode.observed), size(episode.expected), size(sent));
    if sent > LITTLE * episode.observed {
        finding.message = format!("{observed} sent, {part} of it outside; usually {expected}");
    }
    finding.doubts.push(if sent > 0.0 {
        format!("{part} of it left the network, which by itself does not stand out")
    } else {
        "nothing of it left the network".to_owned()
    });
    Told::Yes
}

fn connections(ground: &Ground<'_>, episode: &Episode) -> Finding {
    let mut finding = finding(Rule::ConnectionRise, Unit::Connections, episode);
    let (observed, expected) = (count(episode.observed), count(episode.expected));
    finding.message = format!("{observed} connections; usually {expected}");
    let alone = alone(ground, ground.evidence.connections.as_ref(), episode, &mut finding);
    let is_large = episode.excess() >= ground.policy.finding.least_connections;
    if is_far(ground, episode) && is_large && alone != Company::Together {
        finding.severity = Level::Medium;
    }
    finding
}

/// Whether it is an alert by more than a little.
fn is_far(ground: &Ground<'_>, episode: &Episode) -> bool {
    episode.severity == Severity::Alert
        && episode.observed >= ground.policy.finding.far_above * episode.high
}

fn finding(rule: Rule, unit: Unit, episode: &Episode) -> Finding {
    Finding {
        rule,
        severity: Level::Low,
        message: String::new(),
        object: Object::Hours { start: episode.start, end: episode.end },
        first_time: episode.start,
        last_time: episode.end,
        observed: Some(episode.observed),
        expected: Some(episode.expected),
        low: Some(episode.low),
        high: Some(episode.high),
        unit,
        p: None,
        n_used: 0,
        method: "",
        confidence: Confidence::Medium,
        reasons: Vec::new(),
        doubts: Vec::new(),
        attack_candidates: Vec::new(),
    }
}

/// What is known about where an upload went.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Destination {
    /// Mostly to a domain that nobody else uses, or that is new.
    Rare,
    /// To domains that others use, or it was not said to which.
    Other,
}

/// Says to which domains an upload went, as far as those that were asked about explain it.
fn destinations(ground: &Ground<'_>, episode: &Episode, finding: &mut Finding) -> Destination {
    let by_domain = ground.evidence.by_domain.iter().filter_map(|answer| {
        let series = &answer.subject.series;
        let domain = answer.subject.domain.as_deref()?;
        (series.measure() == Some(DataType::BytesOut))
            .then(|| (domain, sum(series, episode.start, episode.end)))
    });
    let mut by_domain: Vec<(&str, f64)> = by_domain.collect();
    if by_domain.is_empty() {
        finding.doubts.push("to which domain is not known".to_owned());
        return Destination::Other;
    }
    by_domain.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let explains = ground.policy.finding.explains_from * episode.observed;
    let mut where_to = Destination::Other;
    for (domain, sent) in by_domain.into_iter().filter(|(_, sent)| *sent >= explains) {
        finding.reasons.push(format!("{} of it to {domain}", size(sent)));
        let known = ground.novelty.domains.iter().find(|known| known.name == domain);
        let Some(known) = known else { continue };
        if known.is_new || known.is_rare(&ground.policy.novelty) {
            where_to = Destination::Rare;
            let since =
                known.first_seen.map(|first| format!("known here since {}", ground.date(first)));
            let facts: Vec<String> = since.into_iter().chain(known.users()).collect();
            finding.reasons.push(format!("{domain}: {}", facts.join(", ")));
        }
    }
    where_to
}

/// Says so if far more went out than came in.
fn direction(ground: &Ground<'_>, episode: &Episode, finding: &mut Finding) {
    let moved = |answer: &Option<DeviceInfo>| {
        Some(sum(answer.as_ref()?.subject.longest_series(), episode.start, episode.end))
    };
    let Some((out, into)) = moved(&ground.evidence.bytes_out).zip(moved(&ground.evidence.bytes_in))
    else {
        return;
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "sums of counts, far below 2^128"
    )]
    let pcr = Pcr::of(out as u128, into as u128);
    if let Some(pcr) = pcr.filter(|pcr| pcr.get() >= ground.policy.direction.exports_from) {
        finding.reasons.push(format!("upload-heavy then (PCR {pcr})"));
    }
}

/// Puts the same hours of similar devices beside an episode.
fn alone(
    ground: &Ground<'_>,
    answer: Option<&DeviceInfo>,
    episode: &Episode,
    finding: &mut Finding,
) -> Company {
    /// A similar device did the same if it was this many times above its own mean.
    const ABOVE_OWN_MEAN: f64 = 3.0;
    let rose = |series: &Series| {
        let hours: Vec<f64> = within(series, episode.start, episode.end).collect();
        let all = series.buckets().len();
        if hours.is_empty() || all == hours.len() {
            return None;
        }
        let total: f64 = series.counts().map(|count| count as f64).sum();
        let here: f64 = hours.iter().sum();
        let mean = (total - here) / (all - hours.len()) as f64;
        Some(here > ABOVE_OWN_MEAN * mean * hours.len() as f64)
    };
    company(ground, answer, rose, finding)
}

/// The counts of the buckets that begin between the two.
fn within(series: &Series, start: Timestamp, end: Timestamp) -> impl Iterator<Item = f64> + '_ {
    let buckets = series.buckets();
    let begin = buckets.partition_point(|bucket| bucket.start < start);
    let end = buckets.partition_point(|bucket| bucket.start < end);
    buckets[begin..end.max(begin)].iter().map(|bucket| bucket.count as f64)
}

pub(super) fn sum(series: &Series, start: Timestamp, end: Timestamp) -> f64 {
    within(series, start, end).sum()
}

/// A number of bytes as a person reads it.
fn size(bytes: f64) -> ByteSize {
    ByteSize(whole(bytes))
}

/// A number as a person reads it.
pub(super) fn count(number: f64) -> Amount {
    whole(number)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded and not negative; the cast saturates"
)]
fn whole(number: f64) -> Amount {
    Amount::Exact(number.max(0.0).round() as u128)
}
