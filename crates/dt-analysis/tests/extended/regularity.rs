use dt_analysis::regularity::{Kind, analyse};
use dt_analysis::{Policy, Status};
use dt_model::{DataType, Series};

use crate::answers::{HOURS, office, series};

fn connections(count: impl Fn(usize) -> u64) -> Series {
    series(DataType::Connections, count, HOURS)
}

#[test]
fn what_is_about_the_same_every_hour_is_steady() {
    let found = analyse(&connections(|hour| 12 + (hour as u64 * 31) % 2), &Policy::default());
    assert_eq!((found.kind, found.status), (Some(Kind::Steady), Status::Ok));
    assert!(found.variation.unwrap() < 0.1);
}

#[test]
fn what_began_late_is_as_steady_as_what_did_not() {
    let found = analyse(&connections(|hour| if hour < 300 { 0 } else { 12 }), &Policy::default());
    assert_eq!((found.kind, found.n_used), (Some(Kind::Steady), HOURS - 300));
}

#[test]
fn what_repeats_is_periodic_and_its_shortest_period_is_told() {
    let found = analyse(&connections(|hour| [90, 2, 5, 2][hour % 4]), &Policy::default());
    assert_eq!(found.kind, Some(Kind::Periodic));
    assert_eq!(found.period_hours, Some(4.0));
    assert!(found.autocorrelation.unwrap() > 0.99);
    assert_eq!(found.to_string(), "repeats every 4 h (autocorrelation 1.00)");
}

#[test]
fn what_repeats_for_half_a_year_repeats_as_it_does_in_four_weeks() {
    let count = |hour: usize| [90, 2, 5, 2, 7, 40][hour % 6];
    let period = |hours| {
        let series = series(DataType::Connections, count, hours);
        let found = analyse(&series, &Policy::default());
        (found.kind, found.period_hours)
    };
    assert_eq!(period(HOURS), (Some(Kind::Periodic), Some(6.0)));
    assert_eq!(period(7 * HOURS), period(HOURS));
}

#[test]
fn office_hours_repeat_daily_and_are_not_steady() {
    let found = analyse(&connections(office), &Policy::default());
    assert_ne!(found.kind, Some(Kind::Steady));
    assert!(found.variation.unwrap() > 0.5);
}

#[test]
fn chance_is_not_regular() {
    // SplitMix64.
    let random = |hour: usize| {
        let mut state = (hour as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (state ^ (state >> 31)) >> 58
    };
    assert_eq!(analyse(&connections(random), &Policy::default()).kind, None);
}

#[test]
fn few_hours_and_silence_are_no_regularity() {
    let few = analyse(&series(DataType::Connections, |_| 5, 47), &Policy::default());
    assert!(matches!(few.status, Status::Insufficient(_)) && few.kind.is_none());
    let silent = analyse(&connections(|_| 0), &Policy::default());
    assert_eq!((silent.status, silent.kind), (Status::Degenerate, None));
}
