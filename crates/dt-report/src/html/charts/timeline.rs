//! A series, the band in which it is usual, and what stands out of it.

use std::cmp::Reverse;

use askama::Template;
use dt_analysis::timeline::{IncidentId, Severity};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::axis::Scale;
use super::plane::{Frame, Peak, Plane};
use super::{Labels, percent};
use crate::contract::{Bucket, Span};
use crate::phrases::times;
use crate::samples::width;
use crate::unit::Unit;

#[derive(Template)]
#[template(path = "charts/timeline.svg")]
pub(super) struct Timeline<'a> {
    frame: Frame<'a>,
    band: String,
    line: String,
    flags: Vec<Flag>,
    alerts: usize,
    notices: usize,
}

/// Hours that stand out together.
struct Flag {
    x: String,
    width: String,
    peak: Peak,
    /// Whether there is room for the peak's label.
    labelled: bool,
    severity: &'static str,
    radius: &'static str,
    title: String,
}

impl<'a> Timeline<'a> {
    /// `None` where there is nothing to draw between.
    pub(super) fn new(
        labels: Labels<'a>,
        buckets: &[Bucket],
        unit: Unit,
        zone: &TimeZone,
    ) -> Option<Self> {
        let wide = width(buckets.iter().map(|bucket| bucket.time))?;
        let (start, last) = (buckets.first()?.time, buckets.last()?.time);
        let counts: Vec<f64> = buckets.iter().map(|bucket| bucket.count as f64).collect();
        let highs: Vec<f64> = buckets.iter().filter_map(|bucket| bucket.high).collect();
        let scale = Scale::new(&counts, &highs, unit);
        let plane = Plane { start, end: last.checked_add(wide).ok()?, wide, scale };
        let usual = buckets.iter().filter_map(|it| Some((it.time, [it.low?, it.high?])));
        let runs = Run::list(buckets, wide);
        let alerts = runs.iter().filter(|run| run.severity == Severity::Alert).count();
        Some(Self {
            frame: plane.frame(labels, zone),
            band: plane.band(&usual.collect::<Vec<_>>()),
            line: plane.line(buckets.iter().map(|it| (it.time, it.count as f64))),
            alerts,
            notices: runs.len() - alerts,
            flags: flags(&runs, &plane, unit, zone),
        })
    }
}

/// Buckets of one incident whose times touch.
struct Run<'a> {
    incident: IncidentId,
    start: Timestamp,
    end: Timestamp,
    severity: Severity,
    peak: &'a Bucket,
    /// For which time it was raised most urgently.
    window: Option<Span>,
}

impl<'a> Run<'a> {
    fn list(buckets: &'a [Bucket], wide: SignedDuration) -> Vec<Self> {
        let mut runs: Vec<Self> = Vec::new();
        let marked = buckets.iter().filter_map(|it| Some((it, it.incident?, it.severity?)));
        for (bucket, incident, severity) in marked {
            let (start, end, window) = (bucket.time, bucket.time + wide, bucket.window);
            match runs.last_mut().filter(|run| run.incident == incident && run.end >= start) {
                Some(run) => {
                    run.end = end;
                    run.peak = if bucket.count > run.peak.count { bucket } else { run.peak };
                    run.window = run.window.or(window);
                }
                None => runs.push(Self { incident, start, end, severity, peak: bucket, window }),
            }
        }
        runs
    }

    fn title(&self, unit: Unit, zone: &TimeZone) -> String {
        let (severity, peak) = (self.severity.as_str(), unit.words(self.peak.count as f64));
        let [start, at] = [self.start, self.peak.time].map(|time| times::moment(time, zone));
        let beside = self.window.map_or_else(String::new, |window| {
            let [counted, usual] = [window.count, window.expected].map(|count| unit.words(count));
            format!("; {counted} in {} h, usually {usual}", window.hours)
        });
        format!("{severity} from {start}: peak {peak} at {at}{beside}")
    }
}

/// The runs as they are drawn, of which the most urgent ones have labels where there is room.
fn flags(runs: &[Run<'_>], plane: &Plane, unit: Unit, zone: &TimeZone) -> Vec<Flag> {
    /// How far labels are apart on a narrow screen.
    const APART: f64 = 0.6;
    let mut by_urgency: Vec<&Run<'_>> = runs.iter().collect();
    by_urgency.sort_by_key(|run| Reverse((run.severity, run.peak.count)));
    let mut labelled: Vec<f64> = Vec::new();
    let flag = |run: &Run<'_>| {
        let x = plane.middle(run.peak.time);
        let has_room = labelled.iter().all(|other| (x - other).abs() > APART);
        labelled.extend(has_room.then_some(x));
        Flag {
            x: percent(plane.at(run.start)),
            width: percent(plane.at(run.end) - plane.at(run.start)),
            peak: plane.peak(run.peak.time, run.peak.count, unit, zone),
            labelled: has_room,
            severity: run.severity.as_str(),
            radius: if run.severity == Severity::Alert { "5" } else { "3.5" },
            title: run.title(unit, zone),
        }
    };
    by_urgency.into_iter().map(flag).collect()
}
