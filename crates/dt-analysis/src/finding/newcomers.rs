//! Ports, peers and domains that are new.

use dt_model::{Amount, Peer, Port, Share};

use super::{Confidence, Finding, Object, Rule, Technique, Unit};
use crate::Level;
use crate::assessment::Ground;
use crate::novelty::{New, OutsideDomain};

/// What is new and worth telling.
pub(crate) fn newcomers(ground: &Ground<'_>) -> Vec<Finding> {
    let novelty = &ground.novelty;
    let mut findings: Vec<Finding> =
        novelty.ports.iter().filter_map(|new| port(ground, new)).collect();
    findings.extend(peers(ground));
    let policy = &ground.policy.novelty;
    let new: Vec<&OutsideDomain> =
        novelty.domains.iter().filter(|domain| domain.is_new && domain.is_rare(policy)).collect();
    if new.len() >= policy.burst_of_domains {
        findings.extend(burst(ground, &new));
    } else {
        findings.extend(new.into_iter().filter_map(|domain| self::domain(ground, domain)));
    }
    findings.extend(generated(ground));
    findings
}

fn port(ground: &Ground<'_>, new: &New<Port>) -> Option<Finding> {
    let Port::Number(number) = new.key else { return None };
    if !is_large(ground, new.share) {
        return None;
    }
    let amount = new.amount.map(Amount::value);
    let is_much =
        amount.is_none_or(|amount| amount >= ground.policy.finding.least_port_connections);
    let is_rare = new.rarity.is_none_or(|rarity| rarity.users == 0);
    let is_usual = ground.policy.external.usual_ports.contains(&number);
    let mut finding =
        newcomer(ground, Rule::NewPort, Object::Port(new.key.clone()), new.first_seen)?;
    finding.message = format!("port {number} is new: {}", quantity(new.amount, new.share));
    finding.observed = Some(new.share.value());
    if is_rare && is_much && !is_usual {
        finding.severity = Level::Medium;
    }
    match new.rarity {
        Some(rarity) if rarity.users == 0 => {
            finding.reasons.push(rarity.to_string());
            finding.doubts.push("small ports are merged into \"others\"".to_owned());
        }
        Some(rarity) => finding.doubts.push(rarity.to_string()),
        None => finding.doubts.push("no similar device to compare with".to_owned()),
    }
    finding.doubts.push("the protocol is not reported".to_owned());
    Some(finding)
}

/// New devices of the network that it talks to: one is news, many are a burst.
fn peers(ground: &Ground<'_>) -> Option<Finding> {
    let new: Vec<&New<Peer>> =
        ground.novelty.peers.iter().filter(|new| new.key.is_single()).collect();
    if new.len() < ground.policy.novelty.burst_of_peers {
        return None;
    }
    let first = new.iter().map(|new| new.first_seen).min()?;
    let share = new.iter().fold(Share::ZERO, |sum, new| sum.plus(new.share));
    let mut finding = newcomer(ground, Rule::NewPeers, Object::Peers(new.len()), first)?;
    // One per burst, however many of its devices are listed.
    let last = new.iter().map(|new| new.first_seen).max()?;
    finding.last_time = last.max(first);
    finding.message = format!(
        "{} internal devices are new to it: {:.0} % of its connections",
        new.len(),
        100.0 * share.value()
    );
    finding.observed = Some(new.len() as f64);
    finding.unit = Unit::Devices;
    finding.severity = Level::Medium;
    let unknown = new.iter().filter(|new| new.rarity.is_some_and(|rarity| rarity.users == 0));
    let unknown = unknown.count();
    if unknown > 0 {
        finding.reasons.push(format!("no similar device lists {unknown} of them"));
    }
    finding.doubts.push("an inventory or a vulnerability scanner does the same".to_owned());
    finding.attack_candidates = vec![Technique::SERVICE_DISCOVERY, Technique::REMOTE_SERVICES];
    Some(finding)
}

fn domain(ground: &Ground<'_>, domain: &OutsideDomain) -> Option<Finding> {
    let object = Object::Domain(domain.name.clone());
    let mut finding = newcomer(ground, Rule::NewDomain, object, domain.first_seen?)?;
    let quantity = quantity(domain.amount, domain.share);
    finding.message = format!("{} is new to the network: {quantity} of those outside", domain.name);
    finding.observed = Some(domain.share.value());
    let sent = domain.sent.is_some_and(|sent| is_large(ground, sent));
    if is_large(ground, domain.share) || sent {
        finding.severity = Level::Medium;
    }
    tell_about(ground, domain, &mut finding);
    finding.doubts.push("a new service, or a new name of an old one, looks the same".to_owned());
    finding.attack_candidates = vec![Technique::WEB_PROTOCOLS];
    Some(finding)
}

