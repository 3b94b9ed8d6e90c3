//! What is told from a level of severity on.

use std::borrow::Cow;

use dt_analysis::Level;

use super::{BelowLevel, Document};

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
            Self::Report(answer) => {
                let report = &mut answer.body;
                let findings = report.findings.as_mut();
                let below = findings.map(|all| take_below(all, level, |it| it.severity));
                report.below_level = below.map(|it| it.and(report.below_level.unwrap_or_default()));
            }
            Self::ReportSummary(answer) => {
                let summary = &mut answer.body;
                let findings = summary.findings.as_mut();
                let below = findings.map(|all| take_below(all, level, |it| it.severity));
                summary.below_level =
                    below.map(|it| it.and(summary.below_level.unwrap_or_default()));
            }
            Self::Evidence(evidence) => {
                for device in &mut evidence.devices {
                    let findings = device.findings.as_mut();
                    let below = findings.map(|all| take_below(all, level, |it| it.severity));
                    let before = device.below_level.unwrap_or_default();
                    device.below_level = below.map(|it| it.and(before));
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

    /// How many findings are below the level that was asked for; of a diff, of those that it lists.
    #[must_use]
    pub fn below_level(&self) -> BelowLevel {
        match self {
            Self::Report(answer) => answer.body.below_level.unwrap_or_default(),
            Self::ReportSummary(answer) => answer.body.below_level.unwrap_or_default(),
            Self::Diff(answer) => {
                answer.body.findings.as_ref().map(|found| found.below_level).unwrap_or_default()
            }
            Self::Evidence(evidence) => {
                let devices = evidence.devices.iter().filter_map(|device| device.below_level);
                devices.fold(BelowLevel::default(), BelowLevel::and)
            }
            _ => BelowLevel::default(),
        }
    }

    /// How many findings are excluded; of a watch none, which tells them where they are new.
    #[must_use]
    pub fn excluded(&self) -> usize {
        match self {
            Self::Report(answer) => answer.body.excluded.as_ref().map_or(0, Vec::len),
            Self::ReportSummary(answer) => answer.body.excluded.as_ref().map_or(0, Vec::len),
            Self::Diff(answer) => {
                answer.body.findings.as_ref().map_or(0, |found| found.excluded.len())
            }
            Self::Evidence(evidence) => {
                let devices = evidence.devices.iter().filter_map(|it| it.excluded.as_ref());
                devices.map(Vec::len).sum()
            }
            _ => 0,
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
