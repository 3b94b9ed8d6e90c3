//! When the timeline speaks, and when it does not.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dt_analysis::timeline::{self, Baseline, Severity, Timeline};
use dt_analysis::{Policy, Status};
use dt_model::{Bucket, Series};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

const FOUR_WEEKS: usize = 28 * 24;

/// A Monday, 00:00 UTC.
fn monday() -> Timestamp {
    "2026-10-26T00:00:00Z".parse().unwrap()
}

fn every(hours: i64, counts: impl IntoIterator<Item = u64>) -> Series {
    let bucket = |(place, count): (usize, u64)| Bucket {
        start: monday() + SignedDuration::from_hours(hours * i64::try_from(place).unwrap()),
        count,
        detail: None,
    };
    Series::new(None, counts.into_iter().enumerate().map(bucket).collect())
}

/// Busy by day, quieter at the weekend, and never quite the same.
fn usual(hour: usize) -> u64 {
    let (day, of_day) = (hour / 24 % 7, hour % 24);
    let busy = if (8..18).contains(&of_day) { 200 } else { 20 };
    let level = if day < 5 { busy } else { busy / 4 };
    let noise = (hour * 7919) % 13;
    (level + level * noise / 40) as u64
}

fn look(series: &Series) -> Timeline {
    timeline::analyse(series, &TimeZone::UTC, Baseline::Others, &Policy::default())
}

fn raised(timeline: &Timeline) -> Vec<(usize, Severity)> {
    let told = timeline.points.iter().map(|point| point.told).enumerate();
    told.filter_map(|(place, told)| Some((place, told?.severity))).collect()
}

/// Of each incident, the hours that belong to it.
fn marked(timeline: &Timeline) -> Vec<Vec<usize>> {
    let hours = |incident| {
        let points = timeline.points.iter().enumerate();
        points.filter(|(_, point)| point.incident == Some(incident)).map(|(hour, _)| hour).collect()
    };
    (0..timeline.incidents.len()).map(hours).collect()
}

#[test]
fn a_rise_is_raised_once_and_a_drop_never() {
    let quiet = look(&every(1, (0..FOUR_WEEKS).map(usual)));
    assert_eq!((quiet.status.clone(), raised(&quiet)), (Status::Ok, Vec::new()));

    // Wednesday of the fourth week, 02:00 to 05:00.
    let night = 23 * 24 + 2;
    let upload = |hour| if (night..night + 3).contains(&hour) { 4_000 } else { usual(hour) };
    let found = look(&every(1, (0..FOUR_WEEKS).map(upload)));
    assert_eq!(raised(&found), [(night, Severity::Alert)]);
    let point = found.points[night];
    assert!(point.z.unwrap() > 10.0 && point.expected.unwrap().high < 100.0, "{point:?}");

    let silence = |hour| if (600..640).contains(&hour) { 0 } else { usual(hour) };
    let found = look(&every(1, (0..FOUR_WEEKS).map(silence)));
    assert_eq!(raised(&found), []);
    assert!(found.points[610].z.unwrap() < -5.0);
}

#[test]
fn too_little_is_told() {
    let three_days = every(1, (0..72).map(usual));
    let two_days_each = every(48, (0..28).map(|_| 5));
    for (series, why) in [
        (every(1, []), "0 intervals"),
        (three_days, "3.0 days are not enough to judge, 7 needed"),
        (two_days_each, "intervals of 48 h, which have no hour: at most 24 h needed"),
    ] {
        let found = look(&series);
        let Status::Insufficient(missing) = &found.status else { panic!("{:?}", found.status) };
        assert_eq!(missing, why);
        assert_eq!((found.n_used, found.points.len()), (0, series.buckets().len()));
        assert!(found.points.iter().all(|point| point.z.is_none() && point.incident.is_none()));
    }
}

