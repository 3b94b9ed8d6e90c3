//! Randomness that gives the same numbers on every platform and in every version.
//!
//! The generator's stream is published and never changes, and what is drawn from it uses only
//! operations that are exact everywhere: IEEE arithmetic, and logarithms from `libm` instead of
//! the platform's. The distributions are written out here because a crate of distributions may
//! improve its algorithms, and with them every recorded answer.

use rand_core::Rng;
use rand_pcg::Lcg128CmDxsm64;

/// A stream of random numbers.
pub(crate) struct Random {
    generator: Lcg128CmDxsm64,
    /// The polar method makes normal variates in pairs.
    spare_normal: Option<f64>,
}

/// A number that is always the same for these keys, and looks unrelated for others.
pub(crate) fn mixed(seed: u64, keys: &[u64]) -> u64 {
    keys.iter().fold(scrambled(seed), |state, &key| scrambled(state ^ scrambled(key)))
}

/// One step of the `SplitMix64` generator.
fn scrambled(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A fraction, uniform in [0, 1), made of the number's upper bits.
pub(crate) fn fraction(number: u64) -> f64 {
    const SCALE: f64 = 1.0 / (1_u64 << 53) as f64;
    (number >> 11) as f64 * SCALE
}

/// A number made into one of 0..`end`, which must not be 0. The bias of the remainder is below
/// 2^-30 for the numbers asked for here.
pub(crate) fn within(number: u64, end: usize) -> usize {
    #[expect(clippy::cast_possible_truncation, reason = "less than `end`, which is a usize")]
    let index = (number % end as u64) as usize;
    index
}

/// A number made into one of 0..`span` seconds; `span` must not be 0.
pub(crate) fn within_seconds(number: u64, span: i64) -> i64 {
    (number % span.unsigned_abs()).cast_signed()
}

impl Random {
    /// The stream that belongs to these keys. Streams do not depend on the order in which they are
    /// drawn from, so each part of a network can be made when it is asked for.
    pub(crate) fn stream(seed: u64, keys: &[u64]) -> Self {
        let state = mixed(seed, keys);
        let wide = u128::from(state) << 64 | u128::from(scrambled(state));
        Self { generator: Lcg128CmDxsm64::new(wide, u128::from(!state)), spare_normal: None }
    }

    /// Uniform in [0, 1).
    pub(crate) fn uniform(&mut self) -> f64 {
        fraction(self.generator.next_u64())
    }

    /// Uniform in [low, high).
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// Uniform in 0..`end`, which must not be 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        within(self.generator.next_u64(), end)
    }

    /// Standard normal, by Marsaglia's polar method.
    fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare_normal.take() {
            return spare;
        }
        loop {
            let (x, y) = (self.between(-1.0, 1.0), self.between(-1.0, 1.0));
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                let scale = (-2.0 * libm::log(square) / square).sqrt();
                self.spare_normal = Some(y * scale);
                return x * scale;
            }
        }
    }

    /// A factor around 1 with variance 1 / `shape`: gamma distributed, by Marsaglia and Tsang.
    /// `shape` must be at least 1.
    pub(crate) fn gamma(&mut self, shape: f64) -> f64 {
        let scale = shape - 1.0 / 3.0;
        let spread = 1.0 / (9.0 * scale).sqrt();
        loop {
            let normal = self.normal();
            let root = 1.0 + spread * normal;
            if root <= 0.0 {
                continue;
            }
            let cube = root * root * root;
            let draw = self.uniform();
            let square = normal * normal;
            // The first test is cheap, and nearly always enough.
            if draw < 1.0 - 0.0331 * square * square
                || libm::log(draw) < 0.5 * square + scale * (1.0 - cube + libm::log(cube))
            {
                return scale * cube / shape;
            }
        }
    }

    /// Poisson distributed around `mean`; approximately so above 30, where a rounded normal variate
    /// stands in.
    pub(crate) fn poisson(&mut self, mean: f64) -> u32 {
        if mean > 30.0 {
            return whole(mean + mean.sqrt() * self.normal());
        }
        let limit = libm::exp(-mean);
        let mut product = self.uniform();
        let mut count = 0;
        while product > limit {
            product *= self.uniform();
            count += 1;
        }
        count
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded, and the cast saturates at both ends"
)]
fn whole(value: f64) -> u32 {
    value.round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(mut draw: impl FnMut() -> f64) -> (f64, f64) {
        const DRAWS: u32 = 40_000;
        let values: Vec<f64> = (0..DRAWS).map(|_| draw()).collect();
        let mean = values.iter().sum::<f64>() / f64::from(DRAWS);
        let variance =
            values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / f64::from(DRAWS);
        (mean, variance)
    }

    fn close(value: f64, expected: f64) -> bool {
        (value - expected).abs() < 0.05 * expected
    }

    #[test]
    fn the_stream_is_the_same_for_ever() {
        let mut random = Random::stream(7, &[1, 2, 3]);
        assert_eq!([(); 4].map(|()| random.below(1_000_000)), [581_419, 872_474, 340_952, 151_737]);
        let [gamma, count] = [random.gamma(6.0).to_bits(), random.poisson(9.0).into()];
        assert_eq!([gamma, count], [4_605_819_124_003_724_559, 9]);
    }

    #[test]
    fn a_gamma_factor_has_mean_1_and_the_variance_of_its_shape() {
        for shape in [1.0, 5.0, 14.0] {
            let mut random = Random::stream(1, &[]);
            let (mean, variance) = moments(|| random.gamma(shape));
            assert!(close(mean, 1.0) && close(variance, 1.0 / shape), "{shape} {mean} {variance}");
        }
    }

    #[test]
    fn a_poisson_count_varies_as_much_as_its_mean() {
        for expected in [0.2, 3.0, 29.0, 31.0, 400.0] {
            let mut random = Random::stream(2, &[]);
            let (mean, variance) = moments(|| f64::from(random.poisson(expected)));
            assert!(
                close(mean, expected) && close(variance, expected),
                "{expected} {mean} {variance}"
            );
        }
    }
}
