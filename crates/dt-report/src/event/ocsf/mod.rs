//! The Open Cybersecurity Schema Framework: Detection Finding, Network Activity and Device Inventory
//! Info.

mod endpoint;
mod finding;
mod inventory;
mod traffic;

use dt_analysis::finding::FindingId;
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::EventContext;

pub(super) use finding::finding;
pub(super) use inventory::inventory;
pub(super) use traffic::traffic;

/// The version whose classes these are.
const VERSION: &str = "1.8.0";

/// An event of one class: what all classes have, and what this one has. What is `null` here is not in the
/// event.
#[derive(Debug, Serialize)]
pub(super) struct Event<'a> {
    time: Millis,
    #[serde(flatten)]
    class: Classified,
    #[serde(flatten)]
    severity: Severity,
    metadata: Metadata<'a>,
    message: Option<String>,
    start_time: Option<Millis>,
    end_time: Option<Millis>,
    observables: Vec<Observable>,
    #[serde(flatten)]
    content: Value,
}

/// What happened, by number and by name. Their combination is a number, too.
#[derive(Debug, Serialize)]
struct Classified {
    category_uid: u32,
    category_name: &'static str,
    class_uid: u32,
    class_name: &'static str,
    activity_id: u32,
    activity_name: &'static str,
    type_uid: u32,
    type_name: String,
}

impl Classified {
    fn new(class: (u32, &'static str), category: &'static str, activity: Activity) -> Self {
        let (class_uid, class_name) = class;
        let Activity { id, name } = activity;
        Self {
            // The thousands of a class are its category.
            category_uid: class_uid / 1000,
            category_name: category,
            class_uid,
            class_name,
            activity_id: id,
            activity_name: name,
            type_uid: class_uid * 100 + id,
            type_name: format!("{class_name}: {name}"),
        }
    }
}

/// An activity of a class.
#[derive(Debug, Clone, Copy)]
struct Activity {
    id: u32,
    name: &'static str,
}

/// How severe something is.
#[derive(Debug, Clone, Copy, Serialize)]
struct Severity {
    severity_id: u8,
    severity: &'static str,
}

impl Severity {
    const INFORMATIONAL: Self = Self { severity_id: 1, severity: "Informational" };
    const LOW: Self = Self { severity_id: 2, severity: "Low" };
    const MEDIUM: Self = Self { severity_id: 3, severity: "Medium" };
    const HIGH: Self = Self { severity_id: 4, severity: "High" };
}

/// What the event says about itself.
#[derive(Debug, Serialize)]
struct Metadata<'a> {
    version: &'static str,
    product: Product,
    /// The id of this event.
    uid: Option<String>,
    /// What events about the same have in common.
    correlation_uid: Option<FindingId>,
    reporter: Option<Reporter<'a>>,
}

#[derive(Debug, Serialize)]
struct Product {
    name: &'static str,
    version: &'static str,
}

/// The appliance.
#[derive(Debug, Serialize)]
struct Reporter<'a> {
    name: &'a str,
}

impl<'a> Metadata<'a> {
    fn new(sender: EventContext<'a>, uid: Option<String>) -> Self {
        Self {
            version: VERSION,
            product: Product { name: "dt", version: env!("CARGO_PKG_VERSION") },
            uid,
            correlation_uid: None,
            reporter: sender.appliance.map(|name| Reporter { name }),
        }
    }
}

/// Something that a SIEM can search for across events.
#[derive(Debug, Serialize)]
struct Observable {
    name: &'static str,
    type_id: u8,
    #[serde(rename = "type")]
    kind: &'static str,
    value: String,
}

impl Observable {
    fn hostname(name: &'static str, value: &str) -> Self {
        Self { name, type_id: 1, kind: "Hostname", value: value.to_owned() }
    }

    fn ip(name: &'static str, value: std::net::IpAddr) -> Self {
        Self { name, type_id: 2, kind: "IP Address", value: value.to_string() }
    }
}

/// A time in milliseconds of the epoch.
#[derive(Debug, Clone, Copy)]
struct Millis(Timestamp);

impl Serialize for Millis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0.as_millisecond())
    }
}
