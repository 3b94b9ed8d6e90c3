//! One incident is one finding.

use std::cmp::Reverse;

use jiff::Timestamp;

use super::{Finding, Object};

/// The findings, the most severe first and among those the most recent. What is explained by another
/// finding becomes a reason of it.
pub(crate) fn merge(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(Finding::rank);
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        match kept.iter_mut().find(|main| finding.is_explained_by(main)) {
            Some(main) => main.reasons.push(finding.message),
            None => kept.push(finding),
        }
    }
    kept.sort_by_key(|finding| (Reverse(finding.severity), Reverse(happened(finding))));
    kept
}

/// When a finding was news: what is new stays so until the data ends.
fn happened(finding: &Finding) -> Timestamp {
    match finding.object {
        Object::Hours { end, .. } => end,
        _ => finding.first_time,
    }
}
