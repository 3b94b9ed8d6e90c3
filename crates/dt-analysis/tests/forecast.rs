//! Where a device's level goes, and when that cannot be told.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dt_analysis::forecast::{self, Forecast};
use dt_analysis::trend::{self, Trend};
use dt_analysis::{Policy, Status};
use dt_model::{Bucket, Series};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

const FOUR_WEEKS: usize = 28 * 24;

fn every(hours: i64, counts: impl IntoIterator<Item = u64>) -> Series {
    let monday: Timestamp = "2026-10-26T00:00:00Z".parse().unwrap();
    let bucket = |(place, count): (usize, u64)| Bucket {
        start: monday + SignedDuration::from_hours(hours * i64::try_from(place).unwrap()),
        count,
        detail: None,
    };
    Series::new(None, counts.into_iter().enumerate().map(bucket).collect())
}

/// Busy by day, quieter at the weekend, and varying.
fn usual(hour: usize) -> u64 {
    let (day, of_day) = (hour / 24 % 7, hour % 24);
    let busy = if (8..18).contains(&of_day) { 400 } else { 80 };
    let level = if day < 5 { busy } else { busy / 4 };
    (level + level * ((hour * 7919) % 13) / 40) as u64
}

fn trend_of(series: &Series) -> Trend {
    trend::analyse(series, &TimeZone::UTC, &Policy::default())
}

fn forecast_of(series: &Series) -> Forecast {
    forecast::analyse(series, &TimeZone::UTC, &Policy::default())
}

/// Four weeks and one, with something done to each hour.
fn five_weeks(change: impl Fn(usize, u64) -> u64) -> (Series, Vec<u64>) {
    let counts: Vec<u64> = (0..FOUR_WEEKS + 168).map(|hour| change(hour, usual(hour))).collect();
    (every(1, counts[..FOUR_WEEKS].iter().copied()), counts[FOUR_WEEKS..].to_vec())
}

#[test]
fn the_rhythm_of_the_week_is_no_trend_and_a_slow_rise_is_one() {
    // From a Saturday on, weekends come before weekdays.
    let saturday = (5 * 24..5 * 24 + FOUR_WEEKS).map(usual);
    let quiet = trend_of(&every(1, saturday));
    assert_eq!((&quiet.status, quiet.n_used, quiet.significant), (&Status::Ok, 28, false));
    assert_eq!(quiet.to_string(), "no trend over 28 days");

    let rise = |hour, usual| usual * (100 + 3 * (hour as u64 / 24)) / 100;
    let found = trend_of(&five_weeks(rise).0);
    let slope = found.value.unwrap();
    assert!(found.significant && (0.015..0.03).contains(&slope), "{found:?}");
    assert!(found.low.unwrap() <= slope && slope <= found.high.unwrap());
    assert!(found.to_string().starts_with("up 2."), "{found}");

    let fall = |hour, usual| usual * (100 - 2 * (hour as u64 / 24)) / 100;
    assert!(trend_of(&five_weeks(fall).0).to_string().starts_with("down "));
}

#[test]
fn one_night_is_no_trend() {
    let night = |hour: usize, usual| if (600..604).contains(&hour) { 4_000_000 } else { usual };
    assert!(!trend_of(&five_weeks(night).0).significant);
}

#[test]
fn a_trend_needs_days_and_something_that_varies() {
    let Status::Insufficient(missing) = trend_of(&every(1, (0..300).map(usual))).status else {
        panic!("12 whole days and a half suffice");
    };
    assert!(missing.starts_with("13 complete days"), "{missing}");
    assert!(matches!(trend_of(&every(1, [])).status, Status::Insufficient(_)));
    for constant in [0, 7] {
        let found = trend_of(&every(1, vec![constant; FOUR_WEEKS]));
        assert_eq!((found.status, found.p, found.n_used), (Status::Degenerate, None, 0));
    }
    // 28 intervals of a day are 28 days.
    let daily = trend_of(&every(24, (0..28).map(|day| 100 + day * 5)));
    assert_eq!((daily.n_used, daily.significant), (28, true));
}

#[test]
fn the_next_week_is_expected_as_it_comes() {
    let (past, next) = five_weeks(|_, usual| usual);
    let found = forecast_of(&past);
    assert_eq!((&found.status, found.n_used, found.points.len()), (&Status::Ok, FOUR_WEEKS, 168));
    assert_eq!(Some(found.points[0].start), past.end());
    let held = |nominal: f64, holds: &dyn Fn(usize) -> bool| {
        let share = (0..168).filter(|&hour| holds(hour)).count() as f64 / 168.0;
        assert!(share >= nominal - 0.1, "{share} of {nominal}");
    };
    held(0.80, &|hour| found.points[hour].band_80().holds(next[hour]));
    held(0.95, &|hour| found.points[hour].band_95().holds(next[hour]));
    for (point, &count) in found.points.iter().zip(&next) {
        assert!((point.value / count as f64).ln().abs() < 0.5, "{point:?} {count}");
    }
}

