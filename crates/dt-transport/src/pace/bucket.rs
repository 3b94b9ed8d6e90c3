//! When the next request may begin, without a clock.

use std::num::NonZeroU32;
use std::time::Duration;

/// A bucket of `burst` tokens, into which one falls every `interval`. Kept as one moment: when it
/// will be full again ("generic cell rate algorithm").
#[derive(Debug)]
pub(super) struct TokenBucket {
    interval: Duration,
    /// How long all tokens but the one that is asked for take to fall.
    slack: Duration,
    full_at: Duration,
}

impl TokenBucket {
    pub(super) fn new(interval: Duration, burst: NonZeroU32) -> Self {
        Self { interval, slack: interval.saturating_mul(burst.get() - 1), full_at: Duration::ZERO }
    }

    /// How long it is until there is a token.
    pub(super) fn wait(&self, now: Duration) -> Duration {
        self.full_at.saturating_sub(self.slack).saturating_sub(now)
    }

    /// Takes a token, which must be there; so many times the interval later the next one falls.
    pub(super) fn take(&mut self, now: Duration, slower: f64) {
        self.full_at = self.full_at.max(now).saturating_add(self.interval.mul_f64(slower));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bucket(interval: u64, burst: u32) -> TokenBucket {
        TokenBucket::new(Duration::from_millis(interval), NonZeroU32::new(burst).unwrap())
    }

    /// When requests begin that are wanted at these moments, in milliseconds.
    fn begun(pace: &mut TokenBucket, wanted: &[u64]) -> Vec<u64> {
        let mut now = Duration::ZERO;
        wanted
            .iter()
            .map(|&wanted| {
                now = now.max(Duration::from_millis(wanted));
                now += pace.wait(now);
                pace.take(now, 1.0);
                u64::try_from(now.as_millis()).unwrap()
            })
            .collect()
    }

    #[test]
    fn a_burst_is_followed_by_the_pace_and_comes_back_after_a_pause() {
        assert_eq!(begun(&mut bucket(100, 3), &[0; 6]), [0, 0, 0, 100, 200, 300]);
        assert_eq!(begun(&mut bucket(100, 1), &[0, 0, 0, 1000, 1000]), [0, 100, 200, 1000, 1100]);
        let after_pause = [0, 0, 0, 250, 250, 250, 250];
        assert_eq!(begun(&mut bucket(100, 3), &after_pause), [0, 0, 0, 250, 250, 300, 400]);
    }

    proptest! {
        #[test]
        fn no_stretch_of_time_has_more_than_its_share(
            interval in 1_u64..50,
            burst in 1_u32..6,
            gaps in prop::collection::vec(0_u64..120, 1..60),
        ) {
            let wanted: Vec<u64> = gaps
                .iter()
                .scan(0, |sum, gap| { *sum += gap; Some(*sum) })
                .collect();
            let begun = begun(&mut bucket(interval, burst), &wanted);
            for (index, start) in begun.iter().enumerate() {
                for (more, end) in begun[index..].iter().enumerate() {
                    let share = u64::from(burst) + (end - start) / interval;
                    prop_assert!((more as u64) < share, "{begun:?}");
                }
            }
            // Nor does anybody wait without need.
            for (&wanted, &begun) in wanted.iter().zip(&begun).take(burst as usize) {
                prop_assert_eq!(wanted, begun);
            }
        }
    }
}
