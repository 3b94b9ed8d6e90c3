//! An asynchronous transport for blocking programs.

use http::{Request, Response};
use tokio::runtime::{Builder, Runtime};

use super::build_error::{BuildError, BuildErrorKind};
use crate::{AsyncTransport, Transport, TransportError};

/// Drives an asynchronous transport by a tokio runtime of its own, on the calling thread.
///
/// With it, a program that chooses its backend while it runs has one code path for all of them.
/// Between calls nothing is driven: no thread is started.
///
/// It must be neither used nor dropped within another runtime, where blocking panics; there, use
/// [`AsyncClient`](crate::AsyncClient).
///
/// ```
/// use dt_transport::{Blocking, HttpOptions, ReqwestTransport, Transport, UreqTransport};
///
/// fn backend(
///     name: &str,
///     options: &HttpOptions,
/// ) -> Result<Box<dyn Transport>, dt_transport::BuildError> {
///     Ok(match name {
///         "reqwest" => Box::new(Blocking::new(ReqwestTransport::new(options)?)?),
///         _ => Box::new(UreqTransport::new(options)?),
///     })
/// }
/// # backend("reqwest", &HttpOptions::default())?;
/// # Ok::<(), dt_transport::BuildError>(())
/// ```
#[derive(Debug)]
pub struct Blocking<T> {
    // Dropped first: its connections belong to the runtime.
    transport: T,
    runtime: Runtime,
}

impl<T: AsyncTransport> Blocking<T> {
    /// Gives `transport` a runtime.
    ///
    /// # Errors
    ///
    /// If the operating system does not let a runtime be set up.
    pub fn new(transport: T) -> Result<Self, BuildError> {
        let runtime =
            Builder::new_current_thread().enable_all().build().map_err(BuildErrorKind::Runtime)?;
        Ok(Self { transport, runtime })
    }
}

impl<T: AsyncTransport> Transport for Blocking<T> {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        self.runtime.block_on(self.transport.send(request))
    }
}
