//! JSON Schema of values that are printed as their names.

use std::borrow::Cow;

use dt_model::printed_as_text;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::difference::{Basis, Certainty, List, Side, Why};
use crate::exclusions::ExclusionId;
use crate::finding::{Confidence, FindingId, FindingState, Rule, Technique, Unit};
use crate::peers::{AnomalyKind, Metric};
use crate::regularity::Kind;
use crate::risk::{Factor, Recommendation};
use crate::timeline::{IncidentId, Measure, Severity};
use crate::transfers::Pattern;
use crate::{Level, Status, Tenths};

printed_as_text! {
    AnomalyKind: [
        HighConnectionVolume, LowConnectionVolume, HighDestinationDiversity, HighExternalCommunication
    ];
    Basis;
    Certainty: [Certain, Listed];
    Confidence: [Low, Medium, High];
    ExclusionId;
    FindingId;
    FindingState: [New, Updated, Ended];
    IncidentId;
    Kind = ["steady", "periodic"];
    Level: [Minimal, Low, Medium, High];
    List: [Ports, ServedPorts, Peers, Similar, Domains, Countries];
    Measure = ["sum", "floor"];
    Metric;
    Pattern: [UploadHeavy, DownloadHeavy, Balanced];
    Recommendation;
    Rule;
    Severity: [Notice, Alert];
    Side: [Old, New, Both];
    Technique;
    Unit: [Connections, Bytes, Devices, Share, Bits, Ratio];
    Why: [Passed, NotFound];
}

impl JsonSchema for Status {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Status".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "properties": {
                "status": {
                    "description": "`ok`, `insufficient` or `degenerate`.",
                    "type": "string",
                    "enum": ["ok", "insufficient", "degenerate"]
                },
                "missing": {
                    "description": "What is missing, if something is.",
                    "type": "string"
                }
            },
            "required": ["status"]
        })
    }
}

impl JsonSchema for Tenths {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Tenths".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number" })
    }
}

impl JsonSchema for Factor {
    fn schema_name() -> Cow<'static, str> {
        "Factor".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Something that adds to the risk.",
            "type": "object",
            "properties": {
                "kind": {
                    "description": "What it is.",
                    "type": "string",
                    "enum": [
                        "high_risk_countries",
                        "unusual_ports",
                        "destination_concentration",
                        "destination_count"
                    ]
                },
                "weight": { "description": "How much it adds.", "type": "number" },
                "message": { "description": "The same as a sentence.", "type": "string" }
            },
            "required": ["kind", "weight", "message"]
        })
    }
}
