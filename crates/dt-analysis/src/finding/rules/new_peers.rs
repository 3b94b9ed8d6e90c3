//! Many internal devices are contacted that never were: one is news, many are a burst. With a port by which
//! devices are taken over, first used at that time, they are a scan: the next step is another device.

use std::ops::RangeInclusive;

use dt_model::{EvidencePart, Peer, Port, Share};
use jiff::{SignedDuration, Timestamp};

use crate::Level;
use crate::finding::draft::Draft;
use crate::finding::input::RuleInput;
use crate::finding::rule::{RuleDescription, all_evidence, never};
use crate::finding::{Aspect, Family, Finding, Object, Rule, Technique, Unit};
use crate::novelty::New;

pub(super) static RULE: RuleDescription = RuleDescription {
    id: "dt-new-peers",
    name: "Many new internal peers",
    version: 2,
    family: Family::Novelty,
    aspect: Aspect::Peers,
    required_evidence: &[EvidencePart::Connections],
    evidence_about: all_evidence,
    supporting_evidence: &[],
    techniques: &[Technique::SERVICE_DISCOVERY, Technique::REMOTE_SERVICES],
    precedence: 1,
    is_rolling: false,
    find,
    is_explained_by: never,
};

fn find(input: &RuleInput<'_>) -> Vec<Finding> {
    finding(input).into_iter().collect()
}

/// One per burst, however many of its devices are listed.
fn finding(input: &RuleInput<'_>) -> Option<Finding> {
    let new: Vec<&New<Peer>> =
        input.novelty.peers.iter().filter(|new| new.key.is_single()).collect();
    if new.len() < input.policy.novelty.burst_of_peers {
        return None;
    }
    let first = new.iter().map(|new| new.first_seen).min()?;
    let last = new.iter().map(|new| new.first_seen).max()?;
    let share = new.iter().fold(Share::ZERO, |sum, new| sum.plus(new.share));
    let message = format!(
        "contacted {} internal devices for the first time: {:.0} % of its connections",
        new.len(),
        100.0 * share.value()
    );
    let mut draft = Draft::new(Rule::NewPeers, Object::Peers(new.len()), first..last, message);
    draft
        .observed(new.len() as f64, Unit::Devices)
        .method(input.novelty.method, input.novelty.n_used)
        .severity(Level::Medium);
    let unknown = new.iter().filter(|new| new.rarity.is_some_and(|rarity| rarity.users == 0));
    let unknown = unknown.count();
    if unknown > 0 {
        draft.reason(match new.len() - unknown {
            0 => "no similar device contacts any of them".to_owned(),
            _ => format!("{unknown} of them are contacted by no similar device"),
        });
    }
    for new in &new {
        if let Peer::Device(did) = new.key {
            draft.explains(Object::Peer(did));
        }
    }
    let port = remote_port(input, first..=last);
    if let Some(port) = port.filter(|_| new.len() >= input.policy.novelty.scan_of_peers) {
        draft.severity(Level::High).reason(format!(
            "port {port}, by which devices are taken over, began at the same time"
        ));
    }
    draft.doubt("an inventory or a vulnerability scanner does the same");
    Some(draft.build())
}

/// A port by which devices are taken over that the device first used when it contacted new ones.
fn remote_port(input: &RuleInput<'_>, contacted: RangeInclusive<Timestamp>) -> Option<u16> {
    /// First times of a port and of a peer are of the same connection, give or take the hour.
    const ABOUT: SignedDuration = SignedDuration::from_hours(1);
    let is_then = |time: Timestamp| {
        time.duration_since(*contacted.start()) >= -ABOUT
            && contacted.end().duration_since(time) >= -ABOUT
    };
    input.novelty.ports.iter().find_map(|new| match new.key {
        Port::Number(port) if is_then(new.first_seen) => {
            input.policy.novelty.remote_ports.contains(&port).then_some(port)
        }
        _ => None,
    })
}
