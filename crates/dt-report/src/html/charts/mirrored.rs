//! What goes out, above what comes in.

use std::collections::BTreeMap;

use askama::Template;
use dt_analysis::ByteSize;
use dt_model::Amount;
use jiff::tz::TimeZone;

use super::axis::{Mark, Scale, Tick, anchor, labelled, pixel};
use super::plane::Peak;
use super::{Labels, percent};
use crate::phrases::times;
use crate::samples::Samples;
use crate::unit::Unit;

/// Room for the label of the longest bar.
const TOP: i32 = 24;
const BOTTOM: i32 = 230;
/// Room for the label of the longest bar below, and for the names of the columns.
const HEIGHT: i32 = 268;

#[derive(Template)]
#[template(path = "charts/mirrored.svg")]
pub(super) struct Mirrored<'a> {
    labels: Labels<'a>,
    height: i32,
    zero: i32,
    scale: Vec<Tick>,
    marks: Vec<Mark>,
    bars: Vec<Bar>,
    peaks: Vec<Peak>,
    /// Why there is nothing of a direction, if there is not.
    no_out: Option<&'static str>,
    no_in: Option<&'static str>,
    columns: &'static str,
}

struct Bar {
    title: String,
    x: String,
    width: String,
    out: Option<Extent>,
    into: Option<Extent>,
}

struct Extent {
    y: i32,
    height: i32,
}

/// The sums of a column, each if it was reported, under its name.
#[derive(Default, Clone)]
struct Column {
    name: String,
    out: Option<u128>,
    into: Option<u128>,
    /// Whether a week begins with it.
    begins: bool,
}

