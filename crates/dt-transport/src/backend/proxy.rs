//! Through which proxy a host is reached, if through any.

use std::fmt;
use std::str::FromStr;

use dt_model::{Diagnostic, FailureKind, Help};
use http::Uri;

use super::build_error::BuildErrorKind;
use super::no_proxy::Exempt;
use crate::base_url::is_loopback;
use crate::{TransportError, TransportErrorKind};

/// Through which proxy to connect. Loopback addresses are always reached directly.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ProxySetting {
    /// The one in `HTTPS_PROXY` or `HTTP_PROXY`, after the scheme of the appliance's URL, else the
    /// one in `ALL_PROXY`, unless `NO_PROXY` names the host; each of them also in lower case.
    ///
    /// `NO_PROXY` lists hosts, domains with all that is below them, addresses and networks
    /// (`10.0.0.0/8`), or is `*`.
    #[default]
    Environment,
    /// None.
    None,
    /// This one.
    Url(ProxyUrl),
}

/// The address of a proxy: `http://` or `https://`, perhaps with user and password, which neither
/// `Debug` nor an error shows.
///
/// ```
/// use dt_transport::ProxyUrl;
///
/// let proxy: ProxyUrl = "http://user:s3cret@proxy.example:3128".parse()?;
/// assert_eq!(format!("{proxy:?}"), "ProxyUrl(\"http://proxy.example:3128\")");
/// # Ok::<(), dt_transport::ProxyUrlError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyUrl {
    url: String,
    /// What it comes from.
    origin: Option<String>,
}

impl ProxyUrl {
    /// All of it, password included.
    pub(super) fn expose(&self) -> &str {
        &self.url
    }

    /// The same, which comes from this setting: errors name it.
    ///
    /// ```
    /// use dt_transport::ProxyUrl;
    ///
    /// let proxy = "proxy.example:3128".parse::<ProxyUrl>()?.named_by("DT_PROXY");
    /// # Ok::<(), dt_transport::ProxyUrlError>(())
    /// ```
    #[must_use]
    pub fn named_by(self, origin: impl Into<String>) -> Self {
        Self { origin: Some(origin.into()), ..self }
    }

    /// Its address without user and password.
    fn address(&self) -> String {
        let (scheme, rest) = self.url.split_once("://").unwrap_or(("", &self.url));
        let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
        format!("{scheme}://{host}")
    }

    fn named(&self, is_of_environment: bool) -> ProxyName {
        let (origin, has_user) = (self.origin.clone(), self.url.contains('@'));
        ProxyName { address: self.address(), origin, is_of_environment, has_user }
    }
}

impl FromStr for ProxyUrl {
    type Err = ProxyUrlError;

    fn from_str(url: &str) -> Result<Self, ProxyUrlError> {
        // As curl does, a host alone is taken for an HTTP proxy.
        let url = if url.contains("://") { url.to_owned() } else { format!("http://{url}") };
        let uri: Uri = url.parse().map_err(|_| ProxyUrlError)?;
        let spoken = matches!(uri.scheme_str(), Some("http" | "https"));
        let named = uri.host().is_some_and(|host| !host.is_empty());
        if spoken && named { Ok(Self { url, origin: None }) } else { Err(ProxyUrlError) }
    }
}

impl fmt::Debug for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ProxyUrl").field(&self.address()).finish()
    }
}

/// The text is no address of a proxy. It is not shown, as it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("failed to use the proxy: its address must look like http://host:port")]
pub struct ProxyUrlError;

impl Diagnostic for ProxyUrlError {
    fn kind(&self) -> FailureKind {
        FailureKind::Usage
    }
}

/// A proxy as messages name it: without its password, and with what named it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ProxyName {
    address: String,
    /// The variable or the setting that named it, where that is known.
    origin: Option<String>,
    /// Whether it is the environment's, from which `NO_PROXY` takes hosts.
    is_of_environment: bool,
    has_user: bool,
}

impl fmt::Display for ProxyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the proxy {}", self.address)?;
        self.origin.iter().try_for_each(|origin| write!(f, " (from {origin})"))
    }
}

