//! What may differ from the baseline, and why.

use serde_json::Value;

use super::path::{Path, Pattern};

/// Values that are not compared.
pub(super) struct Mask {
    /// Words that a case's name has, all of them; none for every case.
    pub(super) cases: &'static [&'static str],
    /// Which values, as [`Pattern`] reads it.
    pub(super) path: &'static str,
    /// Words that a text among them has; none for every value.
    pub(super) holds: &'static str,
    /// Why they may differ.
    pub(super) reason: &'static str,
}

/// Why sizes of the rest of domains differ.
const NAMELESS: &str = "recorded anew: hosts without a name are not in the rest of domains";

/// Why series that are too short to show how wide their buckets are differ where they stand in an exchange
/// that does not say it either.
const AN_HOUR: &str = "a question that names no width is about hours, as the API has it";

/// The masks. A renamed key takes two: one for its old name, one for its new.
pub(super) const MASKS: &[Mask] = &[
    mask(&["ecs"], "[].@timestamp", "the time of telling"),
    mask(&["ocsf"], "[].time", "the time of telling"),
    mask(&["hec"], "[].time", "the time of telling"),
    mask(&["ocsf"], "[].metadata.product.version", "the program's version"),
    mask(&[], "parts", "new: which parts a report is made from"),
    mask(&["ndjson"], "[].parts", "new: which parts a report is made from"),
    mask(&[], "**.coverage.unnamed", "new: what has an address only"),
    mask(&[], "**.priority.missing", "says why a part is missing"),
    mask(&["empty"], "**.interval_hours", AN_HOUR),
    mask(&["one-bucket"], "**.interval_hours", AN_HOUR),
    mask(&["one-bucket"], "**.window.end", AN_HOUR),
    mask(&["one-bucket"], "**.data_until", AN_HOUR),
    mask(&["one-bucket", "report"], "**.extended.direction", AN_HOUR),
    mask(&["one-bucket", "report"], "**.extended.novelty", AN_HOUR),
    Mask {
        cases: &["external", "csv"],
        path: "[]",
        holds: ",coverage,,,unnamed,",
        reason: "new: what has an address only",
    },
    mask(&["regular-caller", "appliance", "traffic"], "**.bytes_out", NAMELESS),
    mask(&["regular-caller", "appliance", "ecs"], "[].source.bytes", NAMELESS),
    mask(&["12345-20261026T230400Z", "appliance", "traffic"], "**.bytes_out", NAMELESS),
    mask(&["12345-20261026T230400Z", "appliance", "ecs"], "[].source.bytes", NAMELESS),
];

const fn mask(cases: &'static [&'static str], path: &'static str, reason: &'static str) -> Mask {
    Mask { cases, path, holds: "", reason }
}

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
                *count +=
                    remove(document, &Path::default(), &Wanted { pattern, holds: mask.holds });
            }
        }
    }

    /// Each mask, and how many values it covered.
    pub(super) fn counts(&self) -> impl Iterator<Item = (&'static Mask, usize)> {
        self.counted.iter().map(|(mask, _, count)| (*mask, *count))
    }
}

/// Values at a pattern's places that hold some words.
struct Wanted<'a> {
    pattern: &'a Pattern,
    holds: &'static str,
}

impl Wanted<'_> {
    fn matches(&self, path: &Path, value: &Value) -> bool {
        let holds = || value.as_str().is_some_and(|text| text.contains(self.holds));
        self.pattern.matches(path) && (self.holds.is_empty() || holds())
    }
}

/// Removes members and last elements that are wanted, and blanks other elements, whose neighbours keep
/// their index.
fn remove(value: &mut Value, path: &Path, wanted: &Wanted<'_>) -> usize {
    match value {
        Value::Object(members) => {
            let before = members.len();
            members.retain(|key, it| !wanted.matches(&path.key(key), it));
            let removed = before - members.len();
            let inside = members.iter_mut();
            removed + inside.map(|(key, it)| remove(it, &path.key(key), wanted)).sum::<usize>()
        }
        Value::Array(elements) => {
            let before = elements.len();
            while elements.pop_if(|it| wanted.matches(&path.index(before), it)).is_some() {}
            let removed = before - elements.len();
            let element = |(index, it): (usize, &mut Value)| {
                let path = path.index(index);
                if wanted.matches(&path, it) {
                    *it = Value::Null;
                    return 1;
                }
                remove(it, &path, wanted)
            };
            removed + elements.iter_mut().enumerate().map(element).sum::<usize>()
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
        const ONE: &[Mask] =
            &[Mask { cases: &["report"], path: "findings[].policy", holds: "", reason: "" }];
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

    #[test]
    fn of_lines_only_those_with_the_words_go() {
        const ONE: &[Mask] = &[Mask { cases: &["csv"], path: "[]", holds: ",new,", reason: "" }];
        let mut masks = Masks::new(ONE);
        let mut document = json!(["a,old,1", "a,new,2", "a,old,3", "a,new,4"]);
        masks.apply("appliance/ordinary external csv", &mut document);
        assert_eq!(document, json!(["a,old,1", null, "a,old,3"]));
        assert_eq!(masks.counts().map(|(_, count)| count).collect::<Vec<_>>(), [2]);
    }
}
