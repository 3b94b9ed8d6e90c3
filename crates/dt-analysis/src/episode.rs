//! The incidents of a timeline, with their amounts.
//!
//! Amounts are sums over an incident's hours, those of what is usual as well: what is usual at those
//! hours together. Where a longer time stands out further than its hours do, they are that time's: what
//! leaves evenly over a day shows in none of its hours.

use jiff::Timestamp;

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

    /// Of an incident, whose points these are.
    fn of<'a>(incident: &Incident, points: impl Iterator<Item = &'a Point> + Clone) -> Self {
        let known = points.filter_map(|point| point.expected);
        let own = Self {
            start: incident.start,
            end: incident.end,
            observed: incident.count as f64,
            expected: incident.expected,
            low: known.clone().map(|expected| expected.low).sum(),
            high: known.map(|expected| expected.high).sum(),
            severity: incident.severity,
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
        if window.length > incident.width && is_longer_clearer { longer } else { own }
    }
}

/// The episodes of a timeline in which this is unusual, oldest first. What only adds up over longer times is
/// one if it is an alert.
pub(crate) fn episodes(timeline: &Timeline, measure: Measure) -> Vec<Episode> {
    let of_measure = timeline.incidents.iter().enumerate();
    let of_measure = of_measure.filter(|(_, incident)| {
        let Incident { strongest, severity, width, .. } = incident;
        let is_slow = measure == Measure::Sum && strongest.window.length > *width;
        strongest.measure == measure && (!is_slow || *severity == Severity::Alert)
    });
    let episode = |(place, incident): (usize, &Incident)| {
        let own = timeline.points.iter().filter(move |point| point.incident == Some(place));
        match measure {
            Measure::Sum => Episode::of(incident, own),
            Measure::Floor => quiet_hours(incident),
        }
    };
    of_measure.map(episode).collect()
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
        severity: incident.severity,
    }
}
