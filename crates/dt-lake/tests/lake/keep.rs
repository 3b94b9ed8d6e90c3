//! Which runs and series are kept, and what of a lake is removed.

use super::*;

#[test]
fn old_runs_and_series_that_others_repeat_are_removed() {
    let directory = tempfile::tempdir().unwrap();
    let lake = lake(&directory);
    for day in [0, 1, 2, 30, 90, 91, 118, 119, 120, 121] {
        run(&lake, day);
    }
    let now = began() + SignedDuration::from_hours(24 * 122);
    let surplus = lake.surplus(Retention::default(), now).unwrap();
    let days = |runs: &[RunId]| -> Vec<i64> {
        runs.iter().map(|run| run.began().duration_since(began()).as_hours() / 24).collect()
    };
    // Those of before are weekly: the newest of a week is kept.
    assert_eq!(days(&surplus.runs), [0, 1]);
    // What nobody repeats is kept: before day 118 is day 91, and four weeks are known.
    assert_eq!(days(&surplus.series), [119]);
    let kept_before = lake.runs().unwrap().len();
    lake.remove(&surplus).unwrap();
    assert_eq!(lake.runs().unwrap().len(), kept_before - 2);
    for run in lake.runs().unwrap() {
        assert_eq!(lake.check(run).unwrap(), [], "what is kept is whole");
    }
    let thinned = lake.manifest(surplus.series[0]).unwrap();
    assert_eq!(lake.rows::<SeriesRow>(&thinned).unwrap(), []);
    assert_eq!(lake.rows::<DeviceRow>(&thinned).unwrap().len(), 1);
    assert_eq!(lake.surplus(Retention::default(), now).unwrap(), dt_lake::Thinned::default());
}

#[test]
fn the_answers_behind_full_reports_count_as_bytes_of_a_run() {
    let directory = tempfile::tempdir().unwrap();
    let lake = lake(&directory);
    let manifest = run(&lake, 0);
    let before = lake.bytes(&manifest);
    assert_eq!(before, manifest.files.iter().map(|it| it.bytes).sum::<u64>());
    lake.evidence_archive(RunId::at(began()), "site-a").unwrap();
    let evidence = lake.path().join(format!("evidence/run={}/appliance=site-a", manifest.run));
    fs::write(evidence.join("answer"), [0; 1000]).unwrap();
    assert_eq!(lake.bytes(&manifest), before + 1000);
    let now = began() + SignedDuration::from_hours(24 * 365 * 3);
    let surplus = lake.surplus(Retention::default(), now).unwrap();
    assert_eq!(surplus.bytes, before + 1000, "that is what removing it gives");
}

/// The days of the runs that have series.
fn days_with_series(lake: &Lake) -> Vec<i64> {
    let with = lake.manifests().unwrap().into_iter().filter(|manifest| {
        let listed = manifest.files.iter().any(|file| file.path.starts_with("series/"));
        assert_eq!(listed, lake.path().join(format!("series/run={}", manifest.run)).exists());
        listed
    });
    with.map(|manifest| manifest.began.duration_since(began()).as_hours() / 24).collect()
}

#[test]
fn thinned_night_after_night_a_lake_has_series_of_every_three_weeks() {
    let directory = tempfile::tempdir().unwrap();
    let lake = lake(&directory);
    // Runs of before are weekly: that of a week is one that has series.
    let retention = Retention { runs: SignedDuration::from_hours(24 * 26), ..Retention::default() };
    for day in 0..66 {
        run(&lake, day);
        let now = began() + SignedDuration::from_hours(24 * day + 1);
        lake.remove(&lake.surplus(retention, now).unwrap()).unwrap();
    }
    assert_eq!(days_with_series(&lake), [0, 21, 42, 63, 64, 65]);
    assert_eq!(lake.runs().unwrap().len(), 26 + 5, "one of each week before");
    let surplus = lake.surplus(retention, began() + SignedDuration::from_hours(24 * 65 + 1));
    assert_eq!(surplus.unwrap(), dt_lake::Thinned::default());
}

