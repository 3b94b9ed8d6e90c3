//! One incident is one finding.

use std::cmp::Reverse;

use jiff::Timestamp;

use super::{Finding, Object, Rule};

/// The findings, the most severe first and among those the most recent. What only shows another one
/// from a side that says less becomes a reason of it.
pub(crate) fn joined(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| (Reverse(finding.severity), standing(finding.rule)));
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        match kept.iter_mut().find(|main| shows(&finding, main)) {
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

/// How much a rule says about what happened; less is more.
fn standing(rule: Rule) -> u8 {
    match rule {
        Rule::ExternalUpload => 0,
        Rule::Upload | Rule::NewPeers | Rule::RegularCaller => 1,
        Rule::GeneratedDomain | Rule::NewPort => 2,
        Rule::NewDomain => 3,
        Rule::ConnectionRise => 4,
        Rule::InternalUpload | Rule::Download => 5,
        Rule::ConnectionDrop => 6,
        Rule::ChangeFromPeers | Rule::MixFromPeers => 7,
    }
}

/// Whether one finding shows what another one says better.
pub(crate) fn shows(finding: &Finding, main: &Finding) -> bool {
    let is_rise = |rule| {
        matches!(rule, Rule::ConnectionRise | Rule::InternalUpload | Rule::Download | Rule::Upload)
    };
    let overlap = finding.first_time < main.last_time && main.first_time < finding.last_time;
    let same_object = finding.object == main.object;
    let named = match &finding.object {
        Object::Domain(domain) => {
            main.reasons.iter().any(|reason| reason.contains(domain.as_str()))
        }
        _ => false,
    };
    match (finding.rule, main.rule) {
        // The domain of an upload, of a generated name or of a regular caller.
        (Rule::NewDomain | Rule::GeneratedDomain, _) if same_object || named => true,
        (rise, Rule::ExternalUpload | Rule::Upload | Rule::NewPeers) if is_rise(rise) => overlap,
        (Rule::Download | Rule::InternalUpload, Rule::ConnectionRise) => overlap,
        (Rule::ChangeFromPeers, Rule::ConnectionDrop) => {
            overlap && finding.observed < finding.expected
        }
        (rise, Rule::NewPort | Rule::NewDomain | Rule::RegularCaller) if is_rise(rise) => {
            // It began with what is new, within the hour the series resolves.
            let apart = finding.first_time.duration_since(main.first_time);
            overlap && apart.as_hours().abs() <= 1
        }
        _ => false,
    }
}
