//! Splunk's HTTP Event Collector. Findings have the fields of the Alerts data model of the Common
//! Information Model, and traffic those of Network Traffic that are known: its transport is not, because
//! nobody reports it. What is `null` here is not in the event.

use dt_analysis::Level;
use dt_model::Port;
use serde_json::{Value, json};

use super::alert::Alert;
use super::end::RemoteEndpoint;
use super::traffic::Traffic;
use super::{EventContext, with};

/// A finding, in the fields of the Alerts data model and in its own.
pub(super) fn alert(alert: &Alert<'_>) -> Value {
    let Alert { sender, near, far, finding, techniques, .. } = alert;
    let techniques = techniques.iter().map(|it| it.id());
    let event = json!({
        "app": "dt",
        "type": if alert.is_alert() { "alert" } else { "event" },
        "id": alert.id(),
        // The same under the name that searches drop repeats by.
        "event_id": alert.id(),
        "signature": finding.rule.name,
        "signature_id": finding.rule.id.id(),
        "severity": finding.severity,
        "severity_id": match finding.severity {
            Level::High => "3",
            Level::Medium => "2",
            Level::Low | Level::Minimal => "1",
        },
        "subject": finding.rule.name,
        "description": finding.message,
        "src": near.name,
        "src_type": near.kind,
        "user": near.user,
        "dest": far.as_ref().and_then(name),
        "mitre_technique_id": techniques.collect::<Vec<_>>(),
        "risk_score": alert.risk_score(),
        "url": sender.device_page(near.view),
        "breaches": alert.breaches(),
        "finding": finding,
        "device": near.view,
        "refused": alert.refused,
    });
    envelope(*sender, "dt:finding", &event)
}

/// What went to one destination.
pub(super) fn traffic(traffic: &Traffic<'_>) -> Value {
    let Traffic { sender, near, far, start, end, counts, .. } = traffic;
    let port = far.as_ref().and_then(|far| far.port);
    let event = json!({
        "id": traffic.id(),
        "event_id": traffic.id(),
        "start_time": start,
        "end_time": end,
        // What is seen went through.
        "action": "allowed",
        // The service that the port is known for.
        "app": port.and_then(|port| Port::Number(port).service()),
        "dvc": sender.appliance,
        "vendor_product": "Darktrace",
        "user": near.user,
        "src": near.name,
        "src_ip": near.ip,
        "dest": far.as_ref().and_then(name),
        "dest_port": port,
        "dest_country": far.as_ref().and_then(|far| far.country),
        "direction": "outbound",
        "bytes": counts.bytes(),
    });
    let url = sender.device_page(near.view);
    let rest = json!({ "url": url, "device": near.view, "refused": traffic.refused });
    envelope(*sender, "dt:traffic", &with(with(event, json!(counts)), rest))
}

/// What the collector wants around an event.
fn envelope(sender: EventContext<'_>, sourcetype: &str, event: &Value) -> Value {
    json!({
        // Seconds of the epoch, with the milliseconds that Splunk reads.
        "time": sender.now.as_millisecond() as f64 / 1000.0,
        // Splunk has a name of its own for those who do not say one.
        "host": sender.appliance,
        "source": "dt",
        "sourcetype": sourcetype,
        "event": event,
    })
}

/// The first name that is known of the other end.
fn name(far: &RemoteEndpoint<'_>) -> Option<String> {
    far.domain.map(str::to_owned).or_else(|| far.ip.map(|ip| ip.to_string()))
}
