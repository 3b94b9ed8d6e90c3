//! The table of `dt timeline`: an interval a line.

use dt_analysis::timeline::Severity;

use super::cells::{Row, number, text, time};
use crate::chart::Unit;
use crate::contract::{Answer, Timeline};

/// The columns, those that count something with its unit.
pub(super) fn columns(found: &Timeline) -> Vec<String> {
    let unit = match Unit::of(found.datatype) {
        Unit::Connections => "connections",
        Unit::Bytes => "bytes",
    };
    let counts = ["count", "expected", "low", "high"].map(|name| format!("{name}_{unit}"));
    let before = ["did", "hostname", "time"].map(str::to_owned);
    let after = ["z", "flagged", "severity", "window_hours"].map(str::to_owned);
    before.into_iter().chain(counts).chain(after).collect()
}

pub(super) fn rows(answer: &Answer<Timeline>) -> impl Iterator<Item = Row> {
    let device = &answer.header.device;
    answer.body.buckets.iter().map(|bucket| {
        vec![
            number(device.did),
            text(device.hostname.as_deref()),
            time(Some(bucket.time)),
            number(Some(bucket.count)),
            number(bucket.expected),
            number(bucket.low),
            number(bucket.high),
            number(bucket.z),
            number(Some(bucket.flagged)),
            text(bucket.severity.map(Severity::as_str)),
            number(bucket.window.map(|window| window.hours)),
        ]
    })
}
