//! `dt_alerts`: how often was a series unusual enough to be looked at by itself?

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, UInt32Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::Volatility;
use dt_analysis::timeline::Severity;

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
    let columns = Columns { function: NAME, arguments: ARGUMENTS, arrays };
    let alerts = series::each_timeline(columns, rows, |timeline| {
        let told = timeline.points.iter().filter_map(|point| point.told);
        let alerts = told.filter(|told| told.severity == Severity::Alert).count();
        u32::try_from(alerts).unwrap_or(u32::MAX)
    })?;
    Ok(Arc::new(UInt32Array::from(alerts)))
}
