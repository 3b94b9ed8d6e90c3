//! `dt_assess`: what do the series of a device say by today's rules?

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema, TimeUnit};
use datafusion::common::{DataFusionError, Result, exec_datafusion_err};
use datafusion::logical_expr::Volatility;
use dt_analysis::finding::{Finding, Unit};
use dt_analysis::{AsOf, Level, Policy, assessment};
use dt_fleet::rows::SeriesRow;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::Definition;
use super::arguments::{Argument, Columns, Kind};
use super::series::{self, Grids, START, STEP};

const NAME: &str = "dt_assess";

const fn counts(name: &'static str) -> Argument {
    Argument { name, kind: Kind::Counts }
}

const ARGUMENTS: &[Argument] = &[
    START,
    STEP,
    counts("co"),
    counts("external"),
    counts("external_out"),
    counts("sizeout"),
    counts("sizein"),
    Argument { name: "asked", kind: Kind::Time },
];

const FIRST_LIST: usize = 2;
const ASKED: usize = 7;

/// The rules that need nothing but series, over the series of a row; null without any. With `asked`, an interval
/// that was not over then is left out.
pub(super) const FUNCTION: Definition = Definition {
    name: NAME,
    arguments: ARGUMENTS,
    optional: 1,
    volatility: Volatility::Immutable,
    returns: || assessed().data_type().clone(),
    evaluate,
};

/// What series say, in the order of the columns.
#[derive(Serialize)]
struct Assessed {
    series_score: f64,
    level: Level,
    findings: Vec<Found>,
}

#[derive(Serialize)]
struct Found {
    rule_id: &'static str,
    severity: Level,
    message: String,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    first_time: Timestamp,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    last_time: Timestamp,
    observed: Option<f64>,
    expected: Option<f64>,
    unit: Unit,
}

/// A row, as a table of one column has it.
#[derive(Serialize)]
struct Row {
    assessed: Option<Assessed>,
}

fn assessed() -> FieldRef {
    let text = |name| Field::new(name, DataType::Utf8, false);
    let number = |name| Field::new(name, DataType::Float64, true);
    let time = |name| {
        Field::new(name, DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())), false)
    };
    let finding = [
        text("rule_id"),
        text("severity"),
        text("message"),
        time("first_time"),
        time("last_time"),
        number("observed"),
        number("expected"),
        text("unit"),
    ];
    let finding = Field::new("element", DataType::Struct(finding.into_iter().collect()), false);
    let fields = [
        Field::new("series_score", DataType::Float64, false),
        text("level"),
        Field::new("findings", DataType::List(Arc::new(finding)), false),
    ];
    Arc::new(Field::new("assessed", DataType::Struct(fields.into_iter().collect()), true))
}

fn evaluate(arrays: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
    let policy = Policy::default();
    let columns = Columns { function: NAME, arguments: ARGUMENTS, arrays };
    let rows = (0..rows)
        .map(|at| Ok(Row { assessed: row(columns, at)?.map(|row| assess(&row, &policy)) }));
    let rows = rows.collect::<Result<Vec<Row>>>()?;
    let schema = Schema::new(vec![assessed()]);
    let batch = serde_arrow::to_record_batch(schema.fields(), &rows)
        .map_err(|error| exec_datafusion_err!("{NAME}: {error}"))?;
    let column = batch.columns().first().cloned();
    column.ok_or_else(|| DataFusionError::Internal(format!("{NAME} made no column")))
}

/// A row of the call, as a lake has it.
fn row(columns: Columns<'_>, at: usize) -> Result<Option<SeriesRow>> {
    let grids = Grids::of(columns)?;
    let Some(row) = grids.row(at)? else { return Ok(None) };
    let list = |place: usize| {
        grids.counts(ARGUMENTS[FIRST_LIST + place].name, columns.counts(FIRST_LIST + place)?, at)
    };
    let [connections, external, external_out, bytes_out, bytes_in] =
        [list(0)?, list(1)?, list(2)?, list(3)?, list(4)?];
    let lists = [&connections, &external, &external_out, &bytes_out, &bytes_in];
    let Some(longest) = lists.into_iter().flatten().map(Vec::len).max() else { return Ok(None) };
    let asked = match columns.arrays.get(ASKED) {
        Some(asked) if asked.is_null(at) => None,
        Some(_) => Some(series::time(NAME, "asked", columns.times(ASKED)?, at)?),
        None => None,
    };
    let asked = asked.unwrap_or_else(|| end(&row, longest));
    Ok(Some(SeriesRow { connections, external, external_out, bytes_out, bytes_in, asked, ..row }))
}

/// When the last of so many intervals ends.
fn end(row: &SeriesRow, intervals: usize) -> Timestamp {
    let step = SignedDuration::from_secs(row.step_seconds.into());
    let length = i32::try_from(intervals).ok().and_then(|intervals| step.checked_mul(intervals));
    length.and_then(|length| row.start.checked_add(length).ok()).unwrap_or(Timestamp::MAX)
}

fn assess(row: &SeriesRow, policy: &Policy) -> Assessed {
    let as_of = AsOf { now: row.asked, zone: &TimeZone::UTC };
    let assessment = assessment::assess(&row.evidence(), as_of, policy);
    Assessed {
        series_score: assessment.priority.score,
        level: assessment.priority.level,
        findings: assessment.findings.into_iter().map(Found::from).collect(),
    }
}

impl From<Finding> for Found {
    fn from(finding: Finding) -> Self {
        Self {
            rule_id: finding.rule.id(),
            severity: finding.severity,
            message: finding.message,
            first_time: finding.first_time,
            last_time: finding.last_time,
            observed: finding.observed,
            expected: finding.expected,
            unit: finding.unit,
        }
    }
}
