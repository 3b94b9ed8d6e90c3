//! What changed about a device between two times?
//!
//! Both times are [assessed](crate::assessment) by themselves, with the same policy, each as of its
//! own time. Then what they found and what they list is put beside each other:
//!
//! - a finding is the same if its rule is, and what it is about; hours are the same if they overlap;
//! - ports, peers, similar devices, domains and countries are new or gone if only one time lists
//!   them.
//!
//! Lists are bounded: an appliance merges what is small, asks for a few similar devices only, and
//! places the largest domains only. What such a list has not got may have been there all the same,
//! and is said to be [`Certainty::Listed`], unless a first time says more.
//!
//! What only one of both times reports is not compared: it is in [`Difference::not_reported`], and
//! never new or gone.

mod listing;
mod lists;

use std::fmt;

use dt_model::{DeviceId, Evidence, Port};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::assessment::{Assessment, Viewpoint, assess};
use crate::finding::{Finding, Object};
use crate::priority::Priority;
use crate::{Level, Policy};

use listing::Listing;
pub use listing::{Certainty, Change, Changes};

/// What was answered at one time.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// The answers.
    pub evidence: &'a Evidence,
    /// When they were asked for.
    pub asked: Timestamp,
}

/// What changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// What the older answers say.
    pub before: Assessment,
    /// What the newer answers say.
    pub after: Assessment,
    /// What only the newer answers show, the most severe first.
    pub new: Vec<Finding>,
    /// What only the older answers show, and why.
    pub gone: Vec<(Finding, Why)>,
    /// What both show, now more or less severe: with the severity it had.
    pub changed: Vec<(Level, Finding)>,
    /// How many findings are the same.
    pub same: usize,
    /// Ports it connected to.
    pub ports: Option<Changes<Port>>,
    /// Ports it was reached on.
    pub served_ports: Option<Changes<Port>>,
    /// Whom it connected to in the network.
    pub peers: Option<Changes<Named>>,
    /// The devices most like it.
    pub similar: Option<Changes<Named>>,
    /// Domains outside.
    pub domains: Option<Changes<String>>,
    /// Countries it connected to.
    pub countries: Option<Changes<String>>,
    /// What could not be compared.
    pub not_reported: Vec<NotReported>,
}

/// Why a finding is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// It was over before the newer answers begin: they cannot show it.
    Passed,
    /// The newer answers could show it, and do not.
    NotFound,
}

/// A device or a group of addresses, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its id, if it is a device and that is known.
    pub did: Option<DeviceId>,
    /// Its host name, else its address, else its id.
    pub name: String,
}

/// What is compared as a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum List {
    /// [`Difference::ports`].
    Ports,
    /// [`Difference::served_ports`].
    ServedPorts,
    /// [`Difference::peers`].
    Peers,
    /// [`Difference::similar`].
    Similar,
    /// [`Difference::domains`].
    Domains,
    /// [`Difference::countries`].
    Countries,
}

/// A list that an answer does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NotReported {
    /// Which list.
    pub list: List,
    /// Whose.
    pub side: Side,
}

/// One of two times, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The older one.
    Old,
    /// The newer one.
    New,
    /// Both of them.
    Both,
}

/// Puts what was answered at two times beside each other.
#[must_use]
pub fn analyse(old: Moment<'_>, new: Moment<'_>, zone: &TimeZone, policy: &Policy) -> Difference {
    let look =
        |moment: Moment<'_>| assess(moment.evidence, Viewpoint { now: moment.asked, zone }, policy);
    let (before, after) = (look(old), look(new));
    let begins = new.evidence.answers().filter_map(|it| it.subject.longest_series().start()).min();
    let is_in = |finding: &Finding, others: &[Finding]| {
        others.iter().position(|other| is_same(finding, other))
    };
    let mut found = Found::default();
    for finding in &after.findings {
        match is_in(finding, &before.findings).map(|place| &before.findings[place]) {
            None => found.new.push(finding.clone()),
            Some(earlier) if earlier.severity == finding.severity => found.same += 1,
            Some(earlier) => found.changed.push((earlier.severity, finding.clone())),
        }
    }
    for finding in before.findings.iter().filter(|it| is_in(it, &after.findings).is_none()) {
        let passed = begins.is_some_and(|begins| finding.last_time <= begins);
        let why = if passed { Why::Passed } else { Why::NotFound };
        found.gone.push((finding.clone(), why));
    }

    let until = old.evidence.whole_until(old.asked);
    let (was, is) = (lists::outside(old.evidence, policy), lists::outside(new.evidence, policy));
    let mut not_reported = Vec::new();
    let mut both = Beside { until, not_reported: &mut not_reported };
    let (old, new) = (old.evidence, new.evidence);
    Difference {
        ports: both.compare(List::Ports, lists::ports(old), lists::ports(new), Port::clone),
        served_ports: both.compare(
            List::ServedPorts,
            lists::served_ports(old),
            lists::served_ports(new),
            Port::clone,
        ),
        peers: both.compare(List::Peers, lists::peers(old), lists::peers(new), lists::identity),
        similar: both.compare(
            List::Similar,
            lists::similar(old),
            lists::similar(new),
            lists::identity,
        ),
        domains: both.compare(List::Domains, was.domains, is.domains, |name| name.to_lowercase()),
        countries: both.compare(List::Countries, was.countries, is.countries, String::clone),
        not_reported,
        new: found.new,
        gone: found.gone,
        changed: found.changed,
        same: found.same,
        before,
        after,
    }
}

