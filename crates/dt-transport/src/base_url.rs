//! Where an appliance is reached.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use http::Uri;
use http::uri::Scheme;

/// The address of an appliance: scheme, host, port, and perhaps a path in front of every endpoint.
///
/// It is checked once, so that no request can fail for its sake.
///
/// ```
/// use dt_transport::BaseUrl;
///
/// let base: BaseUrl = "https://appliance.example/site-a/".parse()?;
/// assert_eq!(base.to_string(), "https://appliance.example/site-a");
/// assert_eq!(base.host(), "appliance.example");
/// # Ok::<(), dt_transport::BaseUrlError>(())
/// ```
///
/// Plain HTTP would show every answer to the network between, so it is refused but for this very
/// machine; [`BaseUrl::new`] can be told otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    scheme: Scheme,
    authority: http::uri::Authority,
    /// Empty, or begins with a slash and does not end with one.
    prefix: String,
    signing: PrefixSigning,
}

/// Where `http://` is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum HttpPolicy {
    /// For loopback addresses only.
    #[default]
    LoopbackOnly,
    /// For every host.
    Anywhere,
}

/// Whether the path of the [`BaseUrl`] is part of what is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum PrefixSigning {
    /// It is sent, and removed by a gateway before the appliance sees the request.
    #[default]
    Unsigned,
    /// The appliance sees it, and signs it, too.
    Signed,
}

impl BaseUrl {
    /// Reads a URL without user, query and fragment.
    ///
    /// # Errors
    ///
    /// [`BaseUrlError`] says what is wrong with it.
    ///
    /// ```
    /// use dt_transport::{BaseUrl, BaseUrlError, HttpPolicy};
    ///
    /// let refused = BaseUrl::new("http://10.0.0.5", HttpPolicy::LoopbackOnly);
    /// assert!(matches!(refused, Err(BaseUrlError::Unencrypted { .. })));
    /// assert!(BaseUrl::new("http://10.0.0.5", HttpPolicy::Anywhere).is_ok());
    /// ```
    pub fn new(url: &str, http: HttpPolicy) -> Result<Self, BaseUrlError> {
        // `Uri` would drop it without a word.
        if url.contains('#') {
            return Err(BaseUrlError::Parts("a fragment"));
        }
        let uri: Uri = url.parse().map_err(|_| BaseUrlError::NotAUrl)?;
        let parts = uri.into_parts();
        let scheme = parts.scheme.ok_or(BaseUrlError::NotAUrl)?;
        let authority = parts.authority.ok_or(BaseUrlError::NotAUrl)?;
        if scheme != Scheme::HTTP && scheme != Scheme::HTTPS {
            return Err(BaseUrlError::Scheme(scheme.as_str().chars().take(20).collect()));
        }
        if authority.as_str().contains('@') {
            return Err(BaseUrlError::Parts("a user"));
        }
        // `Authority` takes any digits for a port, and then has none.
        let port = &authority.as_str()[authority.host().len()..];
        let good_port = port.is_empty() || authority.port_u16().is_some();
        if authority.host().is_empty() || !good_port {
            return Err(BaseUrlError::NotAUrl);
        }
        let path = parts.path_and_query.as_ref();
        if path.is_some_and(|path| path.query().is_some()) {
            return Err(BaseUrlError::Parts("a query"));
        }
        let prefix = path.map_or("", |path| path.path().trim_end_matches('/')).to_owned();
        check_prefix(&prefix)?;
        let base = Self { scheme, authority, prefix, signing: PrefixSigning::default() };
        if base.is_plain_http() && http == HttpPolicy::LoopbackOnly && !base.is_loopback() {
            return Err(BaseUrlError::Unencrypted { host: base.host().to_owned() });
        }
        Ok(base)
    }

    /// Whether to sign the path of the URL.
    #[must_use]
    pub fn prefix_signing(self, signing: PrefixSigning) -> Self {
        Self { signing, ..self }
    }

    /// The host, without its port; an IPv6 address in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.authority.host()
    }

    /// The host, and the port if the URL names one.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.authority.as_str()
    }

    /// The path in front of every endpoint; empty, or with a slash at its beginning only.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The part of the path that is signed.
    pub(crate) fn signed_prefix(&self) -> &str {
        match self.signing {
            PrefixSigning::Unsigned => "",
            PrefixSigning::Signed => &self.prefix,
        }
    }

    /// Whether requests go out without TLS.
    #[must_use]
    pub fn is_plain_http(&self) -> bool {
        self.scheme == Scheme::HTTP
    }

    /// Whether the host is this very machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(self.host())
    }
}