#[test]
fn buckets_of_any_width_up_to_a_day_are_judged() {
    for hours in [1, 2, 3, 6, 12, 24] {
        let buckets = FOUR_WEEKS / hours;
        let sum = |place: usize| (place * hours..(place + 1) * hours).map(usual).sum::<u64>();
        // A Wednesday with five times as much.
        let day = 16 * 24 / hours..17 * 24 / hours;
        let count = |place| if day.contains(&place) { 5 * sum(place) } else { sum(place) };
        let found = look(&every(hours.try_into().unwrap(), (0..buckets).map(count)));
        assert_eq!(found.status, Status::Ok);
        assert_eq!(raised(&found).len(), 1, "{hours} h: {:?}", raised(&found));
        assert!(day.contains(&raised(&found)[0].0), "{hours} h: {:?}", raised(&found));
    }
}

#[test]
fn nothing_that_varies_is_degenerate_but_one_spike_is_seen() {
    for constant in [0, 7] {
        let found = look(&every(1, vec![constant; FOUR_WEEKS]));
        assert_eq!((found.status.clone(), raised(&found)), (Status::Degenerate, Vec::new()));
    }
    let mut counts = vec![0; FOUR_WEEKS];
    counts[300] = 50;
    let found = look(&every(1, counts));
    assert_eq!(raised(&found), [(300, Severity::Alert)]);
}

#[test]
fn sporadic_traffic_is_no_incident() {
    // One hour in eight has a few connections, as a printer does.
    let sporadic =
        (0..FOUR_WEEKS).map(|hour| if (hour * 5) % 8 == 0 { 3 + hour as u64 % 7 } else { 0 });
    let found = look(&every(1, sporadic));
    assert_eq!(raised(&found), []);
}

#[test]
fn a_backup_every_night_is_no_incident_and_another_at_noon_is() {
    let backup = |hour| if hour % 24 == 3 { 4_000 } else { usual(hour) };
    assert_eq!(raised(&look(&every(1, (0..FOUR_WEEKS).map(backup)))), []);

    let noon = 16 * 24 + 12;
    let another = |hour| if hour == noon { 4_000 } else { backup(hour) };
    let found = look(&every(1, (0..FOUR_WEEKS).map(another)));
    assert_eq!(raised(&found), [(noon, Severity::Alert)]);
}

#[test]
fn a_day_stands_out_though_none_of_its_hours_does() {
    // Each hour has 100 to 220, and on Tuesday of the third week all are near the top.
    let day = 15 * 24..16 * 24;
    let more = |hour| if day.contains(&hour) { 212 } else { 100 + 10 * (hour as u64 * 7919 % 13) };
    for baseline in [Baseline::Others, Baseline::Before] {
        let series = every(1, (0..FOUR_WEEKS).map(more));
        let found = timeline::analyse(&series, &TimeZone::UTC, baseline, &Policy::default());
        let [(place, Severity::Notice)] = raised(&found)[..] else {
            panic!("{:?}", raised(&found))
        };
        let window = found.points[place].told.unwrap().window;
        assert_eq!(window.length, SignedDuration::from_hours(24));
        assert!(day.contains(&place) && window.count > window.expected, "{window:?}");
        assert!(found.points[place].z.unwrap() < window.z);
    }
}

#[test]
fn an_incident_makes_no_other_day_stand_out() {
    // Hours of it are in the baseline of the same hours of other days.
    let huge = |hour| if (400..403).contains(&hour) { 900_000_000 } else { usual(hour) };
    let series = every(1, (0..FOUR_WEEKS).map(huge));
    for baseline in [Baseline::Others, Baseline::Before] {
        let found = timeline::analyse(&series, &TimeZone::UTC, baseline, &Policy::default());
        assert_eq!(raised(&found), [(400, Severity::Alert)]);
        // The shortest time that says it.
        assert_eq!(found.points[400].told.unwrap().window.length, SignedDuration::from_hours(1));
    }
}

