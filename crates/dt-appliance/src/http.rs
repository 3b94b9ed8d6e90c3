//! Connections to an appliance: what a client may take of it, and its requests one by one.

use std::convert::Infallible;
use std::future::pending;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::task::{JoinError, spawn_blocking};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_io_timeout::TimeoutStream;

use crate::addressing;
use crate::answer::Answer;
use crate::service::{Reply, Service};

/// How long a shutdown waits for responses that are on their way.
const GRACE: Duration = Duration::from_secs(1);
/// How many connections are open at once. One that comes then is told to come back.
const MOST_CONNECTIONS: usize = 256;
/// How long a connection may take to send a whole head, the wait for its first byte included.
const MOST_IDLE: Duration = Duration::from_secs(30);
/// How long an answer waits for its reader to take more of it.
const MOST_STALLED: Duration = Duration::from_secs(30);
/// Bytes of a request line and its headers.
const MOST_HEAD: usize = 32 * 1024;
/// Headers of a request.
const MOST_HEADERS: usize = 64;
/// How long to wait for the next connection when there is no descriptor left for one.
const EXHAUSTED: Duration = Duration::from_millis(100);

/// What a connection beyond [`MOST_CONNECTIONS`] is told.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\n\
                      connection: close\r\n\r\n";

/// Answers whoever connects, until it is told to stop.
pub(crate) async fn serve(
    listener: TcpListener,
    service: Arc<Service>,
    stopped: oneshot::Receiver<()>,
) {
    let connections = GracefulShutdown::new();
    tokio::select! {
        () = accept(&listener, &service, &connections) => {}
        _ = stopped => {}
    }
    // Nobody else connects while the last answers are on their way.
    drop(listener);
    timeout(GRACE, connections.shutdown()).await.ok();
}

async fn accept(listener: &TcpListener, service: &Arc<Service>, connections: &GracefulShutdown) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        // What fails is the connection, which is gone; or the descriptors are, which others give back.
        let Ok((stream, _)) = listener.accept().await else {
            sleep(EXHAUSTED).await;
            continue;
        };
        match Arc::clone(&places).try_acquire_owned() {
            Ok(place) => {
                let service = Arc::clone(service);
                tokio::spawn(converse(stream, service, connections.watcher(), place));
            }
            Err(_) => {
                stream.try_write(FULL).ok();
            }
        }
    }
}

/// Answers one client's requests until it hangs up, or takes more than it may.
async fn converse(
    stream: TcpStream,
    service: Arc<Service>,
    watcher: Watcher,
    _place: OwnedSemaphorePermit,
) {
    // Answers are written in one piece: waiting for more of them to send would only delay them.
    stream.set_nodelay(true).ok();
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(MOST_STALLED));
    let respond = service_fn(move |request| respond(Arc::clone(&service), request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(MOST_IDLE)
        .max_header_size(MOST_HEAD)
        .max_headers(MOST_HEADERS)
        .serve_connection(TokioIo::new(Box::pin(stream)), respond);
    // Whatever ends it, only this client is concerned.
    watcher.watch(connection).await.ok();
}

/// Takes every path: an unknown one is answered as an appliance does, once its signature is right.
async fn respond(
    service: Arc<Service>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    if let Some(refusal) = addressing::refusal(&request) {
        return Ok(response(refusal.into()));
    }
    // Dropped with this future, when the client hangs up or the runtime ends.
    let entered = service.in_flight.enter();
    let arrived = Instant::now();
    let answering = Arc::clone(&service);
    // Drawing traffic is work, which must not keep other requests from being read.
    let answered = spawn_blocking(move || answer(&answering, &request)).await;
    let Reply { answer, delay } = match answered.map_err(JoinError::try_into_panic) {
        Ok(reply) => reply,
        Err(Ok(panic)) => resume_unwind(panic),
        // The runtime ends.
        Err(Err(_)) => return pending().await,
    };
    sleep_until(arrived + delay).await;
    let Some(answer) = answer else {
        return pending().await;
    };
    entered.answered();
    Ok(response(answer))
}

fn answer(service: &Service, request: &Request<Incoming>) -> Reply {
    let uri = request.uri();
    let target = uri.path_and_query().map_or_else(|| uri.path(), |target| target.as_str());
    let header = |name| request.headers().get(name)?.to_str().ok();
    service.answer(request.method().as_str(), target, header)
}

fn response(Answer { status, headers, body }: Answer) -> Response<Full<Bytes>> {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response.body(Full::from(body)).unwrap_or_else(|_| {
        let mut response = Response::new(Full::default());
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    })
}
