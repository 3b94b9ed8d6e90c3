//! What was found, on a screen.

use dt_analysis::Level;

use super::Options;
use super::rows::{Column, Long, Rows};
use super::screen::Screen;
use crate::contract::{Finding, Priority};
use crate::phrases::when::when;

/// How many findings the first screen shows, and with how many of them each has a reason below it.
const MOST: usize = 4;
const FEW: usize = 2;

/// The one number, and what it is not.
pub(super) fn priority(screen: &mut Screen, priority: &Priority) {
    let level = priority.level.as_str().to_uppercase();
    let score = 100.0 * priority.score;
    let text = format!("PRIORITY {score:.0}/100 {level}  (order of work, not a probability)");
    screen.level(priority.level, &text);
}

/// How many findings the first screen shows: those above low, or a few low ones where there are no
/// others.
pub(super) fn shown(findings: &[Finding]) -> usize {
    let urgent = findings.iter().filter(|finding| finding.severity > Level::Low).count();
    if urgent == 0 { findings.len().min(FEW) } else { urgent.min(MOST) }
}

/// The findings that matter most, each a sentence.
pub(super) fn first(screen: &mut Screen, findings: &[Finding], options: &Options) {
    let shown = shown(findings);
    let long = if shown > FEW { Long::Cut } else { Long::Wrapped };
    let mut rows = Rows::new(&[Column::Word, Column::Word, Column::Text], long);
    for (place, finding) in findings[..shown].iter().enumerate() {
        let level = finding.severity.as_str().to_uppercase();
        let rank = format!("{} {level}", place + 1);
        rows.row([rank, when(finding, options.viewpoint()), finding.message.clone()]);
        if let Some(reason) = finding.reasons.first().filter(|_| shown <= FEW) {
            rows.row([String::new(), String::new(), reason.clone()]);
        }
    }
    rows.show(screen);
}

/// Every finding with all that is known about it.
pub(super) fn every(screen: &mut Screen, findings: &[Finding], options: &Options) {
    screen.bold("FINDINGS");
    for (place, finding) in findings.iter().enumerate() {
        let title = format!(
            "{} {}  {}",
            place + 1,
            finding.severity.as_str().to_uppercase(),
            finding.rule.name
        );
        screen.level(finding.severity, &title);
        let mut rows = Rows::new(&[Column::Word, Column::Text], Long::Wrapped);
        rows.row(["when".to_owned(), when(finding, options.viewpoint())]);
        rows.row(["what".to_owned(), finding.message.clone()]);
        if !finding.reasons.is_empty() {
            rows.row(["speaks for".to_owned(), finding.reasons.join("; ")]);
        }
        if !finding.doubts.is_empty() {
            rows.row(["against".to_owned(), finding.doubts.join("; ")]);
        }
        if !finding.attack_candidates.is_empty() {
            let ids: Vec<&str> = finding.attack_candidates.iter().map(|it| it.id()).collect();
            let candidates = ids.join(", ");
            rows.row(["ATT&CK".to_owned(), format!("candidates: {candidates}")]);
        }
        rows.row([
            "how".to_owned(),
            format!("{}; {} confidence", finding.method, finding.confidence.as_str()),
        ]);
        rows.row(["id".to_owned(), finding.id.to_string()]);
        rows.show(screen);
    }
}
