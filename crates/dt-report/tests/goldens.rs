//! Every document in every format, over every fixture.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fixtures;

use dt_analysis::Policy;
use dt_model::{Evidence, NamedOrOthers, Part};
use dt_report::contract::Document;
use dt_report::table::{Extent, Options};
use dt_report::{json, table};
use fixtures::{documents, evidence, now};
use jiff::tz::TimeZone;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

/// What a terminal without colour shows.
fn plain(document: &Document, extent: Extent) -> String {
    let options = Options { time_zone: TimeZone::UTC, now: now(), extent };
    anstream::adapter::strip_str(&table::render(document, &options)).to_string()
}

#[test]
fn tables() {
    insta::glob!("../../../fixtures", "*/*.co.json", |co| {
        let screens: Vec<String> = documents(&evidence(co), &Policy::default())
            .iter()
            .map(|document| plain(document, Extent::Screen))
            .collect();
        insta::assert_snapshot!(screens.join(&format!("{}\n", "=".repeat(80))));
    });
}

#[test]
fn json_documents() {
    insta::glob!("../../../fixtures", "*/*.co.json", |co| {
        // The report repeats the others; that it does is checked below.
        let mut documents = documents(&evidence(co), &Policy::default());
        documents.pop();
        let rendered: String = documents.iter().map(json::render).collect();
        insta::assert_snapshot!(rendered);
    });
}

/// Keeps five digits of every number: the last ones are the platform's logarithms'.
fn shorten(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_f64() => {
            let short = format!("{:.4e}", number.as_f64().unwrap());
            *value = Value::from(short.parse::<f64>().unwrap());
        }
        Value::Array(values) => values.iter_mut().for_each(shorten),
        Value::Object(values) => values.values_mut().for_each(shorten),
        _ => {}
    }
}

/// What the extended analyses say, in JSON with the beginning of each forecast, and on the screen.
#[test]
fn extended_analyses() {
    insta::glob!("../../../fixtures", "*/*.co.json", |co| {
        let report = documents(&evidence(co), &Policy::default()).pop().unwrap();
        let mut printed: Value = serde_json::from_str(&json::render(&report)).unwrap();
        let extended = &mut printed["extended"];
        for series in ["connections", "sent_outside"] {
            if let Some(points) = extended["forecast"][series]["points"].as_array_mut() {
                points.truncate(1);
            }
        }
        shorten(extended);
        let screen = plain(&report, Extent::Whole);
        let (_, screen) = screen.split_once("ALSO LOOKED AT").unwrap();
        insta::assert_snapshot!(format!("{extended:#}\n{screen}"));
    });
}

#[test]
fn a_forecast_begins_where_the_data_ends_and_its_bands_hold_each_other() {
    let mut forecasts = 0;
    insta::glob!("../../../fixtures", "*/*.co.json", |co| {
        let Some(Document::Report(answer)) = documents(&evidence(co), &Policy::default()).pop()
        else {
            unreachable!("the report is the last");
        };
        let forecast = &answer.body.extended.as_ref().unwrap().forecast;
        for found in [&forecast.connections, &forecast.sent_outside].into_iter().flatten() {
            let Some(first) = found.points.first() else {
                assert_eq!(found.basis.status, "insufficient");
                continue;
            };
            forecasts += 1;
            assert!(first.time >= answer.header.data_until.unwrap());
            for point in &found.points {
                let ends = [point.low_95, point.low_80, point.value, point.high_80, point.high_95];
                assert!(ends.is_sorted() && ends.iter().all(|end| end.is_finite()), "{point:?}");
            }
        }
    });
    assert!(forecasts > 10, "{forecasts}");
}

