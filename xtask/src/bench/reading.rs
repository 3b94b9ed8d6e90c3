//! Reading a response, and analysing it.

use dt_analysis::{Policy, connections, external, peers, transfers};
use dt_model::{DataType, DeviceInfo, Evidence};
use serde::de::DeserializeOwned;

use super::plain::{Appliance, Documented};
use super::{Limit, Paired, ROUNDS, responses, tell};

pub(super) fn reading() {
    compare::<Documented>("reading, documented dialect", &responses::documented());
    compare::<Appliance>("reading, appliance dialect", &responses::appliance());
}

fn compare<Plain: DeserializeOwned>(what: &str, json: &str) {
    let ours = || read(json);
    let theirs = || serde_json::from_slice::<Plain>(json.as_bytes()).expect("a response");
    let paired = Paired::run(ROUNDS, ours, theirs);
    let what = format!("{what} ({} KB)", json.len() / 1000);
    tell(&what, paired.rate(), Limit::AtLeast(0.6), &paired.detail());
}

fn read(json: &str) -> DeviceInfo {
    let info = DeviceInfo::from_slice_as(json.as_bytes(), DataType::Connections);
    info.expect("a response")
}

pub(super) fn analysis() {
    for (what, json) in [
        ("analysis, documented dialect", responses::documented()),
        ("analysis, appliance dialect", responses::appliance()),
    ] {
        let evidence = Evidence { connections: Some(read(&json)), ..Evidence::default() };
        let policy = Policy::documented();
        let all = || {
            let info = evidence.connections.as_ref().expect("just read");
            (
                connections::analyse(info, &policy),
                transfers::analyse(Some(info), Some(info), &policy),
                peers::compare(info, &policy),
                external::analyse(&evidence, &policy),
            )
        };
        let paired = Paired::run(ROUNDS, all, || read(&json));
        tell(what, paired.time(), Limit::AtMost(1.0), &paired.detail());
    }
}
