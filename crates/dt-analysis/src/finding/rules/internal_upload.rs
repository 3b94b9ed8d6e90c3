//! Much more than usual was sent within the network.

use dt_model::EvidencePart;

use crate::finding::input::RuleInput;
use crate::finding::rule::{RuleDescription, all_evidence};
use crate::finding::surge_context::{bytes, is_internal, tell_most_usual, tell_outside};
use crate::finding::{Family, Finding, Rule, surge_draft};

pub(super) static RULE: RuleDescription = RuleDescription {
    id: "dt-internal-upload",
    name: "Unusual internal upload",
    version: 2,
    family: Family::Direction,
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
    input.surges.sent.findings(|episode| {
        is_internal(input, episode).then(|| {
            let mut draft = bytes(Rule::InternalUpload, "sent internally", episode);
            draft.doubt(
                "low severity, as it stayed on the network: a backup or a copy looks the same",
            );
            tell_most_usual(input, episode, &mut draft);
            tell_outside(input, episode, &mut draft);
            draft
        })
    })
}
