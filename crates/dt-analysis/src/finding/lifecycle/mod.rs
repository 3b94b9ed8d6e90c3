//! What becomes of findings, so that each revision of one is reported once.
//!
//! Looking at a device again finds the same things again, a little different: hours have gone by,
//! what is usual has moved. A [`FindingTracker`] compares what is found with what was reported, and
//! gives what is new about it:
//!
//! | a finding that | is reported as |
//! |---|---|
//! | was not reported before | `new`, revision 1 |
//! | is more severe or surer than it was reported, goes on after that, or was over and is back | `updated` |
//! | has been over for a day, and was not reported so; one that is over when it is first found, right after `new` | `ended` |
//! | was reported, and is excluded by now | `ended`; once it is no longer excluded and goes on, `updated` |
//! | is the same, or less | nothing |
//! | was not reported before, but is a part of what was | nothing |
//! | was not reported before, and is less severe than what is asked for, or excluded | nothing, until it is neither: then `new` |
//!
//! What was reported is followed to its end, however severe it is by then. Of a device that was not looked
//! at before, without an earliest time that is asked for, what is not high is reported only if it goes on or
//! ended in the last [72 hours](RECENT) of the data.
//!
//! It keeps the id under which it was first reported, even if its first hour looks different by now. It
//! is over a day after its last hour; what has no hours, such as a domain, a day after it was last
//! found, so that something at the edge of a threshold does not end every hour. What could not be
//! looked at does not end: a part of the evidence that is missing holds the findings that
//! [require](Finding::required_evidence) it. Neither is it new by another name: what is found in its
//! place, such as a plain upload where it is not known whether it went outside, was told already.
//!
//! What there is to report is part of what is stored until it is [confirmed](FindingTracker::confirm), so
//! that whoever stores first and reports then loses nothing: after a crash it is reported again, in
//! the same words.
//!
//! No clock is asked: time is what the data says, so that one that was set wrong ends and forgets nothing.

mod change;
mod format_1;
mod history;
mod tracker;
mod untold;
mod watch_state;

use dt_model::{DeviceId, EvidencePart};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Finding, FindingId, Object, Origin};
use crate::Level;

pub use change::{DeviceChange, TrackerChange, UnchangedDevices};
pub use history::{DeviceHistory, PendingUpdate};
pub use tracker::FindingTracker;
pub use untold::Untold;
pub use watch_state::{FindingOptions, OptionDifference, WatchState};

/// How long a finding is quiet before it is over: as long as an alert silences further ones.
const QUIET: SignedDuration = SignedDuration::from_hours(24);

/// How long before the end of the data something ended that a first look still reports.
const RECENT: SignedDuration = SignedDuration::from_hours(72);

/// How long a finding is remembered that is not found any more. The data reaches back four weeks: until
/// then it may be found again.
const MEMORY: SignedDuration = SignedDuration::from_hours(35 * 24);

/// A finding as it was last reported.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrackedFinding {
    /// The finding.
    pub record: FindingRecord,
    /// How often it was reported; 0 for one that is older than what is asked for, or that another one
    /// tells.
    pub revision: u32,
    /// The end of the data in which it was last found.
    pub seen: Timestamp,
    /// Whether it is over.
    pub is_over: bool,
    /// Whether it is not reported for being excluded, or less severe than what is asked for: it is
    /// reported once it is neither.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_held: bool,
    /// How far its reports went, if one went further than the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<Reach>,
}

/// How far the reports of a finding went, each of them in one way or another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// Until when it was reported to be seen.
    pub until: Timestamp,
    /// How urgent it was reported to be.
    pub severity: Level,
}

/// A finding with its id, and by what it was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingRecord {
    /// The id under which it is reported, which is that of its first report.
    pub id: FindingId,
    /// The version of the rule that found it.
    pub rule_version: u32,
    /// The [digest](crate::Policy::digest) of the policy by which it was found.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub policy: String,
    /// The finding.
    pub finding: Finding,
}

