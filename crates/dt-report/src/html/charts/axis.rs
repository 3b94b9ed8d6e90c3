//! Scales and what is written beside them.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::percent;
use crate::unit::Unit;

/// Amounts by height, from 0 up to a tick that no value exceeds.
pub(super) struct Scale {
    top: f64,
    /// Above which amount the scale is logarithmic; `None` if it is linear throughout.
    floor: Option<f64>,
    unit: Unit,
}

/// A line across a chart, and what it stands for.
pub(super) struct Tick {
    pub(super) y: i32,
    pub(super) label: String,
}

/// A place on an axis.
pub(super) struct Mark {
    pub(super) x: String,
    /// Which end of the label is there: `start`, `middle` or `end`.
    pub(super) anchor: &'static str,
    pub(super) label: String,
}

/// How many labels a narrow screen has room for.
const MOST_MARKS: i64 = 6;

/// How many ticks a linear scale has above 0 at most.
const MOST_TICKS: i32 = 5;

impl Scale {
    /// A scale for values and for the limits of what is usual; a logarithmic one where the largest
    /// of them is so large that nothing could be seen of most values.
    pub(super) fn new(values: &[f64], limits: &[f64], unit: Unit) -> Self {
        const FAR: f64 = 5.0;
        let most = values.iter().chain(limits).copied().fold(1.0, f64::max);
        if most > FAR * quantile(values, 0.98).max(1.0) {
            Self::logarithmic(values, most, unit)
        } else {
            Self::linear(most, unit)
        }
    }

    /// A linear scale with room for this.
    pub(super) fn linear(most: f64, unit: Unit) -> Self {
        let most = most.max(1.0);
        Self { top: (most / step(most)).ceil() * step(most), floor: None, unit }
    }

    /// A scale that is logarithmic above what is little among the values that are not 0, and linear
    /// below, so that 0 has a place. What is less than a hundred thousandth of the largest value looks
    /// like 0.
    fn logarithmic(values: &[f64], most: f64, unit: Unit) -> Self {
        const LITTLE: f64 = 0.1;
        const FARTHEST: f64 = 1e5;
        let positive: Vec<f64> = values.iter().copied().filter(|value| *value > 0.0).collect();
        let round = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power(most));
        let top = round.into_iter().find(|round| *round >= most).unwrap_or(most);
        let least = positive.iter().copied().fold(0.0, f64::max) / FARTHEST;
        Self { top, floor: Some(power(quantile(&positive, LITTLE).max(least))), unit }
    }

    pub(super) const fn is_logarithmic(&self) -> bool {
        self.floor.is_some()
    }

    /// How high an amount stands, from 0 to 1.
    pub(super) fn height(&self, amount: f64) -> f64 {
        let amount = amount.clamp(0.0, self.top);
        match self.floor {
            Some(floor) => (amount / floor).ln_1p() / (self.top / floor).ln_1p(),
            None => amount / self.top,
        }
    }

    /// The amounts that are worth a line, from 0 to the top.
    pub(super) fn amounts(&self) -> Vec<f64> {
        let Some(floor) = self.floor else {
            let step = step(self.top);
            let above = (1..=MOST_TICKS).map(|place| f64::from(place) * step);
            let within = above.filter(|amount| *amount <= self.top * 1.001);
            return std::iter::once(0.0).chain(within).collect();
        };
        // The lines at either end are so far from the next ones that all labels have room.
        let powers =
            std::iter::successors(Some(power(self.top / 4.0)), |amount| Some(amount / 10.0));
        let powers = powers.take_while(|amount| *amount > floor * 1.001);
        let mut amounts: Vec<f64> = std::iter::once(self.top).chain(powers).collect();
        amounts.push(0.0);
        amounts.reverse();
        amounts
    }

    /// A line's amount, as short as it can be said.
    pub(super) fn label(&self, amount: f64) -> String {
        const BYTES: [&str; 7] = [" B", " KB", " MB", " GB", " TB", " PB", " EB"];
        const COUNTS: [&str; 7] = ["", "k", "M", "G", "T", "P", "E"];
        /// Smaller counts are written out.
        const LONG: f64 = 100_000.0;
        // Amounts that are compared by their lengths have one unit.
        let size = if self.is_logarithmic() { amount } else { self.top };
        let units = match self.unit {
            Unit::Connections if size < LONG => return self.unit.words(amount),
            Unit::Connections => COUNTS,
            Unit::Bytes => BYTES,
        };
        let mut divisor = 1.0;
        let mut unit = units[0];
        for larger in &units[1..] {
            if size < divisor * 1_000.0 {
                break;
            }
            divisor *= 1_000.0;
            unit = larger;
        }
        // A round step has at most one decimal.
        let amount = (amount / divisor * 10.0).round() / 10.0;
        if amount == 0.0 { "0".to_owned() } else { format!("{amount}{unit}") }
    }

    /// A line for each amount, between these heights.
    pub(super) fn ticks(&self, top: i32, bottom: i32) -> Vec<Tick> {
        let ticks = self.amounts().into_iter().map(|amount| Tick {
            y: pixel(f64::from(bottom) - self.height(amount) * f64::from(bottom - top)),
            label: self.label(amount),
        });
        ticks.collect()
    }

    /// An amount as people read it.
    pub(super) fn words(&self, amount: f64) -> String {
        self.unit.words(amount)
    }

    /// How far the lines of a linear scale are apart.
    pub(super) fn step(&self) -> f64 {
        step(self.top)
    }
}

