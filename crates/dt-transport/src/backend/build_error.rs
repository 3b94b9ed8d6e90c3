//! Why a backend cannot be set up.

/// Options that no client can be built with.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct BuildError(#[from] BuildErrorKind);

#[derive(Debug, thiserror::Error)]
pub(super) enum BuildErrorKind {
    #[error("failed to read the CA certificates: they are not PEM")]
    Pem(#[source] rustls::pki_types::pem::Error),
    #[error("failed to read the CA certificates: there is none among them, in PEM or DER")]
    NoCertificate,
    #[error("failed to use CA certificate {number}: it is not sound ({why})")]
    Certificate { number: usize, why: String },
    #[error("failed to set up TLS")]
    Tls(#[source] rustls::Error),
    #[cfg(feature = "reqwest")]
    #[error("failed to set up the HTTP client")]
    Reqwest(#[source] ::reqwest::Error),
    #[cfg(feature = "ureq")]
    #[error("failed to set up the proxy")]
    UreqProxy(#[source] ::ureq::Error),
    #[cfg(feature = "reqwest")]
    #[error("failed to start the runtime")]
    Runtime(#[source] std::io::Error),
}