#[test]
fn documented_rules_and_a_device_whose_domains_were_not_asked_about_have_nothing_extended() {
    insta::glob!("../../../fixtures", "*/*.co.json", |co| {
        let parsed = |document: &Document| -> Value {
            serde_json::from_str(&json::render(document)).unwrap()
        };
        let mut evidence = evidence(co);
        let documented = documents(&evidence, &Policy::documented());
        assert_eq!(parsed(documented.last().unwrap())["extended"], Value::Null);
        for document in &documented {
            let screen = plain(document, Extent::Whole);
            assert!(!screen.contains("ALSO LOOKED AT") && !screen.contains("KNOWN ABOUT"));
        }
        let of_external = |documents: &[Document]| {
            let external = documents.iter().find(|it| matches!(it, Document::External(_)));
            external.map(|external| parsed(external)["extended"].clone())
        };
        assert!(of_external(&documented).is_none_or(|extended| extended.is_null()));
        let is_asked = !evidence.endpoints.is_empty();
        let extended = of_external(&documents(&evidence, &Policy::default()));
        assert!(extended.is_none_or(|extended| extended.is_object() == is_asked));
        evidence.endpoints = Vec::new();
        let extended = of_external(&documents(&evidence, &Policy::default()));
        assert!(extended.is_none_or(|extended| extended.is_null()));
    });
}

#[test]
fn a_report_holds_the_other_documents() {
    insta::glob!("../../../fixtures", "*/*.co.json", |co| {
        let documents = documents(&evidence(co), &Policy::documented());
        let parsed = |document: &Document| -> Value {
            serde_json::from_str(&json::render(document)).unwrap()
        };
        let report = parsed(documents.last().unwrap());
        for document in &documents[..documents.len() - 1] {
            let document = parsed(document);
            let schema = document["schema"].as_str().unwrap();
            let part = schema.strip_prefix("dt.").unwrap().strip_suffix("/1").unwrap();
            for (key, value) in report[part].as_object().unwrap() {
                assert_eq!(*value, document[key], "{part}.{key}");
            }
        }
    });
}

#[test]
fn screens_fit_the_terminal_and_hold_nothing_that_acts_on_it() {
    insta::glob!("../../../fixtures", "*/*.co.json", |co| {
        for document in documents(&evidence(co), &Policy::default()) {
            for extent in [Extent::Screen, Extent::Whole] {
                for line in plain(&document, extent).lines() {
                    assert!(line.width() <= 80, "{}: {line}", line.width());
                    assert!(!line.contains(|c: char| c.is_control()), "{line:?}");
                }
            }
        }
    });
}

#[test]
fn a_report_fits_one_screen() {
    insta::glob!("../../../fixtures", "*/*.co.json", |co| {
        let report = documents(&evidence(co), &Policy::default()).pop().unwrap();
        let screen = plain(&report, Extent::Screen);
        assert!(screen.lines().count() <= 24, "{} lines:\n{screen}", screen.lines().count());
    });
}

#[test]
fn no_number_is_infinite_or_undefined() {
    insta::glob!("../../../fixtures", "*/*.co.json", |co| {
        for policy in [Policy::default(), Policy::documented()] {
            for document in documents(&evidence(co), &policy) {
                let texts = [plain(&document, Extent::Whole), json::render(&document)];
                for text in texts {
                    let words = text.split(|c: char| !c.is_alphanumeric());
                    assert!(!words.clone().any(|w| matches!(w, "NaN" | "inf")), "{text}");
                }
            }
        }
    });
}

#[test]
fn traffic_without_a_name_is_told_as_such_and_as_no_domain() {
    let mut evidence = evidence("../../fixtures/appliance/ordinary.co.json".as_ref());
    let entries = |evidence: &mut Evidence| {
        let external = evidence.external.answer_mut().unwrap();
        external.subject.breakdown.as_mut().unwrap().external_domains.take().unwrap()
    };
    let mut listed = entries(&mut evidence);
    let NamedOrOthers::One(name) = std::mem::replace(&mut listed[0].key, NamedOrOthers::Unnamed)
    else {
        panic!("{listed:?}")
    };
    let external = evidence.external.answer_mut().unwrap();
    external.subject.breakdown.as_mut().unwrap().external_domains = Some(listed);
    evidence.external_out = Part::Absent;
    let documents = documents(&evidence, &Policy::default());
    let Some(Document::Report(report)) = documents.last() else { panic!("no report") };
    let external = documents.iter().find(|it| matches!(it, Document::External(_))).unwrap();
    let screen = plain(external, Extent::Whole);
    assert!(screen.contains("has no name") && !screen.contains(&name), "{screen}");
    let unnamed = report.body.outside.iter().filter(|domain| domain.name.is_none()).count();
    assert_eq!(unnamed, 1);
    assert!(report.body.outside.last().unwrap().name.is_none());
}