/// What was found about a device.
#[derive(Debug, Clone, Copy)]
pub struct Observation<'a> {
    /// The device.
    pub did: DeviceId,
    /// What was found.
    pub findings: &'a [FindingRecord],
    /// What was found and is excluded.
    pub excluded: &'a [FindingRecord],
    /// What is less severe is not reported, unless it was.
    pub min_severity: Level,
    /// The end of the data; without one, nothing can be said to be over.
    pub until: Option<Timestamp>,
    /// The parts of the evidence that were asked for and are missing: what requires them may still be
    /// there.
    pub missing: &'a [EvidencePart],
    /// What ended before is not reported, unless it comes back. Without it, a first look leaves out what
    /// neither is high nor goes on nor ended in the last 72 hours of the data.
    pub since: Option<Timestamp>,
}

/// What is new about a finding.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingUpdate {
    /// What became of it.
    pub state: FindingState,
    /// How often it was reported, this time included.
    pub revision: u32,
    /// The finding: one that ended is as it was last reported.
    pub record: FindingRecord,
}

/// What became of a finding since it was last reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FindingState {
    /// It was not reported before.
    New,
    /// It was reported, and says more now.
    Updated,
    /// It is over.
    Ended,
}

impl FindingState {
    /// The state's name in the output contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Updated => "updated",
            Self::Ended => "ended",
        }
    }
}

impl FindingRecord {
    /// A finding as it is found now.
    #[must_use]
    pub fn new(finding: Finding, origin: Origin<'_>, policy: &str) -> Self {
        Self {
            id: finding.id(origin),
            rule_version: finding.rule.version(),
            policy: policy.to_owned(),
            finding,
        }
    }

    /// As it is found now, under the id that it has. What it told of stays told, even if it cannot be seen
    /// this time that it belongs to it.
    fn taking(&self, found: &Self) -> Self {
        let mut record = Self { id: self.id, ..found.clone() };
        let told = self.finding.explains.iter();
        let untold = told.filter(|object| !found.finding.explains.contains(object));
        record.finding.explains.extend(untold.cloned());
        record
    }

    /// What tells it from other findings, and how severe it is.
    fn without_words(self) -> Self {
        let finding = Finding {
            message: String::new(),
            method: "".into(),
            observed: None,
            expected: None,
            low: None,
            high: None,
            p: None,
            reasons: Vec::new(),
            doubts: Vec::new(),
            attack_candidates: Vec::new(),
            breaches: Vec::new(),
            ..self.finding
        };
        Self { finding, policy: String::new(), ..self }
    }

    /// Whether what is held of one is enough to know the other again: its numbers move with every hour, and so do
    /// the hours that it is about.
    fn is_held_like(&self, found: &Self) -> bool {
        let (held, finding) = (&self.finding, &found.finding);
        let is_same = if has_hours(finding) {
            let middle =
                finding.first_time + finding.last_time.duration_since(finding.first_time) / 2;
            (held.first_time..=held.last_time).contains(&middle)
        } else {
            held.object == finding.object && held.first_time == finding.first_time
        };
        is_same && self.rule_version == found.rule_version && held.severity == finding.severity
    }

    /// Whether a first look reports it, as of the end of the data.
    fn is_recent(&self, until: Timestamp) -> bool {
        let last = if has_hours(&self.finding) { self.finding.last_time } else { until };
        self.finding.severity >= Level::High || until.duration_since(last) <= RECENT
    }

    /// Whether two are about the same thing: hours about hours that overlap.
    fn is_same(&self, other: &Self) -> bool {
        let (one, other) = (&self.finding, &other.finding);
        one.rule == other.rule
            && match (&one.object, &other.object) {
                (Object::Hours { .. }, Object::Hours { .. })
                | (Object::Peers(_), Object::Peers(_)) => {
                    one.first_time <= other.last_time && other.first_time <= one.last_time
                }
                (object, other) => object == other,
            }
    }
}

