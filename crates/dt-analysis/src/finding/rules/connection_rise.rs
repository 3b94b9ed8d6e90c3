//! Many more connections than usual were opened.

use dt_model::EvidencePart;

use crate::Level;
use crate::episode::Episode;
use crate::finding::amount::count;
use crate::finding::draft::Draft;
use crate::finding::input::RuleInput;
use crate::finding::peer_agreement::PeerAgreement;
use crate::finding::rule::{RuleDescription, all_evidence};
use crate::finding::surge_context::{is_far, surge_agreement, tell_most};
use crate::finding::{Aspect, Family, Finding, Rule, Unit, surge_draft};

pub(super) static RULE: RuleDescription = RuleDescription {
    id: "dt-connection-rise",
    name: "Unusually many connections",
    version: 3,
    family: Family::Timeline,
    aspect: Aspect::Connections,
    required_evidence: &[EvidencePart::Connections],
    evidence_about: all_evidence,
    supporting_evidence: &[],
    techniques: &[],
    precedence: 4,
    is_rolling: false,
    find,
    is_explained_by: surge_draft::is_explained_by,
};

fn find(input: &RuleInput<'_>) -> Vec<Finding> {
    input.surges.opened.findings(|episode| Some(finding(input, episode)))
}

fn finding(input: &RuleInput<'_>, episode: &Episode) -> Draft {
    let (observed, expected) = (count(episode.observed), count(episode.expected));
    let message = format!("{observed} connections; usually {expected}");
    let mut draft = surge_draft::draft(Rule::ConnectionRise, Unit::Connections, episode, message);
    let answer = input.evidence.connections.answer();
    let agreement = surge_agreement(input, answer, episode, &mut draft);
    let policy = &input.policy.finding;
    let is_large = episode.excess() >= policy.least_connections;
    let is_news = is_large && episode.is_unheard_of(policy);
    if is_far(input, episode) && is_news && agreement != PeerAgreement::Most {
        draft.severity(Level::Medium).reason(tell_most(episode));
    }
    draft
}
