//! Hours in which a series was far above what is usual.

use dt_model::{DeviceInfo, Evidence};
use jiff::{SignedDuration, Timestamp};

use crate::FindingPolicy;
use crate::episode::{Episode, episodes};
use crate::timeline::{Measure, Timeline, Timelines};
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
    /// Of the connections in quiet hours.
    pub(super) quiet: SeriesSurges,
}

impl Surges {
    pub(super) fn of(
        evidence: &Evidence,
        timelines: &Timelines,
        now: Timestamp,
        policy: &FindingPolicy,
    ) -> Self {
        let of_measure = |measure, answer: Option<&DeviceInfo>, timeline: Option<&Timeline>| {
            SeriesSurges::of(answer, timeline, now, |it| episodes(it, measure, policy))
        };
        let of = |answer, timeline| of_measure(Measure::Sum, answer, timeline);
        let outside = of(evidence.external_out.answer(), timelines.external_out.as_ref());
        let mut sent = of(evidence.bytes_out.answer(), timelines.bytes_out.as_ref());
        sent.episodes
            .retain(|episode| !outside.episodes.iter().any(|other| other.overlaps(episode)));
        Self {
            outside,
            sent,
            received: of(evidence.bytes_in.answer(), timelines.bytes_in.as_ref()),
            opened: of(evidence.connections.answer(), timelines.connections.as_ref()),
            quiet: of_measure(
                Measure::Floor,
                evidence.connections.answer(),
                timelines.connections.as_ref(),
            ),
        }
    }
}

/// The surges of one series, and how they were found.
#[derive(Default)]
pub(super) struct SeriesSurges {
    pub(super) episodes: Vec<Episode>,
    pub(super) n_used: usize,
    pub(super) method: &'static str,
    /// Whether the series is too short to know every day of the week: a first day at work beside a
    /// weekend stands out.
    pub(super) is_short: bool,
}

/// How long a series has to be to know every day of the week.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

impl SeriesSurges {
    fn of(
        answer: Option<&DeviceInfo>,
        timeline: Option<&Timeline>,
        now: Timestamp,
        episodes: impl Fn(&Timeline) -> Vec<Episode>,
    ) -> Self {
        let Some((answer, timeline)) = answer.zip(timeline) else { return Self::default() };
        let series = completed(answer.subject.longest_series(), now);
        Self {
            episodes: episodes(timeline),
            n_used: timeline.n_used,
            method: timeline.method,
            is_short: series
                .start()
                .zip(series.end())
                .is_some_and(|(start, end)| end.duration_since(start) < WEEK),
        }
    }
}
