//! The HTTP around an appliance.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use axum::serve::ListenerExt;
use dt_auth::Credentials;
use tokio::net::TcpListener;
use tokio::runtime::{self, Runtime};
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::answer::Answer;
use crate::appliance::Service;
use crate::network::Network;

/// How long a shutdown waits for responses that are on their way.
const GRACE: Duration = Duration::from_secs(1);

/// An appliance that answers on a loopback port, until it is dropped.
///
/// Dropping it closes idle connections, lets responses on their way finish for up to a second, and
/// waits for its thread to end.
pub struct RunningAppliance {
    address: SocketAddr,
    service: Arc<Service>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl RunningAppliance {
    /// Where it answers, such as `http://127.0.0.1:40123`, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address it listens on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The tokens that requests must be signed with.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.service.credentials
    }

    /// The network it watches, with the ground truth about it.
    #[must_use]
    pub fn network(&self) -> &Network {
        self.service.responder.network()
    }
}

impl Drop for RunningAppliance {
    fn drop(&mut self) {
        // A receiver that is gone means that the thread has ended already.
        self.stop.take().map(|stop| stop.send(()).ok());
        // A panic there was reported there; a second one here would abort the program.
        self.thread.take().map(|thread| thread.join().ok());
    }
}

impl fmt::Debug for RunningAppliance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunningAppliance").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Why an appliance could not be started.
#[derive(Debug, thiserror::Error)]
#[error("failed to start the demo appliance on a loopback port")]
pub struct StartError(#[from] io::Error);

pub(crate) fn start(service: Service) -> Result<RunningAppliance, StartError> {
    let service = Arc::new(service);
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
    let address = listener.local_addr()?;
    let router = Router::new().fallback(respond).with_state(Arc::clone(&service));
    let (stop, stopped) = oneshot::channel();
    let thread = thread::Builder::new()
        .name("dt-appliance".to_owned())
        .spawn(move || run(&runtime, listener, router, stopped))?;
    Ok(RunningAppliance { address, service, stop: Some(stop), thread: Some(thread) })
}

fn run(runtime: &Runtime, listener: TcpListener, router: Router, stopped: oneshot::Receiver<()>) {
    // Answers are written in one piece: waiting for more of them to send would only delay them.
    let listener = listener.tap_io(|stream| {
        stream.set_nodelay(true).ok();
    });
    runtime.block_on(async {
        let (finish, finished) = oneshot::channel::<()>();
        let server = axum::serve(listener, router).with_graceful_shutdown(async {
            finished.await.ok();
        });
        let server = tokio::spawn(async { server.await });
        stopped.await.ok();
        finish.send(()).ok();
        timeout(GRACE, server).await.ok();
    });
}

/// Takes every path: an unknown one is answered as an appliance does, once its signature is right.
async fn respond(State(service): State<Arc<Service>>, request: Request) -> Response<Body> {
    let uri = request.uri();
    let target = uri.path_and_query().map_or_else(|| uri.path(), |target| target.as_str());
    let header = |name| request.headers().get(name)?.to_str().ok();
    let Answer { status, headers, body } =
        service.answer(request.method().as_str(), target, header);
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response.body(Body::from(body)).unwrap_or_else(|_| {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    })
}
