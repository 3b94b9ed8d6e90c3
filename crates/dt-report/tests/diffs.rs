//! What changed between two times, on a screen and as an object.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;

use dt_analysis::difference::Basis;
use dt_analysis::finding::Rule;
use dt_analysis::{AsOf, Level, Policy};
use dt_model::{Evidence, EvidencePart, NamedOrOthers, Part, Port};
use dt_report::contract::{
    Answer, ChangedFinding, Compared, Diff, Document, Finding, ReportOptions,
};
use dt_report::schema::Object;
use dt_report::table::Options;
use dt_report::{PageFormat, Provenance, csv, json, table};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

fn now() -> Timestamp {
    "2026-11-23T23:40:00Z".parse().unwrap()
}

fn case(dialect: &str, name: &str) -> Evidence {
    let file = |part| {
        let project = env!("CARGO_MANIFEST_DIR");
        fs::read(format!("{project}/../../fixtures/{dialect}/{name}.{part}.json")).ok()
    };
    Evidence::from_parts(file).unwrap()
}

fn diff(old: &Evidence, new: &Evidence, policy: &Policy) -> Answer<Diff> {
    diff_since("2026-11-16T23:04:00Z", old, new, policy)
}

fn diff_since(since: &str, old: &Evidence, new: &Evidence, policy: &Policy) -> Answer<Diff> {
    let compared =
        |evidence, taken: &str, path| Compared { evidence, taken: taken.parse().unwrap(), path };
    let viewpoint = AsOf { now: now(), zone: &TimeZone::UTC };
    Answer::diff(
        compared(old, since, "snaps/old"),
        compared(new, "2026-11-23T23:04:00Z", "snaps/new"),
        ReportOptions { appliance: Some("golden"), ..ReportOptions::new(policy, viewpoint) },
    )
    .unwrap()
}

fn plain(answer: Answer<Diff>) -> String {
    let viewpoint = AsOf { now: now(), zone: &TimeZone::UTC };
    let options = Options::new(viewpoint);
    let screen = table::render(&Document::Diff(Box::new(answer)), &options);
    anstream::adapter::strip_str(&screen).to_string()
}

/// The same device before it used a port, and before anybody asked where its domains are.
fn earlier(mut evidence: Evidence) -> Evidence {
    let breakdown = |part: &mut Part<dt_model::DeviceInfo>| {
        part.answer_mut().unwrap().subject.breakdown.take().unwrap()
    };
    let mut ports = breakdown(&mut evidence.connections);
    let used = ports.ports_used.as_mut().unwrap();
    used.retain(|part| part.key != Port::Number(8443));
    let other =
        dt_model::BreakdownEntry { key: Port::Number(21), first_seen: None, ..used[0].clone() };
    used.push(other);
    evidence.connections.answer_mut().unwrap().subject.breakdown = Some(ports);
    let mut domains = breakdown(&mut evidence.external);
    let named = |name: &str| NamedOrOthers::One(name.to_owned());
    domains.external_domains.as_mut().unwrap().retain(|it| it.key != named("cdn-sync.example"));
    evidence.external.answer_mut().unwrap().subject.breakdown = Some(domains);
    evidence.endpoints = Vec::new();
    evidence
}

