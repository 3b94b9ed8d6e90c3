//! How requests leave, and how responses come back.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};

use crate::TransportError;

/// Sends one prepared request, and waits for the whole response.
///
/// Any HTTP status is `Ok`: meaning is read into it by [`accept`](crate::accept) alone. What an
/// implementation owes:
///
/// - The URI goes out as it stands. Rewriting any of it breaks the signature.
/// - No redirect is followed: that would carry the signed headers elsewhere.
/// - The request is sent once. Trying again is for the client, which has to sign again.
/// - Time and the size of the body are bounded.
/// - Several threads may send at once: questions that do not wait for each other are asked together.
///
/// ```
/// use dt_model::StatusQuery;
/// use dt_transport::{Client, Transport, TransportError};
///
/// /// Answers every request in the same way.
/// struct Always(&'static str);
///
/// impl Transport for Always {
///     fn send(
///         &self,
///         _: http::Request<Vec<u8>>,
///     ) -> Result<http::Response<Vec<u8>>, TransportError> {
///         Ok(http::Response::new(self.0.into()))
///     }
/// }
///
/// // Object-safe, so that the backend can be chosen while the program runs.
/// let transport: Box<dyn Transport> = Box::new(Always(r#"{"version": "7.1.0"}"#));
/// let credentials = dt_auth::Credentials::new("pub", "priv")?;
/// let client = Client::new(transport, "https://appliance.example".parse()?, credentials);
/// assert_eq!(client.ask(&StatusQuery)?.version.as_deref(), Some("7.1.0"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Transport: Send + Sync {
    /// Sends `request`.
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError>;
}

/// [`Transport`] without blocking; what an implementation owes is the same.
///
/// `Send + Sync`, and so are its futures, or generic code could not spawn them.
pub trait AsyncTransport: Send + Sync {
    /// Sends `request` when the future is polled, and not before.
    fn send(
        &self,
        request: Request<Vec<u8>>,
    ) -> impl Future<Output = Result<Response<Vec<u8>>, TransportError>> + Send;

    /// Waits, by the timer of the runtime that drives this transport.
    ///
    /// It is here because whoever chooses the transport has chosen the runtime: a timer chosen
    /// anywhere else, such as by a feature, could belong to another one.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send;
}

macro_rules! through_pointers {
    ($($pointer:ty),*) => {$(
        impl<T: Transport + ?Sized> Transport for $pointer {
            fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
                (**self).send(request)
            }
        }

        impl<T: AsyncTransport> AsyncTransport for $pointer {
            fn send(
                &self,
                request: Request<Vec<u8>>,
            ) -> impl Future<Output = Result<Response<Vec<u8>>, TransportError>> + Send {
                (**self).send(request)
            }

            fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
                (**self).sleep(duration)
            }
        }
    )*};
}

through_pointers!(&T, Box<T>, Arc<T>);
