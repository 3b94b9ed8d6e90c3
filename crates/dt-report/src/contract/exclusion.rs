//! `dt.exclusions/1`, and what is excluded of a report.

use dt_analysis::exclusions::{self as analysis, Exclusion, ExclusionUsage, ExclusionsAt, Matched};
use dt_analysis::finding::FindingState;

use super::finding::Context;
use super::prelude::*;
use super::{ExclusionView, Finding};

/// A finding that somebody expects: it counts for nothing.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Excluded_{F}")]
pub struct Excluded<F> {
    /// By which entry it is excluded; the first, if there are several.
    pub exclusion: ExclusionView,
    /// What was found.
    #[serde(flatten)]
    pub finding: F,
}

/// The entries that exclude findings.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Exclusions {
    /// The object's schema and its version.
    pub schema: &'static str,
    /// Over all that they say; `null` without any.
    pub digest: Option<String>,
    /// Each entry, in the order of its file.
    pub exclusions: Vec<ExclusionRow>,
}

/// An entry, and of what use it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ExclusionRow {
    /// The entry.
    #[serde(flatten)]
    pub exclusion: ExclusionView,
    /// Where it stands: a file, and the number of a line.
    pub place: String,
    /// Whether it applies.
    pub state: ExclusionState,
    /// How many findings it matched so far, as far as this user has looked.
    pub matched: usize,
    /// When it matched last; `null` if it never did.
    #[schemars(with = "Option<Time>")]
    pub last_matched: Option<Timestamp>,
}

word_enum! {
    /// Whether an entry applies.
    ExclusionState {
        /// It does.
        Active = "active",
        /// Not any more.
        Expired = "expired",
    }
}

/// How many findings are less severe than what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct BelowLevel {
    /// Of low severity.
    pub low: usize,
    /// Of medium severity.
    pub medium: usize,
}

impl Excluded<Finding> {
    pub(super) fn list(excluded: &[analysis::ExcludedFinding], context: Context<'_>) -> Vec<Self> {
        Self::of(excluded, |found| Finding::one(found, FindingState::New, context))
    }
}

impl<F> Excluded<F> {
    /// What is excluded, as `finding` tells it.
    pub(super) fn of(
        excluded: &[analysis::ExcludedFinding],
        finding: impl Fn(&dt_analysis::finding::Finding) -> F,
    ) -> Vec<Self> {
        let view = |it: &analysis::ExcludedFinding| {
            let exclusion = it.by.first()?.into();
            Some(Self { exclusion, finding: finding(&it.finding) })
        };
        excluded.iter().filter_map(view).collect()
    }

    /// The same, told in other words.
    pub(super) fn map<G>(self, tell: impl Fn(F) -> G) -> Excluded<G> {
        Excluded { exclusion: self.exclusion, finding: tell(self.finding) }
    }
}

impl Exclusions {
    /// The object of `dt exclusions`: entries, each with the place where it stands, as they apply at a
    /// time.
    #[must_use]
    pub fn new(
        entries: &[Exclusion],
        place: impl Fn(usize) -> String,
        usage: &ExclusionUsage,
        now: Timestamp,
    ) -> Self {
        let row = |(number, entry): (usize, &Exclusion)| {
            let matched = usage.of(entry);
            ExclusionRow {
                exclusion: entry.into(),
                place: place(number),
                state: if entry.expires() > now {
                    ExclusionState::Active
                } else {
                    ExclusionState::Expired
                },
                matched: matched.map_or(0, Matched::count),
                last_matched: matched.map(|matched| matched.last),
            }
        };
        Self {
            schema: "dt.exclusions/1",
            digest: ExclusionsAt::new(entries, now).digest(),
            exclusions: entries.iter().enumerate().map(row).collect(),
        }
    }
}
