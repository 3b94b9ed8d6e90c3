//! Every event is what its standard says, over every fixture.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod contrib;
mod ecs;
mod hec;
mod ocsf;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use dt_analysis::finding::{Confidence, FindingState, Technique};
use dt_analysis::{AsOf, Level, Policy};
use dt_model::{AppliancePages, Device, Evidence};
use dt_report::contract::{Answer, Devices, Document, Finding, Report, ReportOptions};
use dt_report::event::{EventContext, Standard, Subject};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

const STANDARDS: [Standard; 3] = [Standard::Ecs, Standard::Ocsf, Standard::Hec];

/// A little after the fixtures' last bucket.
fn now() -> Timestamp {
    "2026-11-23T23:40:00.25Z".parse().unwrap()
}

fn sender() -> EventContext<'static> {
    EventContext { now: now(), appliance: Some("darktrace.example"), pages: None }
}

fn fixtures() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures"))
}

fn evidence(co: &Path) -> Evidence {
    let case = co.to_str().unwrap().strip_suffix(".co.json").unwrap();
    Evidence::from_parts(|part| fs::read(format!("{case}.{part}.json")).ok()).unwrap()
}

fn as_of() -> AsOf<'static> {
    static ZONE: TimeZone = TimeZone::UTC;
    AsOf { now: now(), zone: &ZONE }
}

fn report(evidence: &Evidence, appliance: Option<&str>) -> Answer<Report> {
    let policy = &Policy::default();
    let options = ReportOptions { appliance, ..ReportOptions::new(policy, as_of()) };
    Answer::report(evidence, options).unwrap()
}

fn ordinary() -> Answer<Report> {
    report(&evidence(&fixtures().join("appliance/ordinary.co.json")), Some("darktrace.example"))
}

/// The lines of a document, each of which has to be an object.
fn events(document: &Document, standard: Standard, subject: Subject) -> Vec<Value> {
    let lines = standard.lines(document, subject, sender());
    assert!(lines.is_empty() || lines.ends_with('\n'));
    assert!(!lines.contains(|c: char| c.is_control() && c != '\n'), "{lines:?}");
    let events = lines.lines().map(|line| {
        let event: Value = serde_json::from_str(line).unwrap();
        assert!(event.is_object(), "{line}");
        event
    });
    events.collect()
}

/// Every answer about connections among the fixtures.
fn answers() -> Vec<PathBuf> {
    let within = |folder: &Path| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let folders = within(fixtures()).filter(|path| path.is_dir());
    let files = folders.flat_map(|folder| within(&folder).collect::<Vec<_>>());
    let mut answers: Vec<_> =
        files.filter(|path| path.to_str().unwrap().ends_with(".co.json")).collect();
    answers.sort();
    answers
}

/// Calls with every event of a standard over every fixture.
fn over_everything(standard: Standard, mut look: impl FnMut(Subject, &Value)) {
    let mut seen = HashSet::new();
    for co in answers() {
        let evidence = evidence(&co);
        let policy = &Policy::default();
        let report = Document::Report(Box::new(report(&evidence, Some("darktrace.example"))));
        let external = Answer::external(&evidence, ReportOptions::new(policy, as_of()));
        let external = external.map(|answer| Document::External(Box::new(answer)));
        let devices = [evidence.device(), Device::default()];
        let devices = Document::Devices(Devices::new(&devices));
        let told = [
            (Subject::Findings, Some(&report)),
            (Subject::Traffic, Some(&report)),
            (Subject::Traffic, external.as_ref()),
            (Subject::Devices, Some(&devices)),
        ];
        for (subject, document) in told {
            for event in document.iter().flat_map(|it| events(it, standard, subject)) {
                seen.insert(format!("{subject:?}"));
                look(subject, &event);
            }
        }
    }
    let kinds = if standard == Standard::Ocsf { 3 } else { 2 };
    assert_eq!(seen.len(), kinds, "{standard:?}: {seen:?}");
}

