//! `dt_day_z`: how unusual was the most unusual interval of each day?

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Builder, ListBuilder};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::Result;
use datafusion::logical_expr::Volatility;
use dt_analysis::timeline::Timeline;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Definition;
use super::arguments::{Argument, Columns};
use super::series::{self, COUNTS, START, STEP};

const NAME: &str = "dt_day_z";
const ARGUMENTS: &[Argument] = &[START, STEP, COUNTS];

/// The highest z of each day of UTC, from the first day with an interval to the last, null of a day of which
/// nothing can be told; null of a series that `dt timeline` cannot judge.
pub(super) const FUNCTION: Definition = Definition {
    name: NAME,
    arguments: ARGUMENTS,
    optional: 0,
    volatility: Volatility::Immutable,
    returns: || DataType::List(item()),
    evaluate,
};

fn item() -> FieldRef {
    Arc::new(Field::new("element", DataType::Float64, true))
}

fn evaluate(arrays: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
    let columns = Columns { function: NAME, arguments: ARGUMENTS, arrays };
    let days = series::each_timeline(columns, rows, highest)?;
    let mut lists = ListBuilder::new(Float64Builder::new()).with_field(item());
    for day in days {
        match day {
            Some(day) => lists.append_value(day),
            None => lists.append_null(),
        }
    }
    Ok(Arc::new(lists.finish()))
}

/// The highest z of each day, days without intervals included.
fn highest(timeline: &Timeline) -> Vec<Option<f64>> {
    let mut days: Vec<Option<f64>> = Vec::new();
    let mut last: Option<Date> = None;
    for point in &timeline.points {
        let date = TimeZone::UTC.to_datetime(point.start).date();
        let later = last.map_or(1, |last| (date - last).get_days());
        days.extend((0..later).map(|_| None));
        last = Some(date);
        if let (Some(day), Some(z)) = (days.last_mut(), point.z) {
            *day = Some(day.map_or(z, |highest| highest.max(z)));
        }
    }
    days
}
