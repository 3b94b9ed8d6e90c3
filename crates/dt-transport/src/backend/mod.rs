//! The HTTP clients that are adapted here, and what they have in common.

#[cfg(any(feature = "reqwest", feature = "ureq"))]
mod body;
mod build_error;
mod choice;
mod fault;
mod no_proxy;
mod options;
mod presented;
mod proxy;
mod route;
mod tls;
mod tls_error;

#[cfg(feature = "reqwest")]
mod blocking;
#[cfg(feature = "reqwest")]
mod reqwest;
#[cfg(feature = "ureq")]
mod ureq;

#[cfg(feature = "reqwest")]
pub use self::blocking::Blocking;
#[cfg(feature = "reqwest")]
pub use self::reqwest::ReqwestTransport;
#[cfg(feature = "ureq")]
pub use self::ureq::UreqTransport;
pub use build_error::BuildError;
pub use choice::Backend;
pub use options::HttpOptions;
pub use presented::{PresentedCertificate, peer_certificate};
pub use proxy::{ProxySetting, ProxyUrl, ProxyUrlError};
pub use route::proxy_for;
pub use tls::{InvalidPin, TlsTrust};
