//! A transport that tells what passes through it.

use http::{Request, Response};

use crate::{BaseUrl, Transport, TransportError};

/// Sends through another transport, and tells each request and what came of it, a line each. Headers hold
/// the tokens, so none is told.
///
/// ```
/// use std::sync::Mutex;
///
/// use dt_model::{Exchange, StatusQuery};
/// use dt_transport::{BaseUrl, Client, LoggingTransport, ReplayTransport};
///
/// let status = Exchange::new("/status?fast=true&format=json", http::StatusCode::OK, "{}");
/// let base: BaseUrl = "https://appliance.example".parse()?;
/// let told = Mutex::new(Vec::new());
/// let log = |line: &str| told.lock().unwrap().push(line.to_owned());
/// let transport = LoggingTransport::new(ReplayTransport::new([status]), &base, log);
/// let credentials = dt_auth::Credentials::new("pub", "priv")?;
/// Client::new(&transport, base.clone(), credentials).ask(&StatusQuery)?;
/// assert_eq!(
///     told.lock().unwrap()[..],
///     ["GET https://appliance.example/status?fast=true&format=json -> 200, 2 bytes"]
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct LoggingTransport<T, F> {
    inner: T,
    base: String,
    log: F,
}

impl<T, F: Fn(&str) + Send + Sync> LoggingTransport<T, F> {
    /// Tells `log` what passes through `inner`, which sends to `base`.
    pub fn new(inner: T, base: &BaseUrl, log: F) -> Self {
        Self { inner, base: base.to_string(), log }
    }
}

impl<T: Transport, F: Fn(&str) + Send + Sync> Transport for LoggingTransport<T, F> {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let method = request.method().clone();
        let target = request.uri().path_and_query().map_or("/", |it| it.as_str()).to_owned();
        let answer = self.inner.send(request);
        let outcome = match &answer {
            Ok(response) => {
                format!("{}, {} bytes", response.status().as_u16(), response.body().len())
            }
            Err(error) => error.to_string(),
        };
        (self.log)(&format!("{method} {}{target} -> {outcome}", self.base));
        answer
    }
}
