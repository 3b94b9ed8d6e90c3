//! Rows of CSV by the names of their columns, so that a new column is one difference and not one in
//! every row.

use csv::ReaderBuilder;
use serde_json::{Map, Value};

/// The rows below a header, of a document that is lines of text.
pub(super) fn rows(document: &Value) -> Option<Value> {
    let lines: Vec<&str> = document.as_array()?.iter().map(Value::as_str).collect::<Option<_>>()?;
    let text = lines.join("\n");
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().ok()?.clone();
    let named = |record: csv::StringRecord| -> Value {
        let cells = header.iter().zip(&record);
        cells.map(|(name, cell)| (name.to_owned(), cell.into())).collect::<Map<_, _>>().into()
    };
    let rows: Vec<Value> =
        reader.records().map(|it| it.map(named)).collect::<Result<_, _>>().ok()?;
    (!rows.is_empty()).then(|| rows.into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn cells_have_the_names_of_their_columns() {
        let table = json!(["a,b", "1,\"two", "lines, one cell\""]);
        assert_eq!(rows(&table), Some(json!([{"a": "1", "b": "two\nlines, one cell"}])));
        assert_eq!(rows(&json!([{"a": 1}])), None);
        assert_eq!(rows(&json!({"a": 1})), None);
        assert_eq!(rows(&json!(["a,b"])), None);
    }
}
