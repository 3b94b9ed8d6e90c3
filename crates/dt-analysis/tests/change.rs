//! When a device changes unlike its similar devices, and when nothing can be said.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dt_analysis::change::{self, Answers, Excluded, MetricChange, Reason};
use dt_analysis::{Policy, Status};
use dt_model::{Bucket, DataType, DeviceInfo, Dialect, Profile, Series, SimilarProfile};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

const FOUR_WEEKS: u64 = 28 * 24;
const LAST_WEEK: u64 = 21 * 24;

/// Some hours of four weeks, with what is counted in them.
fn hours(of: impl Iterator<Item = u64>, count: impl Fn(u64) -> u64) -> Series {
    let monday: Timestamp = "2026-10-26T00:00:00Z".parse().unwrap();
    let bucket = |hour: u64| Bucket {
        start: monday + SignedDuration::from_hours(hour.try_into().unwrap()),
        count: count(hour),
        detail: None,
    };
    Series::new(Some(DataType::Connections), of.map(bucket).collect())
}

/// Four weeks at a level, with so many percent of it in the last.
fn device(level: u64, percent: u64) -> Series {
    hours(0..FOUR_WEEKS, |hour| {
        let usual = level + hour * 7919 % 13;
        if hour >= LAST_WEEK { usual * percent / 100 } else { usual }
    })
}

fn answer(subject: Series, similar: impl IntoIterator<Item = Series>) -> DeviceInfo {
    let profile = |series| Profile { series, ..Profile::default() };
    let similar = similar
        .into_iter()
        .map(|series| SimilarProfile { similarity: None, profile: profile(series) });
    DeviceInfo {
        dialect: Dialect::Appliance,
        subject: profile(subject),
        similar: similar.collect(),
        devices: Vec::new(),
        summary: None,
        warnings: Vec::new(),
    }
}

/// Five devices that change little, each by its own.
fn five() -> impl Iterator<Item = Series> {
    [90, 95, 100, 105, 110]
        .into_iter()
        .zip([20, 40, 60, 80, 100])
        .map(|(percent, level)| device(level, percent))
}

fn connections(info: &DeviceInfo) -> MetricChange {
    let answers = Answers { connections: Some(info), ..Answers::default() };
    let mut found = change::analyse(answers, &Policy::default());
    assert_eq!(found.metrics.len(), 1);
    found.metrics.remove(0)
}

#[test]
fn a_device_that_changes_alone_is_found_and_one_that_changes_with_others_is_not() {
    let alone = connections(&answer(device(50, 400), five()));
    let change = &alone.change;
    assert_eq!((&change.status, change.n_used), (&Status::Ok, 5));
    assert!(change.significant && !change.peer_outlier && !alone.level.significant);
    let moderated = change.moderated.unwrap();
    assert!(moderated.p < 0.01 && moderated.high < change.value.unwrap());
    let said = alone.to_string();
    assert!(said.starts_with("connections rose 4.0x in the last 7 days;"), "{said}");

    let fewer = connections(&answer(device(50, 10), five()));
    assert!(fewer.change.significant && fewer.change.value < Some(-1.5));

    let together =
        connections(&answer(device(50, 400), [20, 40, 60].map(|level| device(level, 400))));
    assert!(!together.change.significant, "{:?}", together.change);
}

#[test]
fn another_level_is_secondary() {
    let found = connections(&answer(device(50_000, 100), five()));
    assert!(found.level.significant && !found.change.significant);
    assert_eq!(found.to_string(), "connections changed as on similar devices");
}

#[test]
fn one_compromised_similar_device_is_told_to_be_an_outlier() {
    let similar = five().chain([device(30, 6_000)]);
    let found = connections(&answer(device(50, 400), similar));
    assert!(!found.change.significant && found.change.peer_outlier, "{:?}", found.change);
    assert!(found.to_string().ends_with("one of them is itself an outlier"), "{found}");
}

#[test]
fn a_compromised_group_hides_its_device_and_the_sentence_gives_the_group() {
    let similar = (1..=5).map(|number| device(20 * number, 3_000));
    let found = connections(&answer(device(50, 3_000), similar));
    assert!(!found.change.significant && found.change.moderated.unwrap().expected > 3.0);
    // One that did not take part is what stands out.
    let similar = (1..=5).map(|number| device(20 * number, 3_000));
    assert!(connections(&answer(device(50, 100), similar)).change.significant);
}

#[test]
fn identical_similar_devices_do_not_make_everything_significant() {
    let same = |percent| connections(&answer(device(50, percent), vec![device(50, 100); 5]));
    assert!(!same(110).change.significant);
    assert!(same(400).change.significant);
    let equal = same(100).change;
    assert!(equal.moderated.unwrap().p > 0.99 && !equal.significant);
}

