//! Beaconing: a rare domain is called with great regularity.

use dt_model::{DataType, DeviceInfo, EvidencePart};

use crate::finding::input::RuleInput;
use crate::finding::new_activity::{draft, is_large, quantity, tell_about};
use crate::finding::rule::{RuleDescription, all_evidence, never};
use crate::finding::{Aspect, Family, Finding, Object, Rule, Technique};
use crate::regularity::{self, Kind};
use crate::{Level, Status};

pub(super) static RULE: RuleDescription = RuleDescription {
    id: "dt-regular-caller",
    name: "Beacon-like connections to a rare domain",
    version: 1,
    family: Family::Regularity,
    aspect: Aspect::Domains,
    required_evidence: &[EvidencePart::External, EvidencePart::Endpoints, EvidencePart::Domains],
    evidence_about: all_evidence,
    supporting_evidence: &[],
    techniques: &[
        Technique::WEB_PROTOCOLS,
        Technique::SCHEDULED_TRANSFER,
        Technique::SMALL_TRANSFERS,
    ],
    precedence: 1,
    is_rolling: false,
    find,
    is_explained_by: never,
};

fn find(input: &RuleInput<'_>) -> Vec<Finding> {
    let answers = input
        .evidence
        .domain_answers()
        .filter(|answer| answer.subject.series.measure() == Some(DataType::Connections));
    answers.filter_map(|answer| finding(input, answer)).collect()
}

/// The finding about a domain that gets about as much every hour.
fn finding(input: &RuleInput<'_>, answer: &DeviceInfo) -> Option<Finding> {
    let series = input.completed(&answer.subject.series);
    let found = regularity::analyse(&series, input.policy);
    if found.status != Status::Ok || found.kind != Some(Kind::Steady) {
        return None;
    }
    let name = answer.subject.domain.as_deref()?;
    let domain = input.novelty.domains.iter().find(|domain| domain.name == name)?;
    if !domain.is_rare(&input.policy.novelty) {
        return None;
    }
    let first = series.buckets().iter().find(|bucket| bucket.count > 0)?.start;
    let quantity = quantity("external connections", domain.amount, domain.share);
    let message = format!("{name} is contacted every hour: {quantity}");
    let object = Object::Domain(name.to_owned());
    let mut draft = draft(input, Rule::RegularCaller, object, first, domain.share, message)?;
    draft.method(found.method, found.n_used).reason(found.to_string());
    if is_large(input, domain.share) {
        draft.severity(Level::Medium);
    }
    tell_about(input, domain, &mut draft);
    draft.doubt("a status check or a licence service does the same");
    Some(draft.build())
}
