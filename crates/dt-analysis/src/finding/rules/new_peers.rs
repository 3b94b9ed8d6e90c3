//! Many internal devices are contacted that never were: one is news, many are a burst.

use dt_model::{EvidencePart, Peer, Share};

use crate::Level;
use crate::finding::draft::Draft;
use crate::finding::input::RuleInput;
use crate::finding::rule::{RuleDescription, all_evidence, never};
use crate::finding::{Family, Finding, Object, Rule, Technique, Unit};
use crate::novelty::New;

pub(super) static RULE: RuleDescription = RuleDescription {
    id: "dt-new-peers",
    name: "Many new internal peers",
    version: 1,
    family: Family::Novelty,
    required_evidence: &[EvidencePart::Connections],
    evidence_about: all_evidence,
    supporting_evidence: &[],
    techniques: &[Technique::SERVICE_DISCOVERY, Technique::REMOTE_SERVICES],
    precedence: 1,
    is_rolling: false,
    find,
    is_explained_by: never,
};

fn find(input: &RuleInput<'_>) -> Vec<Finding> {
    finding(input).into_iter().collect()
}

/// One per burst, however many of its devices are listed.
fn finding(input: &RuleInput<'_>) -> Option<Finding> {
    let new: Vec<&New<Peer>> =
        input.novelty.peers.iter().filter(|new| new.key.is_single()).collect();
    if new.len() < input.policy.novelty.burst_of_peers {
        return None;
    }
    let first = new.iter().map(|new| new.first_seen).min()?;
    let last = new.iter().map(|new| new.first_seen).max()?;
    let share = new.iter().fold(Share::ZERO, |sum, new| sum.plus(new.share));
    let message = format!(
        "contacted {} internal devices for the first time: {:.0} % of its connections",
        new.len(),
        100.0 * share.value()
    );
    let mut draft = Draft::new(Rule::NewPeers, Object::Peers(new.len()), first..last, message);
    draft
        .observed(new.len() as f64, Unit::Devices)
        .method(input.novelty.method, input.novelty.n_used)
        .severity(Level::Medium);
    let unknown = new.iter().filter(|new| new.rarity.is_some_and(|rarity| rarity.users == 0));
    let unknown = unknown.count();
    if unknown > 0 {
        draft.reason(format!("no similar device contacts {unknown} of them"));
    }
    for new in &new {
        if let Peer::Device(did) = new.key {
            draft.explains(Object::Peer(did));
        }
    }
    draft.doubt("an inventory or a vulnerability scanner does the same");
    Some(draft.build())
}
