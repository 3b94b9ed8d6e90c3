//! How likely is a value at least this extreme?
//!
//! The tails that the analyses rest on. Each is `None` where its parameters describe no
//! distribution, and otherwise a probability, never NaN. Vectors recorded from `SciPy` agree to 1e-9
//! (relative where p < 0.1) for means to 10^5 and sizes from 10^-3; `cargo lab evaluate parity`
//! shows by how much.

use statrs::distribution::{
    ContinuousCDF, DiscreteCDF, NegativeBinomial, Normal, Poisson, StudentsT,
};

/// Below this overdispersion, a negative binomial is a Poisson distribution for all purposes.
const OVERDISPERSED_FROM: f64 = 1.01;
/// Beyond this size it is, too, and its tail would lose digits.
const LARGEST_SIZE: f64 = 1e4;

/// The probability that Student's t with `freedom` degrees of freedom is at least as far from zero
/// as `t`, on either side.
#[must_use]
pub fn student_t_two_sided(t: f64, freedom: f64) -> Option<f64> {
    let distribution = student_t(freedom)?;
    t.is_finite().then(|| probability(2.0 * distribution.sf(t.abs())))
}

/// How far from zero Student's t stays with this probability, on both sides together.
#[must_use]
pub fn student_t_reach(inside: f64, freedom: f64) -> Option<f64> {
    let distribution = student_t(freedom)?;
    let within = inside > 0.0 && inside < 1.0;
    let reach = within.then(|| distribution.inverse_cdf(f64::midpoint(1.0, inside)))?;
    reach.is_finite().then_some(reach)
}

fn student_t(freedom: f64) -> Option<StudentsT> {
    freedom.is_finite().then(|| StudentsT::new(0.0, 1.0, freedom).ok()).flatten()
}

/// The probability that a standard normal value is at least as far from zero as `z`, on either
/// side.
#[must_use]
pub fn normal_two_sided(z: f64) -> Option<f64> {
    let distribution = Normal::standard();
    z.is_finite().then(|| probability(2.0 * distribution.sf(z.abs())))
}

/// The probability of `count` or more, where counts have this mean and a variance of
/// `overdispersion` times the mean: a negative binomial of size mean / (overdispersion - 1).
///
/// It is a Poisson distribution for an overdispersion below 1.01 (less than Poisson's own is taken
/// for 1) and for sizes above 10^4. `None` unless both numbers are finite and the mean is above
/// zero.
///
/// ```
/// use dt_analysis::distribution::count_tail;
///
/// assert_eq!(count_tail(0, 4.0, 1.0), Some(1.0));
/// assert!(count_tail(12, 4.0, 1.0) < Some(0.001));
/// assert!(count_tail(12, 4.0, 5.0) > Some(0.04), "unusual, unless counts vary much");
/// assert_eq!(count_tail(12, 0.0, 1.0), None);
/// ```
#[must_use]
pub fn count_tail(count: u64, mean: f64, overdispersion: f64) -> Option<f64> {
    if !(mean.is_finite() && mean > 0.0 && overdispersion.is_finite()) {
        return None;
    }
    let Some(below) = count.checked_sub(1) else { return Some(1.0) };
    let size = mean / (overdispersion - 1.0);
    let tail = if overdispersion < OVERDISPERSED_FROM || size > LARGEST_SIZE {
        Poisson::new(mean).ok()?.sf(below)
    } else {
        NegativeBinomial::new(size, overdispersion.recip()).ok()?.sf(below)
    };
    Some(probability(tail))
}

/// Takes back what rounding put beyond either end. What is no number has exhausted the digits far
/// out in a tail.
fn probability(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) }
}
