//! Which lines of a ranking are shown.

use dt_analysis::Level;

use super::{Change, RankedRow, Ranking, Subject};

/// Which lines of a ranking are shown. What they are held against is the whole fleet all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RankingFilter<'a> {
    /// Lines of this level or above.
    pub least: Level,
    /// Only what was not there before.
    pub only_new: bool,
    /// Only what this appliance sees.
    pub appliance: Option<&'a str>,
}

impl Default for RankingFilter<'_> {
    /// Every line.
    fn default() -> Self {
        Self { least: Level::Minimal, only_new: false, appliance: None }
    }
}

impl Ranking<'_> {
    /// The lines that a filter leaves.
    #[must_use]
    pub fn only(mut self, filter: RankingFilter<'_>) -> Self {
        let is_seen =
            |row: &RankedRow<'_>| filter.appliance.is_none_or(|it| row.subject.is_seen_by(it));
        self.rows.retain(|row| {
            // Of appliances and groups those are lines, too, that are not urgent.
            let is_urgent = row.level >= filter.least || matches!(row.subject, Subject::Several(_));
            is_urgent && is_seen(row) && (!filter.only_new || row.change == Change::New)
        });
        self.gone.retain(|row| row.level >= filter.least && is_seen(row) && !filter.only_new);
        self
    }
}

impl Subject<'_> {
    /// Whether an appliance sees any of it.
    fn is_seen_by(&self, appliance: &str) -> bool {
        match self {
            Self::Device(row) => row.appliance == appliance,
            Self::Thing(thing) => thing.members.iter().any(|row| row.appliance == appliance),
            Self::Several(several) => several.devices.iter().any(|row| row.appliance == appliance),
        }
    }
}
