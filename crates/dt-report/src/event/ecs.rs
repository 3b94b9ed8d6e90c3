//! The Elastic Common Schema.

use std::net::IpAddr;

use dt_analysis::Level;
use jiff::Timestamp;
use serde::Serialize;

use super::EventContext;
use super::address::MacWith;
use super::alert::Alert;
use super::end::{RemoteEndpoint, SourceDevice};
use super::traffic::{Counts, Traffic};
use crate::contract::{DeviceView, Finding, PartView, PrioritySummary};

/// The version whose fields these are.
const VERSION: &str = "9.4.0";

/// An event; which fields it has depends on what it is.
#[derive(Debug, Serialize)]
pub(super) struct Fields<'a> {
    #[serde(rename = "@timestamp")]
    timestamp: Timestamp,
    message: String,
    ecs: Version,
    event: Core,
    host: Host<'a>,
    source: Option<Source>,
    destination: Option<Destination<'a>>,
    network: Option<Network>,
    observer: Observer<'a>,
    rule: Option<Rule>,
    threat: Option<Threat>,
    related: Related<'a>,
    darktrace: Extension<'a>,
}

#[derive(Debug, Serialize)]
struct Version {
    version: &'static str,
}

#[derive(Debug, Serialize)]
struct Core {
    id: String,
    kind: &'static str,
    category: &'static [&'static str],
    #[serde(rename = "type")]
    types: &'static [&'static str],
    module: &'static str,
    dataset: &'static str,
    provider: &'static str,
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    severity: Option<u8>,
    risk_score: Option<f64>,
    risk_score_norm: Option<f64>,
}

#[derive(Debug, Serialize)]
struct Host<'a> {
    id: Option<String>,
    name: String,
    hostname: Option<&'a str>,
    ip: Option<[IpAddr; 1]>,
    mac: Option<[MacWith<'-'>; 1]>,
    #[serde(rename = "type")]
    kind: Option<&'a str>,
    os: Option<Os<'a>>,
}

#[derive(Debug, Serialize)]
struct Os<'a> {
    full: &'a str,
}

#[derive(Debug, Serialize)]
struct Source {
    ip: Option<IpAddr>,
    mac: Option<MacWith<'-'>>,
    bytes: Option<u64>,
}

#[derive(Debug, Serialize)]
struct Destination<'a> {
    domain: Option<&'a str>,
    registered_domain: Option<String>,
    ip: Option<IpAddr>,
    port: Option<u16>,
    bytes: Option<u64>,
    #[serde(rename = "as")]
    network: Option<AutonomousSystem<'a>>,
    geo: Option<Geo<'a>>,
}

#[derive(Debug, Serialize)]
struct AutonomousSystem<'a> {
    number: u32,
    organization: Option<Organization<'a>>,
}

#[derive(Debug, Serialize)]
struct Organization<'a> {
    name: &'a str,
}

#[derive(Debug, Serialize)]
struct Geo<'a> {
    country_name: &'a str,
    country_iso_code: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct Network {
    direction: &'static str,
    bytes: Option<u64>,
}

#[derive(Debug, Serialize)]
struct Observer<'a> {
    vendor: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    hostname: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Rule {
    id: &'static str,
    name: &'static str,
    version: String,
    category: &'static str,
    ruleset: &'static str,
}

#[derive(Debug, Serialize)]
struct Threat {
    framework: &'static str,
    technique: Technique,
}

#[derive(Debug, Serialize)]
struct Technique {
    id: Vec<&'static str>,
    subtechnique: Subtechnique,
}

#[derive(Debug, Serialize)]
struct Subtechnique {
    id: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
struct Related<'a> {
    ip: Vec<IpAddr>,
    hosts: Vec<&'a str>,
}

/// What ECS has no fields for, and what did not have their form.
#[derive(Debug, Serialize)]
struct Extension<'a> {
    device: &'a DeviceView,
    finding: Option<&'a Finding>,
    priority: Option<PrioritySummary>,
    traffic: Option<Counts>,
    /// The parts of the evidence that were refused, each with the reason.
    refused: &'a [&'a PartView],
}

