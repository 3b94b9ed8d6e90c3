//! Reading a response.

use dt_model::{DataType, DeviceInfo};
use serde::de::DeserializeOwned;

use super::plain::{Appliance, Documented};
use super::responses::{BUCKETS, SIMILAR};
use super::{Limit, Paired, ROUNDS, responses, tell};

pub(super) fn reading() {
    compare::<Documented>("reading, documented dialect", &responses::documented());
    compare::<Appliance>("reading, appliance dialect", &responses::appliance(BUCKETS, SIMILAR));
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
