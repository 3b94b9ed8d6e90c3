//! Whether to try again, and when.

use std::sync::Arc;
use std::time::Duration;

use crate::Error;

/// When a request that failed is sent again.
///
/// Only what may well succeed later is tried again ([`Error::is_retryable`]): every request here
/// is a GET, which changes nothing. A 400, 401, 403 or 404 never is.
///
/// The wait before further attempt *k* (1, 2, ...) is drawn evenly between 0 and
/// `base * 2^(k-1)`, at most [`longest_wait`](Self::longest_wait): "full jitter", so that clients
/// that failed together do not return together. A `Retry-After` that is longer is waited for exactly,
/// if there is time.
///
/// A 429 says that the request is sound and comes too soon. So it uses up no attempt: it is tried again
/// while there is time. Without a `Retry-After` its waits begin with eight times the base, and only
/// their second half is drawn: a limit is mostly one of requests in a minute.
///
/// | default | |
/// |---|---|
/// | further attempts | 3 |
/// | base | half a second |
/// | longest wait | 30 seconds |
/// | all in all | 2 minutes |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    retries: u32,
    base: Duration,
    longest_wait: Duration,
    total: Duration,
}

/// What to do after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Prepare the request again and send it, after this time.
    Retry {
        /// How long to wait first.
        after: Duration,
    },
    /// Report the failure.
    GiveUp,
}

impl Decision {
    /// How long to wait before another attempt; none if there is none.
    pub(crate) const fn wait(self) -> Option<Duration> {
        match self {
            Self::Retry { after } => Some(after),
            Self::GiveUp => None,
        }
    }
}

/// Why a client asks nothing for a while: an attempt failed that is tried again later, or the appliance
/// asked for a pause, which holds for every request to it.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Wait<'a> {
    /// Why the attempt failed.
    pub error: &'a Error,
    /// How long it is until something is asked again.
    pub time: Duration,
}

/// Whoever is told of waits.
pub(crate) type TellWait = Arc<dyn Fn(Wait<'_>) + Send + Sync>;

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            retries: 3,
            base: Duration::from_millis(500),
            longest_wait: Duration::from_secs(30),
            total: Duration::from_secs(120),
        }
    }
}

impl RetryPolicy {
    /// Sends every request once.
    #[must_use]
    pub fn never() -> Self {
        Self::default().retries(0)
    }

    /// At most this many attempts beyond the first, those that met with a 429 not counted; with 0,
    /// every request is sent once, whatever comes.
    #[must_use]
    pub fn retries(self, retries: u32) -> Self {
        Self { retries, ..self }
    }

    /// The longest possible wait before the second attempt.
    #[must_use]
    pub fn base(self, base: Duration) -> Self {
        Self { base, ..self }
    }

    /// The longest possible wait before any attempt, unless the response asks for a longer one.
    #[must_use]
    pub fn longest_wait(self, longest_wait: Duration) -> Self {
        Self { longest_wait, ..self }
    }

    /// No further attempt begins later than this after the first one began.
    #[must_use]
    pub fn total(self, total: Duration) -> Self {
        Self { total, ..self }
    }

    /// Decides after an attempt failed with `error`.
    ///
    /// `attempts` failed, the first of them `elapsed` ago. After a 429 those are the attempts that met
    /// with one, and after anything else all others. `jitter`, from 0 to 1, is the part of the possible
    /// wait to be waited. Nothing else goes into the decision.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use dt_auth::RequestTarget;
    /// use dt_transport::{Decision, RetryPolicy};
    ///
    /// let base = "https://appliance.example".parse()?;
    /// let response = http::Response::builder().status(503).body(Vec::new())?;
    /// let target = RequestTarget::new("/status");
    /// let error =
    ///     dt_transport::accept(&base, &target, response, jiff::Timestamp::UNIX_EPOCH).unwrap_err();
    ///
    /// let policy = RetryPolicy::default();
    /// let wait = |attempts| policy.decide(&error, attempts, Duration::ZERO, 1.0);
    /// assert_eq!(wait(1), Decision::Retry { after: Duration::from_millis(500) });
    /// assert_eq!(wait(3), Decision::Retry { after: Duration::from_secs(2) });
    /// assert_eq!(wait(4), Decision::GiveUp);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn decide(&self, error: &Error, attempts: u32, elapsed: Duration, jitter: f64) -> Decision {
        let is_limited = error.is_rate_limited();
        let is_used_up = attempts > self.retries && (!is_limited || self.retries == 0);
        if !error.is_retryable() || is_used_up {
            return Decision::GiveUp;
        }
        let after = match error.retry_after() {
            // Zero is no wait: what asks for it would be asked again at once, for good.
            Some(asked_for) => asked_for.max(self.backoff(attempts, jitter)),
            None if is_limited => self.limited_backoff(attempts, jitter),
            None => self.backoff(attempts, jitter),
        };
        if elapsed.saturating_add(after) > self.total {
            return Decision::GiveUp;
        }
        Decision::Retry { after }
    }

    /// How long all attempts together may take.
    pub(crate) fn budget(&self) -> Duration {
        self.total
    }

    fn backoff(&self, attempts: u32, jitter: f64) -> Duration {
        part_of(self.possible_wait(self.base, attempts), jitter)
    }

    /// The wait after a 429 that asks for none.
    fn limited_backoff(&self, attempts: u32, jitter: f64) -> Duration {
        let possible = self.possible_wait(self.base.saturating_mul(8), attempts);
        possible / 2 + part_of(possible / 2, jitter)
    }

    fn possible_wait(&self, base: Duration, attempts: u32) -> Duration {
        let doublings = attempts.saturating_sub(1);
        2_u32
            .checked_pow(doublings)
            .and_then(|factor| base.checked_mul(factor))
            .map_or(self.longest_wait, |wait| wait.min(self.longest_wait))
    }
}

