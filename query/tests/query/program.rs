//! The program as a program: formats, failures and exit statuses.

use std::process::{Command, Output};

use datafusion::prelude::{ParquetReadOptions, SessionContext};
use serde_json::Value;

use crate::lake_path;

pub(crate) fn command() -> Command {
    Command::new(env!("CARGO_BIN_EXE_dt-query"))
}

/// Asks with these options.
pub(crate) fn asks(sql: &str, options: &[&str]) -> Output {
    command().arg("query").arg(lake_path()).arg(sql).args(options).output().unwrap()
}

pub(crate) fn out(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", err(output));
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const ODD: &str = "SELECT hostname, tags, external_share, top_since FROM latest WHERE did IN (10, 11) \
                   AND appliance = 'site-a' ORDER BY did";

#[test]
fn names_of_hosts_act_on_nothing() {
    let table = out(&asks(ODD, &[]));
    assert!(table.contains("ws-010\u{fffd}[31m\\u{202e}"), "{table}");
    let csv = out(&asks(ODD, &["-o", "csv"]));
    assert!(csv.contains("'=HYPERLINK"), "{csv}");
    assert!(csv.starts_with("hostname,tags,external_share,top_since\r\n"), "{csv}");
    assert!(csv.contains(r#","[""Finance""]",0.5,"#), "{csv}");
    let json = out(&asks(ODD, &["-o", "json"]));
    assert!(json.contains(r"ws-010\u001b[31m\u202e"), "{json}");
    for text in [&table, &csv, &json] {
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
    }
    let rows: Vec<Value> = serde_json::from_str(&json).unwrap();
    assert_eq!(rows[0]["hostname"], "ws-010\u{1b}[31m\u{202e}");
    assert_eq!(rows[0]["tags"], serde_json::json!(["Finance"]));
    assert!(rows[0]["top_since"].is_null() && rows[0].as_object().unwrap().len() == 4);
}

#[test]
fn json_lines_and_nothing() {
    let lines = out(&asks("SELECT did FROM latest ORDER BY did LIMIT 2", &["-o", "ndjson"]));
    assert_eq!(lines, "{\"did\":1}\n{\"did\":1}\n");
    assert_eq!(out(&asks("SELECT did FROM latest WHERE false", &["-o", "json"])), "[]\n");
    assert_eq!(out(&asks("SELECT did FROM latest WHERE false", &["-o", "ndjson"])), "");
    assert_eq!(out(&asks("SELECT did FROM latest WHERE false", &["-o", "csv"])), "did\r\n");
    assert!(out(&asks("SELECT did FROM latest WHERE false", &[])).contains("did"));
}

#[tokio::test]
async fn a_parquet_file_has_the_rows() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("rows.parquet");
    let format = format!("parquet={}", path.display());
    assert_eq!(out(&asks("SELECT did, tags FROM latest", &["-o", &format])), "");
    let context = SessionContext::new();
    let path = path.to_str().unwrap();
    let rows = context.read_parquet(path, ParquetReadOptions::default()).await.unwrap();
    assert_eq!(rows.count().await.unwrap(), 47);
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1, "nothing else is left");
}

#[test]
fn failures_say_what_happened_where_and_what_to_do() {
    let nowhere = command().args(["query", "/nowhere", "SELECT 1"]).output().unwrap();
    assert_eq!(nowhere.status.code(), Some(2));
    assert!(err(&nowhere).contains("error: /nowhere is not a lake"), "{}", err(&nowhere));
    for (sql, told) in [
        ("SELECT hostnme FROM latest", "hostnme"),
        ("SELECT * FROM lates", "lates"),
        ("SELEC 1", "SELEC"),
        ("DROP TABLE devices", "a lake is only read"),
        ("SELECT 1 AS a, 2 AS a", "a"),
    ] {
        let failed = asks(sql, &["-o", "json"]);
        assert_eq!(failed.status.code(), Some(2), "{sql}: {}", err(&failed));
        let told_all = err(&failed);
        assert!(told_all.contains(told), "{told_all}");
        let last: Value = serde_json::from_str(told_all.lines().last().unwrap()).unwrap();
        assert_eq!(
            (&last["schema"], &last["exit"], &last["kind"]),
            (&"dt.error/1".into(), &2.into(), &"usage".into())
        );
        assert!(last["help"].is_string(), "{told_all}");
    }
    for options in
        [["-o", "xml"], ["-o", "parquet"], ["--limit-memory", "much"], ["--limit-memory", "0"]]
    {
        assert_eq!(asks("SELECT 1", &options).status.code(), Some(2), "{options:?}");
    }
}

#[test]
fn memory_has_a_limit() {
    let sql = "SELECT count(DISTINCT a.value * 100003 + b.value) FROM range(0, 2000) a CROSS JOIN range(0, 2000) b";
    let failed = asks(sql, &["--limit-memory", "1M"]);
    assert_eq!(failed.status.code(), Some(1), "{}", err(&failed));
    assert!(err(&failed).contains("--limit-memory"), "{}", err(&failed));
}

#[test]
fn a_question_may_be_in_a_file() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/cookbook/first.sql");
    let output =
        command().arg("query").arg(lake_path()).args(["--file", file, "-o", "ndjson"]).output();
    assert_eq!(out(&output.unwrap()).lines().count(), 2);
}

#[test]
fn options_stand_on_either_side_of_a_question_with_a_comment() {
    let sql = "-- How many?\nSELECT count(*) AS n FROM latest";
    let lake = lake_path().to_str().unwrap();
    for arguments in [["query", lake, sql, "-o", "ndjson"], ["query", lake, "-o", "ndjson", sql]] {
        assert_eq!(out(&command().args(arguments).output().unwrap()), "{\"n\":47}\n");
    }
    let unknown = command().args(["query", lake, "--frmat", "csv", sql]).output().unwrap();
    assert_eq!(unknown.status.code(), Some(2), "{}", err(&unknown));
}

#[test]
fn what_is_stored_is_judged_again() {
    let output = command().arg("assess").arg(lake_path()).args(["-o", "ndjson"]).output().unwrap();
    let text = out(&output);
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    // Series of six devices of each appliance are kept.
    assert_eq!(rows.len(), 12);
    assert_eq!(rows[0]["hostname"], "ws-003");
    assert_eq!(rows[0]["findings"][0]["rule_id"], "dt-external-upload");
    let last = rows.last().unwrap();
    assert!(last["series_score"].as_f64() < rows[0]["series_score"].as_f64());
}

#[test]
fn a_file_of_rows_overwrites_nothing_and_lies_outside_of_the_lake() {
    let folder = tempfile::tempdir().unwrap();
    let there = folder.path().join("there.parquet");
    std::fs::write(&there, "kept").unwrap();
    let within = lake_path().join("devices/new.parquet");
    for (file, reason) in [(&there, "is there already"), (&within, "only read")] {
        let run = asks("SELECT 1 AS a", &["-o", &format!("parquet={}", file.display())]);
        assert_eq!(run.status.code(), Some(2), "{}", err(&run));
        assert!(err(&run).contains(reason), "{}", err(&run));
    }
    assert_eq!(std::fs::read(&there).unwrap(), b"kept");
    assert!(!within.exists());
}
