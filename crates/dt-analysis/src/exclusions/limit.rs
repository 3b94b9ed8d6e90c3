//! How much an entry excludes.

use std::fmt;
use std::str::FromStr;

use crate::finding::{Finding, Unit};

/// An amount that is all right, such as `1200000000 bytes`. Up to ten times it is excluded; beyond that,
/// something else happened than what the entry is for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    amount: f64,
    unit: Unit,
}

/// The text is no limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidLimit(String);

/// How many times its limit an entry excludes.
const BEYOND: f64 = 10.0;

impl Limit {
    /// What a finding observed; `None` for one that counts nothing.
    #[must_use]
    pub fn of(finding: &Finding) -> Option<Self> {
        let amount = finding.observed.filter(|amount| amount.is_finite() && *amount > 0.0)?;
        Some(Self { amount, unit: finding.unit })
    }

    /// Whether a finding is within ten times it; `None` if it counts something else, or nothing.
    pub(super) fn holds(self, finding: &Finding) -> Option<bool> {
        let observed = finding.observed.filter(|_| self.unit == finding.unit)?;
        Some(observed <= BEYOND * self.amount)
    }
}

impl FromStr for Limit {
    type Err = InvalidLimit;

    fn from_str(text: &str) -> Result<Self, InvalidLimit> {
        let read = || {
            let (amount, unit) = text.trim().split_once(' ')?;
            let unit = Unit::ALL.into_iter().find(|known| known.as_str() == unit.trim())?;
            let amount = amount.parse().ok().filter(|it: &f64| it.is_finite() && *it > 0.0)?;
            Some(Self { amount, unit })
        };
        read().ok_or_else(|| InvalidLimit(text.to_owned()))
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.unit.as_str())
    }
}

impl fmt::Display for InvalidLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = Unit::ALL.map(Unit::as_str).join(", ");
        write!(
            f,
            "{:?} is no limit, such as \"1200000000 bytes\": a number above 0, and one of {units}",
            self.0
        )
    }
}

impl std::error::Error for InvalidLimit {}