#[test]
fn one_odd_week_is_not_repeated_and_a_new_level_half_expected() {
    let usual_value = forecast_of(&five_weeks(|_, usual| usual).0).points[10].value;
    let odd = |hour: usize, usual| {
        if (480..648).contains(&hour) && hour % 24 < 12 { 40 * usual } else { usual }
    };
    let after = forecast_of(&five_weeks(odd).0).points[10].value;
    assert!(after < 2.0 * usual_value, "{after} {usual_value}");

    let doubled = |hour: usize, usual| if hour >= 624 { 4 * usual } else { usual };
    let after = forecast_of(&five_weeks(doubled).0).points[10].value;
    assert!((1.5 * usual_value..3.0 * usual_value).contains(&after), "{after} {usual_value}");
}

#[test]
fn a_trend_goes_on_for_a_while() {
    let rise = |hour, usual| usual * (100 + 5 * (hour as u64 / 24)) / 100;
    let found = forecast_of(&five_weeks(rise).0);
    let step = |day: usize| found.points[24 * day + 10].value;
    // Tuesday to Friday are one kind of day.
    assert!(step(1) < step(2) && step(2) < step(3) && step(3) / step(2) < step(2) / step(1));
}

#[test]
fn too_little_is_declined_and_what_never_varies_is_expected_again() {
    for (series, buckets) in
        [(every(1, []), 0), (every(1, (0..47).map(usual)), 47), (every(24, (0..28).map(usual)), 28)]
    {
        let found = forecast_of(&series);
        let Status::Insufficient(missing) = &found.status else { panic!("{:?}", found.status) };
        assert!(missing.contains(&format!("{buckets} intervals")), "{missing}");
        assert_eq!((found.n_used, found.points.len()), (0, 0));
    }
    for constant in [0, 7] {
        let found = forecast_of(&every(1, vec![constant; FOUR_WEEKS]));
        assert_eq!((&found.status, found.points.len()), (&Status::Degenerate, 168));
        let same = |value: f64| (value - constant as f64).abs() < 1e-9;
        assert!(found.points.iter().all(|it| same(it.value) && same(it.band_95().high)));
    }
    // One spike is not expected to come again.
    let spike = forecast_of(&every(1, (0..FOUR_WEEKS).map(|hour| u64::from(hour == 300) * 50)));
    assert_eq!(spike.status, Status::Ok);
    assert!(spike.points.iter().all(|point| point.value < 1e-9));
}

#[test]
fn gaps_are_no_zeros() {
    let whole = every(1, (0..FOUR_WEEKS).map(usual));
    let kept = whole.buckets().iter().enumerate().filter(|(place, _)| place % 5 != 2);
    let gaps = Series::new(None, kept.map(|(_, bucket)| bucket.clone()).collect());
    let (found, of_whole) = (forecast_of(&gaps), forecast_of(&whole));
    assert_eq!((found.n_used, found.points.len()), (gaps.buckets().len(), 168));
    for (point, other) in found.points.iter().zip(&of_whole.points) {
        assert!((point.value / other.value).ln().abs() < 0.3, "{point:?} {other:?}");
    }
}

#[test]
fn hours_of_day_are_local_ones_across_a_change_of_the_clocks() {
    // Summer time ends on 25 October 2026: the week ahead has another offset than the weeks known.
    let berlin = TimeZone::get("Europe/Berlin").unwrap();
    let start: Timestamp = "2026-09-27T22:00:00Z".parse().unwrap();
    let busy = |start: Timestamp| (8..18).contains(&berlin.to_datetime(start).hour());
    let buckets = (0..FOUR_WEEKS).map(|hour| {
        let start = start + SignedDuration::from_hours(i64::try_from(hour).unwrap());
        Bucket { start, count: if busy(start) { 200 } else { 5 } + hour as u64 % 3, detail: None }
    });
    let found =
        forecast::analyse(&Series::new(None, buckets.collect()), &berlin, &Policy::default());
    // The hours beside the change of pace have neighbours of either.
    for point in &found.points {
        let inside = [-1, 1].map(|step| busy(point.start + SignedDuration::from_hours(step)));
        if inside == [busy(point.start); 2] {
            assert_eq!(point.value > 100.0, busy(point.start), "{point:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_number_is_one(
        counts in prop::collection::vec(prop_oneof![any::<u64>(), 0..3_u64], 0..400),
        hours in 1..30_i64,
    ) {
        let series = every(hours, counts);
        let trend = trend_of(&series);
        for number in [trend.value, trend.low, trend.high, trend.p] {
            prop_assert!(number.is_none_or(f64::is_finite));
        }
        for point in forecast_of(&series).points {
            let (inner, outer) = (point.band_80(), point.band_95());
            let ends = [0.0, outer.low, inner.low, point.value, inner.high, outer.high];
            prop_assert!(ends.iter().all(|end| end.is_finite()) && ends.is_sorted(), "{ends:?}");
        }
    }
}
