//! Splunk's envelope, and the fields of its Alerts data model.

use dt_report::event::{Standard, Subject};
use serde_json::json;

use super::over_everything;

/// The fields of Splunk's Alerts data model, and what is ours.
const ALERTS: [&str; 14] = [
    "app",
    "type",
    "id",
    "signature",
    "signature_id",
    "severity",
    "severity_id",
    "subject",
    "description",
    "src",
    "src_type",
    "dest",
    "user",
    "mitre_technique_id",
];

#[test]
fn every_hec_event_is_an_envelope_around_known_fields() {
    over_everything(Standard::Hec, |subject, envelope| {
        let fields: Vec<&str> = envelope.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(fields, ["time", "host", "source", "sourcetype", "event"]);
        assert_eq!(envelope["time"], json!(1_795_477_200.25));
        let event = &envelope["event"];
        if subject == Subject::Traffic {
            assert_eq!(envelope["sourcetype"], "dt:traffic");
            let told = ["action", "dvc", "vendor_product"].map(|name| event[name].as_str());
            assert_eq!(told, [Some("allowed"), Some("darktrace.example"), Some("Darktrace")]);
            return;
        }
        assert_eq!(envelope["sourcetype"], "dt:finding");
        for (name, value) in event.as_object().unwrap() {
            let ours = ["event_id", "risk_score", "finding", "device"].contains(&name.as_str());
            assert!(ours || ALERTS.contains(&name.as_str()), "{name}");
            let is_text = value.is_string() || value.is_array();
            assert!(ours || is_text, "{name}: {value}");
        }
        for (name, known) in [
            ("severity", &["critical", "high", "medium", "low", "informational", "unknown"][..]),
            ("type", &["alarm", "alert", "event", "task", "warning", "unknown"]),
        ] {
            assert!(known.contains(&event[name].as_str().unwrap()), "{event:#}");
        }
    });
}
