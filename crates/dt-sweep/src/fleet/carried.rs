//! What the answers about a device say about the devices that are similar to it.

use std::collections::HashMap;

use dt_model::{DeviceId, DeviceInfo, Evidence, Part, Profile};

/// Takes the similar devices out of the answers about a device, and gives what a first look at each of them would
/// have: those of which every answer tells as much as of the device itself. What it says about the device is then
/// what a first look at it alone says.
pub(super) fn carried(evidence: &mut Evidence) -> Vec<(DeviceId, Evidence)> {
    let mut parts: Vec<HashMap<DeviceId, DeviceInfo>> = Vec::new();
    for part in [&mut evidence.connections, &mut evidence.external, &mut evidence.external_out] {
        parts.push(similar(part));
    }
    let [connections, external, external_out] = parts.as_mut_slice() else { return Vec::new() };
    let mut found = Vec::new();
    for (did, connections) in connections.drain() {
        let (Some(external), Some(external_out)) =
            (external.remove(&did), external_out.remove(&did))
        else {
            continue;
        };
        let evidence = Evidence {
            connections: Part::Answered(connections),
            external: Part::Answered(external),
            external_out: Part::Answered(external_out),
            ..Evidence::default()
        };
        found.push((did, evidence));
    }
    found.sort_by_key(|(did, _)| *did);
    found
}

/// Takes the similar devices out of an answer, each as the answer about it would be.
fn similar(part: &mut Part<DeviceInfo>) -> HashMap<DeviceId, DeviceInfo> {
    let Part::Answered(answer) = part else { return HashMap::new() };
    let similar = std::mem::take(&mut answer.similar);
    // A summary, and what was odd, is about the device alone.
    let is_of_one = answer.summary.is_some() || !answer.warnings.is_empty();
    let is_whole = |profile: &Profile| {
        !is_of_one
            && profile.breakdown.is_some() == answer.subject.breakdown.is_some()
            && profile.destinations.is_some() == answer.subject.destinations.is_some()
            && profile.series.buckets().len() == answer.subject.series.buckets().len()
    };
    let whole = similar.into_iter().map(|it| it.profile).filter(is_whole);
    let about = whole.filter_map(|profile| {
        let did = profile.device.did?;
        Some((did, DeviceInfo { subject: profile, ..answer.clone() }))
    });
    about.collect()
}
