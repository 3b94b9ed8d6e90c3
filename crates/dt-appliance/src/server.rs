//! An appliance that runs, and its thread.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};

use dt_auth::Credentials;
use tokio::runtime;
use tokio::sync::oneshot;

use crate::http;
use crate::network::Network;
use crate::service::Service;

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

    /// How many requests have reached it.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.service.faults.requests()
    }

    /// How many requests it is at work on: neither answered, nor given up by their clients.
    #[must_use]
    pub fn in_flight(&self) -> u64 {
        self.service.in_flight.now()
    }

    /// How many requests were [in flight](Self::in_flight) at once, at most.
    #[must_use]
    pub fn most_in_flight(&self) -> u64 {
        self.service.in_flight.most()
    }

    /// How many requests were answered, with whatever: all that reached it, but for those that are
    /// in flight and those whose clients hung up before.
    #[must_use]
    pub fn answered(&self) -> u64 {
        self.service.in_flight.answered()
    }

    /// How many requests met with a fault, by its kind as in the text form of
    /// [`Fault`](crate::Fault).
    #[must_use]
    pub fn faults(&self) -> BTreeMap<&'static str, u64> {
        self.service.faults.injected()
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

/// Why an appliance, or a forwarder before one, could not be started.
#[derive(Debug, thiserror::Error)]
#[error("failed to start the {what} on a loopback port")]
pub struct StartError {
    what: &'static str,
    source: io::Error,
}

impl StartError {
    pub(crate) fn of(what: &'static str) -> impl Fn(io::Error) -> Self {
        move |source| Self { what, source }
    }
}

pub(crate) fn start(service: Service, port: u16) -> Result<RunningAppliance, StartError> {
    let service = Arc::new(service);
    try_start(service, port).map_err(StartError::of("demo appliance"))
}

/// Everything asynchronous happens on the new thread: the caller may be in a runtime of its own,
/// where another one can neither be run nor dropped.
fn try_start(service: Arc<Service>, port: u16) -> io::Result<RunningAppliance> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let served = Arc::clone(&service);
    let (stop, stopped) = oneshot::channel();
    let (tell, told) = mpsc::channel();
    let thread = thread::Builder::new()
        .name("dt-appliance".to_owned())
        .spawn(move || run(listener, served, stopped, &tell))?;
    // Whoever does not tell has panicked, and has been heard.
    told.recv().unwrap_or_else(|_| Err(io::Error::other("its thread ended")))?;
    Ok(RunningAppliance { address, service, stop: Some(stop), thread: Some(thread) })
}

fn run(
    listener: TcpListener,
    service: Arc<Service>,
    stopped: oneshot::Receiver<()>,
    tell: &mpsc::Sender<io::Result<()>>,
) {
    let built = runtime::Builder::new_current_thread().enable_all().build().and_then(|runtime| {
        let inside = runtime.enter();
        let listener = tokio::net::TcpListener::from_std(listener)?;
        drop(inside);
        Ok((runtime, listener))
    });
    match built {
        Ok((runtime, listener)) => {
            tell.send(Ok(())).ok();
            runtime.block_on(http::serve(listener, service, stopped));
        }
        Err(error) => {
            tell.send(Err(error)).ok();
        }
    }
}
