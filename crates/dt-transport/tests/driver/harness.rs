//! A transport that answers as a test says, time that passes as a test says, and both drivers.

use std::future::{Future, ready};
use std::num::NonZeroU32;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dt_auth::{Credentials, DATE_HEADER};
use dt_model::{
    DataType, DeviceId, DeviceInfoQuery, DomainQuestion, Evidence, EvidencePart, Plan, Question,
    Required,
};
use dt_transport::{
    AsyncClient, AsyncTransport, Cancel, Client, Clock, GatherError, GatherOptions, Gathered,
    Gatherer, Limits, Recording, RetryPolicy, Transport, TransportError, TransportErrorKind, Wake,
};
use http::{Request, Response};
use jiff::Timestamp;

pub(crate) type Sent = Result<Response<Vec<u8>>, TransportError>;

/// A request that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReceivedRequest {
    /// The part's name, `domain`, or the host.
    pub(crate) about: String,
    pub(crate) did: Option<i64>,
    /// How often the same was asked, this time included.
    pub(crate) attempt: usize,
    /// Seconds from the beginning of time to when it was signed.
    pub(crate) signed_at: i64,
}

/// Answers as it is told, once it is let.
pub(crate) struct Server {
    answer: Box<dyn Fn(&ReceivedRequest) -> Sent + Send + Sync>,
    hold: Box<dyn Fn(ReceivedRequest) -> Held + Send + Sync>,
    time: Arc<Time>,
    state: Mutex<State>,
}

type Held = Pin<Box<dyn Future<Output = ()> + Send>>;

#[derive(Default)]
struct State {
    asked: Vec<(String, ReceivedRequest)>,
    in_flight: usize,
    most_in_flight: usize,
}

impl Server {
    pub(crate) fn new(answer: impl Fn(&ReceivedRequest) -> Sent + Send + Sync + 'static) -> Self {
        Self {
            answer: Box::new(answer),
            hold: Box::new(|_| Box::pin(ready(()))),
            time: Arc::default(),
            state: Mutex::default(),
        }
    }

    /// Answers soundly.
    pub(crate) fn sound() -> Self {
        Self::new(|asked| Ok(sound(asked)))
    }

    /// Lets a request wait before it is answered.
    pub(crate) fn held<F: Future<Output = ()> + Send + 'static>(
        self,
        hold: impl Fn(ReceivedRequest) -> F + Send + Sync + 'static,
    ) -> Self {
        Self { hold: Box::new(move |asked| Box::pin(hold(asked))), ..self }
    }

    /// Whoever waits does so until it is cancelled.
    pub(crate) fn time_stands_still(self) -> Self {
        Self { time: Arc::new(Time { stands_still: true, ..Time::default() }), ..self }
    }

    pub(crate) fn asked(&self) -> Vec<ReceivedRequest> {
        let state = self.state.lock().unwrap();
        state.asked.iter().map(|(_, asked)| asked.clone()).collect()
    }

    /// What requests were about, in the order in which they came.
    pub(crate) fn asked_about(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.about).collect()
    }

    pub(crate) fn most_in_flight(&self) -> usize {
        self.state.lock().unwrap().most_in_flight
    }

    pub(crate) fn time(&self) -> &Arc<Time> {
        &self.time
    }

    pub(crate) fn client(&self) -> Client<&Self> {
        let client = Client::new(self, "https://appliance.example".parse().unwrap(), tokens());
        client.clock(Arc::clone(&self.time)).retry(once_more())
    }

    pub(crate) fn async_client(&self) -> AsyncClient<&Self> {
        let client = AsyncClient::new(self, "https://appliance.example".parse().unwrap(), tokens());
        client.clock(Arc::clone(&self.time)).retry(once_more())
    }

    async fn respond(&self, request: Request<Vec<u8>>) -> Sent {
        let asked = self.note(&request);
        (self.hold)(asked.clone()).await;
        self.state.lock().unwrap().in_flight -= 1;
        (self.answer)(&asked)
    }

    fn note(&self, request: &Request<Vec<u8>>) -> ReceivedRequest {
        let target = request.uri().path_and_query().unwrap().as_str();
        let question = Question::from_target(target).unwrap();
        let date = request.headers()[DATE_HEADER].to_str().unwrap();
        let date: jiff::civil::DateTime = date.parse().unwrap();
        let mut state = self.state.lock().unwrap();
        state.in_flight += 1;
        state.most_in_flight = state.most_in_flight.max(state.in_flight);
        let asked = ReceivedRequest {
            about: match &question {
                Question::Endpoint(query) => query.endpoint().to_string(),
                Question::Domain(..) => "domain".to_owned(),
                question => question.to_string(),
            },
            did: question.did().map(DeviceId::get),
            attempt: state.asked.iter().filter(|(earlier, _)| earlier == target).count() + 1,
            signed_at: date.in_tz("UTC").unwrap().timestamp().duration_since(START).as_secs(),
        };
        state.asked.push((target.to_owned(), asked.clone()));
        asked
    }
}

