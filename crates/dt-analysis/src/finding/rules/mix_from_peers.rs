//! Traffic is made of other things than that of similar devices.
//!
//! Which devices of the network it talks to is its own: of two servers that do the same, each client
//! picks one.

use dt_model::EvidencePart;

use crate::finding::draft::{Draft, Usual};
use crate::finding::input::RuleInput;
use crate::finding::rule::{RuleDescription, never};
use crate::finding::{Aspect, Confidence, Family, Finding, Object, Rule, Unit};
use crate::mix::Divergence;

pub(super) static RULE: RuleDescription = RuleDescription {
    id: "dt-mix-from-peers",
    name: "Port or domain mix differs from similar devices",
    version: 2,
    family: Family::Peers,
    aspect: Aspect::SimilarDevices,
    required_evidence: &[
        EvidencePart::Connections,
        EvidencePart::BytesOut,
        EvidencePart::BytesIn,
        EvidencePart::External,
    ],
    evidence_about,
    supporting_evidence: &[],
    techniques: &[],
    precedence: 7,
    is_rolling: true,
    find,
    is_explained_by: never,
};

const PORTS: &str = "ports";
const DOMAINS: &str = "domains";

fn find(input: &RuleInput<'_>) -> Vec<Finding> {
    let mix = input.mix;
    let ports = mix.ports.as_ref().and_then(|found| finding(input, PORTS, "port", found));
    let domains = mix.domains.as_ref().and_then(|found| finding(input, DOMAINS, "domain", found));
    ports.into_iter().chain(domains).collect()
}

fn finding(
    input: &RuleInput<'_>,
    what: &'static str,
    one: &str,
    found: &Divergence,
) -> Option<Finding> {
    // Many small differences are what makes a device itself; one large one is news.
    let top = found.top.first()?;
    if !found.significant || top.bits < input.policy.mix.least_bits {
        return None;
    }
    let (own, others) = (100.0 * top.own, 100.0 * top.others);
    let message = format!(
        "{one} mix differs: {} is {own:.0} %, {others:.0} % on {} similar devices",
        top.key, found.n_used
    );
    let times = input.start()?..input.until()?;
    let mut draft = Draft::new(Rule::MixFromPeers, Object::Metric(what.into()), times, message);
    draft
        .observed(found.bits, Unit::Bits)
        .usual(Usual { high: found.limit, ..Usual::default() })
        .method(found.method, found.n_used)
        .confidence(Confidence::Low)
        .doubt("the difference may be long-standing");
    Some(draft.build())
}

/// The answer whose mix it is.
fn evidence_about(object: &Object) -> Option<EvidencePart> {
    match object {
        Object::Metric(mix) if mix == PORTS => Some(EvidencePart::Connections),
        Object::Metric(mix) if mix == DOMAINS => Some(EvidencePart::External),
        _ => None,
    }
}