/// Why a proxy made no tunnel, as far as a client tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum TunnelFault {
    /// It answered with this status.
    #[error("it answered with HTTP {0}")]
    Status(u16),
    /// It closed the connection.
    #[error("it closed the connection")]
    Closed,
    /// It does not speak HTTP.
    #[error("what answers there does not speak HTTP")]
    #[cfg_attr(not(feature = "ureq"), expect(dead_code, reason = "only ureq tells"))]
    NotHttp,
    /// The client does not tell.
    #[error("it refused; with which status, the ureq backend tells")]
    Untold,
}

/// Why there is no way through a proxy.
#[derive(Debug, thiserror::Error)]
enum ProxyFault {
    #[error("{0} has no address")]
    Unknown(ProxyName),
    #[error("{0} does not answer")]
    Silent(ProxyName, #[source] TransportError),
    #[error("{0} let nothing through")]
    Closed(ProxyName, #[source] TunnelFault),
    #[error("{0} names none")]
    Broken(&'static str, #[source] ProxyUrlError),
}

impl ProxyName {
    /// What to do where it is in the way.
    fn advice(&self, tunnel: Option<TunnelFault>) -> Help {
        let first = match tunnel {
            None => "check the proxy's address, and the way to it",
            Some(TunnelFault::Status(407)) if self.has_user => "check its user and password",
            Some(TunnelFault::Status(407)) => {
                "give it a user and a password: http://user:password@host:port"
            }
            Some(TunnelFault::Status(300..=399)) => {
                "it may want you to sign in on a page first: ask whoever runs it"
            }
            Some(TunnelFault::Status(500..=599)) => {
                "it does not reach the appliance: check host and port of the URL, or ask whoever runs it"
            }
            Some(TunnelFault::NotHttp) => {
                "name an HTTP proxy: others, such as SOCKS ones, are not used"
            }
            Some(_) => "ask whoever runs it to let this machine reach the appliance",
        };
        let without = match &self.origin {
            _ if self.is_of_environment => "; NO_PROXY names hosts without one".to_owned(),
            Some(origin) => format!("; or do without {origin}, if there is another way"),
            None => String::new(),
        };
        Help::new(format!("{first}{without}"))
    }
}

/// The way to a host.
#[derive(Debug)]
pub(super) struct Route<'a, C> {
    pub(super) client: &'a C,
    proxy: Option<&'a ProxyName>,
}

impl<C> Route<'_, C> {
    /// Whom an error is to be blamed on: where there is a proxy, it alone is looked up and connected
    /// to.
    pub(super) fn blame(&self, error: TransportError) -> TransportError {
        use TransportErrorKind::{Connect, ConnectTimeout, Proxy, Resolve};

        let Some(name) = self.proxy.cloned() else { return error };
        let tunnel = std::error::Error::source(&error).and_then(|it| it.downcast_ref());
        let tunnel = tunnel.copied().unwrap_or(TunnelFault::Untold);
        let (kind, advice, fault) = match error.kind() {
            Resolve => (Proxy, name.advice(None), ProxyFault::Unknown(name)),
            Connect => (Proxy, name.advice(None), ProxyFault::Silent(name, error)),
            ConnectTimeout => (ConnectTimeout, name.advice(None), ProxyFault::Silent(name, error)),
            Proxy => (Proxy, name.advice(Some(tunnel)), ProxyFault::Closed(name, tunnel)),
            _ => return error,
        };
        TransportError::new(kind).because(fault).advised(advice)
    }
}

/// One client for each way in which hosts are reached, as clients fix their proxy when they are
/// built.
#[derive(Debug)]
pub(super) struct Routes<C> {
    direct: C,
    http: Way<C>,
    https: Way<C>,
    exempt: Exempt,
}

#[derive(Debug)]
enum Way<C> {
    Direct,
    Through(C, ProxyName),
    /// This variable names a proxy that cannot be used. That only matters to hosts which would be
    /// reached through it.
    Broken(&'static str),
}

impl<C> Routes<C> {
    /// One client for every host, whatever it does with proxies.
    pub(super) fn only(client: C) -> Self {
        let exempt = Exempt::default();
        Self { direct: client, http: Way::Direct, https: Way::Direct, exempt }
    }

    pub(super) fn build(
        setting: &ProxySetting,
        client: impl Fn(Option<&ProxyUrl>) -> Result<C, BuildErrorKind>,
    ) -> Result<Self, BuildErrorKind> {
        Self::build_in(setting, client, |name| std::env::var(name).ok())
    }