impl Reach {
    fn of(finding: &Finding) -> Self {
        Self { until: finding.last_time, severity: finding.severity }
    }

    fn and(self, other: Self) -> Self {
        Self { until: self.until.max(other.until), severity: self.severity.max(other.severity) }
    }
}

/// What becomes of a tracked finding, and as what that is reported, if it is.
struct Transition {
    tracked: TrackedFinding,
    state: Option<FindingState>,
}

impl Transition {
    fn apply(self, pending: &mut Vec<PendingUpdate>) -> TrackedFinding {
        let Self { tracked, state } = self;
        let (id, revision) = (tracked.record.id, tracked.revision);
        pending.extend(state.map(|state| PendingUpdate { id, state, revision }));
        if revision == 0 { tracked.unreported() } else { tracked }
    }

    /// With the end of what is over by the time that it is reported.
    fn and_its_end(self, until: Timestamp) -> Vec<Self> {
        let end = self.tracked.clone().over_by(until);
        let end = end.state.is_some().then_some(end);
        std::iter::once(self).chain(end).collect()
    }
}

impl TrackedFinding {
    fn first(revision: u32, found: &FindingRecord, seen: Timestamp) -> Self {
        let record = found.clone();
        Self { record, revision, seen, is_over: false, is_held: false, reach: None }
    }

    /// It is not reported. What is kept of it is its latest, unless that is like what is kept: whoever stores it would
    /// write it again with every hour.
    fn held(self, found: &FindingRecord, seen: Timestamp) -> Self {
        let before = self.record.clone();
        let latest = Self { is_held: true, ..self.latest(found, seen) };
        if before.is_held_like(&latest.record) { Self { record: before, ..latest } } else { latest }
    }

    /// As it is found now.
    fn latest(self, found: &FindingRecord, seen: Timestamp) -> Self {
        let is_over = is_over(&found.finding, seen, seen);
        let record = self.record.taking(found);
        Self { seen, is_over, ..self.with(record) }
    }

    /// With another record, and what its reports said that went further.
    fn with(self, record: FindingRecord) -> Self {
        let (reach, last) = (self.reach(), Reach::of(&record.finding));
        let reach = (self.revision > 0 && reach.and(last) != last).then_some(reach);
        Self { record, reach, ..self }
    }

    /// How far its reports went.
    fn reach(&self) -> Reach {
        let last = Reach::of(&self.record.finding);
        self.reach.map_or(last, |reach| reach.and(last))
    }

    /// Ends it if it was reported: what is excluded is nobody's work any more.
    fn excluded(self, found: &FindingRecord, seen: Timestamp) -> Transition {
        if self.revision == 0 {
            return self.held(found, seen).silently();
        }
        if self.is_over {
            return Self { seen, is_held: true, ..self }.silently();
        }
        let latest = if found.finding.last_time < self.reach().until {
            Self { seen, ..self }
        } else {
            self.latest(found, seen)
        };
        Self { is_over: true, is_held: true, ..latest }.again(FindingState::Ended)
    }

    /// Reports what was held until now: what was not reported before is new, and what was goes on.
    fn released(self, found: &FindingRecord, seen: Timestamp, is_told: bool) -> Vec<Transition> {
        let was_over = self.is_over;
        let says_nothing_new = self.revision > 2 && self.was_reported_as(&found.finding);
        let released = Self { is_held: false, ..self.latest(found, seen) };
        match released.revision {
            _ if !is_told => vec![released.silently()],
            0 => {
                let first = Self { is_over: false, ..released };
                first.again(FindingState::New).and_its_end(seen)
            }
            _ if released.is_over || says_nothing_new => {
                vec![Self { is_over: was_over, ..released }.silently()]
            }
            _ => vec![released.again(FindingState::Updated)],
        }
    }

    /// As it is kept if it was never reported: whenever it is, that will be in the words of then.
    fn unreported(self) -> Self {
        let mut record = self.record.without_words();
        if self.is_held {
            // It tells of nothing else, either.
            record.finding.explains.clear();
        }
        // Hours that nobody was told of do not end.
        let is_over = self.is_over && !has_hours(&record.finding);
        Self { record, is_over, ..self }
    }

