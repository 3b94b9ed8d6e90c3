//! How different are two distributions over the same keys?
//!
//! The Jensen-Shannon divergence is the mean of how many bits either distribution p, q needs more
//! when it is encoded for the distribution in the middle, m = (p + q) / 2:
//!
//! JSD = 1/2 sum p log2(p / m) + 1/2 sum q log2(q / m)
//!
//! It is symmetric, 0 for equal distributions and 1 for those without a key in common; a key that
//! only one has makes no infinity. It declines where there is no distribution: different lengths, a
//! sum of zero, a weight that is negative or not finite. Source: Lin 1991, doi:10.1109/18.61115.

/// The Jensen-Shannon divergence in bits, from 0 to 1, of weights that need not sum to 1.
///
/// `None` if the lengths differ, if all weights of one are zero, or if a weight is negative or not
/// finite.
///
/// ```
/// use dt_analysis::divergence::jensen_shannon;
///
/// assert_eq!(jensen_shannon(&[3.0, 0.0], &[0.0, 7.0]), Some(1.0));
/// assert_eq!(jensen_shannon(&[3.0, 1.0], &[6.0, 2.0]), Some(0.0));
/// assert_eq!(jensen_shannon(&[0.0, 0.0], &[6.0, 2.0]), None);
/// ```
#[must_use]
pub fn jensen_shannon(p: &[f64], q: &[f64]) -> Option<f64> {
    if p.len() != q.len() {
        return None;
    }
    let (whole_p, whole_q) = (whole(p)?, whole(q)?);
    let bits: f64 = p.iter().zip(q).map(|(p, q)| term(p / whole_p, q / whole_q)).sum();
    // Rounding may lead a hair beyond either end.
    Some(bits.clamp(0.0, 1.0))
}

/// The sum of weights that make a distribution.
fn whole(weights: &[f64]) -> Option<f64> {
    let sound = weights.iter().all(|weight| weight.is_finite() && *weight >= 0.0);
    let sum: f64 = weights.iter().sum();
    (sound && sum > 0.0 && sum.is_finite()).then_some(sum)
}

/// What one key with the shares `p` and `q` adds to the divergence, in bits.
pub(crate) fn term(p: f64, q: f64) -> f64 {
    let middle = f64::midpoint(p, q);
    f64::midpoint(relative_entropy(p, middle), relative_entropy(q, middle))
}

/// What a key of share `p` adds in bits, encoded as if its share were `other`.
fn relative_entropy(p: f64, other: f64) -> f64 {
    if p > 0.0 && other > 0.0 { p * (p / other).log2() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_distribution_has_no_divergence() {
        for (p, q) in [
            (&[][..], &[][..]),
            (&[1.0], &[1.0, 1.0]),
            (&[0.0, 0.0], &[1.0, 1.0]),
            (&[-1.0, 2.0], &[1.0, 1.0]),
            (&[f64::NAN, 2.0], &[1.0, 1.0]),
            (&[f64::INFINITY, 2.0], &[1.0, 1.0]),
            (&[f64::MAX, f64::MAX], &[1.0, 1.0]),
        ] {
            assert_eq!(jensen_shannon(p, q), None, "{p:?} {q:?}");
            assert_eq!(jensen_shannon(q, p), None, "{q:?} {p:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn it_is_symmetric_bounded_and_blind_to_scale(
            pairs in prop::collection::vec((0.0..1e6_f64, 0.0..1e6_f64), 1..20),
            scale in 0.001..1000.0_f64,
        ) {
            let (p, q): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
            let scaled: Vec<f64> = p.iter().map(|weight| weight * scale).collect();
            if let Some(bits) = jensen_shannon(&p, &q) {
                prop_assert!((0.0..=1.0).contains(&bits));
                prop_assert!((bits - jensen_shannon(&q, &p).unwrap()).abs() < 1e-12);
                prop_assert!((bits - jensen_shannon(&scaled, &q).unwrap()).abs() < 1e-12);
                prop_assert!(jensen_shannon(&p, &p).unwrap() < 1e-12);
            }
        }
    }
}
