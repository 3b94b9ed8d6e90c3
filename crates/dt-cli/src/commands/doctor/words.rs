//! What the doctor finds, as failures with the step to take.

use dt_auth::{DateFormat, Encoding, SigningPolicy};
use dt_transport::diagnose::{Finding as F, Step};
use dt_transport::{BaseUrl, PresentedCertificate, TlsProblem};
use jiff::Timestamp;

use crate::config::Settings;
use crate::exit;
use crate::failure::Failure;

/// Finds words, which are about this appliance and its settings.
pub(super) struct Words<'a> {
    pub(super) base: &'a BaseUrl,
    pub(super) settings: &'a Settings,
    /// Which setting says to trust anyone.
    pub(super) insecure: Option<&'a str>,
    pub(super) now: Timestamp,
}

impl Words<'_> {
    /// What a finding says, with the step to take if there is one.
    pub(super) fn of(&self, finding: F<Failure>) -> Failure {
        let finding = match finding {
            F::NoTransport(failure) => return failure,
            F::NoProxy(error) | F::NoAnswer(error) => return Failure::from_transport(&error),
            // What cannot be checked is not known to be accepted.
            F::SignatureUnknown(error) => return Failure::from(error).status(exit::ACCESS),
            F::OddAnswer(error) | F::NotAsked(_, error) | F::Unneeded(_, Some(error)) => {
                return error.into();
            }
            F::AllRefused if self.settings.has_one_token_twice() => {
                return Failure::new("refused in every form: both tokens are the same")
                    .status(exit::ACCESS)
                    .hint(
                        "set the public token and the private token as the appliance issued them",
                    );
            }
            finding => finding,
        };
        let failure = Failure::new(finding.describe(self.base, self.now));
        let failure = failure.status(match finding.step() {
            Step::Name | Step::Connect | Step::Tls => exit::NETWORK,
            Step::Answer | Step::Clock | Step::Signature | Step::Permission => exit::ACCESS,
        });
        failure.hint_if(self.next_step(&finding))
    }

    /// What to do about a finding, where there is something to do.
    fn next_step(&self, finding: &F<Failure>) -> Option<String> {
        let step = match finding {
            F::Unresolved(..) => "check the host's name, and that this machine's DNS knows it",
            F::Connected(..) => {
                "every request may wait for it: mend the way there, or use the address"
            }
            F::Unconnected(_) => {
                "check host and port, the firewalls between, and whether it takes a proxy (--proxy)"
            }
            F::Unencrypted => "use https",
            F::Untrusted { problem, certificate } => {
                return Some(untrusted(*problem, certificate.as_deref()));
            }
            F::Unverified(certificate) => {
                let pin = certificate.as_ref().map(|it| it.pin()).unwrap_or_default();
                let setting = self.insecure.unwrap_or("insecure");
                return Some(format!(
                    "if it is the right one, pin it instead of {setting}: --pin-sha256 {pin}"
                ));
            }
            F::ExpiresSoon(_) => "have the appliance's certificate renewed",
            F::Clock(_) => {
                "set this machine's clock, best by NTP; or the appliance's, if that is the wrong one"
            }
            F::NotAccepted(accepted, _) => return self.accepted_form(accepted),
            F::DatesRefused => {
                "check the appliance's clock: nothing that it says explains why it refuses both"
            }
            F::AllRefused => "compare both tokens with the appliance's; they belong together",
            F::Forbidden("/endpointdetails", _) => {
                "grant it to the token's user, or use --no-enrich: countries will be missing"
            }
            F::Forbidden(..) => "grant it to the token's user",
            F::Anonymised => {
                "grant it to the token's user: names of devices are not found without it"
            }
            F::Unneeded(..) => "only dt doctor asks it: everything else works",
            _ => return None,
        };
        Some(step.to_owned())
    }

    /// The settings for the accepted form that differs least from the one in use.
    fn accepted_form(&self, accepted: &[SigningPolicy]) -> Option<String> {
        let used = self.settings.signing();
        let differences = |policy: &&SigningPolicy| {
            usize::from(policy.encoding != used.encoding)
                + usize::from(policy.date_format != used.date_format)
        };
        let policy = accepted.iter().min_by_key(differences)?;
        let sign = match policy.encoding {
            encoding if encoding == used.encoding => None,
            Encoding::AsSent => Some("--sign as-sent, or sign in the profile"),
            _ => Some("--sign decoded, or sign in the profile"),
        };
        let date = match policy.date_format {
            format if format == used.date_format => None,
            DateFormat::Compact => Some("--date compact, or date in the profile"),
            _ => Some("--date spaced, or date in the profile"),
        };
        let settings: Vec<&str> = sign.into_iter().chain(date).collect();
        Some(format!("use {}", settings.join("; and ")))
    }
}

/// What to do about a certificate that is refused.
fn untrusted(problem: TlsProblem, certificate: Option<&PresentedCertificate>) -> String {
    let pin = certificate.map(|certificate| format!(" {}", certificate.pin())).unwrap_or_default();
    let pinning = format!("if it is the right one, pin it: --pin-sha256{pin}");
    let first = match problem {
        TlsProblem::SelfSigned => return pinning,
        TlsProblem::UnknownIssuer => "name the site's certificate authority with --ca-file",
        TlsProblem::WrongName => "use the name it is for",
        TlsProblem::Expired => "check the clock, have it renewed",
        TlsProblem::PinMismatch { .. } => {
            let pin = problem.presented_pin().unwrap_or_default();
            return format!(
                "find out why it changed: somebody may sit between. If it was renewed, pin the new \
                 one: --pin-sha256 {pin}"
            );
        }
        TlsProblem::NoRoots => "install the system's authorities (ca-certificates)",
        _ => return "check that the port is one for https".to_owned(),
    };
    format!("{first}; or {pinning}")
}
