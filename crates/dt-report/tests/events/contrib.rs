//! What `contrib` installs in SIEMs, against the events that come there.

use std::collections::BTreeSet;
use std::fs;

use dt_report::event::Standard;
use serde_json::Value;

use super::ecs::ecs_fields;
use super::{fixtures, over_everything};

fn text(file: &str) -> String {
    fs::read_to_string(fixtures().join("../contrib").join(file)).unwrap()
}

fn json(file: &str) -> Value {
    serde_json::from_str(&text(file)).unwrap()
}

/// The name and the type of every field below some mappings.
fn mapped(name: &str, properties: &Value, found: &mut Vec<(String, String)>) {
    for (key, field) in properties.as_object().unwrap() {
        let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
        match (&field["type"], &field["properties"]) {
            (Value::String(kind), Value::Null) => found.push((name, kind.clone())),
            (Value::Null, below) => mapped(&name, below, found),
            other => panic!("{name}: {other:?}"),
        }
    }
}

/// The names of everything in an event, objects included.
fn names(name: &str, value: &Value, found: &mut BTreeSet<String>) {
    found.insert(name.to_owned());
    if let Value::Object(fields) = value {
        for (key, value) in fields {
            names(
                &if name.is_empty() { key.clone() } else { format!("{name}.{key}") },
                value,
                found,
            );
        }
    }
}

fn told(standard: Standard) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    over_everything(standard, |_, event| names("", event, &mut found));
    found
}

#[test]
fn elastic_maps_fields_that_are_told_as_ecs_has_them() {
    let template = json("elastic/index-template.json");
    let mut fields = Vec::new();
    mapped("", &template["template"]["mappings"]["properties"], &mut fields);
    assert!(fields.len() > 40);
    let (ecs, told) = (ecs_fields(), told(Standard::Ecs));
    for (name, kind) in fields {
        assert!(told.contains(&name), "no event has {name}");
        if let Some(field) = ecs.get(&name) {
            assert_eq!(kind, field.kind, "{name}");
        } else {
            let is_ours = ["darktrace.", "data_stream."].iter().any(|it| name.starts_with(it));
            assert!(is_ours, "{name} is no field of ECS");
        }
    }
}

#[test]
fn elastic_has_one_pipeline_for_each_stream_that_is_told() {
    let template = json("elastic/index-template.json");
    for pattern in template["index_patterns"].as_array().unwrap() {
        let dataset = pattern.as_str().unwrap().strip_prefix("logs-").unwrap();
        let dataset = dataset.strip_suffix("-*").unwrap();
        let mut is_told = false;
        over_everything(Standard::Ecs, |_, event| {
            is_told |= event["data_stream"]["dataset"] == dataset;
        });
        assert!(is_told, "{dataset}");
    }
    let (ecs, told) = (ecs_fields(), told(Standard::Ecs));
    let pipeline = json("elastic/ingest-pipeline.json");
    for processor in pipeline["processors"].as_array().unwrap() {
        let set = &processor["set"];
        if let Some(field) = set["field"].as_str() {
            assert!(field == "_id" || ecs.contains_key(field), "{field}");
        }
        if let Some(from) = set["copy_from"].as_str() {
            assert!(told.contains(from), "{from}");
        }
    }
}

#[test]
fn elastic_detects_by_fields_that_are_told_and_by_our_severities() {
    let rule = json("elastic/detection-rule.ndjson");
    let told = told(Standard::Ecs);
    let mapping = rule["severity_mapping"].as_array().unwrap();
    let levels: Vec<(&str, &str)> = mapping
        .iter()
        .map(|it| (it["value"].as_str().unwrap(), it["severity"].as_str().unwrap()))
        .collect();
    assert_eq!(levels, [("21", "low"), ("47", "medium"), ("73", "high"), ("99", "critical")]);
    let query = rule["query"].as_str().unwrap();
    let asked = query.split(" and ").map(|term| term.split(" : ").next().unwrap());
    let grouped = rule["alert_suppression"]["group_by"].as_array().unwrap();
    let used = mapping
        .iter()
        .map(|it| &it["field"])
        .chain(grouped)
        .chain([&rule["risk_score_mapping"][0]["field"], &rule["rule_name_override"]])
        .map(|field| field.as_str().unwrap())
        .chain(asked);
    for field in used {
        assert!(told.contains(field), "no event has {field}");
    }
}

