//! CSV, read as spreadsheets read it.

use std::collections::HashMap;

use ::csv::{ReaderBuilder, StringRecord};
use dt_analysis::timeline::Baseline;
use dt_analysis::{AsOf, Policy};
use dt_report::contract::{Answer, Document};
use dt_report::csv;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use crate::fixtures::{documents, evidence, now};
use crate::{CASES, case, entries, is_plain, kind, parsed};

/// The columns, and the rows, of which each has a cell for every column.
fn read(text: &str) -> (Vec<String>, Vec<StringRecord>) {
    let mut reader = ReaderBuilder::new().flexible(false).from_reader(text.as_bytes());
    let columns = reader.headers().unwrap().iter().map(str::to_owned).collect();
    (columns, reader.records().map(Result::unwrap).collect())
}

fn table(document: &Document) -> (Vec<String>, Vec<StringRecord>) {
    read(&(csv::header(document) + &csv::rows(document)))
}

/// The header, and of each section the rows about its first entry.
#[test]
fn tables() {
    let tables = case("appliance/ordinary").documents.iter().map(|document| {
        let (columns, rows) = table(document);
        let mut firsts: HashMap<String, String> = HashMap::new();
        let is_first = |row: &&StringRecord| {
            *firsts.entry(row[2].to_owned()).or_insert_with(|| row[4].to_owned()) == row[4]
        };
        let some = if matches!(document, Document::Report(_)) { 1 } else { rows.len() };
        let shown = rows[..some].iter().filter(is_first);
        let shown = shown.map(|row| row.iter().collect::<Vec<_>>().join(","));
        std::iter::once(columns.join(",")).chain(shown).collect::<Vec<_>>().join("\n")
    });
    let tables = tables.collect::<Vec<_>>().join("\n\n");
    insta::assert_snapshot!(tables.replace(&Policy::default().digest(), "[digest]"));
}

/// A row there should be: its section, key and measure, and where the JSON has its value.
struct Expected<'a> {
    section: &'a str,
    key: &'a str,
    measure: &'a str,
    object: &'a Value,
}

/// The rows of one object about one thing.
fn of<'a>(
    section: &'a str,
    key: &'a str,
    object: &'a Value,
    measures: &[&'a str],
) -> Vec<Expected<'a>> {
    measures.iter().map(|measure| Expected { section, key, measure, object }).collect()
}

/// The rows of an object that holds numbers alone: each that the JSON has, so that a new one is not
/// forgotten.
fn all<'a>(section: &'a str, key: &'a str, object: &'a Value) -> Vec<Expected<'a>> {
    let names = object.as_object().into_iter().flat_map(Map::keys).map(String::as_str);
    let quality = ["_margin", "_is_lower_bound"];
    let names = names.filter(|name| !quality.iter().any(|suffix| name.ends_with(suffix)));
    of(section, key, object, &names.collect::<Vec<_>>())
}

/// The rows of a list whose entries have a name, or are traffic without one.
fn each<'a>(
    section: &'a str,
    list: &'a Value,
    name: &str,
    measures: &[&'a str],
) -> Vec<Expected<'a>> {
    let rows =
        |entry: &'a Value| of(section, entry[name].as_str().unwrap_or_default(), entry, measures);
    entries(list).iter().flat_map(rows).collect()
}

const FLOW: [&str; 2] = ["connections", "share"];

fn expected(printed: &Value) -> Vec<Expected<'_>> {
    match kind(printed) {
        "connections" => expected_of_connections(printed),
        "transfers" => expected_of_transfers(printed),
        "compare" => expected_of_compare(printed),
        "external" => expected_of_external(printed),
        other => panic!("{other}"),
    }
}

fn expected_of_connections(printed: &Value) -> Vec<Expected<'_>> {
    let mut rows = all("metrics", "", &printed["metrics"]);
    rows.extend(each("protocols", &printed["protocols"], "protocol", &FLOW));
    rows.extend(each("ports", &printed["ports"], "port", &FLOW));
    let destinations = &printed["destinations"];
    if !destinations.is_null() {
        rows.extend(of("destinations", "", destinations, &["total", "external", "internal"]));
        let top = ["connections", "bytes"];
        rows.extend(each("top_destinations", &destinations["top"], "name", &top));
    }
    rows
}

fn expected_of_transfers(printed: &Value) -> Vec<Expected<'_>> {
    let measures = ["total_bytes", "mean_bytes_per_interval", "peak_bytes"];
    let mut rows = of("outbound", "", &printed["outbound"], &measures);
    rows.extend(of("inbound", "", &printed["inbound"], &measures));
    rows.extend(of("both", "", printed, &["ratio"]));
    for section in ["top_destinations", "top_sources"] {
        for peer in entries(&printed[section]).iter().flat_map(|it| entries(&it["peers"])) {
            rows.extend(of(section, peer["ip"].as_str().unwrap_or_default(), peer, &["bytes"]));
        }
    }
    rows.extend(each("parts", &printed["parts"], "part", &["state"]));
    rows
}

