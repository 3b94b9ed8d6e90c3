//! How much an appliance takes, learned from its answers.
//!
//! Additive increase, multiplicative decrease, as congestion control has it: what a gateway allows is nowhere
//! written down, and more requests than it allows are refused ones.

use std::time::Duration;

use dt_auth::RequestTarget;

use super::latency::Latencies;

/// What each answer adds to the number of requests that may be under way: with that many under way, a tenth.
const MORE_IN_FLIGHT: f64 = 0.1;

/// By which factor each answer raises the rate.
const FASTER: f64 = 1.002;

/// Refusals within this time are one.
const ONCE_IN: Duration = Duration::from_secs(1);

/// What is left of the requests under way where answers have become slow: once in so long, as those under way
/// were sent before.
const WHERE_SLOW: f64 = 0.7;
const SLOW_ONCE_IN: Duration = Duration::from_secs(10);

/// The slowest rate, as a share of what is allowed at most.
const SLOWEST: f64 = 0.01;

/// A bound and a rate that follow what the appliance takes.
#[derive(Debug)]
pub(super) struct Controller {
    most_in_flight: f64,
    in_flight: f64,
    /// The rate, as a share of what is allowed at most.
    rate: f64,
    last_cut: Option<Duration>,
    last_slow: Option<Duration>,
    latencies: Latencies,
}

impl Controller {
    /// Begins with half the rate, and one request at a time.
    pub(super) fn new(most_in_flight: usize) -> Self {
        Self {
            most_in_flight: most_in_flight as f64,
            in_flight: 1.0,
            rate: 0.5,
            last_cut: None,
            last_slow: None,
            latencies: Latencies::default(),
        }
    }

    /// An answer came that is no refusal.
    pub(super) fn answered(&mut self) {
        self.in_flight =
            (self.in_flight + MORE_IN_FLIGHT / self.in_flight).min(self.most_in_flight);
        self.rate = (self.rate * FASTER).min(1.0);
    }

    /// An answer took so long.
    pub(super) fn took(&mut self, target: &RequestTarget, took: Duration, now: Duration) {
        let is_early = self.last_slow.is_some_and(|last| now.saturating_sub(last) < SLOW_ONCE_IN);
        if self.latencies.is_slow(target, took) && !is_early {
            self.last_slow = Some(now);
            self.in_flight = (self.in_flight * WHERE_SLOW).max(1.0);
        }
    }

    /// The appliance refused, as it is asked too much.
    pub(super) fn refused(&mut self, now: Duration) {
        if self.last_cut.is_some_and(|last| now.saturating_sub(last) < ONCE_IN) {
            return;
        }
        self.last_cut = Some(now);
        self.in_flight = (self.in_flight / 2.0).max(1.0);
        self.rate = (self.rate / 2.0).max(SLOWEST);
    }

    /// How many requests may be under way.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 1 and a number of requests"
    )]
    pub(super) fn in_flight(&self) -> usize {
        self.in_flight as usize
    }

    /// How many times as long as at the full rate it is from one request to the next.
    pub(super) fn slower(&self) -> f64 {
        1.0 / self.rate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(controller: &mut Controller, times: usize) {
        for _ in 0..times {
            controller.answered();
        }
    }

    #[test]
    fn it_begins_carefully_and_gets_to_all_that_is_allowed() {
        let mut controller = Controller::new(4);
        assert_eq!((controller.in_flight(), controller.slower()), (1, 2.0));
        answered(&mut controller, 100);
        assert_eq!(controller.in_flight(), 4);
        answered(&mut controller, 300);
        assert!((controller.slower() - 1.0).abs() < 1e-9, "{}", controller.slower());
    }

    #[test]
    fn slow_answers_take_requests_away_once_in_ten_seconds() {
        let mut controller = Controller::new(8);
        answered(&mut controller, 1_000);
        let target = RequestTarget::new("/deviceinfo");
        let mut took = |millis, from: u64, to: u64| {
            for second in from..to {
                let took = Duration::from_millis(millis);
                controller.took(&target, took, Duration::from_secs(second));
            }
            controller.in_flight()
        };
        assert_eq!(took(200, 0, 100), 8);
        assert_eq!(took(500, 100, 112), 5, "most of the newest are slow");
        assert_eq!(took(500, 112, 119), 5, "they were sent before");
        assert_eq!(took(500, 119, 1_000), 1, "never none");
    }

    #[test]
    fn a_refusal_halves_both_and_a_burst_of_them_is_one() {
        let mut controller = Controller::new(8);
        answered(&mut controller, 1_000);
        for millis in [0, 10, 900] {
            controller.refused(Duration::from_millis(millis));
        }
        assert_eq!((controller.in_flight(), controller.slower()), (4, 2.0));
        for seconds in 1..100 {
            controller.refused(Duration::from_secs(seconds));
        }
        assert_eq!(controller.in_flight(), 1, "never none");
        assert!(controller.slower() <= 100.0);
    }
}
