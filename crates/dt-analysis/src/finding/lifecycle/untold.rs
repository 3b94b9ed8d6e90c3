//! What a look found and did not report.

use std::ops::AddAssign;

use serde::Serialize;

use crate::Level;

/// What an observation found for the first time and did not report: what is excluded besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Untold {
    /// Of low severity, which is less than what was asked for.
    pub low: usize,
    /// Of medium severity, which is less than what was asked for.
    pub medium: usize,
    /// Ended too long ago.
    pub older: usize,
}

impl Untold {
    /// Whether nothing was.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// How severe the most severe of what is below the level is; `None` if nothing is.
    #[must_use]
    pub fn severity(&self) -> Option<Level> {
        let counts = [(self.medium, Level::Medium), (self.low, Level::Low)];
        counts.into_iter().find(|(count, _)| *count > 0).map(|(_, level)| level)
    }

    pub(super) const fn below(&mut self, severity: Level) {
        match severity {
            Level::Minimal | Level::Low => self.low += 1,
            Level::Medium | Level::High => self.medium += 1,
        }
    }
}

impl AddAssign for Untold {
    fn add_assign(&mut self, other: Self) {
        self.low += other.low;
        self.medium += other.medium;
        self.older += other.older;
    }
}
