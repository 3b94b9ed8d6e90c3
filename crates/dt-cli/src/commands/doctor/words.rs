//! What the doctor finds, in words, and what to do about it.

use std::io;
use std::net::IpAddr;

use dt_auth::{DateFormat, Encoding, SigningPolicy};
use dt_transport::diagnose::{Finding as F, NoAddress, Said, Skip, Step, Unconnected};
use dt_transport::{BaseUrl, PresentedCertificate, TlsProblem};
use jiff::{SignedDuration, Timestamp};

use crate::config::Settings;
use crate::exit;
use crate::failure::Failure;

/// What goes unnoticed of a clock: a date has whole seconds, and the answer was under way for a while.
const UNCERTAIN: SignedDuration = SignedDuration::from_secs(2);

/// Finds words, which are about this appliance and its settings.
pub(super) struct Words<'a> {
    pub(super) base: &'a BaseUrl,
    /// Where the tokens come from, if they are configured.
    pub(super) settings: Option<&'a Settings>,
    /// Which setting says to trust anyone.
    pub(super) insecure: Option<&'a str>,
    pub(super) signing: SigningPolicy,
    pub(super) now: Timestamp,
}

type Certificate = Option<Box<PresentedCertificate>>;

impl Words<'_> {
    /// What a finding says, with the step to take if there is one.
    pub(super) fn of(&self, finding: F<Failure>) -> Failure {
        match finding {
            F::Skipped(step, why) => Failure::new(skipped(step, why)),
            F::IsAddress(address) => Failure::new(format!("{address} is an address already")),
            F::Resolved(host, addresses) => {
                let list = joined(addresses.iter().map(IpAddr::to_string));
                Failure::new(format!("{host} -> {list}"))
            }
            F::Unresolved(host, why) => network(format!("{host} has no address"))
                .because_of(match why {
                    NoAddress::Failed(error) => error.to_string(),
                    NoAddress::Timeout(limit) => {
                        format!("the resolver did not answer in {} s", limit.as_secs())
                    }
                    _ => "the resolver found none".to_owned(),
                })
                .hint("check the host's name, and that this machine's DNS knows it"),
            F::NoProxy(error) | F::NoAnswer(error) => Failure::from_transport(&error),
            F::Connected(address, failed) if failed.is_empty() => {
                Failure::new(format!("{address} answers"))
            }
            F::Connected(address, failed) => {
                Failure::new(format!("{address} answers, but {}", unconnected(&failed)))
                    .hint("every request may wait for it: mend the way there, or use the address")
            }
            F::Unconnected(failed) => network(unconnected(&failed)).hint(
                "check host and port, the firewalls between, and whether it takes a proxy (--proxy)",
            ),
            F::NoTransport(failure) => failure,
            F::PlainHttp => {
                Failure::new("plain http: anyone on the path can read every answer")
                    .hint("use https")
            }
            F::Untrusted { problem, certificate } => {
                let (why, fix) = self.explain(problem, pin(&certificate).as_deref());
                network(format!("{why}; {}", self.describe(&certificate))).hint(fix)
            }
            F::Unverified(certificate) => {
                let setting = self.insecure.unwrap_or("insecure");
                let said = self.describe(&certificate);
                let pin = pin(&certificate).unwrap_or_default();
                Failure::new(format!("not verified ({setting}); {said}"))
                    .hint(format!("if it is the right one, pin it instead: --pin-sha256 {pin}"))
            }
            F::ExpiresSoon(certificate) => Failure::new(self.describe(&certificate))
                .hint("have the appliance's certificate renewed"),
            F::Trusted(certificate) => Failure::new(self.describe(&certificate)),
            F::Answered(None) => Failure::new("an appliance's, to an unsigned request"),
            F::Answered(Some(status)) => {
                Failure::new(format!("HTTP {}, to an unsigned request", status.as_u16()))
            }
            F::OddAnswer(error)
            | F::SignatureUnknown(error)
            | F::NotAsked(_, error)
            | F::Unneeded(_, Some(error)) => error.into(),
            F::Clock(offset) => clock(offset),
            F::Accepted(_, refused) if refused.is_empty() => {
                Failure::new("accepted: query decoded and as sent, date spaced and compact")
            }
            F::Accepted(accepted, refused) => {
                let (accepted, refused) = (policies(&accepted), policies(&refused));
                Failure::new(format!("accepted {accepted}; refused {refused}, which is not used"))
            }
            F::NotAccepted(accepted, refused) => self.not_accepted(&accepted, &refused),
            F::AllRefused => self.all_refused(),
            F::Allowed(path, said) => {
                let said = match said {
                    Some(Said::Version(version)) => format!(", version {version}"),
                    Some(Said::Devices(total)) => format!(", {total} devices"),
                    Some(Said::Dialect(dialect)) => format!(", {dialect} dialect"),
                    _ => String::new(),
                };
                Failure::new(format!("{path}: allowed{said}"))
            }
            F::Forbidden(path, permission) => forbidden(path, permission),
            F::Unneeded(path, None) => {
                Failure::new(format!("{path}: probably \"Status\" is missing"))
                    .hint("only dt doctor asks it: everything else works")
            }
            _ => Failure::new("something else was found"),
        }
    }

    fn describe(&self, certificate: &Certificate) -> String {
        let Some(certificate) = certificate else {
            return "a certificate that could not be read".to_owned();
        };
        let issuer = match (&certificate.issuer, certificate.is_self_signed) {
            (Some(issuer), true) => format!("self-signed by {issuer:?}"),
            (Some(issuer), false) => format!("issued by {issuer:?}"),
            (None, _) => "issued by nobody that can be read".to_owned(),
        };
        let left = certificate.not_after.map(|end| end.duration_since(self.now).as_secs());
        let left = match left.map(|seconds| seconds.div_euclid(24 * 60 * 60)) {
            Some(days) if days < 0 => format!(", expired {} days ago", -days),
            Some(1) => ", 1 day left".to_owned(),
            Some(days) => format!(", {days} days left"),
            None => String::new(),
        };
        format!("{issuer}{left}, SHA-256 {}", hex(&certificate.sha256))
    }

    /// What is wrong with a certificate, and what to do about it.
    fn explain(&self, problem: TlsProblem, pin: Option<&str>) -> (String, String) {
        let pin =
            pin.map_or_else(|| "--pin-sha256".to_owned(), |pin| format!("--pin-sha256 {pin}"));
        let pinning = format!("if it is the right one, pin it: {pin}");
        let (why, fix) = match problem {
            TlsProblem::SelfSigned => ("self-signed", pinning),
            TlsProblem::UnknownIssuer => (
                "issued by an authority that is not trusted here",
                format!("name the site's certificate authority with --ca-file; or {pinning}"),
            ),
            TlsProblem::WrongName => {
                let why = format!("it is not for the name {}", self.base.host());
                return (why, format!("use the name it is for; or {pinning}"));
            }
            TlsProblem::Expired => (
                "it is out of date, or this machine's clock is",
                format!("check the clock, have it renewed; or {pinning}"),
            ),
            TlsProblem::PinMismatch { presented } => (
                "it is another one than the pinned one",
                format!(
                    "find out why it changed: somebody may sit between. If it was renewed, pin the \
                     new one: --pin-sha256 {}",
                    hex(&presented)
                ),
            ),
            TlsProblem::NoRoots => (
                "this system trusts no certificate authority at all",
                format!("install the system's authorities (ca-certificates); or {pinning}"),
            ),
            _ => ("the TLS handshake failed", "check that the port is one for https".to_owned()),
        };
        (why.to_owned(), fix)
    }

    fn not_accepted(&self, accepted: &[SigningPolicy], refused: &[SigningPolicy]) -> Failure {
        let failure =
            access(format!("accepted {}; refused {}", policies(accepted), policies(refused)));
        let mut encodings = accepted.iter().map(|policy| policy.encoding);
        match encodings.find(|encoding| *encoding != self.signing.encoding) {
            Some(Encoding::AsSent) => failure.hint("use --sign as-sent, or sign in the profile"),
            Some(_) => failure.hint("use --sign decoded, or sign in the profile"),
            None => failure,
        }
    }

    fn all_refused(&self) -> Failure {
        if self.settings.is_some_and(Settings::has_one_token_twice) {
            return access("refused in every form: both tokens are the same")
                .hint("set the public token and the private token as the appliance issued them");
        }
        access("refused in every form: probably a token is wrong, or the two are swapped")
            .hint("compare both tokens with the appliance's; they belong together")
    }
}

