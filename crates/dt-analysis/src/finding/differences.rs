//! Differences from similar devices.

use std::fmt::Display;

use super::{Confidence, Finding, Object, Rule, Unit};
use crate::Level;
use crate::assessment::Ground;
use crate::change::MetricChange;
use crate::mix::Divergence;

/// Every mix that similar devices do not have. Which devices of the network it talks to is its own:
/// of two servers that do the same, each client picks one.
pub(crate) fn differences(ground: &Ground<'_>) -> Vec<Finding> {
    let mix = &ground.mix;
    let ports = mix.ports.as_ref().and_then(|found| of_mix(ground, "ports", found));
    let domains = mix.domains.as_ref().and_then(|found| of_mix(ground, "domains", found));
    let changes = ground.change.significant().filter_map(|metric| of_change(ground, metric));
    changes.chain([ports, domains].into_iter().flatten()).collect()
}

/// A change is low: it may be a new task as well as a new tenant, and the other rules see what it is
/// made of.
fn of_change(ground: &Ground<'_>, metric: &MetricChange) -> Option<Finding> {
    let judged = metric.change.moderated?;
    let until = ground.until()?;
    let outlier = "one of the similar devices is an outlier itself";
    Some(Finding {
        rule: Rule::ChangeFromPeers,
        severity: Level::Low,
        message: metric.to_string(),
        object: Object::Metric(metric.measure.as_str().into()),
        first_time: until.checked_sub(ground.policy.change.recent).ok()?,
        last_time: until,
        observed: metric.change.value.map(f64::exp),
        expected: Some(judged.expected.exp()),
        low: Some(judged.low.exp()),
        high: Some(judged.high.exp()),
        unit: Unit::Ratio,
        p: Some(judged.p),
        n_used: metric.change.n_used,
        method: metric.change.method,
        confidence: if metric.change.peer_outlier { Confidence::Low } else { Confidence::Medium },
        reasons: Vec::new(),
        doubts: metric.change.peer_outlier.then(|| outlier.to_owned()).into_iter().collect(),
        attack_candidates: Vec::new(),
    })
}

fn of_mix<K: Display>(
    ground: &Ground<'_>,
    what: &'static str,
    found: &Divergence<K>,
) -> Option<Finding> {
    // Many small differences are what makes a device itself; one large one is news.
    let top = found.top.first()?;
    if !found.is_notable() || top.bits < ground.policy.mix.least_bits {
        return None;
    }
    let (own, others) = (100.0 * top.own, 100.0 * top.others);
    Some(Finding {
        rule: Rule::MixFromPeers,
        severity: Level::Low,
        message: format!(
            "its mix of {what} is unlike that of {} similar devices: {} {own:.0} % against {others:.0} %",
            found.n_used, top.key
        ),
        object: Object::Metric(what.into()),
        first_time: ground.start()?,
        last_time: ground.until()?,
        observed: found.bits,
        expected: None,
        low: None,
        high: found.limit,
        unit: Unit::Bits,
        p: None,
        n_used: found.n_used,
        method: found.method,
        confidence: Confidence::Low,
        reasons: Vec::new(),
        doubts: vec!["it may have been so for long".to_owned()],
        attack_candidates: Vec::new(),
    })
}
