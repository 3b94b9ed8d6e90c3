//! The statistics agree with `SciPy`'s and statsmodels'.

#[path = "../../../xtask/lab/src/evaluate/vectors.rs"]
mod vectors;

#[test]
fn every_statistic_is_within_its_limit_of_what_was_recorded() {
    let recorded = include_bytes!("../../../fixtures/statistics/scipy.json");
    let compared = vectors::compare(recorded).unwrap();
    assert_eq!(compared.len(), 10);
    for it in compared {
        assert!(it.values > 0 && it.worst <= vectors::MOST, "{}: {:e}", it.name, it.worst);
    }
}
