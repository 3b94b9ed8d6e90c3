//! The clients over recorded exchanges: no HTTP, no feature, and no time but what a test lets pass.

#![expect(clippy::unwrap_used, reason = "these are tests, their helper functions too")]

use std::collections::VecDeque;
use std::future::{Future, ready};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dt_auth::{Credentials, DATE_HEADER, RequestTarget};
use dt_model::{
    DataType, DeviceDetails, DeviceId, DeviceInfoQuery, DomainQuestion, EvidencePart,
    ExternalDomain, IntervalHours,
};
use dt_transport::{
    AsyncClient, AsyncTransport, BaseUrl, Client, Clock, DeviceSearch, DevicesQuery, EndpointQuery,
    Error, Exchange, Gathered, Needs, Query, RecordingTransport, ReplayTransport, RetryPolicy,
    SimilarDevicesQuery, Transport, TransportError, TransportErrorKind, gather, gather_async,
    gather_domains, gather_domains_async,
};
use futures_util::FutureExt;
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

    let info = client.device_info(&sizeout).unwrap();
    assert_eq!(info.subject.series.measure(), Some(DataType::BytesOut));
    assert_eq!(info.subject.series.width(), Some(jiff::SignedDuration::from_hours(4)));
    assert_eq!(client.devices(&devices).unwrap().items[0].hostname.as_deref(), Some("cam-01"));
    assert_eq!(client.device_search(&search).unwrap().total_count, Some(1));
    assert_eq!(client.similar_devices(&similar).unwrap().items[0].score, Some(99.0));
    let endpoints = client.endpoint_details(&endpoint).unwrap().items;
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
    let error = client(ReplayTransport::new([exchange])).device_info(&query).unwrap_err();
    assert!(error.is_unreadable() && error.read_error().unwrap().is_truncated());
    assert_eq!(error.status(), Some(StatusCode::OK));
    assert_eq!(error.content_type(), Some("application/json"));
    assert_eq!(error.excerpt(), Some(broken));
    insta::assert_snapshot!(chain(&error), @r#"
    failed to read the answer of appliance.example to /deviceinfo
      failed to read the JSON at deviceInfo[0].graphData[0], near `e": 1580000000000, "count": 35`
      EOF while parsing an object at line 1 column 66
    "#);

    let list = ok(&query, "[1]");
    let error = client(ReplayTransport::new([list])).device_info(&query).unwrap_err();
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
    let error = client(ReplayTransport::new([])).status().unwrap_err();
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
        let error = client(ReplayTransport::new([ok(&query, &body)])).device_info(&query);
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
struct Told {
    passed: Mutex<Duration>,
    waits: Mutex<Vec<Duration>>,
}

impl Clock for Told {
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
    let (transport, clock) = (Scripted::new(failing()), Arc::new(Told::default()));
    client(&transport).clock(Arc::clone(&clock)).status().unwrap();
    let waits = [500, 1000, 2000].map(Duration::from_millis);
    assert_eq!(*clock.waits.lock().unwrap(), waits);
    let dates = transport.dates.into_inner().unwrap();
    assert_eq!(dates.len(), 4);
    assert!(dates.windows(2).all(|pair| pair[0] < pair[1]), "{dates:?}");
}

#[test]
fn the_asynchronous_client_waits_by_its_transport() {
    let (transport, clock) = (Scripted::new(failing()), Arc::new(Told::default()));
    let client = AsyncClient::new(&transport, base(), credentials()).clock(Arc::clone(&clock));
    client.status().now_or_never().unwrap().unwrap();
    let waits = [500, 1000, 2000].map(Duration::from_millis);
    assert_eq!(*transport.waits.lock().unwrap(), waits);
    assert!(clock.waits.lock().unwrap().is_empty());
}

#[test]
fn giving_up_says_after_how_many_attempts() {
    let outcomes = [503; 3].map(|code| Ok(status(code)));
    let error = client(Scripted::new(outcomes))
        .clock(Arc::new(Told::default()))
        .retry(RetryPolicy::default().retries(2))
        .status()
        .unwrap_err();
    assert_eq!(error.attempts(), 3);
    insta::assert_snapshot!(error.to_string(), @r#"failed to get /status from appliance.example after 3 attempts: the appliance, or a gateway before it, failed (HTTP 503: "{}")"#);
}

#[test]
fn what_would_not_help_is_tried_once() {
    for code in [400, 401, 403, 404] {
        let transport = Scripted::new([Ok(status(code))]);
        assert_eq!(client(&transport).status().unwrap_err().attempts(), 1);
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
    let first = client(&recording).device_info(&query).unwrap();

    let text = serde_json::to_string(&recording.into_exchanges()).unwrap();
    assert!(!text.contains("s3cret"), "{text}");
    let exchanges: Vec<Exchange> = serde_json::from_str(&text).unwrap();
    assert_eq!(exchanges[0].body.len(), echo.len());
    let again = client(ReplayTransport::new(exchanges)).device_info(&query).unwrap();
    assert_eq!(first, again);
}

#[test]
fn the_futures_can_be_spawned() {
    fn spawnable<T: Send + 'static>(future: T) -> T {
        future
    }
    let client = Arc::new(AsyncClient::new(ReplayTransport::default(), base(), credentials()));
    let needs = Needs::new(query(230), EvidencePart::ALL);
    drop(spawnable(async move {
        let _ = client.device_info(&query(230)).await;
        gather_async(&client, &needs).await
    }));
}

const EXTERNAL: &str = r#"{"deviceInfo":[{"did":230,"graphData":[],"info":{"totalUsed":100,
    "externalDomains":[{"domain":"small.example","size":1},{"domain":"others","size":9},
    {"domain":"large.example","size":60},{"domain":"192.0.2.7","size":30}]}}]}"#;

