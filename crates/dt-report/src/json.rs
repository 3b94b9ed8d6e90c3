//! JSON, for scripts: one object, indented, ending with a line break.

use crate::contract::Document;

/// Renders a document.
#[must_use]
pub fn render(document: &Document) -> String {
    let mut json = serde_json::to_string_pretty(document)
        .unwrap_or_else(|error| unreachable!("the contract has only plain values: {error}"));
    json.push('\n');
    json
}
