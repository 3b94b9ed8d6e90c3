//! Findings in words: what was found, and nothing of what to do about it, which depends on the program.

use std::error::Error as StdError;
use std::fmt::Display;
use std::io;
use std::net::IpAddr;

use dt_auth::{DateFormat, Encoding, SigningPolicy};
use jiff::{SignedDuration, Timestamp};

use super::finding::{Finding, NoAddress, Said, Skip, Step, Unconnected};
use crate::{BaseUrl, PresentedCertificate, TlsProblem};

/// What goes unnoticed of a clock: a date has whole seconds, and the answer was under way for a while.
const UNCERTAIN: SignedDuration = SignedDuration::from_secs(2);

impl<B: Display> Finding<B> {
    /// What was found, in words. `base` is what was examined, and `now` when: certificates are valid for
    /// some days from then on.
    ///
    /// ```
    /// use dt_transport::diagnose::{Finding, Step, Skip};
    ///
    /// let base = "https://appliance.example".parse()?;
    /// let now = dt_model::jiff::Timestamp::UNIX_EPOCH;
    /// let finding: Finding<String> = Finding::Skipped(Step::Connect, Skip::Proxy);
    /// assert_eq!(finding.describe(&base, now), "left to the proxy");
    /// # Ok::<(), dt_transport::BaseUrlError>(())
    /// ```
    #[must_use]
    pub fn describe(&self, base: &BaseUrl, now: Timestamp) -> String {
        let certificate = |presented: &Option<Box<PresentedCertificate>>| match presented {
            Some(presented) => presented.describe(now),
            None => "a certificate that could not be read".to_owned(),
        };
        match self {
            Self::Skipped(step, why) => skipped(*step, *why),
            Self::IsAddress(address) => format!("{address} is an address already"),
            Self::Resolved(host, addresses) => {
                format!("{host} -> {}", joined(addresses.iter().map(IpAddr::to_string)))
            }
            Self::Unresolved(host, why) => format!("{host} has no address: {}", no_address(why)),
            Self::NoProxy(error) | Self::NoAnswer(error) => with_sources(error),
            Self::Connected(address, failed) if failed.is_empty() => format!("{address} answers"),
            Self::Connected(address, failed) => {
                format!("{address} answers, but {}", unconnected(failed))
            }
            Self::Unconnected(failed) => unconnected(failed),
            Self::NoTransport(error) => error.to_string(),
            Self::Unencrypted => "plain http: anyone on the path can read every answer".to_owned(),
            Self::Untrusted { problem, certificate: None } => untrusted(*problem, base),
            Self::Untrusted { problem, certificate: presented } => {
                format!("{}; {}", untrusted(*problem, base), certificate(presented))
            }
            Self::Unverified(presented) => format!("not verified; {}", certificate(presented)),
            Self::ExpiresSoon(presented) | Self::Trusted(presented) => certificate(presented),
            Self::Answered(None) => "an appliance's, to an unsigned request".to_owned(),
            Self::Answered(Some(status)) => {
                format!("HTTP {}, to an unsigned request", status.as_u16())
            }
            Self::SignatureUnknown(error) => {
                format!("could not be checked: {}", with_sources(error))
            }
            Self::SignatureUnread(error) => {
                let status = error.status().map_or(0, |status| status.as_u16());
                format!("could not be checked: without one it answers the same (HTTP {status})")
            }
            Self::OddAnswer(error) | Self::NotAsked(_, error) | Self::Unneeded(_, Some(error)) => {
                with_sources(error)
            }
            Self::Clock(offset) => clock(*offset),
            Self::Accepted(_, refused) if refused.is_empty() => {
                "accepted: query decoded and as sent, date spaced and compact".to_owned()
            }
            Self::Accepted(accepted, refused) => format!(
                "accepted {}; refused {}, which is not used",
                policies(accepted),
                policies(refused)
            ),
            Self::NotAccepted(accepted, refused) => {
                format!("accepted {}; refused {}", policies(accepted), policies(refused))
            }
            Self::DatesRefused => "the date is refused, spaced and compact".to_owned(),
            Self::AllRefused => {
                "refused in every form: probably a token is wrong, or the two are swapped"
                    .to_owned()
            }
            Self::Allowed(path, said) => match said {
                Some(Said::Version(version)) => format!("{path}: allowed, version {version}"),
                Some(Said::Devices(total)) => format!("{path}: allowed, {total} devices"),
                Some(Said::Dialect(dialect)) => format!("{path}: allowed, {dialect} dialect"),
                None => format!("{path}: allowed"),
            },
            Self::Forbidden(path, permission) => {
                format!("{path}: probably {permission:?} is missing")
            }
            Self::DoneWithout(path, error) if error.is_permission() => match error.permission() {
                Some(permission) => format!("{path}: probably {permission:?} is missing"),
                None => format!("{path}: not allowed to the token's user"),
            },
            Self::DoneWithout(path, error) if error.is_no_endpoint() || error.is_not_found() => {
                format!("{path}: this appliance does not have it")
            }
            Self::DoneWithout(path, error) => format!("{path}: {}", with_sources(error)),
            Self::Anonymised => "names and addresses of devices are anonymised: probably \
                                 \"Unrestricted Devices\" is missing"
                .to_owned(),
            Self::Unneeded(path, None) => format!("{path}: probably \"Status\" is missing"),
        }
    }
}