#[test]
fn fewer_than_three_similar_devices_are_too_few() {
    for count in 0..3 {
        let found = connections(&answer(device(50, 400), five().take(count)));
        let Status::Insufficient(missing) = &found.change.status else { panic!("{found:?}") };
        assert!(missing.starts_with(&format!("{count} comparable similar devices")), "{missing}");
        assert_eq!((found.change.n_used, found.change.moderated, found.change.q), (0, None, None));
        assert!(found.change.value.is_some(), "what the device did is known all the same");
    }
}

#[test]
fn similar_devices_that_cannot_be_compared_are_left_out_and_told() {
    let gaps = (0..FOUR_WEEKS).filter(|hour| hour % 3 == 0);
    let with_width = hours(gaps, |_| 5).with_width(SignedDuration::from_hours(1));
    let odd = [device(0, 100), hours(200..FOUR_WEEKS, |_| 5), with_width, hours(0..0, |_| 5)];
    let silent = hours(0..FOUR_WEEKS, |_| 0);
    let found = connections(&answer(device(50, 400), five().chain([silent]).chain(odd)));
    let reasons =
        [(5, Reason::Silent), (7, Reason::TooShort), (8, Reason::Gaps), (9, Reason::TooShort)];
    assert_eq!(found.left_out, reasons.map(|(place, reason)| Excluded { place, reason }));
    assert_eq!(found.change.n_used, 6);
    assert!(
        found.to_string().ends_with(
            "; 4 not compared: 1 silent, 2 with less than 28 days of data, 1 with too many gaps"
        ),
        "{found}"
    );
}

#[test]
fn the_device_itself_may_be_what_is_missing() {
    let status = |series| connections(&answer(series, five())).change.status;
    assert_eq!(status(hours(0..FOUR_WEEKS, |_| 0)), Status::Degenerate);
    for (series, missing) in [
        (hours(0..0, |_| 5), "28 days"),
        (hours(0..47, |_| 5), "28 days"),
        (hours((0..FOUR_WEEKS).filter(|hour| *hour < 24 || *hour > 500), |_| 5), "half"),
    ] {
        let Status::Insufficient(said) = status(series) else { panic!("{missing}") };
        assert!(said.contains(missing), "{said}");
    }
    // A constant one is fine: the others say how much changes differ.
    assert_eq!(status(hours(0..FOUR_WEEKS, |_| 5)), Status::Ok);
    // So are one spike, and intervals of a day.
    assert_eq!(status(hours(0..FOUR_WEEKS, |hour| u64::from(hour == 600))), Status::Ok);
    let daily = |level| hours((0..FOUR_WEEKS).step_by(24), move |hour| level + hour % 5);
    let found = connections(&answer(daily(9), [5, 6, 7].map(daily)));
    assert_eq!((found.change.status, found.change.n_used), (Status::Ok, 3));
}

#[test]
fn what_begins_has_no_ratio_to_nothing() {
    let begins = hours(0..FOUR_WEEKS, |hour| if hour >= LAST_WEEK { 80 } else { 0 });
    let found = connections(&answer(begins, five()));
    assert!(found.change.significant && found.before == Some(0.0));
    assert!(found.to_string().starts_with("connections began, 80.0 per interval"), "{found}");
}

#[test]
fn a_difference_in_one_of_three_data_types_is_judged_among_all() {
    let (changed, usual) = (answer(device(50, 400), five()), answer(device(50, 100), five()));
    let all =
        Answers { connections: Some(&usual), bytes_out: Some(&changed), bytes_in: Some(&usual) };
    let found = change::analyse(all, &Policy::default());
    let measures: Vec<DataType> = found.significant().map(|it| it.measure).collect();
    assert_eq!((found.n_used, measures), (3, vec![DataType::BytesOut]));
    let bytes = &found.metrics[1].change;
    assert!((bytes.q.unwrap() - 3.0 * bytes.moderated.unwrap().p).abs() < 1e-12);

    let nothing = change::analyse(Answers::default(), &Policy::default());
    assert_eq!(nothing.status, Status::Insufficient("no series".to_owned()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 50, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_number_is_one(
        seeds in prop::collection::vec((any::<u64>(), 0..70_u32), 4..8),
        from in 0..60_u64,
    ) {
        let mut series = seeds.iter().map(|&(seed, shift)| {
            hours(from..FOUR_WEEKS, |hour| seed.rotate_left(u32::try_from(hour % 64).unwrap()).checked_shr(shift).unwrap_or(0))
        });
        let own = series.next().unwrap();
        let found = connections(&answer(own, series));
        for it in [found.change, found.level] {
            prop_assert!(it.value.is_none_or(f64::is_finite));
            prop_assert!(it.q.is_none_or(|q| (0.0..=1.0).contains(&q)));
            for judged in [it.moderated, it.twin].into_iter().flatten() {
                prop_assert!(judged.t.is_finite() && judged.low < judged.high);
                prop_assert!((0.0..=1.0).contains(&judged.p));
            }
        }
    }
}
