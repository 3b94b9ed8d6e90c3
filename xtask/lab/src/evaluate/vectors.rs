//! The statistics of `dt-analysis` beside what `SciPy` and statsmodels recorded.
//!
//! Read from `fixtures/statistics/scipy.json`, which `xtask/scripts/record_scipy.py` writes. A test
//! of `dt-analysis` includes this file, too.

use std::error::Error;

use dt_analysis::distribution::{
    count_tail, normal_two_sided, student_t_reach, student_t_two_sided,
};
use dt_analysis::divergence::jensen_shannon;
use dt_analysis::false_discovery::benjamini_hochberg;
use dt_analysis::moderated::{Prior, moderated_t};
use dt_analysis::monotone::{mann_kendall, theil_sen};
use dt_analysis::robust::{deviation, median};
use serde::Deserialize;

/// The most that a value may differ.
pub(crate) const MOST: f64 = 1e-9;

/// One statistic beside its vectors.
pub(crate) struct Compared {
    /// What was compared.
    pub(crate) name: &'static str,
    /// How many values.
    pub(crate) values: usize,
    /// The largest difference; infinite where there was no value.
    pub(crate) worst: f64,
}

impl Compared {
    fn of(name: &'static str, differences: impl IntoIterator<Item = f64>) -> Self {
        let each = |(values, worst): (usize, f64), difference: f64| {
            (values + 1, if difference.is_nan() { f64::INFINITY } else { worst.max(difference) })
        };
        let (values, worst) = differences.into_iter().fold((0, 0.0), each);
        Self { name, values, worst }
    }
}

/// How far a value is off.
fn off(found: Option<f64>, recorded: f64) -> f64 {
    found.map_or(f64::INFINITY, |found| (found - recorded).abs())
}

/// How far a probability is off, in units of itself where it is small.
fn off_tail(found: Option<f64>, recorded: f64) -> f64 {
    let unit = if recorded > 0.0 && recorded < 0.1 { recorded } else { 1.0 };
    off(found, recorded) / unit
}

#[derive(Deserialize)]
struct Vectors {
    student_t: Vec<StudentT>,
    student_t_reach: Vec<Quantile>,
    normal: Vec<Normal>,
    count_tail: Vec<CountTail>,
    benjamini_hochberg: Vec<Adjusted>,
    jensen_shannon: Vec<Divergence>,
    deviation: Vec<Sample>,
    moderated_t: Vec<ModeratedT>,
    monotone: Vec<Monotone>,
}

#[derive(Deserialize)]
struct StudentT {
    t: f64,
    freedom: f64,
    p: f64,
}

#[derive(Deserialize)]
struct Quantile {
    inside: f64,
    freedom: f64,
    reach: f64,
}

#[derive(Deserialize)]
struct Normal {
    z: f64,
    p: f64,
}

#[derive(Deserialize)]
struct CountTail {
    count: u64,
    mean: f64,
    overdispersion: f64,
    p: f64,
}

#[derive(Deserialize)]
struct Adjusted {
    p: Vec<f64>,
    q: Vec<f64>,
}

#[derive(Deserialize)]
struct Divergence {
    p: Vec<f64>,
    q: Vec<f64>,
    bits: f64,
}

#[derive(Deserialize)]
struct Sample {
    values: Vec<f64>,
    median: f64,
    deviation: f64,
}

#[derive(Deserialize)]
struct ModeratedT {
    value: f64,
    similar: Vec<f64>,
    prior_freedom: f64,
    prior_spread: f64,
    t: f64,
    p: f64,
}

#[derive(Deserialize)]
struct Monotone {
    values: Vec<f64>,
    slope: f64,
    low: f64,
    high: f64,
    p: f64,
}

/// Compares every statistic with its vectors.
pub(crate) fn compare(vectors: &[u8]) -> Result<Vec<Compared>, Box<dyn Error + Send + Sync>> {
    let vectors: Vectors = serde_json::from_slice(vectors)?;
    let student_t =
        vectors.student_t.iter().map(|it| off_tail(student_t_two_sided(it.t, it.freedom), it.p));
    let reach = vectors
        .student_t_reach
        .iter()
        .map(|it| off(student_t_reach(it.inside, it.freedom), it.reach));
    let normal = vectors.normal.iter().map(|it| off_tail(normal_two_sided(it.z), it.p));
    let tails = vectors
        .count_tail
        .iter()
        .map(|it| off_tail(count_tail(it.count, it.mean, it.overdispersion), it.p));
    let adjusted = vectors.benjamini_hochberg.iter().flat_map(|it| {
        let found = benjamini_hochberg(&it.p);
        let same = found.len() == it.q.len();
        it.q.iter().zip(found).map(move |(&q, found)| off_tail(same.then_some(found), q))
    });
    let divergences =
        vectors.jensen_shannon.iter().map(|it| off(jensen_shannon(&it.p, &it.q), it.bits));
    let deviations = vectors.deviation.iter().flat_map(|it| {
        let mut values = it.values.clone();
        let centre = median(&mut values);
        let spread = centre.and_then(|centre| deviation(&mut values, centre));
        [off(centre, it.median), off(spread, it.deviation)]
    });
    let moderated = vectors.moderated_t.iter().flat_map(|it| {
        let prior = Prior { freedom: it.prior_freedom, spread: it.prior_spread };
        let found = moderated_t(it.value, &it.similar, prior);
        [off(found.map(|it| it.t), it.t), off_tail(found.map(|it| it.p), it.p)]
    });
    let slopes = vectors.monotone.iter().flat_map(|it| {
        let found = theil_sen(&it.points());
        [
            off(found.map(|slope| slope.value), it.slope),
            off(found.map(|slope| slope.low), it.low),
            off(found.map(|slope| slope.high), it.high),
        ]
    });
    let scores = vectors.monotone.iter().map(|it| {
        let found = mann_kendall(&it.points());
        off_tail(found.and_then(|it| normal_two_sided(it.score / it.variance.sqrt())), it.p)
    });
    Ok(vec![
        Compared::of("Student's t, both tails", student_t),
        Compared::of("Student's t, quantiles", reach),
        Compared::of("normal, both tails", normal),
        Compared::of("negative binomial and Poisson tail", tails),
        Compared::of("Benjamini-Hochberg", adjusted),
        Compared::of("Jensen-Shannon divergence", divergences),
        Compared::of("median and MAD", deviations),
        Compared::of("moderated t", moderated),
        Compared::of("Theil-Sen slope and interval", slopes),
        Compared::of("Mann-Kendall, as Kendall's tau", scores),
    ])
}

impl Monotone {
    fn points(&self) -> Vec<(f64, f64)> {
        let point = |(day, &value): (usize, &f64)| (day as f64, value);
        self.values.iter().enumerate().map(point).collect()
    }
}
