//! The answer as a sentence.

use std::cmp::Reverse;
use std::fmt;

use super::{Difference, Reassessed, Side};
use crate::Level;
use crate::finding::Finding;
use crate::priority::hundredths;

/// What led to the change of a priority most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reason<'a> {
    /// It is new.
    New(&'a Finding),
    /// It is more severe now.
    Worse(&'a Reassessed),
    /// It is gone.
    Gone(&'a Finding),
    /// It is less severe now.
    Milder(&'a Reassessed),
}

impl Reason<'_> {
    /// The finding, as it is or was last.
    #[must_use]
    pub const fn finding(&self) -> &Finding {
        match self {
            Self::New(finding) | Self::Gone(finding) => finding,
            Self::Worse(changed) | Self::Milder(changed) => &changed.finding,
        }
    }

    /// How severe it is at its most.
    fn severity(&self) -> Level {
        match self {
            Self::Milder(changed) => changed.before,
            other => other.finding().severity,
        }
    }
}

impl Difference {
    /// The findings that came or became worse, each group with its most severe first.
    pub fn worse(&self) -> impl Iterator<Item = Reason<'_>> {
        let worse = self.changed.iter().filter(|changed| changed.is_worse());
        self.new.iter().map(Reason::New).chain(worse.map(Reason::Worse))
    }

    /// The findings that went or became milder, each group with its most severe first.
    pub fn better(&self) -> impl Iterator<Item = Reason<'_>> {
        let milder = self.changed.iter().filter(|changed| changed.is_milder());
        let gone = self.gone.iter().map(|(finding, _)| Reason::Gone(finding));
        gone.chain(milder.map(Reason::Milder))
    }

    /// What led to the change of the priority most: the most severe of the findings that came or became
    /// worse; where it fell, of those that went or became milder. Priorities that rest on different
    /// answers do not say whether it fell: then it is what came.
    #[must_use]
    pub fn reason(&self) -> Option<Reason<'_>> {
        let fell = self.after.priority.score < self.before.priority.score;
        // The first of equals.
        let worst = |reason: &Reason<'_>| Reverse(reason.severity());
        if fell && self.unlike.is_empty() {
            self.better().min_by_key(worst)
        } else {
            self.worse().min_by_key(worst)
        }
    }

    /// The parts that only the other side has, by their names.
    fn lacking(&self, side: Side) -> Vec<&'static str> {
        let parts = self.unlike.iter().filter(|it| it.side == side);
        parts.map(|it| it.part.as_str()).collect()
    }
}

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            Self::New(_) => "new",
            Self::Worse(_) => "more severe now",
            Self::Gone(_) => "gone",
            Self::Milder(_) => "milder now",
        };
        write!(f, "{what}: {}", self.finding().message)
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = (&self.before.priority, &self.after.priority);
        // Priorities that print as the same number are the same.
        let (was, is) = (hundredths(before.score), hundredths(after.score));
        let (from, to) = (before.level, after.level);
        if !self.unlike.is_empty() {
            write!(f, "priority is {is} of 100, {to}, and was {was}, {from}, by other answers")?;
            for (side, name) in [(Side::Old, "old"), (Side::New, "new")] {
                let lacking = self.lacking(side);
                if !lacking.is_empty() {
                    write!(f, "; {} not in the {name} ones", lacking.join(", "))?;
                }
            }
            return self.reason().map_or(Ok(()), |reason| write!(f, "; {reason}"));
        }
        if (was - is).abs() < 0.5 {
            return write!(f, "priority is the same, {is} of 100, {to}");
        }
        let moved = if is > was { "rose" } else { "fell" };
        write!(f, "priority {moved} from {was} to {is} of 100, {from} to {to}")?;
        match self.reason() {
            Some(Reason::New(finding)) => write!(f, ": {}", finding.message),
            Some(Reason::Gone(finding)) => write!(f, ", without: {}", finding.message),
            Some(reason) => write!(f, "; {reason}"),
            None => Ok(()),
        }
    }
}
