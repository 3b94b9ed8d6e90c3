//! What was refused, what was not asked for and what an answer left out read differently, in every
//! format.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fixtures;

use dt_analysis::{AsOf, Policy};
use dt_model::{DataType, DomainQuestion, Evidence, EvidenceSource, Part, Refusal, RefusalKind};
use dt_report::contract::{
    self, Compared, Custody, Document, Examined, FindingUpdate, Perspective, Scope, StoredSnapshot,
};
use dt_report::event::{Sender, Standard, Subject};
use dt_report::table::{Extent, Options};
use dt_report::{Made, csv, html, json, markdown, table};
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
    Evidence { source: EvidenceSource::Asked, ..evidence(path.as_ref()) }
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
    let options = Options { time_zone: TimeZone::UTC, now: now(), extent };
    let screen = table::render(document, &options);
    let screen = anstream::adapter::strip_str(&screen).to_string();
    let width = |line: &str| unicode_width::UnicodeWidthStr::width(line);
    assert!(screen.lines().all(|line| width(line) <= 80), "{screen}");
    screen
}

/// Both formats that are pages.
fn pages(document: Document) -> [String; 2] {
    let viewpoint = AsOf { now: now(), zone: &TimeZone::UTC };
    let made = Made { viewpoint, source: "test", policy: None };
    let documents = [document];
    [markdown::render(&documents, &made), html::render(&documents, &made)]
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

#[test]
fn countries_say_why_there_are_none() {
    let refused = without_hosts();
    let not_asked = Evidence { endpoints: Vec::new(), ..asked() };
    let not_given = Evidence { source: EvidenceSource::Given, ..not_asked.clone() };
    let mut not_reported = asked();
    let answer = not_reported.external.answer_mut().unwrap();
    answer.subject.breakdown.as_mut().unwrap().external_domains = None;
    let cases = vec![
        (refused, "refused"),
        (not_asked, "not asked"),
        (not_given, "not given"),
        (not_reported, "not reported"),
    ];
    for (evidence, word) in cases {
        let document = external(&evidence);
        let on_screen = screen(&document, Extent::Screen);
        assert_eq!(line(&on_screen, "countries"), word);
        let reasons = usize::from(word == "refused");
        assert_eq!(count(&on_screen, REASON), reasons, "{on_screen}");
        assert_eq!(count(&on_screen, "countries"), 1, "{on_screen}");
        let printed = parsed(&document);
        assert_eq!(printed["countries"], Value::Null);
        for page in pages(document) {
            assert!(page.contains(&format!("Countries: {word}.")), "{page}");
            assert!(!page.contains("Without a country"), "{page}");
            assert_eq!(count(&page, REASON), reasons, "{page}");
        }
    }
}

#[test]
fn refused_hosts_cost_no_domain_its_numbers() {
    let numbers = |evidence: &Evidence| -> Vec<Value> {
        let printed = parsed(&external(evidence));
        let domains = printed["extended"]["domains"].as_array().unwrap();
        domains.iter().map(|it| json!([it["domain"], it["bytes_out"], it["share"]])).collect()
    };
    let answered = numbers(&asked());
    assert!(answered.iter().any(|it| it[1].as_u64() > Some(0)), "{answered:?}");
    assert_eq!(numbers(&without_hosts()), answered);
}

#[test]
fn each_domain_has_its_own_state() {
    let (evidence, [known, refused, unknown, unasked]) = with_few_hosts();
    let document = external(&evidence);
    let on_screen = screen(&document, Extent::Screen);
    let (_, table) = on_screen.split_once("KNOWN ABOUT THEM").unwrap();
    assert!(!line(table, &known).contains("refused") && !line(table, &known).contains("not asked"));
    for (name, word) in [(&refused, "refused"), (&unknown, "not reported"), (&unasked, "not asked")]
    {
        // The country, and since when it is known.
        assert_eq!(count(line(table, name), word), 2, "{table}");
    }
    assert_eq!(count(table, REASON), 1, "{table}");
    assert!(table.contains("not asked: only the largest domains"), "{table}");
    assert!(on_screen.contains("endpoints: 1 of 3 hosts refused: HTTP 500"), "{on_screen}");

    let printed = parsed(&document);
    let domains = printed["extended"]["domains"].as_array().unwrap();
    let state = |name: &String| {
        let found = domains.iter().find(|it| it["domain"] == **name).unwrap();
        json!([found["state"], found["reason"]])
    };
    assert_eq!(state(&known), json!(["answered", null]));
    assert_eq!(state(&refused), json!(["refused", REASON]));
    assert_eq!(state(&unknown), json!(["answered", null]));
    assert_eq!(state(&unasked), json!(["not_asked", null]));
}

#[test]
fn the_first_screen_and_the_pages_of_a_report_tell_the_states_of_domains() {
    let (evidence, [_, refused, ..]) = with_few_hosts();
    let document = report(&evidence);
    let Document::Report(answer) = &document else { unreachable!() };
    let host = |name: &str| {
        let found = answer.body.outside.iter().find(|it| it.name.as_deref() == Some(name)).unwrap();
        found.host.as_ref().unwrap().reason.clone()
    };
    assert_eq!(host(&refused).as_deref(), Some(REASON));
    let first = screen(&document, Extent::Screen);
    assert!(first.lines().count() <= 24, "{first}");
    let (_, table) = first.split_once("SENT OUTSIDE").unwrap_or_else(|| panic!("{first}"));
    assert!(table.contains("not asked"), "{table}");
    let whole = screen(&document, Extent::Whole);
    assert!(whole.contains("CANNOT SEE") && whole.contains(", in not asked"), "{whole}");
    for page in pages(document) {
        assert!(page.contains("not asked: only the largest domains"), "{page}");
        assert!(page.contains("What cannot be seen"), "{page}");
    }
}

/// A reason stands where it is told what cannot be seen, and the numbers keep their room.
#[test]
fn the_first_screen_tells_a_reason_once() {
    let refused = |(domain, data_type)| {
        let domain = String::from(domain);
        (DomainQuestion { domain, data_type }, Part::Refused(refusal()))
    };
    let asked_about = [
        ("cdn-sync.example", DataType::BytesOut),
        ("video.example", DataType::BytesOut),
        ("backup.example", DataType::BytesOut),
        ("office.com", DataType::BytesOut),
        ("cdn-sync.example", DataType::Connections),
    ];
    let domains = Evidence { by_domain: asked_about.map(refused).into(), ..asked() };
    let outside = Evidence { external_out: Part::Refused(refusal()), ..asked() };
    assert!(screen(&report(&domains), Extent::Screen).contains("SENT OUTSIDE"));
    for (evidence, doubt, unseen) in [
        (domains, "to which domain is not known", "(domains)"),
        (outside, "whether it left the network is not known", "(external-out)"),
    ] {
        let first = screen(&report(&evidence), Extent::Screen);
        let words = first.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(&format!("{unseen}: {REASON}")), "{first}");
        assert!(words.contains(doubt), "{first}");
        assert_eq!(count(&words, REASON), 1, "{first}");
        assert!(first.lines().count() <= 24, "{first}");
    }
}

