//! A transport that remembers what passed through it.

use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use dt_model::Exchange;
use http::{Request, Response};

use crate::replay::target;
use crate::{AsyncTransport, Transport, TransportError};

/// Sends through another transport, and records every response.
///
/// [`Exchange`] says what is kept. Values of headers that are marked as sensitive, as
/// [`prepare`](crate::prepare) marks tokens and signatures, are overwritten where a response echoes
/// them. Requests that failed without a response leave no trace.
///
/// ```
/// use dt_model::{Exchange, StatusQuery};
/// use dt_transport::{Client, RecordingTransport, ReplayTransport};
///
/// let status = Exchange::new("/status?fast=true&format=json", http::StatusCode::OK, "{}");
/// let transport = RecordingTransport::new(ReplayTransport::new([status.clone()]));
/// let credentials = dt_auth::Credentials::new("pub", "priv")?;
/// let client = Client::new(&transport, "https://appliance.example".parse()?, credentials);
/// client.ask(&StatusQuery)?;
/// assert_eq!(transport.into_exchanges(), [status]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct RecordingTransport<T> {
    inner: T,
    exchanges: Mutex<Vec<Exchange>>,
}

impl<T> RecordingTransport<T> {
    /// Records what passes through `inner`.
    pub fn new(inner: T) -> Self {
        Self { inner, exchanges: Mutex::default() }
    }

    /// What was recorded so far, in the order in which the responses came.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.exchanges.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What was recorded, in the order in which the responses came.
    pub fn into_exchanges(self) -> Vec<Exchange> {
        self.exchanges.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn record(&self, sent: &Sent, response: &Response<Vec<u8>>) {
        let secrets: Vec<&[u8]> = sent.secrets.iter().map(Vec::as_slice).collect();
        let exchange = Exchange::recorded(sent.target.clone(), response.clone(), &secrets);
        self.exchanges.lock().unwrap_or_else(PoisonError::into_inner).push(exchange);
    }
}

/// What has to be known of a request once it is gone.
struct Sent {
    target: String,
    secrets: Vec<Vec<u8>>,
}

impl Sent {
    fn new(request: &Request<Vec<u8>>) -> Self {
        let sensitive = request.headers().values().filter(|value| value.is_sensitive());
        Self {
            target: target(request).to_owned(),
            secrets: sensitive.map(|value| value.as_bytes().to_vec()).collect(),
        }
    }
}

impl<T: Transport> Transport for RecordingTransport<T> {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let sent = Sent::new(&request);
        let response = self.inner.send(request)?;
        self.record(&sent, &response);
        Ok(response)
    }
}

impl<T: AsyncTransport> AsyncTransport for RecordingTransport<T> {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let sent = Sent::new(&request);
        let response = self.inner.send(request).await?;
        self.record(&sent, &response);
        Ok(response)
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        self.inner.sleep(duration)
    }
}
