//! Stands before an appliance, and spoils the bytes of its responses.

mod connection;
mod message;
mod refused;
#[cfg(feature = "tls")]
mod tls;
mod wire_fault;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use socket2::SockRef;

use self::connection::{Ending, Stream};
pub use self::refused::RefusedPort;
#[cfg(feature = "tls")]
pub use self::tls::{Authority, CertificateError, CertificateFlaw, Identity};
pub use self::wire_fault::WireFault;
use crate::fault::{FaultPlan, Injector};
use crate::server::StartError;

/// Forwards HTTP from a loopback port to an appliance, before it is started.
///
/// It makes what no HTTP server would: connections that are reset or closed at the wrong moment,
/// bodies that end early or never. With the feature `tls` it can also be the one that speaks TLS.
/// One thread a connection, which suits tests.
///
/// ```
/// use dt_appliance::{Appliance, FaultPlan, FaultRule, Forwarder, WireFault};
///
/// let appliance = Appliance::new().start()?;
/// let faults = FaultPlan::new(7).rule(FaultRule::chance(0.1, [WireFault::ResetInBody]));
/// let forwarder = Forwarder::to(appliance.address()).faults(faults).start()?;
/// assert!(forwarder.url().starts_with("http://127.0.0.1:"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Forwarder {
    to: SocketAddr,
    faults: FaultPlan<WireFault>,
    secure: Secure,
}

/// Whether TLS is spoken.
#[derive(Debug, Clone)]
enum Secure {
    No,
    #[cfg(feature = "tls")]
    By(Identity),
}

impl Forwarder {
    /// Forwards to `to`, without faults.
    #[must_use]
    pub fn to(to: SocketAddr) -> Self {
        Self { to, faults: FaultPlan::default(), secure: Secure::No }
    }

    /// What goes wrong: one fault for every request, or a plan.
    #[must_use]
    pub fn faults(self, faults: impl Into<FaultPlan<WireFault>>) -> Self {
        Self { faults: faults.into(), ..self }
    }

    /// Speaks TLS with this certificate.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls(self, identity: Identity) -> Self {
        Self { secure: Secure::By(identity), ..self }
    }

    /// Starts it on a free port of the loopback interface.
    ///
    /// # Errors
    ///
    /// If no port can be opened, or no thread started.
    pub fn start(self) -> Result<RunningForwarder, StartError> {
        self.try_start().map_err(StartError::of("forwarder"))
    }

    fn try_start(self) -> io::Result<RunningForwarder> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            to: self.to,
            faults: Injector::new(self.faults),
            secure: self.secure,
            is_stopped: AtomicBool::new(false),
            connections: AtomicU64::new(0),
            open: Mutex::default(),
        });
        let theirs = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("dt-forwarder".to_owned())
            .spawn(move || theirs.accept(&listener))?;
        Ok(RunningForwarder { address, shared, thread: Some(thread) })
    }
}

/// A forwarder that forwards, until it is dropped. That closes its connections.
pub struct RunningForwarder {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl RunningForwarder {
    /// Where it answers, such as `http://127.0.0.1:40123`, without a slash at the end; `https` if
    /// it speaks TLS.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = match self.shared.secure {
            Secure::No => "http",
            #[cfg(feature = "tls")]
            Secure::By(_) => "https",
        };
        format!("{scheme}://{}", self.address)
    }

    /// The address it listens on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many connections were made to it.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// How many requests it has read, answered or not.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.shared.faults.requests()
    }

    /// How many requests met with a fault, by its name.
    #[must_use]
    pub fn faults(&self) -> BTreeMap<&'static str, u64> {
        self.shared.faults.injected()
    }
}

impl Drop for RunningForwarder {
    fn drop(&mut self) {
        self.shared.is_stopped.store(true, Ordering::SeqCst);
        for stream in self.shared.open().values() {
            stream.shutdown(Shutdown::Both).ok();
        }
        // Wakes the thread that accepts.
        TcpStream::connect_timeout(&self.address, Duration::from_secs(1)).ok();
        // A panic there was reported there; a second one here would abort the program.
        self.thread.take().map(|thread| thread.join().ok());
    }
}

impl fmt::Debug for RunningForwarder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunningForwarder").field("address", &self.address).finish_non_exhaustive()
    }
}

struct Shared {
    to: SocketAddr,
    faults: Injector<WireFault>,
    secure: Secure,
    is_stopped: AtomicBool,
    connections: AtomicU64,
    /// A second handle to each connection, by which it can be ended from outside.
    open: Mutex<HashMap<u64, TcpStream>>,
}

impl Shared {
    /// Until it is stopped. The scope waits for the connections.
    fn accept(&self, listener: &TcpListener) {
        thread::scope(|scope| {
            for stream in listener.incoming() {
                if self.is_stopped.load(Ordering::SeqCst) {
                    break;
                }
                let Ok(stream) = stream else { continue };
                let number = self.connections.fetch_add(1, Ordering::SeqCst);
                // A connection that no thread can be had for is closed.
                let run = move || self.serve(number, &stream).unwrap_or_default();
                thread::Builder::new().spawn_scoped(scope, run).ok();
            }
        });
    }

    fn serve(&self, number: u64, stream: &TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        self.open().insert(number, stream.try_clone()?);
        // Stopped since it was accepted: whoever stops may not have seen it.
        if self.is_stopped.load(Ordering::SeqCst) {
            stream.shutdown(Shutdown::Both)?;
        }
        let ending = connection::serve(self.wrap(stream)?, self.to, &self.faults);
        self.open().remove(&number);
        if ending == Ending::Reset {
            // Closing then sends a reset, and drops what was not sent yet.
            SockRef::from(stream).set_linger(Some(Duration::ZERO))?;
        }
        Ok(())
    }

    #[cfg_attr(not(feature = "tls"), expect(clippy::unnecessary_wraps, reason = "TLS can fail"))]
    fn wrap<'s>(&self, stream: &'s TcpStream) -> io::Result<Box<dyn Stream + 's>> {
        match &self.secure {
            Secure::No => Ok(Box::new(stream)),
            #[cfg(feature = "tls")]
            Secure::By(identity) => Ok(Box::new(identity.accept(stream)?)),
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<u64, TcpStream>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
