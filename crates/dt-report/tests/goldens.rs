//! Every document in every format, over every fixture.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fixtures;

use dt_analysis::Policy;
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
