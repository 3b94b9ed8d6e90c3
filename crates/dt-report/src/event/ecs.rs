//! The Elastic Common Schema. What is `null` here is not in the event.

use dt_analysis::Level;
use dt_analysis::finding::{Direction, Technique};
use serde_json::{Value, json};

use super::EventContext;
use super::address::with_hyphens;
use super::alert::Alert;
use super::end::{RemoteEndpoint, SourceDevice};
use super::traffic::Traffic;
use crate::contract::PrioritySummary;

/// The datasets of findings and of traffic.
const FINDING: &str = "darktrace.finding";
const TRAFFIC: &str = "darktrace.traffic";

/// The version whose fields these are.
const VERSION: &str = "9.4.0";

/// How long a keyword can be and still be found: `ignore_above` of the fields, in UTF-16 units.
const LONGEST_KEYWORD: usize = 1024;

/// An event whose texts can all be found, but for its message, which is searched word by word.
fn searchable(mut event: Value) -> Value {
    for (_, field) in
        event.as_object_mut().into_iter().flatten().filter(|(key, _)| *key != "message")
    {
        shorten(field);
    }
    event
}

/// Cuts long texts, wherever they stand.
fn shorten(value: &mut Value) {
    match value {
        Value::String(text) if text.encode_utf16().count() > LONGEST_KEYWORD => {
            let mut room = LONGEST_KEYWORD - '…'.len_utf16();
            let fits = |c: &char| room.checked_sub(c.len_utf16()).map(|left| room = left).is_some();
            *text = text.chars().take_while(fits).chain(['…']).collect();
        }
        Value::Array(values) => values.iter_mut().for_each(shorten),
        Value::Object(fields) => fields.values_mut().for_each(shorten),
        _ => {}
    }
}

/// A finding. What ECS has no fields for, and what did not have their form, is in `darktrace`.
pub(super) fn alert(alert: &Alert<'_>) -> Value {
    let Alert { sender, near, far, finding, techniques, .. } = alert;
    let risk_score = alert.risk_score();
    searchable(json!({
        "@timestamp": sender.now,
        "message": finding.message,
        "ecs": { "version": VERSION },
        "event": {
            "id": alert.id(),
            "kind": if alert.is_alert() { "alert" } else { "event" },
            "category": ["intrusion_detection", "network"],
            "type": ["info"],
            "module": "darktrace",
            "dataset": FINDING,
            "provider": "dt",
            "start": finding.first_time,
            "end": finding.last_time,
            "url": sender.device_page(near.view),
            "severity": severity(alert),
            "risk_score": risk_score,
            "risk_score_norm": risk_score,
        },
        "data_stream": data_stream(FINDING),
        "host": host(near),
        "destination": far.as_ref().map(|far| destination(far, None)),
        "network": { "direction": alert.direction.map(Direction::as_str) },
        "observer": observer(*sender),
        "rule": {
            "id": finding.rule.id.id(),
            "name": finding.rule.name,
            "version": finding.rule.version.to_string(),
            "category": finding.rule.id.family().as_str(),
            "ruleset": "dt",
        },
        "threat": (!techniques.is_empty()).then(|| threat(techniques)),
        "related": related(near, far.as_ref()),
        "darktrace": {
            "device": near.view,
            "finding": finding,
            "breaches": alert.breaches(),
            "priority": alert.priority.map(PrioritySummary::from),
            "refused": alert.refused,
        },
    }))
}

