//! What to do about an error, and what kind of failure it is.

use dt_model::{Device, Diagnostic, FailureKind, Help, RefusalKind, Topic, did_you_mean};

use super::Error;
use crate::{BaseUrlError, FindError, TlsProblem, TransportError, TransportErrorKind};

/// How many of several devices are named.
const NAMED: usize = 10;

impl Diagnostic for BaseUrlError {
    fn kind(&self) -> FailureKind {
        FailureKind::Usage
    }

    fn help(&self) -> Option<Help> {
        match self {
            Self::Unencrypted { .. } => Some(Help::new("use https").about(Topic::HttpPolicy)),
            _ => None,
        }
    }
}

impl Diagnostic for TransportError {
    fn kind(&self) -> FailureKind {
        FailureKind::Network
    }

    fn is_transient(&self) -> bool {
        self.is_retryable()
    }

    fn help(&self) -> Option<Help> {
        use TransportErrorKind as Kind;

        if let Some(advice) = self.advice() {
            return Some(advice.clone());
        }
        let (text, topic) = match self.kind() {
            Kind::Tls(problem) => return problem.help(),
            Kind::Proxy => {
                return Some(Help::new("check the proxy, and its user and password"));
            }
            Kind::Resolve => ("check the host of the URL", Topic::Url),
            Kind::Connect => ("check host and port of the URL, and the way to them", Topic::Way),
            Kind::Timeout | Kind::ConnectTimeout => {
                ("try again, or give it longer", Topic::Timeout)
            }
            _ => return None,
        };
        Some(Help::new(text).about(topic))
    }
}

impl TlsProblem {
    /// What to do about it, where there is something to do.
    #[must_use]
    pub fn help(self) -> Option<Help> {
        let (text, topic) = match self {
            Self::SelfSigned => {
                ("pin the certificate, once you know it is the right one", Topic::Pin)
            }
            Self::UnknownIssuer => {
                ("name the site's certificate authority", Topic::CertificateAuthority)
            }
            Self::WrongName => ("use the name that is in the certificate, or pin it", Topic::Pin),
            Self::Expired => {
                ("check this clock, and have the certificate renewed, or pin it", Topic::Pin)
            }
            Self::PinMismatch { .. } => (
                "find out why it changed; pin the new one once you know it is the right one",
                Topic::Pin,
            ),
            Self::OldCertificate => {
                let text = "have it renewed, as version 3 and with the names it is used by";
                return Some(Help::new(text));
            }
            Self::NoTls => ("use the port for https; plain http has an http:// URL", Topic::Url),
            Self::OldVersion => {
                return Some(Help::new("have TLS 1.2 or 1.3 switched on at the other end"));
            }
            Self::WantsCertificate => {
                let text = "ask whoever runs the gateway to let this machine in without one, or set the \
                            URL to the appliance's own address";
                (text, Topic::Url)
            }
            Self::NoRoots | Self::Other => return None,
        };
        Some(Help::new(text).about(topic))
    }
}

impl Diagnostic for Error {
    fn kind(&self) -> FailureKind {
        self.refusal_kind().into()
    }

    fn is_transient(&self) -> bool {
        self.is_retryable() || self.is_network()
    }

    fn refusal(&self) -> Option<(RefusalKind, &str)> {
        Some((self.refusal_kind(), self.host()))
    }

    fn help(&self) -> Option<Help> {
        use TransportErrorKind as Kind;

        if let Some(url) = self.https_instead() {
            return Some(Help::new(format!("use https: set the URL to {url}")));
        }
        if self.wants_log_in() {
            let text = "ask whoever runs the gateway to let this machine through without a log-in, or set \
                        the URL to the appliance's own address";
            return Some(Help::new(text).about(Topic::Url));
        }
        if let Some(path) = self.base_path().filter(|_| self.is_auth() || self.is_html()) {
            return Some(Help::new(format!(
                "leave the path {path} out of the URL, unless the appliance is behind it; then check \
                 both tokens"
            )));
        }
        if let Some(help) = self.transport_error().and_then(Diagnostic::help) {
            return Some(help);
        }
        let is_unheard = matches!(self.transport_kind(), Some(Kind::Reset | Kind::Protocol));
        if is_unheard && self.0.context.is_plain_http {
            return Some(
                Help::new("use an https:// URL, if the port is one for https").about(Topic::Url),
            );
        }
        if self.is_html() && self.status().is_some_and(|status| !status.is_success()) {
            let text = "check host, port and path of the URL: something else answers there";
            return Some(Help::new(text).about(Topic::Url));
        }
        if self.is_refused_by_page() {
            return Some(Help::new(
                "ask whoever runs the firewall or the proxy to let this machine through; if there is \
                 none, check both tokens, and what the token's user may do",
            ));
        }
        if self.clock_offset().is_some() && !self.clocks_differ() {
            return Some(Help::new("choose the other form of dates").about(Topic::DateForm));
        }
        self.refusal_kind().help()
    }
}

