//! From a host's name to a connection.

use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::{Finding as F, NoAddress, Skip, Step, Walk};

impl<B, E, T: FnMut(F<B>) -> Result<(), E>> Walk<'_, B, T> {
    /// Finds the host's addresses, and connects to one. Whether it did.
    pub(super) fn reach(&mut self) -> Result<bool, E> {
        let base = self.options.base;
        let host = base.host().trim_start_matches('[').trim_end_matches(']');
        let port = base.authority()[base.host().len()..].trim_start_matches(':');
        let port = port.parse().unwrap_or(if base.is_plain_http() { 80 } else { 443 });
        let addresses = if let Ok(address) = host.parse::<IpAddr>() {
            self.tell(F::IsAddress(address))?;
            vec![SocketAddr::new(address, port)]
        } else {
            match resolved(host, port, self.options.connect_timeout) {
                Ok(addresses) => {
                    let list = addresses.iter().map(SocketAddr::ip).collect();
                    self.tell(F::Resolved(host.to_owned(), list))?;
                    addresses
                }
                Err(why) => {
                    self.tell(F::Unresolved(host.to_owned(), why))?;
                    self.tell(F::Skipped(Step::Connect, Skip::NoAddress))?;
                    return Ok(false);
                }
            }
        };
        self.connect(addresses)
    }

    fn connect(&mut self, addresses: Vec<SocketAddr>) -> Result<bool, E> {
        let mut failed = Vec::new();
        for address in addresses {
            match TcpStream::connect_timeout(&address, self.options.connect_timeout) {
                Ok(_) => {
                    self.tell(F::Connected(address, failed))?;
                    return Ok(true);
                }
                Err(error) => failed.push((address, error)),
            }
        }
        self.tell(F::Unconnected(failed))?;
        Ok(false)
    }
}

/// The system's resolver knows no time limit, so it is waited for from outside.
fn resolved(host: &str, port: u16, limit: Duration) -> Result<Vec<SocketAddr>, NoAddress> {
    let (tell, told) = mpsc::channel();
    let name = host.to_owned();
    thread::spawn(move || {
        let found = (name.as_str(), port).to_socket_addrs().map(Iterator::collect::<Vec<_>>);
        // Nobody may be waiting any more.
        let _ = tell.send(found);
    });
    match told.recv_timeout(limit) {
        Ok(Ok(mut addresses)) if !addresses.is_empty() => {
            addresses.dedup();
            Ok(addresses)
        }
        Ok(Ok(_)) => Err(NoAddress::Unknown),
        Ok(Err(error)) => Err(NoAddress::Failed(error)),
        Err(_) => Err(NoAddress::Timeout(limit)),
    }
}