/// The exchanges that `needs` ask for, but for what `change` makes of them.
fn appliance(change: impl Fn(&str, Exchange) -> Exchange) -> ReplayTransport {
    let base = query(230).similar_devices(2).device_details(DeviceDetails::Full);
    let plain = query(230).similar_devices(2);
    let outside = |data_type| plain.clone().data_type(data_type).destination(DeviceId::EXTERNAL);
    let details = |name: &str| ok(&EndpointQuery::new(name), r#"{"country": "Norway"}"#);
    let exchanges = [
        ("co", ok(&base, INFO)),
        ("sizeout", ok(&plain.clone().data_type(DataType::BytesOut), INFO)),
        ("sizein", ok(&plain.clone().data_type(DataType::BytesIn), INFO)),
        ("external", ok(&outside(DataType::Connections), EXTERNAL)),
        ("external-out", ok(&outside(DataType::BytesOut), INFO)),
        ("large.example", details("large.example")),
        ("192.0.2.7", details("192.0.2.7")),
    ];
    ReplayTransport::new(exchanges.map(|(name, exchange)| change(name, exchange)))
}

/// Gathers everything by both clients, which must agree.
fn gathered(change: impl Fn(&str, Exchange) -> Exchange) -> Result<Gathered, Error> {
    let query = query(230).similar_devices(2).device_details(DeviceDetails::Full);
    let needs = Needs::new(query, EvidencePart::ALL).endpoints(2);
    let blocking = gather(&client(appliance(&change)), &needs);
    let client = AsyncClient::new(appliance(&change), base(), credentials());
    let asynchronous = gather_async(&client, &needs).now_or_never().unwrap();
    assert_eq!(format!("{blocking:?}"), format!("{asynchronous:?}"));
    blocking
}

fn with_status(exchange: Exchange, status: StatusCode) -> Exchange {
    Exchange { status, ..exchange }
}

#[test]
fn everything_that_is_needed_is_gathered() {
    let gathered = gathered(|_, exchange| exchange).unwrap();
    assert!(gathered.missed.is_empty());
    assert_eq!(gathered.evidence.answers().count(), 5);
    let endpoints = gathered.evidence.endpoints.unwrap();
    assert_eq!(endpoints[0].hostname.as_deref(), Some("large.example"));
    assert_eq!(endpoints[1].ip.as_deref(), Some("192.0.2.7"));
    assert_eq!(endpoints.len(), 2);
}

#[test]
fn domains_that_no_similar_device_lists_are_asked_about_first() {
    const BESIDE: &str = r#"{"deviceInfo":[
        {"did":230,"graphData":[],"info":{"totalUsed":100,"externalDomains":[
            {"domain":"usual.example","size":60},{"domain":"common.example","size":30},
            {"domain":"rare.example","size":2},{"domain":"rarer.example","size":1}]}},
        {"did":231,"graphData":[],"info":{"totalUsed":100,"externalDomains":[
            {"domain":"usual.example","size":50},{"domain":"common.example","size":50}]}}]}"#;
    let base = query(230).similar_devices(1);
    let details = |name: &str| ok(&EndpointQuery::new(name), r#"{"country": "Norway"}"#);
    let transport = ReplayTransport::new([
        ok(&base.clone().destination(DeviceId::EXTERNAL), BESIDE),
        details("rare.example"),
        details("usual.example"),
    ]);
    let needs = Needs::new(base, [EvidencePart::Endpoints]).endpoints(2);
    let gathered = gather(&client(transport), &needs).unwrap();
    let endpoints = gathered.evidence.endpoints.unwrap();
    let names: Vec<_> = endpoints.iter().filter_map(|it| it.hostname.as_deref()).collect();
    assert_eq!(names, ["rare.example", "usual.example"]);
}

