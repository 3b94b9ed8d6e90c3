//! By which way an appliance is reached.

use http::Uri;

use super::options::HttpOptions;
use super::proxy::{ProxyUrl, Routes};
use crate::{BaseUrl, TransportError, TransportErrorKind};

/// The proxy through which a backend with these options would ask this appliance; `None` if it
/// would connect directly.
///
/// # Errors
///
/// [`TransportErrorKind::Proxy`] if the environment names a proxy for it that cannot be used.
///
/// ```
/// use dt_transport::{HttpOptions, ProxySetting, proxy_for};
///
/// let options = HttpOptions::new().proxy(ProxySetting::Url("proxy.example:3128".parse()?));
/// assert!(proxy_for(&"https://appliance.example".parse()?, &options)?.is_some());
/// assert!(proxy_for(&"http://127.0.0.1:8080".parse()?, &options)?.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn proxy_for(
    base: &BaseUrl,
    options: &HttpOptions,
) -> Result<Option<ProxyUrl>, TransportError> {
    let other = |error| TransportError::new(TransportErrorKind::Other).because(error);
    let routes = Routes::build(&options.proxy, |proxy| Ok(proxy.cloned()))
        .map_err(|error| other(Box::<dyn std::error::Error + Send + Sync>::from(error)))?;
    let uri = Uri::try_from(format!("{base}/")).map_err(|error| other(error.into()))?;
    Ok(routes.to(&uri)?.client.clone())
}
