//! Questions of which no two have the same answer, so that an answer says whose it is.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use dt_appliance::{Appliance, Network, Responder};
use dt_auth::RequestTarget;
use dt_model::{DataType, DeviceId, DeviceInfoQuery, Dialect, IntervalHours};
use dt_transport::{Clock, Query, SystemClock};
use serde_json::Value;

/// About how many devices: as many as the appliance keeps at hand.
const DEVICES: usize = 30;
const DATA_TYPES: [DataType; 3] = [DataType::Connections, DataType::BytesOut, DataType::BytesIn];
/// Answers of a day a bucket and more are short.
const FEWEST_HOURS: u32 = 24;

pub(super) struct Questions {
    network: Arc<Network>,
    dids: Vec<i64>,
    /// The hash of each answer.
    answers: HashMap<u64, u32>,
}

impl Questions {
    pub(super) fn new(count: u32) -> anyhow::Result<Self> {
        let now = SystemClock.now();
        let network = Arc::new(Network::generate(Appliance::SEED, now));
        let responder = Responder::new(Arc::clone(&network), Dialect::Appliance);

        let list = responder.answer(
            "GET",
            "/devicesearch?count=300&query=hostname:%22workstation-*%22",
            now,
        );
        let list: Value = serde_json::from_slice(&list.body)?;
        let devices = list["devices"].as_array().context("the demo appliance lists no devices")?;
        let dids: Vec<i64> =
            devices.iter().filter_map(|device| device["did"].as_i64()).take(DEVICES).collect();
        ensure!(dids.len() == DEVICES, "the demo appliance has too few devices");

        let mut questions = Self { network, dids, answers: HashMap::new() };
        for index in 0..count {
            let target = questions.target(index)?.wire();
            let answer = responder.answer("GET", &target, now);
            ensure!(answer.status == 200, "{target} is answered by {}", answer.status);
            if questions.answers.insert(hash(&answer.body), index).is_some() {
                bail!("two questions have the same answer, one of them {target}");
            }
        }
        Ok(questions)
    }

    pub(super) fn network(&self) -> Arc<Network> {
        Arc::clone(&self.network)
    }

    /// One device after the other, so that those under way at once are about different ones; then
    /// the same about other data; and then all of that in wider buckets.
    pub(super) fn target(&self, index: u32) -> anyhow::Result<RequestTarget> {
        let (round, place) = (index as usize / self.dids.len(), index as usize % self.dids.len());
        let hours = FEWEST_HOURS + u32::try_from(round / DATA_TYPES.len())?;
        let query = DeviceInfoQuery::new(DeviceId::new(self.dids[place]))?
            .data_type(DATA_TYPES[round % DATA_TYPES.len()])
            .interval(IntervalHours::new(hours)?);
        Ok(query.target())
    }

    /// The question that this is the answer to, byte for byte.
    pub(super) fn whose(&self, answer: &[u8]) -> Option<u32> {
        self.answers.get(&hash(answer)).copied()
    }
}

fn hash(bytes: &[u8]) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(bytes)
}
