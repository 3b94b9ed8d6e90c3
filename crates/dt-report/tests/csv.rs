//! CSV over every fixture, read as spreadsheets read it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fixtures;

use ::csv::{ReaderBuilder, StringRecord};
use dt_analysis::Policy;
use dt_analysis::timeline::Baseline;
use dt_report::contract::{Answer, Document};
use dt_report::csv;
use fixtures::{documents, evidence, now};
use jiff::tz::TimeZone;

/// The columns, and the rows, of which each has a cell for every column.
fn read(text: &str) -> (Vec<String>, Vec<StringRecord>) {
    let mut reader = ReaderBuilder::new().flexible(false).from_reader(text.as_bytes());
    let columns = reader.headers().unwrap().iter().map(str::to_owned).collect();
    (columns, reader.records().map(Result::unwrap).collect())
}

fn table(document: &Document) -> (Vec<String>, Vec<StringRecord>) {
    read(&(csv::header(document) + &csv::rows(document)))
}

#[test]
fn tables() {
    insta::glob!("../../../fixtures", "*/{ordinary,hostile,ties,empty}.co.json", |co| {
        let documents = documents(&evidence(co), &Policy::default());
        let tables = documents.iter().map(|it| csv::header(it) + &csv::rows(it));
        insta::assert_snapshot!(tables.collect::<Vec<_>>().join("\n").replace('\r', ""));
    });
}

#[test]
fn every_row_has_every_column_and_no_cell_acts() {
    insta::glob!("../../../fixtures", "*/*.co.json", |co| {
        for policy in [Policy::default(), Policy::documented()] {
            for document in documents(&evidence(co), &policy) {
                let (columns, rows) = table(&document);
                assert_eq!(columns[..2], ["did", "hostname"]);
                for cell in rows.iter().flatten() {
                    assert!(!cell.contains(char::is_control), "{cell:?}");
                    assert!(cell != "NaN" && cell != "inf", "{rows:?}");
                    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
                    assert!(!formula || cell.parse::<f64>().is_ok(), "{cell:?}");
                }
            }
        }
    });
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
        let found =
            Answer::timeline(info.unwrap(), &TimeZone::UTC, Baseline::Others, &policy, now());
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
