//! A domain is used that the network did not know, and nobody else uses; many are a burst.

use dt_model::{EvidencePart, Share};

use crate::Level;
use crate::finding::input::RuleInput;
use crate::finding::new_activity::{
    draft, is_explained_by, is_large, quantity, tell_about, tell_refused,
};
use crate::finding::rule::{RuleDescription, all_evidence};
use crate::finding::{Aspect, Family, Finding, Object, Rule, Technique};
use crate::novelty::OutsideDomain;

pub(super) static RULE: RuleDescription = RuleDescription {
    id: "dt-new-domain",
    name: "New and rare domain",
    version: 1,
    family: Family::Novelty,
    aspect: Aspect::Domains,
    required_evidence: &[EvidencePart::External, EvidencePart::Endpoints],
    evidence_about: all_evidence,
    supporting_evidence: &[EvidencePart::ExternalOut],
    techniques: &[Technique::WEB_PROTOCOLS, Technique::DYNAMIC_RESOLUTION],
    precedence: 3,
    is_rolling: false,
    find,
    is_explained_by,
};

fn find(input: &RuleInput<'_>) -> Vec<Finding> {
    let policy = &input.policy.novelty;
    let domains = input.novelty.domains.iter();
    let new: Vec<&OutsideDomain> =
        domains.filter(|domain| domain.is_new && domain.is_rare(policy)).collect();
    if new.len() >= policy.burst_of_domains {
        burst(input, &new).into_iter().collect()
    } else {
        new.into_iter().filter_map(|domain| single(input, domain)).collect()
    }
}

fn single(input: &RuleInput<'_>, domain: &OutsideDomain) -> Option<Finding> {
    let quantity = quantity("external connections", domain.amount, domain.share);
    let message = format!("{} is new to the network: {quantity}", domain.name);
    let object = Object::Domain(domain.name.clone());
    let first = domain.first_seen?;
    let mut draft = draft(input, Rule::NewDomain, object, first, domain.share, message)?;
    let sent = domain.sent.is_some_and(|sent| is_large(input, sent));
    if is_large(input, domain.share) || sent {
        draft.severity(Level::Medium);
    }
    tell_about(input, domain, &mut draft);
    if let Some(refusal) = input.evidence.external_out.refusal() {
        draft.doubt(format!("how much was sent to it is not known: {refusal}"));
    }
    tell_refused(input, domain, &mut draft);
    draft
        .doubt("a new service, or a new name for an existing one, looks the same")
        .candidates(&[Technique::WEB_PROTOCOLS]);
    Some(draft.build())
}

fn burst(input: &RuleInput<'_>, new: &[&OutsideDomain]) -> Option<Finding> {
    let first = new.iter().filter_map(|domain| domain.first_seen).min()?;
    let share = new.iter().fold(Share::ZERO, |sum, domain| sum.plus(domain.share));
    let names: Vec<&str> = new.iter().take(3).map(|domain| domain.name.as_str()).collect();
    let message =
        format!("{} domains are new to the network: {}, ...", new.len(), names.join(", "));
    let object = Object::Metric("new domains".into());
    let mut draft = draft(input, Rule::NewDomain, object, first, share, message)?;
    draft.severity(Level::Medium).candidates(&[Technique::DYNAMIC_RESOLUTION]);
    Some(draft.build())
}
