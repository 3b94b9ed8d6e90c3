//! What was refused, what was not asked for and what an answer left out read differently, in every
//! format.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod alerts;
mod events;
#[path = "../fixtures/mod.rs"]
mod fixtures;
mod hosts;
mod no_traffic;
mod report;
mod stored;

use dt_analysis::finding::{Object, Rule, Untold};
use dt_analysis::{AsOf, Policy};
use dt_model::{
    DataType, DomainQuestion, Evidence, EvidenceSource, Part, Port, Refusal, RefusalKind,
};
use dt_report::contract::{
    self, AssessedDevice, AuditScope, Compared, Custody, Document, FindingUpdate, OutsideDomain,
    ReportOptions, StoredSnapshot,
};
use dt_report::event::{EventContext, Standard, Subject};
use dt_report::table::{Extent, Options};
use dt_report::{PageFormat, Provenance, csv, json, table};
use fixtures::{documents, evidence, now};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

const REASON: &str = "refused: HTTP 500, after 4 attempts";

fn refusal() -> Refusal {
    Refusal::new(RefusalKind::Server, Some(500), "after 4 attempts")
}

/// All of what was answered about a device, as if an appliance had been asked.
fn asked() -> Evidence {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/appliance/ordinary.co.json");
    Evidence {
        source: EvidenceSource::Asked,
        breaches: Part::Answered(Vec::new()),
        analyst: Part::Answered(Vec::new()),
        watched: Part::Answered(Vec::new()),
        ..evidence(path.as_ref())
    }
}

/// With every host refused.
fn without_hosts() -> Evidence {
    let mut evidence = asked();
    evidence.endpoints.iter_mut().for_each(|(_, part)| *part = Part::Refused(refusal()));
    evidence
}

/// With three hosts alone: one refused, one of which nothing is known, and the others not asked about.
fn with_few_hosts() -> (Evidence, [String; 4]) {
    let mut evidence = asked();
    let external = evidence.external.answer().unwrap().subject.breakdown.as_ref().unwrap();
    let listed = external.external_domains.as_deref().unwrap().iter();
    let listed: Vec<String> = listed
        .filter_map(|entry| match &entry.key {
            dt_model::NamedOrOthers::One(name) => Some(name.clone()),
            _ => None,
        })
        .collect();
    let known = |(host, _): &(dt_model::Endpoint, _)| listed.contains(&host.to_string());
    let known = evidence.endpoints.iter().position(known).unwrap();
    let known = evidence.endpoints.swap_remove(known);
    let others: Vec<&String> = listed.iter().filter(|name| **name != known.0.to_string()).collect();
    let names = [known.0.to_string(), others[0].clone(), others[1].clone(), others[2].clone()];
    let [_, refused, unknown, _] = &names;
    evidence.endpoints = vec![
        known,
        (refused.as_str().into(), Part::Refused(refusal())),
        (unknown.as_str().into(), Part::Answered(Vec::new())),
    ];
    (evidence, names)
}

fn external(evidence: &Evidence) -> Document {
    of_kind(evidence, |it| matches!(it, Document::External(_)))
}

fn transfers(evidence: &Evidence) -> Document {
    of_kind(evidence, |it| matches!(it, Document::Transfers(_)))
}

fn report(evidence: &Evidence) -> Document {
    of_kind(evidence, |it| matches!(it, Document::Report(_)))
}

fn of_kind(evidence: &Evidence, is_it: impl Fn(&Document) -> bool) -> Document {
    documents(evidence, &Policy::default()).into_iter().find(is_it).unwrap()
}

fn screen(document: &Document, extent: Extent) -> String {
    let viewpoint = AsOf { now: now(), zone: &TimeZone::UTC };
    let options = Options { extent, ..Options::new(viewpoint) };
    let screen = table::render(document, &options);
    let screen = anstream::adapter::strip_str(&screen).to_string();
    let width = |line: &str| unicode_width::UnicodeWidthStr::width(line);
    // What is to be copied is whole.
    let fits = |line: &str| width(line) <= 80 || line.starts_with("next  ");
    assert!(screen.lines().all(fits), "{screen}");
    screen
}

/// Both formats that are pages.
fn pages(document: Document) -> [String; 2] {
    let viewpoint = AsOf { now: now(), zone: &TimeZone::UTC };
    let made = Provenance { viewpoint, source: "test", policy: None };
    let documents = [document];
    [PageFormat::Markdown.render(&documents, &made), PageFormat::Html.render(&documents, &made)]
}

fn parsed(document: &Document) -> Value {
    serde_json::from_str(&json::render(document)).unwrap()
}

/// The rest of the first line that begins so, without the spaces around it.
fn line<'a>(text: &'a str, begin: &str) -> &'a str {
    let found = text.lines().find_map(|line| line.trim_start().strip_prefix(begin));
    found.unwrap_or_else(|| panic!("no {begin}:\n{text}")).trim()
}

/// How often a text stands in another.
fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}
