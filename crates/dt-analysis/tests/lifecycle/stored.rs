//! What is stored of findings, and by which names.

use super::*;

#[test]
fn findings_read_back_as_they_were_stored() {
    for record in FINDINGS.iter().cloned().map(record) {
        let text = serde_json::to_string(&record).unwrap();
        assert_eq!(serde_json::from_str::<FindingRecord>(&text).unwrap(), record);
        let unknown = text.replace(record.finding.rule.id(), "dt-from-the-future");
        let error = serde_json::from_str::<FindingRecord>(&unknown).unwrap_err().to_string();
        assert!(error.contains("dt-from-the-future"), "{error}");
    }
}

/// Later versions read what this one stores by these names.
#[test]
fn what_is_stored_is_named_as_in_the_output_contract() {
    let rules = Rule::ALL.iter().map(|it| (json!(it), it.id()));
    let techniques = Technique::ALL.into_iter().map(|it| (json!(it), it.id()));
    let units = Unit::ALL.into_iter().map(|it| (json!(it), it.as_str()));
    let levels = Level::ALL.into_iter().map(|it| (json!(it), it.as_str()));
    let confidences = Confidence::ALL.into_iter().map(|it| (json!(it), it.as_str()));
    let names = rules.chain(techniques).chain(units).chain(levels).chain(confidences);
    for (stored, name) in names {
        assert_eq!(stored, json!(name));
    }
    let hours = Object::Hours { start: at(20, 2), end: at(20, 5) };
    let stored = json!({"type": "hours", "key": "2026-11-20T02:00:00Z/2026-11-20T05:00:00Z"});
    assert_eq!(serde_json::to_value(hours).unwrap(), stored);
    let none = json!({"type": "hours", "key": "always"});
    assert!(serde_json::from_value::<Object>(none).is_err());
}

#[test]
fn a_finding_is_found_by_the_beginning_of_its_id() {
    let findings = [domain("a", at(20, 1)), domain("b", at(20, 2))];
    let find = |text: &str| text.parse::<FindingIdPrefix>().unwrap().find(&findings).cloned();
    let whole = findings[1].id.to_string();
    assert_eq!(find(&whole.to_uppercase()).unwrap(), findings[1]);
    let several = find("000000").unwrap_err();
    assert!(several.to_string().starts_with("several findings"), "{several}");
    let none = find("ffffff").unwrap_err();
    assert_eq!(
        (none.to_string().as_str(), none.details().len()),
        ("the device has no finding ffffff", 2)
    );
}