fn skipped(step: Step, why: Skip) -> String {
    let why = match (step, why) {
        (_, Skip::NoDevice(path)) => return format!("{path}: no device is known to ask about"),
        (Step::Tls, Skip::NoAnswer) => "no answer to check it by",
        (_, Skip::NoSettings) => "the settings cannot be used",
        (_, Skip::Proxy) => "left to the proxy",
        (_, Skip::NoAddress) => "there is no address to connect to",
        (_, Skip::Unreached) => "nothing was reached",
        (_, Skip::NoTransport) => "nothing can be sent",
        (_, Skip::Loopback) => "plain http, which stays on this machine",
        (_, Skip::Untrusted) => "the other end is not trusted, so nothing is sent",
        (_, Skip::NoDate) => "the answer has no date",
        (_, Skip::NoCredentials) => "it takes both tokens",
        (_, Skip::DateRefused) => "the date is refused, so no signature counts",
        (_, Skip::NoSignature) => "no signature was accepted",
        _ => "no answer came",
    };
    why.to_owned()
}

fn unconnected(failed: &Unconnected) -> String {
    joined(failed.iter().map(|(address, error)| match error.kind() {
        io::ErrorKind::ConnectionRefused => format!("{address} refuses"),
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => format!("{address} does not answer"),
        _ => format!("{address} cannot be reached ({error})"),
    }))
}

