//! Detection Finding.

use dt_analysis::Level;
use dt_analysis::finding::Confidence;
use serde_json::{Value, json};

use super::endpoint::{device, observables, remote, resource};
use super::{Base, INFORMATIONAL, Numbered, millis};
use crate::contract::{Finding, FindingState, RelatedBreach};
use crate::event::alert::Alert;

const DETECTION_FINDING: Numbered = (2004, "Detection Finding");

/// A finding. What OCSF has no attributes for, and what did not have their form, is in `unmapped`.
pub(in crate::event) fn finding(alert: &Alert<'_>) -> Value {
    let Alert { sender, near, far, finding, techniques, .. } = alert;
    let (confidence_id, confidence) = confidence(finding.confidence);
    let breaches: Vec<Value> = finding.breaches.iter().map(breach).collect();
    let attacks = techniques.iter().map(
        |it| json!({ "technique": { "uid": it.parent() }, "sub_technique": { "uid": it.subtechnique() } }),
    );
    #[expect(clippy::cast_possible_truncation, reason = "whole percent")]
    let risk_score = alert.risk_score().map(|score| score as i64);
    let base = Base {
        context: *sender,
        class: DETECTION_FINDING,
        category: "Findings",
        activity: activity(finding.state),
        severity: severity(finding.severity),
        uid: Some(alert.id()),
        correlation_uid: Some(finding.id),
        message: Some(finding.message.clone()),
        start: Some(finding.first_time),
        end: Some(finding.last_time),
        observables: observables(
            near,
            ["device.hostname", "device.ip"],
            far.as_ref(),
            ["evidences.dst_endpoint.hostname", "evidences.dst_endpoint.ip"],
        ),
    };
    base.with(json!({
        "is_alert": alert.is_alert(),
        "confidence_id": confidence_id,
        "confidence": confidence,
        "risk_score": risk_score,
        "device": device(near, None),
        "resources": [resource(near)],
        "anomaly_analyses": anomaly_analysis(finding, &near.name).map(|it| [it]),
        // The same in every event about it but for its last time.
        "finding_info": {
            "uid": finding.id,
            "src_url": sender.device_page(near.view),
            "title": finding.rule.name,
            "desc": finding.message,
            "types": [finding.rule.id.family().as_str()],
            "first_seen_time": millis(finding.first_time),
            "last_seen_time": millis(finding.last_time),
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
            "related_events_count": (!breaches.is_empty()).then_some(breaches.len()),
            "related_events": breaches,
        },
        // The numbers, and the other end if there is one.
        "evidences": [{ "dst_endpoint": far.as_ref().and_then(remote), "data": finding }],
        "unmapped": {
            "state": finding.state.as_str(),
            "device": near.view,
            "dst_port": far.as_ref().and_then(|far| far.port),
            "breaches": alert.breaches(),
            "refused": alert.refused,
        },
    }))
}

/// A model that the appliance breached within the finding.
fn breach(breach: &RelatedBreach) -> Value {
    json!({
        "uid": breach.pbid.to_string(),
        "title": breach.model,
        "type": "Darktrace model breach",
        "product": { "name": "Darktrace", "vendor_name": "Darktrace" },
        "first_seen_time": millis(breach.time),
        "last_seen_time": millis(breach.time),
    })
}

/// What was counted, beside what is usual; `None` if nothing was counted.
fn anomaly_analysis(finding: &Finding, device: &str) -> Option<Value> {
    let observed = finding.observed?;
    let usual = [("expected", finding.expected), ("low", finding.low), ("high", finding.high)];
    let baselines = usual.into_iter().filter_map(|(name, value)| {
        Some(json!({
            "observation_parameter": finding.unit.as_str(),
            "observation_type": name,
            "observations": [{ "value": value?.to_string() }],
        }))
    });
    Some(json!({
        "analysis_targets": [{ "name": device, "type": "Device" }],
        "anomalies": [{
            "observation_parameter": finding.unit.as_str(),
            "observation_type": "observed",
            "observations": [{
                "value": observed.to_string(),
                "timespan": {
                    "type_id": 9,
                    "type": "Time Interval",
                    "start_time": millis(finding.first_time),
                    "end_time": millis(finding.last_time),
                },
            }],
        }],
        "baselines": baselines.collect::<Vec<_>>(),
    }))
}

const fn activity(state: FindingState) -> Numbered {
    match state {
        FindingState::New => (1, "Create"),
        FindingState::Updated => (2, "Update"),
        FindingState::Ended => (3, "Close"),
    }
}

const fn severity(level: Level) -> Numbered {
    match level {
        Level::Minimal => INFORMATIONAL,
        Level::Low => (2, "Low"),
        Level::Medium => (3, "Medium"),
        Level::High => (4, "High"),
    }
}

const fn confidence(confidence: Confidence) -> Numbered {
    match confidence {
        Confidence::Low => (1, "Low"),
        Confidence::Medium => (2, "Medium"),
        Confidence::High => (3, "High"),
    }
}
