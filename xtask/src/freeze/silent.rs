//! A device that falls silent, which happens in no fixture and no network.

use std::fs;
use std::path::Path;

use anyhow::Context;
use serde_json::Value;

use super::staging::{self, File};

/// From here on, a working day before the fixtures end, nothing is counted: 22 November, 23:00 UTC.
const FROM: i64 = 1_795_388_400_000;

/// The connections of the ordinary device, as if it had been switched off.
pub(super) fn exchanges(fixtures: &Path) -> anyhow::Result<(i64, Vec<File>)> {
    let body = fs::read_to_string(fixtures.join("appliance/ordinary.co.json"))?;
    let mut body: Value = serde_json::from_str(&body)?;
    let buckets = body.pointer_mut("/deviceInfo/0/graphData").and_then(Value::as_array_mut);
    for bucket in buckets.context("the ordinary device has no series")? {
        if bucket["time"].as_i64().is_some_and(|time| time >= FROM) {
            bucket["count"] = 0.into();
        }
    }
    let body = body.to_string();
    let did = staging::device(&body);
    Ok((did, vec![staging::exchange("co", did, &body)?]))
}
