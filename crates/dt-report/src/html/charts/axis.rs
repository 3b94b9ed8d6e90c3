//! Scales and what is written beside them.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::percent;
use crate::unit::Unit;

/// Amounts by height, from 0 up.
pub(super) struct Scale {
    most: f64,
    pub(super) logarithmic: bool,
    unit: Unit,
}

/// A line across a chart, and what it stands for.
pub(super) struct Tick {
    pub(super) y: i32,
    pub(super) label: String,
}

/// A place on the time axis.
pub(super) struct Mark {
    pub(super) x: String,
    /// Which end of the label is there: `start`, `middle` or `end`.
    pub(super) anchor: &'static str,
    pub(super) label: String,
}

/// How many labels a narrow screen has room for.
const MOST_MARKS: i64 = 6;

impl Scale {
    /// A scale up to the largest of the values; a logarithmic one where a few of them are so large
    /// that nothing could be seen of the others. The limits of what is usual have as much room above
    /// the values as these have at most: what ever was must not lie flat under what might be.
    pub(super) fn new(values: &[f64], limits: &[f64], unit: Unit) -> Self {
        const FAR: f64 = 5.0;
        const ROOM: f64 = 2.0;
        let largest = |values: &[f64]| values.iter().copied().fold(1.0, f64::max);
        let most = largest(values);
        if most > FAR * quantile(values, 0.98).max(1.0) {
            return Self { most: most.max(largest(limits)), logarithmic: true, unit };
        }
        Self::linear(most.max(largest(limits).min(ROOM * most)), unit)
    }

    /// A scale up to this.
    pub(super) fn linear(most: f64, unit: Unit) -> Self {
        Self { most: most.max(1.0), logarithmic: false, unit }
    }

    /// How high an amount stands, from 0 to 1.
    pub(super) fn height(&self, amount: f64) -> f64 {
        if self.logarithmic {
            amount.clamp(0.0, self.most).ln_1p() / self.most.ln_1p()
        } else {
            amount.clamp(0.0, self.most) / self.most
        }
    }

    /// The amounts that are worth a line, 0 first.
    pub(super) fn amounts(&self) -> Vec<f64> {
        let base: f64 = match self.unit {
            Unit::Bytes => 1000.0,
            Unit::Connections => 10.0,
        };
        let mut amounts = vec![0.0];
        if self.logarithmic {
            let mut amount = base;
            while amount <= self.most {
                amounts.push(amount);
                amount *= base;
            }
            return amounts;
        }
        let step = self.step();
        let mut amount = step;
        while amount <= self.most {
            amounts.push(amount);
            amount += step;
        }
        amounts
    }

    /// A round number of which two to five fit below the top.
    fn step(&self) -> f64 {
        let unit = match self.unit {
            Unit::Connections => 1.0,
            Unit::Bytes => 1000_f64.powf((self.most.log10() / 3.0).floor()),
        };
        let power = 10_f64.powf((self.most / unit).log10().floor()) * unit;
        let fits = |step: f64| self.most / (step * power);
        let step = [0.2, 0.5, 1.0, 2.0].into_iter().find(|step| fits(*step) < 5.5).unwrap_or(2.0);
        let least = if self.unit == Unit::Connections { 1.0 } else { 0.0 };
        (step * power).max(least)
    }

    /// A line's amount, as short as it can be said.
    pub(super) fn label(&self, amount: f64) -> String {
        const UNITS: [&str; 7] = ["B", "KB", "MB", "GB", "TB", "PB", "EB"];
        if self.unit == Unit::Connections {
            return self.unit.words(amount);
        }
        // Amounts that are compared by their lengths have one unit.
        let size = if self.logarithmic { amount } else { self.most };
        let mut rest = size;
        let mut amount = amount;
        let mut unit = UNITS[0];
        for larger in &UNITS[1..] {
            if rest < 1000.0 {
                break;
            }
            rest /= 1000.0;
            amount /= 1000.0;
            unit = larger;
        }
        // A round step has at most one decimal.
        let amount = (amount * 10.0).round() / 10.0;
        if amount == 0.0 { "0".to_owned() } else { format!("{amount} {unit}") }
    }

    /// A line for each amount, between these heights.
    pub(super) fn ticks(&self, top: i32, bottom: i32) -> Vec<Tick> {
        let ticks = self.amounts().into_iter().map(|amount| Tick {
            y: pixel(f64::from(bottom) - self.height(amount) * f64::from(bottom - top)),
            label: self.label(amount),
        });
        ticks.collect()
    }
}

/// What so many of the values are at most; 0 without any.
fn quantile(values: &[f64], of: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and the number of values"
    )]
    let place = (of * sorted.len() as f64) as usize;
    sorted.get(place.min(sorted.len().saturating_sub(1))).copied().unwrap_or(0.0)
}

/// A whole number of pixels.
pub(super) fn pixel(y: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "within a chart; the cast saturates")]
    let whole = y.round() as i32;
    whole
}

