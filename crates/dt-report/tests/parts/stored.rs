//! What snapshots, differences and evidence for an auditor say of it.

use super::*;

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
    let policy = Policy::default();
    let perspective = ReportOptions::new(&policy, viewpoint);
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
    assert!(on_screen.contains(&format!("Not in the new snapshot: external ({REASON})")));
    assert_eq!(line(&on_screen, "domains"), "refused  in the new snapshot");
    assert!(on_screen.contains("what it is based on was refused to the new snapshot"));
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
    let examined = AssessedDevice::new(*answer, Vec::new(), None);
    let (policy, zone) = (Policy::default(), &TimeZone::UTC);
    let bundle = contract::Evidence::new(
        Custody::default(),
        AuditScope::default(),
        vec![examined],
        Vec::new(),
        ReportOptions::new(&policy, AsOf { now: now(), zone }),
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
    let parts = ["sizein: not asked".to_owned(), format!("endpoints: {REASON}")];
    assert!(csv::rows(&document).contains(&parts.join("; ")));
    for page in pages(document) {
        assert!(page.contains(&parts.join(", ")), "{page}");
    }
}
