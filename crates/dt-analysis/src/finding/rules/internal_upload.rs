//! Much more than usual was sent within the network. Low as a rule: a backup and a copy do that every week.
//! Gigabytes such as the device never sent may be what somebody collects before it leaves.

use dt_model::EvidencePart;

use crate::Level;
use crate::episode::Episode;
use crate::finding::draft::Draft;
use crate::finding::input::RuleInput;
use crate::finding::peer_agreement::PeerAgreement;
use crate::finding::rule::{RuleDescription, all_evidence};
use crate::finding::surge_context::{
    bytes, is_internal, surge_agreement, tell_most, tell_most_usual, tell_outside,
};
use crate::finding::{Aspect, Family, Finding, Rule, surge_draft};

pub(super) static RULE: RuleDescription = RuleDescription {
    id: "dt-internal-upload",
    name: "Unusual internal upload",
    version: 3,
    family: Family::Direction,
    aspect: Aspect::BytesSent,
    required_evidence: &[EvidencePart::BytesOut, EvidencePart::ExternalOut],
    evidence_about: all_evidence,
    supporting_evidence: &[],
    techniques: &[],
    precedence: 5,
    is_rolling: false,
    find,
    is_explained_by: surge_draft::is_explained_by_connections_or,
};

fn find(input: &RuleInput<'_>) -> Vec<Finding> {
    input
        .surges
        .sent
        .findings(|episode| is_internal(input, episode).then(|| finding(input, episode)))
}

fn finding(input: &RuleInput<'_>, episode: &Episode) -> Draft {
    let mut draft = bytes(Rule::InternalUpload, "sent internally", episode);
    let policy = &input.policy.finding;
    if episode.excess() >= policy.many_bytes_within && episode.is_unheard_of(policy) {
        draft.reason(tell_most(episode));
        let answer = input.evidence.bytes_out.answer();
        if surge_agreement(input, answer, episode, &mut draft) != PeerAgreement::Most {
            draft
                .severity(Level::Medium)
                .doubt("a migration or a first backup looks the same: ask who started it");
        }
    } else {
        draft.doubt("low severity, as it stayed on the network: a backup or a copy looks the same");
        tell_most_usual(input, episode, &mut draft);
    }
    tell_outside(input, episode, &mut draft);
    draft
}
