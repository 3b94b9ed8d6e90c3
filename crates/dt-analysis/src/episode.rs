//! The incidents of a timeline, with their amounts.
//!
//! Amounts are sums over an incident's hours, those of what is usual as well: what is usual at those
//! hours together. Where a longer time stands out further than its hours do, they are that time's: what
//! leaves evenly over a day shows in none of its hours.

use jiff::{SignedDuration, Timestamp};

use crate::FindingPolicy;
use crate::timeline::{Incident, Measure, Point, Severity, Timeline};

/// Hours of a series that are above what is usual, and belong together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Episode {
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) observed: f64,
    pub(crate) expected: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// How many times the most it was that was counted elsewhere in the series.
    pub(crate) times_most: TimesMost,
    pub(crate) severity: Severity,
    /// The most at the same hours of another day.
    pub(crate) most_at_hours: f64,
}

/// How much a time has beside the most of other times of the same series.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct TimesMost {
    /// How many times the most in any time as long.
    pub(crate) of_as_long: f64,
    /// How many times the most at the same hours of another day: what comes every night is no news.
    pub(crate) of_same_hours: f64,
}

impl TimesMost {
    /// More than ever, and by far: a backup may be twice as large as any before it, and one that runs
    /// late is more than there ever was at its hours.
    fn is_unheard_of(self, policy: &FindingPolicy) -> bool {
        let both = (self.of_as_long * self.of_same_hours).sqrt();
        self.of_as_long > 1.0 && both >= policy.unheard_of
    }
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

    /// Whether the series never had nearly as much.
    pub(crate) fn is_unheard_of(&self, policy: &FindingPolicy) -> bool {
        self.times_most.is_unheard_of(policy)
    }

    /// Of an incident of a timeline at this place.
    fn of(timeline: &Timeline, place: usize, policy: &FindingPolicy) -> Self {
        let incident = &timeline.incidents[place];
        let own = timeline.points.iter().filter(move |point| point.incident == Some(place));
        let known = own.filter_map(|point| point.expected);
        let own = Self {
            start: incident.start,
            end: incident.end,
            observed: incident.count as f64,
            expected: incident.expected,
            low: known.clone().map(|expected| expected.low).sum(),
            high: known.map(|expected| expected.high).sum(),
            times_most: TimesMost::default(),
            severity: incident.severity,
            most_at_hours: 0.0,
        };
        let window = incident.strongest.window;
        let end = window.start.checked_add(window.length).unwrap_or(Timestamp::MAX);
        let longer = Self {
            start: window.start,
            end,
            observed: window.count,
            expected: window.expected,
            low: window.low,
            high: window.high,
            ..own
        };
        // As many times what is usual at most.
        let is_longer_clearer = window.count * own.high > own.observed * window.high;
        let is_longer = window.length > incident.width;
        let [own, longer] = [own, longer].map(|span| span.beside_most_of(&timeline.points));
        // What is told although it only adds up is told of the hours that are unheard of.
        let is_told_by_hours = is_slow_notice(incident) && own.is_unheard_of(policy);
        let told = if is_longer && is_longer_clearer && !is_told_by_hours { longer } else { own };
        // Of a long time that is told of, its clearest hours are the incident's.
        let times_most = if own.is_unheard_of(policy) { own } else { longer }.times_most;
        Self { times_most, ..told }
    }

    /// The same, with how many times the most of other times it is.
    fn beside_most_of(self, points: &[Point]) -> Self {
        let length = self.end.duration_since(self.start);
        let before = &points[..points.partition_point(|point| point.start < self.start)];
        let after = &points[points.partition_point(|point| point.start < self.end)..];
        let as_long = most_within(before, length).max(most_within(after, length));
        let others = before.iter().chain(after);
        let most_at_hours = most_at_hours(others, self.start, length);
        let times = |most: f64| self.observed / most.max(1.0);
        let times_most =
            TimesMost { of_as_long: times(as_long), of_same_hours: times(most_at_hours) };
        Self { times_most, most_at_hours, ..self }
    }
}

/// The largest sum of a day over points that begin so long after the hour of another day.
fn most_at_hours<'a>(
    points: impl Iterator<Item = &'a Point>,
    start: Timestamp,
    length: SignedDuration,
) -> f64 {
    const DAY: i64 = 24 * 3600;
    let (mut day, mut sum, mut most) = (i64::MIN, 0.0, 0.0_f64);
    for point in points {
        let apart = point.start.duration_since(start).as_secs();
        if apart.rem_euclid(DAY) >= length.as_secs() {
            continue;
        }
        if apart.div_euclid(DAY) != day {
            (day, sum) = (apart.div_euclid(DAY), 0.0);
        }
        sum += point.count as f64;
        most = most.max(sum);
    }
    most
}

/// The largest sum over points that begin within so long.
fn most_within(points: &[Point], length: SignedDuration) -> f64 {
    let (mut first, mut sum, mut most) = (0, 0.0, 0.0_f64);
    for point in points {
        sum += point.count as f64;
        while point.start.duration_since(points[first].start) >= length {
            sum -= points[first].count as f64;
            first += 1;
        }
        most = most.max(sum);
    }
    most
}

/// Whether an incident is no alert, and only adds up over longer times than an hour.
fn is_slow_notice(incident: &Incident) -> bool {
    let Incident { strongest, severity, width, .. } = incident;
    strongest.window.length > *width && *severity != Severity::Alert
}

/// The episodes of a timeline in which this is unusual, oldest first. What only adds up over longer times is
/// one if it is an alert, or unheard of.
pub(crate) fn episodes(
    timeline: &Timeline,
    measure: Measure,
    policy: &FindingPolicy,
) -> Vec<Episode> {
    let incidents = timeline.incidents.iter().enumerate();
    let of_measure = incidents.filter(|(_, incident)| incident.strongest.measure == measure);
    let episode = |(place, incident): (usize, &Incident)| match measure {
        Measure::Sum => {
            let episode = Episode::of(timeline, place, policy);
            (!is_slow_notice(incident) || episode.is_unheard_of(policy)).then_some(episode)
        }
        Measure::Floor => Some(quiet_hours(incident)),
    };
    of_measure.filter_map(episode).collect()
}

/// What three in four hours of the most unusual day of an incident exceed.
fn quiet_hours(incident: &Incident) -> Episode {
    let window = incident.strongest.window;
    Episode {
        start: incident.start,
        end: incident.end,
        observed: window.count,
        expected: window.expected,
        low: window.low,
        high: window.high,
        times_most: TimesMost::default(),
        severity: incident.severity,
        most_at_hours: 0.0,
    }
}
