//! The clients over recorded exchanges: no HTTP, no feature, and no time but what a test lets pass.

#![expect(clippy::unwrap_used, reason = "these are tests, their helper functions too")]

use std::collections::VecDeque;
use std::future::{Future, ready};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dt_auth::{Credentials, DATE_HEADER, RequestTarget};
use dt_model::{
    DataType, DeviceId, DeviceInfoQuery, DeviceOrder, DeviceSearch, DevicesQuery, EndpointQuery,
    Evidence, Exchange, IntervalHours, Plan, Question, Required, SimilarDevicesQuery, SortOrder,
    StatusQuery,
};
use dt_transport::{
    AsyncClient, AsyncTransport, BaseUrl, Client, Clock, Error, Query, RecordingTransport,
    ReplayTransport, RetryPolicy, Transport, TransportError, TransportErrorKind,
};
use futures_util::{FutureExt, TryStreamExt};
use http::{HeaderValue, Request, Response, StatusCode, header};
use jiff::Timestamp;

fn base() -> BaseUrl {
    "https://appliance.example".parse().unwrap()
}

fn credentials() -> Credentials {
    Credentials::new("s3cret-public", "s3cret-private").unwrap()
}

fn client<T: Transport>(transport: T) -> Client<T> {
    Client::new(transport, base(), credentials())
}

fn ok(query: &(impl Query + ?Sized), body: &str) -> Exchange {
    Exchange::new(query.target().wire(), StatusCode::OK, body)
}

fn query(did: i64) -> DeviceInfoQuery {
    DeviceInfoQuery::new(DeviceId::new(did)).unwrap()
}

const INFO: &str =
    r#"{"deviceInfo":[{"did":230,"graphData":[{"time":1580000000000,"count":355}]}]}"#;

