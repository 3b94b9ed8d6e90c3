//! What is known of every device between observations.

use std::collections::{BTreeMap, BTreeSet};

use dt_model::DeviceId;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    DeviceChange, DeviceHistory, FindingUpdate, MEMORY, Observation, QUIET, TrackerChange,
    UnchangedDevices, Untold,
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

    /// Takes what was found about a device, and gives what was left out of it. What there is to report of
    /// it is [pending](Self::pending) from then on.
    ///
    /// What was pending before must have been reported: it would be in the words of now.
    pub fn observe(&mut self, observation: Observation<'_>) -> (TrackerChange, Untold) {
        let did = observation.did.get();
        self.newest = self.newest.max(observation.until);
        let history = self.devices.entry(did).or_default();
        let before = std::mem::take(history);
        let (observed, left_out) = before.clone().observed(observation);
        *history = DeviceHistory { looked: self.newest, ..observed };
        let change = match UnchangedDevices::between(did, &before, history) {
            Some(unchanged) => TrackerChange::Unchanged(unchanged),
            None => TrackerChange::Observed(did, DeviceChange::between(&before, history)),
        };
        (change, left_out)
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

    /// Takes a step that was made before.
    pub fn apply(&mut self, change: TrackerChange) {
        match change {
            TrackerChange::Observed(did, change) => {
                self.newest = self.newest.max(change.looked);
                self.devices.entry(did).or_default().apply(change);
            }
            TrackerChange::Unchanged(unchanged) => {
                self.newest = self.newest.max(unchanged.looked);
                unchanged.apply(&mut self.devices);
            }
            TrackerChange::Confirmed(did) => {
                if let Some(history) = self.devices.get_mut(&did) {
                    history.pending.clear();
                }
            }
            TrackerChange::Ended { looked, forgotten } => {
                for did in looked {
                    if let Some(history) = self.devices.get_mut(&did) {
                        history.looked = self.newest;
                    }
                }
                let forgotten: BTreeSet<i64> = forgotten.into_iter().collect();
                self.devices.retain(|did, _| !forgotten.contains(did));
            }
        }
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
