//! What became of findings.

use dt_model::{Evidence, EvidencePart};
use jiff::Timestamp;
use serde::Serialize;

use super::{Both, IncomparablePart, List, NotReported, Side};
use crate::Level;
use crate::finding::{Aspect, Family, Finding, Object, Rule};

/// Why a finding is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It was over before the newer answers begin, or is too long ago to be new: they cannot show it.
    Passed,
    /// The newer answers could show it, and do not.
    NotFound,
}

/// A finding that both times show, with another severity.
#[derive(Debug, Clone, PartialEq)]
pub struct Reassessed {
    /// The severity it had.
    pub before: Level,
    /// What it is now.
    pub finding: Finding,
    /// What only one of both times reports of what its severity rests on: if there is something, it is
    /// judged otherwise for what is known, not for what happened.
    pub unlike: Vec<Basis>,
}

/// A finding of one time, of which the other one cannot say whether it was there.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Unreported {
    /// What it is.
    pub finding: Finding,
    /// Which time does not report what it rests on.
    pub side: Side,
    /// What that is.
    pub missing: Vec<Basis>,
    /// Why that was refused; `None` if it was not.
    pub reason: Option<String>,
}

/// What a finding rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
pub enum Basis {
    /// A part of the answers.
    Part(EvidencePart),
    /// A list in an answer that is there.
    List(List),
}

impl Basis {
    /// The parts that have it.
    const fn parts(&self) -> &[EvidencePart] {
        match self {
            Self::Part(part) => std::slice::from_ref(part),
            Self::List(list) => list.parts(),
        }
    }
}

/// What became of the findings of two times.
#[derive(Default)]
pub(super) struct Found {
    pub(super) new: Vec<Finding>,
    pub(super) gone: Vec<(Finding, Why)>,
    pub(super) changed: Vec<Reassessed>,
    pub(super) unreported: Vec<Unreported>,
    pub(super) same: usize,
}

/// What only one of both times reports.
#[derive(Clone, Copy)]
pub(super) struct Gaps<'a> {
    pub(super) answers: Both<'a>,
    pub(super) parts: &'a [IncomparablePart],
    pub(super) lists: &'a [NotReported],
}

/// The parts that only one of both answers has, each with the side that has not got it. What neither
/// has makes no difference between them.
pub(super) fn unlike(old: &Evidence, new: &Evidence) -> Vec<(EvidencePart, Side)> {
    let missing = |of: &Evidence| -> Vec<EvidencePart> {
        of.missing().into_iter().map(|missing| missing.part).collect()
    };
    let (old, new) = (missing(old), missing(new));
    let side = |part| match (old.contains(&part), new.contains(&part)) {
        (true, false) => Some((part, Side::Old)),
        (false, true) => Some((part, Side::New)),
        _ => None,
    };
    EvidencePart::ALL.into_iter().filter_map(side).collect()
}

/// Between which times something is known.
#[derive(Clone, Copy)]
pub(super) struct Times {
    /// The end of the older data.
    pub(super) old_until: Option<Timestamp>,
    /// The beginning of the newer data.
    pub(super) new_from: Option<Timestamp>,
    /// From when on something is new by the newer data.
    pub(super) new_since: Option<Timestamp>,
}

/// Puts the findings of two times beside each other.
pub(super) fn compare(
    before: &[Finding],
    after: &[Finding],
    gaps: Gaps<'_>,
    times: Times,
) -> Found {
    let mut found = Found::default();
    for finding in after {
        if let Some(earlier) = before.iter().find(|earlier| is_same(finding, earlier)) {
            if earlier.severity == finding.severity {
                found.same += 1;
            } else {
                let (before, finding) = (earlier.severity, finding.clone());
                let unlike = gaps.weighing(&finding);
                found.changed.push(Reassessed { before, finding, unlike });
            }
            continue;
        }
        match gaps.unreported(finding, Side::Old) {
            // When it began says more than what was not reported then.
            Some(unreported) if !times.has_begun_since(finding) => {
                found.unreported.push(unreported);
            }
            _ if is_told(finding, before, gaps.lacks(finding, Side::New)) => found.same += 1,
            _ => found.new.push(finding.clone()),
        }
    }
    for finding in before.iter().filter(|it| !after.iter().any(|later| is_same(it, later))) {
        match gaps.unreported(finding, Side::New) {
            Some(unreported) if !times.has_passed(finding) => found.unreported.push(unreported),
            _ if is_told(finding, after, gaps.lacks(finding, Side::Old)) => {}
            _ => {
                let passed = times.has_passed(finding);
                let why = if passed { Why::Passed } else { Why::NotFound };
                found.gone.push((finding.clone(), why));
            }
        }
    }
    found
}

