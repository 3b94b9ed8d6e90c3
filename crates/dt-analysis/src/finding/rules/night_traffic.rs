//! Nearly all connections are opened at night: what runs when nobody looks. All are low: jobs of the
//! administrators do the same.

use dt_model::EvidencePart;
use jiff::SignedDuration;

use crate::finding::draft::{Draft, Usual};
use crate::finding::input::RuleInput;
use crate::finding::rule::{RuleDescription, all_evidence, never};
use crate::finding::{Aspect, Confidence, Family, Finding, Object, Rule, Unit};

pub(super) static RULE: RuleDescription = RuleDescription {
    id: "dt-night-traffic",
    name: "Connections at night only",
    version: 1,
    family: Family::Regularity,
    aspect: Aspect::Connections,
    required_evidence: &[EvidencePart::Connections],
    evidence_about: all_evidence,
    supporting_evidence: &[],
    techniques: &[],
    precedence: 7,
    is_rolling: true,
    find,
    is_explained_by: never,
};

/// From midnight to six.
const NIGHT: std::ops::Range<i8> = 0..6;

fn find(input: &RuleInput<'_>) -> Vec<Finding> {
    finding(input).into_iter().collect()
}

fn finding(input: &RuleInput<'_>) -> Option<Finding> {
    let series = input.completed(&input.evidence.connections.answer()?.subject.series);
    if series.width()? > SignedDuration::from_hours(1) {
        return None;
    }
    let policy = &input.policy.finding;
    let (mut night, mut all) = (0.0, 0.0);
    for bucket in series.buckets() {
        let count = bucket.count as f64;
        let hour = input.as_of.zone.to_datetime(bucket.start).hour();
        night += if NIGHT.contains(&hour) { count } else { 0.0 };
        all += count;
    }
    let share = night / all;
    if all < policy.least_connections || share < policy.night_share {
        return None;
    }
    let times = series.start()?..series.end()?;
    let message = format!("{:.0} % of its connections are opened from 0 to 6", 100.0 * share);
    let object = Object::Metric("night_share".into());
    let mut draft = Draft::new(Rule::NightTraffic, object, times, message);
    draft
        .observed(share, Unit::Share)
        .usual(Usual { high: Some(policy.night_share), ..Usual::default() })
        .method("share of the connections from 0 to 6", series.buckets().len())
        .confidence(Confidence::Low)
        .doubt("a backup or maintenance at night does the same");
    Some(draft.build())
}