impl PresentedCertificate {
    /// Who vouches for it, for how many days from `now` it is valid, and its SHA-256.
    #[must_use]
    pub fn describe(&self, now: Timestamp) -> String {
        let issuer = match (&self.issuer, self.is_self_signed) {
            (Some(issuer), true) => format!("self-signed by {issuer:?}"),
            (Some(issuer), false) => format!("issued by {issuer:?}"),
            (None, _) => "issued by nobody that can be read".to_owned(),
        };
        let left = self.not_after.map(|end| end.duration_since(now).as_secs());
        let left = match left.map(|seconds| seconds.div_euclid(24 * 60 * 60)) {
            Some(days) if days < 0 => format!(", expired {} days ago", -days),
            Some(1) => ", 1 day left".to_owned(),
            Some(days) => format!(", {days} days left"),
            None => String::new(),
        };
        format!("{issuer}{left}, SHA-256 {}", self.pin())
    }

    /// Its SHA-256 in lower case, as [`TlsTrust::pinned`](crate::TlsTrust::pinned) reads it.
    #[must_use]
    pub fn pin(&self) -> String {
        base16ct::lower::encode_string(&self.sha256)
    }
}

fn skipped(step: Step, why: Skip) -> String {
    let why = match (step, why) {
        (_, Skip::NoDevice(path)) => return format!("{path}: no device is known to ask about"),
        (Step::Tls, Skip::NoAnswer) => "no answer to check it by",
        (_, Skip::NoAnswer) => "no answer came",
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
    };
    why.to_owned()
}

fn no_address(why: &NoAddress) -> String {
    match why {
        NoAddress::Unknown => "the resolver found none".to_owned(),
        NoAddress::Failed(error) => error.to_string(),
        NoAddress::Timeout(limit) => {
            format!("the resolver did not answer in {} s", limit.as_secs())
        }
    }
}

fn unconnected(failed: &Unconnected) -> String {
    joined(failed.iter().map(|(address, error)| match error.kind() {
        io::ErrorKind::ConnectionRefused => format!("{address} refuses"),
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => format!("{address} does not answer"),
        _ => format!("{address} cannot be reached ({error})"),
    }))
}

/// Why a certificate is refused.
fn untrusted(problem: TlsProblem, base: &BaseUrl) -> String {
    let why = match problem {
        TlsProblem::WrongName => return format!("it is not for the name {}", base.host()),
        TlsProblem::SelfSigned => "self-signed, so nobody vouches for it",
        TlsProblem::UnknownIssuer => "nobody who is trusted here vouches for it",
        TlsProblem::Expired => "it is out of date, or this machine's clock is",
        TlsProblem::PinMismatch { .. } => "it is another one than the pinned one",
        TlsProblem::NoRoots => "this system trusts no certificate authority at all",
        TlsProblem::OldCertificate => "it is of X.509 version 1, which cannot be verified",
        TlsProblem::OldVersion => "the other end speaks neither TLS 1.2 nor 1.3",
        TlsProblem::NoTls => "what answers there does not speak TLS",
        TlsProblem::WantsCertificate => "the other end wants a certificate of this machine",
        TlsProblem::Other => "the TLS handshake failed",
    };
    why.to_owned()
}

fn clock(offset: SignedDuration) -> String {
    if offset.abs() <= UNCERTAIN {
        return "in sync with the appliance".to_owned();
    }
    let side =
        if offset.is_negative() { "behind the appliance's" } else { "ahead of the appliance's" };
    format!("{} {side} (it allows 30 min)", told(offset.abs()))
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

/// An error with everything behind it.
fn with_sources(error: &dyn StdError) -> String {
    let sources = std::iter::successors(error.source(), |error| (*error).source());
    sources.fold(error.to_string(), |told, source| format!("{told}: {source}"))
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

    #[test]
    fn a_certificate_is_told_with_the_days_that_are_left() {
        let now: Timestamp = "2026-11-24T02:00:00Z".parse().unwrap();
        let told = |issuer: Option<&str>, days: i64| {
            let end = now + SignedDuration::from_hours(24 * days);
            let certificate = PresentedCertificate {
                sha256: [0xab; 32],
                issuer: issuer.map(ToOwned::to_owned),
                subject: None,
                is_self_signed: false,
                not_after: Some(end),
            };
            certificate.describe(now)
        };
        let sha256 = "ab".repeat(32);
        let issued = r#"issued by "Site CA""#;
        assert_eq!(told(Some("Site CA"), 1), format!("{issued}, 1 day left, SHA-256 {sha256}"));
        assert_eq!(
            told(Some("Site CA"), -3),
            format!("{issued}, expired 3 days ago, SHA-256 {sha256}")
        );
        assert!(told(None, 30).starts_with("issued by nobody that can be read, 30 days left"));
    }
}
