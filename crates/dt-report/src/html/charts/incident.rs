//! An incident, among the hours around it.

use askama::Template;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::axis::Scale;
use super::plane::{Frame, Peak, Plane};
use super::{Labels, percent};
use crate::chart;
use crate::samples::width;

#[derive(Template)]
#[template(path = "charts/incident.svg")]
pub(super) struct Incident<'a> {
    frame: Frame<'a>,
    /// Where the incident is, and how wide.
    x: String,
    width: String,
    /// The hours before and after it, and its own.
    others: String,
    own: String,
    peak: Option<Peak>,
}

impl<'a> Incident<'a> {
    /// `None` where there is nothing to draw between.
    pub(super) fn new(
        labels: Labels<'a>,
        incident: &chart::Incident,
        zone: &TimeZone,
    ) -> Option<Self> {
        let wide = width(incident.series.buckets().iter().map(|bucket| bucket.0))?;
        let buckets = around(incident);
        let (start, last) = (buckets.first()?.0, buckets.last()?.0);
        let most = buckets.iter().map(|bucket| bucket.1).max()?;
        let scale = Scale::linear(most as f64, incident.unit);
        let plane = Plane { start, end: last.checked_add(wide).ok()?, wide, scale };
        let within = |time: Timestamp| time + wide > incident.start && time < incident.end;
        let own = || buckets.iter().copied().filter(|bucket| within(bucket.0));
        let others = buckets.iter().copied().filter(|bucket| !within(bucket.0));
        let peak = own().reduce(|peak, next| if next.1 > peak.1 { next } else { peak });
        let (from, to) = (plane.at(incident.start), plane.at(incident.end));
        Some(Self {
            frame: plane.frame(labels, zone),
            x: percent(from),
            width: percent(to - from),
            others: plane.columns(others),
            own: plane.columns(own()),
            peak: peak.map(|(time, count)| plane.peak(time, count, incident.unit, zone)),
        })
    }
}

/// A week of the series, which ends a day after the incident or with the series; more where the
/// incident is longer.
fn around(incident: &chart::Incident) -> &[(Timestamp, u64)] {
    const DAY: SignedDuration = SignedDuration::from_hours(24);
    const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
    let buckets = incident.series.buckets();
    let after = incident.end.checked_add(DAY).unwrap_or(Timestamp::MAX);
    let to = buckets.partition_point(|bucket| bucket.0 < after);
    let newest = buckets[..to].last().map_or(incident.end, |bucket| bucket.0);
    let earliest = |end: Timestamp, before| end.checked_sub(before).unwrap_or(Timestamp::MIN);
    let since = earliest(newest, WEEK).min(earliest(incident.start, DAY));
    let from = buckets.partition_point(|bucket| bucket.0 < since);
    &buckets[from..to]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::Samples;
    use crate::unit::Unit;

    fn drawn(start: i64, end: i64) -> (Vec<(Timestamp, u64)>, String) {
        let at = |hour: i64| Timestamp::from_second(hour * 3600).unwrap();
        let series = (0..672).map(|hour| (at(hour), if hour == 600 { 976_000_000 } else { 9_000 }));
        let incident = chart::Incident {
            series: Samples::new(series.collect()),
            unit: Unit::Bytes,
            start: at(start),
            end: at(end),
        };
        let labels = Labels { id: "c", caption: "sent", alt_text: "much" };
        let svg = Incident::new(labels, &incident, &TimeZone::UTC).unwrap().render().unwrap();
        (around(&incident).to_vec(), svg)
    }

    #[test]
    fn the_week_around_an_incident_is_drawn_and_its_peak_is_named() {
        let (around, svg) = drawn(599, 602);
        let hours = |place: usize| around[place].0.as_second() / 3600;
        assert_eq!((hours(0), hours(around.len() - 1)), (625 - 168, 625));
        // 1970-01-26 was day 25 of that year's hours.
        assert!(svg.contains(", 26 Jan 00:00</text>"), "{svg}");
        assert!(svg.contains(">1 GB</text>") && svg.contains(">0</text>"), "{svg}");
    }

    #[test]
    fn the_last_hours_of_a_series_and_a_long_incident_are_drawn_whole() {
        assert_eq!(drawn(670, 672).0.last().unwrap().0.as_second(), 671 * 3600);
        let (around, _) = drawn(300, 600);
        assert_eq!(around.first().unwrap().0.as_second() / 3600, 300 - 24);
    }
}
