//! The blocking backend.

mod connect;

use std::io::Read;
use std::sync::Arc;

use http::{Request, Response};
use ureq::config::Config;
use ureq::{Agent, Body, Error, Proxy, Timeout};

use super::build_error::{BuildError, BuildErrorKind};
use super::options::HttpOptions;
use super::proxy::{ProxyUrl, Routes, TunnelFault};
use super::{body, fault, tls};
use crate::{TlsProblem, Transport, TransportError, TransportErrorKind};

/// The largest head of a response, in bytes.
const LARGEST_HEAD: usize = 64 * 1024;

/// Sends by [`ureq`], blocking the thread.
///
/// It keeps its connections, and can be shared between threads.
///
/// ```
/// use dt_transport::{Client, HttpOptions, UreqTransport};
///
/// let transport = UreqTransport::new(&HttpOptions::default())?;
/// let credentials = dt_auth::Credentials::new("public-token", "private-token")?;
/// let client = Client::new(transport, "https://appliance.example".parse()?, credentials);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct UreqTransport {
    routes: Routes<Agent>,
    body_limit: u64,
}

impl UreqTransport {
    /// Builds the clients that the options call for.
    ///
    /// # Errors
    ///
    /// If the CA certificates are none. Nothing is connected to, and no trust store is read yet.
    pub fn new(options: &HttpOptions) -> Result<Self, BuildError> {
        let config = Arc::new(tls::config(&options.trust)?);
        let agent = |proxy: Option<&ProxyUrl>| {
            let proxy = proxy.map(|proxy| Proxy::new(proxy.expose())).transpose();
            let proxy = proxy.map_err(BuildErrorKind::UreqProxy)?;
            Ok(connect::agent(agent_config(options, proxy), Arc::clone(&config)))
        };
        let routes = Routes::build(&options.proxy, agent)?;
        Ok(Self { routes, body_limit: options.body_limit })
    }

    /// Sends by an agent of the caller's.
    ///
    /// What [`HttpOptions`] promises is then for the agent to keep: it must follow no redirects
    /// (`max_redirects(0)`, `max_redirects_will_error(false)`) and take no status for an error
    /// (`http_status_as_error(false)`), and has its own time-outs, TLS and proxy. Bodies are still
    /// limited to the default.
    #[must_use]
    pub fn from_client(agent: Agent) -> Self {
        Self { routes: Routes::only(agent), body_limit: HttpOptions::default().body_limit }
    }
}

fn agent_config(options: &HttpOptions, proxy: Option<Proxy>) -> Config {
    Config::builder()
        // What was read while a head is waited for counts as one, even if an interim response came before a
        // body: a buffer of that size is filled by a head alone, as `connect::Bounded` tells.
        .input_buffer_size(LARGEST_HEAD)
        .max_response_header_size(LARGEST_HEAD)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .timeout_global(Some(options.timeout))
        .timeout_resolve(Some(options.connect_timeout))
        .timeout_connect(Some(options.connect_timeout))
        .proxy(proxy)
        .build()
}

impl Transport for UreqTransport {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let route = self.routes.to(request.uri())?;
        let agent = route.client;
        let (mut parts, body) = request.into_parts();
        body::accept_gzip(&mut parts.headers);
        let response = if body.is_empty() {
            // An empty body would be announced as one: `content-length: 0`.
            agent.run(Request::from_parts(parts, ()))
        } else {
            agent.run(Request::from_parts(parts, body))
        };
        let blame = |error| route.blame(explain(error, self.body_limit));
        let (mut parts, body) = response.map_err(blame)?.into_parts();
        let body = read(body, self.body_limit).map_err(|error| explain(error, self.body_limit))?;
        let body = body::decoded(&mut parts.headers, body, self.body_limit)?;
        Ok(Response::from_parts(parts, body))
    }
}

fn read(body: Body, limit: u64) -> Result<Vec<u8>, Error> {
    // Believed only as far as it costs little: a length is announced before anything is sent.
    let announced = body.content_length().unwrap_or_default().min(limit).min(1024 * 1024);
    let mut bytes = Vec::with_capacity(usize::try_from(announced).unwrap_or_default());
    body.into_with_config().limit(limit).reader().read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn explain(error: Error, limit: u64) -> TransportError {
    if let Error::ConnectProxyFailed(reason) = &error {
        return TransportError::new(TransportErrorKind::Proxy).because(tunnel_fault(reason));
    }
    let kind = match &error {
        Error::Timeout(Timeout::Resolve | Timeout::Connect) => TransportErrorKind::ConnectTimeout,
        Error::Timeout(_) => TransportErrorKind::Timeout,
        Error::HostNotFound => TransportErrorKind::Resolve,
        Error::Other(source) if source.is::<connect::ResolveError>() => TransportErrorKind::Resolve,
        Error::ConnectionFailed => TransportErrorKind::Connect,
        Error::BodyExceedsLimit(_) => TransportErrorKind::BodyTooLarge { limit },
        Error::Tls(_) | Error::TlsRequired => TransportErrorKind::Tls(TlsProblem::Other),
        Error::InvalidProxyUrl => TransportErrorKind::Proxy,
        Error::Protocol(_) | Error::LargeResponseHeader(..) => TransportErrorKind::Protocol,
        Error::Io(source) => fault::kind(source).unwrap_or(TransportErrorKind::Other),
        Error::Other(source) => fault::kind(&**source).unwrap_or(TransportErrorKind::Other),
        _ => TransportErrorKind::Other,
    };
    match error {
        Error::BodyExceedsLimit(_) => TransportError::new(kind),
        // ureq's own text would repeat it.
        Error::Io(source) => fault::told(kind, source),
        Error::Other(source) => fault::told(kind, source),
        error => fault::told(kind, error),
    }
}

/// What ureq says in words alone: `proxy server responded 403/403`.
fn tunnel_fault(reason: &str) -> TunnelFault {
    let status = reason.rsplit_once('/').and_then(|(_, status)| status.parse().ok());
    match status {
        Some(status) => TunnelFault::Status(status),
        None if reason == connect::NOT_HTTP => TunnelFault::NotHttp,
        None => TunnelFault::Closed,
    }
}
