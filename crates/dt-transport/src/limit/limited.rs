//! A transport that holds requests back.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use tokio::sync::{Mutex, Semaphore};

use super::Limits;
use super::pace::Pace;
use crate::{AsyncTransport, Clock, SystemClock, TransportError};

/// Sends through another transport, but only so many requests at once and in a second.
///
/// Each attempt counts; the wait before a further attempt does not hold up others. Requests go out
/// in the order in which they came. A call that is dropped while it waits, or while its request is
/// under way, gives back what it held.
///
/// It needs no particular runtime: it waits by the other transport's
/// [`sleep`](AsyncTransport::sleep).
///
/// A request is signed before it waits here, and a signature is good for half an hour; its wait
/// also counts towards [`RetryPolicy::total`](crate::RetryPolicy::total). So do not start
/// everything at once: a stream with `buffer_unordered`, as below, keeps the queue short.
///
/// ```
/// use std::num::NonZeroU32;
///
/// use dt_transport::{AsyncClient, Exchange, Limited, Limits, ReplayTransport};
/// use futures_util::{StreamExt, TryStreamExt, stream};
///
/// # futures_util::FutureExt::now_or_never(async {
/// // In a program: `ReqwestTransport::new(&HttpOptions::default())?`.
/// let status = Exchange::new("/status?fast=true&format=json", http::StatusCode::OK, "{}");
/// let transport = ReplayTransport::new([status]);
///
/// let limits = Limits::new().in_flight(NonZeroU32::new(4).unwrap());
/// let transport = Limited::new(transport, limits);
/// let credentials = dt_auth::Credentials::new("public-token", "private-token")?;
/// let client = AsyncClient::new(transport, "https://appliance.example".parse()?, credentials);
/// let answers: Vec<_> =
///     stream::iter(0..10).map(async |_| client.status().await).buffer_unordered(8).try_collect().await?;
/// assert_eq!(answers.len(), 10);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap().unwrap();
/// ```
pub struct Limited<T> {
    inner: T,
    limits: Limits,
    permits: Semaphore,
    /// Locked by the one whose turn is next: the others queue for the lock.
    pace: Option<Mutex<Pace>>,
    clock: Arc<dyn Clock>,
}

impl<T> Limited<T> {
    /// Limits what is sent by `inner`. Whatever shares it, as by an `Arc`, shares the limits.
    #[must_use]
    pub fn new(inner: T, limits: Limits) -> Self {
        Self {
            inner,
            limits,
            permits: Semaphore::new(limits.permits().min(Semaphore::MAX_PERMITS)),
            pace: limits.pace().map(Mutex::new),
            clock: Arc::new(SystemClock),
        }
    }

    /// Whose monotonic time the rate is measured by; by default the system's.
    #[must_use]
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    /// What sends the requests.
    #[must_use]
    pub fn inner(&self) -> &T {
        &self.inner
    }
}

impl<T: AsyncTransport> Limited<T> {
    async fn turn(&self) {
        let Some(pace) = &self.pace else { return };
        let mut pace = pace.lock().await;
        let now = self.clock.monotonic();
        let wait = pace.wait(now);
        if !wait.is_zero() {
            self.inner.sleep(wait).await;
        }
        // Only now: whoever is dropped while waiting has taken nothing. A timer that is early, or a
        // clock that does not move, must not make more of the time than it was.
        pace.take(self.clock.monotonic().max(now + wait));
    }
}

impl<T: AsyncTransport> AsyncTransport for Limited<T> {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        // It fails only if it was closed, which nobody does.
        let _permit = self.permits.acquire().await.ok();
        self.turn().await;
        self.inner.send(request).await
    }

    async fn sleep(&self, duration: Duration) {
        self.inner.sleep(duration).await;
    }
}

impl<T> fmt::Debug for Limited<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limited").field("limits", &self.limits).finish_non_exhaustive()
    }
}