#[test]
fn an_idle_device_may_be_used_once_a_week_but_not_three_times_a_month() {
    let used = |days: &'static [usize]| {
        let count = move |hour: usize| {
            let is_used = days.contains(&(hour / 24)) && (9..14).contains(&(hour % 24));
            if is_used { 500 + hour as u64 % 24 } else { 0 }
        };
        raised(&look(&every(1, (0..FOUR_WEEKS).map(count))))
    };
    assert_eq!(used(&[1, 8, 15, 22]), []);
    let alerts = [3, 12, 22].map(|day| (24 * day + 9, Severity::Alert));
    assert_eq!(used(&[3, 12, 22]), alerts);
}

#[test]
fn the_time_zone_decides_what_an_hour_of_day_is() {
    // Busy from 8 to 18 in Berlin, where clocks went back before this series and not within it.
    let berlin = TimeZone::get("Europe/Berlin").unwrap();
    let start: Timestamp = "2026-03-09T00:00:00Z".parse().unwrap();
    let buckets = (0..FOUR_WEEKS).map(|hour| {
        let start = start + SignedDuration::from_hours(i64::try_from(hour).unwrap());
        let busy = (8..18).contains(&berlin.to_datetime(start).hour());
        Bucket { start, count: if busy { 200 } else { 5 } + hour as u64 % 3, detail: None }
    });
    // Summer time begins on 29 March 2026: in UTC, the same hours of the last week are others.
    let series = Series::new(None, buckets.collect());
    let at = |zone| timeline::analyse(&series, &zone, Baseline::Others, &Policy::default());
    assert_eq!(raised(&at(berlin)), []);
    assert_eq!(at(TimeZone::UTC).points.len(), FOUR_WEEKS);
}

#[test]
fn a_watcher_does_not_see_what_comes_later() {
    let spike = |hour| if hour == 400 { 9_000 } else { usual(hour) };
    let whole = every(1, (0..FOUR_WEEKS).map(spike));
    let part = every(1, (0..=400).map(spike));
    let watch = |series: &Series| {
        timeline::analyse(series, &TimeZone::UTC, Baseline::Before, &Policy::default())
    };
    let (whole, part) = (watch(&whole), watch(&part));
    assert_eq!(whole.points[..=400], part.points[..]);
    assert_eq!(whole.points[400].told.unwrap().severity, Severity::Alert);
}

#[test]
fn an_incident_is_told_once_until_it_grows() {
    // Five nights in a row, of which the last one has much more.
    let nights = [10, 11, 12, 13, 14].map(|day| day * 24 + 3);
    let at_night =
        move |hour: usize| nights.iter().any(|night| (*night..night + 3).contains(&hour));
    let uploads = |last: u64| {
        let count = move |hour| match hour {
            _ if (nights[4]..nights[4] + 3).contains(&hour) => last,
            _ if at_night(hour) => 600,
            _ => usual(hour),
        };
        look(&every(1, (0..FOUR_WEEKS).map(count)))
    };
    let places = |found: &Timeline| -> Vec<usize> {
        raised(found).into_iter().map(|(place, _)| place).collect()
    };
    let steady = uploads(600);
    assert_eq!(places(&steady), [nights[0]]);
    assert_eq!(marked(&steady).len(), 1);
    let grown = uploads(500_000);
    assert_eq!(places(&grown), [nights[0], nights[4]]);
    assert_eq!(marked(&grown)[1], (nights[4]..nights[4] + 3).collect::<Vec<_>>());
}

#[test]
fn a_level_that_stays_is_told_once_at_its_onset() {
    let told = |onset, baseline| {
        let doubled = |hour| if hour >= onset { 2 * usual(hour) } else { usual(hour) };
        let series = every(1, (0..FOUR_WEEKS).map(doubled));
        raised(&timeline::analyse(&series, &TimeZone::UTC, baseline, &Policy::default()))
    };
    // Looking back, whether most of the series was before it or after it.
    for onset in [10, 14, 20].map(|day| day * 24 + 5) {
        let told = told(onset, Baseline::Others);
        let [(place, _)] = told[..] else { panic!("{onset}: {told:?}") };
        assert!((onset..onset + 24).contains(&place), "{onset}: {place}");
    }
    let onset = 20 * 24 + 5;
    let told = told(onset, Baseline::Before);
    assert!((onset..onset + 24).contains(&told[0].0), "{told:?}");
}

