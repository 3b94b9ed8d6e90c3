//! Rare domains that are called with great regularity.

use dt_model::DataType;

use super::newcomers::{is_large, newcomer, quantity, tell_about};
use super::{Confidence, Finding, Object, Rule, Technique};
use crate::assessment::Ground;
use crate::regularity::{self, Kind};
use crate::{Level, Status};

/// Every rare domain that gets about as much every hour.
pub(crate) fn callers(ground: &Ground<'_>) -> Vec<Finding> {
    let answers = ground
        .evidence
        .by_domain
        .iter()
        .filter(|answer| answer.subject.series.measure() == Some(DataType::Connections));
    answers
        .filter_map(|answer| {
            let series = ground.whole(&answer.subject.series);
            let found = regularity::analyse(&series, ground.policy);
            if found.status != Status::Ok || found.kind != Some(Kind::Steady) {
                return None;
            }
            let name = answer.subject.domain.as_deref()?;
            let domain = ground.novelty.domains.iter().find(|domain| domain.name == name)?;
            if !domain.is_rare(&ground.policy.novelty) {
                return None;
            }
            let first = series.buckets().iter().find(|bucket| bucket.count > 0)?.start;
            let object = Object::Domain(name.to_owned());
            let mut finding = newcomer(ground, Rule::RegularCaller, object, first)?;
            let quantity = quantity(domain.amount, domain.share);
            finding.message = format!("{name} is called every hour: {quantity} of those outside");
            finding.observed = Some(domain.share.value());
            finding.n_used = found.n_used;
            finding.method = found.method;
            finding.reasons.push(found.to_string());
            if is_large(ground, domain.share) {
                finding.severity = Level::Medium;
            }
            finding.confidence = Confidence::Medium;
            tell_about(ground, domain, &mut finding);
            finding.doubts.push("a status check or a licence service does the same".to_owned());
            finding.attack_candidates = vec![
                Technique::WEB_PROTOCOLS,
                Technique::SCHEDULED_TRANSFER,
                Technique::SMALL_TRANSFERS,
            ];
            Some(finding)
        })
        .collect()
}
