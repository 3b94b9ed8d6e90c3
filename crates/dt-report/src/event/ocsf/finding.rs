//! Detection Finding.

use dt_analysis::Level;
use dt_analysis::finding::Confidence;
use serde_json::json;

use super::endpoint::{device, observables, remote};
use super::{Activity, Classified, Event, Metadata, Millis, Severity};
use crate::contract::FindingState;
use crate::event::alert::Alert;

const DETECTION_FINDING: (u32, &str) = (2004, "Detection Finding");

/// A finding. What OCSF has no attributes for, and what did not have their form, is in `unmapped`.
pub(in crate::event) fn finding<'a>(alert: &'a Alert<'a>) -> Event<'a> {
    let Alert { sender, near, far, finding, techniques, .. } = alert;
    let (first, last) = (Millis(finding.first_time), Millis(finding.last_time));
    let (confidence_id, confidence) = confidence(finding.confidence);
    let attacks = techniques.iter().map(
        |it| json!({ "technique": { "uid": it.id }, "sub_technique": { "uid": it.subtechnique } }),
    );
    #[expect(clippy::cast_possible_truncation, reason = "whole percent")]
    let risk_score = alert.risk_score().map(|score| score as i64);
    let metadata = Metadata::new(*sender, Some(alert.id()));
    Event {
        time: Millis(sender.now),
        class: Classified::new(DETECTION_FINDING, "Findings", activity(finding.state)),
        severity: severity(finding.severity),
        metadata: Metadata { correlation_uid: Some(finding.id), ..metadata },
        message: Some(finding.message.clone()),
        start_time: Some(first),
        end_time: Some(last),
        observables: observables(
            near,
            ["device.hostname", "device.ip"],
            far.as_ref(),
            ["evidences.dst_endpoint.hostname", "evidences.dst_endpoint.ip"],
        ),
        content: json!({
            "is_alert": finding.state != FindingState::Ended,
            "confidence_id": confidence_id,
            "confidence": confidence,
            "risk_score": risk_score,
            "device": device(near, None),
            // The same in every event about it but for its last time.
            "finding_info": {
                "uid": finding.id,
                "title": finding.rule.name,
                "desc": finding.message,
                "types": [finding.rule.id.family().as_str()],
                "first_seen_time": first,
                "last_seen_time": last,
                "analytic": {
                    "uid": finding.rule.id.id(),
                    "name": finding.rule.name,
                    "version": finding.rule.version.to_string(),
                    "category": finding.rule.id.family().as_str(),
                    "type_id": 1,
                    "type": "Rule",
                    "algorithm": finding.method,
                },
                "attacks": attacks.collect::<Vec<_>>(),
            },
            // The numbers, and the other end if there is one.
            "evidences": [{ "dst_endpoint": far.as_ref().and_then(remote), "data": finding }],
            "unmapped": {
                "state": finding.state.as_str(),
                "device": near.view,
                "dst_port": far.as_ref().and_then(|far| far.port),
                "refused": alert.refused,
            },
        }),
    }
}

const fn activity(state: FindingState) -> Activity {
    match state {
        FindingState::New => Activity { id: 1, name: "Create" },
        FindingState::Updated => Activity { id: 2, name: "Update" },
        FindingState::Ended => Activity { id: 3, name: "Close" },
    }
}

const fn severity(level: Level) -> Severity {
    match level {
        Level::Minimal => Severity::INFORMATIONAL,
        Level::Low => Severity::LOW,
        Level::Medium => Severity::MEDIUM,
        Level::High => Severity::HIGH,
    }
}

const fn confidence(confidence: Confidence) -> (u8, &'static str) {
    match confidence {
        Confidence::Low => (1, "Low"),
        Confidence::Medium => (2, "Medium"),
        Confidence::High => (3, "High"),
    }
}
