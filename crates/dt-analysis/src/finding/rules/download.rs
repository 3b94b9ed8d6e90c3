//! Much more than usual was received.

use dt_model::EvidencePart;

use crate::finding::input::RuleInput;
use crate::finding::rule::{RuleDescription, all_evidence};
use crate::finding::surge_context::{bytes, tell_most_usual};
use crate::finding::{Aspect, Family, Finding, Rule, surge_draft};

pub(super) static RULE: RuleDescription = RuleDescription {
    id: "dt-download",
    name: "Unusual download",
    version: 2,
    family: Family::Timeline,
    aspect: Aspect::BytesReceived,
    required_evidence: &[EvidencePart::BytesIn],
    evidence_about: all_evidence,
    supporting_evidence: &[],
    techniques: &[],
    precedence: 5,
    is_rolling: false,
    find,
    is_explained_by: surge_draft::is_explained_by_connections_or,
};

fn find(input: &RuleInput<'_>) -> Vec<Finding> {
    input.surges.received.findings(|episode| {
        let mut draft = bytes(Rule::Download, "received", episode);
        draft.doubt("low severity, as it was received: an update or a restore looks the same");
        tell_most_usual(input, episode, &mut draft);
        Some(draft)
    })
}