/// At most two attempts.
fn once_more() -> RetryPolicy {
    RetryPolicy::default().retries(1)
}

fn tokens() -> Credentials {
    Credentials::new("pub", "priv").unwrap()
}

impl Transport for Server {
    fn send(&self, request: Request<Vec<u8>>) -> Sent {
        runtime().block_on(self.respond(request))
    }
}

impl AsyncTransport for Server {
    async fn send(&self, request: Request<Vec<u8>>) -> Sent {
        self.respond(request).await
    }

    async fn sleep(&self, duration: Duration) {
        if self.time.stands_still {
            std::future::pending::<()>().await;
        }
        self.time.sleep(duration);
    }
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

/// When time begins.
const START: Timestamp = Timestamp::constant(1_795_485_600, 0);

/// Time that passes while somebody waits, for all that wait at once.
#[derive(Default)]
pub(crate) struct Time {
    passed: Mutex<Duration>,
    stands_still: bool,
    waiting: tokio::sync::Notify,
}

impl Time {
    /// Blocks until somebody waits for time to pass.
    pub(crate) fn is_waited_for(&self) {
        runtime().block_on(self.waiting.notified());
    }
}

impl Clock for Time {
    fn now(&self) -> Timestamp {
        START + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        *self.passed.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) {
        *self.passed.lock().unwrap() += duration;
    }

    fn wait(&self, duration: Duration, wake: Wake) {
        if self.stands_still {
            self.waiting.notify_one();
            wake.wait_timeout(Duration::from_secs(3600));
        } else {
            self.sleep(duration);
        }
    }

    fn jitter(&self) -> f64 {
        1.0
    }
}

/// A plan whose rounds are known from the beginning.
pub(crate) struct Rounds {
    rounds: std::vec::IntoIter<Vec<Question>>,
    required: Required,
}

impl Plan for Rounds {
    fn next(&mut self, _: &Evidence) -> Vec<Question> {
        self.rounds.next().unwrap_or_default()
    }

