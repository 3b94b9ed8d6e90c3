//! The one place where time is read and waited for.

use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::Wake;

/// What a client cannot compute: what time it is, how to let it pass, and chance.
///
/// [`SystemClock`] is the default; another one makes every signature, wait and retry of a client
/// repeatable.
pub trait Clock: Send + Sync {
    /// The time of day, which is what requests are signed with.
    fn now(&self) -> Timestamp;

    /// The time since some moment in the past, which never runs backwards.
    fn monotonic(&self) -> Duration;

    /// Lets time pass by blocking the thread. Only the blocking client calls it: an asynchronous
    /// one waits by [`AsyncTransport::sleep`](crate::AsyncTransport::sleep).
    fn sleep(&self, duration: Duration);

    /// Lets time pass by blocking the thread, unless it is [cancelled](crate::Cancel) before. A clock
    /// whose time is not the system's need not care: by default, this is [`sleep`](Self::sleep).
    fn wait(&self, duration: Duration, wake: Wake) {
        drop(wake);
        self.sleep(duration);
    }

    /// From 0 to 1, by chance: which part of a possible wait is waited.
    fn jitter(&self) -> f64 {
        fastrand::f64()
    }
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }

    fn monotonic(&self) -> Duration {
        (**self).monotonic()
    }

    fn sleep(&self, duration: Duration) {
        (**self).sleep(duration);
    }

    fn wait(&self, duration: Duration, wake: Wake) {
        (**self).wait(duration, wake);
    }

    fn jitter(&self) -> f64 {
        (**self).jitter()
    }
}

/// The system's clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SystemClock;

static START: LazyLock<Instant> = LazyLock::new(instant);

#[expect(clippy::disallowed_methods, reason = "the one site where the monotonic clock is read")]
fn instant() -> Instant {
    Instant::now()
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one site where the time of day is read")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn monotonic(&self) -> Duration {
        let start = *START;
        instant().duration_since(start)
    }

    fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }

    fn wait(&self, duration: Duration, wake: Wake) {
        wake.wait_timeout(duration);
    }
}
