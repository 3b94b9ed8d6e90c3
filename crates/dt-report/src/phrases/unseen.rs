//! What the answers do not say.

use dt_analysis::AsOf;
use dt_analysis::finding::{Object, Unit};
use dt_model::MissingPart;

use super::part::by_reason;
use super::times;
use crate::contract::{Answer, Finding, Gap, Report, ReportFacts};

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
    unseen.extend(missing(&answer.facts.missing));
    unseen.extend(report.timeline.as_ref().and_then(|found| without_data(&found.gaps, from)));
    match answer.header.data_until.and_then(|until| times::ago(until, from.now)) {
        // At the full hour nothing is left to wait for.
        Some(ago) if report.judged.findings.is_some() && ago != "0 min ago" => {
            unseen.extend(ago.strip_suffix(" ago").map(|time| format!("the last {time}")));
        }
        _ => {}
    }
    if report.judged.findings.is_none() {
        unseen.push("timing of unusual activity".to_owned());
    }
    unseen
}

/// When the series says nothing.
fn without_data(gaps: &[Gap], from: AsOf<'_>) -> Option<String> {
    match gaps {
        [] => None,
        [one] => Some(format!("{}, without data", times::range(one.start, one.end, from))),
        several => {
            let length = |gap: &Gap| gap.end.duration_since(gap.start).as_secs_f64() / 3_600.0;
            let hours: f64 = several.iter().map(length).sum();
            Some(format!("{} times without data, {hours:.0} h in all", several.len()))
        }
    }
}

/// The parts that are missing, those of one reason together.
fn missing(missing: &[MissingPart]) -> Vec<String> {
    let own = |it: &&MissingPart| it.part.is_own_accord();
    let owns: Vec<String> = missing.iter().filter(own).map(ToString::to_string).collect();
    let is_all_own = owns.len() == 3 && owns.iter().all(|reason| *reason == owns[0]);
    let told = missing.iter().map(|it| {
        let is_one_of_all = is_all_own && it.part.is_own_accord();
        let what = if is_one_of_all { "what Darktrace itself says" } else { it.part.in_words() };
        (what, it.to_string())
    });
    by_reason(told)
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