#[test]
fn what_is_always_there_raises_the_quiet_hours() {
    // A beacon that no hour shows by itself: 30 an hour, where a day has up to 264.
    let from = 18 * 24;
    let beacon = |hour| if hour >= from { usual(hour) + 30 } else { usual(hour) };
    let found = look(&every(1, (0..FOUR_WEEKS).map(beacon)));
    let [(place, _)] = raised(&found)[..] else { panic!("{:?}", raised(&found)) };
    assert!((from..from + 24).contains(&place), "{place}");
}

#[test]
fn half_of_the_traffic_for_days_is_a_fall_and_no_rise() {
    let days = 15 * 24..18 * 24;
    let halved = |hour| if days.contains(&hour) { usual(hour) / 2 } else { usual(hour) };
    let found = look(&every(1, (0..FOUR_WEEKS).map(halved)));
    assert_eq!(raised(&found), []);
    let [fall] = found.falls[..] else { panic!("{:?}", found.falls) };
    assert_eq!(fall.start, found.points[days.start].start);
    assert!(fall.count < 0.6 * fall.expected, "{fall:?}");
    assert_eq!(look(&every(1, (0..FOUR_WEEKS).map(usual))).falls, []);
}

#[test]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a positive number of connections"
)]
fn the_smallest_rise_that_would_have_been_told_is_known_by_hour_of_the_week() {
    let series = every(1, (0..FOUR_WEEKS).map(usual));
    let smallest = look(&series).smallest_rises(&TimeZone::UTC);
    assert_eq!(smallest.len(), 7 * 24);
    for rise in &smallest {
        assert!(rise.told_from > rise.usual, "{rise:?}");
    }
    // What it says of a Wednesday's 02:00 is so.
    let night = 16 * 24 + 2;
    let from = smallest[2 * 24 + 2].told_from;
    let with = |count| {
        let count = move |hour| if hour == night { count } else { usual(hour) };
        raised(&look(&every(1, (0..FOUR_WEEKS).map(count))))
    };
    assert_eq!(with((1.3 * from) as u64).len(), 1);
    assert_eq!(with((0.7 * from) as u64), []);
}

#[test]
fn every_hour_of_an_incident_is_marked_and_its_peak_is_named() {
    // Wednesday of the fourth week, 02:00 to 05:00; the hour after it is above what is usual, too.
    let night = 23 * 24 + 2;
    let counts = [3_000, 4_000, 3_500, 90];
    let upload = |hour: usize| {
        let place = hour.checked_sub(night).filter(|place| *place < counts.len());
        place.map_or_else(|| usual(hour), |place| counts[place])
    };
    for baseline in [Baseline::Others, Baseline::Before] {
        let series = every(1, (0..FOUR_WEEKS).map(upload));
        let found = timeline::analyse(&series, &TimeZone::UTC, baseline, &Policy::default());
        assert_eq!(raised(&found), [(night, Severity::Alert)]);
        assert_eq!(marked(&found), [(night..night + 4).collect::<Vec<_>>()]);
        let incident = found.incidents[0];
        let at = |hour: usize| found.points[hour].start;
        assert_eq!((incident.start, incident.end), (at(night), at(night + 4)));
        assert_eq!((incident.buckets, incident.count), (4, 10_590));
        assert_eq!((incident.peak.start, incident.peak.count), (at(night + 1), 4_000));
        assert_eq!((incident.severity, incident.told_at), (Severity::Alert, at(night)));
        assert!((40.0..120.0).contains(&incident.expected), "{incident:?}");
    }
}

