//! Columns of a lake as the series that analyses read.

use datafusion::arrow::array::{Array, AsArray, Int32Array, ListArray, TimestampMillisecondArray};
use datafusion::arrow::datatypes::UInt64Type;
use datafusion::common::{Result, exec_datafusion_err, exec_err};
use dt_analysis::timeline::{self, Baseline, Timeline};
use dt_analysis::{Policy, Status};
use dt_fleet::rows::SeriesRow;
use dt_model::{DeviceId, Series};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::arguments::{Argument, Columns, Kind};

/// When the first interval begins.
pub(super) const START: Argument = Argument { name: "start", kind: Kind::Time };
/// How wide an interval is.
pub(super) const STEP: Argument = Argument { name: "step", kind: Kind::Seconds };
/// What was counted in each.
pub(super) const COUNTS: Argument = Argument { name: "counts", kind: Kind::Counts };

/// The grid of a row: its first two arguments.
#[derive(Clone, Copy)]
pub(super) struct Grids<'a> {
    function: &'static str,
    starts: &'a TimestampMillisecondArray,
    steps: &'a Int32Array,
}

impl<'a> Grids<'a> {
    pub(super) fn of(columns: Columns<'a>) -> Result<Self> {
        let function = columns.function;
        Ok(Self { function, starts: columns.times(0)?, steps: columns.seconds(1)? })
    }

    /// An empty row on the grid; `None` if a row has no grid.
    pub(super) fn row(&self, at: usize) -> Result<Option<SeriesRow>> {
        let Self { function, starts, steps } = self;
        if starts.is_null(at) || steps.is_null(at) {
            return Ok(None);
        }
        let step_seconds = steps.value(at);
        if step_seconds < 1 {
            return exec_err!("{function}: step must be at least 1 second, and is {step_seconds}");
        }
        let start = time(function, "start", starts, at)?;
        Ok(Some(SeriesRow {
            appliance: String::new(),
            did: DeviceId::new(0),
            start,
            step_seconds,
            connections: None,
            external: None,
            external_out: None,
            bytes_out: None,
            bytes_in: None,
            asked: start,
        }))
    }

    /// The counts of a row; `None` if it has none.
    pub(super) fn counts(
        &self,
        name: &str,
        lists: &ListArray,
        at: usize,
    ) -> Result<Option<Vec<Option<u64>>>> {
        if lists.is_null(at) {
            return Ok(None);
        }
        let (function, list) = (self.function, lists.value(at));
        if list.len() > Series::MOST_INTERVALS {
            let (given, most) = (list.len(), Series::MOST_INTERVALS);
            return exec_err!("{function}: {name} has {given} intervals, and may have {most}");
        }
        let Some(list) = list.as_primitive_opt::<UInt64Type>() else {
            return exec_err!("{function}: {name} has items of the type {}", list.data_type());
        };
        Ok(Some(list.iter().collect()))
    }
}

/// A time of a row that has one.
pub(super) fn time(
    function: &str,
    name: &str,
    times: &TimestampMillisecondArray,
    at: usize,
) -> Result<Timestamp> {
    let milliseconds = times.value(at);
    Timestamp::from_millisecond(milliseconds).map_err(|_| {
        exec_datafusion_err!("{function}: {name} is no time: {milliseconds} ms from 1970 on")
    })
}

/// Does something with the timeline of the series of each row that has one which `dt timeline` can judge.
pub(super) fn each_timeline<T>(
    columns: Columns<'_>,
    rows: usize,
    look: impl Fn(&Timeline) -> T,
) -> Result<Vec<Option<T>>> {
    let policy = Policy::default();
    each(columns, rows, |series| {
        let timeline = timeline::analyse(series, &TimeZone::UTC, Baseline::Others, &policy);
        let is_judged = !matches!(timeline.status, Status::Insufficient(_));
        is_judged.then(|| look(&timeline))
    })
}

/// Does something with the series of each row that has one.
fn each<T>(
    columns: Columns<'_>,
    rows: usize,
    mut look: impl FnMut(&Series) -> Option<T>,
) -> Result<Vec<Option<T>>> {
    let (grids, lists) = (Grids::of(columns)?, columns.counts(2)?);
    let mut found = Vec::with_capacity(rows);
    for at in 0..rows {
        let counts = grids.counts(COUNTS.name, lists, at)?;
        let row = grids.row(at)?.filter(|_| counts.is_some());
        let evidence = row.map(|row| SeriesRow { connections: counts, ..row }.evidence());
        let answer = evidence.as_ref().and_then(|evidence| evidence.connections.answer());
        found.push(answer.and_then(|answer| look(&answer.subject.series)));
    }
    Ok(found)
}
