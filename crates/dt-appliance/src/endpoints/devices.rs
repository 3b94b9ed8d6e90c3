//! `/devices`: the devices the appliance knows.

use std::net::Ipv4Addr;

use jiff::Timestamp;

use super::device_facts::DeviceFacts;
use super::seen_since::SeenSince;
use crate::answer::{Answer, Refusal};
use crate::parameters::Parameters;
use crate::records::Records;

pub(super) fn answer(
    records: &Records,
    mut parameters: Parameters,
    _: Timestamp,
) -> Result<Answer, Refusal> {
    let network = records.network();
    let did: Option<i64> = parameters.value("did")?;
    let ip: Option<Ipv4Addr> = parameters.value("ip")?;
    let mac = parameters.text("mac");
    let sid: Option<i64> = parameters.value("sid")?;
    let seen_since: Option<SeenSince> = parameters.value("seensince")?;
    let count: Option<usize> = parameters.value("count")?;
    let include_tags = parameters.flag("includetags", false)?;
    parameters.finish()?;

    let facts = |index| {
        let facts = DeviceFacts::full(network, index).with_devices_keys();
        if include_tags { facts } else { facts.without_tags() }
    };
    let earliest = match (seen_since, did) {
        (Some(seen_since), _) => seen_since.earliest(network),
        // Who is asked for by number is found however long ago it was seen.
        (None, Some(_)) => i64::MIN,
        (None, None) => SeenSince::days(7).earliest(network),
    };
    let mut found = (0..network.devices().len()).filter(|&index| {
        let device = network.device(index);
        did.is_none_or(|did| device.did.get() == did)
            && ip.is_none_or(|ip| device.ip == ip)
            && mac.as_ref().is_none_or(|mac| device.mac().eq_ignore_ascii_case(mac))
            && sid.is_none_or(|sid| device.sid() == sid)
            && network.last_seen(device) >= earliest
    });
    if did.is_some() {
        let index = found.next().ok_or(Refusal::NotFound)?;
        return Ok(Answer::json(&facts(index)));
    }
    let found: Vec<DeviceFacts<'_>> = found.take(count.unwrap_or(usize::MAX)).map(facts).collect();
    Ok(Answer::json(&found))
}