#[test]
fn what_is_not_known_to_be_new_is_not_told_as_nothing() {
    let new = |document: &Document| parsed(document)["extended"]["novelty"].clone();
    let unknown = |list, state, reason| json!({"list": list, "state": state, "reason": reason});
    let whole = new(&report(&asked()));
    assert!(whole["ports"].is_array() && whole["peers"].is_array() && whole["domains"].is_array());
    assert_eq!(whole["unknown"], json!([]));

    let refused = Evidence { external: Part::Refused(refusal()), ..asked() };
    let not_asked = Evidence { endpoints: Vec::new(), ..asked() };
    for (evidence, state, reason, why) in [
        (refused, "refused", json!(REASON), REASON),
        (not_asked, "not_asked", Value::Null, "not asked"),
    ] {
        let document = report(&evidence);
        let new = new(&document);
        assert_eq!((&new["ports"], &new["domains"]), (&whole["ports"], &Value::Null));
        assert_eq!(new["unknown"], json!([unknown("domains", state, reason)]));
        let screen = screen(&document, Extent::Whole);
        let screen = screen.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(screen.contains(&format!("domains not known ({why})")), "{screen}");
        assert!(!screen.contains("no domains"), "{screen}");
    }
}

#[test]
fn what_was_sent_outside_is_told_without_connections() {
    let evidence = Evidence {
        connections: Part::Refused(refusal()),
        external: Part::Refused(refusal()),
        endpoints: Vec::new(),
        ..asked()
    };
    let answer = contract::Answer::external(&evidence, &Policy::default(), now()).unwrap();
    let document = Document::External(Box::new(answer));
    let printed = parsed(&document);
    assert!(printed["totals"]["bytes_out"].as_u64().is_some_and(|sent| sent > 0), "{printed}");
    assert_eq!(printed["totals"]["connections"], Value::Null);
    assert_eq!(printed["risk"], Value::Null);
    let on_screen = screen(&document, Extent::Screen);
    assert_eq!(line(&on_screen, "co, external:"), REASON);
}