/// Days, Mondays or hours within a time, whichever are few enough to be named.
pub(super) fn marks(start: Timestamp, end: Timestamp, zone: &TimeZone) -> Vec<Mark> {
    const DAY: SignedDuration = SignedDuration::from_hours(24);
    let whole = end.duration_since(start);
    let at = |time: Timestamp| time.duration_since(start).as_secs_f64() / whole.as_secs_f64();
    let within = |time: &Timestamp| *time >= start && *time <= end;
    if whole <= DAY * 2 {
        let step = (whole.as_hours() / MOST_MARKS).max(1).unsigned_abs().next_power_of_two();
        let hours = (0..=whole.as_hours()).map(|hour| start + SignedDuration::from_hours(hour));
        let step = i64::try_from(step).unwrap_or(24).min(24);
        let hours = hours.filter(|time| i64::from(zone.to_datetime(*time).hour()) % step == 0);
        return hours.map(|time| mark(at(time), time, "%H:%M", zone)).collect();
    }
    let days = whole.as_hours() / 24;
    let first = zone.to_datetime(start).date();
    let weeks = (days / 7 / MOST_MARKS).max(1);
    let every = if days <= MOST_MARKS { 1 } else { 7 * weeks };
    let until_monday = i64::from(8 - first.weekday().to_monday_one_offset()) % 7;
    let begin = if every == 1 { 0 } else { until_monday };
    let mut marks = Vec::new();
    let mut ahead = begin;
    while ahead <= days + 1 {
        let midnight = first.checked_add(ahead.days()).ok();
        let midnight = midnight.and_then(|date| zone.to_timestamp(date.at(0, 0, 0, 0)).ok());
        let Some(midnight) = midnight else { break };
        marks.extend(within(&midnight).then(|| mark(at(midnight), midnight, "%-d %b", zone)));
        ahead += every;
    }
    marks
}

pub(super) fn mark(x: f64, time: Timestamp, format: &str, zone: &TimeZone) -> Mark {
    labelled(x, zone.to_datetime(time).strftime(format).to_string())
}

/// A label that stays within the chart.
pub(super) fn labelled(x: f64, label: String) -> Mark {
    const EDGE: f64 = 0.06;
    let anchor = match x {
        _ if x < EDGE => "start",
        _ if x > 1.0 - EDGE => "end",
        _ => "middle",
    };
    Mark { x: percent(x), anchor, label }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: &Scale) -> Vec<String> {
        scale.amounts().into_iter().map(|amount| scale.label(amount)).collect()
    }

    #[test]
    fn ticks_are_round_and_few() {
        let connections = |most| labels(&Scale::linear(most, Unit::Connections));
        assert_eq!(connections(364.0), ["0", "100", "200", "300"]);
        assert_eq!(connections(1.0), ["0", "1"]);
        assert_eq!(connections(0.0), ["0", "1"]);
        assert_eq!(connections(2502.0), ["0", "500", "1,000", "1,500", "2,000", "2,500"]);
        let bytes = |most| labels(&Scale::linear(most, Unit::Bytes));
        assert_eq!(bytes(2.3e9), ["0", "0.5 GB", "1 GB", "1.5 GB", "2 GB"]);
        for most in 0..10_000 {
            for unit in [Unit::Connections, Unit::Bytes] {
                let ticks = Scale::linear(f64::from(most) * 7919.0, unit).amounts().len();
                assert!((2..=6).contains(&ticks), "{most} {ticks}");
            }
        }
    }

    #[test]
    fn limits_leave_half_of_the_height_to_the_values() {
        let values = vec![100.0; 672];
        let height = |limit| Scale::new(&values, &[limit], Unit::Connections).height(100.0);
        assert!((height(50.0) - 1.0).abs() < 1e-9);
        assert!((height(125.0) - 0.8).abs() < 1e-9);
        assert!((height(1e9) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn a_few_that_are_far_above_the_others_make_the_scale_logarithmic() {
        let mut values = vec![300.0; 670];
        assert!(!Scale::new(&values, &[600.0], Unit::Bytes).logarithmic);
        values.extend([1e9, 1e9]);
        let scale = Scale::new(&values, &[600.0], Unit::Bytes);
        assert!(scale.logarithmic);
        assert_eq!(labels(&scale), ["0", "1 KB", "1 MB", "1 GB"]);
        assert!(scale.height(300.0) > 0.2 && scale.height(1e9) <= 1.0);
    }

    #[test]
    fn times_are_named_by_what_fits() {
        let at = |hour: i64| Timestamp::from_second(hour * 3600).unwrap();
        let named = |hours| {
            let marks = marks(at(0), at(hours), &TimeZone::UTC);
            marks.into_iter().map(|mark| mark.label).collect::<Vec<_>>()
        };
        assert_eq!(named(24), ["00:00", "04:00", "08:00", "12:00", "16:00", "20:00", "00:00"]);
        assert_eq!(named(72), ["1 Jan", "2 Jan", "3 Jan", "4 Jan"]);
        // 1970-01-05 was a Monday.
        assert_eq!(named(28 * 24), ["5 Jan", "12 Jan", "19 Jan", "26 Jan"]);
        assert!(named(365 * 24).len() <= 7);
    }
}
