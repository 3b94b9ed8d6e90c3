//! CSV (RFC 4180), for spreadsheets: what one would run as a formula has `'` before it, as in all of `dt`.

use csv::{Terminator, WriterBuilder};
use datafusion::arrow::array::{Array, RecordBatch};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::arrow::util::display::ArrayFormatter;
use dt_report::csv::text_cell;
use serde_json::Value;

use super::Writer;
use super::json::objects;
use super::standard_output::print;
use super::table::{options, unprintable};
use crate::Failure;

pub(super) struct Csv {
    /// Until it is printed.
    header: Option<Vec<String>>,
}

impl Csv {
    pub(super) fn new(schema: &SchemaRef) -> Self {
        let names = schema.fields().iter().map(|field| text_cell(field.name()));
        Self { header: Some(names.collect()) }
    }
}

impl Writer for Csv {
    fn write(&mut self, batch: &RecordBatch) -> Result<bool, Failure> {
        let columns = (0..batch.num_columns()).map(|at| cells(batch, at));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let rows = (0..batch.num_rows())
            .map(|row| columns.iter().map(|cells| cells[row].clone()).collect());
        print(&written(self.header.take().into_iter().chain(rows))?)
    }

    fn finish(mut self: Box<Self>) -> Result<(), Failure> {
        print(&written(self.header.take())?).map(drop)
    }
}

/// The cells of a column. Lists and records are JSON.
fn cells(batch: &RecordBatch, at: usize) -> Result<Vec<String>, Failure> {
    let column = batch.column(at);
    if column.data_type().is_nested() {
        return nested(batch, at);
    }
    let options = options();
    let is_text = column.data_type().is_string() || column.data_type() == &DataType::Binary;
    let values = ArrayFormatter::try_new(column.as_ref(), &options).map_err(unprintable)?;
    let cell = |row| {
        let text = values.value(row).to_string();
        if is_text { text_cell(&text) } else { text }
    };
    Ok((0..column.len()).map(cell).collect())
}

fn nested(batch: &RecordBatch, at: usize) -> Result<Vec<String>, Failure> {
    let one = batch.project(&[at]).map_err(unprintable)?;
    let cell = |line: &str| match serde_json::from_str::<Value>(line) {
        Ok(Value::Object(object)) => match object.into_iter().next() {
            None | Some((_, Value::Null)) => Ok(String::new()),
            Some((_, value)) => Ok(text_cell(&value.to_string())),
        },
        Ok(other) => Ok(text_cell(&other.to_string())),
        Err(error) => Err(Failure::new("a row is no JSON").because(&error.to_string())),
    };
    objects(&one)?.lines().map(cell).collect()
}

fn written(rows: impl IntoIterator<Item = Vec<String>>) -> Result<String, Failure> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(&row).map_err(|error| broken(&error))?;
    }
    let bytes = writer.into_inner().map_err(|error| broken(&error))?;
    String::from_utf8(bytes).map_err(|error| broken(&error))
}

fn broken(error: &dyn std::error::Error) -> Failure {
    Failure::new("the rows cannot be written as CSV").because(&error.to_string())
}
