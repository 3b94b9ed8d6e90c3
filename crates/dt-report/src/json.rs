//! JSON, for scripts.

use serde::Serialize;

use crate::contract::Document;

/// Renders a document: one object, indented, ending with a line break.
#[must_use]
pub fn render(document: &Document) -> String {
    indented(document)
}

/// Renders several documents as one array.
#[must_use]
pub fn render_list(documents: &[Document]) -> String {
    indented(documents)
}

/// Renders a document as one object a line. A list of devices has a line for each of them.
#[must_use]
pub fn lines(document: &Document) -> String {
    match document {
        Document::Devices(found) => found.devices.iter().map(line).collect(),
        one => line(one),
    }
}

fn indented(value: &(impl Serialize + ?Sized)) -> String {
    ended(serde_json::to_string_pretty(value))
}

fn line(value: &impl Serialize) -> String {
    ended(serde_json::to_string(value))
}

fn ended(json: serde_json::Result<String>) -> String {
    let json = json.unwrap_or_else(|error| {
        unreachable!("the contract has only plain values and text keys: {error}")
    });
    json + "\n"
}