    fn reported(self, state: FindingState) -> Transition {
        Transition { tracked: self, state: Some(state) }
    }

    fn silently(self) -> Transition {
        Transition { tracked: self, state: None }
    }

    fn found_again(self, found: &FindingRecord, seen: Timestamp) -> Transition {
        let (before, finding) = (&self.record.finding, &found.finding);
        // Hours that seem to be fewer now were reported: that they are the same again is nothing new.
        let reach = self.reach();
        let goes_on = has_hours(finding) && finding.last_time > reach.until;
        let is_shorter = has_hours(finding) && finding.last_time < reach.until;
        let is_more = finding.severity > before.severity
            && (!is_shorter || finding.severity > reach.severity)
            || finding.confidence > before.confidence
                && !(is_shorter || self.was_reported_as(finding));
        let is_back = if has_hours(finding) { goes_on } else { seen > self.seen };
        let is_over = is_over(finding, seen, seen);
        let state = match (self.is_over, is_over) {
            // Data that ends earlier than what was looked at, as with a clock that was set back, brings
            // nothing back.
            (true, false) if is_back => FindingState::Updated,
            (false, true) => FindingState::Ended,
            // It came back and ended while nobody looked.
            (true, true) if goes_on => FindingState::Ended,
            (false, false) if goes_on || is_more => FindingState::Updated,
            _ => return Self { seen, ..self }.silently(),
        };
        let record = if state == FindingState::Ended && is_shorter {
            self.record.clone()
        } else {
            self.record.taking(found)
        };
        Self { seen, is_over, ..self.with(record) }.again(state)
    }

    /// Whether an update would say, but for how sure it is, what the last one said. Receivers that go by
    /// what an event says would take the two for one.
    fn was_reported_as(&self, finding: &Finding) -> bool {
        let before = &self.record.finding;
        self.revision > 1
            && finding.message == before.message
            && finding.observed == before.observed
            && finding.last_time == before.last_time
    }

    /// Ends it if it is over and was not reported so.
    fn over_by(self, until: Timestamp) -> Transition {
        if self.is_over || !is_over(&self.record.finding, self.seen, until) {
            return self.silently();
        }
        Self { is_over: true, ..self }.again(FindingState::Ended)
    }

    /// Reports it once more; the first time it is new.
    fn again(self, state: FindingState) -> Transition {
        match (self.revision, state) {
            (0, FindingState::Ended) => self.silently(),
            (0, _) => Self { revision: 1, ..self }.reported(FindingState::New),
            (reported, state) => Self { revision: reported + 1, ..self }.reported(state),
        }
    }

    /// Whether it tells of a finding by another id, as it was last reported. If something is missing that
    /// it requires, the same thing may be found by another rule.
    fn tells_of(&self, found: &FindingRecord, missing: &[EvidencePart]) -> bool {
        !self.is_held
            && self.record.id != found.id
            && found.finding.is_told_by(&self.record.finding, self.requires(missing))
    }

    /// Whether it requires something that is missing.
    fn requires(&self, missing: &[EvidencePart]) -> bool {
        self.record.finding.required_evidence().any(|part| missing.contains(&part))
    }

    fn is_forgotten(&self, until: Option<Timestamp>) -> bool {
        let last = self.seen.max(self.record.finding.last_time);
        until.is_some_and(|until| until.duration_since(last) > MEMORY)
    }
}

fn has_hours(finding: &Finding) -> bool {
    matches!(finding.object, Object::Hours { .. } | Object::Peers(_))
}

/// Whether a finding that was last found at one time is over at another.
fn is_over(finding: &Finding, seen: Timestamp, until: Timestamp) -> bool {
    let last = if has_hours(finding) { finding.last_time } else { seen };
    until.duration_since(last) >= QUIET
}
