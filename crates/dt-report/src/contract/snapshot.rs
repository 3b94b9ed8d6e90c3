//! `dt.snapshot/1`

use dt_model::Evidence;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Answer, Header, Time};

/// What was kept about a device, to be read again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Snapshot {
    /// The directory that holds it.
    pub path: String,
    /// When it was begun to ask.
    #[schemars(with = "Time")]
    pub taken: Timestamp,
    /// The appliance that answered.
    pub appliance: String,
    /// How many exchanges it took.
    pub exchanges: usize,
    /// How many bytes they have, as they are kept.
    pub bytes: u64,
}

impl Answer<Snapshot> {
    /// The object of `dt snapshot`; `None` without any answer.
    #[must_use]
    pub fn snapshot(evidence: &Evidence, body: Snapshot) -> Option<Self> {
        let (dialect, until) = (evidence.dialect()?, evidence.complete_until(body.taken));
        let header = Header::new("dt.snapshot/1", dialect, until, &evidence.device());
        Some(Self { header, body, concerns: Vec::new() })
    }
}
