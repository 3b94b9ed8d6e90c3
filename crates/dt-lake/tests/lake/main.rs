//! A lake as sweeps write it and others read it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod keep;

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use dt_analysis::Policy;
use dt_analysis::finding::{FindingRecord, FindingState};
use dt_fleet::Chance;
use dt_fleet::rows::{
    DeviceRow, DomainRow, ErrorKind, ErrorRow, FindingRow, GroupRow, KnownRow, PortShare,
    SeriesRow, Side, Stage,
};
use dt_lake::{
    ApplianceSummary, DamageKind, DeviceLine, Error, Grouping, KeepSeries, Lake, Line, Manifest,
    Retention, RunEnd, RunId, RunPlan, RunWriter, Swept, Table, Totals,
};
use dt_model::{DeviceId, Diagnostic};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

const BEGAN: &str = "2026-11-26T02:00:00Z";

fn began() -> Timestamp {
    BEGAN.parse().unwrap()
}

/// A device with everything that a row can have, or with as little as it may.
fn device(appliance: &str, did: i64, stage: Stage) -> DeviceLine {
    let is_full = did % 2 == 0;
    let time = began().as_millisecond();
    let some = |value: serde_json::Value| if is_full { value } else { json!(null) };
    let row: DeviceRow = serde_json::from_value(json!({
        "appliance": appliance, "did": did, "hostname": some(json!(format!("host-{did}"))),
        "ip": some(json!("10.0.0.1")), "mac": null, "type": some(json!("desktop")), "os": null,
        "label": some(json!("it's \"5 o'clock\", \u{202e}evil")), "vendor": null,
        "tags": if is_full { json!(["Finance", "VIP"]) } else { json!([]) },
        "subnet": some(json!(7)), "first_seen": some(json!(time - 1)), "last_seen": null,
        "asked": time, "data_until": some(json!(time)), "dialect": "appliance",
        "stage": u8::from(stage), "stage_wanted": 2, "score": 0.25, "level": "low",
        "importance": 1.0, "rank_score": 0.25,
        "contributions": [{"family": some(json!("novelty")), "weight": -1.8, "message": "starting value"}],
        "missing": [], "findings": 1, "findings_new": 1, "top_rule": some(json!("dt-new-domain")),
        "top_reason": null, "top_destination": null, "top_since": null,
        "connections": some(json!(u64::MAX)), "external_bytes_out": null, "external_share": some(json!(0.5)),
        "listed_share": null, "group": null,
    }))
    .unwrap();
    let record: FindingRecord = serde_json::from_value(json!({
        "id": "2ce2b4a3-f095-5006-803e-365713ae0b02", "rule_version": 1, "policy": "",
        "finding": {
            "rule": "dt-new-domain", "severity": "medium", "message": "zz.example is new",
            "object": {"type": "domain", "key": "zz.example"}, "first_time": BEGAN, "last_time": BEGAN,
            "observed": 3.5, "unit": "connections", "n_used": 12, "method": "first time",
            "confidence": "medium", "reasons": ["nobody else uses it"],
            "attack_candidates": ["T1041"],
        },
    }))
    .unwrap();
    let finding = FindingRow {
        appliance: appliance.to_owned(),
        did: DeviceId::new(did),
        state: FindingState::New,
        record,
        excluded: is_full.then(|| "records cameras".to_owned()),
    };
    let domain: DomainRow = serde_json::from_value(json!({
        "appliance": appliance, "did": did, "domain": "zz.example", "registrable": "zz.example",
        "share_connections": 12, "share_bytes_out": null, "connections": 88.5, "bytes_out": null,
        "firsttime": some(json!(time)), "popularity": null, "dga_score": null,
        "countries": some(json!(["Iceland"])),
    }))
    .unwrap();
    let series: SeriesRow = serde_json::from_value(json!({
        "appliance": appliance, "did": did, "start": time, "step_seconds": 3600,
        "co": [1, null, 0, u64::MAX], "external": null, "external_out": some(json!([])),
        "sizeout": null, "sizein": null, "asked": time,
    }))
    .unwrap();
    let ports = vec![PortShare { port: "443".to_owned(), side: Side::Used, share: 1.0 }];
    DeviceLine {
        device: row,
        findings: vec![finding],
        domains: vec![domain],
        series: Some(series),
        ports,
    }
}

