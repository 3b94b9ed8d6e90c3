//! A series, the band in which it is usual, and what stands out of it.

use std::fmt::Write;

use askama::Template;
use dt_analysis::timeline::Severity;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::axis::{Mark, Scale, Tick, marks, pixel};
use super::frame::{BOTTOM, HEIGHT, TOP, WIDTH};
use super::{Labels, percent};
use crate::contract::{Bucket, Span};
use crate::phrases::times;
use crate::samples::width;
use crate::unit::Unit;

#[derive(Template)]
#[template(path = "charts/timeline.svg")]
pub(super) struct Timeline<'a> {
    id: &'a str,
    caption: &'a str,
    alt_text: &'a str,
    height: i32,
    top: i32,
    bottom: i32,
    scale: Vec<Tick>,
    marks: Vec<Mark>,
    band: String,
    line: String,
    flags: Vec<Flag>,
    alerts: usize,
    notices: usize,
    logarithmic: bool,
    zone: String,
}

/// A bucket that stands out.
struct Flag {
    x: String,
    y: i32,
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
        let end = last + wide;
        let counts: Vec<f64> = buckets.iter().map(|bucket| bucket.count as f64).collect();
        let limits: Vec<f64> = buckets.iter().filter_map(|bucket| bucket.high).collect();
        let scale = Scale::new(&counts, &limits, unit);
        let at = |time: Timestamp| {
            let middle = time + wide / 2;
            middle.duration_since(start).as_secs_f64() / end.duration_since(start).as_secs_f64()
        };
        let drawing = Drawing { at: &at, scale: &scale, wide };
        let flag = |bucket: &Bucket| {
            let (severity, window) = bucket.severity.zip(bucket.window)?;
            Some(Flag {
                x: percent(at(bucket.time)),
                y: pixel(f64::from(TOP) + drawing.y(bucket.count as f64)),
                severity: severity.as_str(),
                radius: if severity == Severity::Alert { "5" } else { "3.5" },
                title: title(window, severity, unit, zone),
            })
        };
        let flags: Vec<Flag> = buckets.iter().filter_map(flag).collect();
        let alerts = flags.iter().filter(|it| it.severity == Severity::Alert.as_str()).count();
        Some(Self {
            id: labels.id,
            caption: labels.caption,
            alt_text: labels.alt_text,
            height: HEIGHT,
            top: TOP,
            bottom: BOTTOM,
            scale: scale.ticks(TOP, BOTTOM),
            marks: marks(start, end, zone),
            band: drawing.band(buckets),
            line: drawing.line(buckets),
            alerts,
            notices: flags.len() - alerts,
            flags,
            logarithmic: scale.logarithmic,
            zone: times::zone_name(last, zone),
        })
    }
}

fn title(window: Span, severity: Severity, unit: Unit, zone: &TimeZone) -> String {
    let [counted, usual] = [window.count, window.expected].map(|count| unit.words(count));
    let (severity, time) = (severity.as_str(), times::moment(window.start, zone));
    format!("{severity}, {time}: {counted} in {}, usually {usual}", window.length())
}

/// Where a time and an amount are in the drawing.
struct Drawing<'a> {
    at: &'a dyn Fn(Timestamp) -> f64,
    scale: &'a Scale,
    wide: SignedDuration,
}

impl Drawing<'_> {
    fn y(&self, amount: f64) -> f64 {
        f64::from(BOTTOM - TOP) * (1.0 - self.scale.height(amount))
    }

    fn x(&self, bucket: &Bucket) -> f64 {
        WIDTH * (self.at)(bucket.time)
    }

    /// A line through what was counted, which ends where buckets are missing.
    fn line(&self, buckets: &[Bucket]) -> String {
        let mut path = String::new();
        let mut before: Option<Timestamp> = None;
        for bucket in buckets {
            let follows = before.is_some_and(|time| self.follows(time, bucket.time));
            let command = if follows { 'L' } else { 'M' };
            let (x, y) = (self.x(bucket), self.y(bucket.count as f64));
            append(&mut path, command, x, y);
            before = Some(bucket.time);
        }
        path
    }

    /// The area between the least and the most that are usual, wherever both are known.
    fn band(&self, buckets: &[Bucket]) -> String {
        let mut path = String::new();
        let apart = |a: &Bucket, b: &Bucket| known(a) == known(b) && self.follows(a.time, b.time);
        for run in buckets.chunk_by(apart).filter(|run| run.len() > 1) {
            let limits = |limit: fn(&Bucket) -> Option<f64>| {
                run.iter().filter_map(move |it| Some((self.x(it), self.y(limit(it)?))))
            };
            let highs = limits(|bucket| bucket.high);
            let lows: Vec<(f64, f64)> = limits(|bucket| bucket.low).collect();
            for (place, (x, y)) in highs.chain(lows.into_iter().rev()).enumerate() {
                append(&mut path, if place == 0 { 'M' } else { 'L' }, x, y);
            }
            if known(&run[0]) {
                path.push('Z');
            }
        }
        path
    }

    fn follows(&self, before: Timestamp, time: Timestamp) -> bool {
        time.duration_since(before) <= self.wide
    }
}

fn known(bucket: &Bucket) -> bool {
    bucket.low.is_some() && bucket.high.is_some()
}

fn append(path: &mut String, command: char, x: f64, y: f64) {
    write!(path, "{command}{x:.1} {y:.1}")
        .unwrap_or_else(|error| unreachable!("memory takes it all: {error}"));
}
