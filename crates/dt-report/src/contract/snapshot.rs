//! `dt.snapshot/1`

use dt_model::{Evidence, RefusalGroup};

use super::prelude::*;
use super::{Answer, Body, Header, PartView};

/// What was kept about a device, to be read again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Snapshot {
    /// Where it is, and what it holds.
    #[serde(flatten)]
    pub stored: StoredSnapshot,
    /// Each part of the evidence: whether it was answered, refused or not asked.
    pub parts: Vec<PartView>,
    /// What was refused, and why: of single domains and of hosts outside, those together that were
    /// refused in one way.
    pub refused: Vec<String>,
}

/// Where a snapshot is, and what it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StoredSnapshot {
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

impl Body for Snapshot {
    type Facts = ();
}

impl Answer<Snapshot> {
    /// The object of `dt snapshot`; `None` without any answer.
    #[must_use]
    pub fn snapshot(evidence: &Evidence, stored: StoredSnapshot) -> Option<Self> {
        let (dialect, until) = (evidence.dialect()?, evidence.complete_until(stored.taken));
        let refused = RefusalGroup::list(evidence.refusals());
        let refused = refused.iter().map(ToString::to_string).collect();
        let parts = PartView::list(evidence);
        let body = Snapshot { stored, parts, refused };
        let header = Header::new("dt.snapshot/1", dialect, until, &evidence.device());
        Some(Self { header, body, concerns: Vec::new(), facts: () })
    }
}
