//! What can be set, for either backend alike.

use std::time::Duration;

use super::{ProxySetting, TlsTrust};

/// How a backend connects, and what it bears with. Both backends take the same options and behave
/// in the same way.
///
/// | default | |
/// |---|---|
/// | connecting | at most 10 seconds |
/// | one exchange, from connecting to the end of the body | at most a minute |
/// | body, decompressed | at most 64 MiB |
/// | trust | whom the operating system trusts |
/// | proxy | as the environment says |
///
/// These cannot be changed: redirects are not followed, every status is a response, gzip is
/// accepted, connections are kept, and loopback addresses are reached directly, whatever the proxy.
///
/// ```
/// use std::time::Duration;
///
/// use dt_transport::{HttpOptions, ProxySetting, TlsTrust};
///
/// let options = HttpOptions::new()
///     .timeout(Duration::from_secs(20))
///     .trust(TlsTrust::PinnedSha256([0xa5; 32]))
///     .proxy(ProxySetting::None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpOptions {
    pub(super) connect_timeout: Duration,
    pub(super) timeout: Duration,
    pub(super) body_limit: u64,
    pub(super) trust: TlsTrust,
    pub(super) proxy: ProxySetting,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(60),
            body_limit: 64 * 1024 * 1024,
            trust: TlsTrust::default(),
            proxy: ProxySetting::default(),
        }
    }
}

impl HttpOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How long finding the host, connecting and agreeing on TLS may take.
    #[must_use]
    pub fn connect_timeout(self, connect_timeout: Duration) -> Self {
        Self { connect_timeout, ..self }
    }

    /// How long one exchange may take in all. A retry is another exchange.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// How many bytes a body may have once it is decompressed.
    #[must_use]
    pub fn body_limit(self, bytes: u64) -> Self {
        Self { body_limit: bytes, ..self }
    }

    /// Which servers are trusted.
    #[must_use]
    pub fn trust(self, trust: TlsTrust) -> Self {
        Self { trust, ..self }
    }

    /// Through which proxy to connect.
    #[must_use]
    pub fn proxy(self, proxy: ProxySetting) -> Self {
        Self { proxy, ..self }
    }
}