#[test]
fn what_pauses_for_less_than_a_day_is_one_incident() {
    // Two nights that follow each other, and one after a night without.
    let nights = [10, 11, 13].map(|day| day * 24 + 3);
    let uploads = |hour| {
        let near = nights.iter().any(|night| (*night..night + 3).contains(&hour));
        if near { 5_000 } else { usual(hour) }
    };
    let found = look(&every(1, (0..FOUR_WEEKS).map(uploads)));
    let hours = |nights: &[usize]| -> Vec<usize> {
        nights.iter().flat_map(|night| *night..night + 3).collect()
    };
    assert_eq!(marked(&found), [hours(&nights[..2]), hours(&nights[2..])]);
    assert_eq!(raised(&found).len(), 2);
    assert_eq!(found.incidents[0].told_at, found.points[nights[0]].start);
    assert_eq!(found.incidents[0].buckets, 6);
}

#[test]
fn the_hours_that_carry_a_longer_rise_are_marked() {
    // None of the hours of that day stands out by itself.
    let day = 15 * 24..16 * 24;
    let count = |hour: usize| 100 + 10 * (hour as u64 * 7919 % 13);
    let more = |hour| if day.contains(&hour) { 212 } else { count(hour) };
    let found = look(&every(1, (0..FOUR_WEEKS).map(more)));
    let [hours] = &marked(&found)[..] else { panic!("{:?}", marked(&found)) };
    let within = hours.iter().filter(|hour| day.contains(hour)).count();
    assert!(within > 18 && hours.len() - within < 4, "{hours:?}");
    assert_eq!(found.incidents.len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_number_is_one(counts in prop::collection::vec(any::<u64>(), 0..200), hours in 1..30_i64) {
        for baseline in [Baseline::Others, Baseline::Before] {
            let series = every(hours, counts.iter().copied());
            let found = timeline::analyse(&series, &TimeZone::UTC, baseline, &Policy::default());
            for point in found.points {
                prop_assert!(point.z.is_none_or(f64::is_finite));
                if let Some(expected) = point.expected {
                    prop_assert!(expected.low <= expected.value && expected.value <= expected.high);
                    prop_assert!(expected.low >= 0.0);
                }
            }
        }
    }

    /// Every told hour belongs to an incident, no two of which share time, and each says what its
    /// buckets say.
    #[test]
    fn incidents_are_apart_and_add_up(
        counts in prop::collection::vec(prop_oneof![9 => 0..50_u64, 1 => 0..5_000_u64], 48..400),
    ) {
        for baseline in [Baseline::Others, Baseline::Before] {
            let series = every(1, counts.iter().copied());
            let found = timeline::analyse(&series, &TimeZone::UTC, baseline, &Policy::default());
            for pair in found.incidents.windows(2) {
                prop_assert!(pair[0].end <= pair[1].start);
            }
            let told = || found.points.iter().filter(|point| point.told.is_some());
            prop_assert_eq!(told().count(), found.incidents.len());
            for point in told() {
                let incident = found.incidents[point.incident.unwrap()];
                prop_assert_eq!(incident.told_at, point.start);
            }
            for (incident, hours) in found.incidents.iter().zip(marked(&found)) {
                let counts = || hours.iter().map(|hour| found.points[*hour].count);
                prop_assert_eq!(incident.buckets, hours.len());
                prop_assert_eq!(incident.count, counts().map(u128::from).sum::<u128>());
                prop_assert_eq!(Some(incident.peak.count), counts().max());
                let told = hours.iter().filter_map(|hour| found.points[*hour].told);
                prop_assert!(told.map(|told| told.severity).all(|told| told <= incident.severity));
            }
        }
    }

    /// Ten times as much traffic is as usual or unusual as before, where counts are large.
    #[test]
    fn a_scaled_series_keeps_its_z(counts in prop::collection::vec(100_000..10_000_000_u64, 100..150)) {
        let z = |factor: u64| -> Vec<f64> {
            let series = every(1, counts.iter().map(|count| count * factor));
            look(&series).points.iter().filter_map(|point| point.z).collect()
        };
        for (one, ten) in z(1).into_iter().zip(z(10)) {
            prop_assert!((one - ten).abs() < 1e-3, "{one} {ten}");
        }
    }
}
