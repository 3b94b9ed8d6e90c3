//! Events for SIEMs: findings, traffic and devices, one JSON object a line.
//!
//! A finding has an id that stays the same, and each event an id of what it tells, so that a SIEM can drop
//! what it has and put together what belongs together. What an event does not say is
//! not known. Where a field has a form, such as an address, text that does not have it is left out
//! there, and kept as it is in what is ours: `darktrace` in ECS, `unmapped` in OCSF, `device` and
//! `finding` in HEC. `docs/events.md` has every field.

mod address;
mod alert;
mod country;
mod ecs;
mod end;
mod hec;
mod ocsf;
mod traffic;

use dt_model::{AppliancePages, DeviceId};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::contract::{DeviceView, Document, ReportFacts};
use crate::json;
use crate::schema::Object;
use alert::Alert;
use traffic::Traffic;

/// How an event is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standard {
    /// The Elastic Common Schema.
    Ecs,
    /// The Open Cybersecurity Schema Framework.
    Ocsf,
    /// Splunk's HTTP Event Collector, with the fields of the Alerts data model.
    Hec,
}

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Subject {
    /// What was found, an event a finding.
    #[default]
    Findings,
    /// What went outside, an event a destination.
    Traffic,
    /// Which devices there are.
    Devices,
}

/// Who tells, and when.
#[derive(Debug, Clone, Copy, Default)]
pub struct EventContext<'a> {
    /// The time of every event: when it is told.
    pub now: Timestamp,
    /// The appliance that answered, where an answer does not know its own as a report does; `None` for saved
    /// responses.
    pub appliance: Option<&'a str>,
    /// Where that appliance has pages of its own: events link to the one about their device. `None` where
    /// nothing is known to be there.
    pub pages: Option<&'a AppliancePages>,
}

impl<'a> EventContext<'a> {
    /// The same for a report, which knows who answered: what was kept may be of another appliance than what is
    /// told beside it.
    fn of(self, facts: &'a ReportFacts) -> Self {
        let ReportFacts { appliance, pages, .. } = facts;
        Self {
            appliance: appliance.as_deref().or(self.appliance),
            pages: pages.as_ref().or(self.pages),
            ..self
        }
    }

    /// The appliance's page about a breach of its models.
    fn breach_page(self, pbid: i64) -> Option<String> {
        Some(self.pages?.breach(pbid))
    }

    /// The appliance's page about a device.
    fn device_page(self, device: &DeviceView) -> Option<String> {
        Some(self.pages?.device(DeviceId::new(device.did?)))
    }
}

impl Standard {
    /// Whether there is such an event of what a command answers.
    #[must_use]
    pub const fn tells(self, subject: Subject, of: Object) -> bool {
        match (subject, of) {
            (Subject::Findings, Object::Report | Object::Watch | Object::Fleet)
            | (Subject::Traffic, Object::Report | Object::External) => true,
            (Subject::Devices, Object::Devices) => matches!(self, Self::Ocsf),
            _ => false,
        }
    }

    /// Writes what a document says about a subject, an event a line. There are none if nothing was
    /// found, and if there is no such event of it.
    #[must_use]
    pub fn lines(self, document: &Document, subject: Subject, sender: EventContext<'_>) -> String {
        match subject {
            Subject::Findings => {
                Alert::list(document, sender).iter().map(|it| self.alert(it)).collect()
            }
            Subject::Traffic => {
                Traffic::list(document, sender).iter().map(|it| self.traffic(it)).collect()
            }
            Subject::Devices => match (self, document) {
                (Self::Ocsf, Document::Devices(found)) => {
                    let events = found.devices.iter().map(|it| ocsf::inventory(it, sender));
                    events.map(|event| line(&event)).collect()
                }
                _ => String::new(),
            },
        }
    }

    fn alert(self, alert: &Alert<'_>) -> String {
        match self {
            Self::Ecs => line(&ecs::alert(alert)),
            Self::Ocsf => line(&ocsf::finding(alert)),
            Self::Hec => line(&hec::alert(alert)),
        }
    }

    fn traffic(self, traffic: &Traffic<'_>) -> String {
        match self {
            Self::Ecs => line(&ecs::traffic(traffic)),
            Self::Ocsf => line(&ocsf::traffic(traffic)),
            Self::Hec => line(&hec::traffic(traffic)),
        }
    }
}

/// One event, without what it does not say.
fn line(event: &impl Serialize) -> String {
    let event = serde_json::to_value(event);
    let mut event = event.unwrap_or_else(|error| unreachable!("only text keys: {error}"));
    prune(&mut event);
    json::line(&event)
}

/// An event with more fields.
fn with(mut event: Value, more: Value) -> Value {
    if let (Value::Object(event), Value::Object(more)) = (&mut event, more) {
        event.extend(more);
    }
    event
}

/// Takes out what says nothing.
fn prune(value: &mut Value) {
    match value {
        Value::Object(fields) => fields.retain(|_, value| {
            prune(value);
            !is_empty(value)
        }),
        Value::Array(values) => values.iter_mut().for_each(prune),
        _ => {}
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(fields) => fields.is_empty(),
        Value::Array(values) => values.is_empty(),
        _ => false,
    }
}