fn expected_of_compare(printed: &Value) -> Vec<Expected<'_>> {
    let mut rows = all("device", "", &printed["primary"]["metrics"]);
    for peer in entries(&printed["comparisons"]) {
        let name = peer["device"]["hostname"].as_str().unwrap_or_default();
        rows.extend(of("similar_devices", name, peer, &["similarity"]));
        rows.extend(all("similar_devices", name, &peer["metrics"]));
        rows.extend(all("deviations", name, &peer["deviations"]));
    }
    for (section, object) in [("baseline", "baseline"), ("times_baseline", "primary_vs_baseline")] {
        rows.extend(all(section, "", &printed[object]));
    }
    rows.extend(each("anomalies", &printed["anomalies"], "kind", &["ratio"]));
    let change = ["before", "recent", "value", "expected", "low", "high", "q"];
    rows.extend(each("change", &printed["change"], "metric", &change));
    for bytes in entries(&printed["bytes"]) {
        let metric = bytes["metric"].as_str().unwrap();
        rows.extend(of("bytes", metric, bytes, &["total_bytes", "mean_bytes", "ratio"]));
        for other in entries(&bytes["comparisons"]) {
            let name = other["device"]["hostname"].as_str().unwrap_or_default();
            rows.extend(of(metric, name, other, &["total_bytes"]));
        }
    }
    rows.extend(each("parts", &printed["parts"], "part", &["state"]));
    rows
}

fn expected_of_external(printed: &Value) -> Vec<Expected<'_>> {
    let mut rows = all("totals", "", &printed["totals"]);
    rows.extend(each("countries", &printed["countries"], "country", &FLOW));
    rows.extend(each("domains", &printed["domains"], "domain", &FLOW));
    rows.extend(each("ports", &printed["ports"], "port", &FLOW));
    let risk = &printed["risk"];
    if !risk.is_null() {
        rows.extend(of("risk", "", risk, &["score"]));
        rows.extend(each("risk", &risk["factors"], "kind", &["weight"]));
    }
    for signal in entries(&printed["signals"]) {
        rows.extend(of("signals", signal["rule"]["id"].as_str().unwrap(), signal, &["message"]));
    }
    rows.extend(all("coverage", "", &printed["coverage"]));
    rows.extend(each("parts", &printed["parts"], "part", &["state"]));
    rows
}

/// The unit of a measure.
fn unit(expected: &Expected) -> &'static str {
    let Expected { section, key, measure, .. } = expected;
    match (*section, *measure) {
        ("parts" | "signals", _) => "",
        ("times_baseline" | "anomalies" | "both", _) | ("bytes", "ratio") => "ratio",
        ("deviations", _) => "share",
        ("change", "before" | "recent") if *key == "co" => "connections",
        ("change", "before" | "recent") => "bytes",
        ("change", "q") => "probability",
        ("change", _) => "ln(1+x)",
        ("destinations", _) | (_, "unique_destinations" | "destinations") => "destinations",
        (_, "reported_used" | "reported_served") => "connections",
        (_, measure) if measure.contains("bytes") => "bytes",
        (_, measure) if measure.contains("connections") => "connections",
        _ => "share",
    }
}

/// Whether a cell holds a value of the JSON, where counts that are estimated have no fractions.
fn holds(cell: &str, value: &Value, off_by: f64) -> bool {
    match value {
        Value::Null => cell.is_empty(),
        Value::Bool(is_true) => cell == is_true.to_string(),
        Value::String(text) => !is_plain(text) || cell == text,
        _ => {
            let exact = if value.is_u64() { off_by } else { 0.0 };
            let (value, cell) = (value.as_f64().unwrap(), cell.parse::<f64>().unwrap());
            (value - cell).abs() <= exact + 1e-8 * value.abs().max(1.0)
        }
    }
}

#[test]
fn rows_hold_the_numbers_of_the_json_in_its_order() {
    let mut compared = 0;
    for case in &*CASES {
        for (document, printed) in case.printed().filter(|(_, it)| kind(it) != "report") {
            let (_, rows) = table(document);
            let expected = expected(&printed);
            for (row, expected) in rows.iter().zip(&expected) {
                let Expected { section, key, measure, object } = expected;
                let about = format!("{} {section} {key} {measure}: {row:?}", case.name);
                assert_eq!(
                    (&row[2], &row[5], &row[7]),
                    (*section, *measure, unit(expected)),
                    "{about}"
                );
                assert!(!is_plain(key) || row[4] == **key, "{about}");
                let quality = |suffix: &str| &object[format!("{measure}_{suffix}")];
                let is_estimate = quality("margin").is_number();
                let off_by = if is_estimate { 0.5 } else { 0.0 };
                assert!(holds(&row[6], &object[*measure], off_by), "{about}: {object}");
                // Rounded, an estimate is off by more.
                assert!(holds(&row[8], quality("margin"), 2.0), "{about}: {object}");
                assert!(holds(&row[9], quality("is_lower_bound"), 0.0), "{about}: {object}");
                compared += 1;
            }
            assert_eq!(rows.len(), expected.len(), "{}: {}", case.name, kind(&printed));
        }
    }
    assert!(compared > 2000, "{compared}");
}

