//! A port where nobody listens.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

use socket2::{Domain, Socket, Type};

use crate::server::StartError;

/// A loopback port that refuses every connection, and that nobody else can be given meanwhile.
///
/// ```
/// use std::io::ErrorKind;
/// use std::net::TcpStream;
///
/// let port = dt_appliance::RefusedPort::new()?;
/// let error = TcpStream::connect(port.address()).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
/// # Ok::<(), dt_appliance::StartError>(())
/// ```
#[derive(Debug)]
pub struct RefusedPort {
    address: SocketAddr,
    /// Bound, which takes the port, but not listening, which refuses.
    _socket: Socket,
}

impl RefusedPort {
    /// Takes a port.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn new() -> Result<Self, StartError> {
        Self::bind().map_err(StartError::of("refusing port"))
    }

    fn bind() -> io::Result<Self> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.bind(&SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0).into())?;
        let address = socket.local_addr()?.as_socket().ok_or(io::ErrorKind::Unsupported)?;
        Ok(Self { address, _socket: socket })
    }

    /// Where nobody answers.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same as a URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}
