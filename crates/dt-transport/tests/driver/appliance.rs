//! Several threads over one asynchronous backend, made blocking, against the demo appliance.
#![cfg(feature = "reqwest")]

use std::thread;

use dt_appliance::{Appliance, FaultPlan, FaultRule};
use dt_model::{DeviceId, DeviceInfoQuery, Question};
use dt_transport::{Blocking, Client, HttpOptions, Limits, ReqwestTransport};

use crate::harness::{count, rounds};

const DEVICES: std::ops::Range<i64> = 12_345..12_353;

/// Every request takes long enough for the others to begin.
fn slow() -> Appliance {
    let slow = FaultRule::first(1000, ["delay=30ms".parse().unwrap()]);
    Appliance::new().faults(FaultPlan::new(0).rule(slow))
}

#[test]
fn threads_that_share_a_runtime_all_get_their_answers() {
    let appliance = slow().start().unwrap();
    let transport = Blocking::new(ReqwestTransport::new(&HttpOptions::new()).unwrap()).unwrap();
    let client =
        Client::new(transport, appliance.url().parse().unwrap(), appliance.credentials().clone())
            .limits(Limits::new().in_flight(count(8)));
    thread::scope(|scope| {
        let asking: Vec<_> = DEVICES
            .map(|did| {
                let client = &client;
                scope.spawn(move || {
                    let query = DeviceInfoQuery::new(DeviceId::new(did)).unwrap();
                    for _ in 0..3 {
                        let answered = client.ask(&query).unwrap().subject.device.did;
                        assert_eq!(answered, Some(query.did()));
                    }
                    let part = |part| Question::part(part, &query);
                    let parts = dt_model::EvidencePart::ALL.into_iter();
                    let parts = parts.filter(|part| part.data_type().is_some()).map(part);
                    let gathered = client.gather(rounds([parts.collect()])).unwrap();
                    assert_eq!(gathered.evidence.answers().count(), 5);
                })
            })
            .collect();
        for thread in asking {
            thread.join().unwrap();
        }
    });
    let traffic = client.traffic();
    assert_eq!(traffic.requests, 8 * (3 + 5));
    assert!((2..=8).contains(&traffic.most_in_flight), "{traffic:?}");
}