/// 127.0.0.0/8, `::1` and `localhost`, whose meaning RFC 6761 fixes.
pub(crate) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => bare.trim_end_matches('.').eq_ignore_ascii_case("localhost"),
    }
}

/// Takes only what reads the same on the wire and in a signature, so that the two cannot differ.
fn check_prefix(prefix: &str) -> Result<(), BaseUrlError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~');
    let good =
        |part: &str| !part.is_empty() && !matches!(part, "." | "..") && part.chars().all(plain);
    if prefix.split('/').skip(1).all(good) { Ok(()) } else { Err(BaseUrlError::Path) }
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(url: &str) -> Result<Self, BaseUrlError> {
        Self::new(url, HttpPolicy::LoopbackOnly)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority, self.prefix)
    }
}

/// Why a text cannot be the address of an appliance. Holds no more of it than is safe to show: a
/// URL may have a password in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BaseUrlError {
    /// It has no scheme or no host, or is no URL at all.
    #[error(
        "failed to use the URL: it must look like https://host, https://host:port or https://host/path"
    )]
    NotAUrl,
    /// Its scheme is neither `https` nor `http`.
    #[error("failed to use the URL: its scheme is {0:?}, but only https and http are spoken")]
    Scheme(String),
    /// It has a part that a base URL cannot have.
    #[error("failed to use the URL: it must not have {0}")]
    Parts(&'static str),
    /// Its path would not read the same sent and signed.
    #[error(
        "failed to use the URL: its path may only have letters, digits and -._~ between single \
         slashes"
    )]
    Path,
    /// It is `http`, and the host is not this machine.
    #[error(
        "failed to use the URL: plain http would show every answer on the way to {host}; use \
         https, or allow plain http"
    )]
    Unencrypted {
        /// The host it names.
        host: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_meant_is_accepted() {
        for (url, text) in [
            ("https://appliance.example", "https://appliance.example"),
            ("https://appliance.example/", "https://appliance.example"),
            ("HTTPS://appliance.example:8443/a/b//", "https://appliance.example:8443/a/b"),
            ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
            ("http://127.0.0.2:80", "http://127.0.0.2:80"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("http://LocalHost", "http://LocalHost"),
        ] {
            assert_eq!(url.parse::<BaseUrl>().map(|base| base.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn everything_else_is_refused_without_showing_it() {
        let urls = [
            "",
            "appliance.example",
            "/path",
            "https://",
            "https://:443",
            "https://host:",
            "https://host:99999",
            "ftp://host",
            "https://user:s3cret@host",
            "https://host/?s3cret",
            "https://host/#s3cret",
            "https://host/a%20b",
            "https://host/../b",
            "https://host//a",
            "http://appliance.example",
            "http://localhost.example",
            "http://128.0.0.1",
        ];
        let messages: Vec<String> =
            urls.iter().map(|url| url.parse::<BaseUrl>().unwrap_err().to_string()).collect();
        insta::assert_snapshot!(messages.join("\n"), @r#"
        failed to use the URL: it must look like https://host, https://host:port or https://host/path
        failed to use the URL: it must look like https://host, https://host:port or https://host/path
        failed to use the URL: it must look like https://host, https://host:port or https://host/path
        failed to use the URL: it must look like https://host, https://host:port or https://host/path
        failed to use the URL: it must look like https://host, https://host:port or https://host/path
        failed to use the URL: it must look like https://host, https://host:port or https://host/path
        failed to use the URL: it must look like https://host, https://host:port or https://host/path
        failed to use the URL: its scheme is "ftp", but only https and http are spoken
        failed to use the URL: it must not have a user
        failed to use the URL: it must not have a query
        failed to use the URL: it must not have a fragment
        failed to use the URL: its path may only have letters, digits and -._~ between single slashes
        failed to use the URL: its path may only have letters, digits and -._~ between single slashes
        failed to use the URL: its path may only have letters, digits and -._~ between single slashes
        failed to use the URL: plain http would show every answer on the way to appliance.example; use https, or allow plain http
        failed to use the URL: plain http would show every answer on the way to localhost.example; use https, or allow plain http
        failed to use the URL: plain http would show every answer on the way to 128.0.0.1; use https, or allow plain http
        "#);
    }

    #[test]
    fn loopback_is_told_from_what_looks_like_it() {
        for host in
            ["127.0.0.1", "127.255.0.3", "[::1]", "localhost", "LOCALHOST.", "[::ffff:127.0.0.1]"]
        {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["128.0.0.1", "[::2]", "localhost.example", "127.0.0.1.example", "0.0.0.0", ""]
        {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
