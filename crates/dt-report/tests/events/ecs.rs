//! The Elastic Common Schema, by its own list of fields.

use std::collections::HashMap;
use std::fs;
use std::net::IpAddr;

use dt_analysis::Level;
use dt_analysis::finding::FindingState;
use dt_report::contract::Document;
use dt_report::event::{Standard, Subject};
use jiff::Timestamp;
use jsonschema::Validator;
use serde_json::{Value, json};

use super::{events, fixtures, ordinary, over_everything};

/// A field of ECS, as its list has it.
pub(super) struct Field {
    pub(super) kind: String,
    is_array: bool,
    pattern: Option<Validator>,
    values: Vec<String>,
}

pub(super) fn ecs_fields() -> HashMap<String, Field> {
    let list = fs::read_to_string(fixtures().join("events/ecs-9.4.0.tsv")).unwrap();
    let fields = list.lines().skip(1).map(|line| {
        let [name, kind, array, pattern, values] =
            line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let pattern = (!pattern.is_empty())
            .then(|| jsonschema::validator_for(&json!({ "pattern": pattern })).unwrap());
        let field = Field {
            kind: kind.to_owned(),
            is_array: !array.is_empty(),
            pattern,
            values: values.split_whitespace().map(str::to_owned).collect(),
        };
        (name.to_owned(), field)
    });
    fields.collect()
}

/// What is wrong with a value of a field, or with what is below it.
fn faults(fields: &HashMap<String, Field>, name: &str, value: &Value, found: &mut Vec<String>) {
    let Some(field) = fields.get(name) else {
        match value {
            Value::Object(below) => {
                for (key, value) in below {
                    faults(fields, &format!("{name}.{key}"), value, found);
                }
            }
            _ => found.push(format!("{name} is no field")),
        }
        return;
    };
    let values = match value {
        Value::Array(values) if field.is_array => values.as_slice(),
        one if !field.is_array => std::slice::from_ref(one),
        _ => return found.push(format!("{name} has to be an array")),
    };
    let allowed =
        |text: &str| field.values.iter().any(|value| value.split(':').next() == Some(text));
    for value in values {
        let text = value.as_str();
        let fits = match field.kind.as_str() {
            "keyword" | "match_only_text" | "wildcard" => text.is_some(),
            "long" => value.is_i64(),
            "float" => value.is_number(),
            "date" => text.is_some_and(|text| text.parse::<Timestamp>().is_ok()),
            "ip" => text.is_some_and(|text| text.parse::<IpAddr>().is_ok()),
            other => panic!("{name}: {other} is not looked at"),
        };
        let fits = fits
            && field.pattern.as_ref().is_none_or(|pattern| pattern.is_valid(value))
            && (field.values.is_empty() || text.is_some_and(allowed));
        if !fits {
            found.push(format!("{name}: {value} is no {}", field.kind));
        }
    }
}

#[test]
fn every_ecs_field_is_one_and_has_its_type() {
    let fields = ecs_fields();
    over_everything(Standard::Ecs, |_, event| {
        let mut found = Vec::new();
        for (name, value) in event.as_object().unwrap() {
            if name == "darktrace" {
                assert!(value.is_object(), "{event}");
            } else if name == "data_stream" {
                // The list leaves out the three fields of data streams, which are constants.
                let dataset = &event["event"]["dataset"];
                let stream = json!({ "type": "logs", "dataset": dataset, "namespace": "default" });
                assert_eq!(*value, stream);
            } else {
                faults(&fields, name, value, &mut found);
            }
        }
        assert!(found.is_empty(), "{found:?}\n{event:#}");
        // Which types go with which categories.
        for category in event["event"]["category"].as_array().unwrap() {
            let of = fields["event.category"].values.iter().map(|it| it.split(':'));
            let expected: Vec<&str> =
                of.map(Vec::from_iter).find(|it| Some(it[0]) == category.as_str()).unwrap();
            for kind in event["event"]["type"].as_array().unwrap() {
                assert!(expected[1..].contains(&kind.as_str().unwrap()), "{category} {kind}");
            }
        }
    });
}

/// What the rules of Elastic call low, medium, high and critical.
#[test]
fn severities_are_those_that_elastic_maps() {
    use FindingState::{Ended, New, Updated};
    use Level::{High, Low, Medium};
    let told = |severity: Level, priority: Level, state: FindingState| {
        let mut report = ordinary();
        report.body.priority.as_mut().unwrap().level = priority;
        let finding = &mut report.body.judged.findings.as_mut().unwrap()[0];
        (finding.severity, finding.state) = (severity, state);
        let document = Document::Report(Box::new(report));
        let event = events(&document, Standard::Ecs, Subject::Findings).remove(0);
        assert_eq!(event["darktrace"]["finding"]["severity"], severity.as_str());
        (event["event"]["severity"].as_u64().unwrap(), event["event"]["kind"] == "alert")
    };
    assert_eq!(told(Low, High, New), (21, false));
    assert_eq!(told(Medium, High, New), (47, true));
    assert_eq!(told(High, Medium, Updated), (73, true));
    assert_eq!(told(High, High, New), (99, true));
    assert_eq!(told(High, High, Ended), (99, false));
}

/// The list is looked at: a field that it does not have, or another type, is a fault.
#[test]
fn another_field_or_type_would_be_noticed() {
    let fields = ecs_fields();
    let faults = |name: &str, value: &Value| {
        let mut found = Vec::new();
        faults(&fields, name, value, &mut found);
        found.len()
    };
    assert_eq!(faults("host", &json!({ "mac": ["00-00-5E-00-53-23"], "name": "a" })), 0);
    assert_eq!(faults("host", &json!({ "mac": ["00:00:5e:00:53:23"] })), 1);
    assert_eq!(faults("host", &json!({ "mac": "00-00-5E-00-53-23" })), 1);
    assert_eq!(faults("host", &json!({ "nickname": "a" })), 1);
    assert_eq!(faults("host", &json!({ "ip": ["10.0.0.256"] })), 1);
    assert_eq!(faults("destination", &json!({ "port": "443" })), 1);
    assert_eq!(faults("event", &json!({ "kind": "finding" })), 1);
}
