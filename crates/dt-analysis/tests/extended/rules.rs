//! What others rely on about rules.

use std::collections::BTreeSet;

use dt_analysis::finding::Rule;

#[test]
fn ids_and_versions_of_rules_are_those_that_others_know() {
    let known = [
        ("dt-external-upload", 3),
        ("dt-upload", 3),
        ("dt-internal-upload", 3),
        ("dt-download", 2),
        ("dt-connection-rise", 3),
        ("dt-raised-floor", 1),
        ("dt-connection-drop", 1),
        ("dt-traffic-drop", 1),
        ("dt-new-port", 1),
        ("dt-new-domain", 1),
        ("dt-new-peers", 2),
        ("dt-regular-caller", 1),
        ("dt-generated-domain", 1),
        ("dt-change-from-peers", 1),
        ("dt-mix-from-peers", 2),
    ];
    let rules: Vec<(&str, u32)> =
        Rule::ALL.iter().map(|rule| (rule.id(), rule.version())).collect();
    assert_eq!(rules, known);
}

#[test]
fn a_rule_requires_evidence_and_is_told_from_others_by_its_name() {
    let names: BTreeSet<&str> = Rule::ALL.iter().map(|rule| rule.name()).collect();
    assert_eq!(names.len(), Rule::ALL.len());
    for rule in Rule::ALL {
        assert!(!rule.required_evidence().is_empty(), "{rule:?}");
        let both =
            rule.supporting_evidence().iter().find(|it| rule.required_evidence().contains(it));
        assert_eq!(both, None, "{rule:?}");
    }
}
