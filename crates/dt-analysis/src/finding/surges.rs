//! Hours in which a series was far above what is usual.

use dt_model::{DeviceInfo, Evidence};
use jiff::{SignedDuration, Timestamp};

use super::draft::{Draft, Usual};
use super::{Confidence, Finding, Object, Rule, Unit};
use crate::Policy;
use crate::episode::{Episode, episodes};
use crate::timeline::{Timeline, Timelines};
use crate::window::completed;

/// The surges of every series.
pub(super) struct Surges {
    /// Of the bytes sent outside.
    pub(super) outside: SeriesSurges,
    /// Of all bytes sent, without those that overlap a surge of the bytes sent outside: that is told of
    /// those.
    pub(super) sent: SeriesSurges,
    /// Of the bytes received.
    pub(super) received: SeriesSurges,
    /// Of the connections.
    pub(super) opened: SeriesSurges,
}

impl Surges {
    pub(super) fn of(
        evidence: &Evidence,
        timelines: &Timelines,
        now: Timestamp,
        policy: &Policy,
    ) -> Self {
        let of = |answer: Option<&DeviceInfo>, timeline: Option<&Timeline>| {
            SeriesSurges::of(answer, timeline, now, policy)
        };
        let outside = of(evidence.external_out.answer(), timelines.external_out.as_ref());
        let mut sent = of(evidence.bytes_out.answer(), timelines.bytes_out.as_ref());
        sent.episodes
            .retain(|episode| !outside.episodes.iter().any(|other| other.overlaps(episode)));
        Self {
            outside,
            sent,
            received: of(evidence.bytes_in.answer(), timelines.bytes_in.as_ref()),
            opened: of(evidence.connections.answer(), timelines.connections.as_ref()),
        }
    }
}

/// The surges of one series, and how they were found.
#[derive(Default)]
pub(super) struct SeriesSurges {
    episodes: Vec<Episode>,
    n_used: usize,
    method: &'static str,
    /// Whether the series is too short to know every day of the week: a first day at work beside a
    /// weekend stands out.
    is_short: bool,
}

/// How long a series has to be to know every day of the week.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

impl SeriesSurges {
    fn of(
        answer: Option<&DeviceInfo>,
        timeline: Option<&Timeline>,
        now: Timestamp,
        policy: &Policy,
    ) -> Self {
        let Some((answer, timeline)) = answer.zip(timeline) else { return Self::default() };
        let series = completed(answer.subject.longest_series(), now);
        Self {
            episodes: episodes(&series, timeline, &policy.timeline, &policy.finding),
            n_used: timeline.n_used,
            method: timeline.method,
            is_short: series
                .start()
                .zip(series.end())
                .is_some_and(|(start, end)| end.duration_since(start) < WEEK),
        }
    }

    /// A finding of each surge of which `draft` makes one.
    pub(super) fn findings(&self, draft: impl Fn(&Episode) -> Option<Draft>) -> Vec<Finding> {
        let drafts = self.episodes.iter().filter_map(draft).map(|mut draft| {
            draft.method(self.method, self.n_used);
            if self.is_short {
                draft.confidence(Confidence::Low).doubt("less than a week is known");
            }
            draft.build()
        });
        drafts.collect()
    }
}

/// A finding about a surge, with its numbers.
pub(super) fn draft(rule: Rule, unit: Unit, episode: &Episode, message: String) -> Draft {
    let Episode { start, end, observed, expected, low, high, .. } = *episode;
    let mut draft = Draft::new(rule, Object::Hours { start, end }, start..end, message);
    draft.observed(observed, unit).usual(Usual {
        expected: Some(expected),
        low: Some(low),
        high: Some(high),
    });
    draft
}

/// Whether a surge is seen in an upload outside or in what is new, which say more about it.
pub(super) fn is_explained_by(finding: &Finding, main: &Finding) -> bool {
    match main.rule {
        Rule::ExternalUpload | Rule::Upload | Rule::NewPeers => finding.overlaps(main),
        Rule::NewPort | Rule::NewDomain | Rule::RegularCaller => {
            // It began with what is new, within the hour the series resolves.
            let apart = finding.first_time.duration_since(main.first_time);
            finding.overlaps(main) && apart.as_hours().abs() <= 1
        }
        _ => false,
    }
}

/// As [`is_explained_by`], and whether a surge of connections says more about it.
pub(super) fn is_explained_by_connections_or(finding: &Finding, main: &Finding) -> bool {
    main.rule == Rule::ConnectionRise && finding.overlaps(main) || is_explained_by(finding, main)
}
