//! The parts of a series that are compared with each other.

use std::fmt;

use dt_model::Series;
use jiff::Timestamp;

use crate::ChangePolicy;

/// Why a series could not be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// It counts nothing in all of the 28 days.
    Silent,
    /// It does not cover them.
    TooShort,
    /// Too many of its intervals are missing.
    Gaps,
    /// Too few bytes moved for their direction to say anything.
    Little,
}

impl Reason {
    /// Every reason.
    pub(super) const ALL: [Self; 4] = [Self::Silent, Self::TooShort, Self::Gaps, Self::Little];
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Silent => "silent",
            Self::TooShort => "with less than 28 days of data",
            Self::Gaps => "with too many gaps",
            Self::Little => "with too little traffic",
        })
    }
}

/// When the parts of the comparison begin and end.
#[derive(Clone, Copy)]
pub(super) struct Windows {
    begin: Timestamp,
    change: Timestamp,
    end: Timestamp,
}

/// Means per interval.
#[derive(Clone, Copy)]
pub(super) struct Means {
    pub(super) before: f64,
    pub(super) recent: f64,
    all: f64,
    /// The sum of all.
    pub(super) sum: u128,
}

impl Means {
    pub(super) fn change(&self) -> f64 {
        self.recent.ln_1p() - self.before.ln_1p()
    }

    pub(super) fn level(&self) -> f64 {
        self.all.ln_1p()
    }
}

impl Windows {
    pub(super) fn ending(end: Timestamp, policy: &ChangePolicy) -> Option<Self> {
        let change = end.checked_sub(policy.recent).ok()?;
        let begin = change.checked_sub(policy.before).ok()?;
        Some(Self { begin, change, end })
    }

    /// Of a series that counts anything at all.
    pub(super) fn read(self, series: &Series, policy: &ChangePolicy) -> Result<Means, Reason> {
        let means = self.means(series, policy)?;
        if means.all > 0.0 { Ok(means) } else { Err(Reason::Silent) }
    }

    pub(super) fn means(self, series: &Series, policy: &ChangePolicy) -> Result<Means, Reason> {
        let start = series.start().ok_or(Reason::TooShort)?;
        let width = series.width().ok_or(Reason::TooShort)?;
        if start.duration_since(self.begin) > policy.late_at_most {
            return Err(Reason::TooShort);
        }
        let part = |begin: Timestamp, end: Timestamp| {
            let buckets = series.buckets();
            let first = buckets.partition_point(|bucket| bucket.start < begin);
            let past = buckets.partition_point(|bucket| bucket.start < end);
            &buckets[first..past.max(first)]
        };
        let sum = |begin, end: Timestamp| {
            let buckets = part(begin, end);
            let whole = end.duration_since(begin).as_secs_f64() / width.as_secs_f64();
            let count = buckets.len() as f64;
            let sum: u128 = buckets.iter().map(|bucket| u128::from(bucket.count)).sum();
            let enough = count > 0.0 && count >= policy.fewest_share * whole;
            enough.then_some((sum, count)).ok_or(Reason::Gaps)
        };
        let (before, recent) = (sum(self.begin, self.change)?, sum(self.change, self.end)?);
        let all = (before.0 + recent.0, before.1 + recent.1);
        let mean = |(sum, count): (u128, f64)| sum as f64 / count;
        Ok(Means { before: mean(before), recent: mean(recent), all: mean(all), sum: all.0 })
    }
}
