//! What stands in several documents, such as the series in every format and under every option, stored
//! once.

use std::collections::HashMap;

use anyhow::Context;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// Stands for a shared value, by its place among them. No output has such a key.
const REFERENCE: &str = "$shared";

/// What is shorter than this as text is cheaper as it is.
const LEAST: usize = 80;

type Key = [u8; 32];

/// Documents, and what they share.
#[derive(Default)]
pub(super) struct Sharing {
    /// How often each long value occurs.
    seen: HashMap<Key, usize>,
    places: HashMap<Key, usize>,
    shared: Vec<Value>,
}

impl Sharing {
    /// Makes note of the values of a document, whose keys are sorted.
    pub(super) fn note(&mut self, value: &Value) {
        let Some(key) = key(value) else { return };
        let count = self.seen.entry(key).or_default();
        *count += 1;
        // What is inside of a value that was seen is shared along with it.
        if *count == 1 {
            children(value).for_each(|child| self.note(child));
        }
    }

    /// A document in which references stand for what was seen more than once.
    pub(super) fn refer(&mut self, value: &Value) -> Value {
        let Some(key) = key(value) else { return value.clone() };
        if self.seen.get(&key).is_none_or(|count| *count < 2) {
            return self.inside(value);
        }
        if let Some(place) = self.places.get(&key) {
            return json!({REFERENCE: place});
        }
        let inside = self.inside(value);
        let place = self.shared.len();
        self.shared.push(inside);
        self.places.insert(key, place);
        json!({REFERENCE: place})
    }

    fn inside(&mut self, value: &Value) -> Value {
        match value {
            Value::Array(elements) => elements.iter().map(|it| self.refer(it)).collect(),
            Value::Object(members) => {
                let members = members.iter().map(|(key, it)| (key.clone(), self.refer(it)));
                Value::Object(members.collect::<Map<_, _>>())
            }
            other => other.clone(),
        }
    }

    /// What the references stand for, each without a reference to a later one.
    pub(super) fn into_shared(self) -> Vec<Value> {
        self.shared
    }
}

/// A document without references.
pub(super) fn resolve(value: &Value, shared: &[Value]) -> anyhow::Result<Value> {
    match value {
        Value::Array(elements) => elements.iter().map(|it| resolve(it, shared)).collect(),
        Value::Object(members) => {
            if let Some(place) = members.get(REFERENCE) {
                let place = place.as_u64().and_then(|place| usize::try_from(place).ok());
                let value = place.and_then(|place| shared.get(place));
                return resolve(value.context("a reference to nothing")?, shared);
            }
            let resolved = |(key, it): (&String, &Value)| Ok((key.clone(), resolve(it, shared)?));
            let members: anyhow::Result<Map<_, _>> = members.iter().map(resolved).collect();
            Ok(Value::Object(members?))
        }
        other => Ok(other.clone()),
    }
}

fn children(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::Array(elements) => Box::new(elements.iter()),
        Value::Object(members) => Box::new(members.values()),
        _ => Box::new(std::iter::empty()),
    }
}

/// What a value is known by, if it is worth sharing.
fn key(value: &Value) -> Option<Key> {
    if !value.is_array() && !value.is_object() {
        return None;
    }
    let text = value.to_string();
    (text.len() >= LEAST).then(|| Sha256::digest(text).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_is_stored_once_and_found_again() {
        let series: Vec<Value> = (0..40).map(|hour| json!({"hour": hour})).collect();
        let report = json!({"series": series, "half": &series[..20], "few": [1, 2]});
        let timeline = json!({"series": series, "few": [1, 2], "half": &series[..20]});
        let mut sharing = Sharing::default();
        let documents = [&report, &timeline, &report];
        for document in documents {
            sharing.note(document);
        }
        let stored = documents.map(|document| sharing.refer(document));
        let shared = sharing.into_shared();
        assert_eq!(shared.len(), 3);
        assert!(stored.iter().all(|document| document.to_string().len() < 100));
        for (stored, document) in stored.iter().zip(documents) {
            assert_eq!(&resolve(stored, &shared).unwrap(), document);
        }
        assert!(resolve(&json!([{"$shared": 9}]), &shared).is_err());
    }
}
