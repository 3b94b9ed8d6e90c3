//! Which of many small p-values would chance have given anyway?
//!
//! Benjamini and Hochberg 1995: with m tests, the q-value of the k-th smallest p is the smallest
//! p m / k among it and those above it, at most 1. Of what is reported below some q, no more than
//! that share is expected to be chance.

/// The q-value of each p-value, in their order. The tests may depend on each other in the ways that
/// metrics of one device do (positively).
///
/// A p-value that is NaN counts as 1: nothing speaks for it.
///
/// ```
/// use dt_analysis::false_discovery::benjamini_hochberg;
///
/// assert_eq!(benjamini_hochberg(&[0.5, 0.01, 0.03]), [0.5, 0.03, 0.045]);
/// assert!(benjamini_hochberg(&[]).is_empty());
/// ```
#[must_use]
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let p: Vec<f64> = p.iter().map(|&p| if p.is_nan() { 1.0 } else { p.clamp(0.0, 1.0) }).collect();
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_unstable_by(|&a, &b| p[b].total_cmp(&p[a]));
    let tests = p.len() as f64;
    let mut q = vec![1.0; p.len()];
    let mut smallest = 1.0_f64;
    for (above, place) in order.into_iter().enumerate() {
        let rank = tests - above as f64;
        smallest = smallest.min(p[place] * (tests / rank));
        q[place] = smallest;
    }
    q
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_number_speaks_for_nothing() {
        assert_eq!(benjamini_hochberg(&[f64::NAN, 0.2]), [1.0, 0.4]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_q_is_no_smaller_than_its_p_and_keeps_the_order(
            p in prop::collection::vec(0.0..=1.0_f64, 0..50),
        ) {
            let q = benjamini_hochberg(&p);
            for (&own_p, &own_q) in p.iter().zip(&q) {
                prop_assert!(own_q >= own_p && own_q <= 1.0);
                for (&other_p, &other_q) in p.iter().zip(&q) {
                    prop_assert!(own_p > other_p || own_q <= other_q);
                }
            }
        }
    }
}
