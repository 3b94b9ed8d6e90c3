//! A port is used that never was.

use dt_model::{Amount, EvidencePart, Port};

use crate::Level;
use crate::finding::input::RuleInput;
use crate::finding::new_activity::{draft, is_large, quantity};
use crate::finding::rule::{RuleDescription, all_evidence, never};
use crate::finding::{Aspect, Family, Finding, Object, Rule};
use crate::novelty::New;

pub(super) static RULE: RuleDescription = RuleDescription {
    id: "dt-new-port",
    name: "New port",
    version: 1,
    family: Family::Novelty,
    aspect: Aspect::Ports,
    required_evidence: &[EvidencePart::Connections],
    evidence_about: all_evidence,
    supporting_evidence: &[],
    techniques: &[],
    precedence: 2,
    is_rolling: false,
    find,
    is_explained_by: never,
};

fn find(input: &RuleInput<'_>) -> Vec<Finding> {
    input.novelty.ports.iter().filter_map(|new| finding(input, new)).collect()
}

fn finding(input: &RuleInput<'_>, new: &New<Port>) -> Option<Finding> {
    let Port::Number(number) = new.key else { return None };
    if !is_large(input, new.share) {
        return None;
    }
    let amount = new.amount.map(Amount::value);
    let is_much = amount.is_none_or(|amount| amount >= input.policy.finding.least_port_connections);
    let is_rare = new.rarity.is_none_or(|rarity| rarity.users == 0);
    let is_usual = input.policy.external.usual_ports.contains(&number);
    let message =
        format!("port {number} is new: {}", quantity("connections", new.amount, new.share));
    let object = Object::Port(new.key.clone());
    let mut draft = draft(input, Rule::NewPort, object, new.first_seen, new.share, message)?;
    if is_rare && is_much && !is_usual {
        draft.severity(Level::Medium);
    }
    match new.rarity {
        Some(rarity) if rarity.users == 0 => {
            draft.reason(rarity.to_string()).doubt("small ports are merged into \"others\"")
        }
        Some(rarity) => draft.doubt(rarity.to_string()),
        None => draft.doubt("no similar device to compare with"),
    };
    draft.doubt("the protocol is not reported");
    Some(draft.build())
}
