//! What rules about new ports, peers and domains share.

use dt_model::{Amount, DataType, Share};
use jiff::Timestamp;

use super::draft::Draft;
use super::input::RuleInput;
use super::{Confidence, Finding, Object, Rule, Unit};
use crate::novelty::OutsideDomain;

/// A finding that lasts until the data ends, with its share of the traffic.
pub(super) fn draft(
    input: &RuleInput<'_>,
    rule: Rule,
    object: Object,
    first: Timestamp,
    share: Share,
    message: String,
) -> Option<Draft> {
    let mut draft = Draft::new(rule, object, first..input.until()?, message);
    draft.observed(share.value(), Unit::Share);
    draft.method(input.novelty.method, input.novelty.n_used);
    Some(draft)
}

/// Says what the appliance knows about a domain's rarity and place.
pub(super) fn tell_about(input: &RuleInput<'_>, domain: &OutsideDomain, draft: &mut Draft) {
    draft.reasons(domain.users());
    if let Some(rarity) = domain.rarity.filter(|rarity| rarity.users == 0) {
        draft.reason(rarity.to_string());
    }
    if let Some(country) = domain.countries.first() {
        let others = input.novelty.domains.iter().filter(|other| other.name != domain.name);
        let mut elsewhere = others.flat_map(|other| &other.countries).peekable();
        if elsewhere.peek().is_some() && !elsewhere.any(|other| other == country) {
            draft.reason(format!("in {country}, unlike all its other domains"));
            draft.confidence(Confidence::High);
        }
    }
}

/// Says what would tell more about a domain and was refused: whether an upload went there, and whether it
/// is called regularly.
pub(super) fn tell_refused(input: &RuleInput<'_>, domain: &OutsideDomain, draft: &mut Draft) {
    let name = &domain.name;
    let questions = input.evidence.by_domain.iter();
    for (question, part) in questions.filter(|(question, _)| question.domain == *name) {
        let Some(refusal) = part.refusal() else { continue };
        draft.doubt(match question.data_type {
            DataType::Connections => {
                format!("whether {name} is contacted regularly is not known: {refusal}")
            }
            DataType::BytesOut | DataType::BytesIn => {
                format!("how much was sent to {name}, and when, is not known: {refusal}")
            }
        });
    }
}

/// Whether a share of the traffic is large enough to weigh.
pub(super) fn is_large(input: &RuleInput<'_>, share: Share) -> bool {
    share.value() >= input.policy.novelty.least_share
}

/// A number of connections, of the kind that `what` names, with its share of them.
pub(super) fn quantity(what: &str, amount: Option<Amount>, share: Share) -> String {
    let percent = format!("{:.0} %", 100.0 * share.value());
    match amount {
        Some(amount) => format!("{amount} {what}, {percent}"),
        None => format!("{percent} of {what}"),
    }
}

/// Whether a finding about a domain is part of one that is about the same domain, or names it as where
/// an upload went.
pub(super) fn is_explained_by(finding: &Finding, main: &Finding) -> bool {
    finding.object == main.object || main.explains.contains(&finding.object)
}
