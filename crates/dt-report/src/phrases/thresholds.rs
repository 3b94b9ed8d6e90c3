//! How much a threshold is, in words.

use dt_analysis::ThresholdValue;
use jiff::SignedDuration;

use crate::unit::Unit;

/// A threshold's value with its unit.
pub(crate) fn value(value: &ThresholdValue) -> String {
    match value {
        ThresholdValue::Count(count) => count.to_string(),
        ThresholdValue::Counted(1, one, _) => format!("1 {one}"),
        ThresholdValue::Counted(count, _, many) => format!("{count} {many}"),
        ThresholdValue::Number(number) => number.to_string(),
        ThresholdValue::Numbers(numbers) => list(numbers.iter().map(f64::to_string)),
        ThresholdValue::Quantity(number, what) => format!("{number} {what}"),
        ThresholdValue::Share(share) => percent(*share),
        ThresholdValue::ShareOf(share, what) => format!("{} of {what}", percent(*share)),
        ThresholdValue::Bytes(bytes) => format!("{} bytes", Unit::Connections.words(*bytes)),
        ThresholdValue::Time(length) => time(*length),
        ThresholdValue::Times(lengths) => list(lengths.iter().copied().map(time)),
        ThresholdValue::Prior { spread, freedom } => {
            format!("{spread} with {freedom} degrees of freedom")
        }
        ThresholdValue::List(items) => items.join(", "),
    }
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

fn percent(share: f64) -> String {
    format!("{} %", share * 100.0)
}

fn time(time: SignedDuration) -> String {
    match time.as_hours() {
        hours if hours >= 48 && hours % 24 == 0 => format!("{} days", hours / 24),
        hours => format!("{hours} hours"),
    }
}
