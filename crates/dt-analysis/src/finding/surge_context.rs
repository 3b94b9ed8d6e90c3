//! What else is known about the hours of a surge.

use dt_model::{DeviceInfo, EvidencePart, Part, Series};

use super::amount::size;
use super::draft::Draft;
use super::input::RuleInput;
use super::missing::missing;
use super::peer_agreement::{PeerAgreement, peer_agreement};
use super::{Rule, Unit, surge_draft};
use crate::direction::Pcr;
use crate::episode::{Episode, TimesMost};
use crate::timeline::Severity;
use crate::window::{sum, within};

/// A finding about a surge of bytes: how many there were, and how many are usual.
pub(super) fn bytes(rule: Rule, what: &str, episode: &Episode) -> Draft {
    let (observed, expected) = (size(episode.observed), size(episode.expected));
    let message = format!("{observed} {what}; usually {expected}");
    surge_draft::draft(rule, Unit::Bytes, episode, message)
}

/// Whether a surge is an alert by more than a little.
pub(super) fn is_far(input: &RuleInput<'_>, episode: &Episode) -> bool {
    episode.severity == Severity::Alert
        && episode.observed >= input.policy.finding.far_above * episode.high
}

/// The same, and large enough to matter in bytes.
pub(super) fn is_far_in_bytes(input: &RuleInput<'_>, episode: &Episode) -> bool {
    is_far(input, episode) && episode.excess() >= input.policy.finding.least_bytes
}

/// Says of a surge of many bytes why it is low all the same.
pub(super) fn tell_most_usual(input: &RuleInput<'_>, episode: &Episode, draft: &mut Draft) {
    let is_large = episode.excess() >= input.policy.finding.least_bytes;
    if !is_large || is_far_in_bytes(input, episode) {
        return;
    }
    // What was counted can be looked up, unlike what a wide distribution allows.
    let most = episode.most_at_hours;
    draft.doubt(if input.policy.finding.far_above * most > episode.observed {
        format!("up to {} in the same hours of another day", size(most))
    } else {
        "how much there is at these hours varies widely".to_owned()
    });
}

/// How a surge that is unheard of is beside everything else that is known, in a line of a screen.
pub(super) fn tell_most(episode: &Episode) -> String {
    let TimesMost { of_as_long, of_same_hours } = episode.times_most;
    let rounded = |times: f64| match times {
        ..10.0 => format!("{times:.1}"),
        ..1000.0 => format!("{times:.0}"),
        _ => "over 1,000".to_owned(),
    };
    let (of_as_long, at_hours) = (rounded(of_as_long), rounded(of_same_hours));
    format!("{of_as_long} times the most in as long a time, {at_hours} at these hours")
}

/// What was sent outside during a surge; `None` if that is not known from its beginning on.
fn sent_outside(input: &RuleInput<'_>, episode: &Episode) -> Option<f64> {
    let series = input.evidence.external_out.answer()?.subject.longest_series();
    let is_known = series.start()? <= episode.start;
    is_known.then(|| sum(series, episode.start, episode.end))
}

/// Whether most of what was sent is known to have stayed within the network.
pub(super) fn is_internal(input: &RuleInput<'_>, episode: &Episode) -> bool {
    sent_outside(input, episode).is_some_and(|outside| outside < 0.5 * episode.observed)
}

/// Says how much of what was sent went outside, where that by itself did not stand out. Whether it is
/// known.
pub(super) fn tell_outside(input: &RuleInput<'_>, episode: &Episode, draft: &mut Draft) -> bool {
    /// Above this share, the message has to say it.
    const LITTLE: f64 = 0.05;
    let Some(sent) = sent_outside(input, episode) else {
        draft.doubt(match missing(input.evidence, EvidencePart::ExternalOut) {
            Some(why) => format!("whether it left the network is not known: {why}"),
            None => "whether it left the network is not reported".to_owned(),
        });
        return false;
    };
    let (observed, expected, part) = (size(episode.observed), size(episode.expected), size(sent));
    if sent > LITTLE * episode.observed {
        draft.message(format!("{observed} sent, {part} of it externally; usually {expected}"));
    }
    draft.doubt(if sent > 0.0 {
        format!("{part} of it left the network, which is not unusual by itself")
    } else {
        "none of it left the network".to_owned()
    });
    true
}

/// Says so if far more went out than came in.
pub(super) fn tell_direction(input: &RuleInput<'_>, episode: &Episode, draft: &mut Draft) {
    /// The ratio at which 95 % of the bytes were sent.
    const ALMOST_ALL: f64 = 0.9;
    let moved = |answer: &Part<DeviceInfo>| {
        Some(sum(answer.answer()?.subject.longest_series(), episode.start, episode.end))
    };
    let Some((out, into)) = moved(&input.evidence.bytes_out).zip(moved(&input.evidence.bytes_in))
    else {
        return;
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "sums of counts, far below 2^128"
    )]
    let pcr = Pcr::of(out as u128, into as u128);
    if let Some(pcr) = pcr.filter(|pcr| pcr.get() >= input.policy.direction.exports_from) {
        let part = if pcr.get() >= ALMOST_ALL { "almost all" } else { "mostly" };
        draft.reason(format!("{part} upload (producer/consumer ratio {pcr})"));
    }
}

/// Says how many similar devices had a surge in the same hours.
pub(super) fn surge_agreement(
    input: &RuleInput<'_>,
    answer: Option<&DeviceInfo>,
    episode: &Episode,
    draft: &mut Draft,
) -> PeerAgreement {
    /// A similar device did the same if it was this many times above its own mean.
    const ABOVE_OWN_MEAN: f64 = 3.0;
    let surged = |series: &Series| {
        let hours: Vec<f64> = within(series, episode.start, episode.end).collect();
        let all = series.buckets().len();
        if hours.is_empty() || all == hours.len() {
            return None;
        }
        let total: f64 = series.counts().map(|count| count as f64).sum();
        let here: f64 = hours.iter().sum();
        let mean = (total - here) / (all - hours.len()) as f64;
        Some(here > ABOVE_OWN_MEAN * mean * hours.len() as f64)
    };
    peer_agreement(input, answer, surged, draft)
}
