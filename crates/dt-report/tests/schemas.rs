//! What is printed is what its schema says.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use dt_analysis::plan::AnalysisKind;
use dt_analysis::timeline::Baseline;
use dt_analysis::{AsOf, Policy};
use dt_model::Evidence;
use dt_report::contract::{Answer, Configuration, Devices, Doctor, Document, ReportOptions};
use dt_report::json;
use dt_report::schema::Object;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use jsonschema::Validator;
use serde_json::{Value, json};

fn validator(object: Object) -> Validator {
    jsonschema::options().should_validate_formats(true).build(&object.schema()).unwrap()
}

/// Every object that an analysis gives about a device.
fn documents(evidence: &Evidence, policy: &Policy) -> Vec<(Object, Document)> {
    let now: Timestamp = "2026-11-23T23:40:00Z".parse().unwrap();
    let zone = &TimeZone::UTC;
    let perspective = ReportOptions {
        appliance: Some("darktrace.example"),
        ..ReportOptions::new(policy, AsOf { now, zone })
    };
    let kinds = [
        AnalysisKind::Connections,
        AnalysisKind::Transfers,
        AnalysisKind::Compare,
        AnalysisKind::External,
        AnalysisKind::Timeline(Baseline::Others),
        AnalysisKind::Report,
    ];
    let analysed = kinds.into_iter().filter_map(|kind| {
        let parameters = kind.parameters();
        let document = Document::of_analysis(kind, &parameters, evidence, None, perspective)?;
        Some((kind.into(), document))
    });
    let mut documents: Vec<(Object, Document)> = analysed.collect();
    let summary = Answer::report(evidence, perspective).unwrap().summarized(perspective);
    documents.push((Object::ReportSummary, Document::ReportSummary(Box::new(summary))));
    documents.extend(evidence.answers().map(|info| {
        let answer = Answer::timeline(info, Baseline::Others, policy, AsOf { now, zone });
        (Object::Timeline, Document::Timeline(Box::new(answer)))
    }));
    documents
}

fn demand(validator: &Validator, document: &Value, about: &str) {
    let faults: Vec<String> = validator
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{about}:\n{}", faults.join("\n"));
}

#[test]
fn every_object_over_every_fixture_is_valid() {
    let validators = Object::ALL.map(|object| (object, validator(object)));
    let validator = |object| &validators.iter().find(|(of, _)| *of == object).unwrap().1;
    insta::glob!("../../../fixtures", "*/*.co.json", |co| {
        let evidence = evidence(co);
        for policy in [Policy::default(), Policy::documented()] {
            for (object, document) in documents(&evidence, &policy) {
                let printed: Value = serde_json::from_str(&json::render(&document)).unwrap();
                demand(validator(object), &printed, &format!("{} {object:?}", co.display()));
            }
        }
    });
}

/// A summary leaves out what is not known, and says of findings what the report says.
#[test]
fn a_summary_has_no_nulls_beside_the_device_and_the_findings_of_the_report() {
    fn nulls(value: &Value) -> usize {
        match value {
            Value::Null => 1,
            Value::Array(values) => values.iter().map(nulls).sum(),
            Value::Object(fields) => fields.values().map(nulls).sum(),
            _ => 0,
        }
    }
    insta::glob!("../../../fixtures", "*/*.co.json", |co| {
        let evidence = evidence(co);
        for policy in [Policy::default(), Policy::documented()] {
            let all = documents(&evidence, &policy).into_iter();
            let printed = |wanted| {
                let (_, document) = all.clone().find(|(object, _)| *object == wanted).unwrap();
                serde_json::from_str::<Value>(&json::render(&document)).unwrap()
            };
            let (report, mut summary) = (printed(Object::Report), printed(Object::ReportSummary));
            assert_eq!(summary["device"], report["device"]);
            assert_eq!(summary.get("findings").is_some(), report["findings"].is_array());
            assert_ne!(summary.get("findings").is_some(), summary.get("stands_out").is_some());
            let findings = summary["findings"].as_array().into_iter().flatten();
            for (short, whole) in findings.zip(report["findings"].as_array().into_iter().flatten())
            {
                for (name, value) in short.as_object().unwrap() {
                    let is_near = match (value.as_f64(), whole[name].as_f64()) {
                        (Some(value), Some(exact)) => {
                            (value - exact).abs() <= 0.0005_f64.max(0.0005 * exact.abs())
                        }
                        _ => *value == whole[name],
                    };
                    assert!(is_near, "{}: {name}: {value} {}", co.display(), whole[name]);
                }
            }
            let fields = summary.as_object_mut().unwrap();
            fields.retain(|name, _| !["device", "data_until"].contains(&name.as_str()));
            assert_eq!(nulls(&summary), 0, "{}: {summary:#}", co.display());
        }
    });
}