#[test]
fn single_domains_that_were_refused_are_missing_in_every_format() {
    let question = DomainQuestion { domain: "d.example".to_owned(), data_type: DataType::BytesOut };
    let mut evidence = asked();
    let not_asked = report(&evidence);
    let state = |document| parsed(document)["parts"][6].clone();
    let of = |state, reason| json!({"part": "domains", "state": state, "reason": reason});
    assert_eq!(state(&not_asked), of("not_asked", Value::Null));
    evidence.by_domain = vec![(question, Part::Refused(refusal()))];
    let document = report(&evidence);
    assert_eq!(state(&document), of("refused", json!(REASON)));
    let told = format!("(domains): {REASON}");
    for (document, is_told) in [(not_asked, false), (document, true)] {
        let missing = parsed(&document)["priority"]["missing"].to_string();
        assert_eq!(missing.contains(&told), is_told, "{missing}");
        let rows = csv::rows(&document);
        assert_eq!(rows.contains(&format!("domains: {REASON}")), is_told, "{rows}");
        let screen = screen(&document, Extent::Whole);
        let screen = screen.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(screen.contains(&told), is_told, "{screen}");
        for page in pages(document) {
            assert_eq!(page.contains("single domains"), is_told, "{page}");
        }
    }
}

#[test]
fn a_direction_says_why_it_is_missing() {
    let evidence = asked();
    let refused = Evidence { bytes_in: Part::Refused(refusal()), ..evidence.clone() };
    let not_asked = Evidence { bytes_in: Part::Absent, ..evidence.clone() };
    let mut not_reported = evidence;
    not_reported.bytes_in.answer_mut().unwrap().subject.series = dt_model::Series::default();
    for (evidence, word, state) in [
        (refused, "refused", "refused"),
        (not_asked, "not asked", "not_asked"),
        (not_reported, "not reported", "answered"),
    ] {
        let document = transfers(&evidence);
        let on_screen = screen(&document, Extent::Screen);
        assert_eq!(count(line(&on_screen, "in "), word), 3, "{on_screen}");
        assert!(on_screen.contains(&format!(", in {word}")), "{on_screen}");
        assert_eq!(count(&on_screen, REASON), usize::from(word == "refused"), "{on_screen}");
        let reason = if word == "refused" { json!(REASON) } else { Value::Null };
        assert_eq!(
            parsed(&document)["parts"],
            json!([
                {"part": "sizeout", "state": "answered", "reason": null},
                {"part": "sizein", "state": state, "reason": reason},
            ])
        );
        let rows = csv::rows(&document);
        assert_eq!(count(&rows, &format!("parts,,sizein,state,{state},")), 1, "{rows}");
        assert_eq!(count(&rows, "parts,,sizein,reason,"), usize::from(word == "refused"));
        for page in pages(document) {
            assert!(page.contains(&format!(", in {word}")), "{page}");
            assert!(word == "not reported" || !page.contains("in not reported"), "{page}");
        }
    }
}

