//! Traffic changed, and that of similar devices did not.
//!
//! Such a change is low: it may be a new task as well as a new tenant, and the other rules see what it
//! is made of.

use dt_model::EvidencePart;

use crate::change::MetricChange;
use crate::finding::draft::{Draft, Usual};
use crate::finding::input::RuleInput;
use crate::finding::rule::RuleDescription;
use crate::finding::{Aspect, Confidence, Family, Finding, Object, Rule, Unit};

pub(super) static RULE: RuleDescription = RuleDescription {
    id: "dt-change-from-peers",
    name: "Change not seen on similar devices",
    version: 1,
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
    is_explained_by,
};

fn find(input: &RuleInput<'_>) -> Vec<Finding> {
    input.change.significant().filter_map(|metric| finding(input, metric)).collect()
}

fn finding(input: &RuleInput<'_>, metric: &MetricChange) -> Option<Finding> {
    let judged = metric.change.moderated?;
    let until = input.until()?;
    let from = until.checked_sub(input.policy.change.recent).ok()?;
    let object = Object::Metric(metric.measure.as_str().into());
    let mut draft = Draft::new(Rule::ChangeFromPeers, object, from..until, metric.to_string());
    draft
        .observed(metric.change.value.map(f64::exp), Unit::Ratio)
        .usual(Usual {
            expected: Some(judged.expected.exp()),
            low: Some(judged.low.exp()),
            high: Some(judged.high.exp()),
        })
        .p(judged.p)
        .method(metric.change.method, metric.change.n_used);
    if metric.change.peer_outlier {
        draft.confidence(Confidence::Low).doubt("one of the similar devices is itself an outlier");
    }
    Some(draft.build())
}

/// The answer of the measure that changed.
fn evidence_about(object: &Object) -> Option<EvidencePart> {
    match object {
        Object::Metric(measure) => measure.parse().ok(),
        _ => None,
    }
}

/// Whether a silence is what it fell by.
fn is_explained_by(finding: &Finding, main: &Finding) -> bool {
    matches!(main.rule, Rule::ConnectionDrop | Rule::TrafficDrop)
        && finding.overlaps(main)
        && finding.observed < finding.expected
}
