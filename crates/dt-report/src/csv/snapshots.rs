//! The table of `dt snapshot`: a snapshot a line.

use super::cells::{Row, number, text, time};
use crate::contract::{Answer, Snapshot};

pub(super) const COLUMNS: [&str; 9] = [
    "did",
    "hostname",
    "path",
    "taken",
    "data_until",
    "appliance",
    "exchanges",
    "bytes",
    "refused",
];

pub(super) fn row(answer: &Answer<Snapshot>) -> Row {
    let (header, Snapshot { path, taken, appliance, exchanges, bytes, refused, .. }) =
        (&answer.header, &answer.body);
    vec![
        number(header.device.did),
        text(header.device.hostname.as_deref()),
        text(Some(path)),
        time(Some(*taken)),
        time(header.data_until),
        text(Some(appliance)),
        number(Some(exchanges)),
        number(Some(bytes)),
        text(Some(&refused.join("; "))),
    ]
}
