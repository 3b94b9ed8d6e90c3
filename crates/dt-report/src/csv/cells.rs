//! Cells that neither a spreadsheet nor a terminal acts on.

use ::csv::{Terminator, WriterBuilder};
use dt_model::Amount;

use crate::clean;
use crate::view::{Column, Table, Value};

/// What stands in a cell.
type Cell = String;

/// A row of cells.
pub(super) type Row = Vec<Cell>;

/// A text from anywhere, as a cell has it: with `'` before what a spreadsheet would run, and without what a
/// terminal would act on. Quoting it is left to whoever writes it.
///
/// ```
/// assert_eq!(dt_report::csv::text_cell("=1+1"), "'=1+1");
/// ```
#[must_use]
pub fn text_cell(text: &str) -> String {
    let hides = |c: char| c.is_whitespace() || c == '"';
    let begin = text.trim_start_matches(hides);
    // What begins so is a formula to some spreadsheet, which may leave out what stands before it.
    if text.starts_with(['\t', '\r', '\n'])
        || begin.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
    {
        format!("'{}", clean(text))
    } else {
        clean(text).into_owned()
    }
}

/// The names of a table's columns.
pub(super) fn keys(columns: &[Column]) -> Row {
    columns.iter().filter(|column| column.shown.csv).map(|column| column.key.into()).collect()
}

/// The rows of a table.
pub(super) fn cells(table: &Table) -> impl Iterator<Item = Row> {
    let row = |row: Vec<(&Column, &Value)>| row.into_iter().map(|(_, it)| cell(it)).collect();
    table.rows(|shown| shown.csv).map(row)
}

/// What is not known is an empty cell; a time is RFC 3339 UTC.
fn cell(value: &Value) -> Cell {
    const BETWEEN: &str = "; ";
    match value {
        Value::Empty | Value::Missing(_) => Cell::default(),
        Value::Text(it) | Value::Path(it) | Value::Link(it, _) => text_cell(it),
        Value::List(all) | Value::Several(all) => text_cell(&all.join(BETWEEN)),
        Value::Id(id) => id.to_string(),
        Value::Count(Amount::Exact(count)) | Value::Bytes(Amount::Exact(count)) => {
            count.to_string()
        }
        Value::Count(amount) | Value::Bytes(amount) => amount.value().to_string(),
        Value::Share(share) => share.value.to_string(),
        Value::Decimal(it) | Value::Score(it) | Value::Priority(it, _) => it.to_string(),
        Value::Time(it) => it.to_string(),
        Value::Flag(it) => it.to_string(),
        Value::Level(_, word) => text_cell(word),
    }
}

/// Rows as lines.
pub(super) fn written(rows: impl IntoIterator<Item = Row>) -> String {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer
            .write_record(row)
            .unwrap_or_else(|error| unreachable!("every row has as many cells: {error}"));
    }
    let bytes =
        writer.into_inner().unwrap_or_else(|error| unreachable!("memory takes it all: {error}"));
    String::from_utf8(bytes).unwrap_or_else(|error| unreachable!("text was written: {error}"))
}
