//! JSON, for programs: an array of objects, or an object a line.

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::json::WriterBuilder;
use datafusion::arrow::json::writer::LineDelimited;
use dt_report::json::escaped;

use super::Writer;
use super::standard_output::print;
use super::table::unprintable;
use crate::Failure;

pub(super) struct Json {
    is_array: bool,
    is_begun: bool,
}

impl Json {
    pub(super) const fn array() -> Self {
        Self { is_array: true, is_begun: false }
    }

    pub(super) const fn lines() -> Self {
        Self { is_array: false, is_begun: false }
    }
}

/// Rows as an object a line: what is not known is `null`, never left out.
pub(super) fn objects(batch: &RecordBatch) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let mut writer =
        WriterBuilder::new().with_explicit_nulls(true).build::<_, LineDelimited>(&mut bytes);
    writer.write(batch).and_then(|()| writer.finish()).map_err(unprintable)?;
    drop(writer);
    let text = String::from_utf8(bytes);
    text.map_err(|error| Failure::new("the rows are no text").because(&error.to_string()))
}

impl Writer for Json {
    fn write(&mut self, batch: &RecordBatch) -> Result<bool, Failure> {
        let lines = escaped(&objects(batch)?);
        if !self.is_array {
            return print(&lines);
        }
        let mut text = String::with_capacity(lines.len());
        for line in lines.lines() {
            text.push_str(if self.is_begun { ",\n  " } else { "[\n  " });
            text.push_str(line);
            self.is_begun = true;
        }
        print(&text)
    }

    fn finish(self: Box<Self>) -> Result<(), Failure> {
        match (self.is_array, self.is_begun) {
            (true, true) => print("\n]\n").map(drop),
            (true, false) => print("[]\n").map(drop),
            (false, _) => Ok(()),
        }
    }
}