impl<'a> Mirrored<'a> {
    /// `None` where there is nothing to draw.
    pub(super) fn new(
        labels: Labels<'a>,
        out: &Samples,
        into: &Samples,
        missing: [&'static str; 2],
        zone: &TimeZone,
    ) -> Option<Self> {
        let (columns, by) = columns(out, into, zone)?;
        let most_out = most(&columns, |of| of.out);
        let most_in = most(&columns, |of| of.into);
        let scale = Scale::linear(most_out.max(most_in), Unit::Bytes);
        // Each direction has the room that it needs up to a line, on one scale.
        let reach = |most: f64| scale.height((most / scale.step()).ceil() * scale.step());
        let room = f64::from(BOTTOM - TOP) / (reach(most_out) + reach(most_in)).max(1.0);
        let zero = TOP + pixel(reach(most_out) * room);
        let length = |amount: f64| pixel(scale.height(amount) * room);
        let count = columns.len() as f64;
        let extent = |amount: u128| length(amount as f64).max(i32::from(amount > 0));
        let bars = columns.iter().enumerate().map(|(place, column)| Bar {
            title: column.title(missing),
            x: percent((place as f64 + 0.1) / count),
            width: percent(0.8 / count),
            out: column.out.map(extent).map(|height| Extent { y: zero - height, height }),
            into: column.into.map(extent).map(|height| Extent { y: zero, height }),
        });
        let reaches = |amount: f64, most: f64| scale.height(amount) <= reach(most) + 0.001;
        let mut ticks = Vec::new();
        for amount in scale.amounts() {
            let label = || scale.label(amount);
            if amount > 0.0 && reaches(amount, most_in) {
                ticks.push(Tick { y: zero + length(amount), label: label() });
            }
            if reaches(amount, most_out) {
                ticks.push(Tick { y: zero - length(amount), label: label() });
            }
        }
        let above = peak(&columns, |of| of.out, |sum| zero - extent(sum) - 7);
        let below = peak(&columns, |of| of.into, |sum| zero + extent(sum) + 15);
        Some(Self {
            labels,
            height: HEIGHT,
            zero,
            scale: ticks,
            marks: marks(&columns),
            bars: bars.collect(),
            peaks: above.into_iter().chain(below).collect(),
            no_out: out.buckets().is_empty().then_some(missing[0]),
            no_in: into.buckets().is_empty().then_some(missing[1]),
            columns: by,
        })
    }
}

/// The longest of the bars; 0 without any.
fn most(columns: &[Column], of: fn(&Column) -> Option<u128>) -> f64 {
    columns.iter().filter_map(of).max().map_or(0.0, |most| most as f64)
}

/// The label of the longest bar; `None` where none has a length.
fn peak(
    columns: &[Column],
    of: fn(&Column) -> Option<u128>,
    y: impl Fn(u128) -> i32,
) -> Option<Peak> {
    let sums = columns.iter().enumerate().filter_map(|(place, it)| Some((place, it, of(it)?)));
    let (place, column, sum) = sums.max_by_key(|(.., sum)| *sum).filter(|(.., sum)| *sum > 0)?;
    let x = (place as f64 + 0.5) / columns.len() as f64;
    let size = ByteSize(Amount::Exact(sum));
    let label = format!("{size}, {}", column.name);
    Some(Peak { x: percent(x), y: y(sum), anchor: anchor(x, 0.3), label })
}

/// By day; by week where days would be too many, by interval where they would be too few.
fn columns(out: &Samples, into: &Samples, zone: &TimeZone) -> Option<(Vec<Column>, &'static str)> {
    const FEW_DAYS: usize = 3;
    const MOST_DAYS: usize = 120;
    let mut days = BTreeMap::<_, Column>::new();
    for (date, sum) in out.days(zone)? {
        days.entry(date).or_default().out = sum;
    }
    for (date, sum) in into.days(zone)? {
        days.entry(date).or_default().into = sum;
    }
    if days.len() < FEW_DAYS {
        let mut intervals = BTreeMap::<_, Column>::new();
        for &(time, count) in out.buckets() {
            intervals.entry(time).or_default().out = Some(count.into());
        }
        for &(time, count) in into.buckets() {
            intervals.entry(time).or_default().into = Some(count.into());
        }
        let named = intervals.into_iter().enumerate().map(|(place, (time, column))| Column {
            name: times::bucket(time, zone),
            begins: place == 0,
            ..column
        });
        let columns: Vec<Column> = named.collect();
        return (!columns.is_empty()).then_some((columns, "by interval"));
    }
    let named = days.into_iter().map(|(date, column)| Column {
        name: date.strftime("%-d %b").to_string(),
        begins: date.weekday() == jiff::civil::Weekday::Monday,
        ..column
    });
    let days: Vec<Column> = named.collect();
    if days.len() <= MOST_DAYS {
        return Some((days, "by day"));
    }
    let weeks = days.chunks(7).map(|days| Column {
        name: days.first().map_or_else(String::new, |day| day.name.clone()),
        out: sum(days, |day| day.out),
        into: sum(days, |day| day.into),
        begins: true,
    });
    Some((weeks.collect(), "by week"))
}

fn sum(days: &[Column], of: fn(&Column) -> Option<u128>) -> Option<u128> {
    days.iter().filter_map(of).reduce(|sum, more| sum + more)
}

/// The columns with which weeks begin, as many as have room.
fn marks(columns: &[Column]) -> Vec<Mark> {
    const MOST: usize = 6;
    let begins = columns.iter().enumerate().filter(|(_, column)| column.begins);
    let begins: Vec<(usize, &Column)> = begins.collect();
    let every = begins.len().div_ceil(MOST).max(1);
    let count = columns.len() as f64;
    let marks = begins.into_iter().step_by(every);
    marks.map(|(place, of)| labelled((place as f64 + 0.5) / count, of.name.clone())).collect()
}

impl Column {
    fn title(&self, [no_out, no_in]: [&'static str; 2]) -> String {
        let words = |sum: Option<u128>, missing: &str| {
            let size = |sum| ByteSize(Amount::Exact(sum)).to_string();
            sum.map_or_else(|| missing.to_owned(), size)
        };
        format!("{}: out {}, in {}", self.name, words(self.out, no_out), words(self.into, no_in))
    }
}
