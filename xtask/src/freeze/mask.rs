//! What may differ from the baseline, and why.

use serde_json::Value;

use super::path::{Path, Pattern};

/// Values that are not compared.
pub(super) struct Mask {
    /// Words that a case's name has, all of them; none for every case.
    pub(super) cases: &'static [&'static str],
    /// Which values, as [`Pattern`] reads it.
    pub(super) path: &'static str,
    /// A text that a value is, or that one of its members is; none for every value.
    pub(super) holds: &'static str,
    /// Why they may differ.
    pub(super) reason: &'static str,
}

/// Why sizes of the rest of domains differ.
const NAMELESS: &str = "recorded anew: hosts without a name are not in the rest of domains";

/// Why digests of thresholds differ.
const DIGEST: &str = "over named thresholds, no longer over how Rust shows them";

/// Why doubts differ.
const DOUBTS: &str = "says why something is not known";

/// Why parts are there.
const PARTS: &str = "new: which parts an answer is made from";

/// Why totals say more.
const WINDOW: &str = "new: which time a total covers";

/// Why recommendations differ.
const RULES: &str = "what finds nothing says so of the document's rules alone";

/// Why a comparison says more.
const BYTES: &str = "new: bytes beside those of similar devices";

/// Why more is known about hosts.
const HOSTS: &str =
    "told of every host that was answered about, not only of those with connections";

/// Why what is new differs.
const NEW: &str = "a list that is not known is null, no longer empty, and says why";

/// Why what is odd differs.
const NUMBERS: &str = "numbers and times as text are read, shares beyond 100 % are capped";

/// Why events say more, and rank otherwise.
const RANKED: &str =
    "events are ranked as SIEMs rank them, and have fields that their rules look at";
/// Why ids of events differ.
const EVENT_ID: &str = "over what is told, no longer how often it was told";
/// Why timelines differ.
const INCIDENTS: &str = "dt.timeline/2: an hour is marked if it belongs to an incident";

/// Why what a series says differs, and what is found in it.
const STATISTICS: &str = "an incident is told once; levels, quiet hours and falls are looked at";

/// Why sentences differ.
const SIZES: &str = "bytes are told in decimal units";

/// Why titles, sentences of analyses and names of services differ.
const WORDS: &str = "in the words that analysts use";

/// Why findings are counted and listed beside others.
const EXCLUSIONS: &str = "new: what is below a level, or excluded";

/// A rule whose version rose, and why.
const MIX: &str = "dt-mix-from-peers";
const VERSION: &str = "version 2: what has no name is no sample of domains";

