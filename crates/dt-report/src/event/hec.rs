//! Splunk's HTTP Event Collector. Findings have the fields of the Alerts data model of the Common
//! Information Model; traffic claims no data model, because nobody reports its transport.

use dt_analysis::Level;
use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::alert::Alert;
use super::end::RemoteEndpoint;
use super::traffic::{Counts, Traffic};
use crate::contract::{DeviceView, Finding, PartView};

/// What the collector wants around an event.
#[derive(Debug, Serialize)]
pub(super) struct Envelope<'a, E> {
    #[serde(serialize_with = "seconds")]
    time: Timestamp,
    /// The appliance; Splunk has a name of its own for those who do not say one.
    host: Option<&'a str>,
    source: &'static str,
    sourcetype: &'static str,
    event: E,
}

/// A finding, in the fields of the Alerts data model and in its own.
#[derive(Debug, Serialize)]
pub(super) struct AlertEvent<'a> {
    app: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    /// The same under the name that searches drop repeats by.
    event_id: String,
    signature: &'static str,
    signature_id: &'static str,
    severity: &'static str,
    severity_id: &'static str,
    subject: &'static str,
    description: &'a str,
    src: String,
    src_type: Option<&'a str>,
    dest: Option<String>,
    mitre_technique_id: Vec<&'static str>,
    risk_score: Option<f64>,
    finding: &'a Finding,
    device: &'a DeviceView,
    /// The parts of the evidence that were refused, each with the reason.
    refused: &'a [&'a PartView],
}

/// What went to one destination.
#[derive(Debug, Serialize)]
pub(super) struct TrafficEvent<'a> {
    id: String,
    event_id: String,
    start_time: Option<Timestamp>,
    end_time: Option<Timestamp>,
    src: String,
    dest: Option<String>,
    dest_port: Option<u16>,
    dest_country: Option<&'a str>,
    direction: &'static str,
    bytes: Option<u64>,
    #[serde(flatten)]
    counts: Counts,
    device: &'a DeviceView,
    /// The parts of the evidence that were refused, each with the reason.
    refused: &'a [&'a PartView],
}

/// A finding.
pub(super) fn alert<'a>(alert: &'a Alert<'a>) -> Envelope<'a, AlertEvent<'a>> {
    let Alert { sender, near, far, finding, techniques, .. } = alert;
    Envelope {
        time: sender.now,
        host: sender.appliance,
        source: "dt",
        sourcetype: "dt:finding",
        event: AlertEvent {
            app: "dt",
            kind: "alert",
            id: alert.id(),
            event_id: alert.id(),
            signature: finding.rule.name,
            signature_id: finding.rule.id.id(),
            severity: finding.severity.as_str(),
            severity_id: match finding.severity {
                Level::High => "3",
                Level::Medium => "2",
                Level::Low | Level::Minimal => "1",
            },
            subject: finding.rule.name,
            description: &finding.message,
            src: near.name.clone(),
            src_type: near.view.kind.as_deref(),
            dest: far.as_ref().and_then(name),
            mitre_technique_id: techniques
                .iter()
                .map(|technique| technique.subtechnique.unwrap_or(technique.id))
                .collect(),
            risk_score: alert.risk_score(),
            finding,
            device: near.view,
            refused: &alert.refused,
        },
    }
}

/// What went to one destination.
pub(super) fn traffic<'a>(traffic: &'a Traffic<'a>) -> Envelope<'a, TrafficEvent<'a>> {
    let Traffic { sender, near, far, start, end, counts, .. } = traffic;
    Envelope {
        time: sender.now,
        host: sender.appliance,
        source: "dt",
        sourcetype: "dt:traffic",
        event: TrafficEvent {
            id: traffic.id(),
            event_id: traffic.id(),
            start_time: *start,
            end_time: *end,
            src: near.name.clone(),
            dest: far.as_ref().and_then(name),
            dest_port: far.as_ref().and_then(|far| far.port),
            dest_country: far.as_ref().and_then(|far| far.country),
            direction: "outbound",
            bytes: counts.bytes(),
            counts: *counts,
            device: near.view,
            refused: &traffic.refused,
        },
    }
}

/// The first name that is known of the other end.
fn name(far: &RemoteEndpoint<'_>) -> Option<String> {
    far.domain.map(str::to_owned).or_else(|| far.ip.map(|ip| ip.to_string()))
}

/// Seconds of the epoch, with the milliseconds that Splunk reads.
fn seconds<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(time.as_millisecond() as f64 / 1000.0)
}