    fn required(&self) -> Required {
        self.required
    }
}

pub(crate) fn rounds(rounds: impl IntoIterator<Item = Vec<Question>>) -> Rounds {
    let rounds: Vec<_> = rounds.into_iter().collect();
    Rounds { rounds: rounds.into_iter(), required: Required::AnyDeviceInfo }
}

impl Rounds {
    pub(crate) fn require(self, part: EvidencePart) -> Self {
        Self { required: Required::Part(part), ..self }
    }
}

pub(crate) fn query(did: i64) -> DeviceInfoQuery {
    DeviceInfoQuery::new(DeviceId::new(did)).unwrap()
}

pub(crate) fn part(part: EvidencePart, did: i64) -> Question {
    Question::part(part, &query(did))
}

/// The five questions about a device that are no hosts and no single domains.
pub(crate) fn parts(did: i64) -> Vec<Question> {
    let parts = EvidencePart::ALL.into_iter().filter(|part| part.data_type().is_some());
    parts.map(|it| part(it, did)).collect()
}

pub(crate) fn domain(name: &str, did: i64) -> Question {
    let question = DomainQuestion { domain: name.to_owned(), data_type: DataType::BytesOut };
    Question::domain(question, &query(did))
}

pub(crate) fn status(status: u16) -> Response<Vec<u8>> {
    Response::builder().status(status).body(Vec::new()).unwrap()
}

pub(crate) fn redirect(to: &str) -> Response<Vec<u8>> {
    Response::builder().status(302).header("location", to).body(Vec::new()).unwrap()
}

pub(crate) fn body(body: impl Into<Vec<u8>>) -> Response<Vec<u8>> {
    Response::new(body.into())
}

pub(crate) fn failure(kind: TransportErrorKind) -> Sent {
    Err(TransportError::new(kind))
}

/// What a sound appliance answers.
pub(crate) fn sound(asked: &ReceivedRequest) -> Response<Vec<u8>> {
    body(match (asked.did, asked.about.as_str()) {
        (Some(did), _) => about(did),
        (None, "breaches") => r#"[{"pbid":1,"time":0,"device":{"did":2}}]"#.to_owned(),
        (None, _) => r#"{"country":"Norway"}"#.to_owned(),
    })
}

/// An answer about a device.
pub(crate) fn about(did: i64) -> String {
    format!(r#"{{"deviceInfo":[{{"did":{did},"graphData":[{{"time":0,"count":355}}]}}]}}"#)
}

pub(crate) fn count(count: u32) -> NonZeroU32 {
    NonZeroU32::new(count).unwrap()
}

pub(crate) fn at_once(most: u32) -> Limits {
    Limits::new().in_flight(count(most))
}

pub(crate) fn recording() -> GatherOptions<'static> {
    GatherOptions { recording: Recording::Exchanges, ..GatherOptions::default() }
}

pub(crate) fn cancelled_by(cancel: &Cancel) -> GatherOptions<'static> {
    GatherOptions { cancel: cancel.clone(), ..GatherOptions::default() }
}

/// The two drivers, which must not differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Driver {
    Blocking,
    Async,
}

impl Driver {
    pub(crate) const BOTH: [Self; 2] = [Self::Blocking, Self::Async];

    /// Gathers one device's evidence, with at most so many requests at once.
    pub(crate) fn gather(
        self,
        server: &Server,
        limits: Limits,
        options: GatherOptions<'_>,
        plan: Rounds,
    ) -> Result<Gathered, GatherError> {
        match self {
            Self::Blocking => Gatherer::with(&server.client().limits(limits), options).gather(plan),
            Self::Async => {
                let client = server.async_client().limits(limits);
                runtime().block_on(Gatherer::with(&client, options).gather(plan))
            }
        }
    }

    /// Gathers several devices' evidence by one gatherer.
    pub(crate) fn each(
        self,
        server: &Server,
        limits: Limits,
        dids: impl IntoIterator<Item = i64, IntoIter: Send>,
        plan: impl Fn(i64) -> Rounds + Sync,
    ) -> Vec<(i64, Result<Gathered, GatherError>)> {
        use futures_util::StreamExt;
        let mut results = Vec::new();
        let mut note = |did, result: Result<(Rounds, Gathered), GatherError>| {
            results.push((did, result.map(|(_, gathered)| gathered)));
        };
        match self {
            Self::Blocking => {
                let client = server.client().limits(limits);
                Gatherer::with(&client, recording()).each(
                    dids,
                    |did| (did, Ok(plan(did))),
                    |did, result| {
                        note(did, result);
                        std::ops::ControlFlow::Continue(())
                    },
                );
            }
            Self::Async => {
                let client = server.async_client().limits(limits);
                let gatherer = Gatherer::with(&client, recording());
                let start = async |did: &i64| Ok(plan(*did));
                runtime().block_on(async {
                    let mut all = std::pin::pin!(gatherer.each(dids, &start));
                    while let Some((did, result)) = all.next().await {
                        note(did, result);
                    }
                });
            }
        }
        results
    }
}
