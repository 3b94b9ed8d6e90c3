//! What is there in every hour rose, those of the night included: what a beacon leaves. All are low:
//! a new service that runs all day does the same.

use dt_model::EvidencePart;

use crate::episode::Episode;
use crate::finding::amount::count;
use crate::finding::draft::Draft;
use crate::finding::input::RuleInput;
use crate::finding::rule::{RuleDescription, all_evidence};
use crate::finding::surge_context::surge_agreement;
use crate::finding::{Aspect, Family, Finding, Rule, Technique, Unit, surge_draft};

pub(super) static RULE: RuleDescription = RuleDescription {
    id: "dt-raised-floor",
    name: "More connections in quiet hours",
    version: 1,
    family: Family::Timeline,
    aspect: Aspect::Connections,
    required_evidence: &[EvidencePart::Connections],
    evidence_about: all_evidence,
    supporting_evidence: &[],
    techniques: &[Technique::WEB_PROTOCOLS, Technique::SCHEDULED_TRANSFER],
    precedence: 5,
    is_rolling: false,
    find,
    is_explained_by: surge_draft::is_explained_by_connections_or,
};

fn find(input: &RuleInput<'_>) -> Vec<Finding> {
    input.surges.quiet.findings(|episode| Some(finding(input, episode)))
}

fn finding(input: &RuleInput<'_>, episode: &Episode) -> Draft {
    let (observed, expected) = (count(episode.observed), count(episode.expected));
    let message =
        format!("at least {observed} connections in three of four hours; usually {expected}");
    let mut draft = surge_draft::draft(Rule::RaisedFloor, Unit::Connections, episode, message);
    draft.doubt("a new service or a poll that runs all day does the same");
    surge_agreement(input, input.evidence.connections.answer(), episode, &mut draft);
    draft
}
