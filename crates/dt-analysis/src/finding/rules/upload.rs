//! Much more than usual was sent, and it is not known whether outside, or most of it went there and
//! does not stand out among what usually does.

use dt_model::EvidencePart;

use crate::Level;
use crate::episode::Episode;
use crate::finding::draft::Draft;
use crate::finding::input::RuleInput;
use crate::finding::peer_agreement::PeerAgreement;
use crate::finding::rule::{RuleDescription, all_evidence};
use crate::finding::surge_context::{
    bytes, is_far_in_bytes, is_internal, surge_agreement, tell_direction, tell_most,
    tell_most_usual, tell_outside,
};
use crate::finding::{Aspect, Family, Finding, Rule, Technique, surge_draft};

pub(super) static RULE: RuleDescription = RuleDescription {
    id: "dt-upload",
    name: "Unusual upload",
    version: 3,
    family: Family::Direction,
    aspect: Aspect::BytesSent,
    required_evidence: &[EvidencePart::BytesOut, EvidencePart::ExternalOut],
    evidence_about: all_evidence,
    supporting_evidence: &[],
    techniques: &[
        Technique::EXFILTRATION_OVER_C2,
        Technique::EXFILTRATION_OVER_OTHER,
        Technique::EXFILTRATION_TO_CLOUD,
    ],
    precedence: 1,
    is_rolling: false,
    find,
    is_explained_by: surge_draft::is_explained_by,
};

fn find(input: &RuleInput<'_>) -> Vec<Finding> {
    input
        .surges
        .sent
        .findings(|episode| (!is_internal(input, episode)).then(|| finding(input, episode)))
}

fn finding(input: &RuleInput<'_>, episode: &Episode) -> Draft {
    let mut draft = bytes(Rule::Upload, "sent", episode);
    draft.doubt("a backup or a cloud sync is not ruled out");
    tell_most_usual(input, episode, &mut draft);
    let is_outside_known = tell_outside(input, episode, &mut draft);
    tell_direction(input, episode, &mut draft);
    let answer = input.evidence.bytes_out.answer();
    let agreement = surge_agreement(input, answer, episode, &mut draft);
    // Of what went outside it is known that it does not stand out by itself.
    let is_unexplained = agreement != PeerAgreement::Most && !is_outside_known;
    let is_unheard_of = episode.is_unheard_of(&input.policy.finding);
    if is_far_in_bytes(input, episode) && is_unheard_of && is_unexplained {
        draft.severity(Level::Medium).reason(tell_most(episode));
    }
    draft
}
