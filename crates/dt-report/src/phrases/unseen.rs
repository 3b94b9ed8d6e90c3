//! What the answers do not say.

use dt_analysis::AsOf;
use dt_analysis::finding::{Object, Unit};

use super::times;
use crate::contract::{Answer, Finding, Report, ReportFacts};

/// Everything that cannot be seen, beside this finding if there is one.
pub(crate) fn unseen(
    answer: &Answer<Report>,
    main: Option<&Finding>,
    from: AsOf<'_>,
) -> Vec<String> {
    let report = &answer.body;
    let mut unseen: Vec<String> = Vec::new();
    if report.connections.as_ref().is_some_and(|connections| connections.protocols.is_none()) {
        unseen.push("protocols".to_owned());
    }
    if main.is_some_and(is_hours_of_bytes) {
        unseen.push("port and address of these bytes".to_owned());
    }
    let missing = answer.facts.missing.iter();
    unseen.extend(missing.map(|missing| format!("{}: {missing}", missing.part.in_words())));
    match answer.header.data_until.and_then(|until| times::ago(until, from.now)) {
        Some(ago) if report.findings.is_some() => {
            unseen.extend(ago.strip_suffix(" ago").map(|time| format!("the last {time}")));
        }
        _ => {}
    }
    if report.findings.is_none() {
        unseen.push("timing of unusual activity".to_owned());
    }
    unseen
}

/// A doubt without the reason that stands among what cannot be seen already.
pub(crate) fn without_reason<'d>(doubt: &'d str, facts: &ReportFacts) -> &'d str {
    let mut reasons = facts.missing.iter().flat_map(|missing| {
        let refusal = missing.refusal.as_ref().map(ToString::to_string);
        refusal.into_iter().chain([missing.to_string()])
    });
    let cut = |reason: String| doubt.strip_suffix(&reason)?.strip_suffix(": ");
    reasons.find_map(cut).unwrap_or(doubt)
}

fn is_hours_of_bytes(finding: &Finding) -> bool {
    matches!(finding.object, Object::Hours { .. }) && finding.unit == Unit::Bytes
}
