use dt_analysis::change::{Answers, Balance, Excluded, Reason, analyse};
use dt_analysis::{Policy, Status};
use dt_model::{DataType, DeviceInfo};

use crate::answers::{answer, entry, office};

const LAST_WEEK: usize = 21 * 24;

/// Bytes by the hour: as an office counts, in units of so many, and of so many in the last week.
fn bytes(before: u64, recent: u64) -> impl Fn(usize) -> u64 {
    move |hour| office(hour) * if hour >= LAST_WEEK { recent } else { before }
}

/// Devices that send and receive these many units, before and lately; the first is asked for.
fn answers(data_type: DataType, devices: &[(i64, u64, u64)]) -> DeviceInfo {
    let entries: Vec<String> = devices
        .iter()
        .map(|&(did, before, recent)| entry(did, bytes(before, recent), ""))
        .collect();
    answer(data_type, &entries)
}

fn balance(out: &[(i64, u64, u64)], into: &[(i64, u64, u64)]) -> Balance {
    let (out, into) = (answers(DataType::BytesOut, out), answers(DataType::BytesIn, into));
    let both = Answers { bytes_out: Some(&out), bytes_in: Some(&into), ..Answers::default() };
    analyse(both, &Policy::default()).balance.unwrap()
}

/// Four similar devices that receive ten times what they send, give or take.
const OUT: [(i64, u64, u64); 4] = [(2, 100, 110), (3, 300, 280), (4, 50, 50), (5, 1_000, 1_050)];
const INTO: [(i64, u64, u64); 4] =
    [(2, 1_000, 1_000), (3, 3_000, 3_000), (4, 500, 530), (5, 9_000, 9_000)];

fn with(own: (i64, u64, u64), others: &[(i64, u64, u64)]) -> Vec<(i64, u64, u64)> {
    std::iter::once(own).chain(others.iter().copied()).collect()
}

#[test]
fn a_device_that_alone_begins_to_send_is_told() {
    let found = balance(&with((1, 100, 5_000), &OUT), &with((1, 1_000, 1_000), &INTO));
    assert_eq!((&found.change.status, found.change.n_used), (&Status::Ok, 4));
    assert!(found.change.significant && !found.change.peer_outlier);
    // 100 to 1,000 is a PCR of -0.82, 5,000 to 1,000 one of +0.67; next to nothing brings them in.
    let ratios = [found.before, found.recent].map(|balance| balance.unwrap().tanh());
    assert!((ratios[0] + 0.81).abs() < 0.02 && (ratios[1] - 0.67).abs() < 0.02, "{ratios:?}");
    let said = found.to_string();
    assert!(
        said.starts_with("went from -0.80 to +0.66 in the last 7 days; 4 similar devices"),
        "{said}"
    );
}

#[test]
fn more_of_both_is_no_other_direction() {
    let found = balance(&with((1, 100, 900), &OUT), &with((1, 1_000, 9_000), &INTO));
    assert!(!found.change.significant && found.change.value.unwrap().abs() < 0.1);
    assert_eq!(found.to_string(), "changed as on 4 similar devices");
}

#[test]
fn a_direction_that_all_take_is_nothing_unusual() {
    let sending = OUT.map(|(did, before, _)| (did, before, before * 50));
    let found = balance(&with((1, 100, 5_000), &sending), &with((1, 1_000, 1_000), &INTO));
    assert!(!found.change.significant, "{found}");
}

#[test]
fn next_to_nothing_is_no_direction() {
    // Some bytes an hour are sent for the first time.
    let found = balance(&with((1, 0, 1), &OUT), &with((1, 2_000, 2_000), &INTO));
    assert!(found.change.value.unwrap() < 0.05 && !found.change.significant, "{found:?}");
}

#[test]
fn little_traffic_is_neither_judged_nor_compared_with() {
    let found = balance(&with((1, 1, 1), &OUT), &with((1, 1, 1), &INTO));
    assert_eq!(found.to_string(), "not enough data: too few bytes transferred");
    assert_eq!((found.before, found.change.value, found.change.q), (None, None, None));

    let mut quiet = OUT;
    quiet[1] = (3, 0, 0);
    let mut quieter = INTO;
    quieter[1] = (3, 1, 1);
    let found = balance(&with((1, 100, 100), &quiet), &with((1, 1_000, 1_000), &quieter));
    assert_eq!(found.left_out, [Excluded { place: 1, reason: Reason::Little }]);
    assert!(found.to_string().ends_with("; 1 not compared: 1 with too little traffic"), "{found}");
}

#[test]
fn similar_devices_are_known_by_their_id_whatever_their_order() {
    let own = ((1, 100, 5_000), (1, 1_000, 1_000));
    let (out, mut into) = (with(own.0, &OUT), with(own.1, &INTO));
    let straight = balance(&out, &into);
    into[1..].reverse();
    assert_eq!(balance(&out, &into), straight);
    // One that only one of the answers lists.
    into.pop();
    let fewer = balance(&out, &into);
    assert_eq!(fewer.left_out, [Excluded { place: 0, reason: Reason::TooShort }]);
    assert_eq!(fewer.change.n_used, 3);
}

#[test]
fn one_direction_alone_has_no_balance() {
    let out = answers(DataType::BytesOut, &with((1, 100, 100), &OUT));
    let one = Answers { bytes_out: Some(&out), ..Answers::default() };
    assert_eq!(analyse(one, &Policy::default()).balance, None);
}
