//! What was told about every device, so that each revision of a finding is told once.
//!
//! Looking at a device again finds the same things again, a little different: hours have gone by,
//! what is usual has moved. A [`Ledger`] compares what is found with what was told, and gives what is
//! new about it:
//!
//! | a finding that | is told as |
//! |---|---|
//! | was not told before | `new`, revision 1 |
//! | is more severe or surer than it was told, goes on after that, or was over and is back | `updated` |
//! | has been over for a day, and was not told so; one that is over at its first look, right after `new` | `ended` |
//! | is the same, or less | nothing |
//!
//! It keeps the id under which it was first told, even if its first hour looks different by now. It is
//! over a day after its last hour; what has no hours, such as a domain, a day after it was last found,
//! so that something at the edge of a threshold does not end every hour. What could not be looked at
//! does not end: a part of the answers that is missing holds what rests on it.

use std::collections::BTreeMap;

use dt_analysis::finding::Object;
use dt_model::EvidencePart;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::contract::{Finding, State, Told};

/// How long a finding is quiet before it is over: as long as an alert silences further ones.
const QUIET: SignedDuration = SignedDuration::from_hours(24);

/// How long a finding is remembered that is not found any more. The data reaches back four weeks: until
/// then it may be found again.
const MEMORY: SignedDuration = SignedDuration::from_hours(35 * 24);

/// What was told about every device.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Ledger {
    devices: BTreeMap<i64, Account>,
}

/// What was told about one device.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
struct Account {
    /// The end of the data that was looked at.
    until: Option<Timestamp>,
    entries: Vec<Entry>,
}

/// A finding as it was last told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Entry {
    /// How often it was told; 0 for one that is older than what is asked for.
    revision: u32,
    finding: Finding,
    /// The end of the data in which it was last found.
    seen: Timestamp,
    over: bool,
}

/// A look at a device.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// The device.
    pub did: i64,
    /// What was found.
    pub findings: &'a [Finding],
    /// The end of the data; without one, nothing can be said to be over.
    pub until: Option<Timestamp>,
    /// The parts of the answers that were asked for and are missing: what rests on them may still be
    /// there.
    pub missed: &'a [EvidencePart],
    /// What ended before is not told, unless it comes back.
    pub since: Option<Timestamp>,
}

impl Ledger {
    /// The end of the data about a device that was looked at last.
    #[must_use]
    pub fn until(&self, did: i64) -> Option<Timestamp> {
        self.devices.get(&did)?.until
    }

    /// What there is to tell after a look, in the order of the findings, then what ended. It counts as
    /// told: whoever cannot tell it goes on with an earlier ledger.
    pub fn news(&mut self, look: Look<'_>) -> Vec<Told> {
        let account = self.devices.entry(look.did).or_default();
        let until = look.until.or(account.until);
        let mut before = std::mem::take(&mut account.entries);
        let mut after = Vec::new();
        let mut news = Vec::new();
        for finding in look.findings {
            let seen = until.unwrap_or(finding.last_time);
            let entry = match take(&mut before, finding, look.findings) {
                Some(entry) => entry.found_again(finding, seen),
                None if look.since.is_some_and(|since| finding.last_time < since) => {
                    Entry::first(0, finding, seen).silently()
                }
                // What is over by now is told with its end.
                None => Entry::first(1, finding, seen).told().keep(&mut news).over_by(seen),
            };
            after.push(entry.keep(&mut news));
        }
        for entry in before {
            let entry = match until {
                Some(until) if !entry.rests_on(look.missed) => entry.over_by(until),
                _ => entry.silently(),
            };
            after.push(entry.keep(&mut news));
        }
        after.retain(|entry| !entry.is_forgotten(until));
        *account = Account { until, entries: after };
        news
    }

    /// Forgets devices that were not looked at for so long that nothing of it would be found again.
    pub fn forget(&mut self, now: Timestamp) {
        self.devices.retain(|_, account| {
            account.until.is_none_or(|until| now.duration_since(until) <= MEMORY)
        });
    }
}

