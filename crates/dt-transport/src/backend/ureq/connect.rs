//! Names, connections and TLS for ureq, by the configuration that both backends share.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use http::Uri;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use ureq::config::Config;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    Buffers, ConnectProxyConnector, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout,
    TcpConnector, Transport, TransportAdapter,
};
use ureq::{Agent, Error};

/// An agent that speaks TLS by `tls`.
pub(super) fn agent(config: Config, tls: Arc<ClientConfig>) -> Agent {
    let connector =
        ().chain(TunnelConnector::default())
            .chain(TcpConnector::default())
            .chain(TlsConnector(tls))
            .chain(BoundedConnector);
    Agent::with_parts(config, connector, NameResolver(DefaultResolver::default()))
}

/// Why there is no tunnel, where what answers is no HTTP proxy.
pub(super) const NOT_HTTP: &str = "the proxy does not speak HTTP";

/// ureq's connector, whose errors are all the proxy's: what it cannot read is no answer of the host.
#[derive(Debug, Default)]
struct TunnelConnector(ConnectProxyConnector);

impl<In: Transport> Connector<In> for TunnelConnector {
    type Out = <ConnectProxyConnector as Connector<In>>::Out;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        self.0.connect(details, chained).map_err(|error| match error {
            Error::Protocol(_) | Error::LargeResponseHeader(..) => {
                Error::ConnectProxyFailed(NOT_HTTP.to_owned())
            }
            error => error,
        })
    }
}

/// ureq resolves for every request, and with a time-out in a thread of its own each time. An
/// address that is one already needs neither.
#[derive(Debug)]
struct NameResolver(DefaultResolver);

/// The host's name has no address.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(super) struct ResolveError(std::io::Error);

impl Resolver for NameResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        if let Some(address) = literal(uri) {
            let mut addresses = self.empty();
            addresses.push(address);
            return Ok(addresses);
        }
        self.0.resolve(uri, config, timeout).map_err(|error| match error {
            Error::Io(source) => Error::Other(Box::new(ResolveError(source))),
            error => error,
        })
    }
}

fn literal(uri: &Uri) -> Option<SocketAddr> {
    let host = uri.host()?;
    let address: IpAddr = host.trim_start_matches('[').trim_end_matches(']').parse().ok()?;
    let port = match (uri.port_u16(), uri.scheme_str()) {
        (Some(port), _) => port,
        (None, Some("http")) => 80,
        (None, Some("https")) => 443,
        _ => return None,
    };
    Some(SocketAddr::new(address, port))
}

/// Puts [`Bounded`] around whatever was connected.
#[derive(Debug)]
struct BoundedConnector;

impl<In: Transport> Connector<In> for BoundedConnector {
    type Out = Bounded<In>;

    fn connect(
        &self,
        _: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        Ok(chained.map(Bounded))
    }
}

/// A connection that tells when there is no room for more input. Without it, a head that is too large
/// would be taken for a connection that was closed, and asked for again.
#[derive(Debug)]
struct Bounded<T>(T);

impl<T: Transport> Transport for Bounded<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.0.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.0.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let buffers = self.0.buffers();
        if buffers.input_append_buf().is_empty() {
            let size = buffers.input().len();
            return Err(Error::LargeResponseHeader(size, size));
        }
        self.0.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.0.is_open()
    }

    fn is_tls(&self) -> bool {
        self.0.is_tls()
    }
}

struct TlsConnector(Arc<ClientConfig>);

impl<In: Transport> Connector<In> for TlsConnector {
    type Out = Either<In, TlsTransport>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        let Some(transport) = chained else { return Ok(None) };
        // What goes through an HTTPS proxy to an HTTP host is secure already.
        if !details.needs_tls() || transport.is_tls() {
            return Ok(Some(Either::A(transport)));
        }
        let host = details.uri.host().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(host).map_err(|_| Error::Tls("the host is no DNS name"))?;
        let mut conn = ClientConnection::new(Arc::clone(&self.0), name)
            .map_err(|error| Error::Other(Box::new(error)))?;
        let mut sock = TransportAdapter::new(transport.boxed(), Arc::clone(&details.current_time));
        sock.set_timeout(details.timeout);
        conn.complete_io(&mut sock)?;

        let config = details.config;
        let buffers = LazyBuffers::new(config.input_buffer_size(), config.output_buffer_size());
        let stream = StreamOwned { conn, sock };
        Ok(Some(Either::B(TlsTransport { buffers, stream })))
    }
}

impl fmt::Debug for TlsConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TlsConnector")
    }
}

struct TlsTransport {
    buffers: LazyBuffers,
    stream: StreamOwned<ClientConnection, TransportAdapter>,
}

impl Transport for TlsTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        use std::io::Write;
        self.stream.sock.set_timeout(timeout);
        let output = &self.buffers.output()[..amount];
        self.stream.write_all(output)?;
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        use std::io::Read;
        self.stream.sock.set_timeout(timeout);
        let input = self.buffers.input_append_buf();
        let amount = self.stream.read(input)?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.sock.get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}

impl fmt::Debug for TlsTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TlsTransport")
    }
}
