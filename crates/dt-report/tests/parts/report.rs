//! What reports and their parts say of it.

use dt_report::contract::{Answer, Gap, Report};
use jiff::SignedDuration;

use super::*;

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
    assert!(screen(&report(&domains), Extent::Screen).contains("OUTBOUND"));
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

/// A direction whose answer begins later says so, in JSON and on the screen.
#[test]
fn every_total_says_which_hours_it_covers() {
    let whole = json!({
        "start": "2026-10-26T23:00:00Z",
        "end": "2026-11-23T23:00:00Z",
        "interval_hours": 1,
        "intervals": 672,
    });
    let documents = documents(&asked(), &Policy::default());
    let objects = documents.iter().map(parsed).collect::<Vec<_>>();
    assert_eq!(objects.len(), 5);
    for object in &objects[..4] {
        assert_eq!(object["window"], whole, "{}", object["schema"]);
    }
    for part in ["connections", "transfers", "compare", "external"] {
        assert_eq!(objects[4][part]["window"], whole, "{part}");
    }

    let mut evidence = asked();
    let Part::Answered(received) = &mut evidence.bytes_in else { panic!("it is answered") };
    let since = "2026-11-20T00:00:00Z".parse().unwrap();
    received.subject.series = received.subject.series.clone().between(Some(since), None);
    let document = transfers(&evidence);
    let later = json!({
        "start": "2026-11-20T00:00:00Z",
        "end": "2026-11-23T23:00:00Z",
        "interval_hours": 1,
        "intervals": 95,
    });
    let object = parsed(&document);
    assert_eq!((&object["window"], &object["inbound"]["window"]), (&whole, &later));
    assert_eq!(object["outbound"].get("window"), None);
    let screen = screen(&document, Extent::Screen);
    assert_eq!(line(&screen, "In:"), "20 Nov 00:00 to 23 Nov 23:00 UTC, hourly.");
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
    let viewpoint = AsOf { now: now(), zone: &TimeZone::UTC };
    let policy = Policy::default();
    let options = ReportOptions::new(&policy, viewpoint);
    let answer = contract::Answer::external(&evidence, options).unwrap();
    let document = Document::External(Box::new(answer));
    let printed = parsed(&document);
    assert!(printed["totals"]["bytes_out"].as_u64().is_some_and(|sent| sent > 0), "{printed}");
    assert_eq!(printed["totals"]["connections"], Value::Null);
    assert_eq!(printed["risk"], Value::Null);
    let on_screen = screen(&document, Extent::Screen);
    assert_eq!(line(&on_screen, "co, external:"), format!("{REASON}."));
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
            assert_eq!(page.contains("bytes sent to each domain"), is_told, "{page}");
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
    assert_eq!(
        line(&on_screen, "EXTERNAL TRAFFIC"),
        "Risk not known: external destinations refused."
    );
    assert_eq!(line(&on_screen, "Destinations"), "refused");
    assert_eq!(line(&on_screen, "Bytes out"), "refused");
    assert_eq!(line(&on_screen, "Bytes in"), "not asked");
    assert_eq!(line(&on_screen, "Countries"), "refused");
    assert_eq!(line(&on_screen, "external, external-out:"), format!("{REASON}."));
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

/// What a screen says about the device of the fixture, its first finding being about something else.
fn next_steps(rule: Rule, object: Object) -> String {
    let Document::Report(mut answer) = report(&asked()) else { unreachable!() };
    let first = &mut answer.body.judged.findings.as_mut().unwrap()[0];
    (first.rule.id, first.object) = (rule, object);
    screen(&Document::Report(answer), Extent::Screen)
}

#[test]
fn the_hint_fits_the_finding_that_matters_most() {
    let hours = || Object::Hours { start: now(), end: now() };
    for (rule, object, hint) in [
        (Rule::ExternalUpload, hours(), "timeline 12345 --datatype sizeout --odid 0"),
        (Rule::NewPeers, Object::Peers(60), "connections 12345"),
        (Rule::NewPort, Object::Port(Port::Number(445)), "connections 12345 --port 445"),
        (Rule::NewDomain, Object::Domain("$(id).example".to_owned()), "external 12345"),
        (Rule::ChangeFromPeers, Object::Metric("sizeout".into()), "compare 12345"),
    ] {
        let screen = next_steps(rule, object);
        assert!(screen.contains(&format!("next  dt {hint}   ")), "{screen}");
        assert_eq!(screen.contains("sizeout --odid 0"), rule == Rule::ExternalUpload, "{screen}");
        assert!(screen.lines().count() <= 24, "{screen}");
    }
}

#[test]
fn the_first_screen_shows_the_domain_that_a_finding_names() {
    let Document::Report(mut answer) = report(&asked()) else { unreachable!() };
    let outside = &mut answer.facts.outside;
    let largest = outside.iter().position(|domain| domain.is_named).unwrap();
    // So many are larger that it would be among those that are left out.
    let mut small = outside.remove(largest);
    small.name = Some("small.example".to_owned());
    let others = (0..9).map(|place| OutsideDomain {
        name: Some(format!("large-{place}.example")),
        share: dt_model::Share::from_percent(10.0),
        ..OutsideDomain::default()
    });
    *outside = others.chain([small]).collect();
    let shown = screen(&Document::Report(answer.clone()), Extent::Screen);
    assert!(shown.contains("small.example") && shown.contains("large-0.example"), "{shown}");
    assert!(shown.contains("  and ") && shown.lines().count() <= 24, "{shown}");
    answer.facts.outside.iter_mut().for_each(|domain| domain.is_named = false);
    let shown = screen(&Document::Report(answer), Extent::Screen);
    assert!(!shown.contains("small.example"), "{shown}");
}

#[test]
fn a_comparison_covers_bytes_and_does_without_those_that_were_refused() {
    let compare = |evidence: &Evidence, policy: &Policy| {
        let answer = contract::Answer::compare(evidence, policy, now()).unwrap();
        Document::Compare(Box::new(answer))
    };
    let metrics = |document: &Document| {
        let printed = parsed(document);
        let rows = printed["bytes"].as_array().unwrap().iter();
        rows.map(|row| row["metric"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let whole = compare(&asked(), &Policy::default());
    assert_eq!(metrics(&whole), ["sizeout", "sizein"]);
    let refused = Evidence { bytes_in: Part::Refused(refusal()), ..asked() };
    let refused = compare(&refused, &Policy::default());
    assert_eq!(metrics(&refused), ["sizeout"]);
    assert_eq!(parsed(&refused)["comparisons"], parsed(&whole)["comparisons"]);
    assert_eq!(parsed(&refused)["parts"][2]["state"], "refused");
    let on_screen = screen(&refused, Extent::Screen);
    assert!(on_screen.contains("bytes sent") && on_screen.contains(REASON), "{on_screen}");
    let documented = parsed(&compare(&asked(), &Policy::documented()));
    assert_eq!(documented["bytes"], Value::Null);
    assert_eq!(documented["parts"].as_array().unwrap().len(), 1);
}

#[test]
fn external_traffic_tells_what_its_rules_do_not_look_at() {
    let document = external(&asked());
    let printed = parsed(&document);
    let signals = printed["signals"].as_array().unwrap();
    assert!(signals.iter().any(|it| it["rule"]["id"] == "dt-external-upload"), "{printed}");
    let on_screen = screen(&document, Extent::Screen);
    let words = on_screen.split_whitespace().collect::<Vec<_>>().join(" ");
    for signal in signals {
        assert!(words.contains(signal["message"].as_str().unwrap()), "{on_screen}");
    }
    assert!(words.contains("by the documented rules"), "{on_screen}");
    assert_eq!(parsed(&report(&asked()))["external"]["signals"], Value::Null);
    let documented = documents(&asked(), &Policy::documented());
    let documented = documented.iter().find(|it| matches!(it, Document::External(_))).unwrap();
    assert_eq!(parsed(documented)["signals"], Value::Null);
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
    assert_eq!(line(&on_screen, "Bytes out"), "not reported");
    assert_eq!(line(&on_screen, "Bytes in"), "not reported");
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
    assert_eq!(
        parts.collect::<Vec<_>>(),
        ["co", "sizeout", "sizein", "breaches", "analyst", "watched"]
    );
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

/// What is not itemised is a row, and no destination.
#[test]
fn the_first_screen_counts_destinations_alone() {
    let first = screen(&report(&asked()), Extent::Screen);
    let Document::Report(answer) = report(&asked()) else { unreachable!() };
    let named = answer.facts.outside.iter().filter(|it| it.name.is_some());
    let hidden = named.filter(|it| !first.contains(it.name.as_deref().unwrap())).count();
    assert!(hidden > 0 && first.contains(&format!("  and {hidden} more")), "{first}");
}

#[test]
fn what_the_series_leaves_out_is_not_visible_and_is_said_first() {
    let Document::Report(mut answer) = report(&asked()) else { unreachable!() };
    let hour = |at| now() - SignedDuration::from_hours(at);
    let not_visible = |answer: &Answer<Report>| {
        let shown = screen(&Document::Report(Box::new(answer.clone())), Extent::Screen);
        let (_, after) = shown.split_once("not visible").unwrap();
        after.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(!not_visible(&answer).contains("without data"));
    let gaps =
        |answer: &mut Answer<Report>, gaps| answer.body.timeline.as_mut().unwrap().gaps = gaps;
    gaps(&mut answer, vec![Gap { start: hour(200), end: hour(104) }]);
    assert!(not_visible(&answer).contains(", without data"), "{}", not_visible(&answer));
    let two = [(200, 104), (50, 48)].map(|(start, end)| Gap { start: hour(start), end: hour(end) });
    gaps(&mut answer, two.to_vec());
    assert!(not_visible(&answer).contains("2 times without data, 98 h in all"));
}

/// Shares and ports are of what a device opens, which of a server is little of what it has.
#[test]
fn what_a_server_opens_is_told_apart_from_what_comes_to_it() {
    let Document::Report(mut answer) = report(&asked()) else { unreachable!() };
    let shown = |answer: &Answer<Report>| {
        screen(&Document::Report(Box::new(answer.clone())), Extent::Whole).to_lowercase()
    };
    assert!(!shown(&answer).contains("external, as client"), "{}", shown(&answer));
    let metrics = &mut answer.body.connections.as_mut().unwrap().metrics;
    (metrics.reported_used, metrics.reported_served) = (Some(1_000), Some(9_000));
    let server = shown(&answer);
    assert!(
        server.contains("external, as client") && server.contains("of the connections as client.")
    );
}
