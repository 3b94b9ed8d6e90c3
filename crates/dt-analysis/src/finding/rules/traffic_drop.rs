//! Days in which a device did much less than usual, such as half of it. All are low: quiet is no
//! attack.

use dt_model::{EvidencePart, Series};

use crate::drops::drops;
use crate::finding::amount::count;
use crate::finding::draft::{Draft, Usual};
use crate::finding::input::RuleInput;
use crate::finding::peer_agreement::{PeerAgreement, peer_agreement};
use crate::finding::rule::{RuleDescription, all_evidence, never};
use crate::finding::{Aspect, Confidence, Family, Finding, Object, Rule, Unit};
use crate::timeline::Fall;
use crate::window::within;

pub(super) static RULE: RuleDescription = RuleDescription {
    id: "dt-traffic-drop",
    name: "Fewer connections for days",
    version: 1,
    family: Family::Timeline,
    aspect: Aspect::Connections,
    required_evidence: &[EvidencePart::Connections],
    evidence_about: all_evidence,
    supporting_evidence: &[],
    techniques: &[],
    precedence: 7,
    is_rolling: false,
    find,
    is_explained_by: never,
};

fn find(input: &RuleInput<'_>) -> Vec<Finding> {
    let answer = input.evidence.connections.answer();
    let Some((answer, timeline)) = answer.zip(input.timelines.connections.as_ref()) else {
        return Vec::new();
    };
    let series = input.completed(answer.subject.longest_series());
    let silent = drops(&series, timeline, input.as_of.zone, &input.policy.drops);
    // A silence says more.
    let is_silence = |fall: &Fall| {
        silent.iter().any(|silence| silence.start < fall.end && fall.start < silence.end)
    };
    let falls = timeline.falls.iter().filter(|fall| !is_silence(fall));
    falls.map(|fall| finding(input, *fall, timeline.n_used)).collect()
}

fn finding(input: &RuleInput<'_>, fall: Fall, n_used: usize) -> Finding {
    let Fall { start, end, count: observed, expected, .. } = fall;
    let message = format!("{} connections; usually {}", count(observed), count(expected));
    let hours = Object::Hours { start, end };
    let mut draft = Draft::new(Rule::TrafficDrop, hours, start..end, message);
    draft
        .observed(observed, Unit::Connections)
        .usual(Usual { expected: Some(expected), ..Usual::default() })
        .method("72 hours beside the sum of what is usual in them", n_used)
        .doubt("less work, such as on holidays, does the same");
    let answer = input.evidence.connections.answer();
    let fell = |series: &Series| fell(series, fall);
    if peer_agreement(input, answer, fell, &mut draft) == PeerAgreement::Most {
        draft.confidence(Confidence::Low);
    }
    draft.build()
}

/// Whether a similar device had much less an hour then than otherwise, too.
fn fell(series: &Series, fall: Fall) -> Option<bool> {
    /// Of its own mean.
    const FALLEN_TO: f64 = 0.7;
    let here: Vec<f64> = within(series, fall.start, fall.end).collect();
    let others = series.buckets().len() - here.len();
    if here.is_empty() || others == 0 {
        return None;
    }
    let (all, sum): (f64, f64) =
        (series.counts().map(|count| count as f64).sum(), here.iter().sum());
    let usual = (all - sum) / others as f64;
    Some(sum <= FALLEN_TO * usual * here.len() as f64)
}