fn error(did: i64) -> ErrorRow {
    ErrorRow {
        appliance: "site-a".to_owned(),
        did: Some(did),
        stage: Stage::One,
        kind: ErrorKind::Gone,
        message: "the appliance does not know it".to_owned(),
        attempts: 1,
        asked: began(),
    }
}

fn end(policy: &Policy) -> RunEnd<'_> {
    RunEnd {
        ended: began(),
        complete: true,
        dt_version: "0.1.0",
        policy,
        appliances: vec![ApplianceSummary {
            name: "site-a".to_owned(),
            devices_listed: 4,
            ..ApplianceSummary::default()
        }],
        groups: Grouping {
            rows: vec![GroupRow {
                group: 0,
                name: "desktop, uses 443".to_owned(),
                devices: 3,
                ports: vec![PortShare { port: "443".to_owned(), side: Side::Used, share: 1.0 }],
                silhouette: 0.5,
                typical_hours: vec![0.25; 4],
            }],
            of: HashMap::from([(("site-a".to_owned(), DeviceId::new(2)), 0)]),
            quality: None,
        },
        chance: Chance::default(),
        keep_series: KeepSeries::All,
    }
}

fn record(writer: &mut RunWriter, line: DeviceLine) {
    let appliance = line.device.appliance.clone();
    writer.record(&appliance, &Line::Device(Box::new(line))).unwrap();
}

/// A finished run that begins so many days after the first.
fn run(lake: &Lake, days: i64) -> Manifest {
    let run = RunId::at(began() + SignedDuration::from_hours(24 * days));
    let mut writer = lake.begin(run, RunPlan::default()).unwrap();
    record(&mut writer, device("site-a", 2, Stage::One));
    writer.finish(end(&Policy::default())).unwrap()
}

fn lake(directory: &tempfile::TempDir) -> Lake {
    Lake::create(&directory.path().join("lake")).unwrap()
}

#[test]
fn what_is_written_is_read_again_from_every_table() {
    let directory = tempfile::tempdir().unwrap();
    let lake = lake(&directory);
    let mut writer = lake.begin(RunId::at(began()), RunPlan::default()).unwrap();
    // Not in order, and named as no directory can be.
    for (appliance, did) in [("site-a", 3), ("site-a", 2), ("10.0.0.1/site b", 2)] {
        record(&mut writer, device(appliance, did, Stage::One));
    }
    writer.record("site-a", &Line::Error(error(9))).unwrap();
    let manifest = writer.finish(end(&Policy::default())).unwrap();
    assert_eq!(lake.manifests().unwrap(), std::slice::from_ref(&manifest));

    let devices: Vec<DeviceRow> = lake.rows(&manifest).unwrap();
    let of = |row: &DeviceRow| (row.appliance.clone(), row.did.get());
    let b = "10.0.0.1/site b".to_owned();
    let a = "site-a".to_owned();
    assert_eq!(
        devices.iter().map(of).collect::<Vec<_>>(),
        [(b.clone(), 2), (a.clone(), 2), (a, 3)]
    );
    let expected = DeviceRow { group: Some(0), ..device("site-a", 2, Stage::One).device };
    assert_eq!(devices[1], expected);
    assert_eq!(devices[2], device("site-a", 3, Stage::One).device, "with what is not reported");

    let findings: Vec<FindingRow> = lake.rows(&manifest).unwrap();
    assert_eq!(findings[0], device(&b, 2, Stage::One).findings[0]);
    let domains: Vec<DomainRow> = lake.rows(&manifest).unwrap();
    assert_eq!(domains[2], device("site-a", 3, Stage::One).domains[0]);
    let series: Vec<SeriesRow> = lake.rows(&manifest).unwrap();
    assert_eq!(Some(&series[1]), device("site-a", 2, Stage::One).series.as_ref());
    assert_eq!(Some(&series[2]), device("site-a", 3, Stage::One).series.as_ref());
    assert_eq!(lake.rows::<ErrorRow>(&manifest).unwrap(), [error(9)]);
    assert_eq!(lake.rows::<GroupRow>(&manifest).unwrap(), end(&Policy::default()).groups.rows);
    let totals = Totals { listed: 4, swept: 3, failed: 1, ..Totals::default() };
    assert_eq!(manifest.totals(), totals);
    let rows: u64 =
        manifest.files.iter().filter(|it| it.path.starts_with("devices/")).map(|it| it.rows).sum();
    assert_eq!(rows, 3);
}