#[derive(Default)]
struct Found {
    new: Vec<Finding>,
    gone: Vec<(Finding, Why)>,
    changed: Vec<(Level, Finding)>,
    same: usize,
}

/// Whether two findings are of the same thing.
fn is_same(one: &Finding, other: &Finding) -> bool {
    one.rule == other.rule
        && match (&one.object, &other.object) {
            (Object::Hours { start, end }, Object::Hours { start: first, end: last }) => {
                start < last && first < end
            }
            // However many they are by now.
            (Object::Peers(_), Object::Peers(_)) => true,
            (one, other) => one == other,
        }
}

/// Compares list by list, and notes those that only one side has.
struct Beside<'a> {
    until: Option<Timestamp>,
    not_reported: &'a mut Vec<NotReported>,
}

impl Beside<'_> {
    fn compare<K: Clone, I: Eq + std::hash::Hash>(
        &mut self,
        list: List,
        old: Option<Listing<K>>,
        new: Option<Listing<K>>,
        identity: impl Fn(&K) -> I,
    ) -> Option<Changes<K>> {
        let side = match (&old, &new) {
            (Some(_), Some(_)) => None,
            (None, Some(_)) => Some(Side::Old),
            (Some(_), None) => Some(Side::New),
            (None, None) => Some(Side::Both),
        };
        self.not_reported.extend(side.map(|side| NotReported { list, side }));
        Some(new?.beside(&old?, self.until, identity))
    }
}

impl Difference {
    /// What led to the change of the priority most: the most severe finding that came, or that went.
    #[must_use]
    pub fn reason(&self) -> Option<&Finding> {
        let (before, after) = (&self.before.priority, &self.after.priority);
        if after.score >= before.score {
            let worse = self.changed.iter().filter(|(was, finding)| finding.severity > *was);
            self.new.first().or_else(|| worse.map(|(_, finding)| finding).next())
        } else {
            let better = self.changed.iter().filter(|(was, finding)| finding.severity < *was);
            let gone = self.gone.iter().map(|(finding, _)| finding);
            gone.chain(better.map(|(_, finding)| finding)).next()
        }
    }
}

impl List {
    /// The name in the output contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ports => "ports",
            Self::ServedPorts => "served_ports",
            Self::Peers => "peers",
            Self::Similar => "similar_devices",
            Self::Domains => "domains",
            Self::Countries => "countries",
        }
    }

    /// The list in words.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::ServedPorts => "served ports",
            Self::Similar => "similar devices",
            other => other.as_str(),
        }
    }
}

impl Side {
    /// The side in words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Old => "old",
            Self::New => "new",
            Self::Both => "both",
        }
    }
}

impl Why {
    /// The name in the output contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::NotFound => "not_found",
        }
    }
}

impl fmt::Display for NotReported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = self.list.in_words();
        match self.side {
            Side::Old => write!(f, "{what}: not in the old answers"),
            Side::New => write!(f, "{what}: not in the new answers"),
            Side::Both => write!(f, "{what}: in neither"),
        }
    }
}

/// Priorities that print as the same number are the same.
fn hundredths(priority: &Priority) -> f64 {
    (100.0 * priority.score).round()
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = (&self.before.priority, &self.after.priority);
        let (was, is) = (hundredths(before), hundredths(after));
        if (was - is).abs() < 0.5 {
            return write!(f, "priority is the same, {is} of 100, {}", after.level);
        }
        let moved = if is > was { "rose" } else { "fell" };
        let (from, to) = (before.level, after.level);
        write!(f, "priority {moved} from {was} to {is} of 100, {from} to {to}")?;
        match self.reason() {
            Some(finding) if is > was => write!(f, ": {}", finding.message),
            Some(finding) => write!(f, ", without: {}", finding.message),
            None => Ok(()),
        }
    }
}
