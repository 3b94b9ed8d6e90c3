//! What can be asked about.

use dt_lake::Lake;

use crate::lake::NEWEST;
use crate::{answer, lake_path, rows, session_over};

#[tokio::test]
async fn only_finished_runs_are_there() {
    let runs =
        answer("SELECT run, appliance, count(*) FROM devices GROUP BY 1, 2 ORDER BY 1, 2").await;
    let runs: Vec<&str> = runs.iter().map(|row| row[0].as_str()).collect();
    let first = ["2026-11-24T02-00-00Z", "2026-11-25T02-00-00Z", NEWEST];
    assert_eq!(runs, first.map(|run| [run, run]).concat(), "one of 27 November has no manifest");
}

#[tokio::test]
async fn an_appliance_is_called_as_its_run_calls_it() {
    let found = answer("SELECT DISTINCT appliance FROM latest ORDER BY 1").await;
    assert_eq!(found, [["10.0.0.1/site b"], ["site-a"]]);
    let counted = answer("SELECT count(*) FROM latest WHERE appliance = '10.0.0.1/site b'").await;
    assert_eq!(counted, [["8"]]);
}

#[tokio::test]
async fn latest_previous_and_change_agree_with_each_other() {
    assert_eq!(answer("SELECT count(*) FROM latest").await, [["47"]]);
    assert_eq!(
        answer("SELECT count(*), min(run) FROM previous").await[0],
        ["47", "2026-11-25T02-00-00Z"]
    );
    let states = answer("SELECT state, count(*) FROM change GROUP BY 1 ORDER BY 1").await;
    assert_eq!(states, [["changed", "1"], ["new", "1"], ["not swept", "1"], ["same", "45"]]);
}

#[tokio::test]
async fn prevalence_is_what_the_fleet_counts() {
    let common =
        answer("SELECT devices, fleet, share FROM prevalence WHERE domain = 'mail.example.com'")
            .await;
    assert_eq!(common, [["47", "47", "1.0"]]);
    let rare =
        answer("SELECT devices, first_run FROM prevalence WHERE domain = 'cdn.evil.example'").await;
    assert_eq!(rare, [["1", NEWEST]]);
}

#[tokio::test]
async fn every_view_has_rows_or_says_that_it_has_none() {
    let context = session_over(lake_path()).await;
    for (view, _) in dt_query::Views::ALL {
        let counted = rows(&context, &format!("SELECT count(*) FROM {view}")).await.unwrap();
        let is_empty = counted == [["0"]];
        assert_eq!(is_empty, view == "groups", "{view}: {counted:?}");
    }
    let directory = tempfile::tempdir().unwrap();
    let empty = directory.path().join("empty");
    Lake::create(&empty).unwrap();
    let context = session_over(&empty).await;
    for (view, _) in dt_query::Views::ALL {
        let counted = rows(&context, &format!("SELECT count(*) FROM {view}")).await.unwrap();
        assert_eq!(counted, [["0"]], "{view}");
    }
}

/// A plan is made without a look into any file: one that is damaged is found when it is read.
#[tokio::test]
async fn schemas_are_given() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("lake");
    crate::lake::write(&path);
    for entry in walk(&path.join("devices")) {
        std::fs::write(entry, b"this is no parquet").unwrap();
    }
    let context = session_over(&path).await;
    let columns = rows(&context, "DESCRIBE devices").await.unwrap();
    let mut expected = vec!["run".to_owned(), "appliance".to_owned()];
    let schema = dt_lake::Table::Devices.schema();
    expected.extend(schema.fields().iter().map(|field| field.name().clone()));
    let names: Vec<String> = columns.into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(names, expected);
    assert!(rows(&context, "SELECT did FROM devices").await.is_err());
}

fn walk(directory: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn a_lake_is_only_read() {
    let context = session_over(lake_path()).await;
    let elsewhere = tempfile::tempdir().unwrap();
    let copy = format!("COPY (SELECT 1) TO '{}'", elsewhere.path().join("copy.csv").display());
    for sql in [
        "DROP TABLE devices",
        "DROP VIEW devices",
        "CREATE TABLE mine AS SELECT 1",
        "CREATE VIEW mine AS SELECT 1",
        "CREATE EXTERNAL TABLE mine STORED AS CSV LOCATION '/etc/passwd'",
        "INSERT INTO known VALUES ('a', 'b', 'c', 'd', 1)",
        "DELETE FROM devices",
        "UPDATE devices SET did = 1",
        &copy,
        &format!("EXPLAIN {copy}"),
        "EXPLAIN ANALYZE INSERT INTO known VALUES ('a', 'b', 'c', 'd', 1)",
        "SET datafusion.execution.batch_size = 1",
        "PREPARE it AS SELECT 1",
        "BEGIN",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM 'file:///etc/passwd'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT 1; DROP TABLE devices",
    ] {
        assert!(rows(&context, sql).await.is_err(), "{sql}");
    }
    assert_eq!(walk(elsewhere.path()), [] as [std::path::PathBuf; 0], "nothing was written");
    for sql in ["SELECT 1", "EXPLAIN SELECT 1", "SHOW TABLES", "DESCRIBE known", "VALUES (1)"] {
        assert!(!rows(&context, sql).await.unwrap().is_empty(), "{sql}");
    }
}
