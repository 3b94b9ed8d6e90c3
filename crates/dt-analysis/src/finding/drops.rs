//! Hours in which a device fell silent.

use dt_model::Series;
use jiff::{SignedDuration, Timestamp};

use super::company::{Company, company};
use super::rises::{count, sum};
use super::{Confidence, Finding, Object, Rule, Unit};
use crate::Level;
use crate::assessment::Ground;
use crate::silence::{Silence, silences};

/// Every silence of the connections. All are low: quiet is no attack.
pub(crate) fn drops(ground: &Ground<'_>) -> Vec<Finding> {
    let answer = ground.evidence.connections.as_ref();
    let Some((answer, timeline)) = answer.zip(ground.timelines.connections.as_ref()) else {
        return Vec::new();
    };
    let series = ground.whole(answer.subject.longest_series());
    let found = silences(&series, timeline, ground.viewpoint.zone, &ground.policy.silence);
    let goes_on = |silence: &Silence| series.end() == Some(silence.end);
    found
        .into_iter()
        .map(|silence| finding(ground, silence, goes_on(&silence), timeline.n_used))
        .collect()
}

fn finding(ground: &Ground<'_>, silence: Silence, goes_on: bool, n_used: usize) -> Finding {
    let Silence { start, end, observed, expected } = silence;
    let (seen, usual) = (count(observed), count(expected));
    let mut finding = Finding {
        rule: Rule::ConnectionDrop,
        severity: Level::Low,
        message: match observed {
            0.0 => format!("no connections; usually {usual}"),
            _ => format!("only {seen} connections; usually {usual}"),
        },
        object: Object::Hours { start, end },
        first_time: start,
        last_time: end,
        observed: Some(observed),
        expected: Some(expected),
        low: None,
        high: None,
        unit: Unit::Connections,
        p: None,
        n_used,
        method: "3 and 24 hours beside the sum of what is usual in them",
        confidence: Confidence::Medium,
        reasons: Vec::new(),
        doubts: vec!["it may have been switched off, moved or away".to_owned()],
        attack_candidates: Vec::new(),
    };
    if goes_on {
        finding.reasons.push("it was still silent when the data ended".to_owned());
    }
    let fell_silent = |series: &Series| fell_silent(ground, series, start, end);
    let answer = ground.evidence.connections.as_ref();
    if company(ground, answer, fell_silent, &mut finding) == Company::Together {
        finding.confidence = Confidence::Low;
    }
    finding
}

/// Whether a similar device had next to nothing then, beside the same hours some weeks before or after;
/// `None` if it never had much at those hours.
fn fell_silent(
    ground: &Ground<'_>,
    series: &Series,
    start: Timestamp,
    end: Timestamp,
) -> Option<bool> {
    const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
    let policy = &ground.policy.silence;
    let weeks = end.duration_since(start).as_secs() / WEEK.as_secs() + 1;
    let apart = WEEK.checked_mul(i32::try_from(weeks).ok()?)?;
    let before = sum(series, start.checked_sub(apart).ok()?, end.checked_sub(apart).ok()?);
    let after = sum(series, start.checked_add(apart).ok()?, end.checked_add(apart).ok()?);
    let usual = before.max(after);
    (usual >= policy.least_usual).then(|| sum(series, start, end) <= policy.up_to * usual)
}