    fn build_in(
        setting: &ProxySetting,
        client: impl Fn(Option<&ProxyUrl>) -> Result<C, BuildErrorKind>,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, BuildErrorKind> {
        let mut routes = Self::only(client(None)?);
        match setting {
            ProxySetting::None => {}
            ProxySetting::Url(url) => {
                routes.http = Way::Through(client(Some(url))?, url.named(false));
                routes.https = Way::Through(client(Some(url))?, url.named(false));
            }
            ProxySetting::Environment => {
                let first = |names: [&'static str; 4]| {
                    let value = |name| Some((name, environment(name)?));
                    names.into_iter().filter_map(value).find(|(_, value)| !value.is_empty())
                };
                let way = |found: Option<(&'static str, String)>| {
                    let Some((variable, text)) = found else { return Ok(Way::Direct) };
                    let Ok(url) = text.parse::<ProxyUrl>() else {
                        return Ok(Way::Broken(variable));
                    };
                    let url = url.named_by(variable);
                    Ok(Way::Through(client(Some(&url))?, url.named(true)))
                };
                routes.http = way(first(["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]))?;
                routes.https =
                    way(first(["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]))?;
                let exempt = environment("no_proxy").or_else(|| environment("NO_PROXY"));
                routes.exempt = Exempt::parse(&exempt.unwrap_or_default());
            }
        }
        Ok(routes)
    }

    /// The way to the host of `uri`.
    pub(super) fn to(&self, uri: &Uri) -> Result<Route<'_, C>, TransportError> {
        let direct = Route { client: &self.direct, proxy: None };
        let host = uri.host().unwrap_or_default();
        if is_loopback(host) || self.exempt.contains(host) {
            return Ok(direct);
        }
        match if uri.scheme_str() == Some("http") { &self.http } else { &self.https } {
            Way::Direct => Ok(direct),
            Way::Through(client, name) => Ok(Route { client, proxy: Some(name) }),
            Way::Broken(variable) => {
                let fault = ProxyFault::Broken(variable, ProxyUrlError);
                let advice = format!("set {variable} right, or name the host in NO_PROXY");
                let error = TransportError::new(TransportErrorKind::Proxy).because(fault);
                Err(error.advised(Help::new(advice)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::chain;

    /// Which client would be taken for `url`, by the proxy it was built for.
    fn route(setting: &ProxySetting, environment: &[(&str, &str)], url: &str) -> String {
        let routes = Routes::build_in(
            setting,
            |proxy| Ok(proxy.map_or("direct".to_owned(), |proxy| proxy.expose().to_owned())),
            |name| {
                let found = environment.iter().find(|(key, _)| *key == name);
                found.map(|(_, value)| (*value).to_owned())
            },
        );
        match routes.unwrap().to(&url.parse().unwrap()) {
            Ok(route) => route.client.clone(),
            Err(error) => chain(&error),
        }
    }

    #[test]
    fn the_environment_decides_by_scheme_and_host() {
        let environment = [
            ("HTTPS_PROXY", "http://secure:1"),
            ("all_proxy", "any:2"),
            ("NO_PROXY", ".inner.example, 10.0.0.0/8,exact.example"),
        ];
        let route = |url| route(&ProxySetting::Environment, &environment, url);
        assert_eq!(route("https://a.example/x"), "http://secure:1");
        assert_eq!(route("http://a.example/x"), "http://any:2");
        for direct in [
            "https://inner.example",
            "https://a.inner.example",
            "https://EXACT.example.",
            "https://10.9.8.7",
            "https://127.0.0.1:8080",
            "http://localhost:8080",
            "http://[::1]:8080",
        ] {
            assert_eq!(route(direct), "direct", "{direct}");
        }
        for proxied in ["https://notinner.example", "https://11.0.0.1", "https://[2001:db8::1]"] {
            assert_eq!(route(proxied), "http://secure:1", "{proxied}");
        }
    }

    #[test]
    fn a_setting_outranks_the_environment() {
        let environment = [("ALL_PROXY", "http://any:2"), ("NO_PROXY", "*")];
        let url = ProxySetting::Url("http://mine:3".parse().unwrap());
        assert_eq!(route(&url, &environment, "https://a.example"), "http://mine:3");
        assert_eq!(route(&url, &environment, "https://127.0.0.1"), "direct");
        assert_eq!(route(&ProxySetting::None, &environment, "https://a.example"), "direct");
        assert_eq!(route(&ProxySetting::Environment, &environment, "https://a.example"), "direct");
    }

    #[test]
    fn a_broken_environment_matters_only_where_it_is_needed() {
        let environment = [("HTTP_PROXY", "socks5://user:s3cret@proxy:1")];
        let route = |url| route(&ProxySetting::Environment, &environment, url);
        assert_eq!(route("http://127.0.0.1"), "direct");
        assert_eq!(route("https://a.example"), "direct");
        assert_eq!(
            route("http://a.example"),
            "failed to get through the proxy\n  HTTP_PROXY names none\n  \
             failed to use the proxy: its address must look like http://host:port"
        );
    }

    #[test]
    fn what_a_proxy_does_is_not_blamed_on_the_appliance() {
        let environment = [("HTTPS_PROXY", "http://user:s3cret@proxy.example:3128")];
        let variable = |name: &str| {
            let found = environment.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let routes = Routes::build_in(&ProxySetting::Environment, |_| Ok(()), variable).unwrap();
        let blamed = |kind, url: &str| {
            chain(&routes.to(&url.parse().unwrap()).unwrap().blame(TransportError::new(kind)))
        };
        let through = |kind| blamed(kind, "https://a.example");
        assert_eq!(
            through(TransportErrorKind::Connect),
            "failed to get through the proxy\n  the proxy http://proxy.example:3128 (from \
             HTTPS_PROXY) does not answer\n  failed to connect"
        );
        assert!(through(TransportErrorKind::Resolve).contains("has no address"));
        assert!(through(TransportErrorKind::Proxy).contains("let nothing through"));
        assert_eq!(through(TransportErrorKind::Reset), TransportErrorKind::Reset.to_string());
        let direct = blamed(TransportErrorKind::Connect, "https://127.0.0.1");
        assert_eq!(direct, TransportErrorKind::Connect.to_string());
    }

    #[test]
    fn what_to_do_about_a_proxy_follows_from_what_it_says_and_what_named_it() {
        let variable = |name: &str| {
            (name == "HTTPS_PROXY").then(|| "http://user:s3cret@proxy.example:3128".to_owned())
        };
        let mine: ProxyUrl = "proxy.example:3128".parse().unwrap();
        let mine = ProxySetting::Url(mine.named_by("DT_PROXY"));
        let refused = |setting: &ProxySetting, fault| {
            let routes = Routes::build_in(setting, |_| Ok(()), variable).unwrap();
            let route = routes.to(&"https://a.example".parse().unwrap()).unwrap();
            let error = TransportError::new(TransportErrorKind::Proxy).because(fault);
            let error = route.blame(error);
            (chain(&error), error.advice().unwrap().text.to_string())
        };
        for (status, does) in [
            (407, "check its user and password"),
            (403, "ask whoever runs it to let this machine"),
            (302, "sign in on a page"),
            (502, "does not reach the appliance"),
            (503, "does not reach the appliance"),
        ] {
            let fault = TunnelFault::Status(status);
            let (told, advice) = refused(&ProxySetting::Environment, fault);
            let end = format!(
                "the proxy http://proxy.example:3128 (from HTTPS_PROXY) let nothing through\n  it \
                 answered with HTTP {status}"
            );
            assert!(told.ends_with(&end), "{told}");
            assert!(advice.contains(does) && advice.ends_with("NO_PROXY names hosts without one"));
        }
        let (told, advice) = refused(&mine, TunnelFault::Status(407));
        assert!(told.contains("(from DT_PROXY)"), "{told}");
        assert!(advice.contains("give it a user") && !advice.contains("NO_PROXY"), "{advice}");
        assert!(refused(&mine, TunnelFault::NotHttp).1.contains("name an HTTP proxy"));
    }

    #[test]
    fn a_password_is_not_shown() {
        let proxy: ProxyUrl = "user:s3cret@proxy.example:3128".parse().unwrap();
        assert_eq!(format!("{proxy:?}"), r#"ProxyUrl("http://proxy.example:3128")"#);
        assert!("ftp://s3cret@proxy".parse::<ProxyUrl>().is_err());
        assert!("http://".parse::<ProxyUrl>().is_err());
    }
}
