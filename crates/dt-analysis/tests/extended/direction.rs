use dt_analysis::direction::{Pcr, analyse};
use dt_analysis::{Policy, Status};
use dt_model::DataType;

use crate::answers::{HOURS, series};

#[test]
fn a_ratio_of_two_is_a_third() {
    assert!((Pcr::of(2, 1).unwrap().get() - 1.0 / 3.0).abs() < 1e-12);
    assert_eq!(Pcr::of(0, 0), None);
    assert_eq!(Pcr::of(5, 0).unwrap().to_string(), "+1.00");
}

#[test]
fn a_week_of_uploads_shows_beside_three_of_downloads() {
    let recent = |hour| hour >= 21 * 24;
    let out =
        series(DataType::BytesOut, |hour| if recent(hour) { 900_000 } else { 100_000 }, HOURS);
    let into = series(DataType::BytesIn, |_| 500_000, HOURS);
    let found = analyse(&out, &into, &Policy::default());
    assert_eq!(found.status, Status::Ok);
    assert!(found.recent.unwrap().get() > 0.28 && found.before.unwrap().get() < -0.6);
    assert!(found.whole.unwrap().get() < 0.0);
}

#[test]
fn little_traffic_has_no_direction() {
    let quiet = |data_type| series(data_type, |_| 1_000, HOURS);
    let found = analyse(&quiet(DataType::BytesOut), &quiet(DataType::BytesIn), &Policy::default());
    assert_eq!(found.to_string(), "not enough data: less than 20 MB transferred");
    assert_eq!((found.whole, found.recent, found.before), (None, None, None));
}

#[test]
fn only_hours_that_both_directions_have_are_compared() {
    let out = series(DataType::BytesOut, |_| 1_000_000, HOURS);
    let into = series(DataType::BytesIn, |_| 1_000_000, 24);
    assert_eq!(analyse(&out, &into, &Policy::default()).n_used, 24);
    let none =
        analyse(&out, &into.between(None, Some(crate::answers::monday())), &Policy::default());
    assert!(matches!(none.status, Status::Insufficient(_)));
}