/// The columns are those of the table that `docs/siem.md` makes.
#[test]
fn sentinel_asks_for_columns_that_are_there() {
    let guide = fs::read_to_string(fixtures().join("../docs/siem.md")).unwrap();
    let (_, table) = guide.split_once("<!-- sentinel-table -->").unwrap();
    let (table, _) = table.split_once("```\n\n").unwrap();
    let mut columns: BTreeSet<&str> = table
        .split_whitespace()
        .filter_map(|word| word.split_once('=').map(|(name, _)| name))
        .collect();
    let rule = json("sentinel/analytics-rule.json");
    let properties = &rule["resources"][0]["properties"];
    let query = properties["query"].as_str().unwrap();
    let (_, projected) = query.split_once("| project ").unwrap();
    columns.insert("domain");
    let projected: Vec<&str> = projected.split(", ").collect();
    assert!(projected.iter().all(|column| columns.contains(column)), "{projected:?}");
    for entity in properties["entityMappings"].as_array().unwrap() {
        let column = entity["fieldMappings"][0]["columnName"].as_str().unwrap();
        assert!(projected.contains(&column), "{column}");
    }
    let parser = text("sentinel/ASimAlertEventDt.kql");
    for line in parser.lines().filter_map(|line| line.trim().split_once(" = ")) {
        let value = line.1.trim_end_matches(',');
        let is_name = value.chars().all(|c| c.is_ascii_alphabetic() || c == '_');
        assert!(!is_name || columns.contains(value), "{value}");
    }
    // It asks for severities by the names that OCSF has for them.
    let mut severities = BTreeSet::new();
    over_everything(Standard::Ocsf, |_, event| {
        severities.insert(format!("{:?}", event["severity"].as_str().unwrap()));
    });
    let (_, asked) = query.split_once("severity in (").unwrap();
    let asked: Vec<&str> = asked.split(')').next().unwrap().split(", ").collect();
    assert_eq!(asked, ["\"Medium\"", "\"High\""]);
    assert!(severities.contains(asked[0]), "{severities:?}");
}

#[test]
fn splunk_tags_the_sourcetypes_that_are_told() {
    let mut sourcetypes = BTreeSet::new();
    let mut kinds = BTreeSet::new();
    over_everything(Standard::Hec, |_, event| {
        sourcetypes.insert(event["sourcetype"].as_str().unwrap().to_owned());
        kinds.extend(event["event"]["type"].as_str().map(str::to_owned));
    });
    assert!(kinds.contains("alert") && kinds.contains("event"), "{kinds:?}");
    let sections = |file: &str| -> Vec<String> {
        let text = text(&format!("splunk/TA-dt/default/{file}"));
        let names = text.lines().filter_map(|line| line.strip_prefix('[')?.strip_suffix(']'));
        names.map(str::to_owned).collect()
    };
    assert!(sections("props.conf").iter().eq(sourcetypes.iter()));
    let tagged: Vec<String> = sections("tags.conf");
    let types = sections("eventtypes.conf");
    assert!(
        tagged.iter().eq(types
            .iter()
            .map(|name| format!("eventtype={name}"))
            .collect::<Vec<_>>()
            .iter())
    );
    let searches = text("splunk/TA-dt/default/eventtypes.conf");
    for sourcetype in sourcetypes {
        assert!(searches.contains(&format!("sourcetype=\"{sourcetype}\"")), "{sourcetype}");
    }
}