/// A SIEM can drop repeats and put together what belongs together, whatever the standard.
/// Receivers that drop what they have by its id drop nothing else, whatever becomes of a state.
#[test]
fn one_event_id_has_one_content() {
    let findings = ordinary().body.judged.findings.unwrap();
    let changes: [fn(&mut Finding); 5] = [
        |it| it.state = FindingState::Ended,
        |it| it.severity = Level::Minimal,
        |it| it.message.push('.'),
        |it| it.observed = it.observed.map(|observed| observed + 1.0),
        |it| it.last_time = now(),
    ];
    for finding in &findings {
        let changed = |change: &fn(&mut Finding)| {
            let mut changed = finding.clone();
            change(&mut changed);
            changed.event_id()
        };
        let ids: HashSet<String> =
            changes.iter().map(changed).chain([finding.event_id()]).collect();
        assert_eq!(ids.len(), 6, "{ids:?}");
        // What is not told by itself, such as a digest that a new version of the program makes.
        let same: fn(&mut Finding) = |it| it.policy.push('0');
        assert_eq!(changed(&same), finding.event_id());
    }
}

/// The hash is made of what is printed: another program comes to the same.
#[test]
fn an_event_id_can_be_told_from_what_is_printed() {
    for finding in ordinary().body.judged.findings.unwrap() {
        let printed = serde_json::to_value(&finding).unwrap();
        let told = ["state", "severity", "message", "observed", "last_time"];
        let told = Value::from(told.map(|key| printed[key].clone()).to_vec()).to_string();
        let hash = ring::digest::digest(&ring::digest::SHA256, told.as_bytes());
        let first = u64::from_be_bytes(hash.as_ref()[..8].try_into().unwrap());
        assert_eq!(finding.event_id(), format!("{}:{first:016x}", finding.id));
    }
}

#[test]
fn every_finding_tells_its_ids_times_state_and_rule() {
    let document = Document::Report(Box::new(ordinary()));
    let Document::Report(answer) = &document else { unreachable!() };
    let findings = answer.body.judged.findings.as_ref().unwrap();
    assert!(findings.len() >= 3);
    for standard in STANDARDS {
        let events = events(&document, standard, Subject::Findings);
        assert_eq!(events.len(), findings.len());
        for (event, finding) in events.iter().zip(findings) {
            let at = |pointer: &str| event.pointer(pointer).unwrap_or(&Value::Null).clone();
            let millis = |time: Timestamp| json!(time.as_millisecond());
            let (id, first) = (finding.event_id(), json!(finding.first_time));
            let [told, stable, state, first_time, last_time, rule, version] = match standard {
                Standard::Ecs => [
                    "/event/id",
                    "/darktrace/finding/id",
                    "/darktrace/finding/state",
                    "/event/start",
                    "/event/end",
                    "/rule/id",
                    "/rule/version",
                ],
                Standard::Ocsf => [
                    "/metadata/uid",
                    "/finding_info/uid",
                    "/unmapped/state",
                    "/finding_info/first_seen_time",
                    "/finding_info/last_seen_time",
                    "/finding_info/analytic/uid",
                    "/finding_info/analytic/version",
                ],
                Standard::Hec => [
                    "/event/id",
                    "/event/finding/id",
                    "/event/finding/state",
                    "/event/finding/first_time",
                    "/event/finding/last_time",
                    "/event/signature_id",
                    "/event/finding/rule/version",
                ],
            };
            assert_eq!(at(told), json!(id));
            assert_eq!(at(stable), json!(finding.id));
            assert_eq!(at(state), json!("new"));
            let is_ocsf = standard == Standard::Ocsf;
            let last = json!(finding.last_time);
            let first = if is_ocsf { millis(finding.first_time) } else { first };
            let last = if is_ocsf { millis(finding.last_time) } else { last };
            assert_eq!((at(first_time), at(last_time)), (first, last));
            assert_eq!(at(rule), json!(finding.rule.id));
            assert_eq!(at(version).to_string().trim_matches('"'), finding.rule.version.to_string());
        }
    }
}

