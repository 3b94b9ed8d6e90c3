use dt_analysis::finding::Finding;
use dt_analysis::priority::{Priority, of_findings};
use dt_analysis::{Level, Policy};
use dt_model::{DataType, Evidence, Part};

use crate::answers::{HOURS, answer, assessed, entry, hour, office};

/// Findings of a night in which much was sent, `hours` before the data ends.
fn night(hours: usize) -> Vec<Finding> {
    let sent = |at: usize| {
        let night = HOURS - hours..HOURS - hours + 3;
        1_000 * office(at) + if night.contains(&at) { 900_000_000 } else { 0 }
    };
    let entries = [entry(1, sent, r#""totalUsed":1"#)];
    let external_out = Part::Answered(answer(DataType::BytesOut, &entries));
    assessed(&Evidence { external_out, ..Evidence::default() }).findings
}

fn priority(findings: &[Finding]) -> Priority {
    of_findings(findings, Some(hour(HOURS)), Vec::new(), &Policy::default())
}

#[test]
fn contributions_sum_to_the_log_odds_of_the_score() {
    let found = priority(&night(30));
    let sum: f64 = found.contributions.iter().map(|contribution| contribution.weight).sum();
    assert!(((found.score / (1.0 - found.score)).ln() - sum).abs() < 1e-9);
    assert!(found.contributions[0].family.is_none() && found.contributions.len() == 2);
}

#[test]
fn a_device_without_findings_has_the_base_alone() {
    let found = priority(&[]);
    assert_eq!((found.level, found.contributions.len()), (Level::Minimal, 1));
}

#[test]
fn what_is_recent_weighs_more_than_what_is_old() {
    let (recent, old) = (priority(&night(30)), priority(&night(20 * 24)));
    assert!(recent.score > old.score, "{recent} {old}");
}

#[test]
fn one_cause_cannot_count_without_end() {
    let one = night(30);
    let many: Vec<Finding> = std::iter::repeat_n(one[0].clone(), 50).collect();
    let policy = Policy::default().priority;
    let most = 1.0 / (1.0 + (-(policy.base + policy.family_cap)).exp());
    assert!(priority(&many).score <= most + 1e-12);
}