fn clock(offset: SignedDuration) -> Failure {
    let apart = offset.abs();
    if apart <= UNCERTAIN {
        return Failure::new("in sync with the appliance");
    }
    let side =
        if offset.is_negative() { "behind the appliance's" } else { "ahead of the appliance's" };
    access(format!("{} {side} (it allows 30 min)", told(apart)))
        .hint("set this machine's clock, best by NTP; or the appliance's, if that is the wrong one")
}

/// A time as people say it.
fn told(time: SignedDuration) -> String {
    let seconds = time.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, 0) => format!("{minutes} min"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, 0, _) => format!("{hours} h"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

fn policies(policies: &[SigningPolicy]) -> String {
    joined(policies.iter().map(|policy| {
        let encoding = if policy.encoding == Encoding::AsSent { "as sent" } else { "decoded" };
        let date = if policy.date_format == DateFormat::Compact { "compact" } else { "spaced" };
        format!("{encoding} with a {date} date")
    }))
}

fn forbidden(path: &str, permission: &str) -> Failure {
    let grant = "grant it to the token's user";
    access(format!("{path}: probably {permission:?} is missing")).hint(match path {
        "/endpointdetails" => format!("{grant}, or use --no-enrich: countries will be missing"),
        _ => grant.to_owned(),
    })
}

fn access(text: impl Into<String>) -> Failure {
    Failure::new(text).status(exit::ACCESS)
}

fn network(text: impl Into<String>) -> Failure {
    Failure::new(text).status(exit::NETWORK)
}

fn pin(certificate: &Certificate) -> Option<String> {
    certificate.as_ref().map(|certificate| hex(&certificate.sha256))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

fn joined(texts: impl Iterator<Item = String>) -> String {
    texts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_told_as_people_say_them() {
        for (seconds, text) in [
            (3, "3 s"),
            (60, "1 min"),
            (250, "4 min 10 s"),
            (3600, "1 h"),
            (3 * 3600 + 7 * 60 + 5, "3 h 7 min"),
        ] {
            assert_eq!(told(SignedDuration::from_secs(seconds)), text);
        }
    }
}
