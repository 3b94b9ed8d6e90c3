//! What is known of one device between observations.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    FindingId, FindingRecord, FindingState, FindingUpdate, Observation, TrackedFinding, Transition,
    Untold,
};

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
    /// What it is after an observation, and what that left out.
    pub(super) fn observed(self, observation: Observation<'_>) -> (Self, Untold) {
        let Observation { findings, excluded, missing, .. } = observation;
        let is_first = self.until.is_none() && self.findings.is_empty();
        let until = observation.until.or(self.until);
        let mut before = self.findings;
        let mut after = Vec::new();
        let mut pending = Vec::new();
        let mut left_out = Untold::default();
        let is_told =
            |found: &FindingRecord| before.iter().any(|main| main.tells_of(found, missing));
        let told: Vec<bool> = findings.iter().map(is_told).collect();
        let ids: Vec<FindingId> = findings.iter().chain(excluded).map(|found| found.id).collect();
        let look = Sighting { observation, is_first, until };
        for (found, is_told) in findings.iter().zip(told) {
            // What another one tells and was never reported by itself is told by that one still.
            let tracked =
                take(&mut before, found, &ids).filter(|tracked| tracked.revision > 0 || !is_told);
            let transitions = match tracked {
                Some(tracked) => look.found_again(tracked, found),
                None if is_told => {
                    vec![TrackedFinding::first(0, found, look.seen(found)).silently()]
                }
                None => look.found_first(found, &mut left_out),
            };
            after.extend(apply(transitions, &mut pending));
        }
        for found in excluded {
            let seen = look.seen(found);
            let transition = match take(&mut before, found, &ids) {
                Some(tracked) => tracked.excluded(found, seen),
                None => TrackedFinding::first(0, found, seen).held(found, seen).silently(),
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
        (Self { until, looked: self.looked, findings: after, pending }, left_out)
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

/// A look at a device, of which each finding is told or not.
struct Sighting<'a> {
    observation: Observation<'a>,
    /// Whether the device was not looked at before.
    is_first: bool,
    until: Option<Timestamp>,
}

impl Sighting<'_> {
    /// The end of the data in which something was found.
    fn seen(&self, found: &FindingRecord) -> Timestamp {
        self.until.unwrap_or(found.finding.last_time)
    }

    fn is_below(&self, found: &FindingRecord) -> bool {
        found.finding.severity < self.observation.min_severity
    }

    fn found_first(&self, found: &FindingRecord, left_out: &mut Untold) -> Vec<Transition> {
        let seen = self.seen(found);
        let silent = TrackedFinding::first(0, found, seen);
        let is_older = match self.observation.since {
            Some(since) => found.finding.last_time < since,
            None => self.is_first && !found.is_recent(seen),
        };
        if is_older {
            left_out.older += 1;
            return vec![silent.silently()];
        }
        if self.is_below(found) {
            left_out.below(found.finding.severity);
            return vec![silent.held(found, seen).silently()];
        }
        // What is over by now is reported with its end.
        let first = TrackedFinding::first(1, found, seen).reported(FindingState::New);
        first.and_its_end(seen)
    }

    /// One that was found before, be it reported or not.
    fn found_again(&self, tracked: TrackedFinding, found: &FindingRecord) -> Vec<Transition> {
        let seen = self.seen(found);
        if tracked.revision == 0 && self.is_below(found) {
            let is_held = tracked.is_held;
            return vec![TrackedFinding { is_held, ..tracked.held(found, seen) }.silently()];
        }
        if tracked.is_held {
            let rose = found.finding.severity > tracked.record.finding.severity;
            let is_recent = match self.observation.since {
                Some(since) => found.finding.last_time >= since,
                None => found.is_recent(seen),
            };
            return tracked.released(found, seen, rose || is_recent);
        }
        vec![tracked.found_again(found, seen)]
    }
}

/// What a finding is once all of it was taken, the last as it is then.
fn apply(transitions: Vec<Transition>, pending: &mut Vec<PendingUpdate>) -> Option<TrackedFinding> {
    let applied = transitions.into_iter().map(|transition| transition.apply(pending));
    applied.last()
}

/// Takes what was reported of a finding: what has its id, else what is about the same thing and has the
/// id of no other finding.
fn take(
    tracked: &mut Vec<TrackedFinding>,
    found: &FindingRecord,
    all: &[FindingId],
) -> Option<TrackedFinding> {
    let exactly = |tracked: &TrackedFinding| tracked.record.id == found.id;
    let of_another = |tracked: &TrackedFinding| all.contains(&tracked.record.id);
    let place = tracked
        .iter()
        .position(exactly)
        .or_else(|| tracked.iter().position(|it| it.record.is_same(found) && !of_another(it)))?;
    Some(tracked.remove(place))
}