#[test]
fn what_became_of_a_finding_is_its_activity() {
    let activities = [
        (FindingState::New, 1, true),
        (FindingState::Updated, 2, true),
        (FindingState::Ended, 3, false),
    ];
    for (state, activity, is_alert) in activities {
        let mut report = ordinary();
        report.body.judged.findings.as_mut().unwrap().iter_mut().for_each(|it| it.state = state);
        let document = Document::Report(Box::new(report));
        for event in events(&document, Standard::Ocsf, Subject::Findings) {
            assert_eq!(event["activity_id"], json!(activity));
            assert_eq!(event["type_uid"], json!(200_400 + activity));
            let is_low = event["severity"] == "Low";
            assert_eq!(event["is_alert"], json!(is_alert && !is_low));
        }
    }
}

#[test]
fn a_technique_is_named_only_where_the_finding_is_sure() {
    let named = |confidence: Confidence| {
        let mut report = ordinary();
        let findings = report.body.judged.findings.as_mut().unwrap();
        findings.truncate(1);
        findings[0].confidence = confidence;
        findings[0].attack_candidates =
            vec![Technique::EXFILTRATION_TO_CLOUD, Technique::EXFILTRATION_OVER_OTHER];
        let document = Document::Report(Box::new(report));
        let [ecs, ocsf, hec] =
            STANDARDS.map(|standard| events(&document, standard, Subject::Findings).remove(0));
        // Candidates are always told, as such.
        let candidates = json!(["T1567.002", "T1048"]);
        assert_eq!(ecs["darktrace"]["finding"]["attack_candidates"], candidates);
        [
            ecs["threat"]["technique"].clone(),
            ocsf["finding_info"]["attacks"].clone(),
            hec["event"]["mitre_technique_id"].clone(),
        ]
    };
    assert_eq!(named(Confidence::Medium), [Value::Null, Value::Null, Value::Null]);
    assert_eq!(
        named(Confidence::High),
        [
            json!({ "id": ["T1567", "T1048"], "subtechnique": { "id": ["T1567.002"] } }),
            json!([
                { "technique": { "uid": "T1567" }, "sub_technique": { "uid": "T1567.002" } },
                { "technique": { "uid": "T1048" } },
            ]),
            json!(["T1567.002", "T1048"]),
        ]
    );
}

#[test]
fn hostile_text_is_only_text() {
    let evidence = evidence(&fixtures().join("documented/hostile.co.json"));
    let document = Document::Report(Box::new(report(&evidence, None)));
    for standard in STANDARDS {
        let lines = standard.lines(&document, Subject::Traffic, sender());
        assert!(lines.lines().count() > 5);
        // `events` looks for what a terminal acts on; a script is a name like any other.
        let events = events(&document, standard, Subject::Traffic);
        assert!(events.iter().any(|event| event.to_string().contains("<script>")));
    }
}

#[test]
fn an_event_is_the_same_whenever_the_same_is_told() {
    let document = Document::Report(Box::new(ordinary()));
    for standard in STANDARDS {
        for subject in [Subject::Findings, Subject::Traffic] {
            let told = standard.lines(&document, subject, sender());
            assert_eq!(told, standard.lines(&document, subject, sender()));
        }
    }
    let ids = |subject, pointer: &str| -> HashSet<String> {
        let events = events(&document, Standard::Ecs, subject);
        let ids: HashSet<String> =
            events.iter().map(|event| event.pointer(pointer).unwrap().to_string()).collect();
        assert_eq!(ids.len(), events.len(), "two events have one id");
        ids
    };
    assert!(ids(Subject::Findings, "/event/id").is_disjoint(&ids(Subject::Traffic, "/event/id")));
}

#[test]
fn saved_responses_name_no_appliance() {
    let evidence = evidence(&fixtures().join("appliance/ordinary.co.json"));
    let document = Document::Report(Box::new(report(&evidence, None)));
    let sender = EventContext { now: now(), appliance: None, pages: None };
    for standard in STANDARDS {
        let lines = standard.lines(&document, Subject::Findings, sender);
        let event: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
        let appliance = match standard {
            Standard::Ecs => &event["observer"]["hostname"],
            Standard::Ocsf => &event["metadata"]["reporter"],
            Standard::Hec => &event["host"],
        };
        assert!(appliance.is_null(), "{event:#}");
    }
}

