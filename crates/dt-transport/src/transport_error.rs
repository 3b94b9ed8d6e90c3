//! What can go wrong below HTTP.

use std::fmt;

use dt_model::Help;

/// No response came, or not a whole one.
///
/// Its text is about the request as a whole; the cause is its
/// [`source`](std::error::Error::source). It never holds a header, so no token and no signature.
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
    /// What to do about it, where the kind alone does not tell.
    advice: Option<Box<Help>>,
}

/// The ways in which sending can fail. Which of them may be tried again is for
/// [`is_retryable`](Self::is_retryable).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The whole exchange took longer than is allowed, though a connection was there. Retried.
    Timeout,
    /// Connecting took longer than is allowed. Retried.
    ConnectTimeout,
    /// The host's name has no address. Not retried: a name that was mistyped stays so.
    Resolve,
    /// Nothing answered at the address: refused, or unreachable. Not retried.
    Connect,
    /// The connection was closed or reset before the whole answer had come. Retried.
    Reset,
    /// TLS could not be agreed upon, or the certificate is not trusted. Not retried.
    Tls(TlsProblem),
    /// The proxy would not pass the request on. Not retried.
    Proxy,
    /// The body, decompressed, is larger than allowed. Not retried.
    BodyTooLarge {
        /// The limit, in bytes.
        limit: u64,
    },
    /// What came is not HTTP, or its body is not what its headers say. Not retried.
    Protocol,
    /// A replay was asked for something it does not hold. Not retried.
    NotRecorded {
        /// The target that was asked for.
        target: String,
    },
    /// Anything else. Not retried.
    Other,
}

/// Why TLS failed, as far as it makes a difference to what should be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsProblem {
    /// The certificate's issuer is not trusted here.
    UnknownIssuer,
    /// The certificate is an issuer's, used by the server itself: what many appliances bring along.
    /// It can be pinned, but not be its own CA.
    SelfSigned,
    /// The certificate is for another name.
    WrongName,
    /// The certificate is no longer, or not yet, valid.
    Expired,
    /// The certificate is not the pinned one.
    PinMismatch {
        /// The SHA-256 of the certificate that was presented.
        presented: [u8; 32],
    },
    /// The system has no certificate authorities, so nothing can be verified.
    NoRoots,
    /// The certificate is of X.509 version 1 or 2, which nobody can verify any more.
    OldCertificate,
    /// The other end speaks neither TLS 1.2 nor 1.3.
    OldVersion,
    /// What answers does not speak TLS at all.
    NoTls,
    /// The other end wants a certificate of the client, and none can be given.
    WantsCertificate,
    /// Anything else.
    Other,
}

impl TlsProblem {
    /// The SHA-256 of the certificate that was presented in place of the pinned one, in lower case; `None`
    /// for any other problem.
    #[must_use]
    pub fn presented_pin(&self) -> Option<String> {
        match self {
            Self::PinMismatch { presented } => Some(base16ct::lower::encode_string(presented)),
            _ => None,
        }
    }
}

impl TransportError {
    /// An error without a cause of its own.
    #[must_use]
    pub fn new(kind: TransportErrorKind) -> Self {
        Self { kind, source: None, advice: None }
    }

    /// Adds what caused it. It is shown to people, so it must not hold a header of the request.
    #[must_use]
    pub fn because(self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { source: Some(source.into()), ..self }
    }

    /// Adds what to do about it.
    #[cfg(any(feature = "ureq", feature = "reqwest"))]
    pub(crate) fn advised(self, advice: Help) -> Self {
        Self { advice: Some(Box::new(advice)), ..self }
    }

    /// What to do about it, where that was added.
    pub(crate) fn advice(&self) -> Option<&Help> {
        self.advice.as_deref()
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> &TransportErrorKind {
        &self.kind
    }

    /// Whether the same request may well succeed if it is sent again.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.kind.is_retryable()
    }
}

impl TransportErrorKind {
    /// Whether the same request may well succeed if it is sent again.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Timeout | Self::ConnectTimeout | Self::Reset)
    }
}

