//! A finding by the beginning of its id.

use std::fmt;
use std::str::FromStr;

use dt_model::{Diagnostic, FailureKind, Help};

use super::FindingRecord;

/// The beginning of a finding's id, as people type it.
///
/// ```
/// use dt_analysis::finding::FindingIdPrefix;
///
/// assert!("2ce2b4".parse::<FindingIdPrefix>().is_ok());
/// assert!("2ce2".parse::<FindingIdPrefix>().is_err(), "it may be many a finding's");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingIdPrefix(String);

/// Text that is too short to be told from other findings' ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShortFindingId(String);

/// An id that begins as no finding's does, or as those of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnclearFindingId {
    prefix: FindingIdPrefix,
    is_none: bool,
    /// The findings there are, with their ids.
    known: Vec<String>,
}

impl FindingIdPrefix {
    /// How much of an id has to be given.
    pub const LEAST_DIGITS: usize = 6;
    /// How many findings are named where none is meant, or several are.
    const NAMED: usize = 10;

    /// The finding whose id begins so.
    ///
    /// # Errors
    ///
    /// If there is none, or several, with those there are.
    pub fn find<'a>(
        &self,
        findings: &'a [FindingRecord],
    ) -> Result<&'a FindingRecord, UnclearFindingId> {
        let mut meant = findings.iter().filter(|it| it.id.to_string().starts_with(&self.0));
        match (meant.next(), meant.next()) {
            (Some(found), None) => Ok(found),
            (first, _) => {
                let known = findings.iter().map(|it| format!("{}: {}", it.id, it.finding.message));
                let (prefix, known) = (self.clone(), known.collect());
                Err(UnclearFindingId { prefix, is_none: first.is_none(), known })
            }
        }
    }
}

impl FromStr for FindingIdPrefix {
    type Err = ShortFindingId;

    fn from_str(text: &str) -> Result<Self, ShortFindingId> {
        if text.len() < Self::LEAST_DIGITS {
            return Err(ShortFindingId(text.to_owned()));
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

impl fmt::Display for ShortFindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let least = FindingIdPrefix::LEAST_DIGITS;
        write!(f, "{:?} is too little of a finding's id; give {least} digits of it", self.0)
    }
}

impl std::error::Error for ShortFindingId {}

impl fmt::Display for UnclearFindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = &self.prefix.0;
        if self.is_none {
            write!(f, "the device has no finding {prefix}")
        } else {
            write!(f, "several findings of the device begin with {prefix}")
        }
    }
}

impl std::error::Error for UnclearFindingId {}

impl Diagnostic for UnclearFindingId {
    fn kind(&self) -> FailureKind {
        FailureKind::Usage
    }

    fn details(&self) -> Vec<String> {
        let more = self.known.len().saturating_sub(FindingIdPrefix::NAMED);
        let more = (more > 0).then(|| format!("and {more} more"));
        self.known.iter().take(FindingIdPrefix::NAMED).cloned().chain(more).collect()
    }

    fn help(&self) -> Option<Help> {
        (!self.is_none).then(|| Help::new("give more digits of it"))
    }
}