#[test]
fn nobody_sees_a_run_before_it_is_finished() {
    let directory = tempfile::tempdir().unwrap();
    let lake = lake(&directory);
    let run = RunId::at(began());
    let mut writer = lake.begin(run, RunPlan::default()).unwrap();
    record(&mut writer, device("site-a", 2, Stage::One));
    assert_eq!(lake.runs().unwrap(), []);
    assert_eq!(lake.unfinished().unwrap(), [run]);
    assert!(matches!(lake.manifest(run), Err(Error::NoRun { finished: true, .. })));
    writer.finish(end(&Policy::default())).unwrap();
    assert_eq!((lake.runs().unwrap(), lake.unfinished().unwrap()), (vec![run], vec![]));
}

#[test]
fn a_run_that_was_let_go_goes_on_where_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let lake = lake(&directory);
    let run = RunId::at(began());
    let plan = RunPlan { policy: "a".to_owned(), ..RunPlan::default() };
    let mut writer = lake.begin(run, plan.clone()).unwrap();
    record(&mut writer, device("site-a", 2, Stage::One));
    writer.record("site-a", &Line::Error(error(3))).unwrap();
    assert!(lake.resume(run, None).is_err_and(|error| error.is_locked()), "one writer at a time");
    drop(writer);
    // Killed in the middle of a line.
    let journal = lake.path().join(format!("_incoming/{run}/appliance=site-a/journal.ndjson"));
    let mut text = fs::read_to_string(&journal).unwrap();
    text.push_str("{\"device\":{\"dev");
    fs::write(&journal, text).unwrap();

    let other = RunPlan { policy: "b".to_owned(), ..RunPlan::default() };
    let refused = lake.resume(run, Some(other)).err().unwrap();
    assert!(matches!(refused, Error::OtherPlan { what: "policy", .. }), "{refused}");

    let mut writer = lake.resume(run, Some(plan)).unwrap();
    let swept = |writer: &RunWriter, did| writer.swept("site-a", DeviceId::new(did));
    assert_eq!(swept(&writer, 2), Some(Swept::Stage(Stage::One)));
    assert_eq!(swept(&writer, 3), Some(Swept::Failed));
    assert_eq!(swept(&writer, 4), None);
    record(&mut writer, device("site-a", 3, Stage::One));
    record(&mut writer, device("site-a", 2, Stage::Two));
    // That the second stage failed takes nothing away.
    writer.record("site-a", &Line::Error(error(2))).unwrap();
    let manifest = writer.finish(end(&Policy::default())).unwrap();
    let devices: Vec<DeviceRow> = lake.rows(&manifest).unwrap();
    let stages: Vec<(i64, Stage)> = devices.iter().map(|row| (row.did.get(), row.stage)).collect();
    assert_eq!(stages, [(2, Stage::Two), (3, Stage::One)]);
    assert_eq!(
        lake.rows::<ErrorRow>(&manifest).unwrap(),
        [],
        "each device has one row or one error"
    );
}

#[test]
fn a_broken_line_that_others_follow_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let lake = lake(&directory);
    let run = RunId::at(began());
    let mut writer = lake.begin(run, RunPlan::default()).unwrap();
    record(&mut writer, device("site-a", 2, Stage::One));
    drop(writer);
    let journal = lake.path().join(format!("_incoming/{run}/appliance=site-a/journal.ndjson"));
    let line = fs::read_to_string(&journal).unwrap();
    fs::write(&journal, format!("{{\"broken\n{line}")).unwrap();
    let refused = lake.resume(run, None).err().unwrap().to_string();
    assert!(refused.contains("journal.ndjson"), "{refused}");
}

#[test]
fn an_attempt_that_ended_before_its_manifest_is_made_again() {
    let directory = tempfile::tempdir().unwrap();
    let lake = lake(&directory);
    let run = RunId::at(began());
    let mut writer = lake.begin(run, RunPlan::default()).unwrap();
    record(&mut writer, device("site-a", 2, Stage::One));
    // What was published, and what was being written, when the process was killed.
    for left in [format!("devices/run={run}"), format!("_incoming/{run}/tables/devices")] {
        fs::create_dir_all(lake.path().join(left)).unwrap();
    }
    let manifest = writer.finish(end(&Policy::default())).unwrap();
    assert_eq!(lake.rows::<DeviceRow>(&manifest).unwrap().len(), 1);
    assert_eq!(lake.check(run).unwrap(), []);
}

