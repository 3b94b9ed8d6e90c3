//! When counts are more than chance, and when nothing can be said.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dt_analysis::counts::{self, Counts, Evidence};
use dt_analysis::{Policy, Status};
use dt_model::{Bucket, DataType, Series};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

const FOUR_WEEKS: usize = 28 * 24;

fn series(measure: Option<DataType>, hours: i64, counts: impl IntoIterator<Item = u64>) -> Series {
    let monday: Timestamp = "2026-10-26T00:00:00Z".parse().unwrap();
    let bucket = |(place, count): (usize, u64)| Bucket {
        start: monday + SignedDuration::from_hours(hours * i64::try_from(place).unwrap()),
        count,
        detail: None,
    };
    Series::new(measure, counts.into_iter().enumerate().map(bucket).collect())
}

fn look(counts: impl IntoIterator<Item = u64>) -> Counts {
    let series = series(Some(DataType::Connections), 1, counts);
    counts::analyse(&series, &TimeZone::UTC, &Policy::default())
}

/// Busy by day, quieter at the weekend, and varying.
fn usual(hour: usize) -> u64 {
    let (day, of_day) = (hour / 24 % 7, hour % 24);
    let busy = if (8..18).contains(&of_day) { 100 } else { 20 };
    let level = if day < 5 { busy } else { busy / 4 };
    (level + level * ((hour * 7919) % 13) / 20) as u64
}

fn reported(found: &Counts) -> Vec<usize> {
    let reported = |evidence| matches!(evidence, Evidence::Tail { reported: true, .. });
    let places = found.points.iter().enumerate();
    places.filter(|(_, point)| reported(point.evidence)).map(|(place, _)| place).collect()
}

#[test]
fn an_incident_is_found_whole_and_hides_neither_itself_nor_another() {
    let quiet = look((0..FOUR_WEEKS).map(usual));
    assert_eq!((&quiet.status, quiet.n_used), (&Status::Ok, FOUR_WEEKS));
    assert!(reported(&quiet).is_empty(), "{quiet}");

    let incidents = [10 * 24 + 3..10 * 24 + 8, 23 * 24 + 2..23 * 24 + 5];
    for size in [400, 4_000, 4_000_000] {
        let busy =
            |hour| if incidents.iter().any(|it| it.contains(&hour)) { size } else { usual(hour) };
        let found = look((0..FOUR_WEEKS).map(busy));
        let planted: Vec<usize> = incidents.iter().cloned().flatten().collect();
        assert_eq!(reported(&found), planted, "{size}");
        // What is expected there, and how much counts vary, is as if nothing had happened.
        for &hour in &planted {
            let expected = found.points[hour].expected.unwrap();
            assert!((expected - quiet.points[hour].expected.unwrap()).abs() < 2.0, "{expected}");
        }
        let change = found.overdispersion.unwrap() / quiet.overdispersion.unwrap();
        assert!((0.9..1.1).contains(&change), "{change}");
    }
}

#[test]
fn the_first_activity_ever_has_no_p_value() {
    let spike = look((0..FOUR_WEEKS).map(|hour| if hour == 300 { 50 } else { 0 }));
    assert_eq!(spike.status, Status::Ok);
    assert_eq!(spike.points[300].evidence, Evidence::FirstActivity);
    assert_eq!((spike.first_activities().count(), reported(&spike)), (1, vec![]));
    assert!(
        spike
            .to_string()
            .ends_with("active once in an hour of the day in which it never was before"),
        "{spike}"
    );
}

#[test]
fn too_little_and_bytes_are_declined() {
    let missing = |series: &Series| {
        let found = counts::analyse(series, &TimeZone::UTC, &Policy::default());
        assert_eq!((found.n_used, found.overdispersion), (0, None));
        assert!(found.points.iter().all(|point| point.evidence == Evidence::Untold));
        let Status::Insufficient(missing) = found.status else { panic!("{:?}", found.status) };
        missing
    };
    let connections = Some(DataType::Connections);
    assert!(missing(&series(connections, 1, [])).contains("0 intervals"));
    assert!(missing(&series(connections, 1, (0..47).map(usual))).contains("47 intervals"));
    assert!(missing(&series(connections, 24, (0..28).map(usual))).contains("28 intervals"));
    for bytes in [DataType::BytesOut, DataType::BytesIn] {
        let bytes = series(Some(bytes), 1, (0..FOUR_WEEKS).map(usual));
        assert!(missing(&bytes).contains("counts bytes"));
    }
    let unknown = series(None, 1, (0..FOUR_WEEKS).map(usual));
    assert!(missing(&unknown).contains("known to count connections"));
}

#[test]
fn nothing_that_varies_is_degenerate() {
    for constant in [0, 7] {
        let found = look(vec![constant; FOUR_WEEKS]);
        assert_eq!((found.status.clone(), found.n_used), (Status::Degenerate, 0));
        assert!(found.points.iter().all(|point| point.evidence == Evidence::Untold));
    }
}

#[test]
fn intervals_of_a_day_and_gaps_are_judged_by_what_is_there() {
    let connections = Some(DataType::Connections);
    let daily =
        series(connections, 24, (0..60).map(|day| if day == 40 { 9_000 } else { usual(day) }));
    let found = counts::analyse(&daily, &TimeZone::UTC, &Policy::default());
    assert_eq!((found.status.clone(), reported(&found)), (Status::Ok, vec![40]));

    let whole = series(connections, 1, (0..FOUR_WEEKS).map(usual));
    let kept = whole.buckets().iter().enumerate().filter(|(place, _)| place % 7 != 3);
    let gaps = Series::new(connections, kept.map(|(_, bucket)| bucket.clone()).collect());
    let found = counts::analyse(&gaps, &TimeZone::UTC, &Policy::default());
    assert_eq!((found.n_used, reported(&found)), (gaps.buckets().len(), vec![]));
}

#[test]
fn more_overdispersed_counts_make_the_same_excess_less_unlikely() {
    let tail = |spread: u64| {
        let found = look((0..FOUR_WEEKS).map(|hour| {
            if hour == 500 { 200 } else { 100 + spread * (hour as u64 * 7919 % 11) - 5 * spread }
        }));
        let Evidence::Tail { p, q, .. } = found.points[500].evidence else { panic!("no tail") };
        assert!(q >= p);
        p
    };
    assert!(tail(1) < tail(5) && tail(5) < tail(15), "{} {} {}", tail(1), tail(5), tail(15));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_number_is_one(counts in prop::collection::vec(prop_oneof![any::<u64>(), 0..3_u64], 0..200)) {
        let found = look(counts);
        prop_assert!(found.overdispersion.is_none_or(|phi| phi.is_finite() && phi >= 1.0));
        for point in found.points {
            prop_assert!(point.expected.is_none_or(|it| it.is_finite() && it >= 0.0));
            if let Evidence::Tail { p, q, .. } = point.evidence {
                prop_assert!((0.0..=1.0).contains(&p) && (0.0..=1.0).contains(&q));
            }
        }
    }
}
