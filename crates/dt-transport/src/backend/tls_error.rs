//! What an error of rustls means, in words: it names kinds as its code does, and times in seconds.

use jiff::Timestamp;
use rustls::pki_types::UnixTime;
use rustls::{CertificateError, OtherError};

use crate::TlsProblem;

#[derive(Debug, thiserror::Error)]
#[error("another certificate than the pinned one was presented")]
pub(super) struct PinMismatch {
    pub(super) presented: [u8; 32],
}

/// A certificate that is not trusted, and which one it is, for whoever wants to pin it.
#[derive(Debug, thiserror::Error)]
#[error("{cause}")]
pub(super) struct Untrusted {
    pub(super) cause: CertificateError,
    pub(super) presented: [u8; 32],
}

/// What is known of an error besides its [`problem`]: when the certificate is valid, and its SHA-256, where
/// pinning it is a way out; of what is no known problem, the error's own words.
pub(super) fn detail(error: &rustls::Error) -> Option<String> {
    let (cause, presented) = certificate_error(error)?;
    let pin = |presented: [u8; 32]| {
        format!("its SHA-256 is {}", base16ct::lower::encode_string(&presented))
    };
    match of_certificate(cause) {
        TlsProblem::Expired => {
            let told = validity(cause).into_iter().chain(presented.map(pin));
            Some(told.collect::<Vec<_>>().join("; "))
        }
        TlsProblem::SelfSigned | TlsProblem::UnknownIssuer | TlsProblem::WrongName => {
            presented.map(pin)
        }
        _ => None,
    }
}

/// Why a certificate was refused, and its SHA-256 if that is known.
fn certificate_error(error: &rustls::Error) -> Option<(&CertificateError, Option<[u8; 32]>)> {
    let rustls::Error::InvalidCertificate(cause) = error else { return None };
    if let CertificateError::Other(OtherError(other)) = cause
        && let Some(Untrusted { cause, presented }) = other.downcast_ref()
    {
        return Some((cause, Some(*presented)));
    }
    Some((cause, None))
}

/// When the certificate is valid that is refused for its time: rustls says it in seconds.
fn validity(error: &CertificateError) -> Option<String> {
    let time = |unix: &UnixTime| {
        let seconds = i64::try_from(unix.as_secs()).ok()?;
        Timestamp::from_second(seconds).ok()
    };
    Some(match error {
        CertificateError::ExpiredContext { time: now, not_after } => {
            format!("it was valid until {}; this clock says {}", time(not_after)?, time(now)?)
        }
        CertificateError::NotValidYetContext { time: now, not_before } => {
            format!("it is valid from {} on; this clock says {}", time(not_before)?, time(now)?)
        }
        _ => return None,
    })
}

/// The words of an error of rustls, which names kinds as its code does.
pub(super) fn in_words(error: &rustls::Error) -> String {
    let cause = certificate_error(error).map(|(cause, _)| cause.to_string());
    let text = cause.unwrap_or_else(|| error.to_string());
    // `Other(OtherError(UnsupportedCertVersion))`
    let text = text.rsplit_once("OtherError(").map_or(&*text, |(_, inner)| inner);
    let words = text.trim_end_matches(')').split(' ').map(spaced);
    words.collect::<Vec<_>>().join(" ")
}

/// `BadEncoding` as "bad encoding"; a word without such humps stays as it is.
fn spaced(word: &str) -> String {
    let is_hump = |(before, after): (char, char)| before.is_lowercase() && after.is_uppercase();
    if !word.chars().zip(word.chars().skip(1)).any(is_hump) {
        return word.to_owned();
    }
    let mut told = String::new();
    for letter in word.chars() {
        if letter.is_uppercase() && told.ends_with(char::is_lowercase) {
            told.push(' ');
        }
        told.extend(letter.to_lowercase());
    }
    told
}

/// What an error of rustls means for whoever has to act on it.
pub(super) fn problem(error: &rustls::Error) -> TlsProblem {
    use rustls::{AlertDescription, InvalidMessage, PeerIncompatible};

    if let Some((cause, _)) = certificate_error(error) {
        return of_certificate(cause);
    }
    match error {
        // The platform's verifier says it in prose only.
        rustls::Error::General(text) if text.contains("No CA certificates") => TlsProblem::NoRoots,
        rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) => TlsProblem::NoTls,
        rustls::Error::AlertReceived(AlertDescription::ProtocolVersion)
        | rustls::Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        ) => TlsProblem::OldVersion,
        rustls::Error::AlertReceived(AlertDescription::CertificateRequired) => {
            TlsProblem::WantsCertificate
        }
        _ => TlsProblem::Other,
    }
}

fn of_certificate(error: &CertificateError) -> TlsProblem {
    match error {
        // The signature is bad if a trusted authority has the issuer's name, but another key.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            TlsProblem::UnknownIssuer
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            TlsProblem::WrongName
        }
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => TlsProblem::Expired,
        CertificateError::Other(OtherError(other)) => match other.downcast_ref::<PinMismatch>() {
            Some(mismatch) => TlsProblem::PinMismatch { presented: mismatch.presented },
            // rustls passes on what webpki found, whose type is not ours to name.
            None => match format!("{other:?}") {
                told if told.contains("CaUsedAsEndEntity") => TlsProblem::SelfSigned,
                told if told.contains("UnsupportedCertVersion") => TlsProblem::OldCertificate,
                _ => TlsProblem::Other,
            },
        },
        _ => TlsProblem::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_kinds_are_told_as_words() {
        for (word, told) in [("BadEncoding", "bad encoding"), ("fatal", "fatal"), ("TLS", "TLS")] {
            assert_eq!(spaced(word), told);
        }
    }
}
