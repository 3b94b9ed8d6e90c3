//! What a step changes, so that only that has to be written.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{DeviceHistory, FindingId, PendingUpdate, TrackedFinding};

/// How many devices share a line. Whoever is killed before it is written looks at so many once more.
const TOGETHER: usize = 100;

/// What a step of a [`FindingTracker`](super::FindingTracker) changed. Applied to the tracker of before, it gives that of after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TrackerChange {
    /// A device was looked at.
    Observed(i64, DeviceChange),
    /// Devices were looked at, and nothing is new about them.
    Unchanged(UnchangedDevices),
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
    /// The places among those of before of those that were found again, and are as they were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    again: Vec<usize>,
    /// Those of which the same is known, and whose status is another.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    statuses: Vec<FindingStatus>,
    /// Those that were found again as they were: what an older version wrote of them.
    #[serde(default, skip_serializing)]
    seen: Vec<(FindingId, Timestamp)>,
    /// Those that were forgotten.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    forgotten: Vec<FindingId>,
    /// What is to be reported.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pending: Vec<PendingUpdate>,
}

/// The status of a finding of which the same is known as before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct FindingStatus {
    id: FindingId,
    revision: u32,
    seen: Timestamp,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_over: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_held: bool,
}

/// Devices about which a look found what was known. Most are, in most rounds: they share a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnchangedDevices {
    /// The end of the data that was looked at, in which their findings were found again.
    until: Option<Timestamp>,
    /// The latest end of the data about any device.
    pub(super) looked: Option<Timestamp>,
    /// Those about which nothing was found again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    quiet: Vec<i64>,
    /// The others, with the places of the findings that were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    found: Vec<(i64, Vec<usize>)>,
}

impl UnchangedDevices {
    /// One device, if nothing of it is new but when it was looked at.
    pub(super) fn between(did: i64, before: &DeviceHistory, after: &DeviceHistory) -> Option<Self> {
        let DeviceHistory { until, looked, .. } = *after;
        let is_quiet = before.pending.is_empty() && after.pending.is_empty();
        if !is_quiet || before.findings.len() != after.findings.len() {
            return None;
        }
        let mut seen = Vec::new();
        for (place, (before, after)) in before.findings.iter().zip(&after.findings).enumerate() {
            if after.is_only_seen_after(before, until) {
                seen.push(place);
            } else if after != before {
                return None;
            }
        }
        let is_found = !seen.is_empty();
        let found = is_found.then_some((did, seen)).into_iter().collect();
        let quiet = if is_found { Vec::new() } else { vec![did] };
        Some(Self { until, looked, quiet, found })
    }

    /// Takes others as well, if their data ends where that of these does and they are not too many together.
    fn join(&mut self, next: &Self) -> bool {
        let joins = (self.until, self.looked) == (next.until, next.looked)
            && self.len() + next.len() <= TOGETHER;
        if joins {
            self.quiet.extend_from_slice(&next.quiet);
            self.found.extend_from_slice(&next.found);
        }
        joins
    }

    fn len(&self) -> usize {
        self.quiet.len() + self.found.len()
    }

    /// Makes each device's history what it is after it was looked at.
    pub(super) fn apply(&self, devices: &mut BTreeMap<i64, DeviceHistory>) {
        let quiet = self.quiet.iter().map(|did| (did, &[][..]));
        for (did, places) in quiet.chain(self.found.iter().map(|(did, places)| (did, &places[..])))
        {
            let history = devices.entry(*did).or_default();
            (history.until, history.looked) = (self.until, self.looked);
            history.see_again(places, self.until);
        }
    }
}

impl DeviceChange {
    /// What became of a history.
    pub(super) fn between(before: &DeviceHistory, after: &DeviceHistory) -> Self {
        let (mut changed, mut again, mut statuses) = (Vec::new(), Vec::new(), Vec::new());
        for tracked in &after.findings {
            let place = place(&before.findings, tracked.record.id);
            match place.map(|place| (place, &before.findings[place])) {
                Some((_, known)) if known == tracked => {}
                Some((place, known)) if tracked.is_only_seen_after(known, after.until) => {
                    again.push(place);
                }
                Some((_, known)) if tracked.is_known_as(known) => {
                    statuses.push(tracked.status());
                }
                _ => changed.push(tracked.clone()),
            }
        }
        let gone = before.findings.iter().map(|tracked| tracked.record.id);
        let forgotten = gone.filter(|id| place(&after.findings, *id).is_none()).collect();
        let DeviceHistory { until, looked, pending, .. } = after.clone();
        Self { until, looked, changed, again, statuses, seen: Vec::new(), forgotten, pending }
    }
}

impl TrackerChange {
    /// Whether something is to be reported that must not be reported before this is stored.
    #[must_use]
    pub fn has_pending(&self) -> bool {
        matches!(self, Self::Observed(_, change) if !change.pending.is_empty())
    }

    /// Takes the next step as well, if neither says more than which devices were looked at: both are one line then.
    pub fn join(&mut self, next: &Self) -> bool {
        match (self, next) {
            (Self::Unchanged(devices), Self::Unchanged(next)) => devices.join(next),
            _ => false,
        }
    }
}

impl DeviceHistory {
    /// Takes what an observation changed.
    pub(super) fn apply(&mut self, change: DeviceChange) {
        let DeviceChange { until, looked, changed, again, statuses, seen, forgotten, pending } =
            change;
        self.see_again(&again, until);
        self.findings.retain(|tracked| !forgotten.contains(&tracked.record.id));
        for tracked in changed {
            match place(&self.findings, tracked.record.id) {
                Some(place) => self.findings[place] = tracked,
                None => self.findings.push(tracked),
            }
        }
        for status in statuses {
            if let Some(place) = place(&self.findings, status.id) {
                self.findings[place].take_status(&status);
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

impl DeviceHistory {
    /// What is at these places was found again.
    fn see_again(&mut self, places: &[usize], until: Option<Timestamp>) {
        for place in places {
            if let (Some(finding), Some(until)) = (self.findings.get_mut(*place), until) {
                finding.seen = until;
            }
        }
    }
}

impl TrackedFinding {
    fn status(&self) -> FindingStatus {
        let Self { revision, seen, is_over, is_held, .. } = *self;
        FindingStatus { id: self.record.id, revision, seen, is_over, is_held }
    }

    fn take_status(&mut self, status: &FindingStatus) {
        (self.revision, self.seen) = (status.revision, status.seen);
        (self.is_over, self.is_held) = (status.is_over, status.is_held);
    }

    /// Whether the same is known of it as of what it was.
    fn is_known_as(&self, known: &Self) -> bool {
        (&self.record, self.reach) == (&known.record, known.reach)
    }

    /// Whether nothing tells it from what it was but that it was found again, at the end of the data.
    fn is_only_seen_after(&self, known: &Self, until: Option<Timestamp>) -> bool {
        self.is_known_as(known)
            && Some(self.seen) == until
            && self.status() == FindingStatus { seen: self.seen, ..known.status() }
    }
}

/// Where a finding is. A device has few.
fn place(findings: &[TrackedFinding], id: FindingId) -> Option<usize> {
    findings.iter().position(|tracked| tracked.record.id == id)
}
