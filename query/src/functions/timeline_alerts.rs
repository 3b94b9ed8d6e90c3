//! `dt_alerts`: how often was a series unusual enough to be looked at by itself?

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, UInt32Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::Volatility;
use dt_analysis::timeline::{self, Baseline, Severity};
use dt_analysis::{Policy, Status};
use jiff::tz::TimeZone;

use super::Definition;
use super::arguments::{Argument, Columns};
use super::series::{self, COUNTS, START, STEP};

const NAME: &str = "dt_alerts";
const ARGUMENTS: &[Argument] = &[START, STEP, COUNTS];

/// The alerts of `dt timeline`; null of a series that it cannot judge.
pub(super) const FUNCTION: Definition = Definition {
    name: NAME,
    arguments: ARGUMENTS,
    optional: 0,
    volatility: Volatility::Immutable,
    returns: || DataType::UInt32,
    evaluate,
};

fn evaluate(arrays: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
    let policy = Policy::default();
    let columns = Columns { function: NAME, arguments: ARGUMENTS, arrays };
    let alerts = series::each(columns, rows, |series| {
        let timeline = timeline::analyse(series, &TimeZone::UTC, Baseline::Others, &policy);
        let told = timeline.points.iter().filter_map(|point| point.told);
        let alerts = told.filter(|told| told.severity == Severity::Alert).count();
        let is_judged = !matches!(timeline.status, Status::Insufficient(_));
        is_judged.then(|| u32::try_from(alerts).unwrap_or(u32::MAX))
    })?;
    Ok(Arc::new(UInt32Array::from(alerts)))
}