/// The masks. A renamed key takes two: one for its old name, one for its new.
pub(super) const MASKS: &[Mask] = &[
    mask(&["ecs"], "[].@timestamp", "the time of telling"),
    mask(&["ocsf"], "[].time", "the time of telling"),
    mask(&["hec"], "[].time", "the time of telling"),
    mask(&["ocsf"], "[].metadata.product.version", "the program's version"),
    mask(&["ndjson"], "[].event_id", EVENT_ID),
    mask(&["ecs"], "[].event.id", EVENT_ID),
    mask(&["ocsf"], "[].metadata.uid", EVENT_ID),
    mask(&["hec"], "[].event.id", EVENT_ID),
    mask(&["hec"], "[].event.event_id", EVENT_ID),
    mask(&[], "parts", PARTS),
    mask(&["ndjson"], "[].parts", PARTS),
    mask(&["compare"], "window", WINDOW),
    mask(&["compare", "ndjson"], "[].window", WINDOW),
    mask(&["external"], "window", WINDOW),
    mask(&["external", "ndjson"], "[].window", WINDOW),
    mask(&["transfers"], "window", WINDOW),
    mask(&["transfers", "ndjson"], "[].window", WINDOW),
    mask(&["report"], "**.compare.window", WINDOW),
    mask(&["report"], "**.external.window", WINDOW),
    mask(&["report"], "**.transfers.window", WINDOW),
    mask(&[], "external.parts", PARTS),
    mask(&[], "transfers.parts", PARTS),
    mask(&["ndjson"], "[].external.parts", PARTS),
    mask(&["ndjson"], "[].transfers.parts", PARTS),
    mask(&[], "**.extended.domains[].state", "new: whether a host was asked about"),
    mask(&[], "**.extended.domains[].reason", "new: why nothing is known about a host"),
    mask(&[], "**.extended.domains[].countries", HOSTS),
    mask(&[], "**.extended.domains[].devices", HOSTS),
    mask(&[], "**.extended.domains[].dga_score", HOSTS),
    mask(&[], "**.extended.domains[].first_seen", HOSTS),
    mask(&[], "**.extended.domains[].popularity", HOSTS),
    mask(&[], "**.findings[].doubts[]", DOUBTS),
    mask(&["ecs"], "[].darktrace.finding.doubts[]", DOUBTS),
    mask(&["ocsf"], "[].evidences[].data.doubts[]", DOUBTS),
    mask(&["hec"], "[].event.finding.doubts[]", DOUBTS),
    mask(&[], "**.coverage.unnamed", "new: what has an address only"),
    mask(&[], "**.novelty.ports", NEW),
    mask(&[], "**.novelty.peers", NEW),
    mask(&[], "**.novelty.domains", NEW),
    mask(&[], "**.novelty.unknown", NEW),
    mask(&[], "**.novelty.message", NEW),
    held("**.findings[].rule", MIX, VERSION),
    held("[].rule", MIX, VERSION),
    held("[].darktrace.finding.rule", MIX, VERSION),
    held("[].event.finding.rule", MIX, VERSION),
    held("[].evidences[].data.rule", MIX, VERSION),
    held("[].finding_info.analytic", MIX, VERSION),
    mask(&["report", "csv"], "[].rule_version", VERSION),
    mask(&[], "**.priority.missing", "says why a part is missing"),
    mask(&["diff"], "not_reported[].reason", "new: why a list was refused"),
    mask(&["timeline"], "schema", INCIDENTS),
    mask(&["timeline"], "scope", INCIDENTS),
    mask(&["timeline"], "incidents", INCIDENTS),
    mask(&["timeline"], "sent_outside", "new: beside connections that are asked for by default"),
    mask(&[], "**.timeline.scope", INCIDENTS),
    mask(&[], "**.timeline.incidents", INCIDENTS),
    mask(&[], "**.buckets[].flagged", INCIDENTS),
    mask(&[], "**.buckets[].severity", INCIDENTS),
    mask(&[], "**.buckets[].incident", INCIDENTS),
    mask(&[], "**.buckets[].told", INCIDENTS),
    mask(&["timeline"], "[].flagged", INCIDENTS),
    mask(&["timeline"], "[].severity", INCIDENTS),
    mask(&["timeline"], "[].incident", INCIDENTS),
    mask(&["timeline"], "[].told", INCIDENTS),
    mask(&["timeline"], "buckets", STATISTICS),
    mask(&["timeline"], "drops", STATISTICS),
    mask(&["timeline"], "told_from", STATISTICS),
    mask(&["timeline"], "**.sent_outside", STATISTICS),
    mask(&["timeline", "ndjson"], "[]", STATISTICS),
    mask(&["timeline", "csv"], "[]", STATISTICS),
    mask(&[], "**.timeline", STATISTICS),
    mask(&[], "**.findings", STATISTICS),
    mask(&[], "**.priority", STATISTICS),
    mask(&[], "**.findings[].message", SIZES),
    mask(&[], "**.findings[].reasons[]", SIZES),
    mask(&[], "**.contributions[].message", SIZES),
    mask(&["report", "csv"], "[].message", SIZES),
    mask(&["report", "csv"], "[].reasons", SIZES),
    mask(&["ecs"], "[].message", SIZES),
    mask(&["ecs"], "[].darktrace.finding.message", SIZES),
    mask(&["ecs"], "[].darktrace.finding.reasons[]", SIZES),
    mask(&["ocsf"], "[].message", SIZES),
    mask(&["ocsf"], "[].finding_info.desc", SIZES),
    mask(&["ocsf"], "[].evidences[].data.message", SIZES),
    mask(&["ocsf"], "[].evidences[].data.reasons[]", SIZES),
    mask(&["hec"], "[].event.description", SIZES),
    mask(&["hec"], "[].event.finding.message", SIZES),
    mask(&["hec"], "[].event.finding.reasons[]", SIZES),
    mask(&[], "**.rule.name", WORDS),
    mask(&[], "**.rule_name", WORDS),
    mask(&["ecs"], "[].event.severity", RANKED),
    mask(&["ecs"], "[].event.kind", RANKED),
    mask(&["ecs"], "[].data_stream", RANKED),
    mask(&["ecs"], "[].host.type", RANKED),
    mask(&["ecs"], "[].host.os", RANKED),
    mask(&["ocsf"], "[].is_alert", RANKED),
    mask(&["ocsf"], "[].anomaly_analyses", RANKED),
    mask(&["ocsf"], "[].resources", RANKED),
    mask(&["ocsf"], "[].device.type", RANKED),
    mask(&["ocsf"], "[].device.type_id", RANKED),
    mask(&["ocsf"], "[].device.os", RANKED),
    mask(&["hec"], "[].event.type", RANKED),
    mask(&["hec"], "[].event.src_type", RANKED),
    mask(&["hec"], "[].event.action", RANKED),
    mask(&["hec"], "[].event.app", RANKED),
    mask(&["hec"], "[].event.dvc", RANKED),
    mask(&["hec"], "[].event.vendor_product", RANKED),
    mask(&["hec"], "[].event.src_ip", RANKED),
    mask(&["ocsf"], "[].finding_info.title", WORDS),
    mask(&["ocsf"], "[].finding_info.analytic.name", WORDS),
    mask(&["hec"], "[].event.signature", WORDS),
    mask(&["hec"], "[].event.subject", WORDS),
    mask(&[], "**.extended.**.message", WORDS),
    mask(&[], "**.extended.**.missing", WORDS),
    mask(&[], "**.change[].message", WORDS),
    mask(&[], "**.ports[].service", WORDS),
    mask(&[], "**.policy", DIGEST),
    mask(&["odd"], "**", NUMBERS),
    mask(&[], "**.no_traffic", "new: why an appliance has no traffic of a device"),
    mask(&[], "**.missing", WORDS),
    mask(&["ecs"], "[].darktrace.finding.doubts", DOUBTS),
    mask(&["ocsf"], "[].evidences[].data.doubts", DOUBTS),
    mask(&["hec"], "[].event.finding.doubts", DOUBTS),
    mask(&["empty", "timeline", "csv"], "[]", INCIDENTS),
    mask(&["watch"], "[].message", WORDS),
    mask(&["watch"], "[].reasons[]", WORDS),
    mask(&["watch"], "[].doubts[]", DOUBTS),
    mask(&["diff"], "findings.*[].message", WORDS),
    mask(&["diff"], "findings.*[].reasons[]", WORDS),
    mask(&["diff"], "summary", WORDS),
    rows(&["external", "csv"], "unnamed", "new: what has an address only"),
    rows(&["external", "csv"], "parts", PARTS),
    rows(&["transfers", "csv"], "parts", PARTS),
    mask(&["report", "csv"], "[].doubts", DOUBTS),
    mask(&["report", "csv"], "[].missing", "new: which parts are missing"),
    mask(&[], "**.risk.recommendations", RULES),
    mask(&[], "**.compare.bytes", BYTES),
    mask(&["compare"], "bytes", BYTES),
    mask(&["compare", "ndjson"], "[].bytes", BYTES),
    mask(&["compare"], "change", BYTES),
    mask(&["compare", "ndjson"], "[].change", BYTES),
    mask(&[], "**.compare.parts", PARTS),
    mask(&["compare", "ndjson"], "[].parts", PARTS),
    rows(&["compare", "csv"], "parts", PARTS),
    rows(&["compare", "csv"], "bytes", BYTES),
    rows(&["compare", "csv"], "change", BYTES),
    mask(&[], "**.signals", "new: what the document's rules do not look at"),
    rows(&["external", "csv"], "signals", "new: what the document's rules do not look at"),
    mask(&[], "**.below_level", EXCLUSIONS),
    mask(&[], "**.excluded", EXCLUSIONS),
    mask(&[], "**.exclusions", EXCLUSIONS),
    mask(&["watch"], "[].not_told", EXCLUSIONS),
    mask(&["regular-caller", "appliance", "traffic"], "**.bytes_out", NAMELESS),
    mask(&["regular-caller", "appliance", "ecs"], "[].source.bytes", NAMELESS),
    mask(&["12345-20261026T230400Z", "appliance", "traffic"], "**.bytes_out", NAMELESS),
    mask(&["12345-20261026T230400Z", "appliance", "ecs"], "[].source.bytes", NAMELESS),
];

