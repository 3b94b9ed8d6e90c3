//! Series over time: where their times and amounts are in a chart.

use std::fmt::Write;

use dt_analysis::AsOf;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::axis::{Mark, Scale, Tick, anchor, marks, pixel};
use super::{Labels, percent};
use crate::phrases::times;
use crate::unit::Unit;

/// Where the largest amount is at most: above it is room for the label of a peak.
const TOP: i32 = 30;
/// Where nothing is.
const BOTTOM: i32 = 230;
/// All of it, with room for the times below.
const HEIGHT: i32 = 256;

/// How wide the drawing is in its own units; it is stretched to what there is.
const WIDTH: f64 = 1000.0;

/// The times and the amounts that a drawing is made for.
pub(super) struct Plane {
    pub(super) start: Timestamp,
    /// The end of the last bucket.
    pub(super) end: Timestamp,
    /// How wide a bucket is.
    pub(super) wide: SignedDuration,
    pub(super) scale: Scale,
}

/// What stands around every drawing of a plane.
pub(super) struct Frame<'a> {
    pub(super) labels: Labels<'a>,
    pub(super) height: i32,
    pub(super) top: i32,
    pub(super) bottom: i32,
    pub(super) scale: Vec<Tick>,
    pub(super) marks: Vec<Mark>,
    pub(super) is_logarithmic: bool,
    /// The time zone as it is called at the end.
    pub(super) zone: String,
}

/// What was counted at most, and when, written beside it.
pub(super) struct Peak {
    pub(super) x: String,
    pub(super) y: i32,
    pub(super) anchor: &'static str,
    pub(super) label: String,
}

impl Plane {
    /// How far from the left a time is, from 0 to 1.
    pub(super) fn at(&self, time: Timestamp) -> f64 {
        let whole = self.end.duration_since(self.start).as_secs_f64();
        (time.duration_since(self.start).as_secs_f64() / whole).clamp(0.0, 1.0)
    }

    /// How far from the left the middle of the bucket is that begins at this time.
    pub(super) fn middle(&self, time: Timestamp) -> f64 {
        self.at(time + self.wide / 2)
    }

    /// How far from the top of the chart an amount is.
    pub(super) fn y(&self, amount: f64) -> i32 {
        pixel(f64::from(TOP) + self.depth(amount))
    }

    /// How far below the top of the scale an amount is.
    fn depth(&self, amount: f64) -> f64 {
        f64::from(BOTTOM - TOP) * (1.0 - self.scale.height(amount))
    }

    pub(super) fn frame<'a>(&self, labels: Labels<'a>, zone: &TimeZone) -> Frame<'a> {
        Frame {
            labels,
            height: HEIGHT,
            top: TOP,
            bottom: BOTTOM,
            scale: self.scale.ticks(TOP, BOTTOM),
            marks: marks(self.start, self.end, zone),
            is_logarithmic: self.scale.is_logarithmic(),
            zone: times::zone_name(self.end - self.wide, zone),
        }
    }

    /// Where a bucket is, with its amount and its time beside it.
    pub(super) fn peak(&self, time: Timestamp, amount: u64, unit: Unit, zone: &TimeZone) -> Peak {
        let x = self.middle(time);
        Peak {
            x: percent(x),
            y: self.y(amount as f64),
            anchor: anchor(x, 0.3),
            label: format!(
                "{}, {}",
                unit.words(amount as f64),
                times::date_and_hour(time, AsOf { now: time, zone })
            ),
        }
    }

    /// A line through amounts in the middles of their buckets, which ends where buckets are missing.
    pub(super) fn line(&self, amounts: impl Iterator<Item = (Timestamp, f64)>) -> String {
        let mut path = String::new();
        let mut before: Option<Timestamp> = None;
        for (time, amount) in amounts {
            let follows = before.is_some_and(|before| self.follows(before, time));
            self.append(&mut path, if follows { 'L' } else { 'M' }, self.middle(time), amount);
            before = Some(time);
        }
        path
    }

    /// The area between two limits, wherever buckets follow each other.
    pub(super) fn band(&self, limits: &[(Timestamp, [f64; 2])]) -> String {
        let mut path = String::new();
        for run in limits.chunk_by(|one, next| self.follows(one.0, next.0)) {
            let highs = run.iter().map(|&(time, [_, high])| (time, high));
            let lows = run.iter().rev().map(|&(time, [low, _])| (time, low));
            for (place, (time, amount)) in highs.chain(lows).enumerate() {
                let command = if place == 0 { 'M' } else { 'L' };
                self.append(&mut path, command, self.middle(time), amount);
            }
            path.push('Z');
        }
        path
    }

    /// A column as wide as its bucket for each amount.
    pub(super) fn columns(&self, amounts: impl Iterator<Item = (Timestamp, u64)>) -> String {
        let mut path = String::new();
        for (time, amount) in amounts.filter(|(_, amount)| *amount > 0) {
            let (left, right) = (self.at(time), self.at(time + self.wide));
            self.append(&mut path, 'M', left, 0.0);
            self.append(&mut path, 'L', left, amount as f64);
            self.append(&mut path, 'L', right, amount as f64);
            self.append(&mut path, 'L', right, 0.0);
            path.push('Z');
        }
        path
    }

    fn follows(&self, before: Timestamp, time: Timestamp) -> bool {
        time.duration_since(before) <= self.wide
    }

    fn append(&self, path: &mut String, command: char, x: f64, amount: f64) {
        write!(path, "{command}{:.1} {:.1}", WIDTH * x, self.depth(amount))
            .unwrap_or_else(|error| unreachable!("writing to a String cannot fail: {error}"));
    }
}
