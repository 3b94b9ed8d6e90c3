//! A domain's name looks generated: several of them are one finding.

use dt_model::{EvidencePart, Share};

use crate::Level;
use crate::finding::input::RuleInput;
use crate::finding::new_activity::{draft, is_explained_by, is_large, tell_about, tell_refused};
use crate::finding::rule::{RuleDescription, all_evidence};
use crate::finding::{Aspect, Family, Finding, Object, Rule, Technique};
use crate::novelty::OutsideDomain;

pub(super) static RULE: RuleDescription = RuleDescription {
    id: "dt-generated-domain",
    name: "Domain name that looks generated (DGA)",
    version: 1,
    family: Family::External,
    aspect: Aspect::Domains,
    required_evidence: &[EvidencePart::External, EvidencePart::Endpoints],
    evidence_about: all_evidence,
    supporting_evidence: &[],
    techniques: &[Technique::GENERATED_DOMAINS],
    precedence: 2,
    is_rolling: false,
    find,
    is_explained_by,
};

fn find(input: &RuleInput<'_>) -> Vec<Finding> {
    finding(input).into_iter().collect()
}

fn finding(input: &RuleInput<'_>) -> Option<Finding> {
    let policy = &input.policy.novelty;
    let score = |domain: &OutsideDomain| domain.dga_score.unwrap_or_default();
    let domains: Vec<&OutsideDomain> = input
        .novelty
        .domains
        .iter()
        .filter(|domain| score(domain) >= policy.generated_from && domain.is_rare(policy))
        .collect();
    let main = *domains.first()?;
    let first = domains.iter().filter_map(|domain| domain.first_seen).min().or(input.start())?;
    let share = domains.iter().fold(Share::ZERO, |sum, domain| sum.plus(domain.share));
    let (object, message) = match domains.len() {
        1 => (
            Object::Domain(main.name.clone()),
            format!("{} looks generated (DGA score {:.0}/100)", main.name, score(main)),
        ),
        several => (
            Object::Metric("generated domains".into()),
            format!("{several} names look generated, such as {}", main.name),
        ),
    };
    let mut draft = draft(input, Rule::GeneratedDomain, object, first, share, message)?;
    if domains.iter().any(|domain| domain.is_new) || is_large(input, share) {
        draft.severity(Level::Medium);
    }
    tell_about(input, main, &mut draft);
    for domain in domains {
        tell_refused(input, domain, &mut draft);
    }
    draft.doubt("trackers and content delivery networks use such names too");
    Some(draft.build())
}
