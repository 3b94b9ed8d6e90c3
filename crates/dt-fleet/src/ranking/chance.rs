//! Holds what is ranked against what ordinary days bring.

use std::collections::{BTreeMap, HashMap};

use dt_analysis::Policy;
use dt_analysis::finding::Finding;

use super::{Key, RankedRow, RunRows, Subject, key};
use crate::hindsight::{nights_before, score_of_night};

/// Holds every row against what ordinary days bring, by what is the same of both: what began in one night. The
/// score of a device counts four weeks together, which no night reaches; so that a row is judged by what began in the
/// night that it is told since, beside the other rows of that night.
pub(super) fn judge_by_chance(rows: &mut [RankedRow<'_>], run: RunRows<'_>, policy: &Policy) {
    let findings = findings_of(rows, run);
    let mut nights: BTreeMap<i32, Vec<(f64, &mut RankedRow<'_>)>> = BTreeMap::new();
    for row in rows {
        let Some(since) = row.since else { continue };
        let before = nights_before(run.began, since);
        let score = match &row.subject {
            Subject::Device(device) => {
                let found = findings.get(&key(device)).into_iter().flatten().copied();
                score_of_night(found, run.began, before, row.importance, policy)
            }
            Subject::Thing(_) | Subject::Several(_) => Some(row.rank_score),
        };
        if let Some(score) = score {
            nights.entry(before).or_default().push((score, row));
        }
    }
    for mut night in nights.into_values() {
        night.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        let scores: Vec<f64> = night.iter().map(|(score, _)| *score).collect();
        // What was found while the run went on is of its own night.
        let since = night.iter().find_map(|(_, row)| row.since).map(|it| it.min(run.began));
        for ((score, row), q) in night.iter_mut().zip(run.chance.q(since, &scores)) {
            row.chance = since.and_then(|since| run.chance.of_what_began(since, *score));
            row.q = q;
        }
    }
}

/// What was found about the devices that have a row.
fn findings_of<'a>(rows: &[RankedRow<'a>], run: RunRows<'a>) -> HashMap<Key<'a>, Vec<&'a Finding>> {
    let devices = rows.iter().filter_map(|row| row.subject.device());
    let mut findings: HashMap<Key<'_>, Vec<&Finding>> =
        devices.map(|row| (key(row), Vec::new())).collect();
    for row in run.findings.iter().filter(|row| row.counts()) {
        if let Some(of) = findings.get_mut(&(row.appliance.as_str(), row.did)) {
            of.push(&row.record.finding);
        }
    }
    findings
}
