//! Do values rise or fall over time?
//!
//! Theil-Sen: the slope is the median of the slopes between all pairs, which a few odd values do
//! not move; its 95 % interval is Sen's (1968, doi:10.1080/01621459.1968.10480934).
//!
//! Mann-Kendall: S counts the pairs that rise, less those that fall. Without a trend it is about
//! normal around 0 with variance (n(n-1)(2n+5) - sum of k(k-1)(2k+5) over ties of k values) / 18;
//! z = (S -+ 1) / sqrt(variance). Mann 1945; Kendall 1975.
//!
//! Both decline with fewer than three values, and where all values or all times are equal.

use crate::distribution::normal_two_sided;
use crate::robust::median;

/// A slope, in units of value a unit of time.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Slope {
    /// The median of all slopes.
    pub value: f64,
    /// The lower end of its 95 % interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// Whether values are ordered in time.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct MannKendall {
    /// Pairs that rise, less pairs that fall.
    pub score: f64,
    /// The variance of the score without a trend, corrected for ties.
    pub variance: f64,
    /// The probability of such a score or a larger one without a trend, on either side.
    pub p: f64,
}

/// Half of a normal distribution's middle 95 %, in standard deviations.
const NORMAL_95: f64 = 1.959_963_984_540_054;

/// The slope of (time, value) points, whose times are all different.
#[must_use]
pub fn theil_sen(points: &[(f64, f64)]) -> Option<Slope> {
    let mut slopes: Vec<f64> = pairs(points)
        .filter(|(a, b)| a.0.total_cmp(&b.0).is_ne())
        .map(|(a, b)| (b.1 - a.1) / (b.0 - a.0))
        .collect();
    let variance = untied_variance(points)?;
    let value = median(&mut slopes)?;
    slopes.sort_unstable_by(f64::total_cmp);
    let (count, reach) = (slopes.len() as f64, NORMAL_95 * variance.sqrt());
    let low = f64::midpoint(count, -reach).round_ties_even() - 1.0;
    let high = f64::midpoint(count, reach).round_ties_even();
    let slope = Slope {
        value,
        low: slopes[place(low, slopes.len())],
        high: slopes[place(high, slopes.len())],
    };
    [slope.value, slope.low, slope.high].iter().all(|it| it.is_finite()).then_some(slope)
}

/// The nearest place to a computed one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to places")]
fn place(computed: f64, count: usize) -> usize {
    computed.clamp(0.0, count.saturating_sub(1) as f64) as usize
}

/// Whether values rise or fall, in the order given.
#[must_use]
pub fn mann_kendall(points: &[(f64, f64)]) -> Option<MannKendall> {
    let variance = untied_variance(points)?;
    let score: f64 =
        pairs(points).map(|(a, b)| f64::from(i8::from(b.1 > a.1) - i8::from(b.1 < a.1))).sum();
    // A step of the score is 2, of which half is on this side.
    let corrected = (score.abs() - 1.0).max(0.0);
    Some(MannKendall { score, variance, p: normal_two_sided(corrected / variance.sqrt())? })
}

fn pairs(points: &[(f64, f64)]) -> impl Iterator<Item = ((f64, f64), (f64, f64))> {
    let later = |(place, &point): (usize, &(f64, f64))| {
        points[place + 1..].iter().map(move |&later| (point, later))
    };
    points.iter().enumerate().flat_map(later)
}

/// The variance of the score, if there is any.
fn untied_variance(points: &[(f64, f64)]) -> Option<f64> {
    if points.len() < 3
        || points.iter().any(|(time, value)| !time.is_finite() || !value.is_finite())
    {
        return None;
    }
    let mut values: Vec<f64> = points.iter().map(|point| point.1).collect();
    values.sort_unstable_by(f64::total_cmp);
    let term = |count: f64| count * (count - 1.0) * (2.0 * count + 5.0);
    // In ascending order, no less than the next is equal to it.
    let ties: f64 = values.chunk_by(|a, b| a >= b).map(|tied| term(tied.len() as f64)).sum();
    let variance = (term(values.len() as f64) - ties) / 18.0;
    (variance > 0.0).then_some(variance)
}
