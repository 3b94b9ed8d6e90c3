//! Requests that are held back, without any time but what the limits let pass.
#![cfg(feature = "limit")]
#![expect(clippy::unwrap_used, reason = "these are tests, their helper functions too")]

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use dt_transport::{AsyncTransport, Clock, Limited, Limits, TransportError};
use futures_util::future::{FutureExt, join_all, poll_fn};
use http::{Request, Response};
use jiff::Timestamp;

/// Moves only when somebody sleeps.
#[derive(Debug, Clone, Default)]
struct Time(Arc<Mutex<Duration>>);

impl Clock for Time {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    fn monotonic(&self) -> Duration {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) {
        *self.0.lock().unwrap() += duration;
    }
}

/// Takes a few polls for each request, and notes who was under way when.
#[derive(Debug, Default)]
struct Slow {
    time: Time,
    under_way: AtomicUsize,
    most: AtomicUsize,
    begun: Mutex<Vec<(String, Duration)>>,
}

/// Counts a request as under way, until it is done or dropped.
struct UnderWay<'s>(&'s AtomicUsize);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

async fn a_few_polls() {
    let mut left = 3;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

impl AsyncTransport for Slow {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let under_way = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        let _under_way = UnderWay(&self.under_way);
        self.most.fetch_max(under_way, Ordering::SeqCst);
        self.begun.lock().unwrap().push((request.uri().to_string(), self.time.monotonic()));
        a_few_polls().await;
        Ok(Response::new(Vec::new()))
    }

    async fn sleep(&self, duration: Duration) {
        a_few_polls().await;
        self.time.sleep(duration);
    }
}

fn limited(limits: Limits) -> Limited<Slow> {
    let slow = Slow::default();
    let time = slow.time.clone();
    Limited::new(slow, limits).clock(time)
}

fn count(count: u32) -> NonZeroU32 {
    NonZeroU32::new(count).unwrap()
}

fn request(number: usize) -> Request<Vec<u8>> {
    Request::builder().uri(format!("/{number}")).body(Vec::new()).unwrap()
}

fn all(transport: &Limited<Slow>, requests: usize) {
    let sent = join_all((0..requests).map(|number| transport.send(request(number))));
    let sent = tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(sent);
    assert!(sent.iter().all(Result::is_ok));
}

#[test]
fn no_more_than_the_limit_are_under_way() {
    for limit in [1, 3, 50] {
        let transport = limited(Limits::new().in_flight(count(limit)).any_rate());
        all(&transport, 20);
        assert_eq!(transport.inner().most.load(Ordering::SeqCst), 20.min(limit as usize));
        assert_eq!(transport.inner().time.monotonic(), Duration::ZERO);
    }
}

#[test]
fn requests_begin_in_their_order_and_at_the_pace() {
    let limits = Limits::new().in_flight(count(4)).per_second(count(10)).burst(count(3));
    let transport = limited(limits);
    all(&transport, 8);
    let begun = transport.inner().begun.lock().unwrap().clone();
    let expected = [0, 0, 0, 100, 200, 300, 400, 500].map(Duration::from_millis);
    let paths: Vec<_> = (0..8).map(|number| format!("/{number}")).collect();
    assert!(begun.iter().map(|(path, _)| path).eq(&paths), "{begun:?}");
    assert!(begun.iter().map(|(_, at)| *at).eq(expected), "{begun:?}");
}

#[test]
fn whoever_is_dropped_gives_back_what_it_held() {
    let limits = Limits::new().in_flight(count(1)).per_second(count(1)).burst(count(1));
    let transport = limited(limits);
    {
        let mut under_way = Box::pin(transport.send(request(0)));
        let mut waiting = Box::pin(transport.send(request(1)));
        assert!((&mut under_way).now_or_never().is_none());
        assert!((&mut waiting).now_or_never().is_none());
        // Dropped while it queues, and then the other one while its request is under way.
        drop(waiting);
    }
    {
        // It has its permit, and waits for its second.
        let mut waiting = Box::pin(transport.send(request(2)));
        assert!((&mut waiting).now_or_never().is_none());
        assert_eq!(transport.inner().begun.lock().unwrap().len(), 1);
    }
    all(&transport, 1);
    // One second, that of the first: neither of the others has taken one.
    assert_eq!(transport.inner().time.monotonic(), Duration::from_secs(1));
}

#[test]
fn a_rate_of_nothing_known_is_no_limit() {
    let transport = limited(Limits::new().any_rate());
    all(&transport, 100);
    assert!(transport.inner().begun.lock().unwrap().iter().all(|(_, at)| at.is_zero()));
}
