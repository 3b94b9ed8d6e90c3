//! The same seed and end give the same bytes, everywhere and for ever.

use dt_appliance::{Network, NetworkConfig, Responder};
use dt_model::Dialect;

use crate::{get, now};

const TARGETS: [&str; 6] = [
    "/deviceinfo?did=12345&similardevices=2&fulldevicedetails=true",
    "/deviceinfo?did=12345&datatype=sizeout&odid=0",
    "/deviceinfo?did=20005&datatype=sizein&intervalhours=24",
    "/devicesearch?query=tag:Finance&count=300",
    "/similardevices?did=40001&count=10",
    "/endpointdetails?hostname=cdn-sync.example&additionalinfo=true",
];

/// FNV-1a: a digest that will not change with the standard library.
fn digest(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn bodies(responder: &Responder) -> Vec<Vec<u8>> {
    TARGETS.iter().map(|target| get(responder, target).body).collect()
}

/// Changing what is generated is allowed, and then these digests change with the recorded fixtures.
/// Another platform must not change them.
#[test]
fn every_byte_is_as_it_always_was() {
    let digests = [Dialect::Appliance, Dialect::Documented].map(|dialect| {
        let responder = Responder::new(Network::generate(7, now()), dialect);
        digest(&bodies(&responder).concat())
    });
    assert_eq!(digests, [14_796_777_707_263_145_308, 18_363_081_562_421_190_763]);
}

#[test]
fn order_and_repetition_of_questions_change_nothing() {
    let first = Responder::new(Network::generate(7, now()), Dialect::Appliance);
    let second = Responder::new(Network::generate(7, now()), Dialect::Appliance);
    let forward = bodies(&first);
    assert_eq!(bodies(&first), forward);
    for (target, body) in TARGETS.iter().zip(&forward).rev() {
        assert_eq!(&get(&second, target).body, body, "{target}");
    }
}

#[test]
fn the_end_is_truncated_to_the_hour_and_the_seed_matters() {
    let bodies_of = |seed, end: &str| {
        let network = Network::generate(seed, end.parse().unwrap());
        bodies(&Responder::new(network, Dialect::Appliance))
    };
    let bodies = bodies_of(7, "2026-11-23T23:00:00Z");
    assert_eq!(bodies, bodies_of(7, "2026-11-23T23:59:59Z"));
    for others in [bodies_of(8, "2026-11-23T23:00:00Z"), bodies_of(7, "2026-11-24T00:00:00Z")] {
        // What is known about devices and hosts may be the same; their traffic is not.
        assert!(bodies[..3].iter().zip(others).all(|(one, other)| *one != other));
    }
}

#[test]
fn incidents_change_nothing_but_their_own_traffic() {
    let generate = |sets| {
        let config = NetworkConfig::new().incident_sets(sets);
        Responder::new(Network::generate_with(config, 7, now()), Dialect::Appliance)
    };
    let (usual, quiet) = (generate(1), generate(0));
    assert!(quiet.network().incidents().is_empty() && quiet.network().benign().is_empty());
    assert_eq!(usual.network().incidents().len(), 6);

    let involved: Vec<_> =
        usual.network().incidents().iter().chain(usual.network().benign()).collect();
    for did in usual.network().device_ids().step_by(7) {
        let is_involved =
            involved.iter().any(|incident| incident.did == did || incident.peers.contains(&did));
        let target = format!("/deviceinfo?did={did}");
        let is_same = get(&usual, &target) == get(&quiet, &target);
        assert_eq!(is_same, !is_involved, "{did}");
    }
}

#[test]
fn networks_have_the_size_that_was_asked_for() {
    for (asked, expected, sets) in
        [(0, 80, 1), (240, 240, 1), (1_000, 1_000, 4), (99_999, 10_000, 42)]
    {
        let config = NetworkConfig::new().devices(asked).incident_sets(u32::MAX);
        let network = Network::generate_with(config, 7, now());
        assert_eq!(network.device_ids().len(), expected);
        assert_eq!(network.incidents().len(), 6 * sets, "{asked}");
        let mut ids: Vec<_> = network.device_ids().collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), expected);
    }
}