/// A finding.
pub(super) fn alert<'a>(alert: &'a Alert<'a>) -> Fields<'a> {
    let Alert { sender, near, far, finding, priority, direction, techniques, .. } = alert;
    let risk_score = alert.risk_score();
    Fields {
        timestamp: sender.now,
        message: finding.message.clone(),
        ecs: Version { version: VERSION },
        event: Core {
            id: alert.id(),
            kind: "alert",
            category: &["intrusion_detection", "network"],
            types: &["info"],
            module: "darktrace",
            dataset: "darktrace.finding",
            provider: "dt",
            start: Some(finding.first_time),
            end: Some(finding.last_time),
            severity: Some(severity(finding.severity)),
            risk_score,
            risk_score_norm: risk_score,
        },
        host: Host::new(near),
        source: None,
        destination: far.as_ref().map(|far| Destination::new(far, None)),
        network: direction.map(|direction| Network { direction: direction.name(), bytes: None }),
        observer: Observer::new(*sender),
        rule: Some(Rule {
            id: finding.rule.id.id(),
            name: finding.rule.name,
            version: finding.rule.version.to_string(),
            category: finding.rule.id.family().as_str(),
            ruleset: "dt",
        }),
        threat: (!techniques.is_empty()).then(|| Threat {
            framework: "MITRE ATT&CK",
            technique: Technique {
                id: techniques.iter().map(|it| it.id).collect(),
                subtechnique: Subtechnique {
                    id: techniques.iter().filter_map(|it| it.subtechnique).collect(),
                },
            },
        }),
        related: Related::new(near, far.as_ref()),
        darktrace: Extension {
            device: near.view,
            finding: Some(finding),
            priority: priority.map(PrioritySummary::from),
            traffic: None,
            refused: &alert.refused,
        },
    }
}

/// What went to one destination.
pub(super) fn traffic<'a>(traffic: &'a Traffic<'a>) -> Fields<'a> {
    let Traffic { sender, near, far, start, end, counts, .. } = traffic;
    Fields {
        timestamp: sender.now,
        message: traffic.message(),
        ecs: Version { version: VERSION },
        event: Core {
            id: traffic.id(),
            kind: "event",
            category: &["network"],
            types: &["connection"],
            module: "darktrace",
            dataset: "darktrace.traffic",
            provider: "dt",
            start: *start,
            end: *end,
            severity: None,
            risk_score: None,
            risk_score_norm: None,
        },
        host: Host::new(near),
        source: Some(Source {
            ip: near.ip,
            mac: near.mac.map(super::address::Mac::with_hyphens),
            bytes: counts.bytes_out(),
        }),
        destination: match far {
            Some(far) => Some(Destination::new(far, counts.bytes_in())),
            None => counts
                .bytes_in()
                .map(|bytes| Destination::new(&RemoteEndpoint::default(), Some(bytes))),
        },
        network: Some(Network { direction: "outbound", bytes: counts.bytes() }),
        observer: Observer::new(*sender),
        rule: None,
        threat: None,
        related: Related::new(near, far.as_ref()),
        darktrace: Extension {
            device: near.view,
            finding: None,
            priority: None,
            traffic: Some(*counts),
            refused: &traffic.refused,
        },
    }
}

const fn severity(level: Level) -> u8 {
    match level {
        Level::Minimal => 0,
        Level::Low => 1,
        Level::Medium => 2,
        Level::High => 3,
    }
}

impl<'a> Host<'a> {
    fn new(near: &SourceDevice<'a>) -> Self {
        Self {
            id: near.view.did.map(|did| did.to_string()),
            name: near.name.clone(),
            hostname: near.view.hostname.as_deref(),
            ip: near.ip.map(|ip| [ip]),
            mac: near.mac.map(|mac| [mac.with_hyphens()]),
            kind: near.view.kind.as_deref(),
            os: near.view.os.as_deref().map(|full| Os { full }),
        }
    }
}

impl<'a> Destination<'a> {
    fn new(far: &RemoteEndpoint<'a>, bytes: Option<u64>) -> Self {
        Self {
            domain: far.domain,
            registered_domain: far.registered_domain.clone(),
            ip: far.ip,
            port: far.port,
            bytes,
            network: far.network.map(|network| AutonomousSystem {
                number: network.number,
                organization: network.name.map(|name| Organization { name }),
            }),
            geo: far
                .country
                .map(|country_name| Geo { country_name, country_iso_code: far.country_code() }),
        }
    }
}

impl<'a> Observer<'a> {
    fn new(sender: EventContext<'a>) -> Self {
        // One of several behind a host is named with its path.
        let host = |name: &'a str| name.split_once('/').map_or(name, |(host, _)| host);
        Self { vendor: "Darktrace", kind: "sensor", hostname: sender.appliance.map(host) }
    }
}

impl<'a> Related<'a> {
    fn new(near: &SourceDevice<'a>, far: Option<&RemoteEndpoint<'a>>) -> Self {
        let ips = near.ip.into_iter().chain(far.and_then(|far| far.ip));
        let hosts = near.view.hostname.as_deref().into_iter();
        Self { ip: ips.collect(), hosts: hosts.chain(far.and_then(|far| far.domain)).collect() }
    }
}
