//! What the appliance itself says about a network: models that were breached, and what its analyst made
//! of them.
//!
//! Both follow from what was planted. They draw nothing at random, so that a network's traffic is the
//! same whether somebody asks for them or not.

use dt_model::DeviceId;

use super::Network;
use super::incident::{Incident, IncidentKind};
use super::window::{DAY, HOUR};

/// A model that a device breached.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Breach {
    /// Counts up with the time.
    pub(crate) pbid: i64,
    pub(crate) did: DeviceId,
    pub(crate) model: &'static Model,
    /// Seconds since the epoch.
    pub(crate) time: i64,
    /// From 0 to 1.
    pub(crate) score: f64,
    /// Who has seen to it, if somebody has.
    pub(crate) acknowledged_by: Option<&'static str>,
    pub(crate) domain: Option<String>,
    pub(crate) port: Option<u16>,
}

/// A model of the appliance.
#[derive(Debug, PartialEq)]
pub(crate) struct Model {
    pub(crate) pid: i64,
    /// Folders and name, separated by `::`.
    pub(crate) name: &'static str,
    /// From 0 to 5.
    pub(crate) priority: u8,
    pub(crate) category: &'static str,
    pub(crate) metric: &'static str,
}

/// What the appliance's analyst put together.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Group {
    /// Counts up with the time.
    pub(crate) number: usize,
    pub(crate) did: DeviceId,
    pub(crate) title: &'static str,
    pub(crate) category: &'static str,
    pub(crate) tactic: &'static str,
    /// From 0 to 100.
    pub(crate) score: f64,
    /// Seconds since the epoch.
    pub(crate) start: i64,
    pub(crate) end: i64,
}

const MINUTE: i64 = 60;

const EXTERNAL_TRANSFER: Model = Model {
    pid: 114,
    name: "Unusual Activity::Unusual External Data Transfer",
    priority: 3,
    category: "Suspicious",
    metric: "External Data Transfer",
};
const RARE_DOMAIN: Model = Model {
    pid: 86,
    name: "Anomalous Connection::Data Sent to Rare Domain",
    priority: 4,
    category: "Suspicious",
    metric: "Data Transfer Volume",
};
const UNCOMMON_PORT: Model = Model {
    pid: 311,
    name: "Anomalous Connection::Application Protocol on Uncommon Port",
    priority: 3,
    category: "Suspicious",
    metric: "External Connections",
};
const BEACONING: Model = Model {
    pid: 207,
    name: "Compromise::Sustained SSL or HTTP Increase",
    priority: 4,
    category: "Suspicious",
    metric: "External Connections",
};
const SCAN: Model = Model {
    pid: 52,
    name: "Device::Network Scan",
    priority: 4,
    category: "Suspicious",
    metric: "Internal Connections",
};
const INTERNAL_TRANSFER: Model = Model {
    pid: 119,
    name: "Unusual Activity::Unusual Internal Data Transfer",
    priority: 1,
    category: "Informational",
    metric: "Internal Data Transfer",
};
const USER_AGENT: Model = Model {
    pid: 402,
    name: "Device::New User Agent",
    priority: 1,
    category: "Compliance",
    metric: "New User Agent",
};

/// When a model is breached, counted from the beginning of an incident; how strongly, and who has seen to
/// it.
type Occasion = (&'static Model, i64, f64, Option<&'static str>);

/// What an incident looks like to the appliance. Nobody saw the new country, and a week before the upload
/// there was something that means nothing.
const fn occasions(kind: IncidentKind) -> &'static [Occasion] {
    match kind {
        IncidentKind::NightUpload => &[
            (&USER_AGENT, -9 * DAY + 8 * HOUR + 37 * MINUTE, 0.23, Some("demo.analyst")),
            (&EXTERNAL_TRANSFER, 14 * MINUTE, 0.71, None),
            (&RARE_DOMAIN, HOUR + 3 * MINUTE, 0.86, None),
        ],
        IncidentKind::RegularCaller => {
            &[(&BEACONING, 31 * HOUR + 22 * MINUTE, 0.52, Some("demo.analyst"))]
        }
        IncidentKind::NewPort => &[(&UNCOMMON_PORT, 9 * MINUTE, 0.44, None)],
        IncidentKind::ManyNewPeers => &[(&SCAN, HOUR + 41 * MINUTE, 0.78, None)],
        IncidentKind::NewCountry => &[],
        IncidentKind::InternalBackup => {
            &[(&INTERNAL_TRANSFER, 26 * MINUTE, 0.31, Some("demo.analyst"))]
        }
    }
}

/// What the analyst makes of an incident: title, category, tactic and score.
const fn investigated(
    kind: IncidentKind,
) -> Option<(&'static str, &'static str, &'static str, f64)> {
    Some(match kind {
        IncidentKind::NightUpload => {
            ("Unusual External Data Transfer", "critical", "exfiltration", 87.0)
        }
        IncidentKind::ManyNewPeers => {
            ("Scanning of Multiple Devices", "suspicious", "discovery", 54.0)
        }
        _ => return None,
    })
}

impl Network {
    /// Every breach of a model, the oldest first.
    pub(crate) fn breaches(&self) -> Vec<Breach> {
        const FIRST: i64 = 501;
        let breach =
            |incident: &Incident, &(model, after, score, acknowledged_by): &Occasion| Breach {
                pbid: 0,
                did: incident.did,
                model,
                time: incident.start.as_second() + after,
                score,
                acknowledged_by,
                domain: incident.domain.clone(),
                port: incident.port,
            };
        let mut breaches: Vec<Breach> = self
            .noteworthy()
            .flat_map(|incident| {
                occasions(incident.kind).iter().map(move |occasion| breach(incident, occasion))
            })
            .collect();
        breaches.sort_by_key(|breach| (breach.time, breach.did));
        for (pbid, breach) in (FIRST..).zip(&mut breaches) {
            breach.pbid = pbid;
        }
        breaches
    }

    /// What the analyst put together, the oldest first.
    pub(crate) fn groups(&self) -> Vec<Group> {
        let mut groups: Vec<Group> = self
            .noteworthy()
            .filter_map(|incident| {
                let (title, category, tactic, score) = investigated(incident.kind)?;
                let (start, end) = (incident.start.as_second(), incident.end.as_second());
                let did = incident.did;
                Some(Group { number: 0, did, title, category, tactic, score, start, end })
            })
            .collect();
        groups.sort_by_key(|group| (group.start, group.did));
        for (number, group) in (1..).zip(&mut groups) {
            group.number = number;
        }
        groups
    }

    fn noteworthy(&self) -> impl Iterator<Item = &Incident> {
        self.incidents().iter().chain(self.benign())
    }
}
