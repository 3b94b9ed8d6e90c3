//! Whether the other end is whom it should be, and what it shows.

use dt_transport::{
    BaseUrl, PresentedCertificate, TlsProblem, TransportError, TransportErrorKind, peer_certificate,
};
use jiff::Timestamp;

use super::findings::Findings;
use crate::exit;
use crate::failure::{Failure, Result};
use crate::source::HttpLink;

/// From when on an end is near.
const SOON: i64 = 14;

/// Judges by how the first request went. Whether the other end is trusted, or does not have to be.
pub(super) fn judge(
    base: &BaseUrl,
    link: &HttpLink,
    error: Option<&TransportError>,
    now: Timestamp,
    findings: &mut Findings<'_>,
) -> Result<bool> {
    if base.is_plain_http() {
        if base.is_loopback() {
            findings.skip("tls", "plain http, which stays on this machine")?;
        } else {
            let about = Failure::new("plain http: whoever is on the way can read every answer");
            findings.warn("tls", &about.hint("use https"))?;
        }
        return Ok(true);
    }
    let problem = match error.map(TransportError::kind) {
        Some(TransportErrorKind::Tls(problem)) => Some(*problem),
        Some(_) => {
            findings.skip("tls", "no answer to judge it by")?;
            return Ok(true);
        }
        None => None,
    };
    let presented = peer_certificate(base, &link.http).ok();
    let said = presented.as_ref().map(|presented| describe(presented, now));
    let said = said.unwrap_or_else(|| "a certificate that could not be looked at".to_owned());
    let left = presented.as_ref().and_then(|presented| days_left(presented, now));
    let pin = presented.as_ref().map(|presented| hex(&presented.sha256));

    let failed = |text: String| Failure::new(text).status(exit::NETWORK);
    if let Some(problem) = problem {
        let (why, fix) = explain(problem, base, pin.as_deref());
        findings.fail("tls", &failed(format!("{why}; {said}")).hint(fix))?;
        return Ok(false);
    }
    if let Some(setting) = &link.insecure {
        let pin = pin.unwrap_or_default();
        let about = Failure::new(format!("not verified ({setting}); {said}"))
            .hint(format!("if it is the right one, pin it instead: --pin-sha256 {pin}"));
        findings.warn("tls", &about)?;
    } else if left.is_some_and(|days| days < SOON) {
        let about = Failure::new(said).hint("have the appliance's certificate renewed");
        findings.warn("tls", &about)?;
    } else {
        findings.ok("tls", &said)?;
    }
    Ok(true)
}

fn describe(presented: &PresentedCertificate, now: Timestamp) -> String {
    let issuer = match (&presented.issuer, presented.is_self_signed) {
        (Some(issuer), true) => format!("self-signed by {issuer:?}"),
        (Some(issuer), false) => format!("issued by {issuer:?}"),
        (None, _) => "issued by nobody that can be read".to_owned(),
    };
    let left = match days_left(presented, now) {
        Some(days) if days < 0 => format!(", expired {} days ago", -days),
        Some(1) => ", 1 day left".to_owned(),
        Some(days) => format!(", {days} days left"),
        None => String::new(),
    };
    format!("{issuer}{left}, SHA-256 {}", hex(&presented.sha256))
}

/// Whole days until it ends; negative once it has.
fn days_left(presented: &PresentedCertificate, now: Timestamp) -> Option<i64> {
    let seconds = presented.not_after?.duration_since(now).as_secs();
    Some(seconds.div_euclid(24 * 60 * 60))
}

/// What is wrong, and what to do about it.
fn explain(problem: TlsProblem, base: &BaseUrl, pin: Option<&str>) -> (String, String) {
    let pin = match pin {
        Some(pin) => format!("--pin-sha256 {pin}"),
        None => "--pin-sha256".to_owned(),
    };
    let pinning = format!("if it is the right one, pin it: {pin}");
    match problem {
        TlsProblem::SelfSigned => ("self-signed, so nobody vouches for it".to_owned(), pinning),
        TlsProblem::UnknownIssuer => (
            "nobody who is trusted here vouches for it".to_owned(),
            format!("name the site's certificate authority with --ca-file; or {pinning}"),
        ),
        TlsProblem::WrongName => (
            format!("it is not for the name {}", base.host()),
            format!("use the name it is for; or {pinning}"),
        ),
        TlsProblem::Expired => (
            "it is out of date, or this machine's clock is".to_owned(),
            format!("check the clock, have it renewed; or {pinning}"),
        ),
        TlsProblem::PinMismatch { presented } => (
            "it is another one than the pinned one".to_owned(),
            format!(
                "find out why it changed: somebody may sit between. If it was renewed, pin the \
                 new one: --pin-sha256 {}",
                hex(&presented)
            ),
        ),
        TlsProblem::NoRoots => (
            "this system trusts no certificate authority at all".to_owned(),
            format!("install the system's authorities (ca-certificates); or {pinning}"),
        ),
        _ => ("no TLS came about".to_owned(), "check that the port is one for https".to_owned()),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}
