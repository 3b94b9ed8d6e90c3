//! In which values two JSON documents differ.

use std::collections::BTreeSet;

use serde_json::Value;

use super::path::Path;

/// A place at which two documents differ; `None` where one of them has nothing.
#[derive(Debug, PartialEq)]
pub(super) struct Difference {
    pub(super) path: Path,
    pub(super) old: Option<Value>,
    pub(super) new: Option<Value>,
}

/// All of them, each as deep inside as it can be named.
pub(super) fn differences(old: &Value, new: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(&Path::default(), Some(old), Some(new), &mut found);
    found
}

fn compare(path: &Path, old: Option<&Value>, new: Option<&Value>, found: &mut Vec<Difference>) {
    match (old, new) {
        (old, new) if old == new => {}
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            for key in keys {
                compare(&path.key(key), old.get(key), new.get(key), found);
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) => {
            for index in 0..old.len().max(new.len()) {
                compare(&path.index(index), old.get(index), new.get(index), found);
            }
        }
        (old, new) => {
            let (old, new) = (old.cloned(), new.cloned());
            found.push(Difference { path: path.clone(), old, new });
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_place_is_named_once() {
        let old = json!({"a": {"b": [1, 2, 3]}, "gone": 1, "same": [{"x": null}]});
        let new = json!({"same": [{"x": null}], "a": {"b": [1, 5]}, "new": {"y": 1}});
        let found: Vec<(String, Option<Value>, Option<Value>)> = differences(&old, &new)
            .into_iter()
            .map(|it| (it.path.to_string(), it.old, it.new))
            .collect();
        let expected = [
            ("a.b[1]".to_owned(), Some(json!(2)), Some(json!(5))),
            ("a.b[2]".to_owned(), Some(json!(3)), None),
            ("gone".to_owned(), Some(json!(1)), None),
            ("new".to_owned(), None, Some(json!({"y": 1}))),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn the_kind_of_a_number_counts_and_the_order_of_keys_does_not() {
        assert_eq!(differences(&json!({"a": 1, "b": 2}), &json!({"b": 2, "a": 1})), []);
        assert_eq!(differences(&json!(1), &json!(1.0)).len(), 1);
    }
}
