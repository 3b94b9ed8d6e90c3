use dt_analysis::Policy;
use dt_analysis::external::{External, analyse};
use dt_analysis::risk::FactorKind;
use dt_model::{DataType, Evidence, Part, Share};

use crate::answers::{answer, assessed, entry, office};

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
fn a_name_with_as_much_is_a_domain_all_the_same() {
    let found = found(&MOSTLY_UNNAMED.replace("Unknown", "b.example"));
    assert_eq!(concentrated(&found), ["b.example"]);
    assert_eq!(found.coverage.unwrap().unnamed, Share::ZERO);
}

#[test]
fn what_has_no_name_is_neither_looked_up_nor_found() {
    let assessment = assessed(&evidence(MOSTLY_UNNAMED));
    let asked = assessment.questions.iter().map(|question| question.domain.as_str());
    assert!(
        asked
            .chain(assessment.novelty.domains.iter().map(|it| it.name.as_str()))
            .all(|name| name == "a.example")
    );
    assert!(assessment.findings.iter().all(|finding| !finding.message.contains("Unknown")));
}
