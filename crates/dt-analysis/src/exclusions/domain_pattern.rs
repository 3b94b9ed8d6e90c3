//! Domains as an entry names them: one, or all below one.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// A host name, or with `*.` before it all names below it.
///
/// Whole labels are compared, in any case and in either form of an international name. An address
/// stands for itself.
///
/// ```
/// use dt_analysis::exclusions::DomainPattern;
///
/// let below: DomainPattern = "*.Example.com".parse()?;
/// assert!(below.holds("a.b.example.com."));
/// assert!(!below.holds("badexample.com") && !below.holds("example.com"));
/// assert!("*.com".parse::<DomainPattern>().is_err());
/// # Ok::<(), dt_analysis::exclusions::InvalidDomain>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainPattern {
    /// In its ASCII form, lower case, without a dot at its end.
    name: String,
    reach: Reach,
}

/// Which names a pattern stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Itself,
    Below,
}

/// Why a text is no pattern of domains.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidDomain {
    /// It is no name of a host.
    NoName(String),
    /// Its `*` is not the first label, and all of it.
    Wildcard(String),
    /// Names of everybody are below it.
    PublicSuffix(String),
}

impl FromStr for DomainPattern {
    type Err = InvalidDomain;

    fn from_str(text: &str) -> Result<Self, InvalidDomain> {
        let (reach, name) = match text.strip_prefix("*.") {
            Some(name) => (Reach::Below, name),
            None => (Reach::Itself, text),
        };
        if name.contains('*') {
            return Err(InvalidDomain::Wildcard(text.to_owned()));
        }
        let name = canonical(name).into_owned();
        if !is_host_name(&name) {
            return Err(InvalidDomain::NoName(text.to_owned()));
        }
        let is_address = name.parse::<IpAddr>().is_ok();
        let has_number = name.rsplit('.').next().is_some_and(|it| it.parse::<u32>().is_ok());
        if reach == Reach::Below && has_number {
            return Err(InvalidDomain::NoName(text.to_owned()));
        }
        if !is_address && is_everybodys(&name, reach) {
            return Err(InvalidDomain::PublicSuffix(text.to_owned()));
        }
        Ok(Self { name, reach })
    }
}

impl DomainPattern {
    /// Whether it stands for a host.
    #[must_use]
    pub fn holds(&self, host: &str) -> bool {
        let host = canonical(host);
        match self.reach {
            Reach::Itself => *host == self.name,
            Reach::Below => host
                .strip_suffix(&self.name)
                .and_then(|front| front.strip_suffix('.'))
                .is_some_and(|front| !front.is_empty()),
        }
    }
}

/// A name as names are compared. One that has no ASCII form is compared as it is.
fn canonical(name: &str) -> Cow<'_, str> {
    let name = name.strip_suffix('.').unwrap_or(name);
    if name.is_ascii() {
        return name.to_ascii_lowercase().into();
    }
    idna::domain_to_ascii(name).map_or(Cow::Borrowed(name), Cow::Owned)
}

fn is_host_name(name: &str) -> bool {
    let is_of_label = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(is_of_label);
    name.parse::<IpAddr>().is_ok() || name.split('.').all(is_label)
}

/// Whether a name is a public suffix. A suffix that a company lets others use, such as a storage
/// service's, is a host as well: only what is below it is everybody's.
fn is_everybodys(name: &str, reach: Reach) -> bool {
    let Some(suffix) = psl::suffix(name.as_bytes()) else { return true };
    let is_suffix = suffix.as_bytes() == name.as_bytes();
    let is_registry = suffix.typ() != Some(psl::Type::Private);
    is_suffix && (reach == Reach::Below || is_registry)
}

impl fmt::Display for DomainPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wildcard = if self.reach == Reach::Below { "*." } else { "" };
        write!(f, "{wildcard}{}", self.name)
    }
}

impl fmt::Display for InvalidDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoName(text) => write!(f, "{text:?} is no domain"),
            Self::Wildcard(text) => {
                write!(
                    f,
                    "{text:?} is no domain: a * stands for the labels before one, as in *.files.example.com"
                )
            }
            Self::PublicSuffix(text) => {
                write!(f, "{text:?} is a public suffix, below which everybody can have a name")
            }
        }
    }
}

impl std::error::Error for InvalidDomain {}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> DomainPattern {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_everybodys_is_refused() {
        for text in [
            "*.com",
            "com",
            "*.co.uk",
            "co.uk",
            "*.github.io",
            "*.lan",
            "*.公司.cn",
            "*.xn--55qx5d.cn",
        ] {
            let refused = text.parse::<DomainPattern>();
            assert_eq!(refused, Err(InvalidDomain::PublicSuffix(text.to_owned())));
        }
        // A storage service's own name is a host that much may be sent to.
        assert!(pattern("s3.amazonaws.com").holds("s3.amazonaws.com"));
        assert!(pattern("*.bucket.s3.amazonaws.com").holds("a.bucket.s3.amazonaws.com"));
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in
            ["", "*", "**", "*.", "*.*", "*.*.example.com", "a.*.example.com", "x*.example.com"]
        {
            assert!(text.parse::<DomainPattern>().is_err(), "{text:?}");
        }
        for text in
            ["a b.example.com", "https://example.com", "a..example.com", ".example.com", "*.2.7"]
        {
            assert!(text.parse::<DomainPattern>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn international_names_are_one_in_both_forms() {
        for text in ["*.bücher.example.com", "*.BÜCHER.example.com", "*.xn--bcher-kva.example.com"]
        {
            for host in ["www.bücher.example.com", "www.xn--bcher-kva.example.com"] {
                assert!(pattern(text).holds(host), "{text} {host}");
            }
        }
        assert_eq!(pattern("*.bücher.example.com").to_string(), "*.xn--bcher-kva.example.com");
    }

    #[test]
    fn an_address_stands_for_itself() {
        assert!(pattern("192.0.2.7").holds("192.0.2.7"));
        assert!(!pattern("192.0.2.7").holds("192.0.2.71"));
        assert!(pattern("2001:DB8::1").holds("2001:db8::1"));
    }

    #[test]
    fn nothing_that_a_host_chooses_is_a_pattern() {
        assert!(!pattern("*.example.com").holds(".example.com"));
        assert!(!pattern("a.example.com").holds("*.example.com"));
        assert!(!pattern("*.example.com").holds("example.com"));
        assert!(!pattern("*.example.com").holds("a.example.com.evil.test"));
    }
}