const fn mask(cases: &'static [&'static str], path: &'static str, reason: &'static str) -> Mask {
    Mask { cases, path, holds: "", reason }
}

/// Values of every case that hold a text.
const fn held(path: &'static str, holds: &'static str, reason: &'static str) -> Mask {
    Mask { cases: &[], path, holds, reason }
}

/// Whole rows of a table with a cell that is a text.
const fn rows(cases: &'static [&'static str], holds: &'static str, reason: &'static str) -> Mask {
    Mask { cases, path: "[]", holds, reason }
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

/// Values at a pattern's places that hold a text.
struct Wanted<'a> {
    pattern: &'a Pattern,
    holds: &'static str,
}

impl Wanted<'_> {
    fn matches(&self, path: &Path, value: &Value) -> bool {
        self.pattern.matches(path) && (self.holds.is_empty() || self.is_held_by(value))
    }

    fn is_held_by(&self, value: &Value) -> bool {
        match value {
            Value::Object(members) => members.values().any(|member| member == self.holds),
            value => value == self.holds,
        }
    }
}

/// Removes members and elements that are wanted.
fn remove(value: &mut Value, path: &Path, wanted: &Wanted<'_>) -> usize {
    let mut removed = 0;
    match value {
        Value::Object(members) => members.retain(|key, member| {
            let path = path.key(key);
            let goes = wanted.matches(&path, member);
            removed += if goes { 1 } else { remove(member, &path, wanted) };
            !goes
        }),
        Value::Array(elements) => {
            let mut index = 0;
            elements.retain_mut(|element| {
                let path = path.index(index);
                index += 1;
                let goes = wanted.matches(&path, element);
                removed += if goes { 1 } else { remove(element, &path, wanted) };
                !goes
            });
        }
        _ => {}
    }
    removed
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
    fn of_rows_only_those_with_the_cell_go() {
        const ONE: &[Mask] = &[rows(&["csv"], "new", "")];
        let mut masks = Masks::new(ONE);
        let row = |section, value| json!({"section": section, "value": value});
        let mut document = json!([row("old", 1), row("new", 2), row("newer", 3), row("new", 4)]);
        masks.apply("appliance/ordinary external csv", &mut document);
        assert_eq!(document, json!([row("old", 1), row("newer", 3)]));
        assert_eq!(masks.counts().map(|(_, count)| count).collect::<Vec<_>>(), [2]);
    }
}