#[test]
fn every_endpoint_becomes_its_type() {
    let sizeout = query(230).data_type(DataType::BytesOut).interval(IntervalHours::new(4).unwrap());
    let devices = DevicesQuery::new().did(DeviceId::new(7));
    let search = DeviceSearch::new().matching("hostname", "ws-*");
    let similar = SimilarDevicesQuery::new(DeviceId::new(230)).count(3);
    let endpoint = EndpointQuery::new("a.example");
    let client = client(ReplayTransport::new([
        ok(&sizeout, INFO),
        ok(&devices, r#"{"id": 7, "hostname": "cam-01"}"#),
        ok(&search, r#"{"totalCount": 1, "devices": [{"did": 9}]}"#),
        ok(&similar, r#"[{"did": 8, "score": 99}]"#),
        ok(&endpoint, r#"{"hostname": "a.example", "locations": [{"country": "Norway"}]}"#),
    ]));

    let info = client.ask(&sizeout).unwrap();
    assert_eq!(info.subject.series.measure(), Some(DataType::BytesOut));
    assert_eq!(info.subject.series.width(), Some(jiff::SignedDuration::from_hours(4)));
    assert_eq!(client.ask(&devices).unwrap().items[0].hostname.as_deref(), Some("cam-01"));
    assert_eq!(client.ask(&search).unwrap().total_count, Some(1));
    assert_eq!(client.ask(&similar).unwrap().items[0].score, Some(99.0));
    let endpoints = client.ask(&endpoint).unwrap().items;
    assert_eq!(endpoints[0].countries().collect::<Vec<_>>(), ["Norway"]);
}

#[test]
fn raw_gives_the_response_byte_for_byte() {
    let target = RequestTarget::new("/anything").param("q", "a b");
    let body = " {\"b\": 1.0,\r\n \"a\": 2} \n";
    let exchange = Exchange::new(target.wire(), StatusCode::OK, body)
        .header(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let response = client(ReplayTransport::new([exchange])).raw(&target).unwrap();
    assert_eq!(response.body(), body.as_bytes());
    assert_eq!(response.headers()["content-type"], "application/json");
}

#[test]
fn a_body_that_cannot_be_read_is_told_with_its_place() {
    let query = query(230);
    let broken = r#"{"deviceInfo": [{"graphData": [{"time": 1580000000000, "count": 35"#;
    let exchange = ok(&query, broken)
        .header(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let error = client(ReplayTransport::new([exchange])).ask(&query).unwrap_err();
    assert!(error.is_unreadable() && error.read_error().unwrap().is_truncated());
    assert_eq!(error.status(), Some(StatusCode::OK));
    assert_eq!(error.content_type(), Some("application/json"));
    assert_eq!(error.excerpt(), Some(broken));
    insta::assert_snapshot!(chain(&error), @r#"
    failed to read the answer of appliance.example to /deviceinfo
      the JSON is cut off at deviceInfo[0].graphData[0], near `e": 1580000000000, "count": 35`
      EOF while parsing an object at line 1 column 66
    "#);

    let list = ok(&query, "[1]");
    let error = client(ReplayTransport::new([list])).ask(&query).unwrap_err();
    insta::assert_snapshot!(chain(&error), @"
    failed to read the answer of appliance.example to /deviceinfo
      not a /deviceinfo response: a list, as /devices or /similardevices answer
    ");
}

#[test]
fn a_replay_keeps_the_order_and_repeats_its_last_answer() {
    let target = RequestTarget::new("/counter");
    let exchange = |body: &str| Exchange::new(target.wire(), StatusCode::OK, body);
    let client = client(ReplayTransport::new([exchange("1"), exchange("2")]));
    let bodies = [(); 3].map(|()| client.raw(&target).unwrap().into_body());
    assert_eq!(bodies, [b"1", b"2", b"2"]);
}

#[test]
fn what_was_not_recorded_is_told_by_its_target() {
    let error = client(ReplayTransport::new([])).ask(&StatusQuery).unwrap_err();
    assert!(!error.is_network() && !error.is_retryable());
    insta::assert_snapshot!(chain(&error), @"
    failed to get /status from appliance.example
      failed to replay /status?fast=true&format=json: no exchange was recorded for it
    ");
}

#[test]
fn no_error_shows_what_an_answer_echoes() {
    let echo = "s3cret-public bd7c3eab7cbf00d75218d4efac711cdaec2ea8b4";
    let target = RequestTarget::new("/status");
    for (status, body) in [
        (400, echo.to_owned()),
        (500, echo.to_owned()),
        (418, echo.to_owned()),
        (200, format!("<title>{echo}</title>")),
    ] {
        let status = StatusCode::from_u16(status).unwrap();
        let replay = ReplayTransport::new([Exchange::new(target.wire(), status, body)]);
        let error = client(replay).retry(RetryPolicy::never()).raw(&target).unwrap_err();
        assert_no_secret(&error);
    }
    let broken = format!(r#"{{"deviceInfo": [{{"did": "{echo}", "graphData": ["#);
    for body in [broken, echo.to_owned(), format!(r#"{{"error": "{echo}"}}"#)] {
        let query = query(230);
        let error = client(ReplayTransport::new([ok(&query, &body)])).ask(&query);
        assert_no_secret(&error.unwrap_err());
    }
}

fn assert_no_secret(error: &Error) {
    let shown = format!("{error:?} {}", chain(error));
    assert!(!shown.contains("s3cret") && !shown.contains("bd7c3eab"), "{shown}");
}

/// Fails as it is told, and remembers what it was sent and how long it was let wait.
#[derive(Default)]
struct Scripted {
    outcomes: Mutex<VecDeque<Result<Response<Vec<u8>>, TransportError>>>,
    dates: Mutex<Vec<String>>,
    waits: Mutex<Vec<Duration>>,
}

impl Scripted {
    fn new(outcomes: impl IntoIterator<Item = Result<Response<Vec<u8>>, TransportError>>) -> Self {
        Self { outcomes: Mutex::new(outcomes.into_iter().collect()), ..Self::default() }
    }
}

fn status(code: u16) -> Response<Vec<u8>> {
    Response::builder().status(code).body(b"{}".to_vec()).unwrap()
}

impl Transport for Scripted {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let date = request.headers()[DATE_HEADER].to_str().unwrap().to_owned();
        self.dates.lock().unwrap().push(date);
        self.outcomes.lock().unwrap().pop_front().unwrap()
    }
}

impl AsyncTransport for Scripted {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        Transport::send(self, request)
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        self.waits.lock().unwrap().push(duration);
        ready(())
    }
}

/// Time that passes only while somebody sleeps, and a second at every look.
#[derive(Default)]
struct ManualClock {
    passed: Mutex<Duration>,
    waits: Mutex<Vec<Duration>>,
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        let mut passed = self.passed.lock().unwrap();
        *passed += Duration::from_secs(1);
        "2026-11-24T02:00:00Z".parse::<Timestamp>().unwrap() + *passed
    }

    fn monotonic(&self) -> Duration {
        *self.passed.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) {
        *self.passed.lock().unwrap() += duration;
        self.waits.lock().unwrap().push(duration);
    }

    fn jitter(&self) -> f64 {
        1.0
    }
}

fn failing() -> [Result<Response<Vec<u8>>, TransportError>; 4] {
    let reset = Err(TransportError::new(TransportErrorKind::Reset));
    [Ok(status(503)), reset, Ok(status(429)), Ok(status(200))]
}

#[test]
fn every_attempt_is_signed_afresh() {
    let (transport, clock) = (Scripted::new(failing()), Arc::new(ManualClock::default()));
    client(&transport).clock(Arc::clone(&clock)).ask(&StatusQuery).unwrap();
    let waits = [500, 1000, 4000].map(Duration::from_millis);
    assert_eq!(*clock.waits.lock().unwrap(), waits);
    let dates = transport.dates.into_inner().unwrap();
    assert_eq!(dates.len(), 4);
    assert!(dates.windows(2).all(|pair| pair[0] < pair[1]), "{dates:?}");
}

#[test]
fn the_asynchronous_client_waits_by_its_transport() {
    let (transport, clock) = (Scripted::new(failing()), Arc::new(ManualClock::default()));
    let client = AsyncClient::new(&transport, base(), credentials()).clock(Arc::clone(&clock));
    client.ask(&StatusQuery).now_or_never().unwrap().unwrap();
    let waits = [500, 1000, 4000].map(Duration::from_millis);
    assert_eq!(*transport.waits.lock().unwrap(), waits);
    assert!(clock.waits.lock().unwrap().is_empty());
}

#[test]
fn giving_up_says_after_how_many_attempts() {
    let outcomes = [503; 3].map(|code| Ok(status(code)));
    let error = client(Scripted::new(outcomes))
        .clock(Arc::new(ManualClock::default()))
        .retry(RetryPolicy::default().retries(2))
        .ask(&StatusQuery)
        .unwrap_err();
    assert_eq!(error.attempts(), 3);
    insta::assert_snapshot!(error.to_string(), @r#"failed to get /status from appliance.example after 3 attempts: the appliance, or a gateway before it, failed (HTTP 503: "{}")"#);
}

#[test]
fn a_rate_limit_uses_up_no_attempt() {
    let outcomes = [429, 429, 503, 429, 503, 200].map(|code| Ok(status(code)));
    let client = client(Scripted::new(outcomes))
        .clock(Arc::new(ManualClock::default()))
        .retry(RetryPolicy::default().retries(2));
    client.ask(&StatusQuery).unwrap();
}

#[test]
fn what_would_not_help_is_tried_once() {
    for code in [400, 401, 403, 404] {
        let transport = Scripted::new([Ok(status(code))]);
        assert_eq!(client(&transport).ask(&StatusQuery).unwrap_err().attempts(), 1);
    }
}

#[test]
fn a_recording_can_be_replayed_and_holds_no_secret() {
    let query = query(230);
    let echo = format!("{}   ", INFO.replace("230", "230,\"echo\":\"s3cret-public\""));
    let exchange = ok(&query, &echo)
        .header(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))
        .header(header::SET_COOKIE, HeaderValue::from_static("s3cret"));
    let recording = RecordingTransport::new(ReplayTransport::new([exchange]));
    let first = client(&recording).ask(&query).unwrap();

    let text = serde_json::to_string(&recording.into_exchanges()).unwrap();
    assert!(!text.contains("s3cret"), "{text}");
    let exchanges: Vec<Exchange> = serde_json::from_str(&text).unwrap();
    assert_eq!(exchanges[0].body.len(), echo.len());
    let again = client(ReplayTransport::new(exchanges)).ask(&query).unwrap();
    assert_eq!(first, again);
}

#[test]
fn the_futures_can_be_spawned() {
    fn spawnable<T: Send + 'static>(future: T) -> T {
        future
    }
    let client = Arc::new(AsyncClient::new(ReplayTransport::default(), base(), credentials()));
    drop(spawnable(async move {
        let _ = client.ask(&query(230)).await;
        client.gather(Nothing).await
    }));
}

struct Nothing;

impl Plan for Nothing {
    fn next(&mut self, _: &Evidence) -> Vec<Question> {
        Vec::new()
    }

    fn required(&self) -> Required {
        Required::AnyDeviceInfo
    }
}

#[test]
fn pages_are_asked_for_one_by_one_and_end_with_the_last_or_with_an_error() {
    let search =
        DeviceSearch::new().count(1).order_by(DeviceOrder::FirstSeen, SortOrder::Ascending);
    let page = |offset: u64, did: u64| {
        let body = format!(r#"{{"totalCount": 3, "devices": [{{"did": {did}}}]}}"#);
        ok(&search.clone().offset(offset), &body)
    };
    let all = || ReplayTransport::new([page(0, 7), page(1, 9), page(2, 8)]);
    let client = client(RecordingTransport::new(all()));
    let mut pages = client.device_pages(search.clone());
    assert!(client.transport().exchanges().is_empty());
    pages.next().unwrap().unwrap();
    assert_eq!(client.transport().exchanges().len(), 1);
    assert_eq!(pages.filter_map(Result::ok).count(), 2);

    let client = AsyncClient::new(all(), base(), credentials());
    let pages = client.device_pages(search.clone()).try_collect::<Vec<_>>();
    assert_eq!(pages.now_or_never().unwrap().unwrap().len(), 3);

    let first = ReplayTransport::new([page(0, 7)]);
    let client = Client::new(first, base(), credentials());
    let pages: Vec<_> = client.device_pages(search).collect();
    assert!(pages[0].is_ok() && pages[1].is_err() && pages.len() == 2);
}

fn chain(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(Some(error), |error| error.source());
    sources.map(ToString::to_string).collect::<Vec<_>>().join("\n  ")
}

/// Who refuses is named for what it is: not the appliance's token, and not its URL.
#[test]
fn a_page_that_asks_to_sign_in_and_a_redirect_are_told_apart_from_the_appliance() {
    let refused = |status, location: &str, body: &str| {
        let response = Response::builder().status(status).header("location", location);
        let response = response.body(body.as_bytes().to_vec()).unwrap();
        let base = "http://127.0.0.1/site".parse().unwrap();
        let target = RequestTarget::new("/deviceinfo").param("did", 1);
        dt_transport::accept(&base, &target, response, Timestamp::UNIX_EPOCH).unwrap_err()
    };
    let page = refused(401, "", "<html><title>Gateway</title></html>");
    assert!(page.is_refused_by_page() && page.to_string().contains("titled \"Gateway\""), "{page}");
    assert!(!refused(401, "", r#"{"error": "API SIGNATURE ERROR"}"#).is_refused_by_page());
    assert_eq!(page.base_path(), Some("/site"));

    let secure = |location| refused(301, location, "").https_instead();
    let url = "https://appliance.example".to_owned();
    assert_eq!(secure("https://appliance.example/site/deviceinfo?did=1"), Some(url));
    assert_eq!(secure("https://sso.example/login"), None);
    assert_eq!(secure("http://appliance.example/deviceinfo"), None);
}