#[test]
fn a_file_that_is_not_what_was_written_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let lake = lake(&directory);
    let mut manifest = run(&lake, 0);
    let id = RunId::at(began());
    let path = |at: usize| lake.path().join(&manifest.files[at].path);
    let (changed, missing) = (path(0), path(1));
    let mut content = fs::read(&changed).unwrap();
    content[0] ^= 1;
    fs::write(&changed, content).unwrap();
    fs::remove_file(&missing).unwrap();
    manifest.files[2].path = "../../etc/passwd".to_owned();
    let text = serde_json::to_vec(&manifest).unwrap();
    fs::write(lake.path().join(format!("manifests/{id}.json")), text).unwrap();
    let kinds: Vec<DamageKind> = lake.check(id).unwrap().iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [DamageKind::Changed, DamageKind::Missing, DamageKind::Outside]);
}

#[test]
fn a_table_that_is_another_than_its_manifest_lists_is_not_ranked() {
    let directory = tempfile::tempdir().unwrap();
    let lake = lake(&directory);
    let first = run(&lake, 0);
    let mut writer = lake
        .begin(RunId::at(began() + SignedDuration::from_hours(24)), RunPlan::default())
        .unwrap();
    for did in [2, 3, 4] {
        record(&mut writer, device("site-a", did, Stage::One));
    }
    let second = writer.finish(end(&Policy::default())).unwrap();
    let devices = |manifest: &Manifest| {
        manifest.files.iter().position(|it| it.path.starts_with("devices/")).unwrap()
    };
    lake.contents(None, None).unwrap();
    let (small, large) = (&first.files[devices(&first)], &second.files[devices(&second)]);
    let whole = fs::read(lake.path().join(&large.path)).unwrap();
    let is_refused = |path: &str| match lake.contents(None, None) {
        Err(Error::OtherTable { path: told }) => told == lake.path().join(path),
        other => panic!("{other:?}"),
    };

    // That of another run, which has fewer devices; and then with a manifest that knows its size alone.
    fs::copy(lake.path().join(&small.path), lake.path().join(&large.path)).unwrap();
    assert!(is_refused(&large.path));
    let mut manifest = second.clone();
    manifest.files[devices(&second)].bytes = small.bytes;
    let at = lake.path().join(format!("manifests/{}.json", second.run));
    fs::write(&at, serde_json::to_vec(&manifest).unwrap()).unwrap();
    assert!(is_refused(&large.path));

    // What it is compared with counts, too.
    fs::write(&at, serde_json::to_vec(&second).unwrap()).unwrap();
    fs::write(lake.path().join(&large.path), &whole).unwrap();
    lake.contents(None, None).unwrap();
    fs::write(lake.path().join(&small.path), whole).unwrap();
    assert!(is_refused(&small.path));
}

#[test]
fn since_when_a_domain_is_known_outlives_the_runs() {
    let directory = tempfile::tempdir().unwrap();
    let lake = lake(&directory);
    let (first, second) = (run(&lake, 0).run, run(&lake, 1).run);
    let path = lake.path().join("known/known.parquet");
    let rows = known(&path);
    assert_eq!(
        rows,
        [KnownRow {
            appliance: "site-a".to_owned(),
            domain: "zz.example".to_owned(),
            first_run: first,
            last_run: second,
            hosts: 1,
        }]
    );
}

#[test]
fn look_ups_that_cannot_be_read_are_told() {
    let directory = tempfile::tempdir().unwrap();
    let lake = lake(&directory);
    lake.keep_look_ups("site-a", &[]).unwrap();
    assert_eq!(lake.check_all().unwrap().damaged, []);
    fs::write(lake.path().join("lookups/appliance=site-a.json"), "[").unwrap();
    let damaged = lake.check_all().unwrap().damaged;
    let kinds: Vec<_> = damaged.iter().map(|it| (it.path.as_str(), it.kind)).collect();
    assert_eq!(kinds, [("lookups/appliance=site-a.json", DamageKind::Unreadable)]);
}