/// A round number of which no more than [`MOST_TICKS`] reach up to this.
fn step(most: f64) -> f64 {
    let power = power(most);
    let round = [0.1, 0.2, 0.5, 1.0, 2.0].map(|factor| factor * power);
    let fits = |step: &f64| (most / step * 0.999).ceil() <= f64::from(MOST_TICKS);
    round.into_iter().find(fits).unwrap_or(power).max(1.0)
}

/// The largest power of ten that is at most this.
fn power(amount: f64) -> f64 {
    10_f64.powf(amount.max(1.0).log10().floor())
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

/// Days, every other day, Mondays or hours within a time, whichever are few enough to be named.
pub(super) fn marks(start: Timestamp, end: Timestamp, zone: &TimeZone) -> Vec<Mark> {
    const DAY: SignedDuration = SignedDuration::from_hours(24);
    const FEW_DAYS: i64 = 2 * MOST_MARKS - 1;
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
    let until_monday = i64::from(8 - first.weekday().to_monday_one_offset()) % 7;
    let (begin, every) = match days {
        _ if days <= MOST_MARKS => (0, 1),
        _ if days <= FEW_DAYS => (0, 2),
        _ => (until_monday, 7 * weeks),
    };
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
    Mark { x: percent(x), anchor: anchor(x, 0.06), label }
}

/// Which end of a label is at this place, if what is nearer to an edge than this has no room for
/// half of it.
pub(super) fn anchor(x: f64, edge: f64) -> &'static str {
    match x {
        _ if x < edge => "start",
        _ if x > 1.0 - edge => "end",
        _ => "middle",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: &Scale) -> Vec<String> {
        scale.amounts().into_iter().map(|amount| scale.label(amount)).collect()
    }

    #[test]
    fn ticks_are_round_and_few_and_the_last_is_above_every_value() {
        let connections = |most| labels(&Scale::linear(most, Unit::Connections));
        assert_eq!(connections(364.0), ["0", "100", "200", "300", "400"]);
        assert_eq!(connections(1.0), ["0", "1"]);
        assert_eq!(connections(0.0), ["0", "1"]);
        assert_eq!(connections(2502.0), ["0", "1,000", "2,000", "3,000"]);
        assert_eq!(connections(4e6), ["0", "1M", "2M", "3M", "4M"]);
        let bytes = |most| labels(&Scale::linear(most, Unit::Bytes));
        assert_eq!(bytes(2.3e9), ["0", "0.5 GB", "1 GB", "1.5 GB", "2 GB", "2.5 GB"]);
        assert_eq!(bytes(976e6), ["0", "0.2 GB", "0.4 GB", "0.6 GB", "0.8 GB", "1 GB"]);
        for most in 0..10_000 {
            for unit in [Unit::Connections, Unit::Bytes] {
                let most = f64::from(most) * 7919.0;
                let ticks = Scale::linear(most, unit).amounts();
                assert!((2..=6).contains(&ticks.len()), "{most} {ticks:?}");
                assert!(ticks.last().unwrap() * 1.001 >= most, "{most} {ticks:?}");
            }
        }
    }

    #[test]
    fn what_is_usual_is_never_higher_than_the_scale() {
        let values = vec![100.0; 672];
        for limit in [50.0, 125.0, 499.0, 501.0, 1e9] {
            let scale = Scale::new(&values, &[limit], Unit::Connections);
            assert!(scale.top >= limit, "{limit}");
            assert!(scale.height(100.0) > 0.04, "{limit}");
        }
    }

    #[test]
    fn a_few_that_are_far_above_the_others_make_the_scale_logarithmic() {
        let mut values = vec![300.0; 670];
        assert!(!Scale::new(&values, &[600.0], Unit::Bytes).is_logarithmic());
        values.extend([1.2e9, 1e9]);
        let scale = Scale::new(&values, &[600.0], Unit::Bytes);
        assert!(scale.is_logarithmic());
        assert_eq!(labels(&scale), ["0", "100 KB", "1 MB", "10 MB", "100 MB", "2 GB"]);
        assert!(scale.height(0.0) < 0.01 && scale.height(1.2e9) < 1.0);
        assert!(scale.height(300.0) < scale.height(20_000.0));
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
        assert_eq!(named(8 * 24), ["1 Jan", "3 Jan", "5 Jan", "7 Jan", "9 Jan"]);
        // 1970-01-05 was a Monday.
        assert_eq!(named(28 * 24), ["5 Jan", "12 Jan", "19 Jan", "26 Jan"]);
        assert!(named(365 * 24).len() <= 7);
    }
}
