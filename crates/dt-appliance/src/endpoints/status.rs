//! `/status`: version and clock, for whoever checks whether the appliance is there.

use jiff::Timestamp;
use serde::Serialize;

use crate::answer::{Answer, Refusal};
use crate::parameters::Parameters;
use crate::records::Records;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    time: String,
    version: &'static str,
    hostname: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    devices: Option<usize>,
}

pub(super) fn answer(
    records: &Records,
    mut parameters: Parameters,
    now: Timestamp,
) -> Result<Answer, Refusal> {
    if parameters.text("format").is_some_and(|format| format != "json") {
        return Err(Refusal::Input("format".to_owned()));
    }
    // Appliances leave out what takes long to count.
    let is_fast = parameters.flag("fast", false)?;
    // It has none.
    parameters.flag("includechildren", true)?;
    parameters.finish()?;
    Ok(Answer::json(&Status {
        time: now.strftime("%Y-%m-%d %H:%M").to_string(),
        version: "7.1.0 (demo)",
        hostname: "demo-appliance",
        devices: (!is_fast).then(|| records.network().devices().len()),
    }))
}
