//! From a host's name to a connection.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use dt_transport::BaseUrl;

use super::findings::Findings;
use crate::exit;
use crate::failure::{Failure, Result};

/// Finds the host's addresses, and connects to one. Whether it did.
pub(super) fn directly(
    base: &BaseUrl,
    limit: Duration,
    findings: &mut Findings<'_>,
) -> Result<bool> {
    let host = base.host().trim_start_matches('[').trim_end_matches(']');
    let port = base.authority()[base.host().len()..].trim_start_matches(':');
    let port = port.parse().unwrap_or(if base.is_plain_http() { 80 } else { 443 });
    let addresses = match host.parse::<IpAddr>() {
        Ok(address) => {
            findings.ok("name", &format!("{address} is an address already"))?;
            vec![SocketAddr::new(address, port)]
        }
        Err(_) => match named(host, port, limit) {
            Ok(addresses) => {
                let list: Vec<String> =
                    addresses.iter().map(|address| address.ip().to_string()).collect();
                findings.ok("name", &format!("{host} -> {}", list.join(", ")))?;
                addresses
            }
            Err(failure) => {
                findings.fail("name", &failure)?;
                findings.skip("connect", "there is no address to connect to")?;
                return Ok(false);
            }
        },
    };
    connect(&addresses, limit, findings)
}

/// The system's resolver knows no time limit, so it is waited for from outside.
fn named(host: &str, port: u16, limit: Duration) -> Result<Vec<SocketAddr>> {
    let failed = |why: String| {
        Failure::new(format!("{host} has no address"))
            .status(exit::NETWORK)
            .because_of(why)
            .hint("check the host's name, and that this machine's DNS knows it")
    };
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
        Ok(Ok(_)) => Err(failed("the resolver found none".to_owned())),
        Ok(Err(error)) => Err(failed(error.to_string())),
        Err(_) => Err(failed(format!("the resolver did not answer in {} s", limit.as_secs()))),
    }
}

fn connect(addresses: &[SocketAddr], limit: Duration, findings: &mut Findings<'_>) -> Result<bool> {
    let mut failed: Vec<(SocketAddr, io::Error)> = Vec::new();
    for address in addresses {
        match TcpStream::connect_timeout(address, limit) {
            Ok(_) if failed.is_empty() => {
                findings.ok("connect", &format!("{address} answers"))?;
                return Ok(true);
            }
            Ok(_) => {
                let about = format!("{address} answers, but {}", list(&failed));
                let about = Failure::new(about)
                    .hint("every request may wait for it: mend the way there, or use the address");
                findings.warn("connect", &about)?;
                return Ok(true);
            }
            Err(error) => failed.push((*address, error)),
        }
    }
    let failure = Failure::new(list(&failed))
        .status(exit::NETWORK)
        .hint("check host and port, the firewalls between, and whether it takes a proxy (--proxy)");
    findings.fail("connect", &failure)?;
    Ok(false)
}

fn list(failed: &[(SocketAddr, io::Error)]) -> String {
    let each = failed.iter().map(|(address, error)| {
        let why = match error.kind() {
            io::ErrorKind::ConnectionRefused => "refuses".to_owned(),
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => "does not answer".to_owned(),
            _ => format!("cannot be reached ({error})"),
        };
        format!("{address} {why}")
    });
    each.collect::<Vec<_>>().join(", ")
}
