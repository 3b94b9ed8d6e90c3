//! What is known of every device between observations.

use std::collections::{BTreeMap, BTreeSet};

use dt_model::DeviceId;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    DeviceChange, FindingId, FindingRecord, FindingState, FindingUpdate, MEMORY, Observation,
    QUIET, TrackedFinding, TrackerChange,
};

/// The findings about every device, as they were last reported.
///
/// It is made to be stored between observations: its serialized form names rules, objects and units by
/// what never changes, and fails to be read where it names one that this version does not know. Each
/// step gives the [change](TrackerChange) that it made, so that only that has to be written.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct FindingTracker {
    pub(super) devices: BTreeMap<i64, DeviceHistory>,
    /// The latest end of the data about any device.
    #[serde(default)]
    pub(super) newest: Option<Timestamp>,
}

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

impl FindingTracker {
    /// Whether no device was looked at yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.devices.is_empty()
    }

    /// The end of the data about a device that was looked at last.
    #[must_use]
    pub fn until(&self, did: DeviceId) -> Option<Timestamp> {
        self.devices.get(&did.get())?.until
    }

    /// The latest end of the data about any device.
    #[must_use]
    pub const fn newest(&self) -> Option<Timestamp> {
        self.newest
    }

    /// Takes what was found about a device. What there is to report of it is [pending](Self::pending)
    /// from then on.
    ///
    /// What was pending before must have been reported: it would be in the words of now.
    pub fn observe(&mut self, observation: Observation<'_>) -> TrackerChange {
        let did = observation.did.get();
        self.newest = self.newest.max(observation.until);
        let history = self.devices.entry(did).or_default();
        let before = std::mem::take(history);
        *history = before.clone().observed(observation);
        history.looked = self.newest;
        TrackerChange::Observed(did, DeviceChange::between(&before, history))
    }

    /// What is to be reported about a device: what an observation found to be new, in the order of its
    /// findings, then what ended.
    #[must_use]
    pub fn pending(&self, did: DeviceId) -> Vec<FindingUpdate> {
        self.devices.get(&did.get()).map_or_else(Vec::new, DeviceHistory::updates)
    }

    /// The devices of which something is to be reported.
    pub fn unreported(&self) -> impl Iterator<Item = DeviceId> {
        let pending = self.devices.iter().filter(|(_, history)| !history.pending.is_empty());
        pending.map(|(did, _)| DeviceId::new(*did))
    }

    /// Counts what was pending about a device as reported.
    pub fn confirm(&mut self, did: DeviceId) -> TrackerChange {
        let change = TrackerChange::Confirmed(did.get());
        self.apply(change.clone());
        change
    }

    /// [Observes](Self::observe), and counts what there is to report as reported: whoever cannot report
    /// it goes on with an earlier tracker.
    pub fn updates(&mut self, observation: Observation<'_>) -> Vec<FindingUpdate> {
        self.observe(observation);
        let updates = self.pending(observation.did);
        self.confirm(observation.did);
        updates
    }

    /// Ends a round in which some devices were looked at: forgets those that were not for so long, by the
    /// data about others, that nothing of it would be found again. A round in which none was looked at
    /// forgets nothing.
    pub fn end_round(&mut self, looked_at: &BTreeSet<DeviceId>) -> Option<TrackerChange> {
        let newest = self.newest.filter(|_| !looked_at.is_empty())?;
        let (mut looked, mut forgotten) = (Vec::new(), Vec::new());
        for (did, history) in &self.devices {
            let last = history.looked.or(history.until);
            let behind = last.map_or(SignedDuration::ZERO, |last| newest.duration_since(last));
            if looked_at.contains(&DeviceId::new(*did)) {
                // Another one may have told later in the round how far the data goes.
                looked.extend((behind >= QUIET).then_some(*did));
            } else if history.pending.is_empty() && behind > MEMORY {
                forgotten.push(*did);
            }
        }
        if looked.is_empty() && forgotten.is_empty() {
            return None;
        }
        let change = TrackerChange::Ended { looked, forgotten };
        self.apply(change.clone());
        Some(change)
    }
}

impl FromIterator<(DeviceId, DeviceHistory)> for FindingTracker {
    fn from_iter<I: IntoIterator<Item = (DeviceId, DeviceHistory)>>(histories: I) -> Self {
        let devices = histories.into_iter().map(|(did, history)| (did.get(), history));
        let devices: BTreeMap<i64, DeviceHistory> = devices.collect();
        let newest = devices.values().filter_map(|history| history.until).max();
        Self { devices, newest }
    }
}

impl DeviceHistory {
    /// What it is after an observation.
    fn observed(self, observation: Observation<'_>) -> Self {
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

    fn updates(&self) -> Vec<FindingUpdate> {
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