#[test]
fn everything_about_the_outside_that_was_refused_says_so() {
    let evidence = Evidence {
        external: Part::Refused(refusal()),
        external_out: Part::Refused(refusal()),
        endpoints: Vec::new(),
        ..asked()
    };
    let document = external(&evidence);
    let on_screen = screen(&document, Extent::Screen);
    assert_eq!(line(&on_screen, "EXTERNAL RISK"), "not known: external destinations refused");
    assert_eq!(line(&on_screen, "destinations"), "refused");
    assert_eq!(line(&on_screen, "bytes"), "out refused, in not asked");
    assert_eq!(line(&on_screen, "countries"), "refused");
    assert_eq!(line(&on_screen, "external, external-out:"), REASON);
    assert!(!on_screen.contains("not reported"), "{on_screen}");
    let printed = parsed(&document);
    let states = printed["parts"].as_array().unwrap().iter().map(|part| {
        format!("{} {}", part["part"].as_str().unwrap(), part["state"].as_str().unwrap())
    });
    assert_eq!(
        states.collect::<Vec<_>>(),
        ["co answered", "external refused", "external-out refused", "endpoints not_asked"]
    );
}

#[test]
fn the_documented_dialect_leaves_out_what_it_does_not_report() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/documented/ordinary.co.json");
    let mut evidence = Evidence { source: EvidenceSource::Asked, ..evidence(path.as_ref()) };
    let answer = evidence.connections.answer_mut().unwrap();
    for destination in answer.subject.destinations.as_mut().unwrap() {
        (destination.bytes_sent, destination.bytes_received) = (None, None);
    }
    let document = external(&evidence);
    let on_screen = screen(&document, Extent::Screen);
    assert_eq!(line(&on_screen, "bytes"), "out not reported, in not reported");
    let parts = &parsed(&document)["parts"];
    assert_eq!(*parts, json!([{"part": "co", "state": "answered", "reason": null}]));
}

/// It says what is outside among its connections: what was refused there costs nothing.
#[test]
fn the_documented_dialect_has_no_parts_about_the_outside() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/documented/ordinary.co.json");
    let evidence = Evidence {
        source: EvidenceSource::Asked,
        external: Part::Refused(refusal()),
        ..evidence(path.as_ref())
    };
    let document = report(&evidence);
    let printed = parsed(&document);
    let parts = printed["parts"].as_array().unwrap().iter().map(|it| it["part"].as_str().unwrap());
    assert_eq!(parts.collect::<Vec<_>>(), ["co", "sizeout", "sizein"]);
    assert_eq!(evidence.refusals().count(), 0);
    assert!(!screen(&document, Extent::Whole).contains("refused"));
}

#[test]
fn a_report_as_csv_says_what_is_missing_on_every_line() {
    let document = report(&Evidence { bytes_in: Part::Absent, ..without_hosts() });
    let table = csv::header(&document) + &csv::rows(&document);
    let mut reader = ::csv::Reader::from_reader(table.as_bytes());
    assert_eq!(reader.headers().unwrap().iter().next_back(), Some("missing"));
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    let expected = format!("sizein: not asked; endpoints: {REASON}");
    assert!(!rows.is_empty());
    assert!(rows.iter().all(|row| row.iter().next_back() == Some(expected.as_str())), "{rows:?}");
}

