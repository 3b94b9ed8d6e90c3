//! What a step changes, so that only that has to be written.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{DeviceHistory, FindingId, PendingUpdate, TrackedFinding};

/// What a step of a [`FindingTracker`](super::FindingTracker) changed. Applied to the tracker of before, it gives that of after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TrackerChange {
    /// A device was looked at.
    Observed(i64, DeviceChange),
    /// What was pending about a device was reported.
    Confirmed(i64),
    /// A round ended.
    Ended {
        /// Devices that were looked at, though their data may have ended long ago.
        looked: Vec<i64>,
        /// Devices that were forgotten.
        forgotten: Vec<i64>,
    },
}

/// What an observation changed of a device's findings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeviceChange {
    /// The end of the data that was looked at.
    until: Option<Timestamp>,
    /// The latest end of the data about any device.
    pub(super) looked: Option<Timestamp>,
    /// The findings that are new, or not what they were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    changed: Vec<TrackedFinding>,
    /// Those that were found again as they were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    seen: Vec<(FindingId, Timestamp)>,
    /// Those that were forgotten.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    forgotten: Vec<FindingId>,
    /// What is to be reported.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pending: Vec<PendingUpdate>,
}

impl DeviceChange {
    /// What became of a history.
    pub(super) fn between(before: &DeviceHistory, after: &DeviceHistory) -> Self {
        let (mut changed, mut seen) = (Vec::new(), Vec::new());
        for tracked in &after.findings {
            match place(&before.findings, tracked.record.id).map(|place| &before.findings[place]) {
                Some(known) if known == tracked => {}
                Some(known) if tracked.is_only_seen_after(known) => {
                    seen.push((tracked.record.id, tracked.seen));
                }
                _ => changed.push(tracked.clone()),
            }
        }
        let gone = before.findings.iter().map(|tracked| tracked.record.id);
        let forgotten = gone.filter(|id| place(&after.findings, *id).is_none()).collect();
        let DeviceHistory { until, looked, pending, .. } = after.clone();
        Self { until, looked, changed, seen, forgotten, pending }
    }
}

impl TrackerChange {
    /// Whether something is to be reported that must not be reported before this is stored.
    #[must_use]
    pub fn has_pending(&self) -> bool {
        matches!(self, Self::Observed(_, change) if !change.pending.is_empty())
    }
}

impl DeviceHistory {
    /// Takes what an observation changed.
    pub(super) fn apply(&mut self, change: DeviceChange) {
        let DeviceChange { until, looked, changed, seen, forgotten, pending } = change;
        self.findings.retain(|tracked| !forgotten.contains(&tracked.record.id));
        for tracked in changed {
            match place(&self.findings, tracked.record.id) {
                Some(place) => self.findings[place] = tracked,
                None => self.findings.push(tracked),
            }
        }
        for (id, seen) in seen {
            if let Some(place) = place(&self.findings, id) {
                self.findings[place].seen = seen;
            }
        }
        self.findings.sort_by_key(|tracked| tracked.record.id);
        (self.until, self.looked, self.pending) = (until, looked, pending);
    }
}

impl TrackedFinding {
    /// Whether nothing but when it was last found tells it from what it was.
    fn is_only_seen_after(&self, known: &Self) -> bool {
        (&self.record, self.revision, self.is_over, self.is_held)
            == (&known.record, known.revision, known.is_over, known.is_held)
    }
}

/// Where a finding is. A device has few.
fn place(findings: &[TrackedFinding], id: FindingId) -> Option<usize> {
    findings.iter().position(|tracked| tracked.record.id == id)
}
