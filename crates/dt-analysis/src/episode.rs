//! Which unusual hours belong together?
//!
//! An episode begins and ends with an hour whose z is at least 2, holds one that was raised (or would
//! have been, had its level not been silent), and bridges single usual hours. Its amounts are sums
//! over its hours, those of the baseline as well: what is usual at those hours together.
//!
//! An alert of a longer time of which no hour is part of an episode is one by itself: what leaves evenly
//! over a day shows in none of its hours.

use dt_model::Series;
use jiff::{SignedDuration, Timestamp};

use crate::timeline::{Rise, Severity, Timeline};
use crate::{FindingPolicy, TimelinePolicy};

/// Hours of a series that are above what is usual, and belong together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Episode {
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) observed: f64,
    pub(crate) expected: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// The largest z of its hours.
    pub(crate) z: f64,
    pub(crate) severity: Severity,
}

impl Episode {
    /// How much more than usual it was.
    pub(crate) fn excess(&self) -> f64 {
        (self.observed - self.expected).max(0.0)
    }

    /// Whether the two share time.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Both as one.
    fn and(self, later: Self) -> Self {
        Self {
            start: self.start,
            end: later.end,
            observed: self.observed + later.observed,
            expected: self.expected + later.expected,
            low: self.low + later.low,
            high: self.high + later.high,
            z: self.z.max(later.z),
            severity: self.severity.max(later.severity),
        }
    }
}

/// The episodes of a series, oldest first, those near each other as one; then those of which no hour is
/// unusual.
pub(crate) fn episodes(
    series: &Series,
    timeline: &Timeline,
    hours: &TimelinePolicy,
    policy: &FindingPolicy,
) -> Vec<Episode> {
    let Some(width) = series.width() else { return Vec::new() };
    let mut episodes: Vec<Episode> = Vec::new();
    let mut open = Open::default();
    for point in &timeline.points {
        let unusual = point.z.zip(point.expected).filter(|(z, _)| *z >= policy.continues_from);
        let Some((z, expected)) = unusual else {
            open.gap += 1;
            if open.gap > policy.gap {
                episodes.extend(open.close());
            }
            continue;
        };
        let severity = Severity::of(z, hours).or(point.told.map(|told| told.severity));
        open.add(
            Episode {
                start: point.start,
                end: point.start.checked_add(width).unwrap_or(point.start),
                observed: point.count as f64,
                expected: expected.value,
                low: expected.low,
                high: expected.high,
                z,
                severity: severity.unwrap_or(Severity::Notice),
            },
            severity.is_some(),
        );
    }
    episodes.extend(open.close());
    let mut joined: Vec<Episode> = Vec::with_capacity(episodes.len());
    for next in episodes {
        match joined.last_mut() {
            Some(last) if next.start.duration_since(last.end) <= policy.joined_within => {
                *last = last.and(next);
            }
            _ => joined.push(next),
        }
    }
    let slow: Vec<Episode> = slow(timeline, width)
        .filter(|slow| !joined.iter().any(|episode| episode.overlaps(slow)))
        .collect();
    joined.extend(slow);
    joined
}

/// The alerts of longer times.
fn slow(timeline: &Timeline, width: SignedDuration) -> impl Iterator<Item = Episode> + '_ {
    timeline.points.iter().filter_map(move |point| {
        let Rise { severity, window } = point.told?;
        if severity != Severity::Alert || window.length <= width {
            return None;
        }
        Some(Episode {
            start: window.start,
            end: point.start.checked_add(width).ok()?,
            observed: window.count,
            expected: window.expected,
            low: window.low,
            high: window.high,
            z: window.z,
            severity,
        })
    })
}

/// An episode that may go on.
#[derive(Default)]
struct Open {
    episode: Option<Episode>,
    raised: bool,
    /// How many usual hours came since.
    gap: usize,
}

impl Open {
    fn add(&mut self, hour: Episode, raised: bool) {
        self.gap = 0;
        self.raised |= raised;
        self.episode = Some(self.episode.map_or(hour, |episode| episode.and(hour)));
    }

    fn close(&mut self) -> Option<Episode> {
        let Self { episode, raised, .. } = std::mem::take(self);
        episode.filter(|_| raised)
    }
}