#[test]
fn the_screen_answers_first_and_says_how_sure_it_is() {
    let new = case("appliance", "ordinary");
    let old = earlier(new.clone());
    insta::assert_snapshot!(plain(diff(&old, &new, &Policy::default())), @r#"
    workstation-01   10.20.4.17   laptop, Windows 10 and newer, Finance    did 12345
    Data until 23 Nov 23:00 UTC, 40 min ago.

    WHAT CHANGED  Priority is 78 of 100, high, and was 19, minimal, by other
      answers; endpoints not in the old ones; new: 2.40 GB sent externally; usually
      282 KB.
      Asked 16 Nov 23:04 and 23 Nov 23:04 UTC, 7 days apart.
      Not in the old snapshot: endpoints.

    FINDINGS    finding                                   severity  from
      new       2.40 GB sent externally; usually 282 KB   medium    2026-11-19 02:00
      new       cdn-sync.example is new to the network:   medium    2026-11-17 08:16
                ≈ 712 external connections, 3 %
      new       port 8443 is new: ≈ 740 connections, 2 %  medium    2026-11-17 08:01
      new       5.13 MB sent externally; usually 119 KB   low       2026-11-17 03:00
      gone      228 MB received; usually 42.1 MB          low       2026-10-27 01:00
      gone      port mix differs: 21 is 40 %, 0 % on 3    low       2026-10-26 23:00
                similar devices
      1 finding is the same.

    LISTS              change            entries
      ports            new               8443 (≈ 2 %)
      ports            no longer listed  21 (≈ 65 %)
      listening ports  same              all 1
      peers            same              all 5
      similar devices  same              all 3
      domains          new               cdn-sync.example (≈ 3 %)
      countries        not reported      in the old snapshot
      Lists leave out what is small: "newly listed" may have been there before, and
      what is "no longer listed" may be there still.
    "#);
}

/// What was answered, when hardly anything was known about the outside.
fn without_the_outside(evidence: &Evidence) -> Evidence {
    Evidence { external_out: Part::Absent, endpoints: Vec::new(), ..evidence.clone() }
}

/// An hour before the newer snapshot.
const JUST_NOW: &str = "2026-11-23T22:04:00Z";

#[test]
fn what_one_snapshot_cannot_show_is_told_apart_and_no_concern() {
    let whole = case("appliance", "ordinary");
    let part = without_the_outside(&whole);
    let policy = Policy::default();
    for (old, new, side, line) in
        [(&part, &whole, "old", "in new only"), (&whole, &part, "new", "in old only")]
    {
        let answer = diff_since(JUST_NOW, old, new, &policy);
        assert!(answer.concerns.is_empty(), "{:?}", answer.concerns);
        let change = answer.body.priority.as_ref().unwrap();
        let parts: Vec<&str> = change.not_reported.iter().map(|it| it.part.as_str()).collect();
        assert_eq!((change.change, parts), (None, vec!["external-out", "endpoints"]));
        assert!(change.not_reported.iter().all(|it| it.side.as_str() == side));
        let found = answer.body.findings.as_ref().unwrap();
        assert!(found.new.is_empty() && found.gone.is_empty());
        let domain = found.not_reported.iter().find(|it| it.finding.rule.id == Rule::NewDomain);
        let missing = vec![Basis::Part(EvidencePart::Endpoints)];
        let domain = domain.unwrap();
        assert_eq!((domain.side.as_str(), &domain.missing), (side, &missing));
        let screen = plain(answer);
        assert!(screen.contains(line), "{screen}");
        let why = format!("the {side} snapshot does not report what it is based on");
        assert!(screen.contains(&why), "{screen}");
    }
}

#[test]
fn a_row_says_which_finding_by_which_rule_and_why_it_is_gone() {
    let whole = case("appliance", "ordinary");
    let part = without_the_outside(&whole);
    let rows = |answer: &Answer<Diff>| -> Vec<[String; 6]> {
        let document = Document::Diff(Box::new(answer.clone()));
        let text = csv::header(&document) + &csv::rows(&document);
        let mut reader = ::csv::Reader::from_reader(text.as_bytes());
        let names = reader.headers().unwrap().clone();
        let place = |name: &str| names.iter().position(|it| it == name).unwrap();
        let columns = ["change", "finding_id", "rule", "why", "severity", "severity_before"];
        let columns = columns.map(place);
        let rows = reader.records().map(|row| {
            let row = row.unwrap();
            columns.map(|column| row[column].to_owned())
        });
        rows.filter(|row| !row[2].is_empty()).collect()
    };
    let mut answer = diff(&earlier(whole.clone()), &whole, &Policy::default());
    let found = answer.body.findings.as_mut().unwrap();
    let moved = found.new.pop().unwrap();
    let severity_before = Level::High;
    let changed = ChangedFinding { severity_before, unlike: Vec::new(), finding: moved };
    found.changed.push(changed.clone());
    let gone = found.gone[0].clone();
    let rows_of = rows(&answer);
    let row = |change: &str, finding: &Finding, why: &str, before: &str| {
        let (id, severity) = (finding.id.to_string(), finding.severity.as_str());
        [change, &id, finding.rule.id.id(), why, severity, before].map(str::to_owned)
    };
    assert!(rows_of.contains(&row("gone", &gone.finding, gone.why.as_str(), "")), "{rows_of:?}");
    assert!(rows_of.contains(&row("changed", &changed.finding, "", "high")), "{rows_of:?}");

    let answer = diff_since(JUST_NOW, &part, &whole, &Policy::default());
    let found = answer.body.findings.as_ref().unwrap();
    let unreported = &found.not_reported[0];
    let expected = row("not_reported", &unreported.finding, "old", "");
    assert!(rows(&answer).contains(&expected), "{:?}", rows(&answer));
}

#[test]
fn the_documents_rules_have_lists_and_no_findings() {
    let new = case("appliance", "ordinary");
    let old = earlier(new.clone());
    let answer = diff(&old, &new, &Policy::documented());
    assert_eq!((&answer.body.summary, &answer.body.findings), (&None, &None));
    assert!(answer.concerns.is_empty());
    let screen = plain(answer);
    assert!(screen.contains("8443") && !screen.contains("PRIORITY"), "{screen}");
}

#[test]
fn every_pair_is_valid_and_safe() {
    let schema = Object::Diff.schema();
    let options = jsonschema::options().should_validate_formats(true);
    let validator = options.build(&schema).unwrap();
    let cases = ["ordinary", "hostile", "empty", "one-bucket", "odd", "ties", "ten-similar"];
    for dialect in ["appliance", "documented"] {
        for (old, new) in cases.iter().flat_map(|old| cases.iter().map(move |new| (old, new))) {
            let (before, after) = (case(dialect, old), case(dialect, new));
            // Beside itself, a snapshot that has more.
            let before = if old == new { without_the_outside(&before) } else { before };
            for policy in [Policy::default(), Policy::documented()] {
                let answer = diff(&before, &after, &policy);
                let printed = json::render(&Document::Diff(Box::new(answer.clone())));
                let printed: Value = serde_json::from_str(&printed).unwrap();
                let faults: Vec<String> =
                    validator.iter_errors(&printed).map(|it| it.to_string()).collect();
                assert!(faults.is_empty(), "{dialect} {old} {new}: {faults:?}");
                let document = [Document::Diff(Box::new(answer.clone()))];
                let rows = csv::header(&document[0]) + &csv::rows(&document[0]);
                let mut rows = ::csv::Reader::from_reader(rows.as_bytes());
                assert!(rows.records().all(|row| row.unwrap().len() == 17));
                let viewpoint = AsOf { now: now(), zone: &TimeZone::UTC };
                let made = Provenance { viewpoint, source: "snapshots", policy: Some(&policy) };
                let page = PageFormat::Html.render(&document, &made);
                assert!(!page.contains("<script") && page.contains("What changed"));
                assert!(
                    PageFormat::Markdown.render(&document, &made).starts_with("# What changed")
                );
                for line in plain(answer).lines() {
                    assert!(line.width() <= 80, "{dialect} {old} {new}: {line}");
                    assert!(!line.contains(|c: char| c.is_control()), "{line:?}");
                }
            }
        }
    }
}
