//! What is expected, after what was counted before.

use askama::Template;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::axis::Scale;
use super::plane::{Frame, Peak, Plane};
use super::{Labels, percent};
use crate::contract::Expected;
use crate::samples::width;
use crate::unit::Unit;

#[derive(Template)]
#[template(path = "charts/forecast.svg")]
pub(super) struct Forecast<'a> {
    frame: Frame<'a>,
    /// Where what was counted ends.
    end: String,
    band_95: String,
    band_80: String,
    expected: String,
    line: String,
    peak: Option<Peak>,
}

impl<'a> Forecast<'a> {
    /// `None` where there is nothing to draw between.
    pub(super) fn new(
        labels: Labels<'a>,
        past: &[(Timestamp, u64)],
        points: &[Expected],
        unit: Unit,
        zone: &TimeZone,
    ) -> Option<Self> {
        let times = past.iter().map(|(time, _)| *time).chain(points.iter().map(|it| it.start));
        let wide = width(times.clone())?;
        let (start, last) = (times.clone().next()?, points.last()?.start);
        let counts = past.iter().map(|(_, count)| *count as f64);
        let values: Vec<f64> = counts.chain(points.iter().map(|point| point.value)).collect();
        let highs: Vec<f64> = points.iter().map(|point| point.high_95).collect();
        let scale = Scale::new(&values, &highs, unit);
        let plane = Plane { start, end: last.checked_add(wide).ok()?, wide, scale };
        let band = |limits: fn(&Expected) -> [f64; 2]| {
            let limits = points.iter().map(|point| (point.start, limits(point)));
            plane.band(&limits.collect::<Vec<_>>())
        };
        let peak = past.iter().max_by_key(|(_, count)| *count).filter(|(_, count)| *count > 0);
        Some(Self {
            frame: plane.frame(labels, zone),
            end: percent(plane.at(points.first()?.start)),
            band_95: band(|point| [point.low_95, point.high_95]),
            band_80: band(|point| [point.low_80, point.high_80]),
            expected: plane.line(points.iter().map(|point| (point.start, point.value))),
            line: plane.line(past.iter().map(|&(time, count)| (time, count as f64))),
            peak: peak.map(|&(time, count)| plane.peak(time, count, unit, zone)),
        })
    }
}
