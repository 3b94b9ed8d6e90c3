use dt_analysis::{Policy, peer_bytes};
use dt_model::{Amount, DataType};

use crate::answers::{HOURS, answer, entry};

/// A similar device that is not known to have sent anything.
const EMPTY: &str = r#"{"did":4,"similarityScore":100,"graphData":[],"info":{}}"#;

#[test]
fn bytes_stand_beside_the_mean_of_those_that_have_any() {
    let entries = [entry(1, |_| 60, ""), entry(2, |_| 10, ""), entry(3, |_| 30, "")];
    let entries: Vec<String> = entries.into_iter().chain([EMPTY.to_owned()]).collect();
    let sent = answer(DataType::BytesOut, &entries);
    let found = peer_bytes::compare(&sent, &Policy::default());
    let total = |mean: u128| Some(Amount::Exact(mean * HOURS as u128));
    assert_eq!(found.own, total(60));
    let others: Vec<Option<Amount>> = found.others.iter().map(|(_, bytes)| *bytes).collect();
    assert_eq!(others, [total(10), total(30), None]);
    assert!((found.mean.unwrap().value - (20 * HOURS) as f64).abs() < 1e-6, "{found:?}");
    assert!((found.ratio.unwrap().value - 3.0).abs() < 1e-12, "{found:?}");
}

#[test]
fn of_one_other_device_the_mean_is_its_own() {
    let of = |bytes: u64| answer(DataType::BytesOut, &[entry(1, move |_| bytes, "")]);
    let found = peer_bytes::compare_two(&of(30), &of(20), &Policy::default());
    assert!((found.ratio.unwrap().value - 1.5).abs() < 1e-12, "{found:?}");
    let nothing = peer_bytes::compare_two(&of(30), &of(0), &Policy::default());
    assert_eq!(nothing.ratio, None);
}