impl fmt::Display for TransportErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str("failed to get an answer in time"),
            Self::ConnectTimeout => f.write_str("failed to connect in time"),
            Self::Resolve => f.write_str("failed to find the address of the host"),
            Self::Connect => f.write_str("failed to connect"),
            Self::Reset => f.write_str("failed to receive the answer: the connection was closed"),
            Self::Tls(problem) => write!(f, "failed to establish TLS: {problem}"),
            Self::Proxy => f.write_str("failed to get through the proxy"),
            Self::BodyTooLarge { limit } => {
                write!(f, "failed to receive the body: it is larger than {limit} bytes")
            }
            Self::Protocol => f.write_str("failed to understand the answer: it is not sound HTTP"),
            Self::NotRecorded { target } => {
                write!(f, "failed to replay {target}: no exchange was recorded for it")
            }
            Self::Other => f.write_str("failed to send the request"),
        }
    }
}

impl fmt::Display for TlsProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownIssuer => f.write_str(
                "the certificate's issuer is not trusted; give its CA, or pin the certificate",
            ),
            Self::SelfSigned => f.write_str(
                "the certificate is self-signed, which no CA file makes trusted; pin it",
            ),
            Self::WrongName => f.write_str(
                "the certificate is for another name; use that name, or pin the certificate",
            ),
            Self::Expired => f.write_str("the certificate is expired or not yet valid"),
            Self::PinMismatch { presented } => {
                f.write_str("the certificate is not the pinned one; its SHA-256 is ")?;
                presented.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
            Self::NoRoots => f.write_str(
                "this system has no CA certificates; install them, or pin the certificate",
            ),
            Self::OldCertificate => f.write_str(
                "the certificate is of an old form (X.509 version 1), which cannot be verified",
            ),
            Self::OldVersion => f.write_str("the other end speaks neither TLS 1.2 nor 1.3"),
            Self::NoTls => f.write_str("what answers at this port does not speak TLS"),
            Self::WantsCertificate => {
                f.write_str("the other end wants a certificate of this machine, and none is sent")
            }
            Self::Other => f.write_str("client and server did not agree"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_says_what_failed() {
        let tls = [
            TlsProblem::UnknownIssuer,
            TlsProblem::SelfSigned,
            TlsProblem::WrongName,
            TlsProblem::Expired,
            TlsProblem::PinMismatch { presented: [0xa5; 32] },
            TlsProblem::NoRoots,
            TlsProblem::OldCertificate,
            TlsProblem::OldVersion,
            TlsProblem::NoTls,
            TlsProblem::WantsCertificate,
            TlsProblem::Other,
        ];
        let kinds = [
            TransportErrorKind::Timeout,
            TransportErrorKind::ConnectTimeout,
            TransportErrorKind::Resolve,
            TransportErrorKind::Connect,
            TransportErrorKind::Reset,
            TransportErrorKind::Proxy,
            TransportErrorKind::BodyTooLarge { limit: 64 },
            TransportErrorKind::Protocol,
            TransportErrorKind::NotRecorded { target: "/status".to_owned() },
            TransportErrorKind::Other,
        ];
        let texts: Vec<String> = kinds
            .into_iter()
            .chain(tls.map(TransportErrorKind::Tls))
            .map(|kind| TransportError::new(kind).to_string())
            .collect();
        insta::assert_snapshot!(texts.join("\n"), @"
        failed to get an answer in time
        failed to connect in time
        failed to find the address of the host
        failed to connect
        failed to receive the answer: the connection was closed
        failed to get through the proxy
        failed to receive the body: it is larger than 64 bytes
        failed to understand the answer: it is not sound HTTP
        failed to replay /status: no exchange was recorded for it
        failed to send the request
        failed to establish TLS: the certificate's issuer is not trusted; give its CA, or pin the certificate
        failed to establish TLS: the certificate is self-signed, which no CA file makes trusted; pin it
        failed to establish TLS: the certificate is for another name; use that name, or pin the certificate
        failed to establish TLS: the certificate is expired or not yet valid
        failed to establish TLS: the certificate is not the pinned one; its SHA-256 is a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5
        failed to establish TLS: this system has no CA certificates; install them, or pin the certificate
        failed to establish TLS: the certificate is of an old form (X.509 version 1), which cannot be verified
        failed to establish TLS: the other end speaks neither TLS 1.2 nor 1.3
        failed to establish TLS: what answers at this port does not speak TLS
        failed to establish TLS: the other end wants a certificate of this machine, and none is sent
        failed to establish TLS: client and server did not agree
        ");
    }
}
