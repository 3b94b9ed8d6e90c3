//! Markdown and HTML beside each other, and beside the JSON of the same documents.

use dt_analysis::priority::hundredths;
use serde_json::Value;

use crate::dom::{Element, parsed};
use crate::{CASES, Case, entries, grouped, html, is_plain, kind, markdown, percent};

type Table = (String, Vec<Vec<String>>);

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every table with its caption, its header first.
fn tables(page: &Element) -> Vec<Table> {
    let cells = |row: &&Element| row.children.iter().map(|cell| squeezed(&cell.text)).collect();
    let of = |table: &Element| {
        let rows = table.named("tr").iter().map(cells).collect();
        (squeezed(&table.named("caption")[0].text), rows)
    };
    page.named("table").into_iter().map(of).collect()
}

/// The tables of a case in Markdown, where those of HTML are the same.
fn check_tables(case: &Case) -> Vec<Table> {
    let from_html = tables(&parsed(&html::rendered(&case.documents, &case.policy)));
    let mut from_markdown = markdown::tables(&markdown::rendered(&case.documents, &case.policy));
    for cell in from_markdown.iter_mut().flat_map(|(_, rows)| rows.iter_mut().flatten()) {
        *cell = squeezed(cell);
    }
    assert_eq!(from_markdown.len(), from_html.len(), "{}", case.name);
    for (one, other) in from_markdown.iter().zip(&from_html) {
        assert_eq!(one, other, "{}", case.name);
    }
    from_markdown
}

/// How many rows a table has at most.
const MOST_ROWS: usize = 100;

/// The rows of a table, whose columns have these names, are the entries of a list.
fn check_list(case: &Case, tables: &[Table], caption: &str, list: &Value, name: &str) {
    let entries = entries(list);
    if entries.is_empty() {
        return;
    }
    let of_connections = |rows: &[Vec<String>]| rows[0].iter().any(|it| it == "connections");
    let is_it = |(of, rows): &&Table| of == caption && of_connections(rows);
    let found = tables.iter().find(is_it);
    let (_, rows) = found.unwrap_or_else(|| panic!("{}: no {caption} in {tables:?}", case.name));
    assert_eq!(rows.len() - 1, entries.len().min(MOST_ROWS), "{}: {caption}", case.name);
    let column = |name: &str| rows[0].iter().position(|column| column == name);
    for (row, entry) in rows[1..].iter().zip(entries) {
        if entry["connections"].is_f64() {
            // So many that JSON readers have not all of their digits.
            continue;
        }
        let named = entry[name].as_str().unwrap_or_default();
        assert!(!is_plain(named) || row[0] == named, "{}: {row:?} is not {named}", case.name);
        let connections = &row[column("connections").unwrap()];
        assert_eq!(*connections, grouped(entry, "connections"), "{}: {caption}", case.name);
        if let Some(share) = column("share") {
            assert_eq!(row[share], percent(entry, "share"), "{}: {caption}", case.name);
        }
    }
}

#[test]
fn tables_are_the_same_in_both_and_hold_the_lists_of_the_json() {
    for case in &*CASES {
        let tables = check_tables(case);
        for (_, printed) in case.printed() {
            let lists: &[(&str, &Value, &str)] = match kind(&printed) {
                "connections" => &[
                    ("Top ports", &printed["ports"], "port"),
                    ("Protocols", &printed["protocols"], "protocol"),
                    ("Top destinations", &printed["destinations"]["top"], "name"),
                ],
                "external" => &[
                    ("Countries", &printed["countries"], "country"),
                    ("Domains", &printed["domains"], "domain"),
                    ("External traffic ports", &printed["ports"], "port"),
                ],
                _ => &[],
            };
            for (caption, list, name) in lists {
                check_list(case, &tables, caption, list, name);
            }
        }
    }
}

/// A number of bytes as people read it: three digits, in powers of 1,000.
fn sized(bytes: &Value) -> String {
    let Some(size) = bytes.as_f64() else { return "not reported".to_owned() };
    let digits = |size: f64| format!("{size:.2e}").parse::<f64>().unwrap();
    let units = [(1e9, "GB"), (1e6, "MB"), (1e3, "KB")];
    let Some((unit, name)) = units.into_iter().find(|(unit, _)| digits(size) >= *unit) else {
        return format!("{size:.0} {}", if bytes == 1 { "byte" } else { "bytes" });
    };
    let decimals = if digits(size / unit) < 10.0 { 2 } else { usize::from(size / unit < 99.95) };
    format!("{:.decimals$} {name}", size / unit)
}

