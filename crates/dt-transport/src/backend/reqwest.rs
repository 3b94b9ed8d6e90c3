//! The asynchronous backend.

use std::time::Duration;

use http::{Request, Response};
use reqwest::{Client, Proxy, redirect};

use super::build_error::{BuildError, BuildErrorKind};
use super::options::HttpOptions;
use super::proxy::{ProxyUrl, Routes, TunnelFault};
use super::{body, fault, tls};
use crate::{AsyncTransport, TransportError, TransportErrorKind};

/// Sends by [`reqwest`], on tokio.
///
/// It keeps its connections; share it, or the client around it, rather than building another one.
///
/// ```
/// use dt_transport::{AsyncClient, HttpOptions, ReqwestTransport};
///
/// let transport = ReqwestTransport::new(&HttpOptions::default())?;
/// let credentials = dt_auth::Credentials::new("public-token", "private-token")?;
/// let client = AsyncClient::new(transport, "https://appliance.example".parse()?, credentials);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ReqwestTransport {
    routes: Routes<Client>,
    body_limit: u64,
}

impl ReqwestTransport {
    /// Builds the clients that the options call for.
    ///
    /// # Errors
    ///
    /// If the CA certificates are none. Nothing is connected to, and no trust store is read yet.
    pub fn new(options: &HttpOptions) -> Result<Self, BuildError> {
        let config = tls::config(&options.trust)?;
        let client = |proxy: Option<&ProxyUrl>| {
            let builder = Client::builder()
                .tls_backend_preconfigured(config.clone())
                .redirect(redirect::Policy::none())
                .retry(reqwest::retry::never())
                .timeout(options.timeout)
                .connect_timeout(options.connect_timeout);
            match proxy {
                None => builder.no_proxy(),
                Some(url) => builder.proxy(Proxy::all(url.expose()).map_err(build_error)?),
            }
            .build()
            .map_err(build_error)
        };
        let routes = Routes::build(&options.proxy, client)?;
        Ok(Self { routes, body_limit: options.body_limit })
    }

    /// Sends by a client of the caller's.
    ///
    /// What [`HttpOptions`] promises is then for the client to keep: it must follow no redirects
    /// (`redirect::Policy::none()`), and has its own time-outs, TLS and proxy. Bodies are still
    /// limited to the default.
    #[must_use]
    pub fn from_client(client: Client) -> Self {
        Self { routes: Routes::only(client), body_limit: HttpOptions::default().body_limit }
    }
}

fn build_error(error: reqwest::Error) -> BuildErrorKind {
    BuildErrorKind::Reqwest(error.without_url())
}

fn outgoing(request: Request<Vec<u8>>) -> Result<reqwest::Request, TransportError> {
    let (parts, body) = request.into_parts();
    let url = parts.uri.to_string().parse().map_err(
        |error: <reqwest::Url as std::str::FromStr>::Err| {
            TransportError::new(TransportErrorKind::Other).because(error)
        },
    )?;
    let mut outgoing = reqwest::Request::new(parts.method, url);
    *outgoing.headers_mut() = parts.headers;
    body::accept_gzip(outgoing.headers_mut());
    if !body.is_empty() {
        *outgoing.body_mut() = Some(body.into());
    }
    Ok(outgoing)
}

async fn read(mut response: reqwest::Response, limit: u64) -> Result<Vec<u8>, TransportError> {
    // Believed only as far as it costs little: a length is announced before anything is sent.
    let announced = response.content_length().unwrap_or_default().min(limit).min(1024 * 1024);
    let mut bytes = Vec::with_capacity(usize::try_from(announced).unwrap_or_default());
    while let Some(chunk) = response.chunk().await.map_err(explain)? {
        if (bytes.len() + chunk.len()) as u64 > limit {
            return Err(TransportError::new(TransportErrorKind::BodyTooLarge { limit }));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn explain(error: reqwest::Error) -> TransportError {
    // Its text has the whole URL.
    let error = error.without_url();
    let kind = if error.is_timeout() && error.is_connect() {
        TransportErrorKind::ConnectTimeout
    } else if error.is_timeout() {
        TransportErrorKind::Timeout
    } else if let Some(kind) = fault::kind(&error) {
        kind
    } else {
        by_sources(&error)
    };
    if kind == TransportErrorKind::Proxy {
        return TransportError::new(kind).because(tunnel_fault(&error));
    }
    fault::told(kind, error)
}

/// What hyper says in words alone, of which a status is none but 407.
fn tunnel_fault(error: &reqwest::Error) -> TunnelFault {
    let sources = std::iter::successors(std::error::Error::source(error), |error| error.source());
    match sources.map(ToString::to_string).find(|told| told.starts_with("tunnel error")) {
        Some(told) if told.contains("authorization") => TunnelFault::Status(407),
        Some(told) if told.contains("end of file") => TunnelFault::Closed,
        _ => TunnelFault::Untold,
    }
}

/// What only hyper's types, or the words of the connector, tell.
fn by_sources(error: &reqwest::Error) -> TransportErrorKind {
    let sources = std::iter::successors(std::error::Error::source(error), |error| error.source());
    for source in sources {
        if let Some(hyper) = source.downcast_ref::<hyper::Error>() {
            if hyper.is_incomplete_message() || hyper.is_canceled() || hyper.is_closed() {
                return TransportErrorKind::Reset;
            }
            if hyper.is_parse() {
                return TransportErrorKind::Protocol;
            }
        }
        match source.to_string().as_str() {
            "dns error" => return TransportErrorKind::Resolve,
            text if text.contains("tunnel") || text.contains("proxy") => {
                return TransportErrorKind::Proxy;
            }
            _ => {}
        }
    }
    if error.is_decode() || error.is_body() {
        TransportErrorKind::Protocol
    } else if error.is_connect() {
        TransportErrorKind::Connect
    } else {
        TransportErrorKind::Other
    }
}

impl AsyncTransport for ReqwestTransport {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let route = self.routes.to(request.uri())?;
        let sent = route.client.execute(outgoing(request)?).await;
        let mut response = sent.map_err(|error| route.blame(explain(error)))?;
        let mut answer = Response::new(Vec::new());
        *answer.status_mut() = response.status();
        *answer.headers_mut() = std::mem::take(response.headers_mut());
        let body = read(response, self.body_limit).await?;
        *answer.body_mut() = body::decoded(answer.headers_mut(), body, self.body_limit)?;
        Ok(answer)
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
