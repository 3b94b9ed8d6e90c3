//! Cells that neither a spreadsheet nor a terminal acts on.

use std::borrow::Cow;

use ::csv::{Terminator, WriterBuilder};
use dt_model::Amount;
use jiff::Timestamp;

use crate::clean;
use crate::view::{Column, Table, Value};

/// What stands in a cell.
type Cell = Cow<'static, str>;

/// A row of cells.
pub(super) type Row = Vec<Cell>;

/// A number; empty if it is not reported.
fn number(number: Option<impl ToString>) -> Cow<'static, str> {
    number.map_or_else(String::new, |number| number.to_string()).into()
}

/// A time as RFC 3339 UTC; empty if it is not reported.
fn time(time: Option<Timestamp>) -> Cow<'static, str> {
    number(time)
}

/// A text from anywhere.
fn text(text: Option<&str>) -> Cow<'static, str> {
    text_cell(text.unwrap_or_default()).into()
}

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

/// Several texts in one cell.
fn texts<T: AsRef<str>>(texts: Option<&[T]>) -> Cow<'static, str> {
    const BETWEEN: &str = "; ";
    let joined =
        texts.map(|texts| texts.iter().map(T::as_ref).collect::<Vec<&str>>().join(BETWEEN));
    text(joined.as_deref())
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

fn cell(value: &Value) -> Cell {
    match value {
        Value::Empty | Value::Missing(_) => Cell::default(),
        Value::Text(it) | Value::Path(it) | Value::Link(it, _) => text(Some(it)),
        Value::List(all) | Value::Several(all) => texts(Some(all)),
        Value::Id(id) => number(Some(id)),
        Value::Count(Amount::Exact(count)) | Value::Bytes(Amount::Exact(count)) => {
            number(Some(count))
        }
        Value::Count(amount) | Value::Bytes(amount) => number(Some(amount.value())),
        Value::Share(share) => number(Some(share.value)),
        Value::Decimal(it) | Value::Score(it) | Value::Priority(it, _) => number(Some(it)),
        Value::Time(it) => time(Some(*it)),
        Value::Flag(it) => number(Some(it)),
        Value::Level(_, word) => text(Some(word)),
    }
}

/// Rows as lines.
pub(super) fn written(rows: impl IntoIterator<Item = Row>) -> String {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer
            .write_record(row.iter().map(|cell| cell.as_bytes()))
            .unwrap_or_else(|error| unreachable!("every row has as many cells: {error}"));
    }
    let bytes =
        writer.into_inner().unwrap_or_else(|error| unreachable!("memory takes it all: {error}"));
    String::from_utf8(bytes).unwrap_or_else(|error| unreachable!("text was written: {error}"))
}