/// The path in front of the appliance leads to its page, too; without an address there is no link.
#[test]
fn an_event_links_to_the_page_about_its_device() {
    let document = Document::Report(Box::new(ordinary()));
    let first = |standard: Standard, subject, address: Option<&str>| {
        let pages = address.map(AppliancePages::at);
        let sender = EventContext { pages: pages.as_ref(), ..sender() };
        let lines = standard.lines(&document, subject, sender);
        serde_json::from_str::<Value>(lines.lines().next().unwrap()).unwrap()
    };
    let page = json!("https://gateway.example:8443/site-2/#device/12345");
    for (standard, subject, pointer) in [
        (Standard::Ecs, Subject::Findings, "/event/url"),
        (Standard::Ecs, Subject::Traffic, "/event/url"),
        (Standard::Ocsf, Subject::Findings, "/finding_info/src_url"),
        (Standard::Hec, Subject::Findings, "/event/url"),
        (Standard::Hec, Subject::Traffic, "/event/url"),
    ] {
        let linked = first(standard, subject, Some("https://gateway.example:8443/site-2"));
        assert_eq!(linked.pointer(pointer), Some(&page));
        assert_eq!(first(standard, subject, None).pointer(pointer), None);
    }
}

/// One event of each kind, by name.
fn one_of_each() -> Vec<(String, Value)> {
    let mut report = ordinary();
    // As the examples have it: another threshold makes another digest of all of them.
    let findings = report.body.judged.findings.iter_mut().flatten();
    findings.for_each(|it| "bf8891d06a1c51359713ced626921fb9".clone_into(&mut it.policy));
    let report = Document::Report(Box::new(report));
    let evidence = evidence(&fixtures().join("documented/ordinary.co.json"));
    let policy = Policy::default();
    let counted = Answer::external(&evidence, ReportOptions::new(&policy, as_of())).unwrap();
    let counted = Document::External(Box::new(counted));
    let device = Device {
        vendor: Some("Example Ltd".to_owned()),
        first_seen: Some("2024-02-01T08:00:00Z".parse().unwrap()),
        sid: Some(3),
        ..evidence.device()
    };
    let devices = Document::Devices(Devices::new(&[device]));
    let kinds = [
        ("finding_of_hours", &report, Subject::Findings, 0),
        ("finding_of_a_domain", &report, Subject::Findings, 1),
        ("traffic_estimated", &report, Subject::Traffic, 0),
        ("traffic_counted", &counted, Subject::Traffic, 0),
        ("device", &devices, Subject::Devices, 0),
    ];
    let mut named = Vec::new();
    for (standard, name) in STANDARDS.into_iter().zip(["ecs", "ocsf", "hec"]) {
        for (kind, document, subject, place) in kinds {
            let event = events(document, standard, subject).into_iter().nth(place);
            named.extend(event.map(|event| (format!("{name}__{kind}"), event)));
        }
    }
    named
}

#[test]
fn one_of_each_looks_like_this() {
    for (name, event) in one_of_each() {
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_snapshot!(name, format!("{event:#}"));
        });
    }
}

/// Each example stands below a comment with its name.
#[test]
fn the_documentation_shows_events_as_they_are() {
    let text = fs::read_to_string(fixtures().join("../docs/events.md")).unwrap();
    let events: HashMap<String, Value> = one_of_each().into_iter().collect();
    let examples: Vec<&str> = text.split("<!-- ").skip(1).collect();
    assert_eq!(examples.len(), 6);
    for example in examples {
        let (name, rest) = example.split_once(" -->\n```json\n").unwrap();
        let shown: Value = serde_json::from_str(rest.split("```").next().unwrap()).unwrap();
        assert_eq!(shown, events[name], "{name}");
    }
}
