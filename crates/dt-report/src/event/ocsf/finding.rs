//! Detection Finding.

use dt_analysis::Level;
use dt_analysis::finding::{Confidence as Certainty, FindingId};
use serde::Serialize;

use super::endpoint::{Device, Endpoint, observables};
use super::{Activity, Classified, Event, Metadata, Millis, Severity};
use crate::contract::{DeviceView, Finding, FindingState, PartView};
use crate::event::alert::Alert;
use crate::event::technique::Technique;

const DETECTION_FINDING: (u32, &str) = (2004, "Detection Finding");

/// What this class has.
#[derive(Debug, Serialize)]
pub(in crate::event) struct Content<'a> {
    is_alert: bool,
    #[serde(flatten)]
    confidence: Confidence,
    risk_score: Option<i64>,
    device: Device<'a>,
    finding_info: FindingInfo<'a>,
    evidences: [Evidence<'a>; 1],
    unmapped: Unmapped<'a>,
}

#[derive(Debug, Serialize)]
struct Confidence {
    confidence_id: u8,
    confidence: &'static str,
}

/// The finding, the same in every event about it but for its last time.
#[derive(Debug, Serialize)]
struct FindingInfo<'a> {
    uid: FindingId,
    title: &'static str,
    desc: &'a str,
    types: [&'static str; 1],
    first_seen_time: Millis,
    last_seen_time: Millis,
    analytic: Analytic<'a>,
    attacks: Vec<Attack>,
}

#[derive(Debug, Serialize)]
struct Analytic<'a> {
    uid: &'static str,
    name: &'static str,
    version: String,
    category: &'static str,
    type_id: u8,
    #[serde(rename = "type")]
    kind: &'static str,
    algorithm: &'a str,
}

#[derive(Debug, Serialize)]
struct Attack {
    technique: Named,
    sub_technique: Option<Named>,
}

#[derive(Debug, Serialize)]
struct Named {
    uid: &'static str,
}

/// The numbers, and the other end if there is one.
#[derive(Debug, Serialize)]
struct Evidence<'a> {
    dst_endpoint: Option<Endpoint<'a>>,
    data: &'a Finding,
}

/// What OCSF has no attributes for, and what did not have their form.
#[derive(Debug, Serialize)]
struct Unmapped<'a> {
    state: &'static str,
    device: &'a DeviceView,
    dst_port: Option<u16>,
    /// The parts of the evidence that were refused, each with the reason.
    refused: &'a [&'a PartView],
}

/// A finding.
pub(in crate::event) fn finding<'a>(alert: &'a Alert<'a>) -> Event<'a, Content<'a>> {
    let Alert { sender, near, far, finding, techniques, .. } = alert;
    let (first, last) = (Millis(finding.first_time), Millis(finding.last_time));
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
        content: Content {
            is_alert: finding.state != FindingState::Ended,
            confidence: confidence(finding.confidence),
            #[expect(clippy::cast_possible_truncation, reason = "whole percent")]
            risk_score: alert.risk_score().map(|score| score as i64),
            device: Device::new(near),
            finding_info: FindingInfo {
                uid: finding.id,
                title: finding.rule.name,
                desc: &finding.message,
                types: [finding.rule.id.family().as_str()],
                first_seen_time: first,
                last_seen_time: last,
                analytic: Analytic {
                    uid: finding.rule.id.id(),
                    name: finding.rule.name,
                    version: finding.rule.version.to_string(),
                    category: finding.rule.id.family().as_str(),
                    type_id: 1,
                    kind: "Rule",
                    algorithm: &finding.method,
                },
                attacks: techniques.iter().copied().map(Attack::from).collect(),
            },
            evidences: [Evidence {
                dst_endpoint: far.as_ref().and_then(Endpoint::far),
                data: finding,
            }],
            unmapped: Unmapped {
                state: finding.state.as_str(),
                device: near.view,
                dst_port: far.as_ref().and_then(|far| far.port),
                refused: &alert.refused,
            },
        },
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

const fn confidence(certainty: Certainty) -> Confidence {
    match certainty {
        Certainty::Low => Confidence { confidence_id: 1, confidence: "Low" },
        Certainty::Medium => Confidence { confidence_id: 2, confidence: "Medium" },
        Certainty::High => Confidence { confidence_id: 3, confidence: "High" },
    }
}

impl From<Technique> for Attack {
    fn from(technique: Technique) -> Self {
        Self {
            technique: Named { uid: technique.id },
            sub_technique: technique.subtechnique.map(|uid| Named { uid }),
        }
    }
}