impl Diagnostic for FindError {
    fn underlying(&self) -> Option<&dyn Diagnostic> {
        match self {
            Self::Asked(error) => Some(&**error),
            _ => None,
        }
    }

    fn device(&self) -> Option<&str> {
        match self {
            Self::Unknown { name, .. } | Self::Ambiguous { name, .. } => Some(name),
            Self::NoneSelected { .. } | Self::Asked(_) => None,
        }
    }

    fn details(&self) -> Vec<String> {
        match self {
            Self::Ambiguous { devices, .. } => vec![first_devices(devices)],
            _ => Vec::new(),
        }
    }

    fn help(&self) -> Option<Help> {
        match self {
            Self::Asked(error) => error.help(),
            Self::Ambiguous { .. } => Some(Help::new("name one by its id")),
            Self::Unknown { near, .. } => did_you_mean(near).or_else(|| {
                Some(Help::new("* stands for anything in a name").about(Topic::Devices))
            }),
            Self::NoneSelected { near } => {
                let tags = near.tags.iter().map(|tag| format!("tag {tag:?}"));
                let types = near.types.iter().map(|kind| format!("type {kind:?}"));
                let near: Vec<String> = tags.chain(types).collect();
                Some(if near.is_empty() {
                    Help::new("choose tags and types that the appliance has").about(Topic::Devices)
                } else {
                    Help::new(format!("try {}", near.join(" or ")))
                })
            }
        }
    }
}

/// Some devices, and how many there are besides.
fn first_devices(devices: &[Device]) -> String {
    let named: Vec<String> = devices.iter().take(NAMED).map(in_words).collect();
    match devices.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{}, and {more} more", named.join(", ")),
    }
}

/// A device as it is told from others of its name.
fn in_words(device: &Device) -> String {
    let did = device.did.map_or_else(|| "no id".to_owned(), |did| format!("did {did}"));
    let last_seen = device.last_seen.map(|time| format!("last seen {}", time.strftime("%Y-%m-%d")));
    let known = [device.hostname.clone(), device.ip.clone(), last_seen];
    let known: Vec<String> = known.into_iter().flatten().collect();
    if known.is_empty() { did } else { format!("{did} ({})", known.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(error: &dyn Diagnostic) -> Option<(String, Option<Topic>)> {
        error.help().map(|help| (help.text.into_owned(), help.topic))
    }

    #[test]
    fn what_is_below_http_is_of_the_network_and_has_its_own_help() {
        for (kind, text, topic) in [
            (TransportErrorKind::Resolve, "check the host", Topic::Url),
            (TransportErrorKind::Timeout, "give it longer", Topic::Timeout),
            (
                TransportErrorKind::Tls(TlsProblem::UnknownIssuer),
                "certificate authority",
                Topic::CertificateAuthority,
            ),
        ] {
            let error = TransportError::new(kind);
            let (told, about) = told(&error).unwrap();
            assert!(told.contains(text), "{told}");
            assert_eq!((Diagnostic::kind(&error), about), (FailureKind::Network, Some(topic)));
        }
        assert_eq!(told(&TransportError::new(TransportErrorKind::Other)), None);
    }

    #[test]
    fn a_name_that_is_nobodys_is_told_with_what_is_near() {
        let unknown = |near: &[&str]| FindError::Unknown {
            name: "ws-1".to_owned(),
            near: near.iter().map(ToString::to_string).collect(),
        };
        let error = unknown(&["ws-01", "ws-11"]);
        assert_eq!(error.device(), Some("ws-1"));
        let (text, topic) = told(&error).unwrap();
        assert_eq!((&*text, topic), (r#"did you mean "ws-01" or "ws-11"?"#, None));
        assert_eq!(told(&unknown(&[])).unwrap().1, Some(Topic::Devices));
    }

    #[test]
    fn of_many_devices_of_a_name_some_are_named() {
        let devices = (1..=12).map(|did| Device::with_id(dt_model::DeviceId::new(did))).collect();
        let error = FindError::Ambiguous { name: "ws".to_owned(), devices };
        let details = error.details();
        assert!(details[0].starts_with("did 1, did 2, "), "{details:?}");
        assert!(details[0].ends_with("did 10, and 2 more"), "{details:?}");
    }
}
