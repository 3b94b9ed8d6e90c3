//! What is expected, after what was counted before.

use std::fmt::Write;

use askama::Template;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::axis::{Mark, Scale, Tick, marks};
use super::frame::{BOTTOM, HEIGHT, TOP, WIDTH};
use super::{Labels, percent};
use crate::contract::ForecastPoint;
use crate::phrases::times;
use crate::samples::width;
use crate::unit::Unit;

#[derive(Template)]
#[template(path = "charts/forecast.svg")]
pub(super) struct Forecast<'a> {
    id: &'a str,
    caption: &'a str,
    alt_text: &'a str,
    height: i32,
    top: i32,
    bottom: i32,
    scale: Vec<Tick>,
    marks: Vec<Mark>,
    /// Where what was counted ends.
    end: String,
    band_95: String,
    band_80: String,
    expected: String,
    line: String,
    logarithmic: bool,
    zone: String,
}

impl<'a> Forecast<'a> {
    /// `None` where there is nothing to draw between.
    pub(super) fn new(
        labels: Labels<'a>,
        past: &[(Timestamp, u64)],
        points: &[ForecastPoint],
        unit: Unit,
        zone: &TimeZone,
    ) -> Option<Self> {
        let times = past.iter().map(|(time, _)| *time).chain(points.iter().map(|it| it.time));
        let wide = width(times.clone())?;
        let (start, last) = (times.clone().next()?, points.last()?.time);
        let end = last.checked_add(wide).ok()?;
        let counts = past.iter().map(|(_, count)| *count as f64);
        let values: Vec<f64> = counts.chain(points.iter().map(|point| point.value)).collect();
        let limits: Vec<f64> = points.iter().map(|point| point.high_95).collect();
        let scale = Scale::new(&values, &limits, unit);
        let within = Within { start, end, wide, scale: &scale };
        let band = |limits: fn(&ForecastPoint) -> [f64; 2]| {
            let highs = points.iter().map(|point| (point.time, limits(point)[1]));
            let lows = points.iter().rev().map(|point| (point.time, limits(point)[0]));
            within.path(highs.chain(lows), |_, _| true) + "Z"
        };
        let follows = |before: Timestamp, time: Timestamp| time.duration_since(before) <= wide;
        let expected = points.iter().map(|point| (point.time, point.value));
        Some(Self {
            id: labels.id,
            caption: labels.caption,
            alt_text: labels.alt_text,
            height: HEIGHT,
            top: TOP,
            bottom: BOTTOM,
            scale: scale.ticks(TOP, BOTTOM),
            marks: marks(start, end, zone),
            end: percent(within.at(points.first()?.time)),
            band_95: band(|point| [point.low_95, point.high_95]),
            band_80: band(|point| [point.low_80, point.high_80]),
            expected: within.path(expected, follows),
            line: within.path(past.iter().map(|&(time, count)| (time, count as f64)), follows),
            logarithmic: scale.logarithmic,
            zone: times::zone_name(last, zone),
        })
    }
}

/// The time and the amounts that a drawing is made for.
struct Within<'a> {
    start: Timestamp,
    end: Timestamp,
    wide: SignedDuration,
    scale: &'a Scale,
}

impl Within<'_> {
    /// Where a time is, from 0 to 1.
    fn at(&self, time: Timestamp) -> f64 {
        let whole = self.end.duration_since(self.start).as_secs_f64();
        time.duration_since(self.start).as_secs_f64() / whole
    }

    /// A line through amounts in the middles of their intervals, which ends where the next one does
    /// not follow.
    fn path(
        &self,
        amounts: impl Iterator<Item = (Timestamp, f64)>,
        follows: impl Fn(Timestamp, Timestamp) -> bool,
    ) -> String {
        let half =
            self.wide.as_secs_f64() / 2.0 / self.end.duration_since(self.start).as_secs_f64();
        let mut path = String::new();
        let mut before = None;
        for (time, amount) in amounts {
            let goes_on = before.is_some_and(|before| follows(before, time));
            let command = if goes_on { 'L' } else { 'M' };
            let x = WIDTH * (self.at(time) + half);
            let y = f64::from(BOTTOM - TOP) * (1.0 - self.scale.height(amount));
            write!(path, "{command}{x:.1} {y:.1}")
                .unwrap_or_else(|error| unreachable!("memory takes it all: {error}"));
            before = Some(time);
        }
        path
    }
}
