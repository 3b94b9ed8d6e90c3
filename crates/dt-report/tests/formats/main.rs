//! Every document in every format, over every fixture by both sets of rules.
//!
//! Few snapshots show what a format looks like, each a part of a document about one ordinary
//! device. Everything else is compared with the JSON of the same document, whose values are those
//! that the analyses' own tests check.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod csv;
mod dom;
#[path = "../fixtures/mod.rs"]
mod fixtures;
mod html;
mod json;
mod markdown;
mod pages;
mod screens;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use dt_analysis::{AsOf, Policy};
use dt_report::Provenance;
use dt_report::contract::Document;
use fixtures::{documents, evidence, now};
use jiff::tz::TimeZone;
use serde_json::Value;

/// What is said about one fixture by one set of rules.
struct Case {
    /// The fixture's path among the others, without its ending: `appliance/ordinary`.
    name: String,
    policy: Policy,
    /// The report last.
    documents: Vec<Document>,
}

impl Case {
    fn is_documented(&self) -> bool {
        self.policy == Policy::documented()
    }

    /// The documents with what JSON says of each.
    fn printed(&self) -> impl Iterator<Item = (&Document, Value)> {
        self.documents.iter().map(|document| (document, parsed(document)))
    }

    fn report(&self) -> &Document {
        self.documents.last().unwrap()
    }
}

/// All fixtures by both sets of rules.
static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| {
    let by = |policy: &Policy, (name, co): &(String, PathBuf)| Case {
        name: name.clone(),
        policy: policy.clone(),
        documents: documents(&evidence(co), policy),
    };
    let policies = [Policy::default(), Policy::documented()];
    fixtures().iter().flat_map(|it| policies.each_ref().map(|policy| by(policy, it))).collect()
});

fn fixtures() -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    for dialect in ["appliance", "documented"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(dialect);
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if let Some(name) = name.strip_suffix(".co.json") {
                found.push((format!("{dialect}/{name}"), path));
            }
        }
    }
    assert!(found.len() >= 30, "{found:?}");
    found.sort();
    found
}

/// A fixture by the extended rules.
fn case(name: &str) -> &'static Case {
    CASES.iter().find(|case| case.name == name && !case.is_documented()).unwrap()
}

fn parsed(document: &Document) -> Value {
    serde_json::from_str(&dt_report::json::render(document)).unwrap()
}

/// Which object this is: `connections`.
fn kind(printed: &Value) -> &str {
    let schema = printed["schema"].as_str().unwrap();
    schema.strip_prefix("dt.").and_then(|schema| schema.strip_suffix("/1")).unwrap()
}

/// The entries of a list, none if there is no list.
fn entries(list: &Value) -> &[Value] {
    list.as_array().map_or(&[], Vec::as_slice)
}

/// A count as people read it: in groups of three, an estimate marked.
fn grouped(entry: &Value, name: &str) -> String {
    let Some(count) = entry[name].as_u64() else { return "not reported".to_owned() };
    let digits = count.to_string();
    let mut shown = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    marked(entry, name, shown)
}

/// A share as people read it, an estimate without decimals.
fn percent(entry: &Value, name: &str) -> String {
    let Some(share) = entry[name].as_f64() else { return "not reported".to_owned() };
    let decimals = usize::from(entry.get(format!("{name}_margin")).is_none());
    marked(entry, name, format!("{:.decimals$} %", 100.0 * share))
}

fn marked(entry: &Value, name: &str, shown: String) -> String {
    let is_there = |suffix: &str| entry.get(format!("{name}_{suffix}")).is_some();
    match (is_there("margin"), is_there("is_lower_bound")) {
        (true, _) => format!("≈ {shown}"),
        (_, true) => format!("at least {shown}"),
        _ => shown,
    }
}

/// Whether a text is printed everywhere as it is: nothing to escape, to clean or to cut.
fn is_plain(text: &str) -> bool {
    text.len() < 24
        && text.chars().all(|c| c.is_ascii_alphanumeric() || ".- ".contains(c))
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// What pages are rendered with.
fn made(policy: &Policy) -> Provenance<'_> {
    static ZONE: TimeZone = TimeZone::UTC;
    let viewpoint = AsOf { now: now(), zone: &ZONE };
    Provenance { viewpoint, source: "fixtures", policy: Some(policy) }
}
