//! What may differ from the baseline, and why.

use serde_json::Value;

use super::path::{Path, Pattern};

/// Values that are not compared.
pub(super) struct Mask {
    /// Words that a case's name has, all of them; none for every case.
    pub(super) cases: &'static [&'static str],
    /// Which values, as [`Pattern`] reads it.
    pub(super) path: &'static str,
    /// Why they may differ.
    pub(super) reason: &'static str,
}

/// The masks. A renamed key takes two: one for its old name, one for its new.
pub(super) const MASKS: &[Mask] = &[
    Mask { cases: &["ecs"], path: "[].@timestamp", reason: "the time of telling" },
    Mask { cases: &["ocsf"], path: "[].time", reason: "the time of telling" },
    Mask { cases: &["hec"], path: "[].time", reason: "the time of telling" },
    Mask { cases: &["ocsf"], path: "[].metadata.product.version", reason: "the program's version" },
];

impl Mask {
    fn is_about(&self, case: &str) -> bool {
        self.cases.iter().all(|word| case.split([' ', '/']).any(|part| part == *word))
    }
}

/// The masks, and how many values each of them covered.
pub(super) struct Masks {
    counted: Vec<(&'static Mask, Pattern, usize)>,
}

impl Masks {
    pub(super) fn new(masks: &'static [Mask]) -> Self {
        let counted = masks.iter().map(|mask| (mask, Pattern::new(mask.path), 0)).collect();
        Self { counted }
    }

    /// Takes what is masked out of the document of a case.
    pub(super) fn apply(&mut self, case: &str, document: &mut Value) {
        for (mask, pattern, count) in &mut self.counted {
            if mask.is_about(case) {
                *count += remove(document, &Path::default(), pattern);
            }
        }
    }

    /// Each mask, and how many values it covered.
    pub(super) fn counts(&self) -> impl Iterator<Item = (&'static Mask, usize)> {
        self.counted.iter().map(|(mask, _, count)| (*mask, *count))
    }
}

/// Removes members at the pattern's places and blanks elements, whose neighbours keep their index.
fn remove(value: &mut Value, path: &Path, pattern: &Pattern) -> usize {
    match value {
        Value::Object(members) => {
            let before = members.len();
            members.retain(|key, _| !pattern.matches(&path.key(key)));
            let removed = before - members.len();
            let inside = members.iter_mut();
            removed + inside.map(|(key, it)| remove(it, &path.key(key), pattern)).sum::<usize>()
        }
        Value::Array(elements) => {
            let element = |(index, it): (usize, &mut Value)| {
                let path = path.index(index);
                if pattern.matches(&path) {
                    *it = Value::Null;
                    return 1;
                }
                remove(it, &path, pattern)
            };
            elements.iter_mut().enumerate().map(element).sum()
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_masked_is_gone_and_counted() {
        const ONE: &[Mask] = &[Mask { cases: &["report"], path: "findings[].policy", reason: "" }];
        let whole = json!({"policy": 1, "findings": [{"policy": 2, "id": 3}, {"policy": 4}]});
        let mut masks = Masks::new(ONE);
        let mut document = whole.clone();
        masks.apply("appliance/ordinary report json", &mut document);
        assert_eq!(document, json!({"policy": 1, "findings": [{"id": 3}, {}]}));
        document.clone_from(&whole);
        masks.apply("appliance/ordinary diff json", &mut document);
        assert_eq!(document, whole);
        assert_eq!(masks.counts().map(|(_, count)| count).collect::<Vec<_>>(), [2]);
    }
}
