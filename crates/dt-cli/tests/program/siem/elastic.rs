//! A store that creates each document only once.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::server::Request;
use super::{one_after_another, text};

/// Documents by id, in a store that creates each only once.
#[derive(Default)]
pub(super) struct Elastic {
    pub(super) documents: BTreeMap<String, Value>,
    pub(super) conflicts: usize,
    /// What is wrong with it.
    pub(super) fault: Option<Fault>,
}

pub(super) enum Fault {
    Away,
    Mapping,
}

impl Elastic {
    pub(super) fn answer(&mut self, request: &Request) -> (u16, Value) {
        assert!(request.path.starts_with("/logs-darktrace.finding-default/_bulk?filter_path="));
        assert_eq!(request.header("authorization"), "ApiKey secret");
        assert_eq!(request.header("content-type"), "application/x-ndjson");
        assert!(request.body.ends_with(b"\n"));
        if let Some(Fault::Away) = self.fault {
            return (503, json!({}));
        }
        let lines = one_after_another(&request.body).unwrap();
        let (pairs, []) = lines.as_chunks() else { unreachable!("an action without a document") };
        let items: Vec<Value> = pairs.iter().filter_map(|pair| self.create(pair)).collect();
        // As with `filter_path`: what has no error is not there.
        (200, if items.is_empty() { json!({}) } else { json!({ "items": items }) })
    }

    pub(super) fn create(&mut self, [action, document]: &[Value; 2]) -> Option<Value> {
        let id = text(action, "create._id");
        assert_eq!(action.as_object().unwrap().len(), 1);
        assert_eq!(id, text(document, "event.id"));
        let kind = if self.documents.contains_key(&id) {
            self.conflicts += 1;
            "version_conflict_engine_exception"
        } else if let Some(Fault::Mapping) = self.fault {
            "document_parsing_exception"
        } else {
            self.documents.insert(id, document.clone());
            return None;
        };
        Some(json!({ "create": { "error": { "type": kind, "reason": "…" } } }))
    }
}
