//! The Open Cybersecurity Schema Framework: Detection Finding, Network Activity and Device Inventory
//! Info.

mod endpoint;
mod finding;
mod inventory;
mod traffic;

use dt_analysis::finding::FindingId;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{EventContext, with};

pub(super) use finding::finding;
pub(super) use inventory::inventory;
pub(super) use traffic::traffic;

/// The version whose classes these are.
const VERSION: &str = "1.8.0";

/// A number of OCSF, and the name that it has there.
type Numbered = (u32, &'static str);

const INFORMATIONAL: Numbered = (1, "Informational");

/// What all events have, whichever class they are of.
#[derive(Default)]
struct Base<'a> {
    context: EventContext<'a>,
    class: Numbered,
    /// The name of the class's category.
    category: &'static str,
    activity: Numbered,
    severity: Numbered,
    /// The id of this event.
    uid: Option<String>,
    /// What events about the same have in common.
    correlation_uid: Option<FindingId>,
    message: Option<String>,
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    /// What a SIEM can search for across events.
    observables: Vec<Value>,
}

impl Base<'_> {
    /// The event, with what its class has besides. What is `null` here is not in the event.
    fn with(self, content: Value) -> Value {
        let ((class_uid, class_name), (activity_id, activity_name)) = (self.class, self.activity);
        let (severity_id, severity) = self.severity;
        let event = json!({
            "time": millis(self.context.now),
            // The thousands of a class are its category.
            "category_uid": class_uid / 1000,
            "category_name": self.category,
            "class_uid": class_uid,
            "class_name": class_name,
            "activity_id": activity_id,
            "activity_name": activity_name,
            "type_uid": class_uid * 100 + activity_id,
            "type_name": format!("{class_name}: {activity_name}"),
            "severity_id": severity_id,
            "severity": severity,
            "metadata": {
                "version": VERSION,
                "product": { "name": "dt", "version": env!("CARGO_PKG_VERSION") },
                "uid": self.uid,
                "correlation_uid": self.correlation_uid,
                "reporter": { "name": self.context.appliance },
            },
            "message": self.message,
            "start_time": self.start.map(millis),
            "end_time": self.end.map(millis),
            "observables": self.observables,
        });
        with(event, content)
    }
}

/// A time in milliseconds of the epoch.
fn millis(time: Timestamp) -> i64 {
    time.as_millisecond()
}
