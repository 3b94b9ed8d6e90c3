//! What a report asks for in each round.

use std::fs;
use std::path::Path;

use dt_analysis::plan::{Endpoints, PartsPlan, ReportPlan};
use dt_analysis::{AsOf, Policy};
use dt_model::{
    DataType, DeviceId, DeviceInfoQuery, Dialect, Evidence, EvidencePart, Part, Plan, Question,
    Required, Subject,
};
use jiff::tz::TimeZone;

use crate::answers::{HOURS, answer, entry, hour, office};

/// What is asked in the rounds after the first, all of whose questions have these answers.
fn asked(evidence: &Evidence, endpoints: Endpoints) -> Vec<Vec<Question>> {
    let query = DeviceInfoQuery::new(DeviceId::new(1)).unwrap();
    let as_of = AsOf { now: hour(HOURS), zone: &TimeZone::UTC };
    let policy = Policy::default();
    let mut plan = ReportPlan::new(query, as_of, &policy).endpoints(endpoints);
    plan.next(&Evidence::default());
    let mut rounds = Vec::new();
    loop {
        match plan.next(evidence) {
            questions if questions.is_empty() => return rounds,
            questions => rounds.push(questions),
        }
    }
}

/// The hosts that are asked about, in order.
fn hosts(evidence: &Evidence, endpoints: Endpoints) -> Vec<String> {
    let asked = asked(evidence, endpoints).into_iter().flatten();
    let host = |question: Question| match question.subject() {
        Subject::Endpoint(endpoint) => Some(endpoint.to_string()),
        _ => None,
    };
    asked.filter_map(host).collect()
}

fn outside(domains: &[(&str, u8)], similar: &[(&str, u8)]) -> Evidence {
    let info = |domains: &[(&str, u8)]| {
        let domain = |(name, size): &(&str, u8)| format!(r#"{{"domain":"{name}","size":{size}}}"#);
        let domains: Vec<String> = domains.iter().map(domain).collect();
        format!(r#""totalUsed":1000,"externalDomains":[{}]"#, domains.join(","))
    };
    let mut entries = vec![entry(1, office, &info(domains))];
    if !similar.is_empty() {
        entries.push(entry(2, office, &info(similar)));
    }
    let external = Part::Answered(answer(DataType::Connections, &entries));
    Evidence { external, ..Evidence::default() }
}

#[test]
fn the_largest_hosts_are_asked_about_and_never_what_has_no_name() {
    let evidence =
        outside(&[("a.example", 10), ("Unknown", 50), ("b.example", 25), ("c.example", 15)], &[]);
    let largest = |most| hosts(&evidence, Endpoints::Largest(most));
    assert_eq!(largest(1), ["b.example"]);
    assert_eq!(largest(2), ["b.example", "c.example"]);
    assert_eq!(largest(10), ["b.example", "c.example", "a.example"]);
    assert_eq!(largest(0), <[String; 0]>::default());
    assert_eq!(hosts(&evidence, Endpoints::Omitted), <[String; 0]>::default());
}

#[test]
fn half_of_the_hosts_are_the_largest_that_no_similar_device_lists() {
    let usual = [("a.example", 40), ("b.example", 30)];
    let evidence = outside(&[usual[0], usual[1], ("c.example", 20), ("d.example", 10)], &usual);
    let largest = |most| hosts(&evidence, Endpoints::Largest(most));
    assert_eq!(largest(1), ["c.example"]);
    assert_eq!(largest(2), ["c.example", "a.example"]);
    assert_eq!(largest(3), ["c.example", "d.example", "a.example"]);
}

#[test]
fn a_comparison_asks_for_bytes_which_it_can_do_without() {
    let query = DeviceInfoQuery::new(DeviceId::new(1)).unwrap().similar_devices(3);
    let mut plan = PartsPlan::comparison(query);
    let questions = plan.next(&Evidence::default());
    let questions: Vec<String> = questions.iter().map(ToString::to_string).collect();
    assert_eq!(questions, ["co", "sizeout", "sizein"]);
    assert_eq!(plan.required(), Required::Part(EvidencePart::Connections));
    assert!(plan.next(&Evidence::default()).is_empty());
}

#[test]
fn an_answer_in_the_documented_dialect_needs_one_round() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/documented");
    let read = |part| fs::read(fixtures.join(format!("ordinary.{part}.json"))).ok();
    let evidence = Evidence::from_parts(read).unwrap();
    assert_eq!(evidence.dialect(), Some(Dialect::Documented));
    assert!(asked(&evidence, Endpoints::default()).is_empty());
}
