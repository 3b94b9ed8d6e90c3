//! What to do about what was found.

use dt_model::{Diagnostic, FailureKind, Help, Topic};

use super::finding::{Finding, Step};
use crate::{PresentedCertificate, TlsProblem};

impl<B> Finding<B> {
    /// What kind of failure it is, if it is one; why a transport cannot be built says that itself.
    #[must_use]
    pub fn failure(&self) -> FailureKind {
        match self {
            Self::OddAnswer(error) | Self::NotAsked(_, error) => error.kind(),
            finding => match finding.step() {
                Step::Name | Step::Connect | Step::Tls => FailureKind::Network,
                Step::Answer if matches!(self, Self::NoAnswer(_)) => FailureKind::Network,
                // What cannot be checked is not known to be accepted.
                Step::Answer | Step::Clock | Step::Signature | Step::Permission => {
                    FailureKind::Access
                }
            },
        }
    }

    /// What to do about it, where there is something to do that does not depend on the settings in use.
    #[must_use]
    pub fn help(&self) -> Option<Help> {
        let text = match self {
            Self::NoProxy(error) | Self::NoAnswer(error) => return error.help(),
            Self::DoneWithout(_, error) if error.is_permission() => {
                let text = "grant it to the token's user, or do not ask what the appliance itself \
                            says: reports are made without it";
                return Some(Help::new(text).about(Topic::ExternalHosts));
            }
            Self::DoneWithout(_, error) if error.is_no_endpoint() || error.is_not_found() => {
                let text = "reports are made without it; it need not be asked";
                return Some(Help::new(text).about(Topic::ExternalHosts));
            }
            Self::SignatureUnknown(error)
            | Self::OddAnswer(error)
            | Self::NotAsked(_, error)
            | Self::Unneeded(_, Some(error))
            | Self::DoneWithout(_, error) => return error.help(),
            Self::SignatureUnread(_) => {
                let text = "check the URL: what answers there is probably no appliance";
                return Some(Help::new(text).about(Topic::Url));
            }
            Self::Untrusted { problem, certificate } => {
                return Some(untrusted(*problem, certificate.as_deref()));
            }
            Self::Forbidden("/endpointdetails", _) => {
                let text = "grant it to the token's user, or do not ask about external hosts: \
                            countries will be missing";
                return Some(Help::new(text).about(Topic::ExternalHosts));
            }
            Self::Unresolved(..) => "check the host's name, and that this machine's DNS knows it",
            Self::Connected(..) => {
                "every request may wait for it: mend the way there, or use the address"
            }
            Self::Unconnected(_) => {
                let text =
                    "check host and port, the firewalls between, and whether it takes a proxy";
                return Some(Help::new(text).about(Topic::Proxy));
            }
            Self::Unencrypted => "use https",
            Self::ExpiresSoon(_) => "have the appliance's certificate renewed",
            Self::Clock(_) => {
                "set this machine's clock, best by NTP; or the appliance's, if that is the wrong one"
            }
            Self::DatesRefused => {
                "check the appliance's clock: nothing that it says explains why it refuses both"
            }
            Self::AllRefused => "compare both tokens with the appliance's; they belong together",
            Self::Forbidden(..) => "grant it to the token's user",
            Self::Anonymised => {
                "grant it to the token's user: names of devices are not found without it"
            }
            Self::Unneeded(..) => "only an examination asks it: everything else works",
            _ => return None,
        };
        Some(Help::new(text))
    }
}

/// What to do about a certificate that is refused.
fn untrusted(problem: TlsProblem, certificate: Option<&PresentedCertificate>) -> Help {
    let presented = problem.presented_pin().or_else(|| certificate.map(PresentedCertificate::pin));
    let pin = presented.map_or_else(String::new, |pin| format!(" by its SHA-256, {pin}"));
    let pinning = format!("if it is the right one, pin it{pin}");
    let first = match problem {
        TlsProblem::SelfSigned => return Help::new(pinning).about(Topic::Pin),
        TlsProblem::UnknownIssuer => "name the site's certificate authority",
        TlsProblem::WrongName => "use the name it is for",
        TlsProblem::Expired => "check the clock, have it renewed",
        TlsProblem::PinMismatch { .. } => "find out why it changed: somebody may sit between",
        TlsProblem::NoRoots => "install the system's authorities (ca-certificates)",
        TlsProblem::OldCertificate
        | TlsProblem::OldVersion
        | TlsProblem::NoTls
        | TlsProblem::WantsCertificate => {
            return problem.help().unwrap_or_else(|| Help::new("check the other end"));
        }
        TlsProblem::Other => return Help::new("check that the port is one for https"),
    };
    Help::new(format!("{first}; or, {pinning}")).about(Topic::Pin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    #[test]
    fn a_certificate_that_changed_is_told_with_its_pin() {
        let problem = TlsProblem::PinMismatch { presented: [0xab; 32] };
        let finding: Finding<Error> = Finding::Untrusted { problem, certificate: None };
        let help = finding.help().unwrap();
        assert!(help.text.contains(&"ab".repeat(32)), "{}", help.text);
        assert_eq!(help.topic, Some(Topic::Pin));
        assert_eq!(finding.failure(), FailureKind::Network);
    }

    #[test]
    fn what_works_needs_no_help() {
        let finding: Finding<Error> = Finding::Trusted(None);
        assert_eq!(finding.help(), None);
        let refused: Finding<Error> = Finding::AllRefused;
        assert_eq!(refused.failure(), FailureKind::Access);
        assert!(refused.help().is_some());
    }
}
