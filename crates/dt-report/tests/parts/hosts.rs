//! Hosts and domains that were refused, not asked about or not known.

use super::*;

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
        assert_eq!(line(&on_screen, "Countries"), word);
        let reasons = usize::from(word == "refused");
        assert_eq!(count(&on_screen, REASON), reasons, "{on_screen}");
        assert_eq!(count(&on_screen, "Countries"), 1, "{on_screen}");
        let printed = parsed(&document);
        assert_eq!(printed["countries"], Value::Null);
        for page in pages(document) {
            assert!(page.contains("Countries") && page.contains(word), "{page}");
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
    let (_, table) = on_screen.split_once("DOMAIN DETAILS").unwrap();
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
        let found =
            answer.facts.outside.iter().find(|it| it.name.as_deref() == Some(name)).unwrap();
        found.host.as_ref().unwrap().reason.clone()
    };
    assert_eq!(host(&refused).as_deref(), Some(REASON));
    let first = screen(&document, Extent::Screen);
    assert!(first.lines().count() <= 24, "{first}");
    let (_, table) = first.split_once("OUTBOUND").unwrap_or_else(|| panic!("{first}"));
    assert!(table.contains("not asked"), "{table}");
    let whole = screen(&document, Extent::Whole);
    assert!(whole.contains("NOT VISIBLE") && line(&whole, "Bytes in") == "not asked", "{whole}");
    for page in pages(document) {
        assert!(page.contains("not asked: only the largest domains"), "{page}");
        assert!(page.contains("Not visible"), "{page}");
    }
}
