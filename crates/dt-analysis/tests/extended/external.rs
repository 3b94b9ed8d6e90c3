use dt_analysis::assessment::findings_outside;
use dt_analysis::exclusions::ExclusionsAt;
use dt_analysis::external::{External, analyse};
use dt_analysis::finding::{Finding, Object, Rule};
use dt_analysis::risk::FactorKind;
use dt_analysis::{AsOf, Policy};
use dt_model::{Amount, DataType, Evidence, Part, Share};
use jiff::tz::TimeZone;

use crate::answers::{
    HOURS, answer, asked_of_domains, assessed, endpoint, entry, hour, known, office,
};

/// Mostly without a name, and the rest of it to one domain.
const MOSTLY_UNNAMED: &str = r#""totalUsed":1000,
    "portsUsed":[{"port":443,"size":100}],
    "externalDomains":[{"domain":"Unknown","size":67},{"domain":"a.example","size":33}]"#;

fn evidence(info: &str) -> Evidence {
    let external = Part::Answered(answer(DataType::Connections, &[entry(1, office, info)]));
    Evidence { external, ..Evidence::default() }
}

fn found(info: &str) -> External {
    analyse(&evidence(info), &Policy::default()).unwrap()
}

/// The domains on which the connections are said to concentrate.
fn concentrated(found: &External) -> Vec<&str> {
    let factors = found.risk.iter().flat_map(|risk| &risk.factors);
    let largest = factors.filter_map(|factor| match &factor.kind {
        FactorKind::DestinationConcentration(largest) => Some(largest.key.as_str()),
        _ => None,
    });
    largest.collect()
}

#[test]
fn what_has_no_name_is_no_domain() {
    let found = found(MOSTLY_UNNAMED);
    let domains: Vec<&str> =
        found.domains.iter().flatten().map(|domain| domain.key.as_str()).collect();
    assert_eq!(domains, ["a.example"]);
    assert_eq!(found.largest.as_ref().unwrap().key, "a.example");
    assert!(found.risk.is_some() && concentrated(&found).is_empty(), "{:?}", found.risk);

    let coverage = found.coverage.unwrap();
    assert_eq!(coverage.unnamed, Share::from_percent(67.0).unwrap());
    assert!((coverage.unlisted.value() - 0.67).abs() < 1e-12, "{coverage:?}");
    assert!((coverage.listed.value() - 0.33).abs() < 1e-12, "{coverage:?}");
}

#[test]
fn bytes_sent_outside_say_something_without_connections() {
    let external_out = Part::Answered(answer(DataType::BytesOut, &[entry(1, |_| 5, "")]));
    let alone = Evidence { external_out, ..Evidence::default() };
    let found = analyse(&alone, &Policy::default()).unwrap();
    assert_eq!(found.totals.bytes_out, Some(Amount::Exact(5 * HOURS as u128)));
    assert_eq!(
        (found.totals.connections, found.totals.destinations, found.risk),
        (None, None, None)
    );
    assert_eq!(analyse(&Evidence::default(), &Policy::default()), None);
}

/// As an assessment finds it, but for what else it has to go by.
#[test]
fn the_traffic_outside_has_findings_of_its_own() {
    let uploaded = |at: usize| 1_000 * office(at) + if at > HOURS - 9 { 700_000_000 } else { 0 };
    let external_out = Part::Answered(answer(DataType::BytesOut, &[entry(1, uploaded, "")]));
    let connections = |at: usize| office(at) + if at > HOURS - 9 { 9_000 } else { 0 };
    let connections = Part::Answered(answer(DataType::Connections, &[entry(1, connections, "")]));
    let evidence = Evidence { external_out, connections, ..evidence(MOSTLY_UNNAMED) };
    let as_of = AsOf { now: hour(HOURS), zone: &TimeZone::UTC };
    let (outside, _) = findings_outside(&evidence, as_of, &Policy::default(), ExclusionsAt::NONE);
    let all = assessed(&evidence).findings;
    assert_eq!(outside.len(), 1, "{outside:#?}");
    assert_eq!(outside[0].rule, Rule::ExternalUpload);
    let same = all.iter().find(|finding| finding.rule == Rule::ExternalUpload).unwrap();
    assert_eq!((&same.object, &same.message), (&outside[0].object, &outside[0].message));
}

#[test]
fn a_name_with_as_much_is_a_domain_all_the_same() {
    let found = found(&MOSTLY_UNNAMED.replace("Unknown", "b.example"));
    assert_eq!(concentrated(&found), ["b.example"]);
    assert_eq!(found.coverage.unwrap().unnamed, Share::ZERO);
}

#[test]
fn what_has_no_name_is_neither_looked_up_nor_found() {
    let uploaded = |at: usize| 1_000 * office(at) + if at > HOURS - 9 { 700_000_000 } else { 0 };
    let sent = answer(DataType::BytesOut, &[entry(1, uploaded, MOSTLY_UNNAMED)]);
    // An appliance knows something even about that name.
    let hosts = ["Unknown", "a.example"].map(|name| endpoint(name, HOURS - 30, 1));
    let evidence = Evidence {
        external_out: Part::Answered(sent),
        endpoints: known(hosts.into()),
        ..evidence(MOSTLY_UNNAMED)
    };
    let asked = asked_of_domains(&evidence).into_iter();
    let asked: Vec<(String, DataType)> = asked.map(|it| (it.domain, it.data_type)).collect();
    let about = |data_type| ("a.example".to_owned(), data_type);
    assert_eq!(asked, [about(DataType::BytesOut), about(DataType::Connections)]);
    let assessment = assessed(&evidence);
    let known = assessment.novelty.domains.iter().map(|domain| domain.name.as_str());
    assert_eq!(known.collect::<Vec<_>>(), ["a.example"]);
    let is_about = |it: &Finding, name| it.object == Object::Domain(str::to_owned(name));
    assert!(assessment.findings.iter().any(|finding| is_about(finding, "a.example")));
    assert!(assessment.findings.iter().all(|finding| !finding.message.contains("Unknown")));
}
