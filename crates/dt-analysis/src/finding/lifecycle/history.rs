//! What is known of one device between observations.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{FindingId, FindingRecord, FindingState, FindingUpdate, Observation, TrackedFinding};

/// The findings about one device, as they were last reported.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct DeviceHistory {
    /// The end of the data that was looked at.
    pub until: Option<Timestamp>,
    /// The latest end of the data about any device when this one was looked at: one whose data ended
    /// long ago is still looked at.
    #[serde(default)]
    pub looked: Option<Timestamp>,
    /// Its findings, until they are forgotten, by their ids.
    pub findings: Vec<TrackedFinding>,
    /// What has not been confirmed to be reported, in the order in which it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pending: Vec<PendingUpdate>,
}

/// Something to report about a finding that is kept beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingUpdate {
    /// The finding.
    pub id: FindingId,
    /// What became of it.
    pub state: FindingState,
    /// How often it was reported, this time included.
    pub revision: u32,
}

impl DeviceHistory {
    /// What it is after an observation.
    pub(super) fn observed(self, observation: Observation<'_>) -> Self {
        let Observation { findings, missing, since, .. } = observation;
        let until = observation.until.or(self.until);
        let mut before = self.findings;
        let mut after = Vec::new();
        let mut pending = Vec::new();
        let is_told =
            |found: &FindingRecord| before.iter().any(|main| main.tells_of(found, missing));
        let told: Vec<bool> = findings.iter().map(is_told).collect();
        for (found, is_told) in findings.iter().zip(told) {
            let last = found.finding.last_time;
            let seen = until.unwrap_or(last);
            // What another one tells and was never reported by itself is told by that one still.
            let tracked = take(&mut before, found, findings)
                .filter(|tracked| tracked.revision > 0 || !is_told);
            let transition = match tracked {
                Some(tracked) => tracked.found_again(found, seen),
                None if is_told || since.is_some_and(|since| last < since) => {
                    TrackedFinding::first(0, found, seen).silently()
                }
                None => {
                    let first = TrackedFinding::first(1, found, seen).reported(FindingState::New);
                    // What is over by now is reported with its end.
                    first.apply(&mut pending).over_by(seen)
                }
            };
            after.push(transition.apply(&mut pending));
        }
        for tracked in before {
            let transition = match until {
                Some(until) if !tracked.requires(missing) => tracked.over_by(until),
                _ => tracked.silently(),
            };
            after.push(transition.apply(&mut pending));
        }
        let is_pending = |tracked: &TrackedFinding| {
            pending.iter().any(|pending: &PendingUpdate| pending.id == tracked.record.id)
        };
        after.retain(|tracked| is_pending(tracked) || !tracked.is_forgotten(until));
        // In an order that is the same when it was stored by changes and read again.
        after.sort_by_key(|tracked| tracked.record.id);
        Self { until, looked: self.looked, findings: after, pending }
    }

    /// What is to be reported of it.
    pub(super) fn updates(&self) -> Vec<FindingUpdate> {
        let update = |pending: &PendingUpdate| {
            let mut tracked = self.findings.iter();
            let tracked = tracked.find(|tracked| tracked.record.id == pending.id)?;
            let PendingUpdate { state, revision, .. } = *pending;
            Some(FindingUpdate { state, revision, record: tracked.record.clone() })
        };
        self.pending.iter().filter_map(update).collect()
    }
}

/// Takes what was reported of a finding: what has its id, else what is about the same thing and has the
/// id of no other finding.
fn take(
    tracked: &mut Vec<TrackedFinding>,
    found: &FindingRecord,
    all: &[FindingRecord],
) -> Option<TrackedFinding> {
    let exactly = |tracked: &TrackedFinding| tracked.record.id == found.id;
    let of_another = |tracked: &TrackedFinding| all.iter().any(|it| it.id == tracked.record.id);
    let place = tracked
        .iter()
        .position(exactly)
        .or_else(|| tracked.iter().position(|it| it.record.is_same(found) && !of_another(it)))?;
    Some(tracked.remove(place))
}