/// The case whose `co` part this is, with all its parts.
fn evidence(co: &Path) -> Evidence {
    let case = co.to_str().unwrap().strip_suffix(".co.json").unwrap();
    Evidence::from_parts(|part| fs::read(format!("{case}.{part}.json")).ok()).unwrap()
}

#[test]
fn objects_about_no_device_are_valid() {
    let empty = [
        (Object::Devices, Document::Devices(Devices::new(&[]))),
        (Object::Doctor, Document::Doctor(Doctor::new(None, Vec::new()))),
        (
            Object::Config,
            Document::Configuration(Configuration::new(None, None, Vec::new(), Vec::new())),
        ),
    ];
    for (object, document) in empty {
        let printed = serde_json::to_value(document).unwrap();
        demand(&validator(object), &printed, object.name());
    }
}

/// Every field of the object is demanded, and no other is allowed.
#[test]
fn a_field_too_many_or_too_few_is_a_fault() {
    let devices = Document::Devices(Devices::new(&[dt_model::Device::default()]));
    let printed = serde_json::to_value(devices).unwrap();
    let validator = validator(Object::Devices);
    assert!(validator.is_valid(&printed));
    let fields = ["/total", "/schema", "/devices/0/mac", "/devices/0/vendor"];
    for field in fields {
        let (parent, name) = field.rsplit_once('/').unwrap();
        let mut fewer = printed.clone();
        fewer.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name).unwrap();
        assert!(!validator.is_valid(&fewer), "without {field}");
        let mut more = printed.clone();
        let object = more.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        object.insert("more".to_owned(), json!(1));
        assert!(!validator.is_valid(&more), "more beside {field}");
    }
    let mut other = printed;
    other["schema"] = json!("dt.devices/2");
    assert!(!validator.is_valid(&other));
}

#[test]
fn an_estimate_may_say_how_far_it_is_off_and_nothing_else() {
    let validator = validator(Object::External);
    let schema = Object::External.schema();
    let totals = &schema["$defs"]["Totals"];
    assert_eq!(totals["required"], json!(["connections", "destinations", "bytes_out", "bytes_in"]));
    for (name, kind) in
        [("connections", json!(["integer", "null"])), ("connections_margin", json!("integer"))]
    {
        assert_eq!(totals["properties"][name]["type"], kind);
    }
    assert_eq!(totals["properties"]["bytes_in_is_lower_bound"]["const"], json!(true));
    assert_eq!(totals["additionalProperties"], json!(false));
    assert!(!validator.is_valid(&json!({})));
}

#[test]
fn every_field_is_described() {
    fn undescribed(schema: &Value, path: &str, found: &mut Vec<String>) {
        let fields = schema["properties"].as_object().into_iter().flatten();
        for (name, field) in fields {
            if field["description"].as_str().is_none_or(str::is_empty) {
                found.push(format!("{path}.{name}"));
            }
        }
        for (name, of) in schema["$defs"].as_object().into_iter().flatten() {
            undescribed(of, name, found);
        }
    }
    let mut found = Vec::new();
    for object in Object::ALL {
        let schema = object.schema();
        assert_ne!(schema["description"], json!("One printed object."), "{object:?}");
        undescribed(&schema, object.name(), &mut found);
    }
    assert!(found.is_empty(), "{found:?}");
}