fn part_of(possible: Duration, jitter: f64) -> Duration {
    // A clock is anybody's code: not a number becomes no wait, and nothing can overflow.
    let part = if jitter > 0.0 { jitter.min(1.0) } else { 0.0 };
    Duration::try_from_secs_f64(possible.as_secs_f64() * part).unwrap_or(possible)
}

#[cfg(test)]
mod tests {
    use dt_auth::RequestTarget;
    use http::Response;
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::error::{Context, Kind};
    use crate::{TransportError, TransportErrorKind, accept};

    fn status(status: u16, retry_after: Option<&str>) -> Error {
        let builder = Response::builder().status(status);
        let builder = match retry_after {
            Some(value) => builder.header("retry-after", value),
            None => builder,
        };
        let base = "https://appliance.example".parse().unwrap();
        let target = RequestTarget::new("/status");
        accept(&base, &target, builder.body(Vec::new()).unwrap(), Timestamp::UNIX_EPOCH)
            .unwrap_err()
    }

    fn transport(kind: TransportErrorKind) -> Error {
        let base = "https://appliance.example".parse().unwrap();
        let context = Context::new(&base, &RequestTarget::new("/status"));
        Error::new(Kind::Transport(TransportError::new(kind)), context)
    }

    fn seconds(seconds: u64) -> Decision {
        Decision::Retry { after: Duration::from_secs(seconds) }
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        use TransportErrorKind as K;
        let first = |error: &Error| RetryPolicy::default().decide(error, 1, Duration::ZERO, 0.0);
        for retried in [500, 502, 503, 504].map(|code| status(code, None)) {
            assert_eq!(first(&retried), seconds(0), "{retried}");
        }
        for retried in [K::Timeout, K::Reset].map(transport) {
            assert_eq!(first(&retried), seconds(0), "{retried}");
        }
        for not in [400, 401, 403, 404, 418, 501].map(|code| status(code, None)) {
            assert_eq!(first(&not), Decision::GiveUp, "{not}");
        }
        for not in [K::Resolve, K::Connect, K::Proxy, K::Protocol, K::Other].map(transport) {
            assert_eq!(first(&not), Decision::GiveUp, "{not:?}");
        }
    }

    #[test]
    fn a_wait_that_was_asked_for_is_kept_to_or_not_begun() {
        let error = status(429, Some("90"));
        let policy = RetryPolicy::default();
        let at = |elapsed| policy.decide(&error, 1, Duration::from_secs(elapsed), 0.3);
        assert_eq!(at(30), seconds(90));
        assert_eq!(at(31), Decision::GiveUp);
    }

    #[test]
    fn a_wait_of_nothing_is_at_least_the_backoff() {
        for code in [429, 503] {
            let error = status(code, Some("0"));
            let wait =
                |attempts| RetryPolicy::default().decide(&error, attempts, Duration::ZERO, 1.0);
            assert_eq!(wait(2), seconds(1), "{code}");
            assert_eq!(wait(3), seconds(2), "{code}");
        }
    }

    #[test]
    fn a_rate_limit_uses_up_time_but_no_attempt() {
        let error = status(429, None);
        let at = |attempts, elapsed, jitter| {
            RetryPolicy::default().decide(&error, attempts, Duration::from_secs(elapsed), jitter)
        };
        assert_eq!(at(1, 0, 0.0), seconds(2));
        assert_eq!(at(1, 0, 1.0), seconds(4));
        assert_eq!(at(3, 12, 1.0), seconds(16));
        assert_eq!(at(100, 90, 1.0), seconds(30));
        assert_eq!(at(100, 91, 1.0), Decision::GiveUp);
        assert_eq!(RetryPolicy::never().decide(&error, 1, Duration::ZERO, 0.0), Decision::GiveUp);
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let policy = RetryPolicy::default().retries(100).total(Duration::MAX);
        let error = status(503, None);
        let wait = |attempts, jitter| policy.decide(&error, attempts, Duration::ZERO, jitter);
        assert_eq!(wait(2, 1.0), seconds(1));
        assert_eq!(wait(6, 1.0), seconds(16));
        assert_eq!(wait(7, 1.0), seconds(30));
        assert_eq!(wait(100, 1.0), seconds(30));
        assert_eq!(wait(7, 0.5), seconds(15));
    }

    #[test]
    fn never_is_once() {
        let decision = RetryPolicy::never().decide(&status(503, None), 1, Duration::ZERO, 0.0);
        assert_eq!(decision, Decision::GiveUp);
    }

    proptest! {
        #[test]
        fn every_decision_keeps_to_the_bounds(
            retries: u32,
            attempts in 1_u32..,
            base: u64,
            total: u64,
            elapsed: u64,
            jitter in proptest::num::f64::ANY,
        ) {
            let policy = RetryPolicy::default()
                .retries(retries)
                .base(Duration::from_millis(base))
                .total(Duration::from_millis(total));
            let elapsed = Duration::from_millis(elapsed);
            if let Decision::Retry { after } = policy.decide(&status(503, None), attempts, elapsed, jitter) {
                prop_assert!(attempts <= retries);
                prop_assert!(after <= Duration::from_secs(30));
                prop_assert!(elapsed + after <= Duration::from_millis(total));
            }
        }
    }
}