/// What went to one destination.
pub(super) fn traffic(traffic: &Traffic<'_>) -> Value {
    let Traffic { sender, near, far, counts, .. } = traffic;
    // Bytes came from somewhere, even if nobody tells from where.
    let nowhere = RemoteEndpoint::default();
    searchable(json!({
        "@timestamp": sender.now,
        "message": traffic.message(),
        "ecs": { "version": VERSION },
        "event": {
            "id": traffic.id(),
            "kind": "event",
            "category": ["network"],
            "type": ["connection"],
            "module": "darktrace",
            "dataset": TRAFFIC,
            "provider": "dt",
            "url": sender.device_page(near.view),
            "start": traffic.start,
            "end": traffic.end,
        },
        "data_stream": data_stream(TRAFFIC),
        "host": host(near),
        "source": {
            "ip": near.ip,
            "mac": near.mac.map(with_hyphens),
            "bytes": counts.bytes_out(),
        },
        "destination": destination(far.as_ref().unwrap_or(&nowhere), counts.bytes_in()),
        "network": { "direction": Direction::Outbound.as_str(), "bytes": counts.bytes() },
        "observer": observer(*sender),
        "related": related(near, far.as_ref()),
        "darktrace": { "device": near.view, "traffic": counts, "refused": traffic.refused },
    }))
}

/// As the rules of Elastic map severities: low, medium, high and critical.
fn severity(alert: &Alert<'_>) -> u8 {
    match alert.finding.severity {
        Level::Minimal => 0,
        Level::Low => 21,
        Level::Medium => 47,
        Level::High if alert.is_critical() => 99,
        Level::High => 73,
    }
}

/// Where Elasticsearch keeps it: in the data stream `logs-darktrace.finding-default`, for one.
fn data_stream(dataset: &str) -> Value {
    json!({ "type": "logs", "dataset": dataset, "namespace": "default" })
}

fn host(near: &SourceDevice<'_>) -> Value {
    json!({
        "id": near.view.did.map(|did| did.to_string()),
        "name": near.name,
        "hostname": near.view.hostname,
        "ip": near.ip.map(|ip| [ip]),
        "mac": near.mac.map(|mac| [with_hyphens(mac)]),
        "type": near.kind,
        "os": { "full": near.system },
    })
}

fn destination(far: &RemoteEndpoint<'_>, bytes: Option<u64>) -> Value {
    json!({
        "domain": far.domain,
        "registered_domain": far.registered_domain,
        "ip": far.ip,
        "port": far.port,
        "bytes": bytes,
        "as": {
            "number": far.network.map(|network| network.number),
            "organization": { "name": far.network.and_then(|network| network.name) },
        },
        "geo": { "country_name": far.country, "country_iso_code": far.country_code() },
    })
}

fn observer(sender: EventContext<'_>) -> Value {
    // One of several behind a host is named with its path.
    let host = |name: &'_ str| name.split('/').next().map(str::to_owned);
    json!({
        "vendor": "Darktrace",
        "type": "sensor",
        "hostname": sender.appliance.and_then(host),
    })
}

fn threat(techniques: &[Technique]) -> Value {
    let subtechniques = techniques.iter().filter_map(|it| it.subtechnique());
    json!({
        "framework": "MITRE ATT&CK",
        "technique": {
            "id": techniques.iter().map(|it| it.parent()).collect::<Vec<_>>(),
            "subtechnique": { "id": subtechniques.collect::<Vec<_>>() },
        },
    })
}

fn related(near: &SourceDevice<'_>, far: Option<&RemoteEndpoint<'_>>) -> Value {
    let ips = near.ip.into_iter().chain(far.and_then(|far| far.ip));
    let hosts = near.view.hostname.as_deref().into_iter().chain(far.and_then(|far| far.domain));
    json!({ "ip": ips.collect::<Vec<_>>(), "hosts": hosts.collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_keywords_are_cut_to_what_can_be_found_and_the_message_is_whole() {
        let text = "a".repeat(2000);
        let astral = "\u{1f469}".repeat(1024);
        let event = searchable(json!({
            "message": text,
            "host": { "name": text, "id": "a".repeat(1024) },
            "related": { "hosts": [astral] },
        }));
        assert_eq!(event["message"], text);
        assert_eq!(event["host"]["id"], "a".repeat(1024));
        for cut in [&event["host"]["name"], &event["related"]["hosts"][0]] {
            let cut = cut.as_str().unwrap();
            let units = cut.encode_utf16().count();
            assert!(cut.ends_with('…') && (1023..=1024).contains(&units), "{units}");
        }
    }
}