#[test]
fn a_run_of_some_devices_stands_for_no_other() {
    let directory = tempfile::tempdir().unwrap();
    let lake = lake(&directory);
    run(&lake, 0);
    for hours in 1..4 {
        let run = RunId::at(began() + SignedDuration::from_hours(hours));
        let selection = [("tag".to_owned(), "Finance".to_owned())].into();
        let plan = RunPlan { selection, ..RunPlan::default() };
        let mut writer = lake.begin(run, plan).unwrap();
        record(&mut writer, device("site-a", 2, Stage::One));
        writer.finish(end(&Policy::default())).unwrap();
    }
    let now = began() + SignedDuration::from_hours(24);
    let retention = Retention { series: 0, ..Retention::default() };
    let middle = RunId::at(began() + SignedDuration::from_hours(2));
    assert_eq!(lake.surplus(retention, now).unwrap().series, [middle]);
    let later = now + SignedDuration::from_hours(24 * 100);
    let kept = lake.surplus(retention, later).unwrap();
    assert!(!kept.runs.contains(&RunId::at(began())), "it is that of its week");
}

#[test]
fn a_run_whose_time_ran_out_is_removed_with_its_journal_unless_it_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let lake = lake(&directory);
    let id = RunId::at(began());
    let mut writer = lake.begin(id, RunPlan::default()).unwrap();
    record(&mut writer, device("site-a", 2, Stage::One));
    writer.finish(RunEnd { complete: false, ..end(&Policy::default()) }).unwrap();
    let now = began() + SignedDuration::from_hours(24 * 365 * 3);
    let surplus = lake.surplus(Retention::default(), now).unwrap();
    assert_eq!(surplus.runs, [id]);
    let writer = lake.resume(id, None).unwrap();
    lake.remove(&surplus).unwrap();
    assert_eq!(lake.runs().unwrap(), [id], "somebody goes on with it");
    drop(writer);
    lake.remove(&surplus).unwrap();
    assert_eq!((lake.runs().unwrap(), lake.unfinished().unwrap()), (vec![], vec![]));
    assert!(!lake.path().join(format!("_incoming/{id}")).exists());
}

#[test]
fn what_is_left_of_a_run_that_was_being_removed_is_found_again() {
    let directory = tempfile::tempdir().unwrap();
    let lake = lake(&directory);
    let (removed, thinned) = (run(&lake, 0), run(&lake, 1));
    run(&lake, 2);
    // A run that goes on has its first files, too.
    let goes_on = RunId::at(began() + SignedDuration::from_hours(24 * 3));
    let _writer = lake.begin(goes_on, RunPlan::default()).unwrap();
    lake.evidence_archive(goes_on, "site-a").unwrap();
    // Killed after the manifest of one was removed, and that of another was written.
    let manifest = |run: &str| lake.path().join(format!("manifests/{run}.json"));
    fs::remove_file(manifest(&removed.run)).unwrap();
    let mut without = thinned.clone();
    without.files.retain(|file| !file.path.starts_with("series/"));
    fs::write(manifest(&thinned.run), serde_json::to_vec(&without).unwrap()).unwrap();

    let now = began() + SignedDuration::from_hours(24 * 4);
    let surplus = lake.surplus(Retention::default(), now).unwrap();
    assert_eq!(surplus.runs, [removed.run.parse().unwrap()]);
    assert_eq!(surplus.series, [thinned.run.parse().unwrap()]);
    let bytes = |manifest: &Manifest| manifest.files.iter().map(|it| it.bytes).sum::<u64>();
    let series = bytes(&thinned) - bytes(&without);
    assert_eq!(surplus.bytes, bytes(&removed) + series);
    lake.remove(&surplus).unwrap();
    assert!(!lake.path().join(format!("devices/run={}", removed.run)).exists());
    assert_eq!(lake.surplus(Retention::default(), now).unwrap(), dt_lake::Thinned::default());
    assert_eq!(lake.check(thinned.run.parse().unwrap()).unwrap(), []);
    assert!(lake.path().join(format!("evidence/run={goes_on}")).exists());
}