#[test]
fn what_is_known_of_domains_is_looked_at_before_a_run_begins() {
    let directory = tempfile::tempdir().unwrap();
    let lake = lake(&directory);
    run(&lake, 0);
    let id = RunId::at(began() + SignedDuration::from_hours(24));
    drop(lake.begin(id, RunPlan::default()).unwrap());
    let path = lake.path().join("known/known.parquet");
    let whole = fs::read(&path).unwrap();
    let last = RunId::at(began() + SignedDuration::from_hours(48));
    for length in [0, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        for refused in [lake.resume(id, None), lake.begin(last, RunPlan::default())] {
            let refused = refused.err().unwrap();
            assert!(matches!(&refused, Error::Known { path: told, .. } if *told == path));
            assert!(refused.help().unwrap().text.contains("remove that file"));
        }
        assert_eq!(lake.unfinished().unwrap(), [id], "nothing is begun");
        let damaged = lake.check_all().unwrap().damaged;
        assert_eq!(damaged.len(), 1, "{damaged:?}");
        assert_eq!(damaged[0].to_string(), "known/known.parquet cannot be read");
    }
    // As is said, it can be removed.
    fs::remove_file(&path).unwrap();
    let mut writer = lake.resume(id, None).unwrap();
    record(&mut writer, device("site-a", 2, Stage::One));
    let manifest = writer.finish(end(&Policy::default())).unwrap();
    assert_eq!(known(&path)[0].first_run, manifest.run);
}

fn known(path: &Path) -> Vec<KnownRow> {
    // As another program reads it: without the lake.
    let file = fs::File::open(path).unwrap();
    let reader =
        parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let batches = reader.build().unwrap();
    batches
        .flat_map(|batch| serde_arrow::from_record_batch::<Vec<KnownRow>>(&batch.unwrap()).unwrap())
        .collect()
}

#[test]
fn devices_are_compared_with_the_last_run_that_looked_at_them() {
    let directory = tempfile::tempdir().unwrap();
    let lake = lake(&directory);
    let finish = |days: i64, selection: Option<&str>, complete, dids: &[i64]| {
        let run = RunId::at(began() + SignedDuration::from_hours(24 * days));
        let selection = selection.map(|tag| ("tag".to_owned(), tag.to_owned()));
        let plan = RunPlan { selection: selection.into_iter().collect(), ..RunPlan::default() };
        let mut writer = lake.begin(run, plan).unwrap();
        for did in dids {
            record(&mut writer, device("site-a", *did, Stage::One));
        }
        writer.finish(RunEnd { complete, ..end(&Policy::default()) }).unwrap();
    };
    finish(0, None, true, &[9]);
    finish(1, None, true, &[2, 4, 6]);
    finish(2, Some("Finance"), true, &[4]);
    finish(3, None, false, &[6]);
    finish(4, None, true, &[2, 4, 6]);
    let contents = lake.contents(None, None).unwrap();
    let former = contents.former.unwrap();
    let ids = |rows: &mut dyn Iterator<Item = DeviceId>| rows.map(DeviceId::get).collect();
    let known: Vec<i64> = ids(&mut former.standings.iter().map(|row| row.did));
    assert_eq!(known, [6, 4, 2], "and of those that were gone before, none");
    let urgent: Vec<i64> = ids(&mut former.urgent.iter().map(|row| row.did));
    assert_eq!(urgent, [6, 4, 2], "all are low");
    let named = lake.contents(None, Some(RunId::at(began()))).unwrap();
    assert_eq!(named.former.unwrap().standings.len(), 1, "as it is asked for");
}

#[test]
fn what_a_killed_process_left_unfinished_is_removed_once_nobody_writes() {
    let directory = tempfile::tempdir().unwrap();
    let lake = lake(&directory);
    run(&lake, 0);
    lake.keep_look_ups("site-a", &[]).unwrap();
    let id = RunId::at(began() + SignedDuration::from_hours(1));
    let writer = lake.begin(id, RunPlan::default()).unwrap();
    let own = format!("_incoming/{id}");
    let left: Vec<_> = ["manifests", "lookups", &own]
        .map(|place| lake.path().join(place).join(".unfinished-state-x"))
        .into();
    for path in &left {
        fs::write(path, "{").unwrap();
    }
    let other = RunId::at(began() + SignedDuration::from_hours(2));
    let other = lake.begin(other, RunPlan::default()).unwrap();
    assert!(left.iter().all(|path| path.exists()), "somebody may be writing it");
    drop((writer, other));
    let _writer = lake.resume(id, None).unwrap();
    assert!(left.iter().all(|path| !path.exists()));
}