fn burst(ground: &Ground<'_>, new: &[&OutsideDomain]) -> Option<Finding> {
    let first = new.iter().filter_map(|domain| domain.first_seen).min()?;
    let share = new.iter().fold(Share::ZERO, |sum, domain| sum.plus(domain.share));
    let object = Object::Metric("new domains".into());
    let mut finding = newcomer(ground, Rule::NewDomain, object, first)?;
    let names: Vec<&str> = new.iter().take(3).map(|domain| domain.name.as_str()).collect();
    finding.message =
        format!("{} domains are new to the network: {}, ...", new.len(), names.join(", "));
    finding.observed = Some(share.value());
    finding.severity = Level::Medium;
    finding.attack_candidates = vec![Technique::DYNAMIC_RESOLUTION];
    Some(finding)
}

/// Names that look generated: several of them are one finding.
fn generated(ground: &Ground<'_>) -> Option<Finding> {
    let policy = &ground.policy.novelty;
    let score = |domain: &OutsideDomain| domain.dga_score.unwrap_or_default();
    let domains: Vec<&OutsideDomain> = ground
        .novelty
        .domains
        .iter()
        .filter(|domain| score(domain) >= policy.generated_from && domain.is_rare(policy))
        .collect();
    let main = *domains.first()?;
    let first = domains.iter().filter_map(|domain| domain.first_seen).min().or(ground.start())?;
    let share = domains.iter().fold(Share::ZERO, |sum, domain| sum.plus(domain.share));
    let object = match domains.len() {
        1 => Object::Domain(main.name.clone()),
        _ => Object::Metric("generated domains".into()),
    };
    let mut finding = newcomer(ground, Rule::GeneratedDomain, object, first)?;
    finding.message = match domains.len() {
        1 => format!("{} looks generated (score {:.0} of 100)", main.name, score(main)),
        several => format!("{several} names look generated, such as {}", main.name),
    };
    finding.observed = Some(share.value());
    if domains.iter().any(|domain| domain.is_new) || is_large(ground, share) {
        finding.severity = Level::Medium;
    }
    tell_about(ground, main, &mut finding);
    finding.doubts.push("trackers and content networks have such names, too".to_owned());
    finding.attack_candidates = vec![Technique::GENERATED_DOMAINS];
    Some(finding)
}

/// What the appliance says about a domain's rarity and place.
pub(super) fn tell_about(ground: &Ground<'_>, domain: &OutsideDomain, finding: &mut Finding) {
    finding.reasons.extend(domain.users());
    if let Some(rarity) = domain.rarity.filter(|rarity| rarity.users == 0) {
        finding.reasons.push(rarity.to_string());
    }
    if let Some(country) = domain.countries.first() {
        let others = ground.novelty.domains.iter().filter(|other| other.name != domain.name);
        let mut elsewhere = others.flat_map(|other| &other.countries).peekable();
        if elsewhere.peek().is_some() && !elsewhere.any(|other| other == country) {
            finding.reasons.push(format!("in {country}, like none of its other domains"));
            finding.confidence = Confidence::High;
        }
    }
}

/// A finding that lasts until the data ends.
pub(super) fn newcomer(
    ground: &Ground<'_>,
    rule: Rule,
    object: Object,
    first: jiff::Timestamp,
) -> Option<Finding> {
    Some(Finding {
        rule,
        severity: Level::Low,
        message: String::new(),
        object,
        first_time: first,
        last_time: ground.until()?,
        observed: None,
        expected: None,
        low: None,
        high: None,
        unit: Unit::Share,
        p: None,
        n_used: ground.novelty.n_used,
        method: ground.novelty.method,
        confidence: Confidence::Medium,
        reasons: Vec::new(),
        doubts: Vec::new(),
        attack_candidates: Vec::new(),
    })
}

pub(super) fn is_large(ground: &Ground<'_>, share: Share) -> bool {
    share.value() >= ground.policy.novelty.least_share
}

pub(super) fn quantity(amount: Option<Amount>, share: Share) -> String {
    let percent = format!("{:.0} %", 100.0 * share.value());
    match amount {
        Some(amount) => format!("{amount} connections, {percent}"),
        None => format!("{percent} of the connections"),
    }
}
