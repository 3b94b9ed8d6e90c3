//! The ids of findings, beside what they are made of.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::Cases;

/// The case that holds them.
pub(super) const NAME: &str = "finding ids";

/// The id of every finding in the reports, by appliance, device, rule, object and first time.
pub(super) fn ids(cases: &Cases) -> Value {
    let mut ids = Map::new();
    for (_, report) in reports(cases) {
        for finding in findings(report) {
            let text = |pointer: &str| match finding.pointer(pointer) {
                Some(Value::String(text)) => text.clone(),
                _ => "-".to_owned(),
            };
            let key = [
                text("/appliance"),
                report["device"]["did"].to_string(),
                text("/rule/id"),
                text("/object/type"),
                text("/object/value"),
                text("/first_time"),
            ];
            ids.insert(key.join(" | "), finding["id"].clone());
        }
    }
    ids.sort_keys();
    Value::Object(ids)
}

/// The rules, each with the kind of object, of which there is an id.
pub(super) fn covered(cases: &Cases) -> BTreeSet<String> {
    let kinds = reports(cases).flat_map(|(_, report)| findings(report)).map(|finding| {
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        format!("{} of {}", text(&finding["rule"]["id"]), text(&finding["object"]["type"]))
    });
    kinds.collect()
}

fn reports(cases: &Cases) -> impl Iterator<Item = (&String, &Value)> {
    cases.iter().filter(|(_, document)| document["findings"].is_array())
}

fn findings(report: &Value) -> &[Value] {
    report["findings"].as_array().map_or(&[], Vec::as_slice)
}
