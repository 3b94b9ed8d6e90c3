//! The network that is as untidy as real ones.

use std::collections::BTreeSet;

use dt_appliance::{IncidentSize, Network, NetworkConfig, NetworkVersion, Pace, Responder};
use dt_model::Dialect;

use crate::{device_info, get, now};

fn network(seed: u64) -> Network {
    let config = NetworkConfig::new().version(NetworkVersion::Two);
    Network::generate_with(config, seed, now())
}

#[test]
fn incidents_are_of_every_size_and_pace_and_each_has_a_device_of_its_own() {
    let mut sizes = BTreeSet::new();
    let mut paces = BTreeSet::new();
    for seed in 0..8 {
        let network = network(seed);
        let devices: BTreeSet<_> = network.incidents().iter().map(|it| it.did).collect();
        assert_eq!((devices.len(), network.incidents().len()), (10, 10));
        sizes.extend(network.incidents().iter().map(|incident| incident.size));
        paces.extend(network.incidents().iter().map(|incident| incident.pace));
    }
    let all = [IncidentSize::Faint, IncidentSize::Small, IncidentSize::Medium, IncidentSize::Large];
    assert_eq!(sizes, BTreeSet::from(all));
    assert_eq!(paces, BTreeSet::from([Pace::Quick, Pace::Slow]));
}

#[test]
fn the_same_seed_gives_the_same_answers_and_they_are_not_those_of_version_1() {
    let answer = |network| {
        let responder = Responder::new(network, Dialect::Appliance);
        get(&responder, "/deviceinfo?did=12345").body
    };
    assert_eq!(answer(network(7)), answer(network(7)));
    assert_ne!(answer(network(7)), answer(crate::network()));
}

#[test]
fn its_answers_read_as_those_of_any_appliance() {
    for seed in 0..2 {
        let network = network(seed);
        let devices: Vec<_> = network.device_ids().step_by(20).collect();
        let responder = Responder::new(network, Dialect::Appliance);
        for did in devices {
            let info = device_info(&responder, &format!("did={did}&showallgraphdata=true"));
            assert_eq!(info.subject.series.buckets().len(), 28 * 24, "device {did}");
        }
    }
}

#[test]
fn devices_are_away_or_new_in_it() {
    let network = network(3);
    let devices: Vec<_> = network.device_ids().collect();
    let responder = Responder::new(network, Dialect::Appliance);
    let is_silent_at_first = |did: &dt_model::DeviceId| {
        let info = device_info(&responder, &format!("did={did}&showallgraphdata=true"));
        let counts: Vec<u64> = info.subject.series.counts().collect();
        counts[..72].iter().all(|count| *count == 0) && counts.iter().any(|count| *count > 0)
    };
    assert!(devices.iter().filter(|did| is_silent_at_first(did)).count() >= 2);
}
