//! What is told from a level of severity on.

use std::borrow::Cow;

use dt_analysis::Level;

use super::{AssessedDevice, BelowLevel, Document, Report, ReportSummary};

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
                let Report { findings, below_level, .. } = &mut answer.body;
                leave_out(findings, below_level, level, |it| it.severity);
            }
            Self::ReportSummary(answer) => {
                let ReportSummary { findings, below_level, .. } = &mut answer.body;
                leave_out(findings, below_level, level, |it| it.severity);
            }
            Self::Evidence(evidence) => {
                for AssessedDevice { findings, below_level, .. } in &mut evidence.devices {
                    leave_out(findings, below_level, level, |it| it.severity);
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
        fn of<F>(below: Option<BelowLevel>, excluded: Option<&Vec<F>>) -> (BelowLevel, usize) {
            (below.unwrap_or_default(), excluded.map_or(0, Vec::len))
        }
        match self {
            Self::Report(answer) => of(answer.body.below_level, answer.body.excluded.as_ref()),
            Self::ReportSummary(answer) => {
                of(answer.body.below_level, answer.body.excluded.as_ref())
            }
            Self::Diff(answer) => {
                let found = answer.body.findings.as_ref();
                of(found.map(|it| it.below_level), found.map(|it| &it.excluded))
            }
            Self::Evidence(evidence) => {
                let of = |it: &AssessedDevice| of(it.below_level, it.excluded.as_ref());
                let all = evidence.devices.iter().map(of);
                all.fold(Default::default(), |(a, b), (below, excluded)| {
                    (a.and(below), b + excluded)
                })
            }
            _ => Default::default(),
        }
    }
}

/// Takes what is below a level out of the findings, and counts it.
fn leave_out<F>(
    findings: &mut Option<Vec<F>>,
    below_level: &mut Option<BelowLevel>,
    level: Level,
    severity: impl Fn(&F) -> Level,
) {
    let below = findings.as_mut().map(|all| take_below(all, level, severity));
    *below_level = below.map(|it| it.and(below_level.unwrap_or_default()));
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
