//! `/similardevices`: who behaves like a device.

use dt_model::DeviceId;
use jiff::Timestamp;

use super::device_facts::DeviceFacts;
use crate::answer::{Answer, Refusal};
use crate::network::Similar;
use crate::parameters::Parameters;
use crate::records::Records;

pub(super) fn answer(
    records: &Records,
    mut parameters: Parameters,
    _: Timestamp,
) -> Result<Answer, Refusal> {
    let network = records.network();
    let did: i64 = parameters.value("did")?.ok_or_else(|| Refusal::Input("did".to_owned()))?;
    let count: Option<usize> = parameters.value("count")?;
    let full = parameters.flag("fulldevicedetails", false)?;
    parameters.finish()?;

    let index = network.index_of(DeviceId::new(did)).ok_or(Refusal::NotFound)?;
    let facts = |similar: Similar| {
        let facts = DeviceFacts::full(network, similar.index);
        let facts = if full { facts } else { facts.brief() };
        facts.with_score(similar.score)
    };
    let similar = network.similar(index).into_iter().take(count.unwrap_or(DEFAULT_COUNT));
    let similar: Vec<DeviceFacts<'_>> = similar.map(facts).collect();
    Ok(Answer::json(&similar))
}

/// How many there are unless the request says so.
const DEFAULT_COUNT: usize = 5;