impl Times {
    /// Whether a newer finding is seen to begin after the older data ends.
    fn has_begun_since(self, finding: &Finding) -> bool {
        let first = Some(finding.first_time);
        self.old_until.is_some() && first >= self.old_until && first > self.new_from
    }

    /// Whether the newer data could not show an older finding.
    fn has_passed(self, finding: &Finding) -> bool {
        let is_over = self.new_from.is_some_and(|from| finding.last_time <= from);
        let began = match finding.rule {
            // Until the last of them was new.
            Rule::NewPeers => finding.last_time,
            _ => finding.first_time,
        };
        let was_new = finding.rule.family() == Family::Novelty;
        is_over || was_new && self.new_since.is_some_and(|since| began < since)
    }
}

impl Gaps<'_> {
    /// What one side lacks of what a finding rests on. A list of a part that is missing is not told
    /// beside it.
    fn of(self, finding: &Finding, side: Side) -> Vec<Basis> {
        let lacks =
            |part: &EvidencePart| self.parts.iter().any(|it| it.part == *part && it.side == side);
        let parts = finding.required_evidence().filter(lacks);
        let parts: Vec<Basis> = parts.map(Basis::Part).collect();
        if !parts.is_empty() {
            return parts;
        }
        let lacks = |list: &List| self.lists.iter().any(|it| it.list == *list && it.side == side);
        let list = list(finding).filter(lacks);
        list.map(Basis::List).into_iter().collect()
    }

    fn lacks(self, finding: &Finding, side: Side) -> bool {
        !self.of(finding, side).is_empty()
    }

    fn unreported(self, finding: &Finding, side: Side) -> Option<Unreported> {
        let missing = self.of(finding, side);
        if missing.is_empty() {
            return None;
        }
        let parts: Vec<EvidencePart> = missing.iter().flat_map(Basis::parts).copied().collect();
        let reason = self.answers.reason(&parts, side);
        Some(Unreported { finding: finding.clone(), side, missing, reason })
    }

    /// What only one side has of what a finding's severity rests on.
    fn weighing(self, finding: &Finding) -> Vec<Basis> {
        let parts =
            finding.required_evidence().chain(finding.rule.supporting_evidence().iter().copied());
        let is_unlike = |part: &EvidencePart| self.parts.iter().any(|it| it.part == *part);
        parts.filter(is_unlike).map(Basis::Part).collect()
    }
}

/// The list that has what a finding is about.
fn list(finding: &Finding) -> Option<List> {
    match (finding.rule.aspect(), &finding.object) {
        (Aspect::Ports, _) => Some(List::Ports),
        (Aspect::Peers, _) => Some(List::Peers),
        (Aspect::Domains, _) => Some(List::Domains),
        (Aspect::SimilarDevices, Object::Metric(mix)) => match mix.as_ref() {
            "ports" => Some(List::Ports),
            "domains" => Some(List::Domains),
            _ => None,
        },
        _ => None,
    }
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

/// Whether the other time tells of the same thing in a finding that says no less.
fn is_told(finding: &Finding, others: &[Finding], knows_less: bool) -> bool {
    others.iter().any(|main| finding.is_told_by(main, knows_less))
}

impl Reassessed {
    /// Whether it is more severe, and not for want of answers.
    #[must_use]
    pub fn is_worse(&self) -> bool {
        self.unlike.is_empty() && self.finding.severity > self.before
    }

    /// Whether it is less severe, and not for want of answers.
    #[must_use]
    pub fn is_milder(&self) -> bool {
        self.unlike.is_empty() && self.finding.severity < self.before
    }
}

impl Basis {
    /// The name of the part or the list in the output contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Part(part) => part.as_str(),
            Self::List(list) => list.as_str(),
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