#[test]
fn a_domain_that_cannot_be_asked_about_does_not_cost_the_others() {
    let question =
        |domain: &str| DomainQuestion { domain: domain.to_owned(), data_type: DataType::BytesOut };
    let about = |domain: &str| {
        query(230)
            .destination(DeviceId::EXTERNAL)
            .data_type(DataType::BytesOut)
            .external_domain(ExternalDomain::new(domain).unwrap())
    };
    let gone = with_status(ok(&about("gone.example"), ""), StatusCode::NOT_FOUND);
    let replay = || ReplayTransport::new([gone.clone(), ok(&about("a.example"), INFO)]);
    let questions = ["not a domain", "gone.example", "a.example"].map(question);
    let answers = gather_domains(&client(replay()), &query(230), &questions).unwrap();
    assert_eq!(answers.len(), 1);
    assert_eq!(answers[0].subject.domain.as_deref(), Some("a.example"));

    let client = AsyncClient::new(replay(), base(), credentials());
    let theirs = gather_domains_async(&client, &query(230), &questions).now_or_never().unwrap();
    assert_eq!(theirs.unwrap(), answers);
}

#[test]
fn a_part_that_is_not_there_is_missed_and_told() {
    let gathered = gathered(|name, exchange| match name {
        // Nothing is known about one endpoint: not the same as not being told.
        "sizein" | "large.example" => with_status(exchange, StatusCode::NOT_FOUND),
        "external-out" => with_status(exchange, StatusCode::FORBIDDEN),
        _ => exchange,
    })
    .unwrap();
    let missed: Vec<_> = gathered.missed.iter().map(|missed| missed.part).collect();
    assert_eq!(missed, [EvidencePart::BytesIn, EvidencePart::ExternalOut]);
    assert!(gathered.missed[1].error.is_permission());
    assert_eq!(gathered.evidence.endpoints.unwrap().len(), 1);
}

#[test]
fn an_appliance_without_an_endpoint_is_asked_for_it_once() {
    let gathered = gathered(|name, exchange| match name {
        "large.example" => with_status(exchange, StatusCode::FOUND)
            .header(header::LOCATION, HeaderValue::from_static("/login")),
        _ => exchange,
    })
    .unwrap();
    assert_eq!(gathered.evidence.endpoints, None);
    assert!(gathered.missed[0].error.is_no_endpoint());
    assert_eq!(gathered.missed.len(), 1);
}

#[test]
fn a_device_that_is_not_there_and_any_other_fault_fail() {
    let unknown = gathered(|_, exchange| with_status(exchange, StatusCode::NOT_FOUND));
    assert!(unknown.unwrap_err().is_not_found());
    let refused = gathered(|name, exchange| match name {
        "sizeout" => with_status(exchange, StatusCode::BAD_REQUEST),
        _ => exchange,
    });
    assert!(refused.unwrap_err().is_bad_parameter());
}

fn chain(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(Some(error), |error| error.source());
    sources.map(ToString::to_string).collect::<Vec<_>>().join("\n  ")
}
