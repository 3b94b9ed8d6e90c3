//! Differences from similar devices.

use std::fmt::Display;

use super::{Confidence, Finding, Object, Rule, Unit};
use crate::Level;
use crate::assessment::Ground;
use crate::mix::Divergence;

/// Every mix that similar devices do not have.
pub(crate) fn differences(ground: &Ground<'_>) -> Vec<Finding> {
    let mix = &ground.mix;
    let ports = mix.ports.as_ref().and_then(|found| of_mix(ground, "ports", found));
    let peers = mix.peers.as_ref().and_then(|found| of_mix(ground, "peers", found));
    let domains = mix.domains.as_ref().and_then(|found| of_mix(ground, "domains", found));
    [ports, peers, domains].into_iter().flatten().collect()
}

fn of_mix<K: Display>(
    ground: &Ground<'_>,
    what: &'static str,
    found: &Divergence<K>,
) -> Option<Finding> {
    if !found.is_notable() {
        return None;
    }
    Some(Finding {
        rule: Rule::MixFromPeers,
        severity: Level::Low,
        message: format!("its mix of {what} is {found}"),
        object: Object::Metric(what),
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
