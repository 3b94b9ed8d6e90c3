//! Hours in which a device fell silent. All are low: quiet is no attack.

use dt_model::{EvidencePart, Series};
use jiff::SignedDuration;

use crate::drops::{DropEpisode, drops};
use crate::finding::amount::count;
use crate::finding::draft::{Draft, Usual};
use crate::finding::input::RuleInput;
use crate::finding::peer_agreement::{PeerAgreement, peer_agreement};
use crate::finding::rule::{RuleDescription, all_evidence, never};
use crate::finding::{Aspect, Confidence, Family, Finding, Object, Rule, Unit};
use crate::window::sum;

pub(super) static RULE: RuleDescription = RuleDescription {
    id: "dt-connection-drop",
    name: "Unusually few connections",
    version: 1,
    family: Family::Timeline,
    aspect: Aspect::Connections,
    required_evidence: &[EvidencePart::Connections],
    evidence_about: all_evidence,
    supporting_evidence: &[],
    techniques: &[],
    precedence: 6,
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
    let found = drops(&series, timeline, input.as_of.zone, &input.policy.drops);
    let goes_on = |episode: &DropEpisode| series.end() == Some(episode.end);
    found
        .into_iter()
        .map(|episode| finding(input, episode, goes_on(&episode), timeline.n_used))
        .collect()
}

fn finding(input: &RuleInput<'_>, episode: DropEpisode, goes_on: bool, n_used: usize) -> Finding {
    let DropEpisode { start, end, observed, expected } = episode;
    let (seen, usual) = (count(observed), count(expected));
    let message = match observed {
        0.0 => format!("no connections; usually {usual}"),
        _ => format!("only {seen} connections; usually {usual}"),
    };
    let hours = Object::Hours { start, end };
    let mut draft = Draft::new(Rule::ConnectionDrop, hours, start..end, message);
    draft
        .observed(observed, Unit::Connections)
        .usual(Usual { expected: Some(expected), ..Usual::default() })
        .method("3 and 24 hours beside the sum of what is usual in them", n_used)
        .doubt("it may have been switched off, moved or away");
    if goes_on {
        draft.reason("still silent when the data ended");
    }
    let fell_silent = |series: &Series| fell_silent(input, series, episode);
    let answer = input.evidence.connections.answer();
    if peer_agreement(input, answer, fell_silent, &mut draft) == PeerAgreement::Most {
        draft.confidence(Confidence::Low);
    }
    draft.build()
}

/// Whether a similar device had next to nothing then, beside the same hours some weeks before or after;
/// `None` if it never had much at those hours.
fn fell_silent(input: &RuleInput<'_>, series: &Series, episode: DropEpisode) -> Option<bool> {
    const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
    let policy = &input.policy.drops;
    let DropEpisode { start, end, .. } = episode;
    let weeks = end.duration_since(start).as_secs() / WEEK.as_secs() + 1;
    let apart = WEEK.checked_mul(i32::try_from(weeks).ok()?)?;
    let before = sum(series, start.checked_sub(apart).ok()?, end.checked_sub(apart).ok()?);
    let after = sum(series, start.checked_add(apart).ok()?, end.checked_add(apart).ok()?);
    let usual = before.max(after);
    (usual >= policy.least_usual).then(|| sum(series, start, end) <= policy.up_to * usual)
}
