//! A table for people.

use comfy_table::{CellAlignment, ContentArrangement, Table as Grid};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use dt_report::clean;

use super::Writer;
use super::standard_output::print;
use crate::Failure;

/// More rows nobody reads, and all of them are in memory to know how wide columns are.
const MOST_ROWS: usize = 10_000;

pub(super) struct Table {
    names: Vec<String>,
    is_number: Vec<bool>,
    rows: Vec<Vec<String>>,
    left_out: usize,
}

impl Table {
    pub(super) fn new(schema: &SchemaRef) -> Self {
        let fields = schema.fields();
        Self {
            names: fields.iter().map(|field| clean(field.name()).into_owned()).collect(),
            is_number: fields.iter().map(|field| field.data_type().is_numeric()).collect(),
            rows: Vec::new(),
            left_out: 0,
        }
    }
}

/// How values are written. Times have seconds, which is as exact as an appliance's data is.
pub(super) fn options() -> FormatOptions<'static> {
    FormatOptions::default()
        .with_display_error(true)
        .with_timestamp_tz_format(Some("%Y-%m-%dT%H:%M:%SZ"))
        .with_timestamp_format(Some("%Y-%m-%dT%H:%M:%S"))
}

/// Fractions with as many digits as are read.
fn number(text: String, data_type: &DataType) -> String {
    match (data_type.is_floating(), text.parse::<f64>()) {
        (true, Ok(value)) if value.is_finite() && value != 0.0 => {
            let digits = if value.abs() < 0.01 { 6 } else { 3 };
            let text = format!("{value:.digits$}");
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        _ => text,
    }
}

impl Writer for Table {
    fn write(&mut self, batch: &RecordBatch) -> Result<bool, Failure> {
        let options = options();
        let columns = batch.columns().iter();
        let columns = columns.map(|column| ArrayFormatter::try_new(column.as_ref(), &options));
        let columns = columns.collect::<Result<Vec<_>, _>>().map_err(unprintable)?;
        let room = MOST_ROWS - self.rows.len();
        for at in 0..batch.num_rows().min(room) {
            let cells = columns.iter().zip(batch.columns()).map(|(column, array)| {
                let text = number(column.value(at).to_string(), array.data_type());
                // Names of hosts come from the network.
                clean(&text).into_owned()
            });
            self.rows.push(cells.collect());
        }
        self.left_out += batch.num_rows().saturating_sub(room);
        Ok(true)
    }

    fn finish(self: Box<Self>) -> Result<(), Failure> {
        let mut grid = Grid::new();
        grid.load_style(comfy_table::presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Disabled)
            .set_header(self.names);
        for (at, is_number) in self.is_number.iter().enumerate() {
            if let (true, Some(column)) = (is_number, grid.column_mut(at)) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        let rows = self.rows.len();
        grid.add_rows(self.rows);
        let lines = grid.lines().map(|line| format!("{}\n", line.trim_end()));
        let mut text: String = lines.collect();
        if self.left_out > 0 {
            let more = format!("{rows} rows, and {} more: -o csv prints all\n", self.left_out);
            text.push_str(&more);
        }
        print(&text).map(drop)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
pub(super) fn unprintable(error: ArrowError) -> Failure {
    Failure::new("the rows cannot be printed").because(&error.to_string())
}