/// Nothing is said of what is not known: neither a country nor bytes.
#[test]
fn traffic_events_claim_nothing_about_parts_that_were_refused() {
    let evidence = Evidence { external_out: Part::Refused(refusal()), ..without_hosts() };
    let document = external(&evidence);
    let sender = Sender { now: now(), appliance: None };
    for standard in [Standard::Ecs, Standard::Ocsf, Standard::Hec] {
        let lines = standard.lines(&document, Subject::Traffic, sender);
        assert!(!lines.is_empty());
        for line in lines.lines() {
            for claim in ["country", "bytes_out\":0", "\"bytes\":0", "not reported"] {
                assert!(!line.contains(claim), "{claim}: {line}");
            }
        }
    }
}

#[test]
fn events_of_findings_tell_what_was_refused_as_a_doubt() {
    let document = report(&Evidence { external_out: Part::Refused(refusal()), ..asked() });
    let doubt = format!("whether it left the network is not known: {REASON}");
    let sender = Sender { now: now(), appliance: None };
    for standard in [Standard::Ecs, Standard::Ocsf, Standard::Hec] {
        let lines = standard.lines(&document, Subject::Findings, sender);
        assert!(lines.contains(&doubt), "{lines}");
    }
}

/// A SIEM sees that something was said without a part of the evidence, in a place of its own.
#[test]
fn events_tell_which_parts_were_refused() {
    let sender = Sender { now: now(), appliance: None };
    let place = |standard| match standard {
        Standard::Ecs => "/darktrace/refused",
        Standard::Ocsf => "/unmapped/refused",
        Standard::Hec => "/event/refused",
    };
    let refused = Evidence { bytes_in: Part::Refused(refusal()), ..without_hosts() };
    let told = |part| json!({"part": part, "state": "refused", "reason": REASON});
    let Document::Report(answer) = report(&refused) else { unreachable!() };
    let findings = answer.body.findings.clone().unwrap();
    let update = |finding: contract::Finding| FindingUpdate {
        event_id: format!("{}:1", finding.id),
        revision: 1,
        finding,
    };
    let updates = findings.into_iter().map(update).collect();
    let watched = Document::Watch(Box::new(contract::Answer::watch(*answer, updates)));
    for standard in [Standard::Ecs, Standard::Ocsf, Standard::Hec] {
        for (document, subject, parts) in [
            (report(&refused), Subject::Findings, json!([told("sizein"), told("endpoints")])),
            (watched.clone(), Subject::Findings, json!([told("sizein"), told("endpoints")])),
            (external(&refused), Subject::Traffic, json!([told("endpoints")])),
            (report(&asked()), Subject::Findings, Value::Null),
            (external(&asked()), Subject::Traffic, Value::Null),
        ] {
            let lines = standard.lines(&document, subject, sender);
            assert!(!lines.is_empty());
            for line in lines.lines() {
                let event: Value = serde_json::from_str(line).unwrap();
                let found = event.pointer(place(standard)).cloned().unwrap_or_default();
                assert_eq!(found, parts, "{event}");
            }
        }
    }
}

#[test]
fn a_snapshot_says_what_it_holds_no_answer_to() {
    let question = DomainQuestion { domain: "a.example".to_owned(), data_type: DataType::BytesOut };
    let by_domain = vec![(question, Part::Refused(refusal()))];
    let evidence = Evidence { bytes_in: Part::Refused(refusal()), by_domain, ..asked() };
    let kept = StoredSnapshot {
        path: "snaps/1".to_owned(),
        taken: now(),
        appliance: "golden".to_owned(),
        exchanges: 5,
        bytes: 1000,
    };
    let answer = contract::Answer::snapshot(&evidence, kept).unwrap();
    let document = Document::Snapshot(Box::new(answer));
    let lines = [format!("sizein: {REASON}"), format!("domain, \"a.example\": {REASON}")];
    let printed = parsed(&document);
    assert_eq!(printed["refused"], json!(lines));
    assert_eq!(
        printed["parts"][2],
        json!({"part": "sizein", "state": "refused", "reason": REASON})
    );
    let on_screen = screen(&document, Extent::Screen);
    let row = csv::rows(&document);
    for line in &lines {
        assert!(on_screen.contains(line), "{on_screen}");
        assert!(row.contains(&line.replace('"', "\"\"")), "{row}");
    }
    for page in pages(document) {
        assert!(page.contains(&lines[0]), "{page}");
    }
}

