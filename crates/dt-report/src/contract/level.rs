//! What is told from a level of severity on.

use std::borrow::Cow;

use dt_analysis::Level;

use super::prelude::*;
use super::{BelowLevel, Document, Excluded};

/// What was found, as far as it is told; nothing of it is known under documented rules.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Judged_{F}")]
pub struct Judged<F> {
    /// What was found, the most severe first.
    pub findings: Option<Vec<F>>,
    /// How many findings are less severe than what was asked for, and not among them.
    pub below_level: Option<BelowLevel>,
    /// What was found and is excluded: it counts for nothing.
    pub excluded: Option<Vec<Excluded<F>>>,
}

impl<F> Judged<F> {
    /// What was found; nothing where it is not known.
    #[must_use]
    pub fn findings(&self) -> &[F] {
        self.findings.as_deref().unwrap_or_default()
    }

    /// How many findings are not told: those below the level, and those that are excluded.
    pub(crate) fn untold(&self) -> (BelowLevel, usize) {
        (self.below_level.unwrap_or_default(), self.excluded.as_ref().map_or(0, Vec::len))
    }

    /// The same, told in other words.
    pub(super) fn map<G>(self, tell: impl Fn(F) -> G) -> Judged<G> {
        let excluded = |it: Excluded<F>| it.map(&tell);
        Judged {
            below_level: self.below_level,
            excluded: self.excluded.map(|all| all.into_iter().map(excluded).collect()),
            findings: self.findings.map(|all| all.into_iter().map(&tell).collect()),
        }
    }

    fn leave_out_below(&mut self, level: Level, severity: impl Fn(&F) -> Level) {
        let below = self.findings.as_mut().map(|all| take_below(all, level, severity));
        self.below_level = below.map(|it| it.and(self.below_level.unwrap_or_default()));
    }
}

impl Document {
    /// Without the findings below a level, which are counted. They still raise the priority. How urgent
    /// all of it is has to be asked before.
    #[must_use]
    pub fn at_level(&self, level: Level) -> Cow<'_, Self> {
        if level <= Level::Low {
            return Cow::Borrowed(self);
        }
        let mut told = self.clone();
        told.leave_out_below(level);
        Cow::Owned(told)
    }

    fn leave_out_below(&mut self, level: Level) {
        match self {
            Self::Report(answer) => answer.body.judged.leave_out_below(level, |it| it.severity),
            Self::ReportSummary(answer) => {
                if let Some(judged) = &mut answer.body.judged {
                    judged.leave_out_below(level, |it| it.severity);
                }
            }
            Self::Evidence(evidence) => {
                for device in &mut evidence.devices {
                    device.judged.leave_out_below(level, |it| it.severity);
                }
            }
            Self::Diff(answer) => {
                if let Some(found) = &mut answer.body.findings {
                    found.below_level = [
                        take_below(&mut found.new, level, |it| it.severity),
                        take_below(&mut found.gone, level, |it| it.finding.severity),
                        take_below(&mut found.changed, level, |it| {
                            it.finding.severity.max(it.severity_before)
                        }),
                        take_below(&mut found.not_reported, level, |it| it.finding.severity),
                    ]
                    .into_iter()
                    .fold(found.below_level, BelowLevel::and);
                }
            }
            _ => {}
        }
    }

    /// How many findings are not told: those below the level that was asked for, and those that are excluded;
    /// of a diff those that it would list, of a watch none, which tells them where they are new.
    #[must_use]
    pub fn untold(&self) -> (BelowLevel, usize) {
        match self {
            Self::Report(answer) => answer.body.judged.untold(),
            Self::ReportSummary(answer) => {
                answer.body.judged.as_ref().map(Judged::untold).unwrap_or_default()
            }
            Self::Diff(answer) => {
                let found = answer.body.findings.as_ref();
                found.map(|it| (it.below_level, it.excluded.len())).unwrap_or_default()
            }
            Self::Evidence(evidence) => {
                let all = evidence.devices.iter().map(|device| device.judged.untold());
                all.fold(Default::default(), |(a, b), (below, excluded)| {
                    (a.and(below), b + excluded)
                })
            }
            _ => Default::default(),
        }
    }
}

impl BelowLevel {
    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self { low: self.low + other.low, medium: self.medium + other.medium }
    }
}

/// Takes what is below a level out of a list.
fn take_below<T>(all: &mut Vec<T>, level: Level, severity: impl Fn(&T) -> Level) -> BelowLevel {
    let mut below = BelowLevel::default();
    all.retain(|it| {
        let severity = severity(it);
        let is_below = severity < level;
        if is_below && severity == Level::Medium {
            below.medium += 1;
        } else if is_below {
            below.low += 1;
        }
        !is_below
    });
    below
}
