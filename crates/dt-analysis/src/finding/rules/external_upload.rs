//! Much more than usual was sent outside.

use dt_model::{DataType, EvidencePart};

use crate::Level;
use crate::episode::Episode;
use crate::finding::amount::size;
use crate::finding::draft::Draft;
use crate::finding::input::RuleInput;
use crate::finding::missing::{refused_domains, refused_host};
use crate::finding::peer_agreement::PeerAgreement;
use crate::finding::rule::{RuleDescription, all_evidence, never};
use crate::finding::surge_context::{
    bytes, is_far_in_bytes, surge_agreement, tell_direction, tell_most, tell_most_usual,
};
use crate::finding::{Aspect, Confidence, Family, Finding, Object, Rule, Technique};
use crate::window::sum;

pub(super) static RULE: RuleDescription = RuleDescription {
    id: "dt-external-upload",
    name: "Unusual external upload",
    version: 3,
    family: Family::Direction,
    aspect: Aspect::BytesOutside,
    required_evidence: &[EvidencePart::ExternalOut],
    evidence_about: all_evidence,
    supporting_evidence: &[EvidencePart::External, EvidencePart::Endpoints, EvidencePart::Domains],
    techniques: &[
        Technique::EXFILTRATION_OVER_C2,
        Technique::EXFILTRATION_OVER_OTHER,
        Technique::EXFILTRATION_TO_CLOUD,
    ],
    precedence: 0,
    is_rolling: false,
    find,
    is_explained_by: never,
};

fn find(input: &RuleInput<'_>) -> Vec<Finding> {
    input.surges.outside.findings(|episode| Some(finding(input, episode)))
}

fn finding(input: &RuleInput<'_>, episode: &Episode) -> Draft {
    let mut draft = bytes(Rule::ExternalUpload, "sent externally", episode);
    draft.doubt("a backup or a cloud sync is not ruled out");
    tell_most_usual(input, episode, &mut draft);
    let destination = tell_destinations(input, episode, &mut draft);
    tell_direction(input, episode, &mut draft);
    let answer = input.evidence.external_out.answer();
    let agreement = surge_agreement(input, answer, episode, &mut draft);
    let policy = &input.policy.finding;
    let is_large = episode.excess() >= policy.many_bytes;
    let is_unheard_of = episode.is_unheard_of(policy);
    let is_rare = destination == Destination::Rare;
    // Where others send as well, much is what was never sent before.
    let is_news = is_rare || is_unheard_of && agreement != PeerAgreement::Most;
    draft.severity(if !is_far_in_bytes(input, episode) || !is_news {
        Level::Low
    } else if is_large && (is_rare || agreement == PeerAgreement::None) {
        Level::High
    } else {
        Level::Medium
    });
    if !is_rare && is_unheard_of {
        draft.reason(tell_most(episode));
    }
    draft.confidence(match (destination, agreement) {
        (Destination::Rare, PeerAgreement::None) => Confidence::High,
        (_, PeerAgreement::Most) => Confidence::Low,
        _ => Confidence::Medium,
    });
    draft
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
fn tell_destinations(input: &RuleInput<'_>, episode: &Episode, draft: &mut Draft) -> Destination {
    let by_domain = input.evidence.domain_answers().filter_map(|answer| {
        let series = &answer.subject.series;
        let domain = answer.subject.domain.as_deref()?;
        (series.measure() == Some(DataType::BytesOut))
            .then(|| (domain, sum(series, episode.start, episode.end)))
    });
    let mut by_domain: Vec<(&str, f64)> = by_domain.collect();
    let mut refused = refused_domains(input.evidence).peekable();
    if by_domain.is_empty() {
        draft.doubt(match refused.peek() {
            Some((_, refusal)) => format!("to which domain is not known: {refusal}"),
            None => "to which domain is not known".to_owned(),
        });
        return Destination::Other;
    }
    for (domain, refusal) in refused {
        draft.doubt(format!("how much of it went to {domain} is not known: {refusal}"));
    }
    by_domain.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let explains = input.policy.finding.explains_from * episode.observed;
    let mut destination = Destination::Other;
    for (domain, sent) in by_domain.into_iter().filter(|(_, sent)| *sent >= explains) {
        draft
            .reason(format!("{} of it to {domain}", size(sent)))
            .explains(Object::Domain(domain.to_owned()));
        let known = input.novelty.domains.iter().find(|known| known.name == domain);
        let Some(known) = known else {
            if let Some(why) = refused_host(input.evidence, domain) {
                draft.doubt(format!("whether {domain} is new or rare is not known: {why}"));
            }
            continue;
        };
        if known.is_new || known.is_rare(&input.policy.novelty) {
            destination = Destination::Rare;
            let since = known
                .first_seen
                .map(|first| format!("first seen on this network {}", input.date(first)));
            let facts: Vec<String> = since.into_iter().chain(known.users()).collect();
            draft.reason(format!("{domain}: {}", facts.join(", ")));
        }
    }
    destination
}