#[test]
fn bytes_and_similar_devices_are_those_of_the_json() {
    let mut compared = 0;
    for case in &*CASES {
        for (document, printed) in case.printed() {
            let page = html::rendered(std::slice::from_ref(document), &case.policy);
            let tables = tables(&parsed(&page));
            let rows = |caption: &str| {
                let found = tables.iter().find(|(of, _)| of == caption);
                found.map_or(&[] as &[_], |(_, rows)| rows.as_slice())
            };
            if kind(&printed) == "transfers" {
                for (row, way) in rows("Bytes")[1..].iter().zip(["outbound", "inbound"]) {
                    let way = &printed[way];
                    if way["peak_bytes"].is_u64() {
                        let measures = ["total_bytes", "mean_bytes_per_interval", "peak_bytes"];
                        assert_eq!(row[1..], measures.map(|it| sized(&way[it])), "{}", case.name);
                        compared += 1;
                    }
                }
            }
            if kind(&printed) == "compare" {
                let rows = rows("Similar devices").iter().skip(2);
                for (row, peer) in rows.zip(entries(&printed["comparisons"])) {
                    let metrics = &peer["metrics"];
                    assert_eq!(row[2], grouped(metrics, "total_connections"), "{}", case.name);
                    assert_eq!(row[5], grouped(metrics, "peak_connections"), "{}", case.name);
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 50, "{compared}");
}

#[test]
fn every_finding_is_told_in_both_in_the_order_of_the_json() {
    for case in &*CASES {
        let report = std::slice::from_ref(case.report());
        let printed = crate::parsed(case.report());
        let (in_markdown, headings) = markdown::read(&markdown::rendered(report, &case.policy));
        let page = parsed(&html::rendered(report, &case.policy));
        let findings = entries(&printed["findings"]);
        let told = headings.iter().filter(|(level, _)| *level == 3).count();
        assert!(told >= findings.len(), "{}: {headings:?}", case.name);
        for text in [&in_markdown, &page.text] {
            let mut rest = text.as_str();
            for finding in findings {
                let id = finding["id"].as_str().unwrap();
                let (of_it, after) = rest.split_once(id).unwrap_or_else(|| panic!("{id}"));
                let message = finding["message"].as_str().unwrap();
                let is_safe = message.chars().all(|c| !c.is_control() && c != '\u{fffd}');
                assert!(!is_safe || of_it.contains(message), "{}: {message}", case.name);
                rest = after;
            }
        }
    }
}

#[test]
fn a_priority_is_the_sum_of_what_its_table_adds() {
    for case in CASES.iter().filter(|case| !case.is_documented()) {
        let priority = &crate::parsed(case.report())["priority"];
        let weights = entries(&priority["contributions"]);
        let sum: f64 = weights.iter().map(|it| it["weight"].as_f64().unwrap()).sum();
        let score = priority["score"].as_f64().unwrap();
        assert!((score - 1.0 / (1.0 + (-sum).exp())).abs() < 1e-9, "{}: {priority}", case.name);
        let page = html::rendered(std::slice::from_ref(case.report()), &case.policy);
        let tables = tables(&parsed(&page));
        let (_, rows) = tables.iter().find(|(of, _)| of == "Priority, as log-odds").unwrap();
        for (row, entry) in rows[1..].iter().zip(weights) {
            let weight = format!("{:+.2}", entry["weight"].as_f64().unwrap());
            assert_eq!(row[..2], [entry["family"].as_str().unwrap(), &weight], "{}", case.name);
        }
        let total = [format!("{sum:+.2}"), format!("{} of 100", hundredths(score))];
        assert_eq!(rows.last().unwrap()[1..], total, "{}", case.name);
        assert_eq!(rows.len(), weights.len() + 2, "{}", case.name);
    }
}

#[test]
fn what_else_was_looked_at_is_told_in_both() {
    for case in CASES.iter().filter(|case| !case.is_documented()) {
        let report = std::slice::from_ref(case.report());
        let extended = &crate::parsed(case.report())["extended"];
        let (in_markdown, _) = markdown::read(&markdown::rendered(report, &case.policy));
        let page = parsed(&html::rendered(report, &case.policy));
        for place in ["/regularity", "/direction", "/direction/change"] {
            let found = extended.pointer(place).and_then(|it| it["message"].as_str());
            let Some(message) = found else { continue };
            for text in [&in_markdown, &page.text] {
                assert!(text.contains(message), "{}: {message}", case.name);
            }
        }
    }
}
