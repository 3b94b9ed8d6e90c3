//! Objects for scripts: their names and shapes in small snapshots, their sums over every fixture.

use dt_analysis::Policy;
use dt_report::contract::Document;
use serde_json::Value;

use crate::{CASES, Case, case, entries, kind, parsed};

/// An object with one entry of each list, and with five digits of every number: the last ones are
/// the platform's logarithms'.
fn narrow(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_f64() => {
            let short = format!("{:.4e}", number.as_f64().unwrap());
            *value = Value::from(short.parse::<f64>().unwrap());
        }
        Value::Array(values) => {
            values.truncate(1);
            values.iter_mut().for_each(narrow);
        }
        Value::Object(values) => values.values_mut().for_each(narrow),
        _ => {}
    }
}

#[test]
fn objects() {
    for dialect in ["appliance", "documented"] {
        for document in &case(&format!("{dialect}/ordinary")).documents {
            let mut printed = parsed(document);
            let object = kind(&printed).to_owned();
            // It holds the others, as is checked below.
            if object != "report" {
                narrow(&mut printed);
                insta::assert_snapshot!(format!("{object}_{dialect}"), format!("{printed:#}"));
            }
        }
    }
}

#[test]
fn what_only_a_report_has() {
    let mut printed = parsed(case("appliance/ordinary").report());
    narrow(&mut printed);
    let report = printed.as_object_mut().unwrap();
    let extended = report.remove("extended").unwrap();
    for part in ["connections", "transfers", "compare", "external"] {
        report.remove(part).unwrap();
    }
    let printed = format!("{printed:#}").replace(&Policy::default().digest(), "[digest]");
    insta::assert_snapshot!("report", printed);
    insta::assert_snapshot!("extended", format!("{extended:#}"));
}

#[test]
fn a_report_holds_the_other_documents() {
    for case in &*CASES {
        let report = parsed(case.report());
        for (_, document) in case.printed().filter(|(_, document)| kind(document) != "report") {
            let part = kind(&document);
            for (key, value) in report[part].as_object().unwrap() {
                // Where a report has nothing to add, it has these keys as well.
                if case.is_documented()
                    || !["change", "extended", "signals", "excluded"].contains(&key.as_str())
                {
                    assert_eq!(*value, document[key], "{}: {part}.{key}", case.name);
                }
            }
        }
    }
}

/// What an entry's estimate may be off by.
fn margin(entry: &Value, name: &str) -> f64 {
    entry[format!("{name}_margin")].as_f64().unwrap_or_default()
}

#[test]
fn parts_are_no_more_than_the_whole() {
    // The numbers of some fixtures contradict each other on purpose.
    let is_sound = |case: &&Case| !["hostile", "odd"].iter().any(|it| case.name.ends_with(it));
    for case in CASES.iter().filter(is_sound) {
        for (_, printed) in case.printed() {
            let (name, metrics) = (&case.name, &printed["metrics"]);
            for list in ["ports", "protocols", "domains"] {
                let entries = entries(&printed[list]);
                let sum: f64 = entries.iter().filter_map(|it| it["share"].as_f64()).sum();
                let margin: f64 = entries.iter().map(|it| margin(it, "share")).sum();
                assert!(sum <= 1.0 + margin + 1e-9, "{name} {list}: {sum}");
            }
            if kind(&printed) != "connections" {
                continue;
            }
            let number = |of: &Value| of.as_f64();
            if let Some(mean) = number(&metrics["mean_connections_per_interval"]) {
                let total = number(&metrics["total_connections"]).unwrap();
                let intervals = number(&printed["window"]["intervals"]).unwrap();
                assert!((mean * intervals - total).abs() <= 0.5 + 1e-9 * total, "{name}");
                let peak = number(&metrics["peak_connections"]).unwrap();
                assert!(mean <= peak + 1e-9 && peak <= total, "{name}: {metrics}");
            }
            let destinations = &printed["destinations"];
            let [total, inside, outside] =
                ["total", "internal", "external"].map(|it| destinations[it].as_u64());
            if let (Some(total), Some(inside), Some(outside)) = (total, inside, outside) {
                // Of some it is not known where they are.
                assert!(inside + outside <= total, "{name}: {destinations}");
            }
        }
    }
}

#[test]
fn a_forecast_begins_where_the_data_ends_and_its_bands_hold_each_other() {
    let mut forecasts = 0;
    for case in CASES.iter().filter(|case| !case.is_documented()) {
        let Document::Report(answer) = case.report() else {
            unreachable!("the report is the last")
        };
        let forecast = &answer.body.extended.as_ref().unwrap().forecast;
        for found in [&forecast.connections, &forecast.sent_outside].into_iter().flatten() {
            let Some(first) = found.found.points.first() else {
                assert!(found.found.status.missing().is_some());
                continue;
            };
            forecasts += 1;
            assert!(first.start >= answer.header.data_until.unwrap());
            for point in &found.found.points {
                let ends = [point.low_95, point.low_80, point.value, point.high_80, point.high_95];
                assert!(ends.is_sorted() && ends.iter().all(|end| end.is_finite()), "{point:?}");
            }
        }
    }
    assert!(forecasts > 10, "{forecasts}");
}

/// What a reader has at any time is whole lines of what the array will be.
#[test]
fn an_array_is_written_as_its_documents_come() {
    let documents = &case("appliance/ordinary").documents;
    let mut array = dt_report::json::List::default();
    let mut written = String::new();
    for (place, document) in documents.iter().enumerate() {
        written += &array.add(document);
        assert!(written.ends_with('\n'));
        assert_eq!(written.contains("\"dt.transfers/1\""), place > 1);
    }
    written += &array.finish();
    let objects: Vec<_> = documents.iter().map(parsed).collect();
    let whole: Value = serde_json::from_str(&written).unwrap();
    assert_eq!(whole, Value::from(objects));
    assert!(written.starts_with("[\n  {\n    \"schema\""), "{}", &written[..80]);
    assert_eq!(dt_report::json::List::default().finish(), "[]\n");
}
