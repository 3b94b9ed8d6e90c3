//! Does one value lie outside of what a few similar ones show?
//!
//! With three to ten similar devices their own spread s is hardly known, and a few that happen to
//! agree would make everything significant. The moderated t joins it with what such spreads
//! usually are, s0, as if d0 further devices had shown that:
//!
//! - s~^2 = (d0 s0^2 + (n-1) s^2) / (d0 + n - 1)
//! - t = (value - mean) / (s~ sqrt(1 + 1/n)), with d0 + n - 1 degrees of freedom
//!
//! The twin uses the median and the scaled MAD in place of mean and s, so that one odd similar
//! device moves it less. Its 1/n is pi/(2n), the variance of a median. It is a second opinion: its
//! distribution is only about t's.
//!
//! It declines with fewer than two similar devices. Source: Smyth 2004, doi:10.2202/1544-6115.1027
//! (limma).

use std::f64::consts::FRAC_PI_2;

use crate::distribution::{student_t_reach, student_t_two_sided};
use crate::robust::{deviation, median};

/// What is known of the spread before looking at the similar devices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prior {
    /// d0: how many degrees of freedom this knowledge is worth.
    pub freedom: f64,
    /// s0: the usual spread, in the unit of the values. Above zero.
    pub spread: f64,
}

/// A value beside what was expected of it.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Moderated {
    /// The mean of the similar devices; the twin's: their median.
    pub expected: f64,
    /// 95 % of devices like these lie above this...
    pub low: f64,
    /// ...and below this, on both sides together.
    pub high: f64,
    /// How far the value lies from what was expected, in its standard error.
    pub t: f64,
    /// The degrees of freedom of t.
    pub freedom: f64,
    /// The probability of such a distance or a larger one, on either side.
    pub p: f64,
}

/// How much of all devices the interval of [`Moderated`] holds.
const INSIDE: f64 = 0.95;

/// The moderated t of a value among these of similar devices. `None` for fewer than two of them,
/// numbers that are not finite, or a prior that is none.
///
/// ```
/// use dt_analysis::moderated::{Prior, moderated_t};
///
/// let prior = Prior { freedom: 4.0, spread: 0.3 };
/// // Three peers that agree do not make a small difference large.
/// assert!(moderated_t(0.2, &[0.0, 0.0, 0.0], prior).is_some_and(|it| it.p > 0.3));
/// assert!(moderated_t(2.0, &[0.0, 0.0, 0.0], prior).is_some_and(|it| it.p < 0.001));
/// ```
#[must_use]
pub fn moderated_t(value: f64, similar: &[f64], prior: Prior) -> Option<Moderated> {
    let count = similar.len() as f64;
    let mean = similar.iter().sum::<f64>() / count;
    let squares: f64 = similar.iter().map(|other| (other - mean).powi(2)).sum();
    judge(value, mean, squares, count, 1.0 / count, prior)
}

/// The same by median and MAD, which one odd similar device does not move.
#[must_use]
pub fn robust_t(value: f64, similar: &[f64], prior: Prior) -> Option<Moderated> {
    let count = similar.len() as f64;
    let mut values = similar.to_vec();
    let centre = median(&mut values)?;
    let squares = (count - 1.0) * deviation(&mut values, centre)?.powi(2);
    judge(value, centre, squares, count, FRAC_PI_2 / count, prior)
}

/// `squares` is (n-1) s^2, `of_centre` the variance of the centre in units of s^2.
fn judge(
    value: f64,
    centre: f64,
    squares: f64,
    count: f64,
    of_centre: f64,
    prior: Prior,
) -> Option<Moderated> {
    let sound = prior.freedom > 0.0 && prior.spread > 0.0;
    if count < 2.0 || !sound {
        return None;
    }
    let freedom = prior.freedom + count - 1.0;
    let variance = (prior.freedom * prior.spread.powi(2) + squares) / freedom;
    let error = (variance * (1.0 + of_centre)).sqrt();
    let t = (value - centre) / error;
    let reach = error * student_t_reach(INSIDE, freedom)?;
    let p = student_t_two_sided(t, freedom)?;
    let finite = centre.is_finite() && reach.is_finite();
    finite.then_some(Moderated {
        expected: centre,
        low: centre - reach,
        high: centre + reach,
        t,
        freedom,
        p,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PRIOR: Prior = Prior { freedom: 4.0, spread: 0.3 };

    #[test]
    fn it_declines_without_two_or_without_numbers() {
        for similar in [&[][..], &[1.0], &[1.0, f64::NAN], &[f64::MAX, -f64::MAX]] {
            assert_eq!(moderated_t(0.0, similar, PRIOR), None, "{similar:?}");
        }
        assert_eq!(moderated_t(f64::INFINITY, &[0.0, 1.0], PRIOR), None);
        assert_eq!(moderated_t(0.0, &[0.0, 1.0], Prior { spread: 0.0, ..PRIOR }), None);
    }

    #[test]
    fn one_odd_device_hides_others_from_the_mean_and_not_from_the_median() {
        let similar = [0.0, 0.05, -0.05, 0.02, 5.0];
        assert!(moderated_t(2.0, &similar, PRIOR).unwrap().p > 0.3);
        assert!(robust_t(2.0, &similar, PRIOR).unwrap().p < 0.01);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_lies_inside_is_not_significant(
            value in -5.0..5.0_f64,
            similar in prop::collection::vec(-5.0..5.0_f64, 2..10),
        ) {
            for it in [moderated_t(value, &similar, PRIOR), robust_t(value, &similar, PRIOR)] {
                let it = it.unwrap();
                let inside = (it.low..=it.high).contains(&value);
                prop_assert!((it.p - 0.05).abs() < 1e-6 || inside == (it.p > 0.05), "{it:?}");
            }
        }
    }
}