#[test]
fn of_runs_that_are_finished_at_once_each_adds_to_what_is_known() {
    let directory = tempfile::tempdir().unwrap();
    let lake = lake(&directory);
    let names: Vec<String> = (0..8).map(|number| format!("site-{number}")).collect();
    let begins = std::sync::Barrier::new(names.len());
    std::thread::scope(|scope| {
        for (seconds, name) in (0..).zip(&names) {
            let run = RunId::at(began() + SignedDuration::from_secs(seconds));
            let mut writer = lake.begin(run, RunPlan::default()).unwrap();
            record(&mut writer, device(name, 2, Stage::One));
            let begins = &begins;
            scope.spawn(move || {
                begins.wait();
                writer.finish(end(&Policy::default())).unwrap()
            });
        }
    });
    let rows = known(&lake.path().join("known/known.parquet"));
    assert_eq!(rows.into_iter().map(|row| row.appliance).collect::<Vec<_>>(), names);
}

#[test]
fn a_table_of_another_program_is_refused_and_not_panicked_at() {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, LargeStringArray, RecordBatch};

    let directory = tempfile::tempdir().unwrap();
    let lake = lake(&directory);
    let manifest = run(&lake, 0);
    let file = manifest.files.iter().find(|it| it.path.starts_with("devices/")).unwrap();
    for column in ["level", "grade"] {
        let text: ArrayRef = Arc::new(LargeStringArray::from(vec!["low"]));
        let batch = RecordBatch::try_from_iter([(column, text)]).unwrap();
        let path = fs::File::create(lake.path().join(&file.path)).unwrap();
        let mut writer = parquet::arrow::ArrowWriter::try_new(path, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        let error = lake.read_urgent(&manifest, |_| ()).unwrap_err();
        assert!(matches!(error, Error::Table { .. }), "{error}");
    }
}

#[test]
fn what_a_newer_version_wrote_is_refused_and_what_is_no_lake_too() {
    let directory = tempfile::tempdir().unwrap();
    let lake = lake(&directory);
    let mut manifest = serde_json::to_value(run(&lake, 0)).unwrap();
    manifest["format"] = 2.into();
    // Nobody knows what it has otherwise.
    manifest["complete"] = json!("mostly");
    let id = RunId::at(began());
    let path = lake.path().join(format!("manifests/{id}.json"));
    fs::write(path, serde_json::to_vec(&manifest).unwrap()).unwrap();
    assert!(matches!(lake.manifests(), Err(Error::Newer { found: 2, .. })));
    assert!(matches!(Lake::open(directory.path()), Err(Error::NoLake { .. })));
}

/// What a permission refuses is not seen here, where tests may run as root: it is the same with any other error.
#[cfg(unix)]
#[test]
fn a_lake_that_cannot_be_looked_into_is_not_called_none() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("lake");
    assert!(matches!(Lake::open(&path), Err(Error::NoLake { .. })));
    std::os::unix::fs::symlink(&path, &path).unwrap();
    assert!(matches!(Lake::open(&path), Err(Error::Refused { .. })));
}

#[test]
fn only_a_run_that_was_begun_is_one_to_go_on_with() {
    let directory = tempfile::tempdir().unwrap();
    let lake = lake(&directory);
    let help = || lake.contents(None, None).unwrap_err().help().unwrap().text;
    assert!(!help().contains("--resume"), "{}", help());
    drop(lake.begin(RunId::at(began()), RunPlan::default()).unwrap());
    assert!(help().contains("--resume"), "{}", help());
}

#[test]
fn the_schemas_are_those_that_are_checked_in() {
    let text: String = Table::ALL.map(Table::describe).join("\n");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas.txt");
    assert_eq!(text, fs::read_to_string(path).unwrap_or_default(), "crates/dt-lake/schemas.txt");
}