/// Takes the entry about a finding: the one with its id, else the one about the same thing that no
/// other finding has the id of.
fn take(entries: &mut Vec<Entry>, finding: &Finding, all: &[Finding]) -> Option<Entry> {
    let exactly = |entry: &Entry| entry.finding.id == finding.id;
    let of_another = |entry: &Entry| all.iter().any(|other| other.id == entry.finding.id);
    let place = entries.iter().position(exactly).or_else(|| {
        entries.iter().position(|entry| same(&entry.finding, finding) && !of_another(entry))
    })?;
    Some(entries.remove(place))
}

/// Whether two findings are about the same thing: hours about hours that overlap.
fn same(one: &Finding, other: &Finding) -> bool {
    one.kind == other.kind
        && match (&one.about, &other.about) {
            (Object::Hours { .. }, Object::Hours { .. }) | (Object::Peers(_), Object::Peers(_)) => {
                one.first_time <= other.last_time && other.first_time <= one.last_time
            }
            (about, other) => about == other,
        }
}

/// What becomes of an entry, and whether that is told.
struct Outcome {
    entry: Entry,
    is_news: bool,
}

impl Outcome {
    fn keep(self, news: &mut Vec<Told>) -> Entry {
        if self.is_news {
            news.push(Told::new(self.entry.revision, self.entry.finding.clone()));
        }
        self.entry
    }
}

impl Entry {
    fn first(revision: u32, finding: &Finding, seen: Timestamp) -> Self {
        Self { revision, finding: finding.clone(), seen, over: false }
    }

    fn rests_on(&self, missed: &[EvidencePart]) -> bool {
        self.finding.kind.required_evidence().iter().any(|part| missed.contains(part))
    }

    fn told(self) -> Outcome {
        Outcome { entry: self, is_news: true }
    }

    fn silently(self) -> Outcome {
        Outcome { entry: self, is_news: false }
    }

    fn found_again(self, finding: &Finding, seen: Timestamp) -> Outcome {
        let next = Self { finding: finding.clone(), seen, ..self.clone() };
        let over = next.is_over(seen);
        let goes_on = next.has_hours() && finding.last_time > self.finding.last_time;
        let is_more =
            finding.level > self.finding.level || finding.certainty > self.finding.certainty;
        let state = match (self.over, over) {
            (true, false) => State::Updated,
            (false, true) => State::Ended,
            // It came back and ended while nobody looked.
            (true, true) if goes_on => State::Ended,
            (false, false) if goes_on || is_more => State::Updated,
            _ => return Self { seen, ..self }.silently(),
        };
        next.again(state, &self.finding.id, over)
    }

    /// Ends it if it is over and was not told so.
    fn over_by(self, until: Timestamp) -> Outcome {
        if self.over || !self.is_over(until) {
            return self.silently();
        }
        let id = self.finding.id.clone();
        self.again(State::Ended, &id, true)
    }

    /// Tells it once more, as the finding it was told as; the first time it is told it is new.
    fn again(self, state: State, id: &str, over: bool) -> Outcome {
        let Self { revision, finding, seen, .. } = self;
        let entry = |revision, state| Self {
            revision,
            finding: Finding { state, id: id.to_owned(), ..finding },
            seen,
            over,
        };
        match (revision, state) {
            (0, State::Ended) => entry(0, State::Ended).silently(),
            (0, _) => entry(1, State::New).told(),
            (told, state) => entry(told + 1, state).told(),
        }
    }

    fn has_hours(&self) -> bool {
        matches!(self.finding.about, Object::Hours { .. } | Object::Peers(_))
    }

    fn is_over(&self, until: Timestamp) -> bool {
        let last = if self.has_hours() { self.finding.last_time } else { self.seen };
        until.duration_since(last) >= QUIET
    }

    fn is_forgotten(&self, until: Option<Timestamp>) -> bool {
        let last = self.seen.max(self.finding.last_time);
        until.is_some_and(|until| until.duration_since(last) > MEMORY)
    }
}