#[test]
fn what_was_refused_to_a_snapshot_is_called_refused() {
    let (old, new) = (asked(), Evidence { external: Part::Refused(refusal()), ..asked() });
    let of = |evidence| Compared { evidence, taken: now(), path: "snaps/1" };
    let viewpoint = AsOf { now: now(), zone: &TimeZone::UTC };
    let perspective = Perspective { policy: &Policy::default(), viewpoint, appliance: None };
    let document = |old, new| {
        let answer = contract::Answer::diff(of(old), of(new), perspective).unwrap();
        Document::Diff(Box::new(answer))
    };
    let diff = document(&old, &new);
    let printed = parsed(&diff);
    for list in ["/not_reported", "/priority/not_reported", "/findings/not_reported"] {
        let missing = printed.pointer(list).unwrap().as_array().unwrap();
        assert!(!missing.is_empty(), "{list}");
        assert!(missing.iter().all(|it| it["reason"] == REASON), "{list}: {missing:?}");
    }
    let rows = csv::rows(&diff);
    assert!(rows.contains(",domains,refused,new,") && !rows.contains("not_reported"), "{rows}");
    let on_screen = screen(&diff, Extent::Screen);
    assert!(on_screen.contains(&format!("not in the new snapshot: external ({REASON})")));
    assert_eq!(line(&on_screen, "domains"), "refused  in the new snapshot");
    assert!(on_screen.contains("what it rests on was refused to the new snapshot"));
    assert!(!on_screen.contains("report"), "{on_screen}");
    for page in pages(diff) {
        assert!(!page.contains("does not report") && page.contains(REASON), "{page}");
    }
    // An answer that has no list of them is another thing.
    let mut unlisted = asked();
    let answer = unlisted.external.answer_mut().unwrap();
    answer.subject.breakdown.as_mut().unwrap().external_domains = None;
    let on_screen = screen(&document(&old, &unlisted), Extent::Screen);
    assert_eq!(line(&on_screen, "domains"), "not reported  in the new snapshot");
}

#[test]
fn evidence_for_an_auditor_tells_the_state_of_what_is_missing() {
    let Document::Report(answer) = report(&Evidence { bytes_in: Part::Absent, ..without_hosts() })
    else {
        unreachable!()
    };
    let examined = Examined::new(*answer, Vec::new(), None);
    let policy = Policy::default();
    let bundle = contract::Evidence::new(
        now(),
        Custody::default(),
        None,
        &policy,
        Scope::default(),
        vec![examined],
        Vec::new(),
    );
    let document = Document::Evidence(Box::new(bundle));
    assert_eq!(
        parsed(&document)["devices"][0]["not_reported"],
        json!([
            {"part": "sizein", "state": "not_asked", "reason": null},
            {"part": "endpoints", "state": "refused", "reason": REASON},
        ])
    );
    let on_screen = screen(&document, Extent::Screen);
    assert!(on_screen.contains("missing of 1 device: sizein: not asked"), "{on_screen}");
    assert!(on_screen.contains(&format!("missing of 1 device: endpoints: {REASON}")));
    let expected = format!("sizein: not asked; endpoints: {REASON}");
    assert!(csv::rows(&document).contains(&expected));
    for page in pages(document) {
        assert!(page.contains(&expected), "{page}");
    }
}
