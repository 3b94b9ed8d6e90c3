//! What lies behind an error of an HTTP client.

use std::error::Error;
use std::io;

use super::tls_error;
use crate::{BoxError, TlsProblem, TransportError, TransportErrorKind};

/// The kind of an error by what it wraps: TLS first, since that, too, arrives as an I/O error.
/// `None` if neither is among its sources.
pub(super) fn kind(error: &(dyn Error + 'static)) -> Option<TransportErrorKind> {
    if let Some(tls) = tls_error(error) {
        return Some(TransportErrorKind::Tls(tls_error::problem(tls)));
    }
    let mut io = sources(error).filter_map(<dyn Error>::downcast_ref::<io::Error>);
    io.find_map(|io| io_kind(io.kind()))
}

/// An error of this kind with its innermost cause: around it, each client puts words of its own. About
/// time-outs and closed connections there is nothing to add, and about a certificate what is known of it.
pub(super) fn told(kind: TransportErrorKind, error: impl Into<BoxError>) -> TransportError {
    let told = TransportError::new(kind);
    let error: BoxError = error.into();
    let cause = match (told.kind(), tls_error(&*error)) {
        (TransportErrorKind::Tls(TlsProblem::Other), Some(tls)) => Some(tls_error::in_words(tls)),
        (_, Some(tls)) => tls_error::detail(tls),
        _ if told.is_retryable() => None,
        _ => sources(&*error).last().map(ToString::to_string),
    };
    match cause {
        Some(cause) => told.because(cause),
        None => told,
    }
}

fn tls_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    sources(error).find_map(<dyn Error>::downcast_ref)
}

/// An error and all that it wraps.
fn sources<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| -> Option<&'a (dyn Error + 'static)> {
        // An I/O error that wraps another one names that one's source as its own, and skips it.
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        }
    })
}

fn io_kind(kind: io::ErrorKind) -> Option<TransportErrorKind> {
    Some(match kind {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => TransportErrorKind::Timeout,
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::NotConnected
        | io::ErrorKind::UnexpectedEof => TransportErrorKind::Reset,
        io::ErrorKind::ConnectionRefused
        | io::ErrorKind::HostUnreachable
        | io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::NetworkDown
        | io::ErrorKind::AddrNotAvailable => TransportErrorKind::Connect,
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => TransportErrorKind::Protocol,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_is_found_however_deep() {
        let tls = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        let wrapped = io::Error::new(io::ErrorKind::InvalidData, tls);
        let deeper = io::Error::other(io::Error::other(wrapped));
        assert_eq!(kind(&deeper), Some(TransportErrorKind::Tls(TlsProblem::UnknownIssuer)));
    }

    #[test]
    fn the_outermost_known_kind_counts() {
        let eof = io::Error::from(io::ErrorKind::UnexpectedEof);
        assert_eq!(kind(&io::Error::other(eof)), Some(TransportErrorKind::Reset));
        assert_eq!(kind(&io::Error::other("something")), None);
    }
}
