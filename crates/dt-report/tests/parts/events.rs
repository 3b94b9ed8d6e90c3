//! What events say of it.

use super::*;

/// Nothing is said of what is not known: neither a country nor bytes.
#[test]
fn traffic_events_claim_nothing_about_parts_that_were_refused() {
    let evidence = Evidence { external_out: Part::Refused(refusal()), ..without_hosts() };
    let document = external(&evidence);
    let sender = EventContext { now: now(), appliance: None, pages: None };
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
    let sender = EventContext { now: now(), appliance: None, pages: None };
    for standard in [Standard::Ecs, Standard::Ocsf, Standard::Hec] {
        let lines = standard.lines(&document, Subject::Findings, sender);
        assert!(lines.contains(&doubt), "{lines}");
    }
}

/// A SIEM sees that something was said without a part of the evidence, in a place of its own.
#[test]
fn events_tell_which_parts_were_refused() {
    let sender = EventContext { now: now(), appliance: None, pages: None };
    let place = |standard| match standard {
        Standard::Ecs => "/darktrace/refused",
        Standard::Ocsf => "/unmapped/refused",
        Standard::Hec => "/event/refused",
    };
    let refused = Evidence { bytes_in: Part::Refused(refusal()), ..without_hosts() };
    let told = |part| json!({"part": part, "state": "refused", "reason": REASON});
    let Document::Report(answer) = report(&refused) else { unreachable!() };
    let findings = answer.body.judged.findings.clone().unwrap();
    let update = |finding: contract::Finding| FindingUpdate {
        event_id: finding.event_id(),
        revision: 1,
        finding,
    };
    let updates = findings.into_iter().map(update).collect();
    let watched =
        Document::Watch(Box::new(contract::Answer::watch(*answer, updates, Untold::default())));
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