#[test]
fn a_finding_of_the_json_is_a_row() {
    for case in CASES.iter().filter(|case| !case.is_documented()) {
        let printed = parsed(case.report());
        let (columns, rows) = table(case.report());
        let findings = entries(&printed["findings"]);
        for (row, finding) in rows.iter().zip(findings) {
            let cell = |name: &str| &row[columns.iter().position(|it| it == name).unwrap()];
            for (column, value) in [
                ("did", &printed["device"]["did"]),
                ("priority_score", &printed["priority"]["score"]),
                ("priority_level", &printed["priority"]["level"]),
                ("severity", &finding["severity"]),
                ("message", &finding["message"]),
                ("rule", &finding["rule"]["id"]),
                ("rule_version", &finding["rule"]["version"]),
                ("observed", &finding["observed"]),
                ("expected", &finding["expected"]),
                ("low", &finding["low"]),
                ("high", &finding["high"]),
                ("values_used", &finding["n_used"]),
                ("confidence", &finding["confidence"]),
            ] {
                assert!(holds(cell(column), value, 0.0), "{} {column}: {finding}", case.name);
            }
            assert_eq!(cell("id"), finding["id"].as_str().unwrap());
        }
        assert_eq!(rows.len(), findings.len().max(1), "{}", case.name);
    }
}

#[test]
fn every_row_has_every_column_and_no_cell_acts() {
    for document in CASES.iter().flat_map(|case| &case.documents) {
        let (columns, rows) = table(document);
        assert_eq!(columns[..2], ["did", "hostname"]);
        for cell in rows.iter().flatten() {
            assert!(!cell.contains(char::is_control), "{cell:?}");
            assert!(cell != "NaN" && cell != "inf", "{rows:?}");
            let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
            assert!(!formula || cell.parse::<f64>().is_ok(), "{cell:?}");
        }
    }
}

#[test]
fn a_number_says_its_unit_and_how_well_it_is_known() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/appliance/ordinary.co.json");
    let documents = documents(&evidence(path.as_ref()), &Policy::default());
    let (columns, rows) = table(&documents[0]);
    let column = |name: &str| columns.iter().position(|column| column == name).unwrap();
    let row = |section: &str, key: &str, measure: &str| {
        let found = rows.iter().find(|row| {
            [section, key, measure]
                == [&row[column("section")], &row[column("key")], &row[column("measure")]]
        });
        let row = found.unwrap();
        ["value", "unit", "margin", "is_lower_bound"].map(|name| row[column(name)].to_owned())
    };
    let [value, unit, margin, bound] = row("metrics", "", "total_connections");
    assert!(value.parse::<u64>().is_ok());
    assert_eq!([unit.as_str(), &margin, &bound], ["connections", "", ""]);
    let [_, unit, margin, _] = row("ports", "443", "share");
    assert_eq!((unit.as_str(), margin.as_str()), ("share", "0.005"));
    let [_, unit, _, bound] = row("destinations", "", "total");
    assert_eq!((unit.as_str(), bound.as_str()), ("destinations", "true"));
}

#[test]
fn a_timelines_columns_have_the_unit_of_its_series() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/appliance/ordinary.co.json");
    let evidence = evidence(path.as_ref());
    let table = |info: Option<&dt_model::DeviceInfo>| {
        let policy = Policy::default();
        let as_of = AsOf { now: now(), zone: &TimeZone::UTC };
        let found = Answer::timeline(info.unwrap(), Baseline::Others, &policy, as_of);
        let buckets = found.body.buckets.len();
        let (columns, rows) = table(&Document::Timeline(Box::new(found)));
        assert_eq!(rows.len(), buckets);
        columns
    };
    assert_eq!(
        table(evidence.connections.answer())[2..5],
        ["time", "count_connections", "expected_connections"]
    );
    assert_eq!(table(evidence.bytes_out.answer())[3], "count_bytes");
}

#[test]
fn several_devices_are_one_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/appliance/ordinary.co.json");
    for document in documents(&evidence(path.as_ref()), &Policy::default()) {
        let (header, rows) = (csv::header(&document), csv::rows(&document));
        let (_, once) = read(&(header.clone() + &rows));
        let (_, twice) = read(&(header + &rows + &rows));
        assert_eq!(twice.len(), 2 * once.len());
    }
}
